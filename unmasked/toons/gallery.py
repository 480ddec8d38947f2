"""The published set, read back from its files; `unmasked.toons.publish` writes it."""

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np

from unmasked.arguments import checked_choice
from unmasked.paths import DATA
from unmasked.toons.drawing import Portraits

FOLDER = DATA / "toons"
SIZE = 96  # pixels
COLUMNS = 20  # portraits in a row of a sheet


def _tiles(sheet: np.ndarray, count: int) -> np.ndarray:
    rest = sheet.shape[2:]
    rows = sheet.reshape(-1, SIZE, COLUMNS, SIZE, *rest).swapaxes(1, 2)
    return np.ascontiguousarray(rows.reshape(-1, SIZE, SIZE, *rest)[:count])


def published(name: str, folder: Path = FOLDER) -> Portraits:
    """A character of the published set, read from its files: 96-pixel portraits with all their truth.

    Raises ValueError for an unknown name or a damaged file (both named), FileNotFoundError for a missing one.
    """
    folder = Path(folder)
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    checked_choice(name, index["counts"], "name")
    count = index["counts"][name]

    def checked_bytes(file: str) -> np.ndarray:
        content = (folder / file).read_bytes()
        if hashlib.sha256(content).hexdigest() != index["sha256"][file]:
            raise ValueError(f"{folder / file} is damaged: its sha256 differs from index.json")
        return np.frombuffer(content, np.uint8)

    pictures = cv2.imdecode(checked_bytes(f"{name}_pictures.jpg"), cv2.IMREAD_COLOR)[..., ::-1]
    masks = cv2.imdecode(checked_bytes(f"{name}_masks.png"), cv2.IMREAD_GRAYSCALE)
    parts = cv2.imdecode(checked_bytes(f"{name}_parts.png"), cv2.IMREAD_GRAYSCALE)
    for file in (f"{name}_landmarks.npy", "performances.npy"):
        checked_bytes(file)
    landmarks = np.load(folder / f"{name}_landmarks.npy", allow_pickle=False).astype(np.float32)
    acted = np.load(folder / "performances.npy", allow_pickle=False)[:count]
    return Portraits(_tiles(pictures, count), _tiles(masks, count), _tiles(parts, count), landmarks, acted)
