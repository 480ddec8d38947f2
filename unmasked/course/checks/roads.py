"""The checks of lesson 10: a step of a fit, soft-argmax, the motion near a keypoint, and the occlusion blend."""

from collections.abc import Callable

import numpy as np
import torch

from unmasked.course.checks import (
    Trial,
    array_of,
    between,
    close,
    exercise,
    known_slips,
    require,
    shape_is,
    tensor_of,
    together,
)
from unmasked.makers import face2face
from unmasked.models import motion

# --- Face2Face --------------------------------------------------------------------------------------------------------


def bent_drawing(trial: Trial, count: int, pixels: int) -> Callable[[np.ndarray], np.ndarray]:
    """A drawing with `count` numbers that bends a little, so that a forward difference and its width can be told."""
    straight = trial.normal(pixels, count)
    bends = 0.5 * trial.normal(pixels, count)

    def draw(numbers: np.ndarray) -> np.ndarray:
        rows = np.asarray(numbers, float)
        if rows.ndim != 2 or rows.shape[1] != count:
            raise ValueError(
                f"draw wants rows of {count} numbers, (N, {count}), and got an array of shape {rows.shape}"
            )
        return rows @ straight.T + rows**2 @ bends.T

    return draw


@exercise("roads.step", reference=face2face.fitting_step)
def check_step(trial: Trial) -> str:
    """Drawings of unequal sizes, numbers near their ends, several widths and dampings, and straight lines."""
    cases = []
    for count, pixels, width, damping in ((3, 17, 0.05, 0.5), (5, 11, 0.1, 3.0)):
        draw = bent_drawing(trial, count, pixels)
        numbers = 0.3 + 0.4 * trial.uniform(count)
        wanted = draw(numbers[None])[0] + 0.3 * trial.normal(pixels)
        cases.append((draw, wanted, numbers, width, damping))
    got = [array_of(trial.call(*case), case[2].shape, "the new numbers") for case in cases]
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_step_slips(*case) for case in cases]))
    close(got, expected, "the numbers after a step")
    matrix, there = trial.normal(9, 4), 0.2 + 0.6 * trial.uniform(4)
    straight = (lambda rows: rows @ matrix.T, matrix @ there, np.full(4, 0.5), 0.1, 1e-9)
    close(
        array_of(trial.call(*straight), (4,), "the new numbers"),
        there,
        "the numbers after one step, where the drawing follows straight lines and hardly anything damps",
        tolerance=1e-3,
    )
    draw = bent_drawing(trial, 3, 17)
    asked: list[np.ndarray] = []

    def watched(rows: np.ndarray) -> np.ndarray:
        asked.append(np.asarray(rows, float))
        return draw(rows)

    edge = np.array([0.99, 0.0, 0.5])
    new = array_of(trial.run(trial.attempt, watched, draw(edge[None])[0] + 9, edge.copy(), 0.05, 0.01), (3,), "the new")
    between(new, 0, 1, "the numbers after a step that would leave 0…1")
    beyond = max(float(np.max(rows)) for rows in asked)
    require(
        beyond <= 1 + 1e-9,
        f"A number at 0.99 was moved to {beyond:.2f}, which no drawing has. Near 1, move it down instead.",
    )
    return "It asks what each number changes, and moves all of them at once."


def _step_slips(draw, wanted, numbers, width, damping) -> dict[str, np.ndarray]:
    """The usual mistakes with a step: words → what they give."""
    drawn, jacobian = face2face.sensitivities(draw, numbers, width)
    missing, square = wanted - drawn, jacobian.T @ jacobian
    eye = np.eye(len(numbers))

    def moved(change: np.ndarray) -> np.ndarray:
        return np.clip(numbers + change, 0, 1)

    step = np.linalg.solve(square + damping * eye, jacobian.T @ missing)
    undivided = jacobian * width
    whole = np.linalg.solve(undivided.T @ undivided + damping * eye, undivided.T @ missing)
    return {
        "It went the other way. What is missing is `wanted` less what is drawn, and the change is ADDED.": moved(-step),
        "That's the change alone. Add it to the numbers.": step,
        "The new numbers may lie outside 0…1. Clip them at the end.": numbers + step,
        "The differences weren't divided by `width`: the Jacobian says how much changes for a WHOLE unit.": moved(
            whole
        ),
        "The damping is missing: add it to the diagonal of JᵀJ.": moved(
            np.linalg.lstsq(jacobian, missing, rcond=None)[0]
        ),
        "The damping was added to every entry of JᵀJ. It belongs on the diagonal: `damping * np.eye(...)`.": moved(
            np.linalg.solve(square + damping, jacobian.T @ missing)
        ),
        "That's a step along the gradient Jᵀ · missing. Solve with JᵀJ + damping on the diagonal first.": moved(
            jacobian.T @ missing
        ),
        "Each number was moved by itself, as if no other moved too. Solve for all of them together.": moved(
            (jacobian.T @ missing) / (np.diag(square) + damping)
        ),
        "The damping multiplies the diagonal of JᵀJ (that's Marquardt's). Here it's added: damping · 1.": moved(
            np.linalg.solve(square + damping * np.diag(np.diag(square)), jacobian.T @ missing)
        ),
    }


