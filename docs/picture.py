"""Draws README's picture: `python docs/picture.py` writes docs/picture.png."""

import os
from pathlib import Path

import cv2
import numpy as np

from unmasked import toons

FILE = Path(__file__).with_name("picture.png")
ACTS = (  # what Ada does, and Bo with her
    toons.Performance(yaw=-24, pitch=-6, roll=-6, smile=0.9, jaw=0.1, brows=0.4, gaze_x=-0.4),
    toons.Performance(yaw=-6, pitch=4, smile=0.9, jaw=0.7, lids=0.5, brows=0.6),
    toons.Performance(yaw=20, pitch=-8, roll=7, smile=-0.2, jaw=0.6, lids=1.0, brows=1.0, gaze_x=0.7, gaze_y=-0.5),
    toons.Performance(yaw=26, roll=-5, smile=-0.9, lids=0.45, brows=-0.9, gaze_x=-0.8, light_azimuth=-50),
    toons.Performance(yaw=-14, pitch=10, roll=8, smile=0.4, lids=0.0, brows=0.2, light_azimuth=60),
    toons.Performance(yaw=8, pitch=-4, roll=-9, smile=1.0, jaw=0.3, brows=0.8, gaze_x=0.3, gaze_y=0.4),
)


def picture(size: int = 160, gap: int = 6) -> np.ndarray:
    """Ada's performances over Bo's, the same column the same performance, and the whole cast below: uint8 H × W × 3."""
    performances = np.stack([act.to_array() for act in ACTS])
    pairs = toons.draw_pair(toons.character("ada"), toons.character("bo"), performances, size=size)
    rows = [np.hstack(portraits.pictures) for portraits in pairs]
    width = rows[0].shape[1]
    everyone = [toons.character(name) for name in toons.CAST]
    calm = np.repeat(toons.Performance(smile=0.5).to_array()[None], len(everyone), axis=0)
    strip = np.hstack(toons.draw_many(everyone, calm, size=size).pictures)
    strip = cv2.resize(strip, (width, round(size * width / strip.shape[1])), interpolation=cv2.INTER_AREA)
    line = np.full((gap, width, 3), 255, np.uint8)
    return np.vstack([rows[0], line, rows[1], line, strip])


def main() -> None:
    _, png = cv2.imencode(".png", picture()[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    aside = FILE.with_suffix(".part")
    aside.write_bytes(png.tobytes())
    os.replace(aside, FILE)
    print(f"{FILE} ({FILE.stat().st_size / 1e3:.0f} kB)")


if __name__ == "__main__":
    main()
