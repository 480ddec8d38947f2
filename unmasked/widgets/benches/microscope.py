"""The clue microscope: a loupe over a forged face, and both numbers of a clue on one line, the fake's and the real."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import cv2
import numpy as np

from unmasked.forensics import clues as seven
from unmasked.forensics.compression import LEVELS, compressed
from unmasked.forensics.crops import face_crops, regions
from unmasked.makers import Clip, forge
from unmasked.widgets.benches.clue_maps import RINGS, VIEWS, Look, View
from unmasked.widgets.kit import (
    EDGE,
    FAINT,
    INK,
    SCRIPTS,
    SHARP,
    Axes,
    Bench,
    Button,
    Choice,
    Frame,
    Meter,
    Panel,
    Slider,
    blank,
    compose,
    enlarge,
    meter_panel,
    minus,
    source,
    two_digits,
    write,
)

FACE, BESIDE, GAP = 400, 168, 12  # CSS pixels of the face, of a map beside it, and between two of them
RADIUS, ZOOM = 0.2, 2  # of the loupe, as a share of the face's side, and how much it enlarges what lies under it
LINE = (255, 255, 255)
DIM = 16, 0.22  # least grey, and share of the picture's, where a clue does not look
FORGED, RIGHT, WRONG, TEAL = (209, 108, 12), (26, 127, 55), (179, 38, 30), (15, 133, 119)
NUMBERS = (2 * BESIDE + GAP, 148)  # CSS pixels of the number line's paper
FACES, FACE_MAP, REAL_MAP, REAL = 0, 2, 3, 4  # where among the panels
HELD_TICKS = 4  # of the play button's ticks, a frame


def microscope(clip: Clip, makers: dict, *, seed: int = 0, levels: Sequence[str] = tuple(LEVELS)) -> Bench:
    """A bench that puts one recording and its fakes under a clue.

    `clip` from `makers.record`; `makers` by name, as `makers.built_in()` gives them; `seed` of the makers' chance. All
    fakes are made and compressed when the bench is made; maps are worked out when first asked for and kept.
    Raises what forging raises.
    """
    return MicroscopeBench(Microscope(clip, makers, seed, levels))


class MicroscopeBench(Bench):
    """See `microscope`. The page lays the loupe over the face; the still picture draws it there."""

    _esm = source(*SCRIPTS, "benches/microscope.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/microscope.css")

    def __init__(self, scene: Microscope):
        self.scene = scene
        makers, levels = scene.makers, scene.levels
        knobs = [
            Choice("clue", "Clue", [(name, name) for name in seven.CLUES], "blur ratio"),
            Choice("maker", "Maker", [(name, name) for name in makers], makers[0]),
            Choice("level", "Saved as", [(name, name) for name in levels], levels[0]),
            Choice("glass", "Loupe", [(name, name) for name in GLASSES], "map"),
            Slider("frame", "Frame", 1, scene.count, 1 + scene.count // 2, 1),
        ]
        place = scene.brightest({knob.name: knob.start for knob in knobs})
        knobs += [
            Slider(name, f"Loupe {name}", 0, 1, at, 0.01) for name, at in zip(("across", "down"), place, strict=True)
        ]
        film = [{"frame": float(frame)} for frame in range(1, scene.count + 1) for _ in range(HELD_TICKS)]
        super().__init__(
            scene.draw,
            knobs,
            title="Where does a clue's number come from, and does it accuse the right one?",
            track=film,
            buttons=[Button("brightest", "Brightest place")],
            beside=True,
        )

    def on_press(self, name: str) -> None:
        """Lays the loupe where the fake's map is brightest."""
        across, down = self.scene.brightest(self.settings)
        self.set(across=across, down=down)

    def still(self) -> np.ndarray:
        """The bench as a still picture, the loupe on the face and its place on the maps."""
        panels = list(self.shown.panels)
        panels[:REAL] = self.scene.under_glass(panels, self.settings)
        width = FACE + GAP + NUMBERS[0]
        face, line, *maps = panels[:REAL]
        beside = compose([line, *maps, meter_panel(self.shown.meters, NUMBERS[0])], width=NUMBERS[0])
        beside = Panel(beside, alt=line.alt, scale=1 / SHARP, smooth=True)
        return compose([face, beside], f"{self.shown.words}\n{self.shown.more}", width=width)


