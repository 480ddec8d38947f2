"""Four makers that swap: somebody acts, a network turns that face into the clip's own character, it is laid over.

They differ in what forgers differ in: the network, the mask, the edge, the colour, the grain, and how steady the hand
is. `BoxPaste` takes the whole crop. FaceForensics++ is known for "Deepfakes" that are blended in a rectangle.
"""

from functools import lru_cache

import cv2
import numpy as np
import torch

from unmasked import blend, extract
from unmasked.makers.actors import acted, average_face, cast_actor, directed
from unmasked.makers.clip import Clip, Fake, hull
from unmasked.makers.laying import grain, lay, noise_of, to_frame
from unmasked.models import weights
from unmasked.tensors import to_pictures, to_tensor

SIZE = 64


@lru_cache(maxsize=4)
def network(name: str):
    """The shipped network of that name, loaded once."""
    return weights.load(name)


def swapped(clip: Clip, rng: np.random.Generator, name: str) -> np.ndarray:
    """The clip's character as somebody else acts: aligned crops uint8 (T, 64, 64, 3) from the network `name`."""
    actor = cast_actor(rng)
    seen = acted(actor, directed(clip, rng), rng)
    acting, appearing = (torch.from_numpy(average_face(one)) for one in (actor, clip.identity))
    with torch.inference_mode():
        return to_pictures(network(name).swap(to_tensor(seen), acting, appearing))


def trembling(clip: Clip, rng: np.random.Generator, by: float) -> np.ndarray:
    """The landmarks as a detector gives them, float32 (T, 68, 2): each frame's shifted by `by` pixels or so."""
    return clip.landmarks + rng.normal(0, by, (len(clip), 1, 2)).astype(np.float32)


def crop_masks(clip: Clip, landmarks: np.ndarray, outline: bool, erode: int) -> np.ndarray:
    """Where to lay the face, in the crop: uint8 (T, 64, 64). `outline`: by landmarks alone, blind for a hand."""
    kernel = np.ones((3, 3), np.uint8)
    masks = np.empty((len(clip), SIZE, SIZE), np.uint8)
    for t in range(len(clip)):
        mask = hull(landmarks[t], clip.masks.shape[1:]) if outline else clip.masks[t]
        masks[t] = cv2.erode(extract.align(mask, landmarks[t], SIZE), kernel, iterations=erode, borderValue=0)
    return masks


def match_colour(faces: np.ndarray, clip: Clip, landmarks: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Mean and spread of each Lab channel as in the recording, one transfer for the whole clip (so nothing flickers).

    After Reinhard and others, "Color transfer between images", 2001.
    """
    wanted = np.stack([extract.align(f, m, SIZE) for f, m in zip(clip.frames, landmarks, strict=True)])
    inside = masks > 127
    if inside.sum() < 50:
        return faces
    to_lab = [
        np.stack([cv2.cvtColor(p.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) for p in s]) for s in (faces, wanted)
    ]
    mine, theirs = (lab[inside] for lab in to_lab)
    moved = (to_lab[0] - mine.mean(0)) * (theirs.std(0) / np.maximum(mine.std(0), 1e-3)) + theirs.mean(0)
    return np.stack([to_frame(255 * cv2.cvtColor(p.astype(np.float32), cv2.COLOR_LAB2RGB)) for p in moved])


class BoxPaste:
    """The whole crop, in a rectangle with a soft edge of a pixel, in the network's own colours; a trembling hand."""

    name = "box paste"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        faces = swapped(clip, rng, "swap-anyone")
        landmarks = trembling(clip, rng, 0.35)
        box = np.zeros((SIZE, SIZE), np.uint8)
        box[6:-3, 6:-6] = 255
        return _composed(clip, faces, landmarks, [blend.feather(box, 1.5)] * len(clip), 2.0, rng)


class FeatheredSwap:
    """Inside the landmarks' outline, with a wide soft edge, matched colours and grain, and a steady hand."""

    name = "feathered swap"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        faces = swapped(clip, rng, "swap-anyone")
        masks = crop_masks(clip, clip.landmarks, outline=True, erode=1)
        faces = match_colour(faces, clip, clip.landmarks, masks)
        shares = [blend.feather(mask, 7.0) for mask in masks]
        return _composed(clip, faces, clip.landmarks, shares, _grain_of(clip), rng)


class OtherNetwork:
    """A network of another kind, a mask that knows what is in front, matched colours and grain."""

    name = "another network"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        faces = swapped(clip, rng, "translate-anyone")
        landmarks = trembling(clip, rng, 0.15)
        masks = crop_masks(clip, landmarks, outline=False, erode=2)
        faces = match_colour(faces, clip, landmarks, masks)
        shares = [blend.feather(mask, 4.0) for mask in masks]
        return _composed(clip, faces, landmarks, shares, _grain_of(clip), rng)


class PoissonSwap:
    """Poisson blending: the network's edges, the recording's colours at the rim, frame by frame."""

    name = "Poisson swap"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        faces = swapped(clip, rng, "swap-anyone")
        landmarks = trembling(clip, rng, 0.2)
        masks = crop_masks(clip, landmarks, outline=True, erode=1)
        frames, truth = [], []
        for t, frame in enumerate(clip.frames):
            matrix = extract.align_matrix(landmarks[t], SIZE)
            warped, share, _ = lay(frame, faces[t], (masks[t] > 127).astype(np.float32), matrix)
            noisy = to_frame(warped + grain(warped.shape, 2.0, rng))
            mask = (share > 0.5).astype(np.uint8) * 255
            frames.append(_clone(noisy, frame, mask))
            truth.append((mask > 0).astype(np.float32))
        return Fake(np.stack(frames), np.stack(truth))


def _clone(face: np.ndarray, frame: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """`cv2.seamlessClone` at the mask's own place; it centres the mask's box, so that box's middle is handed over."""
    mask = mask.copy()
    mask[[0, -1]] = mask[:, [0, -1]] = 0
    x, y, wide, high = cv2.boundingRect(mask)
    if not wide:
        return frame
    return cv2.seamlessClone(face, frame, mask, (x + wide // 2, y + high // 2), cv2.NORMAL_CLONE)


def _grain_of(clip: Clip) -> float:
    return noise_of(clip.frames, clip.masks == 0)


def _composed(
    clip: Clip,
    faces: np.ndarray,
    landmarks: np.ndarray,
    shares: list[np.ndarray],
    noise: float,
    rng: np.random.Generator,
) -> Fake:
    frames, truth = [], []
    for t, frame in enumerate(clip.frames):
        _, share, mixed = lay(frame, faces[t], shares[t], extract.align_matrix(landmarks[t], SIZE))
        frames.append(to_frame(mixed + share[..., None] * grain(mixed.shape, noise, rng)))
        truth.append(share)
    return Fake(np.stack(frames), np.stack(truth))
