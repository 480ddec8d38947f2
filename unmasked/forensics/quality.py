"""How near a fake comes to the truth: what the camera would have recorded, had the character really done it."""

import numpy as np

from unmasked.makers import Clip, Fake
from unmasked.makers.clip import recorded_again


def explained(fake: Fake, clip: Clip) -> float | None:
    """How much of the way from the recording to the truth a fake has gone: 1 − its squared error / the recording's.

    Both errors are taken where something was forged, each pixel weighed by the fake's mask. 1: it IS the truth, grain
    and all; 0: as far from it as the recording, so nothing is gained by forging; below 0: farther. The truth is this
    character, acting `fake.performances` before the same camera. None where the maker doesn't say what it shows, or
    where that is what the recording shows already. Raises ValueError for performances or a clip that can't be filmed.
    """
    if fake.performances is None:
        return None
    truth = recorded_again(clip, fake.performances).astype(np.float64)
    errors = [(fake.masks[..., None] * (frames - truth) ** 2).sum() for frames in (fake.frames, clip.frames)]
    return float(1 - errors[0] / errors[1]) if errors[1] > 0 else None