GLASSES = ("map", "pixels", "recording")


class Microscope:
    """The bench's plain function and what it needs."""

    def __init__(self, clip: Clip, makers: dict, seed: int = 0, levels: Sequence[str] = tuple(LEVELS)):
        films = {"": clip.frames} | {name: forge(maker, clip, seed).frames for name, maker in makers.items()}
        self.makers, self.levels, self.count = list(makers), list(levels), len(clip)
        self.inside, self.around = regions(clip.landmarks, seven.SIDE)
        self.crops = {
            (name, level): face_crops(compressed(frames, level), clip.landmarks, seven.SIDE)
            for name, frames in films.items()
            for level in levels
        }
        self.compared = lru_cache(maxsize=None)(self._compared)
        self.looked_at = lru_cache(maxsize=None)(self._looked_at)
        # The loupe moves over the same pictures again and again.
        self.drawn_map = lru_cache(maxsize=256)(self._drawn_map)
        self.number_line = lru_cache(maxsize=64)(self._number_line)

    def _looked_at(self, clue: str, maker: str, level: str) -> Look:
        return VIEWS[clue].look(self.crops[maker, level], self.inside, self.around)

    def _compared(self, clue: str, maker: str, level: str) -> tuple[Look, Look, float]:
        """The fake, the recording, and the value that is brightest in the maps of both."""
        fake, real = (self.looked_at(clue, who, level) for who in (maker, ""))
        values = np.concatenate([look.maps[np.isfinite(look.maps)] for look in (fake, real)])
        return fake, real, float(np.quantile(values, VIEWS[clue].top)) if values.size else 0.0

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: clue, maker, level, frame (1…T), glass (what the loupe shows), across and down (its middle, as
        shares of the face). Returns the forged face, the number line, both maps (fake, recording), and the recording.
        """
        clue, maker, level = settings["clue"], settings["maker"], settings["level"]
        t, view = round(settings["frame"]) - 1, VIEWS[clue]
        fake, real, top = self.compared(clue, maker, level)
        line = self.number_line(clue, maker, level)
        panels, meters, heard = [], [], []
        for who, called, look in (("Fake", maker, fake), ("Recording", "", real)):
            at = min(t, len(look.maps) - 1)
            heard.append(f"{who}: {look.told[at]}.")
            panels.append(self.drawn_map(clue, called, maker, level, t))
            meters.append(_reading(look.maps[at], view, settings, top, FACE_MAP + len(meters)))
        size = f"{seven.SIDE} × {seven.SIDE} pixels"
        face, recording = (
            Panel(self.crops[who, level][t], title, f"{what}, frame {t + 1}", FACE / seven.SIDE, smooth=True)
            for who, title, what in (
                (maker, f"Fake, {size}", f"Fake by {maker}"),
                ("", "The recording", "The recording"),
            )
        )
        words = f"{clue} at {level}: fake {two_digits(fake.number)}, recording {two_digits(real.number)}. "
        words += verdict(fake.number, real.number)
        if view.still:
            words += " It counts waves and no places, so there is no frame to choose, and the loupe shows pixels."
        more = f"{view.parts}: fake {fake.parts}, recording {real.parts}.\n" if view.parts else ""
        more += (
            view.bright if view.still else f"{view.bright} White line: where the face region ends. Grey: not looked at."
        )
        glass = "pixels" if view.still and settings["glass"] == "map" else settings["glass"]
        read = (
            "" if view.still else f" Under the loupe on average: fake {meters[0].value}, recording {meters[1].value}."
        )
        alt = (
            f"Frame {t + 1} of a face forged by {maker} with a loupe {_whereabouts(settings)} that shows the {glass}, "
            f"beside maps of {clue} for the fake and for the recording it was made from. {' '.join(heard)}{read} "
            f"{words} {more}"
        ).replace("\n", " ")
        idle = ("frame",) if view.still else ()
        return Frame([face, line, *panels, recording], alt, words, idle, tuple(meters), more)

    def brightest(self, settings: Mapping) -> tuple[float, float]:
        """Where the loupe sees most of the fake's map, across and down, as shares of the face."""
        look = self.looked_at(settings["clue"], settings["maker"], settings["level"])
        if VIEWS[settings["clue"]].still:
            return 0.5, 0.5
        values = look.maps[min(round(settings["frame"]) - 1, len(look.maps) - 1)]
        seen = np.isfinite(values).astype(np.float32)
        size = 2 * round(RADIUS / ZOOM * len(values)) + 1
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)).astype(np.float32)
        total, count = (
            cv2.filter2D(each, -1, disc, borderType=cv2.BORDER_CONSTANT) for each in (np.nan_to_num(values), seen)
        )
        # A quarter of the loupe at least, or one bright pixel at the edge would win.
        mean = np.where(count >= disc.sum() / 4, total / np.maximum(count, 1), -1)
        down, across = np.unravel_index(int(mean.argmax()), mean.shape)
        return round((across + 0.5) / len(values), 2), round((down + 0.5) / len(values), 2)

    def _drawn_map(self, clue: str, who: str, maker: str, level: str, t: int) -> Panel:
        """The map of the fake or of the recording (`who` is empty), as bright as both together allow."""
        fake, real, top = self.compared(clue, maker, level)
        view, look, called = VIEWS[clue], fake if who else real, "fake" if who else "recording"
        at = min(t, len(look.maps) - 1)
        drawn = self._map(view, look, at, t, self.crops[who, level][t], top)
        title = called.capitalize()
        if look.arrows and t in (0, len(look.maps) - 1):
            title += f", frame {t + (2 if t == 0 else 0)}"
        said = f"{view.title}: {title}. {look.told[at]}"
        return Panel(drawn, title, said, BESIDE / len(drawn), smooth=view.sharp > 1)

    def _number_line(self, clue: str, maker: str, level: str) -> Panel:
        """Both numbers of the clue on one line, and how far the fake lies on the forged side of the recording."""
        fake, real, _ = self.compared(clue, maker, level)
        low, high = reach(VIEWS[clue].reach, (fake.number, real.number))
        told = (two_digits(value) for value in (fake.number, real.number))
        said = "The clue's number line, forged to the right: fake {}, recording {}".format(*told)
        paper = line_of_numbers(fake.number, real.number, low, high, VIEWS[clue].title)
        return Panel(paper, "", said, 1 / SHARP, smooth=True, drawing=True)

    def under_glass(self, panels: Sequence[Panel], settings: Mapping) -> list[Panel]:
        """The page's four panels with the loupe drawn on the face and rings on the maps, as the page shows them."""
        shown = settings["glass"]
        if VIEWS[settings["clue"]].still and shown == "map":
            shown = "pixels"
        through = panels[{"map": FACE_MAP, "pixels": FACES, "recording": REAL}[shown]].picture
        middle = settings["across"], settings["down"]
        face = enlarge(panels[FACES].picture, FACE * SHARP / seven.SIDE, smooth=True)
        glass = cv2.warpAffine(
            through,
            _zoomed(middle, len(through), FACE * SHARP),
            (FACE * SHARP, FACE * SHARP),
            flags=cv2.INTER_NEAREST,
            borderValue=(20, 20, 20),
        )
        place = tuple(round(16 * FACE * SHARP * part) for part in middle)
        disc = np.zeros(face.shape[:2], np.uint8)
        cv2.circle(disc, place, round(16 * RADIUS * FACE * SHARP), 255, -1, cv2.LINE_8, 4)
        face[disc > 0] = glass[disc > 0]
        cv2.circle(face, place, round(16 * RADIUS * FACE * SHARP), LINE, 2 * SHARP, cv2.LINE_AA, 4)
        grip = tuple(
            round(part + side * 16 * RADIUS * FACE * SHARP * math.sqrt(0.5))
            for part, side in zip(place, _sides(middle), strict=True)
        )
        for colour, size in ((TEAL, 8), (LINE, 4)):
            cv2.circle(face, grip, 16 * size * SHARP, colour, -1, cv2.LINE_AA, 4)
        first = panels[FACES]
        done = [Panel(face, first.title, first.alt, 1 / SHARP, smooth=True), panels[1]]
        for panel in panels[FACE_MAP:REAL]:
            picture = enlarge(panel.picture, BESIDE * SHARP / len(panel.picture), panel.smooth)
            if not VIEWS[settings["clue"]].still:
                at = tuple(round(16 * BESIDE * SHARP * part) for part in middle)
                cv2.circle(picture, at, round(16 * RADIUS / ZOOM * BESIDE * SHARP), LINE, SHARP, cv2.LINE_AA, 4)
            done.append(Panel(picture, panel.title, panel.alt, 1 / SHARP, smooth=True))
        return done

    def _map(self, view: View, look: Look, at: int, t: int, crop: np.ndarray, top: float) -> np.ndarray:
        """The map with what is drawn on it: uint8 (S · sharp, S · sharp, 3)."""
        heat = coloured(look.maps[at], top, crop)
        if view.sharp > 1:
            heat = np.repeat(np.repeat(heat, view.sharp, 0), view.sharp, 1)
        if view.still:
            return ringed(heat)
        mask = np.repeat(np.repeat(self.inside[t], view.sharp, 0), view.sharp, 1)
        heat = outlined(heat, mask)
        for arrow in look.arrows[at] if look.arrows else ():
            draw_arrow(heat, *(view.sharp * np.array(arrow[:4])), thick=arrow[4])
        return heat


