"""What the drawing tells of a face, as numbers that mean the same for every character.

In come aligned faces with their landmarks and parts, exact ones, which for photographs would first have to be found;
out go targets for a shared guide. It works both ways: one linear layer must be able to read them off every code
(guide), and one small network must be able to say the code from them (anchor). No picture of one character meets one
of another.
"""

import numpy as np
import torch
from torch import nn

from unmasked import toons
from unmasked.faces import Faces

LIGHT = 0.4  # weight of the light's three numbers beside the landmarks'
GUIDED = 2 * (68 + 6 + 4 + 6 + 4 + 18) + 3  # numbers in a guide's target


def light_plane(faces: Faces) -> np.ndarray:
    """The plane that best fits the light on each face's skin: float32 (N, 3), its middle value, slopes right and down.

    In natural logarithms of brightness a half side of the picture, over the pixels of skin alone. Skin of any colour
    multiplies the light that falls on it; in logarithms it adds a constant, and what is left means the same for
    everybody. Hair, eyes and lips would not.
    """
    # A part at a time: the logarithms of thousands of pictures at once would fill a small machine.
    return np.concatenate([_light_plane(faces[i : i + 250]) for i in range(0, len(faces), 250)])


def _light_plane(faces: Faces) -> np.ndarray:
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


def guide_targets(faces: Faces) -> torch.Tensor:
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


class Guide(nn.Module):
    """What ties the codes of all characters to what the drawing tells; shared by all, thrown away after training.

    `read`     codes (N, code_size) → targets (N, GUIDED), linear.
    `predict`  targets (N, GUIDED) → codes (N, code_size).
    """

    def __init__(self, code_size: int, hidden: int = 128):
        super().__init__()
        self.read = nn.Linear(code_size, GUIDED)
        self.predict = nn.Sequential(
            nn.Linear(GUIDED, hidden),
            nn.LeakyReLU(0.1),
            nn.Linear(hidden, hidden),
            nn.LeakyReLU(0.1),
            nn.Linear(hidden, code_size),
        )


def anchor_loss(codes: torch.Tensor, predicted: torch.Tensor) -> torch.Tensor:
    """1 − the correlation of codes and prediction over the batch, averaged over their numbers; both (N, code_size).

    A correlation and no distance: to lessen a distance, an encoder would only have to make its codes small.
    """
    return 1 - (_standardised(codes) * _standardised(predicted)).mean()


def _standardised(values: torch.Tensor) -> torch.Tensor:
    return (values - values.mean(0)) / (values.std(0, correction=0) + 1e-3)
