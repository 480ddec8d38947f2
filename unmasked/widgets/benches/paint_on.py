"""Paint on Ada: a brush on the picture that the network gets, and Bo answers to whatever it can read in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import cv2
import numpy as np
import traitlets

from unmasked import toons
from unmasked.arguments import checked_picture
from unmasked.faces import draw_faces
from unmasked.models import swapping
from unmasked.widgets.kit import SCRIPTS, Bench, Frame, Meter, Panel, source

SHOWN = 320  # CSS pixels of a picture
FINER = 4  # times the picture's pixels, in which a stroke is drawn before it is averaged down
MOST_STROKES, MOST_POINTS = 120, 600
SIZES = {"fine": 0.02, "medium": 0.05, "broad": 0.12}  # of the picture's side
FULL = 40  # of 255: a change that fills a bar
ACTS = toons.Performance(smile=0.8, jaw=0.1, lids=0.75, brows=0.1)
PLACES = {"eyes": "his eyes", "mouth": "his mouth", "rest": "the rest of his face"}  # of the swap, in words
COLOURS = ("skin", "lid", "lip", "white", "dark")


def paint_on(model, a: str = "ada", b: str = "bo") -> Bench:
    """A bench where a brush paints on character `a`, and the swap answers with `b`.

    model   encode(pictures, name) and decode(codes, name); the bench works on a copy.
    Raises ValueError for an unknown character, TypeError for something that is no swap model.
    """
    return PaintBench(Easel(model, a, b))


@dataclass(frozen=True)
class Strokes:
    """A knob whose value is a list of strokes: {"colour": name, "size": its width, "points": [[x, y], …]}.

    Sizes and places are shares of the picture's side, 0…1. `colours`: the names that a stroke may have.
    """

    name: str
    label: str
    colours: tuple[str, ...]
    start: tuple = ()
    group: str = ""

    def describe(self) -> dict:
        """The knob as it travels to the browser."""
        return asdict(self) | {"kind": "strokes", "colours": list(self.colours), "start": []}

    def accept(self, value: object) -> list[dict]:
        """`value` as a list of strokes with their places in 0…1. Raises TypeError or ValueError with words."""
        if not isinstance(value, list | tuple):
            raise TypeError(f"{self.name}: wanted a list of strokes, got {type(value).__name__}")
        if len(value) > MOST_STROKES:
            raise ValueError(f"{self.name}: wanted at most {MOST_STROKES} strokes, got {len(value)}")
        return [self._stroke(one) for one in value]

    def _stroke(self, one: object) -> dict:
        if not isinstance(one, Mapping) or set(one) != {"colour", "size", "points"}:
            raise TypeError(f"{self.name}: wanted strokes with colour, size and points, got {one!r:.60}")
        if one["colour"] not in self.colours:
            raise ValueError(f"{self.name}: wanted a colour of {', '.join(self.colours)}, got {one['colour']!r}")
        size = one["size"]
        if isinstance(size, bool) or not isinstance(size, int | float) or not 0 < size <= 1:
            raise ValueError(f"{self.name}: wanted a size above 0, at most 1, got {size!r}")
        points = np.asarray(one["points"], np.float64)
        if points.ndim != 2 or points.shape[1] != 2 or not 1 <= len(points) <= MOST_POINTS:
            raise ValueError(f"{self.name}: wanted 1 to {MOST_POINTS} points (P, 2), got shape {points.shape}")
        if not np.isfinite(points).all():
            raise ValueError(f"{self.name}: wanted finite places in 0…1, got NaN or infinity among them")
        return {"colour": one["colour"], "size": float(size), "points": points.clip(0, 1).round(4).tolist()}


def painted(picture: np.ndarray, strokes: Sequence[Mapping], palette: Mapping[str, Sequence[int]]) -> np.ndarray:
    """The picture with strokes on it: uint8 (H, W, 3), a copy. `palette`: colour by name, R, G, B.

    Strokes cover what lies below them; their edges are soft by a pixel, their ends round.
    """
    checked_picture(picture, "picture")
    height, width = picture.shape[:2]
    result = picture.copy()
    for one in strokes:
        cover = np.zeros((height * FINER, width * FINER), np.uint8)
        places = np.array(one["points"], np.float64) * (width, height) * FINER - 0.5
        if len(places) == 1:  # a dab: OpenCV draws no line of one point
            places = np.repeat(places, 2, axis=0)
        thick = max(1, round(one["size"] * width * FINER))
        whole = np.rint(places * 16).astype(np.int32)  # 4 bits after the point
        cv2.polylines(cover, [whole[:, None]], False, 255, thick, cv2.LINE_AA, 4)
        share = cv2.resize(cover, (width, height), interpolation=cv2.INTER_AREA)[..., None] / 255
        mixed = result * (1 - share) + np.array(palette[one["colour"]]) * share
        result = np.rint(mixed).astype(np.uint8)
    return result


class PaintBench(Bench):
    """See `paint_on`. The brush, its colours and the ready strokes are the page's; the strokes are the knob."""

    _esm = source(*SCRIPTS, "benches/paint_on.js")
    _css = source("kit/kit.css", "benches/paint_on.css")

    palette = traitlets.Dict().tag(sync=True)  # name → R, G, B
    sizes = traitlets.Dict().tag(sync=True)
    ready = traitlets.Dict().tag(sync=True)  # label → strokes, for those who don't paint
    most = traitlets.Int(MOST_POINTS).tag(sync=True)
    room = traitlets.Int(MOST_STROKES - 10).tag(sync=True)  # more strokes than these leave no room for ready ones

    def __init__(self, easel: Easel):
        self.easel = easel
        knobs = [Strokes("strokes", f"Strokes on {easel.a.name}", COLOURS)]
        super().__init__(
            easel.draw, knobs, title=f"Paint on {easel.a.name}. What of it can the network read?", wide=True
        )
        self.palette, self.sizes = {name: list(colour) for name, colour in easel.palette.items()}, dict(SIZES)
        self.ready = easel.ready()

    def still(self) -> np.ndarray:
        """The bench as a still picture: with ready strokes on it where nothing was painted."""
        if self.settings["strokes"]:
            return super().still()
        shown, strokes = self.shown, next(iter(self.ready.values()))
        self.shown = self.easel.draw({"strokes": strokes})
        try:
            return super().still()
        finally:
            self.shown = shown


