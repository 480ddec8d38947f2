"""What makes a swapped film flicker, and what steadying it costs: `python -m unmasked.experiments.film`.

A body is filmed, and a driver acts the same before another camera; both films go through H.264. The faces are found,
the driver's is drawn anew and put on the body, once for every way of smoothing, and the film that comes out goes
through H.264, too. Every clip has its truth: the same performance, filmed of the body with the new face. Lesson 09
shows the table.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

import cv2
import numpy as np
from scipy.special import stdtrit

from unmasked import blend, extract, tensors, toons
from unmasked.arguments import checked_choice
from unmasked.experiments.command import add_keeping, command_of, module_parser, settings_of
from unmasked.experiments.tables import keep_rows
from unmasked.film.codec import through_h264
from unmasked.film.conversion import RECIPE, Drawn, drawn_faces, laid_back
from unmasked.film.flicker import blink_kept, eye_opening, flicker, lag, steadied
from unmasked.film.smoothing import bridge, ema, forward_backward, kalman
from unmasked.film.tracking import face_track, track_faces
from unmasked.models import weights
from unmasked.toons import scenes
from unmasked.toons.camera import CameraSettings

TABLE = "film"
WEIGHTS = "swap-ada-bo"
SOURCE, TARGET = "ada", "bo"
SHAPE, FRAMES, SIDE = (256, 256), 60, 64
WALLS = (1, 5, 6, 8)  # behind the driver: the net was taught on grey, and some walls lead it astray
CRF = 23  # of the films that come in; those that go out have 18
METHODS: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "ema": ema,
    "kalman": kalman,
    "offline": forward_backward,
}
SHARES, NOISES = (0.8, 0.6, 0.4, 0.25, 0.15), (1.0, 0.1, 0.01, 0.001)
AMOUNTS = {"ema": SHARES, "kalman": NOISES, "offline": NOISES}
# What is smoothed: the landmarks of both clips and the colour transfer; or only the codes, between encoder and decoder.
WHATS = ("tracks", "codes")
# Where flicker comes from, one thing at a time; all but the second by the drawing's own landmarks.
SOURCES = {
    "honest": "nothing is forged: the true face, filmed",
    "detection": "landmarks as found, in the network's own colours",
    "network": "true landmarks, the network's own colours",
    "colour": "true landmarks, colours matched frame by frame",
    "poisson": "true landmarks, Poisson blending frame by frame",
}
Row = dict[str, str | int | float]
Interval = tuple[float, float, float]  # mean, low, high


@dataclass(frozen=True)
class Variant:
    """A row's way of making the film: smoothed by `method`, of METHODS, as strongly as `amount` says, `what` of WHATS;
    or "raw"; or one of SOURCES. Raises ValueError for another."""

    method: str = "raw"
    amount: float = 0.0
    what: str = "tracks"

    def __post_init__(self):
        checked_choice(self.method, ("raw", *METHODS, *SOURCES), "method")
        checked_choice(self.what, WHATS, "what")

    def __str__(self) -> str:
        if self.method not in METHODS:
            return self.method
        return f"{self.method} {self.amount:g}" + ("" if self.what == "tracks" else f" of {self.what}")

    def smooth(self, track: np.ndarray) -> np.ndarray:
        """A track with time first, smoothed as the variant says; raw ones stay."""
        return METHODS[self.method](track, self.amount) if self.method in METHODS else track


VARIANTS = [
    Variant(),
    *(Variant(method, amount) for method, amounts in AMOUNTS.items() for amount in amounts),
    *(Variant(method, amount, "codes") for method in ("ema", "offline") for amount in AMOUNTS[method][1::2]),
    *map(Variant, SOURCES),
]


@dataclass(frozen=True)
class Take:
    """One performance, filmed twice, and what was found: `body` and `driver` uint8 (T, H, W, 3), as they come out of
    H.264; `found` of both, landmarks float (T, 68, 2), NaN where no face was. What only measuring may use: `filmed`,
    their landmarks as drawn; `truth`, the film of the body with the new face, and its `clean` frames, without the
    camera's noise."""

    body: np.ndarray
    driver: np.ndarray
    found: dict[str, np.ndarray]
    filmed: dict[str, np.ndarray]
    truth: scenes.Film
    clean: np.ndarray


# --- filmed -----------------------------------------------------------------------------------------------------------


def double() -> toons.Identity:
    """The body: Kit in Bo's complexion. A forger looks for one whose skin agrees with the new face."""
    return replace(toons.CAST["kit"], skin=toons.CAST[TARGET].skin)


def performances(clip: int, frames: int = FRAMES) -> np.ndarray:
    """What is acted in a clip: float32 (frames, 11), with a blink well inside, for there must be one to lose."""
    lids = toons.PARAMETERS.index("lids")
    for attempt in range(100):
        track = toons.smooth_track(np.random.default_rng([clip, 9, attempt]), frames)
        if (track[6:-6, lids] < 0.05).any():
            return track
    raise ValueError(f"frames: no blink in 100 performances of {frames} frames")


