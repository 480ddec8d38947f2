"""Four makers that swap: somebody acts, a network turns that face into the clip's own character, it is laid over.

They differ in what forgers differ in: the network, the mask, the edge, the colour, the grain, and how steady the hand
is. The "Deepfakes" of FaceForensics++ are Poisson-blended inside the landmarks' hull, and its LABELS are rectangles
(ondyari/FaceForensics, `cli.py`, `Convert_Masked.py`); here rectangle and Poisson are two makers.
"""

from functools import lru_cache

import numpy as np
import torch

from unmasked import blend
from unmasked.makers import laying
from unmasked.makers.actors import acted, average_face, cast_actor, directed
from unmasked.makers.clip import Clip, Fake
from unmasked.models import weights
from unmasked.tensors import to_pictures, to_tensor

AUTOENCODER, TRANSLATOR = "swap-anyone", "translate-anyone"
CHEAP_GRAIN = 2.0  # grey levels: for a forger who does not measure


@lru_cache(maxsize=4)
def network(name: str):
    """The shipped network of that name, loaded once."""
    return weights.load(name)


def swapped(clip: Clip, rng: np.random.Generator, net: str | torch.nn.Module) -> tuple[np.ndarray, np.ndarray]:
    """The clip's character as somebody else acts: aligned crops uint8 (T, 64, 64, 3), and what is acted, (T, 11).

    `net`: the name of a shipped network, or one of the learner's own with the `swap` of `unmasked.models.anyone`.
    """
    actor = cast_actor(rng)
    shown = directed(clip, rng)
    seen = acted(actor, shown, rng)
    acting, appearing = (torch.from_numpy(average_face(one)) for one in (actor, clip.identity))
    net = network(net) if isinstance(net, str) else net
    with torch.inference_mode():
        return to_pictures(net.swap(to_tensor(seen), acting, appearing)), shown


def trembling(clip: Clip, rng: np.random.Generator, by: float) -> np.ndarray:
    """The landmarks as a detector gives them, float32 (T, 68, 2): each frame's shifted by about `by` pixels."""
    return clip.landmarks + rng.normal(0, by, (len(clip), 1, 2)).astype(np.float32)


class BoxPaste:
    """The crop in a rectangle, hair, backdrop and all, in the network's own colours; landmarks that tremble."""

    name = "box paste"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        shape, landmarks = clip.masks.shape[1:], trembling(clip, rng, 0.3)
        crops, shown = swapped(clip, rng, AUTOENCODER)
        faces = laying.placed(crops, landmarks, shape)
        shares = laying.feathered(laying.boxes(landmarks, shape, 0.9), 1.5)
        return laying.composed(clip, laying.grained(faces, CHEAP_GRAIN, rng), shares, shown)


class FeatheredSwap:
    """Inside the landmarks' outline, a wide soft edge, matched colours and grain, a steady hand."""

    name = "feathered swap"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        return laying.softly_laid(*swapped(clip, rng, AUTOENCODER), clip, rng)


class PoissonSwap:
    """Poisson blending inside the landmarks' outline, every frame by itself; landmarks that tremble a little."""

    name = "Poisson swap"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        shape, landmarks = clip.masks.shape[1:], trembling(clip, rng, 0.15)
        crops, shown = swapped(clip, rng, AUTOENCODER)
        faces = laying.placed(crops, landmarks, shape)
        masks = laying.outlines(landmarks, shape, 2.0)
        faces = laying.grained(faces, CHEAP_GRAIN, rng)
        layers = zip(clip.frames, faces, masks, strict=True)
        return Fake(np.stack([blend.poisson(*layer) for layer in layers]), masks.astype(np.float32), shown)


class OtherNetwork:
    """A network of another kind, a mask that knows what is in front, colours matched frame by frame, matched grain."""

    name = "another network"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        shape, landmarks = clip.masks.shape[1:], trembling(clip, rng, 0.1)
        crops, shown = swapped(clip, rng, TRANSLATOR)
        faces = laying.placed(crops, landmarks, shape)
        masks = laying.outlines(landmarks, shape, 1.0) * (clip.masks > 127)
        layers = zip(faces, clip.frames, masks, strict=True)
        faces = np.stack([blend.reinhard(*layer) if layer[2].any() else layer[0] for layer in layers])
        faces = laying.grained(faces, laying.matched_grain(clip), rng)
        return laying.composed(clip, faces, laying.feathered(masks, 4.0), shown)