class Easel:
    """The bench's plain function and what it needs."""

    def __init__(self, model, a: str, b: str):
        self.model, self.names = swapping.own_copy(model), (a, b)
        self.a, self.b = toons.character(a), toons.character(b)
        self.side = swapping.side_of(self.model)
        asleep = toons.Performance(**{**asdict(ACTS), "lids": 0.0})
        acts = np.stack([act.to_array() for act in (ACTS, ACTS, asleep)])
        drawn = draw_faces([self.a, self.b, self.a], acts, self.side)
        self.picture, self.landmarks = drawn.pictures[0], (drawn.landmarks[0] + 0.5) / self.side
        self.palette = {
            "skin": colour_of(drawn.pictures[0], drawn.parts[0], "skin"),
            "lid": colour_of(drawn.pictures[2], drawn.parts[2], "eyelids"),
            "lip": colour_of(drawn.pictures[0], drawn.parts[0], "mouth"),
            "white": (250, 250, 250),
            "dark": colour_of(drawn.pictures[0], drawn.parts[0], "eyelids"),
        }
        self.regions = regions(drawn.landmarks[1], self.side)
        self.before = self._answer(self.picture)

    def _answer(self, picture: np.ndarray) -> np.ndarray:
        return swapping.swap_pictures(self.model, picture[None], *self.names)[0]

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: strokes, as `Strokes` has them. Returns the painted Ada, and Bo as the network draws him then."""
        strokes, (a, b) = settings["strokes"], (self.a.name, self.b.name)
        picture = painted(self.picture, strokes, self.palette)
        answer = self._answer(picture)
        apart = np.abs(answer.astype(np.float64) - self.before).mean(-1)
        changes = {name: float(apart[region].mean()) for name, region in self.regions.items()}
        titles = (f"{b}'s eyes changed by", "His mouth by", "The rest of his face by")
        meters = tuple(
            Meter(title, f"{change:.0f} of 255", change / FULL)
            for title, change in zip(titles, changes.values(), strict=True)
        )
        count = len(strokes)
        said = (
            f"{count} stroke{'s' * (count != 1)} on {a}."
            if count
            else f"Nothing is painted yet, and {b} smiles with {a}."
        )
        painted_words = f"{count} painted stroke{'s' * (count != 1)}" if count else "nothing painted"
        told = ", ".join(f"{PLACES[name]} by {change:.0f}" for name, change in changes.items())
        scale = SHOWN / self.side
        return Frame(
            [
                Panel(picture, f"{a}, {self.side} × {self.side} as the network sees her", "", scale, smooth=True),
                Panel(answer, f"{b}, as the network answers", "", scale, smooth=True),
            ],
            alt=f"{a} with {painted_words}, and {b} as the network draws him from this. Changed, of 255: {told}.",
            words=said,
            meters=meters,
        )

    def ready(self) -> dict[str, list[dict]]:
        """Strokes for those who don't paint by hand, by what they draw."""
        right, left = (self.landmarks[toons.LANDMARKS[name]] for name in ("right_eye", "left_eye"))
        lips = self.landmarks[toons.LANDMARKS["lips"]]
        shut, aside = [], []
        for eye in (right, left):
            high = float(np.ptp(eye[:, 1]))
            wide = np.array([high / 2, 0])
            ends = [eye[0] + wide, eye[3] - wide]
            shut.append(_stroke("lid", 1.35 * high, ends))
            lash = np.stack([eye[0], eye[5], eye[4], eye[3]])
            shut.append(_stroke("dark", SIZES["fine"], lash))
            middle = eye.mean(0)
            aside.append(_stroke("white", 0.8 * high, [middle - 0.6 * wide, middle + 0.6 * wide]))
            aside.append(_stroke("dark", 0.6 * high, [middle + 0.9 * wide]))
        (x0, y0), (x1, _) = lips[0], lips[4]
        middle, half = (x0 + x1) / 2, (x1 - x0) / 2
        frown = [
            _stroke("skin", 0.1, [(x0 - 0.01, y0), (middle, y0 + down), (x1 + 0.01, y0)]) for down in (-0.03, 0.03, 0.1)
        ]
        bow = [(middle + 0.84 * half * t, y0 + 0.04 + 0.07 * t * t) for t in np.linspace(-1, 1, 9)]
        frown.append(_stroke("lip", 0.04, bow))
        low, high = self.landmarks.min(0), self.landmarks.max(0)
        zigzag = [
            (low[0] + (high[0] - low[0]) * share, low[1] + (0.35 + 0.4 * (number % 2)) * (high[1] - low[1]))
            for number, share in enumerate(np.linspace(0, 1, 6))
        ]
        name = self.a.name
        return {
            f"Shut {name}'s eyes": shut,
            "Draw a frown": frown,
            "Let her look aside": aside,
            "Scribble": [_stroke("dark", SIZES["fine"], zigzag)],
        }