def take(clip: int, frames: int = FRAMES) -> Take:
    """Films clip number `clip`, and finds the faces. The same number gives the same."""
    acted = performances(clip, frames)
    layout = scenes.sample_layout(np.random.default_rng([clip, 10]), SHAPE)
    studio = replace(layout, camera_seed=layout.camera_seed + 1, background_seed=WALLS[clip % len(WALLS)])
    body, true = double(), blend.wearing_the_face_of(double(), toons.CAST[TARGET])
    films = {"body": scenes.film(body, acted, layout), "driver": scenes.film(toons.CAST[SOURCE], acted, studio)}
    # The camera's gains come first of its numbers: without noise and JPEG the colours stay.
    quiet = replace(layout, camera=CameraSettings(noise=0.0, jpeg_quality=None))
    seen = {name: through_h264(film.pictures, CRF) for name, film in films.items()}
    found = {name: bridge(face_track(track_faces(pictures)), frames) for name, pictures in seen.items()}
    filmed = {name: film.landmarks for name, film in films.items()}
    truth = scenes.film(true, acted, layout)
    return Take(seen["body"], seen["driver"], found, filmed, truth, scenes.film(true, acted, quiet).pictures)


# --- forged -----------------------------------------------------------------------------------------------------------


@cache
def network():
    """The shipped swap, loaded once."""
    return weights.load(WEIGHTS)


class _Steady:
    """A swap net whose codes are smoothed over time before they are decoded."""

    def __init__(self, model, smooth: Callable[[np.ndarray], np.ndarray]):
        self.model, self.smooth, self.side = model, smooth, model.side

    def encode(self, pictures, name):
        codes = self.model.encode(pictures, name)
        return codes.new_tensor(self.smooth(codes.double().numpy()))

    def decode(self, codes, name):
        return self.model.decode(codes, name)


def forged(taken: Take, variant: Variant = VARIANTS[0]) -> tuple[np.ndarray, np.ndarray]:
    """The film that a variant makes of a take, before H.264: frames uint8 (T, H, W, 3); and the landmarks float
    (T, 68, 2) of the body that it went by."""
    if variant.method == "honest":
        return taken.truth.pictures, taken.filmed["body"]
    tracks = taken.found if variant.method not in SOURCES or variant.method == "detection" else taken.filmed
    model, recipe = network(), RECIPE
    if variant.method in ("network", "detection", "poisson"):
        recipe = replace(RECIPE, colour="none", poisson=variant.method == "poisson")
    if variant.what == "codes":
        model = _Steady(model, variant.smooth)
    else:
        tracks = {name: variant.smooth(track) for name, track in tracks.items()}
    drawn = drawn_faces(taken.body, tracks["body"], taken.driver, tracks["driver"], model, SOURCE, TARGET)
    if variant.what == "tracks":
        drawn = drawn._replace(transfers=variant.smooth(drawn.transfers))
    faces = (Drawn(*one) for one in zip(*drawn, strict=True))
    layers = zip(taken.body, faces, tracks["body"], strict=True)
    return np.stack([laid_back(*layer, recipe) for layer in layers]), tracks["body"]


# --- measured ---------------------------------------------------------------------------------------------------------


def measured(taken: Take, frames: np.ndarray, landmarks: np.ndarray) -> dict[str, float]:
    """A film uint8 (T, H, W, 3) against the truth of its take, after H.264.

    flicker         ΔE by which a place of the face changes from frame to frame, beyond the truth; in aligned crops of
                    64 × 64, so that a face which moves with its head does not count.
    colour_flicker  the same of the face's mean colour (lesson 08's).
    error           mean ΔE to the truth inside the true face.
    lag             frames by which the landmarks that the film went by come late.
    blink           how much of the true blinks those landmarks keep.
    blink_seen      how much of those blinks is to be seen in the film's own pictures.
    """
    frames = through_h264(frames, 18)
    clips = (frames, taken.clean, taken.truth.masks)
    crops, true, masks = (steadied(clip, taken.truth.landmarks, SIDE) for clip in clips)
    marks = extract.move(taken.truth.landmarks, extract.align_matrix(taken.truth.landmarks, SIDE))
    errors = [blend.composite_error(*three) for three in zip(frames, taken.clean, taken.truth.masks, strict=True)]
    opening = eye_opening(taken.filmed["body"])
    return {
        "flicker": flicker(crops, masks, true),
        "colour_flicker": blend.flicker(crops, masks, true),
        "error": float(np.mean(errors)),
        "lag": lag(landmarks, taken.filmed["body"]),
        "blink": blink_kept(eye_opening(landmarks), opening),
        "blink_seen": blink_seen(crops, true, marks, eye_opening(taken.truth.landmarks)),
    }


