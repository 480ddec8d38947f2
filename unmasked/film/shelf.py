"""Where a conversion keeps what is finished, a file a stretch of frames, until its film is whole."""

import io
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from unmasked.paths import write_aside

CHUNK = 25  # frames
_QUICK = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP]  # they don't stay


class Shelf:
    """A folder of finished work. A stage is named, and lies under its key: with other settings it has another key, so
    that nothing old is taken for new. Every file is whole or not there."""

    def __init__(self, folder: Path, workers: int = 1):
        self.folder, self.workers = folder, workers

    def stage(
        self,
        name: str,
        key: str,
        frames: Iterable,
        make: Callable[[int, list], dict[str, np.ndarray]],
        done: Callable[[int], object],
    ) -> list[Path]:
        """The files of a stage, .npz, one for every `CHUNK` frames; those that are there are not made again.

        `make(start, frames)` gives a file's arrays; it runs in `workers` threads at once. `done(n)` is told of every n
        frames more.
        """
        place = self.place(name, key)
        files, waiting = [], deque()
        with ThreadPoolExecutor(self.workers) as pool:
            try:
                for start, chunk in _chunks(frames):
                    files.append(place / f"{start:06d}.npz")
                    if files[-1].exists():
                        done(len(chunk))
                        continue
                    waiting.append((pool.submit(_make, make, start, chunk, files[-1]), len(chunk)))
                    # No more than needed: all frames at once wouldn't fit into memory.
                    while len(waiting) >= 2 * self.workers:
                        _take(waiting, done)
                while waiting:
                    _take(waiting, done)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return files

    def place(self, name: str, key: str) -> Path:
        """The folder of a stage."""
        return self.folder / f"{name}-{key[:16]}"

    def clear(self) -> None:
        """Takes all away."""
        shutil.rmtree(self.folder, ignore_errors=True)


def keep_picture(path: Path, picture: np.ndarray) -> None:
    """Writes a picture uint8 (H, W, 3) as a PNG, whole or not at all."""
    done, data = cv2.imencode(".png", np.ascontiguousarray(picture[..., ::-1]), _QUICK)
    if not done:
        raise RuntimeError("OpenCV could not write the PNG")
    write_aside(path, data.tobytes())


def kept_picture(path: Path) -> np.ndarray:
    """The picture that `keep_picture` wrote."""
    data = np.frombuffer(path.read_bytes(), np.uint8)
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])


def joined(files: Iterable[Path], name: str) -> np.ndarray:
    """One array of all files of a stage, along time."""
    parts = []
    for file in files:
        with np.load(file) as arrays:
            parts.append(arrays[name])
    return np.concatenate(parts)


def _chunks(frames: Iterable) -> Iterator[tuple[int, list]]:
    frames, start = iter(frames), 0
    while chunk := list(islice(frames, CHUNK)):
        yield start, chunk
        start += len(chunk)


def _make(make: Callable, start: int, chunk: list, file: Path) -> None:
    memory = io.BytesIO()
    np.savez(memory, **make(start, chunk))
    write_aside(file, memory.getvalue())


def _take(waiting: deque[tuple[Future, int]], done: Callable[[int], object]) -> None:
    future, count = waiting[0]
    future.result()
    waiting.popleft()
    done(count)
