"""The frames of the room *blend*: who is filmed, what lesson 08's forger has of it, and the true composite."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from book.playground.pack import Pack
from unmasked import blend, extract, toons

# Lesson 08's first frame, and the same with Ada, whose colours are much further from Bo's.
BODIES = ("kit", "ada")
ACTED = toons.Performance(yaw=8, smile=0.6, jaw=0.3)
LAYOUT = toons.scenes.Layout((256, 256), x=128, y=132, side=225, tilt=3, background_seed=5, camera_seed=7)
PYTHON = (
    "layout = toons.scenes.Layout((256, 256), x=128, y=132, side=225, tilt=3, background_seed=5, camera_seed=7)",
    "acted = toons.Performance(yaw=8, smile=0.6, jaw=0.3)",
)


def shoot(model, body: str) -> blend.Shot:
    """`body` is filmed, Ada repeats it before a camera of her own, and `model` turns her into Bo."""
    return blend.shoot(model, ACTED, LAYOUT, np.zeros((68, 2)), body=body)


def exported(model, pack: Pack) -> dict:
    """What the page needs: Ada's aligned crop, which its own network turns into Bo, and each frame with its masks."""
    other = replace(LAYOUT, camera_seed=LAYOUT.camera_seed + 1)  # as `blend.shoot` films the actor
    acted = toons.scenes.film(toons.character("ada"), ACTED.to_array()[None], other)[0]
    seen = extract.align(acted.picture, acted.landmarks, model.side)
    shots = {}
    for body in BODIES:
        shot = shoot(model, body)
        square = blend.box_mask(shot.frame.shape[:2], shot.matrix, size=model.side)
        hull = blend.face_mask(shot.landmarks, shot.frame.shape[:2], blend.Recipe().forehead)
        masks = {"face": shot.mask, "hull": np.rint(255 * hull), "box": np.rint(255 * square)}
        shots[body] = {
            "who": toons.character(body).name,
            "frame": pack.put_picture(shot.frame),
            "truth": pack.put_picture(shot.truth),
            "masks": {name: pack.put_picture(mask.astype(np.uint8)) for name, mask in masks.items()},
            # The way from a pixel of the frame to one of the crop, as OpenCV takes it: back from the way back.
            "matrix": extract.invert(extract.invert(shot.matrix)).tolist(),
        }
    return {"seen": pack.put_picture(seen), "shots": shots, "python": list(PYTHON)}
