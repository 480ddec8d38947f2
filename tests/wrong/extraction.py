# ruff: noqa: F811
"""Answers to lesson 05 that its checks must refuse, and unusual ones that they must accept."""

import cv2
import numpy as np
from scipy import ndimage
from skimage import transform

from wrong import right_answer, wrong_answer


def areas(box, boxes):
    """Signed sides of what is shared, and both areas."""
    sides = np.minimum(box[..., 2:], boxes[..., 2:]) - np.maximum(box[..., :2], boxes[..., :2])
    return sides, np.prod(box[..., 2:] - box[..., :2], -1), np.prod(boxes[..., 2:] - boxes[..., :2], -1)


def shares(box, boxes):
    sides, mine, others = areas(box, boxes)
    shared = np.prod(np.maximum(sides, 0), -1)
    return shared / (mine + others - shared)


@wrong_answer("extraction.overlap", "sides not cut off at 0")
def overlap(box, boxes):
    sides, mine, others = areas(box, boxes)
    shared = sides.prod(1)
    return shared / (mine + others - shared)


@wrong_answer("extraction.overlap", "the area cut off at 0 instead of the sides")
def overlap(box, boxes):
    sides, mine, others = areas(box, boxes)
    shared = np.maximum(sides.prod(1), 0)
    return shared / (mine + others - shared)


@wrong_answer("extraction.overlap", "what is shared counted twice below")
def overlap(box, boxes):
    sides, mine, others = areas(box, boxes)
    return np.maximum(sides, 0).prod(1) / (mine + others)


@wrong_answer("extraction.overlap", "Dice's coefficient")
def overlap(box, boxes):
    sides, mine, others = areas(box, boxes)
    return 2 * np.maximum(sides, 0).prod(1) / (mine + others)


@wrong_answer("extraction.overlap", "over the first box's area")
def overlap(box, boxes):
    sides, mine, _ = areas(box, boxes)
    return np.maximum(sides, 0).prod(1) / mine


@wrong_answer("extraction.overlap", "over the smaller area")
def overlap(box, boxes):
    sides, mine, others = areas(box, boxes)
    return np.maximum(sides, 0).prod(1) / np.minimum(mine, others)


@wrong_answer("extraction.overlap", "sides with one pixel more")
def overlap(box, boxes):
    return shares(box + np.array([0, 0, 1, 1]), boxes + np.array([0, 0, 1, 1]))


@wrong_answer("extraction.overlap", "width and height taken for corners")
def overlap(box, boxes):
    def corners(one):
        return np.concatenate([one[..., :2], one[..., :2] + one[..., 2:]], -1)

    return shares(corners(box), corners(boxes))


@wrong_answer("extraction.overlap", "turns corners into sides in place")
def overlap(box, boxes):
    result = shares(box, boxes)
    boxes[:, 2:] -= boxes[:, :2]
    return result


@wrong_answer("extraction.overlap", "works in whole numbers")
def overlap(box, boxes):
    return shares(np.rint(box), np.rint(boxes))


@wrong_answer("extraction.overlap", "a number for the first box alone")
def overlap(box, boxes):
    return float(shares(box, boxes)[0])


@right_answer("extraction.overlap", "one box after the other, by the sorted corners")
def overlap(box, boxes):
    found = []
    for other in boxes.tolist():
        shared = 1.0
        for low, high in ((0, 2), (1, 3)):
            _, second, third, _ = sorted([box[low], box[high], other[low], other[high]])
            meets = other[high] > box[low] and box[high] > other[low]
            shared *= (third - second) if meets else 0.0
        whole = sum((one[2] - one[0]) * (one[3] - one[1]) for one in (box, other))
        found.append(shared / (whole - shared))
    return np.array(found)


@right_answer("extraction.overlap", "in single precision, column by column")
def overlap(box, boxes):
    x0, y0, x1, y1 = boxes.astype(np.float32).T
    across = np.clip(np.minimum(x1, box[2]) - np.maximum(x0, box[0]), 0, None)
    down = np.clip(np.minimum(y1, box[3]) - np.maximum(y0, box[1]), 0, None)
    union = (x1 - x0) * (y1 - y0) + (box[2] - box[0]) * (box[3] - box[1]) - across * down
    return across * down / union


def beyond(boxes, limit):
    return lambda one, other: shares(boxes[one], boxes[other]) > limit


def walk(order, pushes):
    """Of the boxes in this order, those that no box before them, itself kept, pushes out."""
    stay = []
    for one in order:
        if not any(pushes(one, other) for other in stay):
            stay.append(int(one))
    return stay


def suppressed(boxes, scores, limit):
    return walk(np.argsort(-scores), beyond(boxes, limit))


