"""Analysis by synthesis: a face is read by drawing it, again and again, until the drawing looks like the picture.

No network is trained. A drawing has eleven numbers; each is moved a little, the drawing is made again, and what changed
says how to move all of them at once (Gauss and Newton, damped after Levenberg). What was read off one character is then
drawn as another. Source of the plan: Thies and others, "Face2Face: real-time face capture and reenactment of RGB
videos", 2016, with a statistical model of faces where this world has its own drawing, which is unfair: see `fit`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from unmasked import toons
from unmasked.arguments import checked_kind, checked_number, checked_numbers, checked_picture, checked_whole
from unmasked.faces import draw_faces
from unmasked.toons.identity import Identity, checked_identity

LOW, HIGH = np.array(list(toons.RANGES.values())).T
DAMPINGS = (0.1, 1.0, 10.0, 100.0)  # tried at each step, times the last one that helped
Draw = Callable[[np.ndarray], np.ndarray]


class Stage(NamedTuple):
    """Some steps at one coarseness: the side and the blur of what is compared, and how far each number is moved.

    Blurred pictures change smoothly with the numbers, so a step can be long; sharp ones say where exactly to stop. No
    step leads from raised brows to lowered ones if those between look worse, so a stage can begin with a `sweep`.
    """

    side: int
    blur: float  # of a Gaussian, in pixels; 0: none
    width: float  # of each number's range
    steps: int
    sweep: int = 0  # values at which each number of the expression is tried first; 0: none


STAGES = (Stage(32, 2.5, 0.08, 6), Stage(32, 1.0, 0.05, 3, sweep=7), Stage(64, 1.0, 0.04, 7))
EXPRESSION = [toons.PARAMETERS.index(name) for name in toons.EXPRESSION]


@dataclass
class Fit:
    """What a fit found: `performance` float32 (11,), the `path` to it float32 (steps + 1, 11), from its start on, and
    the `errors` (steps + 1,) of the drawings along it, root mean squared, in grey levels."""

    performance: np.ndarray
    path: np.ndarray
    errors: np.ndarray


def to_numbers(performances: np.ndarray) -> np.ndarray:
    """Performances (…, 11) as shares of their ranges: float64 in 0…1."""
    return (np.asarray(performances, np.float64) - LOW) / (HIGH - LOW)


def to_performances(numbers: np.ndarray) -> np.ndarray:
    """The way back: numbers (…, 11), kept within 0…1, to performances float32."""
    return (LOW + np.clip(numbers, 0, 1) * (HIGH - LOW)).clip(LOW, HIGH).astype(np.float32)


def flattened(pictures: np.ndarray, blur: float = 0.0) -> np.ndarray:
    """Pictures uint8 (N, S, S, 3), blurred, as rows of numbers: float64 (N, 3·S·S) in 0…1."""
    if blur:
        pictures = np.stack([cv2.GaussianBlur(one.astype(np.float32), (0, 0), blur) for one in pictures])
    return pictures.reshape(len(pictures), -1) / 255.0


def drawing(identity: Identity, side: int = 64, blur: float = 0.0) -> Draw:
    """A function from numbers (N, 11) in 0…1 to aligned drawings of the character, `flattened`: float64 (N, 3·S·S)."""
    checked_identity(identity)

    def draw(numbers: np.ndarray) -> np.ndarray:
        return flattened(draw_faces(identity, to_performances(numbers), side).pictures, blur)

    return draw


def sensitivities(draw: Draw, numbers: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """The drawing (M,) of numbers (P,), and how much of it changes with each of them: the Jacobian (M, P).

    Each number is moved by `width`, downwards where it would leave 0…1, and the change divided by that (finite
    differences): P + 1 drawings, made at once.
    """
    moves = np.where(numbers + width <= 1, width, -width)
    drawn = draw(np.vstack([numbers, numbers + np.diag(moves)]))
    return drawn[0], ((drawn[1:] - drawn[0]) / moves[:, None]).T


def damped_change(missing: np.ndarray, jacobian: np.ndarray, damping: float) -> np.ndarray:
    """The change (P,) of the numbers that would make up for what is `missing` (M,), if the drawing followed straight
    lines: (JᵀJ + damping · 1)⁻¹ Jᵀ missing. The damping keeps it short. Source: Levenberg, 1944."""
    return np.linalg.solve(jacobian.T @ jacobian + damping * np.eye(jacobian.shape[1]), jacobian.T @ missing)


def fitting_step(
    draw: Draw, wanted: np.ndarray, numbers: np.ndarray, width: float = 0.05, damping: float = 1.0
) -> np.ndarray:
    """The numbers (P,) after one step towards `wanted`, kept within 0…1.

    draw     numbers (N, P) → drawings (N, M); `wanted`: the picture (M,).
    width    how far each number is moved to see what changes; `damping`: see `damped_change`.
    Raises TypeError or ValueError for other shapes, a width of 0 or more than ½, or a damping below 0.
    """
    numbers = checked_numbers(numbers, "numbers", ("P",), least=1)
    width, damping = checked_number(width, "width", 1e-6, 0.5), checked_number(damping, "damping", 0)
    drawn, jacobian = sensitivities(draw, numbers, width)
    wanted = checked_numbers(wanted, "wanted", drawn.shape)
    return np.clip(numbers + damped_change(wanted - drawn, jacobian, damping), 0, 1)


def fit(
    picture: np.ndarray,
    identity: Identity,
    start: np.ndarray | None = None,
    stages: Sequence[Stage] = STAGES,
) -> Fit:
    """Reads the eleven numbers off an aligned picture of a character whose looks are known.

    picture   uint8 (S, S, 3), S 16 or more, aligned as `faces.draw_faces` aligns.
    identity  who it shows. The same code drew the picture, so the model can be met exactly; a model of real faces
              never is. Give a character whose looks are a little off to see what that costs.
    start     a performance float (11,), such as the last frame's; the calm one where None.
    Roll hardly shows in an aligned picture, which is turned upright, so it's read least exactly.
    Raises TypeError or ValueError in words.
    """
    checked_picture(picture)
    if picture.shape[0] != picture.shape[1] or picture.shape[0] < 16:
        raise ValueError(f"picture: wanted a square of 16 pixels or more, got {picture.shape[:2]}")
    if np.ptp(picture) == 0:
        raise ValueError("picture: it has one colour everywhere, so there is no face in it to read")
    checked_identity(identity)
    start = toons.Performance() if start is None else start
    numbers = to_numbers(toons.performance.checked(start, ndim=1))
    compare = drawing(identity, picture.shape[0])
    exact = flattened(picture[None])
    path, damping = [numbers], 1.0
    for stage in stages:
        checked_kind(stage, Stage, "stages", "some of face2face.Stage")
        small = cv2.resize(picture, (stage.side, stage.side), interpolation=cv2.INTER_AREA)
        wanted = flattened(small[None], stage.blur)[0]
        draw = drawing(identity, stage.side, stage.blur)
        if stage.sweep:
            numbers = _swept(draw, wanted, numbers, stage.sweep)
        seen = None
        for _ in range(checked_whole(stage.steps, "steps")):
            if seen is None:  # after a step that helped nothing they'd only be drawn again
                seen = sensitivities(draw, numbers, stage.width)
            stepped, damping = _best_step(draw, wanted, numbers, seen, damping)
            seen = seen if stepped is numbers else None
            numbers = stepped
            path.append(numbers)
    path = np.stack(path)
    errors = np.sqrt(np.square(compare(path) - exact).mean(1)) * 255
    # The stages' errors are of other pictures: the last step isn't always the nearest at full size.
    best = path[int(errors.argmin())] if stages else path[-1]
    return Fit(to_performances(best), to_performances(path), errors)


def _best_step(
    draw: Draw, wanted: np.ndarray, numbers: np.ndarray, seen: tuple[np.ndarray, np.ndarray], damping: float
) -> tuple[np.ndarray, float]:
    """The best of steps of several lengths, and its damping; the same numbers, and more damping, where none helps.

    seen   what `sensitivities` says of the numbers.
    """
    drawn, jacobian = seen
    dampings = damping * np.array(DAMPINGS)
    tried = np.stack([numbers + damped_change(wanted - drawn, jacobian, one) for one in dampings]).clip(0, 1)
    errors = np.square(draw(tried) - wanted).sum(1)
    best = int(errors.argmin())
    if errors[best] >= np.square(drawn - wanted).sum():
        return numbers, min(10 * damping, 1e6)
    return tried[best], max(float(dampings[best]), 1e-3)


def _swept(draw: Draw, wanted: np.ndarray, numbers: np.ndarray, count: int) -> np.ndarray:
    """The numbers after each of the expression's has been tried at `count` values, one number after the other."""
    for k in EXPRESSION:
        tried = np.repeat(numbers[None], 1 + count, 0)
        tried[1:, k] = np.linspace(0, 1, count)
        numbers = tried[int(np.square(draw(tried) - wanted).sum(1).argmin())]
    return numbers


def fit_all(pictures: np.ndarray, identity: Identity, **settings) -> np.ndarray:
    """The performances float32 (N, 11) of pictures uint8 (N, S, S, 3), each read by itself; `settings` go to `fit`."""
    return np.stack([fit(picture, identity, **settings).performance for picture in pictures])
