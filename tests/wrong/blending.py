# ruff: noqa: F811
"""Answers to lesson 08 that its checks must refuse, and unusual ones that they must accept."""

import cv2
import numpy as np
from scipy import ndimage
from skimage import color

from unmasked import blend
from wrong import right_answer, wrong_answer


@wrong_answer("blending.composite", "frame and face exchanged")
def composite(frame, face, mask):
    return np.rint(mask[..., None] * frame + (1 - mask[..., None]) * face).astype(np.uint8)


@wrong_answer("blending.composite", "the mask gets no third axis")
def composite(frame, face, mask):
    return np.rint(mask * face + (1 - mask) * frame).astype(np.uint8)


@wrong_answer("blending.composite", "differences in uint8, which wrap around")
def composite(frame, face, mask):
    return (frame + mask[..., None] * (face - frame)).astype(np.uint8)


@wrong_answer("blending.composite", "a hard choice, the soft mask forgotten")
def composite(frame, face, mask):
    return np.where(mask[..., None] >= 0.5, face, frame)


@wrong_answer("blending.composite", "stays in floats")
def composite(frame, face, mask):
    return mask[..., None] * face + (1 - mask[..., None]) * frame


@wrong_answer("blending.composite", "cut off instead of rounded")
def composite(frame, face, mask):
    return (mask[..., None] * face + (1 - mask[..., None]) * frame).astype(np.uint8)


@wrong_answer("blending.composite", "any mask at all shows the face alone")
def composite(frame, face, mask):
    return np.where(mask[..., None] > 0, face, frame)


@wrong_answer("blending.composite", "the frame does not give way")
def composite(frame, face, mask):
    return np.clip(np.rint(frame + mask[..., None] * face), 0, 255).astype(np.uint8)


@wrong_answer("blending.composite", "the face's part alone")
def composite(frame, face, mask):
    return np.rint(mask[..., None] * face).astype(np.uint8)


@wrong_answer("blending.composite", "writes into the frame")
def composite(frame, face, mask):
    frame[:] = np.rint(mask[..., None] * face + (1 - mask[..., None]) * frame)
    return frame


@right_answer("blending.composite", "the frame, moved towards the face, halves rounded up")
def composite(frame, face, mask):
    moved = frame.astype(np.float64)
    for channel in range(3):
        moved[..., channel] += mask * (face[..., channel] - moved[..., channel])
    return np.floor(moved + 0.5).astype(np.uint8)


def pairs(lab, inside, reach=2, norm=np.linalg.norm):
    across = norm(lab[:, reach:] - lab[:, :-reach], axis=-1)[inside[:, reach:] != inside[:, :-reach]]
    down = norm(lab[reach:] - lab[:-reach], axis=-1)[inside[reach:] != inside[:-reach]]
    return across, down


@wrong_answer("blending.step", "rows only")
def boundary_step(picture, mask):
    return float(pairs(blend.to_lab(picture), mask >= 0.5)[0].mean())


@wrong_answer("blending.step", "the next pixel instead of the one after it")
def boundary_step(picture, mask):
    return float(np.concatenate(pairs(blend.to_lab(picture), mask >= 0.5, 1)).mean())


@wrong_answer("blending.step", "distances in RGB")
def boundary_step(picture, mask):
    return float(np.concatenate(pairs(picture.astype(float), mask >= 0.5)).mean())


@wrong_answer("blending.step", "all pairs, whether or not they cross the edge")
def boundary_step(picture, mask):
    lab = blend.to_lab(picture)
    across = np.linalg.norm(lab[:, 2:] - lab[:, :-2], axis=-1)
    down = np.linalg.norm(lab[2:] - lab[:-2], axis=-1)
    return float(np.concatenate([across.ravel(), down.ravel()]).mean())


@wrong_answer("blending.step", "the mean of two means")
def boundary_step(picture, mask):
    across, down = pairs(blend.to_lab(picture), mask >= 0.5)
    return float((across.mean() + down.mean()) / 2)


@right_answer("blending.step", "pixel by pixel, in scikit-image's Lab")
def boundary_step(picture, mask):
    lab, inside = color.rgb2lab(picture), mask >= 0.5
    found = []
    for y in range(len(lab)):
        for x in range(len(lab[0])):
            for other in ((y + 2, x), (y, x + 2)):
                if other[0] < len(lab) and other[1] < len(lab[0]) and inside[other] != inside[y, x]:
                    found.append(np.sqrt(((lab[other] - lab[y, x]) ** 2).sum()))
    return sum(found) / len(found)


