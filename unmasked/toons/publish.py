"""The published set: the cast in fixed performances, as files. `python -m unmasked.toons.publish` writes it anew.

Every character acts the first of the same 400 performances, so that any two form matched pairs.
"""

import argparse
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np

from unmasked.toons.cast import CAST
from unmasked.toons.clips import sample_performances
from unmasked.toons.drawing import draw_many
from unmasked.toons.gallery import COLUMNS, FOLDER, SIZE
from unmasked.toons.landmarks import LANDMARKS
from unmasked.toons.materials import PARTS
from unmasked.toons.performance import PARAMETERS, RANGES

SEED = 20_260
COUNTS = {name: 400 if name in ("ada", "bo") else 120 for name in CAST}
# Full colour at every pixel: the usual halving of colour would smear lips and irises, which are a few pixels wide.
_JPEG = [cv2.IMWRITE_JPEG_QUALITY, 90, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
_PNG = [cv2.IMWRITE_PNG_COMPRESSION, 9]


def _sheet(tiles: np.ndarray) -> np.ndarray:
    """Tiles (N, H, W, …) in rows of `COLUMNS`, read like a page."""
    height, width = tiles.shape[1:3]
    rest = tiles.shape[3:]
    return tiles.reshape(-1, COLUMNS, height, width, *rest).swapaxes(1, 2).reshape(-1, COLUMNS * width, *rest)


def _write(path: Path, content: bytes) -> str:
    """Write aside, then rename: an interruption leaves the old file whole. Returns the sha256."""
    aside = path.with_name(path.name + ".part")
    aside.write_bytes(content)
    aside.replace(path)
    return hashlib.sha256(content).hexdigest()


def _coded(extension: str, sheet: np.ndarray, settings: list[int]) -> bytes:
    done, coded = cv2.imencode(extension, sheet, settings)
    if not done:
        raise RuntimeError(f"OpenCV could not write {extension}")
    return coded.tobytes()


def performances() -> np.ndarray:
    """The performances of the set: float32 (400, 11), uniform over the full ranges."""
    return sample_performances(np.random.Generator(np.random.PCG64(SEED)), max(COUNTS.values()))


def publish(folder: Path = FOLDER) -> None:
    """Draw the set and write it to `folder`: for each character a sheet of pictures, of masks and of parts; landmarks
    and performances as .npy; and `index.json` with counts, ranges and the sha256 of every file."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    acted = performances()
    digests = {}

    def write(name: str, content: bytes) -> None:
        digests[name] = _write(folder / name, content)

    def write_array(name: str, array: np.ndarray) -> None:
        aside = folder / (name + ".part.npy")
        np.save(aside, array, allow_pickle=False)
        digests[name] = hashlib.sha256(aside.read_bytes()).hexdigest()
        aside.replace(folder / name)

    write_array("performances.npy", acted)
    for name, count in COUNTS.items():
        drawn = draw_many(CAST[name], acted[:count], SIZE)
        write(f"{name}_pictures.jpg", _coded(".jpg", _sheet(drawn.pictures)[..., ::-1], _JPEG))
        write(f"{name}_masks.png", _coded(".png", _sheet(drawn.masks), _PNG))
        write(f"{name}_parts.png", _coded(".png", _sheet(drawn.parts), _PNG))
        write_array(f"{name}_landmarks.npy", drawn.landmarks.astype(np.float16))
        print(f"{name}: {count} portraits")
    index = {
        "size": SIZE,
        "columns": COLUMNS,
        "seed": SEED,
        "counts": COUNTS,
        "parameters": PARAMETERS,
        "ranges": RANGES,
        "parts": PARTS,
        "landmarks": {name: [part.start, part.stop] for name, part in LANDMARKS.items()},
        "sha256": digests,
    }
    _write(folder / "index.json", (json.dumps(index, indent=1) + "\n").encode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the published set of toons.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    publish(parser.parse_args().folder)