# --- First Order Motion -----------------------------------------------------------------------------------------------


def keypoints(logits: torch.Tensor, temperature: float = motion.TEMPERATURE) -> torch.Tensor:
    """The keypoints alone, (N, K, 2)."""
    return motion.soft_argmax(logits, temperature)[0]


@exercise("roads.keypoints", reference=keypoints)
def check_keypoints(trial: Trial) -> str:
    """Maps that aren't square, two temperatures, a single hot pixel, and the gradient."""
    cases = [(2 * trial.torch_normal(n, k, h, w), t) for n, k, h, w, t in ((2, 3, 6, 9, 0.4), (1, 2, 7, 5, 0.7))]
    got = []
    for logits, temperature in cases:
        mine = trial.call(logits, temperature)
        shape_is(mine, (*logits.shape[:2], 2), "the keypoints")
        got.append(tensor_of(mine, (*logits.shape[:2], 2), "the keypoints"))
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_keypoint_slips(*case) for case in cases]))
    close(got, expected, "the keypoints")
    hot = torch.zeros(1, 1, 5, 7)
    hot[0, 0, 1, 5] = 30.0
    close(
        tensor_of(trial.call(hot, 0.1), (1, 1, 2), "the keypoint"),
        motion.places((5, 7))[1, 5][None, None],
        "the keypoint of a map with one hot pixel, in row 1 and column 5 of 5 × 7",
    )
    logits = trial.torch_normal(1, 2, 4, 5).requires_grad_(True)
    found = trial.run(trial.attempt, logits, 0.5)
    require(
        isinstance(found, torch.Tensor) and found.requires_grad,
        "No gradient reaches the maps, so no detector could learn from it. A plain argmax is like that; stay soft.",
    )
    return "It finds the hot place between the pixels, and a gradient reaches every one of them."


def _keypoint_slips(logits: torch.Tensor, temperature: float) -> dict[str, torch.Tensor]:
    """The usual mistakes with soft-argmax: words → what they give."""
    height, width = logits.shape[-2:]
    grid = motion.places((height, width)).flatten(0, 1)
    flat = logits.flatten(2)

    def mean(heat: torch.Tensor) -> torch.Tensor:
        return heat @ grid

    soft = (flat / temperature).softmax(-1)
    rows = (logits / temperature).softmax(-1).flatten(2)
    pixels = torch.stack(torch.meshgrid(torch.arange(width), torch.arange(height), indexing="xy"), -1).flatten(0, 1)
    hottest = grid[flat.argmax(-1)]
    return {
        "x and y are exchanged: x goes across and comes first.": mean(soft).flip(-1),
        "The logits were multiplied by the temperature. Divide: a low temperature makes a map steeper.": mean(
            (flat * temperature).softmax(-1)
        ),
        "The temperature isn't used. Divide the logits by it before the softmax.": mean(flat.softmax(-1)),
        "The softmax went along the rows alone, so each row has a sum of 1. Flatten height and width first.": mean(
            rows
        ),
        "The softmax went over the keypoints. Each keypoint's own map should have a sum of 1.": mean(
            (flat / temperature).softmax(1)
        ),
        "That's the hottest pixel's place. Take the mean place, weighted by the whole map.": hottest,
        "Those are pixels. The places of `grid` reach from −1 to 1.": soft @ pixels.float(),
        "The logits themselves were the weights. Make a map with a sum of 1 of them first, by softmax.": mean(flat),
    }


@exercise("roads.affine", reference=motion.local_affine)
def check_affine(trial: Trial) -> str:
    """Grids that aren't square, keypoints that differ, matrices that don't commute."""
    cases = [_motions(trial, *size) for size in ((2, 3, 4, 6), (1, 4, 5, 3))]
    got = []
    for case in cases:
        mine = trial.call(*case)
        wanted = (*case[1].shape[:2], *case[0].shape)
        shape_is(mine, wanted, "the motions")
        got.append(tensor_of(mine, wanted, "the motions"))
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_affine_slips(*case) for case in cases]))
    close(got, expected, "the motions near the keypoints")
    grid, source, turn, *_ = cases[0]
    still = tensor_of(trial.call(grid, source, turn, source, turn), (*source.shape[:2], *grid.shape), "the motions")
    close(still, grid.expand_as(still), "the motion between a picture and itself, which leaves every place where it is")
    source.requires_grad_(True)
    moved = trial.run(trial.attempt, *cases[0])
    require(
        isinstance(moved, torch.Tensor) and moved.requires_grad,
        "No gradient reaches the keypoints: nothing could teach them where to be. Stay in torch.",
    )
    return "The driver's keypoint lands on the still's, and around it everything turns and stretches along."