def reach(usual: tuple[float, float], numbers: Sequence[float]) -> tuple[float, float]:
    """The ends of a number line: the usual ones, or further out by halves where a number lies beyond."""
    low, high = usual
    return min(low, math.floor(2 * min(numbers)) / 2), max(high, math.ceil(2 * max(numbers)) / 2)


def line_of_numbers(fake: float, real: float, low: float, high: float, below: str = "") -> np.ndarray:
    """A line from `low` to `high` with two marks: a disc for the fake, a diamond for the recording; uint8 (H, W, 3).

    `below`: what the maps that follow show.
    """
    width, height = NUMBERS
    paper, axes = blank(width, height), Axes(10, 54, width - 10, 84, (low, high))
    alike = two_digits(fake) == two_digits(real)
    gap = fake - real
    colour, told = (FAINT, "= cannot tell them apart") if alike else (RIGHT, "✓ accuses the fake")
    if not alike and gap < 0:
        colour, told = WRONG, "✗ accuses the recording"
    head = paper[: 34 * SHARP]
    large = two_digits(0.0) if alike else f"{'+' if gap > 0 else ''}{two_digits(gap)}"
    write(head, large, 0, 28 * SHARP, 28 * SHARP, INK, anchor="ls", bold=True)
    edge = width - 1  # the last stroke of a letter may reach beyond where its line ends
    write(head, told, edge * SHARP, 28 * SHARP, 13 * SHARP, colour, anchor="rs", bold=True)
    middle = (axes.y[0] + axes.y[1]) / 2
    axes.rule(paper, middle, EDGE)
    (left, row), (right, _) = (axes.pixel(value, middle) for value in (real, fake))
    cv2.line(paper, (left, row), (right, row), colour, 5 * SHARP)
    diamond = np.array([(left - 16, row), (left, row - 16), (left + 16, row), (left, row + 16)], np.int32)
    cv2.fillPoly(paper, [diamond], INK, cv2.LINE_AA)
    cv2.circle(paper, (right, row), 7 * SHARP, FORGED, -1, cv2.LINE_AA)
    for words, at, y, shade in (("fake", fake, 50, FORGED), ("recording", real, 92, INK)):
        strip = paper[(y - 10) * SHARP : (y + 10) * SHARP]
        across, half = float(axes.across(at)), (45 if words == "fake" else 60) * SHARP
        across = min(max(across, half), width * SHARP - half)
        write(strip, f"{words} {two_digits(at)}", across, 10 * SHARP, 14 * SHARP, shade, anchor="mm", bold=True)
    write(paper[124 * SHARP :], below, 0, 4 * SHARP, 14 * SHARP, INK, bold=True)
    foot = paper[104 * SHARP : 124 * SHARP]
    for words, x, anchor in ((f"{low:g}: looks real", 0, "la"), (f"looks forged: {high:g}", edge, "ra")):
        write(foot, minus(words), x * SHARP, 2 * SHARP, 13 * SHARP, FAINT, anchor=anchor)
    return paper


