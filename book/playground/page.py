"""Puts the page together: sources, pictures and weights in one HTML file that asks nobody for anything."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from book.playground import codes, gallery, network, pack, shots
from book.playground.lattice import CAST, FINE, LARGE, Lattice, holds
from unmasked import toons
from unmasked.models import weights

PAGE = Path(__file__).parent / "page"
MODELS = {64: "swap-ada-bo", 128: "swap-ada-bo-128"}
MOST = 15e6  # bytes of the whole file
# In this order: each file may use what stands above it.
SCRIPTS = (
    "pack.js",
    "kernel.js",
    "network.js",
    "lattice.js",
    "statistics.js",
    "state.js",
    "parts.js",
    "puppet.js",
    "plugs.js",
    "squeeze.js",
    "paste.js",
    "blend.js",
    "spot.js",
    "threshold.js",
    "rooms.js",
)


def build(fine: Lattice = FINE, large: Lattice = LARGE, game=None, crowd=None) -> str:
    """The page as text. `fine` and `large` (lattices at 64 and 128 pixels), `game` and `crowd` (stills) replace the
    page's own, for a quicker trial.

    Raises ValueError for a page that is too large to be handed on.
    """
    block, models = pack.Pack(), {size: weights.load(name) for size, name in MODELS.items()}
    data = {
        "models": MODELS,
        "plans": {size: network.exported(model, block) for size, model in models.items()},
        "lattices": {lattice.side: _lattice(lattice, block) for lattice in (fine, large)},
        "names": {name: toons.character(name).name for name in CAST},
        "directions": _directions(models[64]),
        "blend": shots.exported(models[128], block),
        **_stills(game or gallery.game(), crowd or gallery.crowd(), block),
        "size": block.size,
    }
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    script = "\n".join((PAGE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    for mark, part in {
        "/* styles */": (PAGE / "style.css").read_text(encoding="utf-8"),
        "/* scripts */": script,
        "{data}": json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/"),
        "{pack}": pack.text(block.bytes()),
    }.items():
        if text.count(mark) != 1:
            raise ValueError(f"index.html: wanted {mark} once, found it {text.count(mark)} times")
        text = text.replace(mark, part)
    if len(text.encode()) > MOST:
        raise ValueError(f"page: {len(text.encode()) / 1e6:.1f} MB, and {MOST / 1e6:.0f} are the most")
    return text


def _lattice(lattice: Lattice, block: pack.Pack) -> dict:
    return {"axes": lattice.axes(), "sheets": {name: _sheets(lattice, name, block) for name in CAST}}


def _sheets(lattice: Lattice, name: str, block: pack.Pack) -> list[dict]:
    found = []
    for yaw in lattice.yaw:
        faces = lattice.draw(name, yaw)
        pictures = {
            "faces": block.put_picture(lattice.strip(faces.pictures)),
            "masks": block.put_picture(lattice.masks(faces.masks)),
        }
        found.append(pictures | {"holds": block.put(holds(faces).tobytes())})
    return found


def _directions(model) -> dict:
    mean, found, spread = codes.directions(model)
    return {
        key: value.astype(float).round(5).tolist()
        for key, value in (("mean", mean), ("axes", found), ("spread", spread))
    }


def _stills(game, crowd, block: pack.Pack) -> dict:
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
            "picture": block.put_picture(item.picture),
            "truth": block.put_picture(item.truth) if item.fake else None,
            "fake": item.fake,
            "who": toons.character(item.character).name,
        }
        for item in game
    ]
    return {"items": items, "seed": gallery.GAME, "detectors": detectors}
