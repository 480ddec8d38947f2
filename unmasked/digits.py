"""Handwritten digits: small ones that come with scikit-learn, and MNIST from a local copy or over the network."""

import gzip
import os
import struct
import urllib.error
import zlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from unmasked.arguments import checked_choice, checked_path, checked_whole

_FILES = {"train": "train", "test": "t10k"}
_PICTURES, _LABELS = 2051, 2049  # the first four bytes of an IDX file: unsigned bytes (8) in 3 or 1 dimensions
_MOST = 2**30  # bytes; a damaged header may promise far more than any digit file holds


@dataclass
class Digits:
    """Digits and what they are: `pictures` uint8 (N, H, W), 0 paper … 255 ink; `labels` int64 (N,), 0…9."""

    pictures: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)


def bundled(size: int = 8) -> Digits:
    """The 1,797 digits of 8 × 8 pixels that come with scikit-learn, enlarged smoothly to `size` × `size` where asked.

    No file, no network. Raises TypeError or ValueError for a size that isn't a whole number within 8…256.
    Source: Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits", UCI repository, 1998 (its test part).
    """
    from sklearn.datasets import load_digits

    size = checked_whole(size, "size", 8, 256, unit="pixels")
    found = load_digits()
    pictures = np.round(found.images * (255 / 16)).astype(np.uint8)  # they come as 0…16
    if size != 8:
        pictures = np.stack([cv2.resize(p, (size, size), interpolation=cv2.INTER_CUBIC) for p in pictures])
    return Digits(pictures, found.target.astype(np.int64))


def mnist(split: str = "test", folder: str | Path | None = None) -> Digits:
    """MNIST, 28 × 28 pixels, from its IDX files, plain or .gz, in `folder` or the folder that UNMASKED_MNIST names.

    `split`: "test" (files t10k-…) or "train". Raises ValueError for another split, no folder given, or a file that is
    empty, cut short, too long or something else; FileNotFoundError for a missing one. Each names the file and what was
    wanted.
    Source: LeCun, Cortes and Burges, the MNIST database.
    """
    checked_choice(split, _FILES, "split")
    named = folder if folder is not None else os.environ.get("UNMASKED_MNIST")
    if not named:
        raise ValueError(
            "folder: no MNIST folder given; pass one, or set the environment variable UNMASKED_MNIST, "
            "or use fetch_mnist() where there is a network"
        )
    place = Path(named).expanduser()
    if not place.is_dir():
        raise FileNotFoundError(f"folder: wanted a folder with the MNIST files, but {place} is none")
    pictures_file = _find(place, f"{_FILES[split]}-images", "idx3-ubyte")
    labels_file = _find(place, f"{_FILES[split]}-labels", "idx1-ubyte")
    pictures, labels = read_idx(pictures_file), read_idx(labels_file)
    if pictures.ndim != 3:
        raise ValueError(f"{pictures_file}: wanted pictures (magic number {_PICTURES}), got labels")
    if labels.ndim != 1:
        raise ValueError(f"{labels_file}: wanted labels (magic number {_LABELS}), got pictures")
    if len(pictures) != len(labels):
        raise ValueError(
            f"{labels_file}: wanted a label for each of the {len(pictures)} pictures in {pictures_file.name}, "
            f"got {len(labels)}"
        )
    if labels.max() > 9:
        raise ValueError(f"{labels_file}: wanted labels 0…9, got {labels.max()}")
    return Digits(pictures, labels.astype(np.int64))


def read_idx(path: str | Path) -> np.ndarray:
    """One IDX file, plain or gzip: pictures as uint8 (N, H, W) or labels as uint8 (N,).

    Raises FileNotFoundError where there is none, ValueError, naming the file, for one that is empty, damaged, cut
    short, too long, or no IDX file of pictures or labels.
    """
    path = checked_path(path)
    if path.is_dir():
        raise ValueError(f"{path}: this is a folder; wanted an IDX file of digits in it")
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"  # by content: a browser may unpack a file and keep its name
    try:
        with gzip.open(path, "rb") if zipped else path.open("rb") as file:
            start = file.read(4)
            if not start:
                raise ValueError(f"{path}: the file is empty; wanted an IDX file of digits")
            if len(start) < 4:
                raise ValueError(f"{path}: it ends after {len(start)} bytes; wanted an IDX file of digits")
            (magic,) = struct.unpack(">I", start)
            if magic not in (_PICTURES, _LABELS):
                raise ValueError(
                    f"{path}: wanted magic number {_PICTURES} (pictures) or {_LABELS} (labels) at its start, "
                    f"got {magic}; this is no IDX file of digits"
                )
            dimensions = 3 if magic == _PICTURES else 1
            header = file.read(4 * dimensions)
            if len(header) < 4 * dimensions:
                raise ValueError(f"{path}: it ends inside its header of {4 + 4 * dimensions} bytes; it was cut short")
            shape = struct.unpack(f">{dimensions}I", header)
            wanted = int(np.prod(shape, dtype=object))
            if not 0 < wanted <= _MOST:
                raise ValueError(f"{path}: its header says {_times(shape)} values, which no file of digits has")
            content = file.read(wanted + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path}: the gzip file is damaged or cut short ({error}); fetch it again") from error
    if len(content) != wanted:
        got = f"only {len(content):,}" if len(content) < wanted else "more"
        raise ValueError(f"{path}: wanted {wanted:,} bytes of {_times(shape)} values after the header, got {got}")
    return np.frombuffer(content, np.uint8).reshape(shape).copy()


def fetch_mnist(split: str = "test", folder: str | Path | None = None) -> Digits:
    """MNIST through scikit-learn's own fetcher: from OpenML, about 15 MB once, kept in `folder` or its default one.

    `split`: "test" (the last 10,000) or "train" (the first 60,000). Raises ValueError for another split,
    ConnectionError, in words, where OpenML cannot be reached.
    """
    from sklearn.datasets import fetch_openml

    checked_choice(split, _FILES, "split")
    try:
        found = fetch_openml(
            "mnist_784",
            version=1,
            as_frame=False,
            parser="liac-arff",  # the other parser needs pandas, which the course does not install
            data_home=None if folder is None else str(folder),
        )
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise ConnectionError(
            f"MNIST could not be fetched from OpenML ({error}). Without a network use digits.bundled(), "
            "or put the four MNIST files in a folder and give it to digits.mnist(folder=…)."
        ) from error
    pictures = np.asarray(found.data).reshape(-1, 28, 28).astype(np.uint8)
    labels = np.asarray(found.target).astype(np.int64)
    if len(pictures) != 70_000:
        raise ValueError(
            f"OpenML's MNIST: wanted 70,000 digits, got {len(pictures):,}; delete the copy and fetch it again"
        )
    chosen = slice(60_000, None) if split == "test" else slice(0, 60_000)
    return Digits(pictures[chosen], labels[chosen])


def _find(folder: Path, start: str, end: str) -> Path:
    names = [f"{start}{dot}{end}{zipped}" for dot in "-." for zipped in ("", ".gz")]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"{folder}: wanted {names[0]} or {names[1]} there, found neither")


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(f"{length:,}" for length in shape)
