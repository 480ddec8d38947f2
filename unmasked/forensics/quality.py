"""How near a fake comes to the truth: what the camera would have recorded, had the character really done it."""

from dataclasses import dataclass

import numpy as np

from unmasked.makers import Clip, Fake
from unmasked.makers.clip import recorded_again

LEAST_SHARE, LEAST_MOVED = 0.25, 0.5
TRUE = 0.97  # nobody forges a camera's own grain: beyond this it has filmed the truth


@dataclass(frozen=True)
class Quality:
    """A fake beside the truth.

    `explained`: how much of the way from the recording to the truth it has gone where something was forged, 1 − its
    squared error / the recording's, each pixel weighed by the fake's mask. 1: it IS the truth, grain and all; 0: as far
    from it as the recording; below 0: farther. `share`: of the face's pixels that are forged (a mask of one half or
    more). `moved`: how much the face changed, beside how much it would have changed in truth; 0: not at all.
    """

    explained: float
    share: float
    moved: float

    @property
    def is_forged(self) -> bool:
        """Whether enough was done to speak of a forgery: a quarter of the face, moved half as far as in truth."""
        return self.share >= LEAST_SHARE and self.moved >= LEAST_MOVED


def measured(fake: Fake, clip: Clip) -> Quality | None:
    """The quality of a fake; None where the maker doesn't say what it shows, or shows what the recording shows already.

    The truth is this character, acting `fake.performances` before the same camera. Raises ValueError for performances
    or a clip that can't be filmed.
    """
    if fake.performances is None:
        return None
    truth, real = recorded_again(clip, fake.performances).astype(np.float64), clip.frames.astype(np.float64)
    face = clip.masks > 127
    errors = [(fake.masks[..., None] * (frames - truth) ** 2).sum() for frames in (fake.frames, real)]
    changes = [np.abs(frames - real)[face].sum() for frames in (fake.frames, truth)]
    if errors[1] == 0 or changes[1] == 0:
        return None
    return Quality(
        float(1 - errors[0] / errors[1]), float((fake.masks[face] >= 0.5).mean()), float(changes[0] / changes[1])
    )


def explained(fake: Fake, clip: Clip) -> float | None:
    """`measured(fake, clip).explained`, or None."""
    found = measured(fake, clip)
    return None if found is None else found.explained
