"""What a swap needs before it can begin: somebody who acts, and the average face of whoever appears."""

from functools import lru_cache

import numpy as np

from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.makers.clip import Clip, sample_camera
from unmasked.toons import camera

FIRST_ACTOR, ACTORS = 400_000, 8  # strangers with numbers of their own: no experiment films them
STOCK = 32  # pictures of which an average face is made


def directed(clip: Clip, rng: np.random.Generator) -> np.ndarray:
    """What the fake shall show: pose and light of the clip, another smooth expression; float32 (T, 11)."""
    return toons.with_expression(clip.performances, toons.smooth_track(rng, len(clip)))


def cast_actor(rng: np.random.Generator) -> toons.Identity:
    """One of a small troupe of actors."""
    return toons.sample_identity(FIRST_ACTOR + int(rng.integers(ACTORS)))


def acted(identity: toons.Identity, performances: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Aligned crops uint8 (T, 64, 64, 3) of somebody acting before a camera of their own."""
    return camera.record(draw_faces(identity, performances).pictures, rng, sample_camera(rng))


@lru_cache(maxsize=1024)
def average_face(identity: toons.Identity) -> np.ndarray:
    """The average of a character's aligned faces from a stock of other recordings: float32 (3, 64, 64) in 0…1."""
    performances = toons.sample_performances(np.random.default_rng([identity.marks, 0x57]), STOCK)
    pictures = draw_faces(identity, performances).pictures
    return (pictures.mean(0, dtype=np.float64) / 255).astype(np.float32).transpose(2, 0, 1)
