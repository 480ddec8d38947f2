# ruff: noqa: F811
"""Answers to lesson 08 that its checks must refuse, and unusual ones that they must accept."""

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


@right_answer("blending.composite", "the frame, moved towards the face, rounded down")
def composite(frame, face, mask):
    moved = frame.astype(np.float64)
    for channel in range(3):
        moved[..., channel] += mask * (face[..., channel] - moved[..., channel])
    return moved.astype(np.uint8)


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
