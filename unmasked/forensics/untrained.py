"""Two examiners that nobody trained to tell real from fake, so that no maker is the one they know.

One asks how well a network can draw the face again; the other asks what known faces it lies next to, as a network sees
them that was made for something else. Both are kin of published detectors, on a smaller scale: see each.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import torch
from torch.nn.functional import avg_pool2d, pad

from unmasked import extract, toons
from unmasked.arguments import checked_numbers, checked_whole
from unmasked.forensics.compression import LEVELS, compressed
from unmasked.forensics.crops import face_crops, regions
from unmasked.forensics.examiners import Examiner
from unmasked.makers import built_in, forge, record
from unmasked.makers.clip import checked_clip
from unmasked.models import weights
from unmasked.tensors import to_tensor

AUTOENCODER, READER = "swap-anyone", "regressor"
FIRST = 650_000  # strangers with numbers of their own, filmed by no experiment
SIDE = 64
TIMES = 4  # how much fine detail is enlarged before a net looks at it
NEAREST = 5  # known frames of each kind that a frame is compared with


@lru_cache(maxsize=2)
def _net(name: str) -> torch.nn.Module:
    return weights.load(name)


class RebuildError:
    """How WELL an autoencoder draws the face again, against how well the rest of the crop: greater means forged.

    A face that was drawn by a network holds only what such a network can draw, so an autoencoder loses little of it; a
    recorded face has detail that no code of 128 numbers holds. The sign is AEROBLADE's (Ricker, Lukovnikov and Fischer,
    2024): there the pictures of latent diffusion models come back better from the autoencoder of their maker. Here it's
    `swap-anyone`, which also drew three of lesson 12's fakes; as a face's average it gets the mean of the clip. The
    number is the logarithm of the mean squared error around the face over that in it, so that a camera's noise, which
    is in both, counts little.
    """

    name = "autoencoder's error"

    @torch.inference_mode()
    def __call__(self, frames: np.ndarray, landmarks: np.ndarray) -> dict[str, float]:
        """{name: the number}. Raises TypeError or ValueError for frames or landmarks that are none."""
        checked_clip(frames, landmarks)
        matrices = extract.align_matrix(landmarks, SIDE)
        crops = np.stack([extract.warp(f, m, SIDE) for f, m in zip(frames, matrices, strict=True)])
        faces = to_tensor(crops)
        average = faces.mean(0)
        missed = (_net(AUTOENCODER).swap(faces, average, average) - faces).square().mean(1).numpy()  # (T, 64, 64)
        inside = np.stack([_hull(one) for one in extract.move(landmarks, matrices)])
        if not inside.any() or inside.all():
            raise ValueError("landmarks: nothing of the face, or nothing else, lies in the crop")
        return {self.name: float(np.log(missed[~inside].mean() / missed[inside].mean()))}


class NearestFeatures:
    """Is a clip nearer to known recordings or to known fakes, as a frozen network sees them? Greater: to the fakes.

    real, fake  float (R, F) and (K, F): `features_of` clips that are known.
    For each frame the mean distance to the NEAREST known recordings less that to as many known fakes; then the mean.
    Source of the idea: Ojha, Li and Lee, "Towards universal fake image detectors that generalize across generative
    models", 2023 (UniversalFakeDetect), with the features of CLIP. Raises TypeError or ValueError for other shapes.
    """

    name = "nearest features"

    def __init__(self, real: np.ndarray, fake: np.ndarray):
        real = checked_numbers(real, "real", ("R", "F"), least=1)
        fake = checked_numbers(fake, "fake", ("K", real.shape[1]), least=1)
        both = np.concatenate([real, fake])
        self.middle, self.spread = both.mean(0), both.std(0) + 1e-6
        self.real, self.fake = self._scaled(real), self._scaled(fake)

    def _scaled(self, features: np.ndarray) -> np.ndarray:
        return (features - self.middle) / self.spread

    def __call__(self, frames: np.ndarray, landmarks: np.ndarray) -> dict[str, float]:
        """{name: the number}. Raises TypeError or ValueError for frames or landmarks that are none."""
        seen = self._scaled(features_of(frames, landmarks))
        return {self.name: float((_nearest(seen, self.real) - _nearest(seen, self.fake)).mean())}


@torch.inference_mode()
def features_of(frames: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """What the first layer of the shipped regressor, which reads expressions, says of each frame: float64 (T, 48).

    It's shown the fine detail alone, enlarged, and what counts is how much each of its maps varies inside the face: how
    the picture is made, not whom it shows. Of several such features these told recordings best from fakes of lesson
    12's makers, each maker left out of the bank in turn; no other maker was looked at. Raises TypeError or ValueError
    for frames or landmarks that are none.
    """
    crops = to_tensor(face_crops(frames, landmarks, SIDE))
    fine = crops - avg_pool2d(pad(crops, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    maps = _net(READER).maps(0.5 + TIMES * fine)[0].double().numpy()  # (T, 48, 16, 16)
    inside, _ = regions(landmarks, SIDE)
    share = [cv2.resize(one.astype(np.float32), maps.shape[-2:], interpolation=cv2.INTER_AREA) for one in inside]
    share = np.stack(share)[:, None] / np.sum(share, (1, 2))[:, None, None, None].clip(1e-6)  # (T, 1, 16, 16)
    mean = (maps * share).sum((2, 3), keepdims=True)
    return np.sqrt(((maps - mean) ** 2 * share).sum((2, 3)))


def bank(characters: int = 8, seed: int = 0) -> NearestFeatures:
    """The examiner with a bank of a few known recordings, and of fakes of them by the makers of lesson 12 alone.

    Every clip goes once through each compression. Raises TypeError or ValueError for fewer than one character.
    """
    real, fake = [], []
    for number in range(checked_whole(characters, "characters", 1, 1000)):
        clip = record(toons.sample_identity(FIRST + number), number)
        films = {"real": clip.frames}
        films |= {name: forge(maker, clip, seed).frames for name, maker in built_in().items()}
        for name, film in films.items():
            for level in LEVELS:
                (real if name == "real" else fake).append(features_of(compressed(film, level), clip.landmarks))
    return NearestFeatures(np.concatenate(real), np.concatenate(fake))


@lru_cache(maxsize=1)
def _shipped_bank() -> NearestFeatures:
    return bank()


def untrained() -> list[Examiner]:
    """Both, ready to examine; the bank is filmed and forged when this is first called."""
    return [RebuildError(), _shipped_bank()]


def _hull(landmarks: np.ndarray) -> np.ndarray:
    return extract.hull_mask(landmarks, SIDE) > 127


def _nearest(seen: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The mean distance of each row of (T, F) to the NEAREST nearest rows of (K, F): (T,)."""
    distances = np.sqrt(((seen[:, None] - known) ** 2).mean(-1))
    return np.sort(distances, 1)[:, :NEAREST].mean(1)