@wrong_answer("blending.feather", "a blurred mask, which reaches past the face")
def feather(mask, width):
    hard = (mask >= 0.5).astype(np.float32)
    return ndimage.gaussian_filter(hard, width / 2) if width else hard


@wrong_answer("blending.feather", "forgets the clip")
def feather(mask, width):
    inside = mask >= 0.5
    depth = ndimage.distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    return np.where(inside, (depth - 0.5) / width, 0) if width else inside.astype(float)


@wrong_answer("blending.feather", "divides by a width of 0")
def feather(mask, width):
    depth = ndimage.distance_transform_edt(np.pad(mask >= 0.5, 1))[1:-1, 1:-1]
    with np.errstate(all="ignore"):
        return np.clip(depth / np.float64(width), 0, 1)


@wrong_answer("blending.feather", "full strength at the edge, fading towards the middle")
def feather(mask, width):
    inside = mask >= 0.5
    depth = ndimage.distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    return inside * (1 - np.clip((depth - 0.5) / width, 0, 1)) if width else inside.astype(float)


@wrong_answer("blending.feather", "starts at the first pixel's middle")
def feather(mask, width):
    inside = mask >= 0.5
    depth = ndimage.distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    return np.clip((depth - 1) / width, 0, 1) if width else inside.astype(float)


@right_answer("blending.feather", "SciPy's distance, a width of nearly nothing for 0")
def feather(mask, width):
    depth = ndimage.distance_transform_edt(np.pad(mask >= 0.5, 1))[1:-1, 1:-1]
    return np.minimum(1, np.maximum(0, (depth - 0.5) / max(width, 1e-9)))


@wrong_answer("blending.reinhard", "statistics of the whole picture")
def reinhard(face, frame, mask):
    had, wanted = blend.to_lab(face), blend.to_lab(frame)
    moved = (had - had.mean((0, 1))) / had.std((0, 1)) * wanted.std((0, 1)) + wanted.mean((0, 1))
    return blend.from_lab(moved)


@wrong_answer("blending.reinhard", "the means only")
def reinhard(face, frame, mask):
    had, wanted = blend.to_lab(face), blend.to_lab(frame)
    inside = mask >= 0.5
    return blend.from_lab(had - had[inside].mean(0) + wanted[inside].mean(0))


@wrong_answer("blending.reinhard", "one mean and spread for all channels")
def reinhard(face, frame, mask):
    had, wanted = blend.to_lab(face), blend.to_lab(frame)
    inside = mask >= 0.5
    moved = (had - had[inside].mean()) / had[inside].std() * wanted[inside].std() + wanted[inside].mean()
    return blend.from_lab(moved)


@wrong_answer("blending.reinhard", "the fraction of the spreads upside down")
def reinhard(face, frame, mask):
    had, wanted = blend.to_lab(face), blend.to_lab(frame)
    inside = mask >= 0.5
    moved = (had - had[inside].mean(0)) * had[inside].std(0) / wanted[inside].std(0) + wanted[inside].mean(0)
    return blend.from_lab(moved)


@wrong_answer("blending.reinhard", "the frame recoloured instead of the face")
def reinhard(face, frame, mask):
    return blend.reinhard(frame, face, mask)


@right_answer("blending.reinhard", "channel by channel, as gain and offset, in scikit-image's Lab")
def reinhard(face, frame, mask):
    had, wanted = color.rgb2lab(face), color.rgb2lab(frame)
    for channel in range(3):
        inside_had, inside_wanted = had[..., channel][mask >= 0.5], wanted[..., channel][mask >= 0.5]
        gain = inside_wanted.std() / inside_had.std()
        had[..., channel] = gain * had[..., channel] + inside_wanted.mean() - gain * inside_had.mean()
    return np.rint(np.clip(color.lab2rgb(had), 0, 1) * 255).astype(np.uint8)


@wrong_answer("blending.step", "pairs that reach around the picture's edge")
def boundary_step(picture, mask):
    lab, inside = blend.to_lab(picture), mask >= 0.5
    found = [
        np.linalg.norm(lab - np.roll(lab, -2, axis), axis=-1)[inside != np.roll(inside, -2, axis)] for axis in (0, 1)
    ]
    return float(np.concatenate(found).mean())