@wrong_answer("extraction.suppression", "dropped boxes push others out, too")
def suppress(boxes, scores, limit):
    best = np.argsort(-scores)
    return [int(one) for place, one in enumerate(best) if not any(shares(boxes[one], boxes[best[:place]]) > limit)]


@wrong_answer("extraction.suppression", "only the best box pushes others out")
def suppress(boxes, scores, limit):
    best = np.argsort(-scores)
    return [int(one) for one in best if one == best[0] or shares(boxes[one], boxes[best[0]]) <= limit]


@wrong_answer("extraction.suppression", "in the order in which they came")
def suppress(boxes, scores, limit):
    return walk(range(len(boxes)), beyond(boxes, limit))


@wrong_answer("extraction.suppression", "the worst first")
def suppress(boxes, scores, limit):
    return walk(np.argsort(scores), beyond(boxes, limit))


@wrong_answer("extraction.suppression", "the limit the wrong way round")
def suppress(boxes, scores, limit):
    reaches = beyond(boxes, limit)
    return walk(np.argsort(-scores), lambda one, other: not reaches(one, other))


@wrong_answer("extraction.suppression", "a limit of its own")
def suppress(boxes, scores, limit):
    return suppressed(boxes, scores, 0.4)


@wrong_answer("extraction.suppression", "places in the sorted list")
def suppress(boxes, scores, limit):
    order = np.argsort(-scores)
    return suppressed(boxes[order], scores[order], limit)


@wrong_answer("extraction.suppression", "the boxes themselves")
def suppress(boxes, scores, limit):
    return boxes[suppressed(boxes, scores, limit)]


@wrong_answer("extraction.suppression", "a mask of those that stay")
def suppress(boxes, scores, limit):
    return np.isin(np.arange(len(boxes)), suppressed(boxes, scores, limit))


@wrong_answer("extraction.suppression", "in the order of the boxes")
def suppress(boxes, scores, limit):
    return sorted(suppressed(boxes, scores, limit))


@wrong_answer("extraction.suppression", "strikes scores out in place")
def suppress(boxes, scores, limit):
    stay = []
    while scores.size and scores.max() > -1:
        one = int(scores.argmax())
        stay.append(one)
        scores[shares(boxes[one], boxes) > limit] = -1
    return stay


@wrong_answer("extraction.suppression", "no boxes are an error")
def suppress(boxes, scores, limit):
    stay = [int(np.argmax(scores))]
    return stay + [one for one in suppressed(boxes, scores, limit) if one not in stay]


@right_answer("extraction.suppression", "strikes out in a copy until nothing is left, an array of int32")
def suppress(boxes, scores, limit):
    left, stay = np.array(scores, np.float64), []
    while left.size and left.max() > -np.inf:
        one = int(left.argmax())
        stay.append(one)
        left[shares(boxes[one], boxes) > limit] = -np.inf
        left[one] = -np.inf
    return np.array(stay, np.int32)


@right_answer("extraction.suppression", "recursive, a tuple")
def suppress(boxes, scores, limit):
    def rest(order):
        if not order:
            return ()
        one, *others = order
        return (one, *rest([other for other in others if shares(boxes[one], boxes[other]) <= limit]))

    return rest(sorted(range(len(boxes)), key=lambda one: -scores[one]))


def parts(source, target):
    a, b = source - source.mean(0), target - target.mean(0)
    u, strength, vt = np.linalg.svd(b.T @ a)
    sign = np.array([1.0, np.sign(np.linalg.det(u @ vt))])
    return a, b, u, strength, vt, sign


def matrix(source, target, linear):
    return np.column_stack([linear, target.mean(0) - linear @ source.mean(0)])


@wrong_answer("extraction.similarity", "a mirror image is allowed")
def similarity(source, target):
    a, _, u, strength, vt, _ = parts(source, target)
    return matrix(source, target, strength.sum() / np.square(a).sum() * (u @ vt))


@wrong_answer("extraction.similarity", "the sign forgotten in the scale")
def similarity(source, target):
    a, _, u, strength, vt, sign = parts(source, target)
    return matrix(source, target, strength.sum() / np.square(a).sum() * ((u * sign) @ vt))


@wrong_answer("extraction.similarity", "turns the other way")
def similarity(source, target):
    a, _, u, strength, vt, sign = parts(source, target)
    return matrix(source, target, (strength * sign).sum() / np.square(a).sum() * ((u * sign) @ vt).T)


@wrong_answer("extraction.similarity", "from target to source")
def similarity(source, target):
    a, _, u, strength, vt, sign = parts(target, source)
    return matrix(target, source, (strength * sign).sum() / np.square(a).sum() * ((u * sign) @ vt))