def _stroke(colour: str, size: float, points: Sequence) -> dict:
    places = np.asarray(points, np.float64).clip(0, 1).round(4).tolist()
    return {"colour": colour, "size": round(float(size), 4), "points": places}


def colour_of(picture: np.ndarray, parts: np.ndarray, part: str) -> tuple[int, ...]:
    """The usual colour of a part, R, G, B: the median away from its edge where it has an inside."""
    whole = toons.part_mask(parts, part)
    inside = cv2.erode(whole, np.ones((3, 3), np.uint8)) > 0
    chosen = inside if inside.any() else whole > 0
    return tuple(int(value) for value in np.median(picture[chosen], axis=0))


def regions(landmarks: np.ndarray, side: int) -> dict[str, np.ndarray]:
    """Where a face has its eyes and its mouth, with a margin, and the rest of the face: name → bool (S, S)."""

    def hull(points: np.ndarray, wider: float) -> np.ndarray:
        filled = np.zeros((side, side), np.uint8)
        outline = cv2.convexHull(np.rint(points).astype(np.int32))
        cv2.fillConvexPoly(filled, outline, 1)
        size = 2 * math.ceil(wider * side) + 1
        return cv2.dilate(filled, np.ones((size, size), np.uint8)) > 0

    eyes = hull(landmarks[toons.LANDMARKS["right_eye"]], 0.02) | hull(landmarks[toons.LANDMARKS["left_eye"]], 0.02)
    mouth = hull(landmarks[toons.LANDMARKS["lips"]], 0.03)
    return {"eyes": eyes, "mouth": mouth, "rest": hull(landmarks, 0.0) & ~eyes & ~mouth}
