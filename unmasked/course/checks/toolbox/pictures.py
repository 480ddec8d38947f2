"""Comparing pictures: within grey levels, and mixtures of two."""

import numpy as np

from unmasked.course.checks.toolbox.trial import refuse


def nearly(mine: np.ndarray, expected: np.ndarray, what: str, levels: float) -> None:
    """Refuse unless two pictures, numbers (H, W, 3), agree within so many grey levels everywhere."""
    apart = np.abs(np.asarray(mine, np.float64) - expected)
    worst = np.unravel_index(int(apart.argmax()), apart.shape)
    if not apart.max() <= levels:
        row, column, channel = worst
        refuse(
            f"In {what}, row {row}, column {column}, channel {channel} should be {expected[worst]:.4g}; "
            f"yours is {mine[worst]:.4g}."
        )


def mixed_well(mine: np.ndarray, frame: np.ndarray, face: np.ndarray, mask: np.ndarray, what: str) -> None:
    """Refuse, in a usual slip's own words if it is one, unless `mine` is α · face + (1 − α) · frame, rounded.

    `what`: the picture, in words, at the beginning of a sentence; `mine`, `frame` and `face` uint8 (H, W, 3), `mask`
    float (H, W). A half may go either way.
    """
    share = mask[..., None].astype(np.float64)
    exact, given = share * face + (1 - share) * frame, mine.astype(np.float64)
    apart = np.abs(given - exact)
    if apart.max() <= 0.5 + 1e-3:
        return
    half = share >= 0.5
    slips = {
        f"{what} takes the old picture where the mask is 1, and the new one where it is 0: the two are exchanged.": (
            share * frame + (1 - share) * face
        ),
        f"{what} is all or nothing. Where the mask is 0.3, three tenths of the new picture should show.": (
            np.where(half, face, frame)
        ),
        f"{what} is all or nothing: every pixel with any mask at all shows the new picture alone.": (
            np.where(share > 0, face, frame)
        ),
        f"Differences have wrapped around: `uint8` knows no number below 0. {what} should be worked out in floats.": (
            frame + share * (face - frame)
        ),
        f"{what} is the old picture plus a share of the new one. Where the new one comes in, the old one should go.": (
            frame + share * face
        ),
        f"{what} is half and half everywhere: what does the mask do?": (0.5 * face + 0.5 * frame),
        f"{what} holds the new picture's part alone. The old one's is missing.": share * face,
    }
    for words, wrong in slips.items():
        wrong = np.asarray(wrong, np.float64)  # two of them are uint8
        cut_off, wrapped = np.clip(wrong, 0, 255), np.floor(wrong) % 256
        if np.abs(given - cut_off).max() <= 1.001 or np.abs(given - wrapped).max() <= 0.001:
            refuse(words)
    if apart.max() < 1:
        at = np.unravel_index(int(apart.argmax()), apart.shape)
        refuse(
            f"What stands behind the point was cut off: {exact[at]:.2f} became {mine[at]}. `astype` cuts off, so the "
            "picture gets half a level darker; round to the nearest whole number first."
        )
    nearly(mine, exact, what[:1].lower() + what[1:], 0.5 + 1e-3)
