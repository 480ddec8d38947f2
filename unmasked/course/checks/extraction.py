"""The checks of lesson 05: finding, aligning and sorting faces."""

import cv2
import numpy as np

from unmasked import extract
from unmasked.course.checks import (
    Trial,
    array_of,
    close,
    exercise,
    known_slips,
    picture_is,
    refuse,
    require,
    shape_is,
    together,
)
from unmasked.extract import iou, non_maximum_suppression, overlaps, sharpness

# --- boxes ------------------------------------------------------------------------------------------------------------


def boxes_of(trial: Trial, count: int) -> np.ndarray:
    """Boxes with an area, x0 y0 x1 y1, no two alike and not square: float64 (count, 4)."""
    corner = trial.numbers.uniform(0, 60, (count, 2))
    return np.concatenate([corner, corner + trial.numbers.uniform(12, 40, (count, 2)) * (1.0, 1.3)], 1)


@exercise("extraction.overlap", reference=iou)
def check_overlap(trial: Trial) -> str:
    """A box with many: random ones, itself, one inside it, and some that lie beside it in one direction or in both."""
    cases = []
    for count in (1, 3, 8):
        box = boxes_of(trial, 1)[0]
        wide, high = box[2:] - box[:2]
        gap = trial.numbers.uniform(3, 9)
        around = [
            box,
            box + np.array([0.2 * wide, 0.3 * high, -0.3 * wide, -0.2 * high]),
            box + np.array([wide + gap, 0.2 * high] * 2),
            box - np.array([0.3 * wide, high + gap] * 2),
            box + np.array([wide + gap, high + 2 * gap] * 2),
            box + np.array([0.4 * wide, 0.3 * high] * 2),
        ]
        cases.append((box, np.concatenate([boxes_of(trial, count), around[: 6 if count > 1 else 5]])))
    got = [array_of(trial.call(box, boxes), (len(boxes),), "the overlaps") for box, boxes in cases]
    expected = [trial.expected(box, boxes) for box, boxes in cases]
    known_slips(got, expected, together([_overlap_slips(box, boxes) for box, boxes in cases]))
    for mine, right in zip(got, expected, strict=True):
        require(mine.min() >= 0, f"An overlap can't be less than 0; one of yours is {mine.min():.3g}.")
        close(mine, right, "the overlaps of a box with others")
    return "Boxes apart share nothing, a box shares everything with itself, and the rest lies between."


