"""Puts the page together: sources, pictures and weights in one HTML file that asks nobody for anything."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

from book.playground import codes, gallery, network
from book.playground.lattice import CAST, Lattice, holds
from unmasked import toons
from unmasked.models import weights

PAGE = Path(__file__).parent / "page"
MODEL = "swap-ada-bo"
MOST = 15e6  # bytes of the whole file
# In this order: each file may use what stands above it.
SCRIPTS = (
    "kernel.js",
    "network.js",
    "lattice.js",
    "statistics.js",
    "state.js",
    "parts.js",
    "puppet.js",
    "plugs.js",
    "squeeze.js",
    "spot.js",
    "threshold.js",
    "rooms.js",
)


def build(lattice: Lattice | None = None, game=None, crowd=None) -> str:
    """The page as text. `lattice`, `game` and `crowd` (stills) replace the page's own, for a quicker trial.

    Raises ValueError for a page that is too large to be handed on.
    """
    lattice = lattice or Lattice()
    model = weights.load(MODEL)
    plan, block = network.exported(model)
    data = {
        "plan": plan,
        "axes": lattice.axes(),
        "names": {name: toons.character(name).name for name in CAST},
        "directions": _directions(model),
        "sheets": {name: _sheets(lattice, name) for name in CAST},
        **_stills(game or gallery.game(), crowd or gallery.crowd()),
    }
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    script = "\n".join((PAGE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    for mark, part in {
        "/* styles */": (PAGE / "style.css").read_text(encoding="utf-8"),
        "/* scripts */": script,
        "{data}": json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/"),
        "{weights}": base64.b64encode(block).decode(),
    }.items():
        if text.count(mark) != 1:
            raise ValueError(f"index.html: wanted {mark} once, found it {text.count(mark)} times")
        text = text.replace(mark, part)
    if len(text.encode()) > MOST:
        raise ValueError(f"page: {len(text.encode()) / 1e6:.1f} MB, and {MOST / 1e6:.0f} are the most")
    return text


def picture(pixels: np.ndarray, effort: int = 4) -> str:
    """Pixels uint8 (H, W, 3) or (H, W) as a data URL, compressed without any loss: what goes in is what comes out."""
    kept = io.BytesIO()
    Image.fromarray(pixels).save(kept, "WEBP", lossless=True, quality=80, method=effort)
    return "data:image/webp;base64," + base64.b64encode(kept.getvalue()).decode()


def _sheets(lattice: Lattice, name: str) -> list[dict]:
    found = []
    for yaw in lattice.yaw:
        faces = lattice.draw(name, yaw)
        found.append(
            {
                "faces": picture(lattice.sheet(faces.pictures)),
                "masks": picture(lattice.sheet(faces.masks)),
                "holds": base64.b64encode(holds(faces).tobytes()).decode(),
            }
        )
    return found


def _directions(model) -> dict:
    mean, found, spread = codes.directions(model)
    return {
        key: value.astype(float).round(5).tolist()
        for key, value in (("mean", mean), ("axes", found), ("spread", spread))
    }


def _stills(game, crowd) -> dict:
    said, many = gallery.scores(game), gallery.scores(crowd)
    fake = np.array([item.fake for item in crowd])
    detectors = []
    for name, row, others in zip(gallery.DETECTORS, said, many, strict=True):
        # A picture without a face in it, as far as the finder can see, passes: nothing was found, nothing is flagged.
        row, others = (np.nan_to_num(part, nan=-99.0).round(4) for part in (row, others))
        real, forged = others[~fake], others[fake]
        line = gallery.line(real, forged)
        detectors.append(
            {"name": name, "game": row.tolist(), "real": real.tolist(), "fake": forged.tolist(), "line": line}
        )
    items = [
        {
            "picture": picture(item.picture),
            "truth": picture(item.truth) if item.fake else "",
            "fake": item.fake,
            "who": toons.character(item.character).name,
        }
        for item in game
    ]
    return {"items": items, "seed": gallery.GAME, "detectors": detectors}