def blink_seen(
    crops: np.ndarray, truth: np.ndarray, landmarks: np.ndarray, opening: np.ndarray, reach: int = 4
) -> float:
    """How much of the truth's blinks is to be seen in a film, by its pictures: 1 as much as in the truth, 0 nothing.

    crops, truth  uint8 (T, S, S, 3), both steadied alike; `landmarks` float (T, 68, 2) in them.
    opening       (T,), how far the eyes are truly open. A blink is where that is least, below half of the median; the
                  picture of it is what has changed round the eyes since they were last open. Of the film that frame
                  counts, from one before the blink to `reach` after, which has changed most like it.
    NaN without a blink.
    """
    usual = np.median(opening)
    shut = np.flatnonzero(opening < 0.5 * usual)
    found = []
    for run in np.split(shut, np.flatnonzero(np.diff(shut) > 1) + 1) if len(shut) else []:
        if run[0] == 0:
            continue
        at, before = run[opening[run].argmin()], np.flatnonzero(opening[: run[0]] > 0.9 * usual)
        still = before[-1] if len(before) else opening[: run[0]].argmax()
        eyes = np.zeros(crops.shape[1:3], np.uint8)
        for t in (still, at):
            for name in ("right_eye", "left_eye"):
                cv2.fillConvexPoly(
                    eyes, cv2.convexHull(landmarks[t, toons.LANDMARKS[name]].round().astype(np.int32)), 1
                )
        where = cv2.dilate(eyes, np.ones((3, 3), np.uint8)) > 0
        change = truth[at][where].astype(float) - truth[still][where]
        near = range(max(still + 1, at - 1), min(len(crops), at + reach + 1))
        alike = [((crops[t][where].astype(float) - crops[still][where]) * change).sum() for t in near]
        found.append(max(alike) / np.square(change).sum())
    return float(np.mean(found)) if found else float("nan")


def film_row(variant: Variant, clip: int, *, taken: Take | None = None) -> Row:
    """One row of the table: a variant on a clip. `taken`: what `take(clip)` returned, to film once for all variants."""
    taken = take(clip) if taken is None else taken
    row = {"variant": str(variant), "method": variant.method, "amount": variant.amount, "what": variant.what}
    return row | {"clip": clip} | measured(taken, *forged(taken, variant))


MEASURES = ("flicker", "colour_flicker", "error", "lag", "blink", "blink_seen")


def summary(
    rows: Iterable[Row], measures: Sequence[str] = MEASURES
) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Variant → measure → (mean, low, high) over its clips: the ends of the 95 % interval, by Student's t.

    One clip has no interval: low and high are the mean.
    """
    named: dict[str, list[Row]] = {}
    for row in rows:
        named.setdefault(row["variant"], []).append(row)
    return {name: {one: _interval([row[one] for row in some]) for one in measures} for name, some in named.items()}


def differences(
    rows: Iterable[Row], base: str = "raw", measures: Sequence[str] = MEASURES
) -> dict[str, dict[str, Interval]]:
    """The same of what each variant has more than `base` on the same clip: clips differ more than variants do.

    Raises ValueError for a base that has no row on one of the clips.
    """
    rows = list(rows)
    known = {row["clip"]: row for row in rows if row["variant"] == base}
    lacking = {row["clip"] for row in rows} - set(known)
    if lacking:
        raise ValueError(f"base: {base!r} has no row on clip {min(lacking)}")
    more = [{"variant": row["variant"]} | {one: row[one] - known[row["clip"]][one] for one in measures} for row in rows]
    return summary(more, measures)


def _interval(values: Sequence[float]) -> Interval:
    mean = float(np.mean(values))
    reach = 0.0
    if len(values) > 1:
        reach = float(stdtrit(len(values) - 1, 0.975) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return mean, mean - reach, mean + reach


def front(points: Mapping[str, Sequence[float]]) -> list[str]:
    """The names that nothing beats: no other point is as low in every number, and lower in one. In their order."""
    values = {name: np.asarray(point, float) for name, point in points.items()}
    return [
        name
        for name, mine in values.items()
        if not any((other <= mine).all() and (other < mine).any() for other in values.values())
    ]


# --- the command ------------------------------------------------------------------------------------------------------


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--clips", type=int, default=6, help="clips 0, 1, … for every variant")
    parser.add_argument("--frames", type=int, default=FRAMES, help="frames of each clip")
    add_keeping(parser)
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    if asked.clips < 1 or asked.frames < 30:
        parser.error(f"--clips must be 1 or more and --frames 30 or more, got {asked.clips} and {asked.frames}")
    print(tensors.Machine("cpu", 1, "float32").apply())
    table = {"command": command_of(parser, asked), "settings": settings_of(asked)}
    # Another net makes other films: rows of an older one don't stay.
    table |= {"weights": {WEIGHTS: weights.shipped()[WEIGHTS]["sha256"]}, "sources": SOURCES}
    named = {str(variant): variant for variant in VARIANTS}
    wanted = [(name, clip) for clip in range(asked.clips) for name in named]

    def make(missing: list[tuple[str, int]]) -> Iterator[Row]:
        for clip, some in groupby(missing, key=lambda key: key[1]):
            taken = take(clip, asked.frames)
            yield from (film_row(named[name], clip, taken=taken) for name, _ in some)

    keep_rows(TABLE, table, ("variant", "clip"), wanted, make, fresh=asked.fresh, folder=asked.folder)
    print(f"{len(wanted)} rows stand in {TABLE}.json")


if __name__ == "__main__":
    main()