@wrong_answer("blending.step", "BGR taken for RGB")
def boundary_step(picture, mask):
    return float(np.concatenate(pairs(blend.to_lab(picture[..., ::-1].copy()), mask >= 0.5)).mean())


@wrong_answer("blending.step", "columns only")
def boundary_step(picture, mask):
    return float(pairs(blend.to_lab(picture), mask >= 0.5)[1].mean())


@wrong_answer("blending.step", "more than 0.5 instead of 0.5 or more")
def boundary_step(picture, mask):
    return float(np.concatenate(pairs(blend.to_lab(picture), mask > 0.5)).mean())


@wrong_answer("blending.step", "no root")
def boundary_step(picture, mask):
    return float(np.concatenate([one**2 for one in pairs(blend.to_lab(picture), mask >= 0.5)]).mean())


@right_answer("blending.step", "a sum over a number, in double precision, as a 0-d array")
def boundary_step(picture, mask):
    found = pairs(blend.to_lab(picture).astype(np.float64), mask >= 0.5)
    return np.array(sum(one.sum() for one in found) / sum(one.size for one in found))


def ramp(mask, width):
    depth = ndimage.distance_transform_edt(np.pad(mask >= 0.5, 1))[1:-1, 1:-1]
    return np.clip((depth - 0.5) / width, 0, 1)


@wrong_answer("blending.feather", "without a width the mask as it came")
def feather(mask, width):
    return ramp(mask, width) if width else mask


@wrong_answer("blending.feather", "without a width truth values")
def feather(mask, width):
    return ramp(mask, width) if width else mask >= 0.5


@wrong_answer("blending.feather", "without a width whole numbers")
def feather(mask, width):
    return ramp(mask, width) if width else (mask >= 0.5).astype(np.uint8)


@wrong_answer("blending.feather", "a ramp that starts half a pixel too early")
def feather(mask, width):
    depth = ndimage.distance_transform_edt(np.pad(mask >= 0.5, 1))[1:-1, 1:-1]
    return np.clip(depth / width, 0, 1) if width else (mask >= 0.5).astype(float)


@right_answer("blending.feather", "by np.interp, in double precision")
def feather(mask, width):
    depth = ndimage.distance_transform_edt(np.pad(mask >= 0.5, 1))[1:-1, 1:-1]
    return np.interp(depth, [0.5, 0.5 + max(width, 1e-6)], [0.0, 1.0])


@wrong_answer("blending.reinhard", "a soft mask weighs mean and spread")
def reinhard(face, frame, mask):
    had, aim = (blend.to_lab(one).reshape(-1, 3) for one in (face, frame))
    (mean, spread), (aim_mean, aim_spread) = (
        (
            m := np.average(one, axis=0, weights=mask.ravel()),
            np.sqrt(np.average((one - m) ** 2, axis=0, weights=mask.ravel())),
        )
        for one in (had, aim)
    )
    return blend.from_lab(((had - mean) / spread * aim_spread + aim_mean).reshape(face.shape))


@wrong_answer("blending.reinhard", "BGR taken for RGB")
def reinhard(face, frame, mask):
    def to_lab(picture):
        return cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)

    had, aim, inside = to_lab(face), to_lab(frame), mask >= 0.5
    moved = (had - had[inside].mean(0)) / had[inside].std(0) * aim[inside].std(0) + aim[inside].mean(0)
    rgb = cv2.cvtColor(moved.astype(np.float32), cv2.COLOR_LAB2BGR)
    return np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8)


@wrong_answer("blending.reinhard", "the face's mean put back")
def reinhard(face, frame, mask):
    had, aim, inside = blend.to_lab(face), blend.to_lab(frame), mask >= 0.5
    return blend.from_lab((had - had[inside].mean(0)) / had[inside].std(0) * aim[inside].std(0) + had[inside].mean(0))


@wrong_answer("blending.reinhard", "recolours the inside alone")
def reinhard(face, frame, mask):
    return np.where((mask >= 0.5)[..., None], blend.reinhard(face, frame, mask), face)


@right_answer("blending.reinhard", "spreads over N − 1, in double precision")
def reinhard(face, frame, mask):
    had, aim, inside = blend.to_lab(face).astype(float), blend.to_lab(frame).astype(float), mask >= 0.5
    gain = aim[inside].std(0, ddof=1) / had[inside].std(0, ddof=1)
    return blend.from_lab(gain * (had - had[inside].mean(0)) + aim[inside].mean(0))
