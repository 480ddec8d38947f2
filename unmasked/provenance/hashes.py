"""What a picture looks like from afar, as 64 bits: a hash that survives what changes every byte of a file.

The DCT hash is pHash's (Zauner, *Implementation and benchmarking of perceptual image hash functions*, 2010): the lowest
8 × 8 frequencies of a 32 × 32 grey picture, each above or not above their median.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from scipy import fft

from unmasked.arguments import checked_picture, checked_whole

SIDE, LOW, BITS = 32, 8, 64


def dct_hash(picture: np.ndarray) -> np.ndarray:
    """The DCT hash of a picture uint8 (H, W, 3): bool (64,), rows of frequencies from the lowest.

    Raises TypeError or ValueError.
    """
    grey = checked_picture(picture).astype(np.float32).mean(-1)
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    low = fft.dctn(small.astype(np.float64), norm="ortho")[:LOW, :LOW].ravel()
    return low > np.median(low)


def distance(one: np.ndarray, other: np.ndarray) -> int:
    """In how many bits two hashes differ, their Hamming distance: 0…64. `one`, `other`: bool (64,).

    Raises TypeError or ValueError.
    """
    return int(np.count_nonzero(checked_hash(one, "one") != checked_hash(other, "other")))


def find(wanted: np.ndarray, shelf: np.ndarray | Sequence[np.ndarray], most: int = 10) -> list[tuple[int, int]]:
    """(place, distance) of the hashes on a shelf bool (N, 64) that differ in `most` bits or fewer, the nearest first.

    Raises TypeError or ValueError.
    """
    wanted, most = checked_hash(wanted, "wanted"), checked_whole(most, "most", 0, BITS)
    shelf = np.asarray(shelf)
    if shelf.dtype != np.bool_ or shelf.ndim != 2 or shelf.shape[1] != BITS:
        raise ValueError(f"shelf: wanted hashes, bool (N, {BITS}), got {shelf.dtype} {shelf.shape}")
    apart = (shelf != wanted).sum(1)
    order = np.argsort(apart, kind="stable")
    return [(int(place), int(apart[place])) for place in order if apart[place] <= most]


def checked_hash(bits: np.ndarray, name: str) -> np.ndarray:
    """`bits`, if they are bool (64,). Raises TypeError or ValueError."""
    if not isinstance(bits, np.ndarray) or bits.dtype != np.bool_:
        raise TypeError(f"{name}: wanted a hash, a NumPy array of bool, got {getattr(bits, 'dtype', type(bits))}")
    if bits.shape != (BITS,):
        raise ValueError(f"{name}: wanted a hash of {BITS} bits, got shape {bits.shape}")
    return bits
