"""A trained net as an examiner: from frames to scores, from scores to a verdict on a clip, and where the net looks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn.functional import interpolate

from unmasked.arguments import checked_number, checked_picture, checked_pictures, checked_whole
from unmasked.forensics.calibration import sigmoid
from unmasked.forensics.crops import face_crops
from unmasked.models import weights
from unmasked.models.meso import Meso4
from unmasked.tensors import to_tensor

SIDE = 64
FEWEST = 3  # frames: with fewer, one lucky frame would be the verdict


@torch.inference_mode()
def logits_of(model: nn.Module, crops: np.ndarray, batch: int = 128) -> np.ndarray:
    """The net's logits for crops uint8 (N, 64, 64, 3): float64 (N,), the greater the more a picture looks forged.

    The net must be in eval mode, or the same picture would get another score with every call. Raises TypeError or
    ValueError for other crops, a net in training mode, or a logit that is not finite.
    """
    if model.training:
        raise ValueError("model: it is in training mode; call model.eval() first")
    checked_pictures(crops, "crops", ("N", SIDE, SIDE, 3))
    batch = checked_whole(batch, "batch", 1)
    parts = [model(to_tensor(crops[start : start + batch])) for start in range(0, len(crops), batch)]
    logits = torch.cat(parts).double().numpy()
    if not np.isfinite(logits).all():
        raise ValueError("model: it gives NaN or infinity for some of these crops; did its training break down?")
    return logits


@dataclass(frozen=True)
class Verdict:
    """What is said of a clip. `probability` that it is a fake, IF fakes and recordings were equally many and the clip
    came from where the detector was calibrated; `frames` (T,), the same of each frame; `flagged` at the threshold."""

    probability: float
    frames: np.ndarray
    flagged: bool
    threshold: float

    def __str__(self) -> str:
        spread = f"frames from {self.frames.min():.2f} to {self.frames.max():.2f}"
        said = "flagged" if self.flagged else "not flagged"
        return f"{said}: {self.probability:.2f} (threshold {self.threshold:.2f}); {spread}"


@dataclass(frozen=True)
class Detector:
    """A net with what it takes to use it: the `temperature` that its logits are divided by, and the `threshold`, a
    probability in 0…1, from which on a clip is flagged. It is an examiner: `detector(frames, landmarks)`. Raises
    TypeError or ValueError for a temperature that is not above 0 or a threshold outside 0…1."""

    model: nn.Module
    name: str = "detector"
    temperature: float = 1.0
    threshold: float = 0.5

    def __post_init__(self):
        checked_number(self.temperature, "temperature", 1e-6)
        checked_number(self.threshold, "threshold", 0, 1)

    def __call__(self, frames: np.ndarray, landmarks: np.ndarray) -> dict[str, float]:
        """{name: the mean of the frames' calibrated logits}. Raises as `face_crops` and `logits_of`."""
        return {self.name: float(self._logits(frames, landmarks).mean())}

    def verdict(self, frames: np.ndarray, landmarks: np.ndarray) -> Verdict:
        """The verdict on a clip, from the mean of its frames' logits.

        Raises ValueError for fewer than three frames.
        """
        if len(frames) < FEWEST:
            raise ValueError(f"frames: wanted {FEWEST} or more, got {len(frames)}")
        logits = self._logits(frames, landmarks)
        probability = float(sigmoid(logits.mean()))
        flagged = probability >= self.threshold
        return Verdict(probability, sigmoid(logits), flagged, self.threshold)

    def _logits(self, frames: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
        return logits_of(self.model, face_crops(frames, landmarks, SIDE)) / self.temperature


@lru_cache(maxsize=1)
def shipped_detectors() -> tuple[Detector, ...]:
    """The two that come with the course: one learned from one maker's fakes, one from recordings alone."""
    return (
        Detector(weights.load("detector-one-maker"), "net, one maker"),
        Detector(weights.load("detector-self-blended"), "net, self-blended"),
    )


def heat_map(model: Meso4, crop: np.ndarray) -> np.ndarray:
    """Which of the 8×8 places speak for "fake": float32 (64, 64), 0 where none does, in units of the logit.

    The last feature maps times the logit's slope along them, summed over the maps, what is below 0 left out.
    Source: Draelos and Carin, "HiResCAM", 2020, after Grad-CAM. Raises as `logits_of`.
    """
    logits_of(model, crop[None] if isinstance(crop, np.ndarray) else crop)  # says in words what is wrong with a crop
    with torch.enable_grad():
        features = model.features(to_tensor(crop)).detach().requires_grad_(True)  # (1, 16, 8, 8)
        (slope,) = torch.autograd.grad(model.head(features).sum(), features)
    places = (features * slope).sum(1, keepdim=True).detach().clamp_min(0)  # (1, 1, 8, 8)
    return interpolate(places, size=(SIDE, SIDE), mode="bilinear", align_corners=False)[0, 0].numpy()


def hide(crop: np.ndarray, x: float, y: float, size: float, instead: np.ndarray | None = None) -> np.ndarray:
    """The crop uint8 (H, W, 3) with a disc of `size` pixels across around x, y smeared beyond recognition.

    The disc's edge is soft, for a hard one would look like a forger's. `size` 0 hides nothing. `instead`: what to show
    in the disc, another crop of the same shape, in place of the smear. Raises ValueError for a place outside the crop,
    a size below 0 or another shape.
    """
    height, width = crop.shape[:2]
    checked_picture(crop, "crop")
    x, y = checked_number(x, "x", 0, width), checked_number(y, "y", 0, height)
    size = checked_number(size, "size", 0)
    if size == 0:
        return crop.copy()
    across, down = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    share = np.clip((size / 2 - np.hypot(across - x, down - y)) / 3 + 0.5, 0, 1)[..., None]
    if instead is not None:
        checked_picture(instead, "instead", shape=crop.shape[:2])
    other = smeared(crop, size) if instead is None else instead
    return np.rint(crop + share * (other.astype(np.float32) - crop)).astype(np.uint8)


def smeared(crop: np.ndarray, size: float) -> np.ndarray:
    """The whole crop as `hide` smears it: what is shown inside a disc of `size` pixels."""
    return cv2.GaussianBlur(crop, (0, 0), max(1.0, size / 3))


def hottest(heat: np.ndarray) -> tuple[float, float]:
    """Where a heat map (H, W) is highest: x, y in pixels."""
    y, x = np.unravel_index(int(np.argmax(heat)), heat.shape)
    return float(x) + 0.5, float(y) + 0.5


def hiding_test(
    model: Meso4, crops: np.ndarray, instead: np.ndarray, size: float, rng: np.random.Generator, places: int = 4
) -> dict[str, float]:
    """Does it matter to undo what the heat map points at? Mean drop of the logit over crops uint8 (N, 64, 64, 3).

    `instead`: the recordings that these fakes were made of, (N, 64, 64, 3): putting their pixels back leaves no smear
    that might itself look forged. Returns {"hottest": drop where the hottest place is put back, "random": where a
    random place is, the mean of `places`}. A map that points at nothing in particular has both alike. Raises as
    `logits_of`.
    """
    before = logits_of(model, crops)

    def drop(at: np.ndarray) -> float:
        restored = [hide(one, *place, size, real) for one, place, real in zip(crops, at, instead, strict=True)]
        return float((before - logits_of(model, np.stack(restored))).mean())

    marked = np.array([hottest(heat_map(model, crop)) for crop in crops])
    anywhere = [rng.uniform(size / 2, SIDE - size / 2, (len(crops), 2)) for _ in range(places)]
    return {"hottest": drop(marked), "random": float(np.mean([drop(at) for at in anywhere]))}