def _motions(trial: Trial, count: int, points: int, height: int, width: int) -> tuple[torch.Tensor, ...]:
    """A grid, and keypoints with matrices far from flat: something of 1 on the diagonal, and a shear."""

    def matrices() -> torch.Tensor:
        return torch.eye(2) + 0.3 * (2 * trial.torch_uniform(count, points, 2, 2) - 1)

    grid = motion.places((height, width))
    places = (2 * trial.torch_uniform(count, points, 2) - 1 for _ in range(2))
    source, driving = places
    return grid, source, matrices(), driving, matrices()


def _affine_slips(grid, source, turn_source, driving, turn_driving) -> dict[str, torch.Tensor]:
    """The usual mistakes with the local motion: words → what they give."""
    invert = torch.linalg.inv
    here, there = (kp[:, :, None, None] for kp in (driving, source))

    def by(matrix: torch.Tensor, vectors: torch.Tensor) -> torch.Tensor:
        return torch.einsum("nkij,nkhwj->nkhwi", matrix, vectors)

    right = turn_source @ invert(turn_driving)
    away = grid - here
    return {
        "The two pictures are exchanged: the places are the DRIVER's, the answer is where to look in the still.": (
            here + by(turn_driving @ invert(turn_source), grid - there)
        ),
        "The second matrix wasn't inverted: undo the driver's turn before you make the still's.": there
        + by(turn_source @ turn_driving, away),
        "The first matrix was inverted, not the second.": there + by(invert(turn_source) @ turn_driving, away),
        "The matrices are exchanged: the driver's turn is the one to undo, and the still's the one to make.": there
        + by(turn_driving @ invert(turn_source), away),
        "The matrices are in the other order. Undo the driver's first, so it stands next to z.": there
        + by(invert(turn_driving) @ turn_source, away),
        "Vector times matrix isn't matrix times vector: yours turns the other way. Mind the order, or transpose.": there
        + by(right.mT, away),
        "The matrices aren't used: that shifts everything alike.": there + away,
        "The driver's keypoint wasn't taken away before turning: turn what lies AROUND it, z − keypoint.": there
        + by(right, grid.expand_as(away)),
        "The still's keypoint isn't added at the end.": by(right, away),
        "You came back to the driver's keypoint. The answer lies around the STILL's.": here + by(right, away),
        "Where to look went missing: that's only how far it is from the place itself.": there + by(right, away) - grid,
    }


@exercise("roads.blend", reference=motion.occlusion_blend)
def check_blend(trial: Trial) -> str:
    """Soft maps on pictures that aren't square; and a gradient for the map."""
    cases = [
        (trial.torch_normal(n, c, h, w), trial.torch_normal(n, c, h, w), trial.torch_uniform(n, 1, h, w))
        for n, c, h, w in ((2, 3, 6, 9), (3, 5, 8, 4))
    ]
    got = []
    for case in cases:
        mine = trial.call(*case)
        shape_is(mine, tuple(case[0].shape), "the blend")
        got.append(tensor_of(mine, tuple(case[0].shape), "the blend"))
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_blend_slips(*case) for case in cases]))
    close(got, expected, "the blend")
    moved, drawn, occlusion = cases[0]
    occlusion.requires_grad_(True)
    mixed = trial.run(trial.attempt, moved, drawn, occlusion)
    require(
        isinstance(mixed, torch.Tensor) and mixed.requires_grad,
        "No gradient reaches the map: the net couldn't learn where to distrust the still. Stay in torch, don't round.",
    )
    return "Where the map is 1 the moved still shows, where it is 0 the drawing does."


def _blend_slips(moved: torch.Tensor, drawn: torch.Tensor, occlusion: torch.Tensor) -> dict[str, torch.Tensor]:
    """The usual mistakes with the blend: words → what they give."""
    return {
        "The two are exchanged: where the map is 1, the moved still may be trusted.": occlusion * drawn
        + (1 - occlusion) * moved,
        "The drawing is missing: where the map is 0 yours is empty.": occlusion * moved,
        "The drawing was added at full strength everywhere. It should show by 1 − the map.": occlusion * moved + drawn,
        "The moved still shows at full strength everywhere. It should show by the map.": moved
        + (1 - occlusion) * drawn,
        "The map is taken for all or nothing. Where it is 0.3, three tenths of the still should show.": (
            torch.where(occlusion >= 0.5, moved, drawn)
        ),
        "That's the plain mean of the two.": (moved + drawn) / 2,
        "One number for the whole map was taken, its mean. It has a value of its own at each place.": occlusion.mean()
        * moved
        + (1 - occlusion.mean()) * drawn,
        "The map counts twice.": occlusion**2 * moved + (1 - occlusion**2) * drawn,
    }