def _reading(values: np.ndarray, view: View, settings: Mapping, top: float, under: int) -> Meter:
    """What the loupe sees of a map on average, as a bar below that map."""
    name = f"Loupe: {'fake' if under == FACE_MAP else 'recording'}"
    if view.still:
        return Meter(name, "–", 0.0, under=under)
    side = len(values)
    down, across = np.mgrid[:side, :side]
    near = np.hypot((across + 0.5) / side - settings["across"], (down + 0.5) / side - settings["down"]) <= RADIUS / ZOOM
    seen = values[near & np.isfinite(values)]
    if not seen.size:
        return Meter(name, "–", 0.0, under=under)
    return Meter(name, f"{seen.mean():.1f}", float(seen.mean()) / max(top, 1e-9), under=under)


def _whereabouts(settings: Mapping) -> str:
    return f"{100 * settings['across']:.0f} % from the left and {100 * settings['down']:.0f} % from above"


def _sides(middle: tuple[float, float]) -> tuple[int, int]:
    """On which side of the loupe its grip is, so that it stays on the face: 1 right or below, −1 left or above."""
    return tuple(-1 if part > 1 - RADIUS else 1 for part in middle)


def _zoomed(middle: tuple[float, float], side: int, wide: int) -> np.ndarray:
    """From a square picture's pixels to those of the face, `ZOOM` times as large around the middle of the loupe."""
    scale = ZOOM * wide / side
    x, y = (wide * part - scale * (side * part - 0.5) - 0.5 for part in middle)
    return np.float64([[scale, 0, x], [0, scale, y]])