def _overlap_slips(box: np.ndarray, boxes: np.ndarray) -> dict[str, np.ndarray]:
    """The usual mistakes with the overlap: words → what they give."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    sides = high - low
    shared = np.prod(np.maximum(sides, 0), 1)
    mine, others = np.prod(box[2:] - box[:2]), np.prod(boxes[:, 2:] - boxes[:, :2], 1)
    signed = np.prod(sides, 1)
    around = np.prod(np.maximum(box[2:], boxes[:, 2:]) - np.minimum(box[:2], boxes[:, :2]), 1)
    pixels = np.prod(np.maximum(sides + 1, 0), 1)
    with_one = [np.prod(one[..., 2:] - one[..., :2] + 1, -1) for one in (box, boxes)]
    return {
        "Two boxes that lie apart both across and down get an overlap: two negative sides multiply to a positive area. "
        "Cut each side off at 0 before you multiply.": signed / (mine + others - signed),
        "Two boxes that lie apart both across and down get an overlap: their sides are negative, and the area is cut "
        "off at 0 too late. Cut off each SIDE.": np.maximum(signed, 0) / (mine + others - np.maximum(signed, 0)),
        "The sides' signs were dropped. A negative side means that the boxes don't meet: cut it off at 0.": (
            np.abs(signed) / (mine + others - np.abs(signed))
        ),
        "The shared area is counted twice below the fraction bar: both boxes have it. Take it off once.": (
            shared / (mine + others)
        ),
        "That is twice the shared area over both areas (Dice's coefficient). The union is wanted below the fraction "
        "bar: both areas, less what they share.": 2 * shared / (mine + others),
        "You divided by the first box's area. The union of both is wanted.": shared / mine,
        "You divided by the areas of `boxes`. The union of both is wanted.": shared / others,
        "You divided by the smaller of the two areas, so a box inside another gets 1. The union is wanted.": (
            shared / np.minimum(mine, others)
        ),
        "You divided by the box around both. The union is smaller: both areas, less what they share.": shared / around,
        "That is the shared area itself. Divide it by the union's.": shared,
        "Sides were counted as last − first + 1. These corners are edges, not pixels, so a side is x1 − x0.": (
            pixels / (sum(with_one) - pixels)
        ),
        "A box's numbers are x0, y0, x1, y1; yours are taken as x, y, width and height.": _sized(box, boxes),
        "A box's numbers are x0, y0, x1, y1; yours are taken as x0, x1, y0, y1.": _crossed(box, boxes),
        "That is 1 − the overlap: boxes that lie apart should get 0.": 1 - shared / (mine + others - shared),
    }


def _sized(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """The overlap of boxes whose last two numbers are taken for width and height."""
    ends, others = box[:2] + box[2:], boxes[:, :2] + boxes[:, 2:]
    sides = np.maximum(np.minimum(ends, others) - np.maximum(box[:2], boxes[:, :2]), 0)
    return _share(sides.prod(1), box[2:].prod(), boxes[:, 2:].prod(1))


def _crossed(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """The overlap by columns that are taken as x0, x1, y0, y1."""
    (ax0, ax1, ay0, ay1), (bx0, bx1, by0, by1) = box, boxes.T
    across = np.maximum(np.minimum(ax1, bx1) - np.maximum(ax0, bx0), 0)
    down = np.maximum(np.minimum(ay1, by1) - np.maximum(ay0, by0), 0)
    return _share(across * down, (ax1 - ax0) * (ay1 - ay0), (bx1 - bx0) * (by1 - by0))


def _share(shared: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(shared / (one + other - shared))


def crowd_of(trial: Trial, faces: int) -> tuple[np.ndarray, np.ndarray]:
    """Finds as a finder makes them: some boxes on each face, shifted little by little, and chains of neighbours.

    Boxes float64 (N, 4), scores float64 (N,) without ties, in no order.
    """
    boxes = []
    for number in range(faces):
        side = trial.numbers.uniform(20, 40)
        corner = np.array([120.0 * number, trial.numbers.uniform(0, 50)])
        first = np.concatenate([corner, corner + side])
        step = side * trial.numbers.uniform(0.25, 0.3)
        # A chain: each overlaps the next beyond 0.4, and no other.
        boxes += [first + np.array([step * k, 0, step * k, 0]) for k in range(trial.whole_number(6, 4))]
    boxes = np.array(boxes) + trial.numbers.uniform(-0.5, 0.5, (len(boxes), 4))
    scores = trial.numbers.permutation(np.linspace(0.15, 0.95, len(boxes)))
    order = trial.numbers.permutation(len(boxes))
    return boxes[order], scores[order]


@exercise("extraction.suppression", reference=non_maximum_suppression)
def check_suppression(trial: Trial) -> str:
    """Chains of overlapping boxes, at three limits; one box; and none at all."""
    cases = []
    for faces, limit in ((1, 0.4), (3, 0.4), (2, 0.25), (3, 0.65)):
        cases.append((*crowd_of(trial, faces), limit))
    # The best box swallows its neighbours, and the neighbours' neighbour has nobody left to be dropped for.
    chain = np.array([[0, 0, 20, 20], [6, 0, 26, 20], [12, 0, 32, 20], [18, 0, 38, 20.0]]) * trial.numbers.uniform(1, 3)
    cases.append((chain, np.array([0.9, 0.8, 0.7, 0.6]), 0.4))
    got = []
    for boxes, scores, limit in cases:
        kept = trial.call(boxes, scores, limit)
        got.append(_indices(kept, boxes, scores, limit))
    expected = [np.asarray(trial.expected(*case)).tolist() for case in cases]
    known_slips(got, expected, together([_suppression_slips(*case) for case in cases]))
    for mine, right, (boxes, _, limit) in zip(got, expected, cases, strict=True):
        about = f"of {len(boxes)} boxes, at a limit of {limit}"
        if sorted(mine) != sorted(right):
            extra, missing = sorted(set(mine) - set(right)), sorted(set(right) - set(mine))
            if extra:
                most = iou(boxes[extra[0]], boxes[right]).max()
                refuse(f"Box {extra[0]} {about}, was kept. It overlaps a kept box with a better score by {most:.2f}.")
            refuse(f"Box {missing[0]} {about}, was dropped, and no KEPT box with a better score overlaps it that much.")
        require(
            mine == right,
            f"The right boxes {about}, but in another order: begin with the best score. Expected {right}, got {mine}.",
        )
    one, none = trial.call(cases[0][0][:1], cases[0][1][:1], 0.4), trial.call(np.zeros((0, 4)), np.zeros(0), 0.4)
    require(_indices(one, cases[0][0][:1], cases[0][1][:1], 0.4) == [0], "A single box should stay: [0].")
    require(len(none) == 0, "Where nothing was found, nothing should be kept: no box, no index.")
    return "Of each heap the best box stays, and a box goes only for one that is itself kept."


def _indices(kept, boxes: np.ndarray, scores: np.ndarray, limit: float) -> list[int]:
    """What was kept, as whole numbers; refuses whatever is no list of indices."""
    if isinstance(kept, np.ndarray) and kept.dtype == bool:
        refuse("True and False came. Indices are wanted: the numbers of the boxes that stay, the best score first.")
    values = np.asarray(kept)
    if values.ndim == 2 and values.shape[1:] == (4,):
        refuse("Boxes came. Their indices are wanted, so that scores and pictures can be looked up by them, too.")
    if values.ndim != 1 or values.dtype.kind not in "iuf":
        refuse("A list of indices was expected, such as [4, 0, 7].")
    if values.size and (values != np.rint(values)).any():
        refuse("Indices are whole numbers. Scores came: give the PLACES of the boxes that stay.")
    if values.size and (values.min() < 0 or values.max() >= len(boxes)):
        refuse(f"There are {len(boxes)} boxes, so indices run from 0 to {len(boxes) - 1}; got {values.tolist()}.")
    require(len(set(values.tolist())) == len(values), f"A box may be kept once; got {values.tolist()}.")
    return [int(value) for value in values]


def _suppression_slips(boxes: np.ndarray, scores: np.ndarray, limit: float) -> dict[str, list[int]]:
    """The usual mistakes with non-maximum suppression: words → the indices that they keep."""
    best = np.argsort(-scores)
    shared = overlaps(boxes, boxes)
    kept = np.asarray(non_maximum_suppression(boxes, scores, limit)).tolist()

    def walk(order, goes) -> list[int]:
        stay: list[int] = []
        for one in order:
            if not any(goes(one, other) for other in stay):
                stay.append(int(one))
        return stay

    def beyond(one, other):
        return shared[one, other] > limit

    either = [int(i) for n, i in enumerate(best) if not any(beyond(i, j) for j in best[:n])]
    return {
        "A box went because of one that had gone itself. Only boxes that are KEPT may push others out.": either,
        "Only the best box of all pushed others out. Each kept box should do that.": [
            int(i) for i in best if i == best[0] or not beyond(i, best[0])
        ],
        "The boxes were taken in the order in which they came. Take the best score first.": walk(
            range(len(boxes)), beyond
        ),
        "The worst score came first. Take the best first.": walk(best[::-1], beyond),
        "Boxes were dropped for overlapping too LITTLE. Those that overlap more than `limit` should go.": walk(
            best, lambda one, other: shared[one, other] <= limit
        ),
        "The limit is always 0.4 in yours; it's an argument.": walk(best, lambda i, j: shared[i, j] > 0.4),
        "The limit is always 0.5 in yours; it's an argument.": walk(best, lambda i, j: shared[i, j] > 0.5),
        "These indices count from the best score on. They should be places in `boxes`, as they came.": [
            int(np.flatnonzero(best == i)[0]) for i in kept
        ],
        "All boxes were kept, in the order of their scores. Which of them overlap a better one?": best.tolist(),
        "The right boxes, but the order is that of `boxes`. Give the best score first.": sorted(kept),
        "The right boxes, but the worst comes first. Give the best score first.": kept[::-1],
    }


# --- the similarity and the crop --------------------------------------------------------------------------------------


def _turned(angle: float, scale: float) -> np.ndarray:
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[cos, -sin], [sin, cos]])


@exercise("extraction.similarity", reference=extract.similarity)
def check_similarity(trial: Trial) -> str:
    """Points turned, scaled, moved and disturbed; and points whose best orthogonal fit would be a mirror image."""
    cases = []
    for count, noise in ((2, 0.0), (5, 0.0), (8, 3.0), (68, 6.0)):
        source = trial.numbers.uniform((30, 5), (90, 65), (count, 2))
        angle, scale = trial.numbers.uniform(0.3, 0.8), trial.numbers.choice([0.4, 0.6, 1.7, 2.5])
        target = source @ _turned(angle, scale).T + trial.numbers.uniform(-40, 40, 2)
        cases.append((source, target + noise * trial.numbers.normal(size=target.shape)))
    mirrored = trial.numbers.uniform(0, 50, (8, 2))
    cases.append((mirrored, mirrored[:, ::-1] * (1.0, 1.6) + trial.numbers.normal(size=(8, 2))))
    got = [array_of(_matrix(trial, source, target), (2, 3), "the matrix") for source, target in cases]
    expected = [trial.expected(source, target) for source, target in cases]
    known_slips(got, expected, together([_similarity_slips(*case) for case in cases]), tolerance=1e-3)
    for mine, right, (source, target) in zip(got, expected, cases, strict=True):
        off, least = (np.square(source @ m[:, :2].T + m[:, 2] - target).mean() ** 0.5 for m in (mine, right))
        if np.abs(mine[:, :2] - right[:, :2]).max() < 1e-3 * (1 + np.abs(right).max()):
            close(mine[:, 2], right[:, 2], "rotation and scale are right. The shift, the third column,", 1e-3)
        if not np.allclose(mine, right, rtol=1e-3, atol=1e-3):
            refuse(
                f"With your matrix {len(source)} points lie {off:.2f} pixels from their targets (root mean square); "
                f"the best similarity brings them within {least:.2f}."
            )
    return "No similarity brings the points nearer to their targets, and a mirror image never comes out."


def _matrix(trial: Trial, source: np.ndarray, target: np.ndarray):
    mine = trial.call(source, target)
    got = getattr(mine, "shape", None)
    if got == (3, 3):
        refuse("A matrix (3, 3) came. The last row says nothing: [scale · rotation | shift] has the shape (2, 3).")
    if got == (2, 2):
        refuse("A matrix (2, 2) came. The shift is missing: it's the third column.")
    return mine


def _similarity_slips(source: np.ndarray, target: np.ndarray) -> dict[str, np.ndarray]:
    """The usual mistakes with the similarity: words → the matrices that they give."""
    here, there = source.mean(0), target.mean(0)
    a, b = source - here, target - there
    u, strength, vt = np.linalg.svd(b.T @ a)
    sign = np.array([1.0, 1.0 if np.linalg.det(u @ vt) > 0 else -1.0])
    rotation, size = (u * sign) @ vt, np.square(a).sum()
    scale = (strength * sign).sum() / size

    def matrix(linear, shift=None):
        return np.column_stack([linear, there - linear @ here if shift is None else shift])

    right = matrix(scale * rotation)
    affine = np.linalg.lstsq(np.column_stack([source, np.ones(len(source))]), target, rcond=None)[0].T
    return {
        "Where a mirror image would fit better, one comes out. `sign` belongs between `u` and `vt` and in the scale.": (
            matrix(strength.sum() / size * (u @ vt))
        ),
        "`sign` is missing in the scale: where the points look mirrored, the weaker strength counts negative.": (
            matrix(strength.sum() / size * rotation)
        ),
        "`sign` is missing in the rotation: where the points look mirrored, a mirror image comes out.": (
            matrix(scale * (u @ vt))
        ),
        "The rotation turns the other way: is it transposed?": matrix(scale * rotation.T),
        "That is the way from `target` to `source`. The other direction is wanted.": extract.similarity(target, source),
        "The scale is missing: these points keep their distances.": matrix(rotation),
        "The scale compares how far the points spread. The least squares want the strengths over `source`'s squares.": (
            matrix(np.sqrt(np.square(b).sum() / size) * rotation)
        ),
        "The scale is the sum of the strengths. Divide it by the sum of `source`'s squares.": (
            matrix((strength * sign).sum() * rotation)
        ),
        "The scale is divided by `target`'s squares. Divide by `source`'s.": (
            matrix((strength * sign).sum() / np.square(b).sum() * rotation)
        ),
        "The scale is divided by a mean of squares. Divide by their sum.": (
            matrix((strength * sign).sum() / np.square(a).mean() * rotation)
        ),
        "The scale is divided by the mean square of the points. Divide by the sum.": (
            matrix((strength * sign).sum() / np.square(a).sum(1).mean() * rotation)
        ),
        "The shift is the difference of the two middles. `source`'s middle is turned and scaled before that.": (
            matrix(scale * rotation, there - here)
        ),
        "The shift is `target`'s middle. `source`'s own middle, turned and scaled, has to come off.": (
            matrix(scale * rotation, there)
        ),
        "In the shift, `source`'s middle is turned but not scaled.": matrix(scale * rotation, there - rotation @ here),
        "In the shift, `source`'s middle is turned the wrong way: the matrix stands left of the point.": (
            matrix(scale * rotation, there - here @ (scale * rotation))
        ),
        "The shift was scaled, too. Only the rotation is.": matrix(scale * rotation, scale * right[:, 2]),
        "That is the best affine map, which also shears. A similarity only turns, scales and shifts.": affine,
        "The shift came first. Rotation and scale belong into the first two columns.": right[:, [2, 0, 1]],
    }


def sampled(picture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The pixels nearest to places x, y; beyond the picture's edge its border."""
    height, width = picture.shape[:2]
    return picture[np.rint(y).clip(0, height - 1).astype(int), np.rint(x).clip(0, width - 1).astype(int)]


