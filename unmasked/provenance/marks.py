"""An invisible mark that is spread over a picture's middle frequencies, and a detector that needs the key alone.

Spread spectrum, after Cox and others, *Secure spread spectrum watermarking for multimedia*, 1997: many frequencies each
carry a little, so no single one shows. Theirs needs the unmarked picture; this one counts signs instead, and a
frequency that nobody marked agrees with the key like a coin: in half of all cases. A frequency is counted in half waves
a picture, so the mark stays where it is when the picture is resized.
"""

import numpy as np
from scipy import fft, stats

from unmasked.arguments import checked_number, checked_picture, checked_whole

HIGHEST, LOWEST = 32, 12  # half waves across or down a picture: below is what a face is made of, above what JPEG drops
_STEPS = np.add.outer(np.arange(HIGHEST), np.arange(HIGHEST))
BAND = _STEPS >= LOWEST  # bool (32, 32): the frequencies that carry the mark
COINS = int(BAND.sum())


def signs(key: int) -> np.ndarray:
    """The key's signs, −1.0 or 1.0 for each frequency of the band: float (946,). Raises TypeError or ValueError."""
    return np.random.default_rng(checked_whole(key, "key")).choice([-1.0, 1.0], COINS)


def pattern(key: int, shape: tuple[int, int]) -> np.ndarray:
    """The mark of a key as it is added to a picture: float (H, W), mean 0, root mean square 1."""
    spectrum = np.zeros(shape)
    spectrum[:HIGHEST, :HIGHEST][BAND] = signs(key)
    return fft.idctn(spectrum, norm="ortho") * np.sqrt(spectrum.size / COINS)


def embed(picture: np.ndarray, key: int, strength: float = 3.0) -> np.ndarray:
    """A picture uint8 (H, W, 3), 32 pixels or more on each side, with the mark of a key: the same shape.

    strength  how far the mark moves a pixel, in grey levels of 255, as a root mean square. Raises TypeError or
    ValueError.
    """
    strength = checked_number(strength, "strength", 0, 100)
    mark = pattern(key, _large(picture).shape[:2])
    return np.clip(np.rint(picture + strength * mark[..., None]), 0, 255).astype(np.uint8)


def detect(picture: np.ndarray, key: int) -> float:
    """How much more often than a coin the signs of a picture's frequencies agree with a key: in standard deviations.

    picture  uint8 (H, W, 3), 32 pixels or more on each side, marked at any size. Raises TypeError or ValueError.
    """
    found = fft.dctn(_large(picture).mean(-1), norm="ortho")[:HIGHEST, :HIGHEST][BAND]
    return float(signs(key) @ np.sign(found) / np.sqrt(COINS))


def threshold(rate: float) -> float:
    """The least score that an unmarked picture reaches for at most this share of all keys: of coins, exactly.

    rate  above 0, below 1. Raises TypeError or ValueError.
    """
    rate = checked_number(rate, "rate", 1e-12, 1 - 1e-12)
    heads = stats.binom.isf(rate, COINS, 0.5) + 1
    return float((2 * heads - COINS) / np.sqrt(COINS))


def false_alarm_rate(score: float) -> float:
    """The share of keys for which an unmarked picture reaches a score or more. Raises TypeError or ValueError."""
    heads = np.ceil((checked_number(score, "score") * np.sqrt(COINS) + COINS) / 2 - 1e-9)
    return float(stats.binom.sf(heads - 1, COINS, 0.5))


def _large(picture: np.ndarray) -> np.ndarray:
    checked_picture(picture)
    if min(picture.shape[:2]) < HIGHEST:
        raise ValueError(
            f"picture: wanted {HIGHEST} pixels or more on each side, got {picture.shape[0]} × {picture.shape[1]}"
        )
    return picture