@wrong_answer("extraction.similarity", "no scale")
def similarity(source, target):
    _, _, u, _, vt, sign = parts(source, target)
    return matrix(source, target, (u * sign) @ vt)


@wrong_answer("extraction.similarity", "the scale from the two spreads")
def similarity(source, target):
    a, b, u, _, vt, sign = parts(source, target)
    return matrix(source, target, np.sqrt(np.square(b).sum() / np.square(a).sum()) * ((u * sign) @ vt))


@wrong_answer("extraction.similarity", "the difference of the middles as the shift")
def similarity(source, target):
    a, _, u, strength, vt, sign = parts(source, target)
    linear = (strength * sign).sum() / np.square(a).sum() * ((u * sign) @ vt)
    return np.column_stack([linear, target.mean(0) - source.mean(0)])


@wrong_answer("extraction.similarity", "an affine map")
def similarity(source, target):
    return np.linalg.lstsq(np.column_stack([source, np.ones(len(source))]), target, rcond=None)[0].T


@wrong_answer("extraction.similarity", "three rows")
def similarity(source, target):
    return transform.estimate_transform("similarity", source, target).params


@wrong_answer("extraction.similarity", "moves the points to their middle in place")
def similarity(source, target):
    here, there = source.mean(0), target.mean(0)
    source -= here
    target -= there
    u, strength, vt = np.linalg.svd(target.T @ source)
    sign = np.array([1.0, np.sign(np.linalg.det(u @ vt))])
    linear = (strength * sign).sum() / np.square(source).sum() * ((u * sign) @ vt)
    return np.column_stack([linear, there - linear @ here])


@right_answer("extraction.similarity", "by one complex number")
def similarity(source, target):
    s, t = (points[:, 0] + 1j * points[:, 1] for points in (source, target))
    a, b = s - s.mean(), t - t.mean()
    turn = np.vdot(a, b) / np.vdot(a, a)
    shift = t.mean() - turn * s.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


@right_answer("extraction.similarity", "by least squares for four numbers")
def similarity(source, target):
    (x, y), one, none = source.T, np.ones(len(source)), np.zeros(len(source))
    left = np.concatenate([np.column_stack([x, -y, one, none]), np.column_stack([y, x, none, one])])
    a, b, right, down = np.linalg.lstsq(left, np.concatenate(target.T), rcond=None)[0]
    return np.array([[a, -b, right], [b, a, down]], np.float32)


@right_answer("extraction.similarity", "scikit-image's, two rows of it")
def similarity(source, target):
    return transform.estimate_transform("similarity", source, target).params[:2]


def way_back(matrix):
    inverse = np.linalg.inv(matrix[:, :2])
    return np.column_stack([inverse, -inverse @ matrix[:, 2]])


def looked_up(picture, at, size, whole=np.rint, cut=True):
    rows, columns = np.mgrid[:size, :size]
    x, y = (whole(row[0] * columns + row[1] * rows + row[2]).astype(int) for row in at)
    if cut:
        x, y = x.clip(0, picture.shape[1] - 1), y.clip(0, picture.shape[0] - 1)
    return picture[y, x]


@wrong_answer("extraction.crop", "looks up by the matrix itself")
def crop(picture, matrix, size):
    return looked_up(picture, matrix, size), way_back(matrix)


@wrong_answer("extraction.crop", "x and y exchanged")
def crop(picture, matrix, size):
    return looked_up(picture, way_back(matrix)[::-1], size), way_back(matrix)


@wrong_answer("extraction.crop", "cut off instead of rounded")
def crop(picture, matrix, size):
    return looked_up(picture, way_back(matrix), size, np.floor), way_back(matrix)


@wrong_answer("extraction.crop", "half a pixel too far")
def crop(picture, matrix, size):
    back = way_back(matrix)
    return looked_up(picture, back + np.array([[0, 0, 0.5]] * 2), size), back


@wrong_answer("extraction.crop", "around the picture's edge")
def crop(picture, matrix, size):
    back = way_back(matrix)
    rows, columns = np.mgrid[:size, :size]
    x, y = (np.rint(row[0] * columns + row[1] * rows + row[2]).astype(int) for row in back)
    return picture[y % picture.shape[0], x % picture.shape[1]], back


@wrong_answer("extraction.crop", "black beyond the edge")
def crop(picture, matrix, size):
    moved = cv2.warpAffine(picture, matrix, (size, size), flags=cv2.INTER_NEAREST)
    return moved, way_back(matrix)


@wrong_answer("extraction.crop", "indices that leave the picture")
def crop(picture, matrix, size):
    return looked_up(picture, way_back(matrix), size, cut=False), way_back(matrix)


@wrong_answer("extraction.crop", "neighbours mixed")
def crop(picture, matrix, size):
    moved = cv2.warpAffine(picture, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)
    return moved, way_back(matrix)