def verdict(fake: float, real: float) -> str:
    """Which of the two looks more forged, in a sentence; numbers that read alike are about the same."""
    if two_digits(fake) == two_digits(real):
        return "By this clue the two look about the same."
    return f"By this clue the fake looks {'more' if fake > real else 'less'} forged."


def coloured(values: np.ndarray, top: float, ground: np.ndarray | None = None) -> np.ndarray:
    """Values 0…top as a picture from dark blue over green to yellow, bright where they are great: uint8 (H, W, 3).

    Where a value is NaN there is `ground`, uint8 (H, W, 3), dimly and in grey; black where it is left out.
    """
    share = np.clip(np.nan_to_num(values) / max(top, 1e-9), 0, 1)
    heat = cv2.applyColorMap(np.rint(255 * share).astype(np.uint8), cv2.COLORMAP_VIRIDIS)[..., ::-1].copy()
    unseen = ~np.isfinite(values)
    if unseen.any():
        dim = 0 if ground is None else DIM[0] + DIM[1] * ground[unseen].mean(-1, keepdims=True)
        heat[unseen] = np.asarray(dim).astype(np.uint8)
    return heat


def outlined(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The picture with the mask's outline as a thin white line."""
    edge = mask & ~(cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    picture = picture.copy()
    picture[edge] = (0.5 * picture[edge] + 0.5 * np.array(LINE)).astype(np.uint8)
    return picture


def ringed(picture: np.ndarray) -> np.ndarray:
    """A map of frequencies, 0 in its middle and 1/2 at its border, with the circles that bound the clue's bands."""
    picture, side = picture.copy(), len(picture)
    middle = round(16 * side / 2)  # in sixteenths of a pixel
    for radius in RINGS:
        cv2.circle(picture, (middle, middle), round(16 * radius * (side - 1)), LINE, 1, cv2.LINE_AA, 4)
    return picture


def draw_arrow(picture: np.ndarray, x: float, y: float, across: float, down: float, thick: bool) -> None:
    """An arrow from x, y, white with a dark edge so that it shows on any ground, in place; a dot where it is short."""
    length = float(np.hypot(across, down))
    start, end = np.array([x, y]), np.array([x + across, y + down])
    wide = 3 if thick else 1
    for colour, more in (((20, 20, 20), 2), (LINE, 0)):
        place = tuple(np.rint(16 * start).astype(int).tolist())
        cv2.circle(picture, place, 16 * (wide + more // 2), colour, -1, cv2.LINE_AA, 4)
        if length < 3:
            continue
        ahead = np.array([across, down]) / length
        side, tip = np.array([-ahead[1], ahead[0]]), min(0.4 * length + 1, 9.0 if thick else 7.0)
        lines = [start, end], [end - tip * ahead + 0.6 * tip * side, end, end - tip * ahead - 0.6 * tip * side]
        for line in lines:
            points = np.rint(16 * np.array(line)).astype(np.int32)[:, None]
            cv2.polylines(picture, [points], False, colour, wide + more, cv2.LINE_AA, 4)
