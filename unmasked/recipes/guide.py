"""What extraction knows of a face anyway, as numbers that mean the same for every character.

In come aligned faces with their landmarks and parts; out go targets for a shared guide: one linear layer that must be
able to read them off every code. No label is used, and no picture of one character meets one of another.
"""

import numpy as np
import torch

from unmasked import extract, toons

LIGHT = 0.4  # weight of the light's three numbers beside the landmarks'
GUIDED = 2 * (68 + 6 + 4 + 6 + 4 + 18) + 3  # numbers in a guide's target


def light_plane(faces: extract.Faces) -> np.ndarray:
    """The plane that best fits the light on each face's skin: float32 (N, 3), its middle value, slopes right and down.

    In natural logarithms of brightness a half side of the picture, over the pixels of skin alone. Skin of any colour
    multiplies the light that falls on it; in logarithms it adds a constant, and what is left means the same for
    everybody. Hair, eyes and lips would not.
    """
    side = faces.pictures.shape[1]
    across = np.linspace(-1, 1, side, dtype=np.float32)
    down, right = (axis.ravel() for axis in np.meshgrid(across, across, indexing="ij"))
    design = np.stack([np.ones_like(right), right, down], 1)  # (pixels, 3)
    products = (design[:, :, None] * design[:, None, :]).reshape(-1, 9)
    skin = (faces.parts == toons.PARTS.index("skin")) & (faces.masks > 127)
    weight = skin.reshape(len(faces), -1).astype(np.float32)
    # The small addend keeps a black pixel from being infinitely dark.
    brightness = np.log(faces.pictures.mean(3, dtype=np.float32) / 255 + 0.05).reshape(len(faces), -1)
    # A touch of ridge, so that a face without visible skin has an answer too.
    left = (weight @ products).reshape(-1, 3, 3).astype(np.float64) + 1e-3 * np.eye(3)
    answer = ((weight * brightness) @ design).astype(np.float64)
    return np.linalg.solve(left, answer[:, :, None])[:, :, 0].astype(np.float32)


def guide_targets(faces: extract.Faces) -> torch.Tensor:
    """What a guide must read, in units of the character's own spread: float (N, GUIDED).

    The 68 landmarks (x, y); those of eyes and lips once more, from the middle of their own feature, and the pupils from
    the middle of the eye's corners: the turn of a head moves a pupil far more than a glance does. Last the light's
    plane. Less the character's mean and over its standard deviation, so that they say what the character DOES, not who
    it is.
    """
    points, count = faces.landmarks, len(faces)
    known = [points]
    for name in ("right_eye", "left_eye"):
        eye = points[:, toons.LANDMARKS[name]]
        corners = eye[:, [0, 3]].mean(1, keepdims=True)
        pupil = points[:, toons.LANDMARKS["pupils"]][:, [0 if name == "right_eye" else 1]]
        known += [eye - corners, np.repeat(pupil - corners, 4, axis=1)]
    lips = points[:, toons.LANDMARKS["lips"]]
    known += [lips - lips.mean(1, keepdims=True)]
    numbers = np.concatenate([part.reshape(count, -1) for part in known] + [light_plane(faces)], 1)
    spread = np.maximum(numbers.std(0), 1e-3)
    return torch.from_numpy(((numbers - numbers.mean(0)) / spread).astype(np.float32))


def guide_loss(read: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean squared error of the landmarks, plus `LIGHT` times that of the light; both float (N, GUIDED)."""
    error = (read - targets).square().mean(0)
    return error[:-3].mean() + LIGHT * error[-3:].mean()