@wrong_answer("extraction.crop", "takes the shift off without turning it back")
def crop(picture, matrix, size):
    back = np.column_stack([np.linalg.inv(matrix[:, :2]), -matrix[:, 2]])
    return looked_up(picture, way_back(matrix), size), back


@wrong_answer("extraction.crop", "the matrix handed back as it was")
def crop(picture, matrix, size):
    return looked_up(picture, way_back(matrix), size), matrix


@wrong_answer("extraction.crop", "the crop alone")
def crop(picture, matrix, size):
    return looked_up(picture, way_back(matrix), size)


@wrong_answer("extraction.crop", "turns the matrix around in place")
def crop(picture, matrix, size):
    matrix[:] = way_back(matrix)
    return looked_up(picture, matrix, size), matrix


@right_answer("extraction.crop", "by SciPy, a channel at a time, with a 3 × 3 inverse")
def crop(picture, matrix, size):
    back = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    rows, columns = np.mgrid[:size, :size]
    x, y, _ = back @ np.stack([columns.ravel(), rows.ravel(), np.ones(size * size)])
    channels = [ndimage.map_coordinates(picture[..., c], [y, x], order=0, mode="nearest") for c in range(3)]
    return np.stack(channels, -1).reshape(size, size, 3), back[:2]


@right_answer("extraction.crop", "pixel by pixel, halves rounded up")
def crop(picture, matrix, size):
    back, made = cv2.invertAffineTransform(matrix.astype(np.float64)), np.empty((size, size, 3), np.uint8)
    for row in range(size):
        for column in range(size):
            x, y = np.floor(back @ (column, row, 1) + 0.5).astype(int)
            made[row, column] = picture[min(max(y, 0), picture.shape[0] - 1), min(max(x, 0), picture.shape[1] - 1)]
    return [made, back]


def laplacian(grey):
    around = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    return 4 * grey[:, 1:-1, 1:-1] - around


@wrong_answer("extraction.blur", "the standard deviation")
def sharpness(crops):
    return laplacian(crops.mean(-1)).std((1, 2))


@wrong_answer("extraction.blur", "the mean size")
def sharpness(crops):
    return np.abs(laplacian(crops.mean(-1))).mean((1, 2))


@wrong_answer("extraction.blur", "one variance for all crops")
def sharpness(crops):
    return np.full(len(crops), laplacian(crops.mean(-1)).var())


@wrong_answer("extraction.blur", "the variance of the grey levels")
def sharpness(crops):
    return crops.mean(-1).var((1, 2))


@wrong_answer("extraction.blur", "edges that reach around")
def sharpness(crops):
    grey = crops.mean(-1)
    around = sum(np.roll(grey, by, axis) for axis in (1, 2) for by in (1, -1))
    return (4 * grey - around).var((1, 2))


@wrong_answer("extraction.blur", "grey levels that wrap around")
def sharpness(crops):
    return laplacian(crops.mean(-1).astype(np.uint8)).var((1, 2))


@wrong_answer("extraction.blur", "left and right alone")
def sharpness(crops):
    grey = crops.mean(-1)[:, 1:-1]
    return (2 * grey[..., 1:-1] - grey[..., :-2] - grey[..., 2:]).var((1, 2))


@wrong_answer("extraction.blur", "the pixel counts once")
def sharpness(crops):
    grey = crops.mean(-1)
    return (laplacian(grey) - 3 * grey[:, 1:-1, 1:-1]).var((1, 2))


@wrong_answer("extraction.blur", "every channel by itself")
def sharpness(crops):
    return np.stack([laplacian(crops[..., c].astype(float)).var((1, 2)) for c in range(3)]).mean(0)


@wrong_answer("extraction.blur", "brightens the crops in place")
def sharpness(crops):
    result = laplacian(crops.mean(-1)).var((1, 2))
    crops[:] = 255 - crops
    return result


@wrong_answer("extraction.blur", "a list")
def sharpness(crops):
    return laplacian(crops.mean(-1)).var((1, 2)).tolist()


@right_answer("extraction.blur", "SciPy's Laplacian, with the other sign, without the rim")
def sharpness(crops):
    grey = crops.astype(np.float64).sum(-1) / 3
    return np.array([ndimage.laplace(one)[1:-1, 1:-1].var() for one in grey])


@right_answer("extraction.blur", "by its definition, in single precision")
def sharpness(crops):
    kernel = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]], np.float32)
    edges = np.stack([ndimage.convolve(one.mean(-1), kernel)[1:-1, 1:-1] for one in crops.astype(np.float32)])
    flat = edges.reshape(len(crops), -1)
    return (flat**2).mean(1) - flat.mean(1) ** 2