def places(matrix: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Where a matrix (2, 3) takes the pixels of a square picture: x and y, each (size, size)."""
    down, across = np.mgrid[:size, :size].astype(np.float64)
    return tuple(row[0] * across + row[1] * down + row[2] for row in matrix)


def crop(picture: np.ndarray, matrix: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The crop uint8 (size, size, 3) by the nearest pixels, and the matrix (2, 3) of its way back."""
    back = extract.invert(matrix)
    return sampled(picture, *places(back, size)), back


@exercise("extraction.crop", reference=crop)
def check_crop(trial: Trial) -> str:
    """Turned, shrunk and enlarged crops out of pictures that aren't square, one of them reaching beyond the edge."""
    cases = []
    for height, width, size in ((50, 70, 24), (64, 41, 32), (37, 58, 16)):
        picture = trial.numbers.integers(0, 256, (height, width, 3), dtype=np.uint8)
        linear = _turned(trial.numbers.uniform(0.3, 0.7), trial.numbers.uniform(0.55, 0.8) if size < 30 else 1.4)
        middle = np.array([width, height]) * trial.numbers.uniform(0.42, 0.58, 2)
        if size == 16:
            middle = np.array([3.0, height - 4.0])  # a face partly outside
        cases.append((picture, np.column_stack([linear, size / 2 - linear @ middle]), size))
    got = []
    for picture, matrix, size in cases:
        mine = trial.call(picture, matrix, size)
        if isinstance(mine, np.ndarray) and mine.ndim >= 2:
            refuse("One array came. Two things are wanted: the crop, and the matrix of its way back.")
        if not isinstance(mine, (tuple, list)) or len(mine) != 2:
            refuse("Two things are wanted: the crop, and the matrix of its way back.")
        if getattr(mine[0], "shape", None) == (2, 3):
            refuse("The matrix came first. Give the crop first, and then the way back.")
        shape_is(mine[1], (2, 3), "the way back")
        got.append((mine[0], array_of(mine[1], (2, 3), "the way back")))
    backs = [extract.invert(matrix) for _, matrix, _ in cases]
    known_slips([back for _, back in got], backs, together([_back_slips(matrix) for _, matrix, _ in cases]))
    for (_, mine), right in zip(got, backs, strict=True):
        close(mine, right, "the way back")
    for (mine, _), (picture, matrix, size) in zip(got, cases, strict=True):
        picture_is(mine, (size, size), "the crop")
        _crop_agrees(mine, picture, matrix, size)
    return "Every pixel of the crop asked the picture where it comes from, also beyond the edge, and the way back fits."


def _back_slips(matrix: np.ndarray) -> dict[str, np.ndarray]:
    """The usual mistakes with the way back: words → the matrices that they give."""
    linear, shift = matrix[:, :2], matrix[:, 2]
    inverse = np.linalg.inv(linear)
    return {
        "The way back is the way there: nothing was inverted.": matrix,
        "The way back turns and scales rightly, but it only takes the shift off again. That shift was made AFTER the "
        "turn, so it has to be turned back as well.": np.column_stack([inverse, -shift]),
        "The way back shifts in the same direction as the way there: a minus is missing.": (
            np.column_stack([inverse, inverse @ shift])
        ),
        "The way back keeps the shift of the way there.": np.column_stack([inverse, shift]),
        "The transpose turns back, but it doesn't undo the scale.": np.column_stack([linear.T, -linear.T @ shift]),
        "In the way back's shift, the way there was used instead of its inverse.": (
            np.column_stack([inverse, -linear @ shift])
        ),
        "The inverse is transposed on its way into the matrix.": np.column_stack([inverse.T, -inverse @ shift]),
        "A pseudo-inverse of the whole (2, 3) doesn't undo the move: invert the first two columns, and turn the shift "
        "back by them.": np.linalg.pinv(matrix).T,
    }


def _crop_agrees(mine: np.ndarray, picture: np.ndarray, matrix: np.ndarray, size: int) -> None:
    """Refuse, in a usual slip's own words if it is one, unless it is the crop by the nearest pixels."""
    x, y = places(extract.invert(matrix), size)
    # Halfway between two pixels either is the nearest: rounding decides.
    sure = (np.abs(x % 1 - 0.5) > 0.02) & (np.abs(y % 1 - 0.5) > 0.02)
    right = sampled(picture, x, y)

    def same(other: np.ndarray) -> bool:
        return bool((mine == other)[sure].all())

    if same(right):
        return
    height, width = picture.shape[:2]
    columns, rows = np.rint(x).astype(int), np.rint(y).astype(int)
    outside = (columns < 0) | (columns >= width) | (rows < 0) | (rows >= height)
    slips = {
        "The matrix itself was used to look pixels up. It leads from the picture to the crop; the crop's pixels need "
        "the way back.": sampled(picture, *places(matrix, size)),
        "x and y are exchanged: `picture[y, x]`, the row comes first.": sampled(picture, y, x),
        "The crop is transposed: rows and columns of it are exchanged.": right.swapaxes(0, 1),
        "Places were cut off to whole numbers. Whole numbers lie in the MIDDLE of pixels, so round to the nearest.": (
            sampled(picture, np.floor(x), np.floor(y))
        ),
        "Places were rounded up, or moved by half a pixel. Whole numbers lie in the middle of pixels here, so the "
        "nearest one is right.": sampled(picture, np.ceil(x), np.ceil(y)),
        "Beyond the picture's left and upper edge the other side shows: a negative index counts from the end. Cut the "
        "places off at 0 and at the last pixel.": picture[rows % height, columns % width],
        "Beyond the picture's edge the crop is black. Repeat the picture's border there.": np.where(
            outside[..., None], 0, right
        ).astype(np.uint8),
    }
    for words, wrong in slips.items():
        if same(wrong) and not np.array_equal(wrong[sure], right[sure]):
            refuse(words)
    mixed = cv2.warpAffine(picture, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)
    if np.abs(mine.astype(int) - mixed).max() <= 12:  # OpenCV mixes by shares of 1/32
        refuse("Neighbouring pixels were mixed. That looks smoother, but here the nearest pixel alone is wanted.")
    off = (mine != right).any(-1) & sure
    if off.any() and (off == (outside & sure)).mean() > 0.97 and outside.any():
        refuse("Where the crop reaches beyond the picture, its border should be repeated; yours shows something else.")
    at = tuple(int(i) for i in np.argwhere(off)[0])
    refuse(
        f"{int(off.sum())} of {size * size} pixels of the crop aren't the nearest of the picture, such as row {at[0]}, "
        f"column {at[1]}: expected {right[at].tolist()} from x {x[at]:.2f}, y {y[at]:.2f} of the picture, "
        f"got {mine[at].tolist()}."
    )


# --- sorting ----------------------------------------------------------------------------------------------------------


@exercise("extraction.blur", reference=sharpness)
def check_blur(trial: Trial) -> str:
    """Crops from flat to loud; the edge of a crop and its absolute brightness must not count."""
    cases = []
    for count, height, width in ((1, 9, 14), (3, 16, 11), (6, 13, 13)):
        crops = trial.numbers.integers(40, 200, (count, height, width, 3))
        crops = crops * np.linspace(0.2, 1, count)[:, None, None, None] + 20
        # A slope across the crops: whoever reaches around the edge meets a step there.
        crops = crops + np.linspace(0, 35, width)[None, None, :, None] + (0, 25, -15)
        cases.append(np.clip(np.rint(crops), 0, 255).astype(np.uint8))
    flat = np.full((2, 8, 8, 3), 90 + trial.whole_number(100), np.uint8)
    got = [array_of(trial.call(crops), (len(crops),), "the sharpness") for crops in [*cases, flat]]
    require(
        np.abs(got[-1]).max() < 1e-6, f"A crop of one colour has no edges: 0 was expected, got {got[-1].max():.4g}."
    )
    expected = [trial.expected(crops) for crops in cases]
    known_slips(got[:-1], expected, together([_blur_slips(crops) for crops in cases]), tolerance=1e-3)
    for mine, right in zip(got, expected, strict=False):
        close(mine, right, "the sharpness of some crops", 1e-3)
    return "The louder the edges, the larger the number, and a crop without any gets 0."


def laplacian(grey: np.ndarray) -> np.ndarray:
    """Four times each inner pixel less its four neighbours: float (N, H − 2, W − 2) of (N, H, W)."""
    middle = grey[:, 1:-1, 1:-1]
    return 4 * middle - grey[:, :-2, 1:-1] - grey[:, 2:, 1:-1] - grey[:, 1:-1, :-2] - grey[:, 1:-1, 2:]


def _blur_slips(crops: np.ndarray) -> dict[str, np.ndarray]:
    """The usual mistakes with the sharpness: words → what they give."""
    grey = crops.mean(-1)
    edges, axes = laplacian(grey), (1, 2)
    rolled = 4 * grey - sum(np.roll(grey, by, axis) for axis in axes for by in (1, -1))
    padded = laplacian(np.pad(grey, ((0, 0), (1, 1), (1, 1)), mode="edge"))
    zeros = laplacian(np.pad(grey, ((0, 0), (1, 1), (1, 1))))
    down = np.diff(grey, axis=1)[:, :, 1:], np.diff(grey, axis=2)[:, 1:]
    half = 2 * grey[:, 1:-1, 1:-1] - grey[:, 1:-1, :-2] - grey[:, 1:-1, 2:]
    other = 2 * grey[:, 1:-1, 1:-1] - grey[:, :-2, 1:-1] - grey[:, 2:, 1:-1]
    wrapped = laplacian(grey.astype(np.uint8))
    each = np.stack([laplacian(crops[..., channel].astype(float)) for channel in range(3)], -1)
    return {
        "That is the standard deviation. The variance is its square.": edges.std(axes),
        "That is one number for all crops together, repeated. Each crop has a variance of its own: which axes?": (
            np.full(len(crops), edges.var())
        ),
        "That is the mean size of the edges. Their variance is wanted.": np.abs(edges).mean(axes),
        "That is the variance of the grey levels themselves. Take that of the Laplacian.": grey.var(axes),
        "Edges reach around the crop, from the last column to the first: `np.roll` does that. Take inner ones only.": (
            rolled.var(axes)
        ),
        "The crop's border was repeated around it. Take only pixels that have all four neighbours.": padded.var(axes),
        "The crop was surrounded by black, and its edge is then the loudest of all. Take inner pixels only.": (
            zeros.var(axes)
        ),
        "Grey levels wrapped around: `uint8` knows no number below 0. Compute with floats.": wrapped.var(axes),
        "Only neighbours left and right were taken off. Those above and below belong to it.": half.var(axes),
        "Only neighbours above and below were taken off. Those left and right belong to it.": other.var(axes),
        "The pixel itself counts once. It should count four times, once for each neighbour.": (
            (edges - 3 * grey[:, 1:-1, 1:-1]).var(axes)
        ),
        "Each channel was measured by itself, and the variances were averaged. Make one grey picture first.": (
            each.var((1, 2)).mean(-1)
        ),
        "All channels went into one variance. Make one grey picture first.": each.var((1, 2, 3)),
        "The variance was taken over N − 1. That is right for samples; here divide by all pixels.": (
            edges.var(axes, ddof=1)
        ),
        "The Laplacian is divided by 4. Leave it as the sum says.": (edges / 4).var(axes),
        "First differences were taken. The Laplacian compares a pixel with all its four neighbours.": (
            down[0].var(axes) + down[1].var(axes)
        ),
    }
