"""A shot to forge: what the forger has of a frame, and the truth that only the world's drawer knows."""

from dataclasses import dataclass, replace

import numpy as np

from unmasked import extract, toons
from unmasked.arguments import checked_kind
from unmasked.blend.masks import within_seam
from unmasked.blend.measures import boundary_step, composite_error, explained_composite, mask_error
from unmasked.blend.recipe import PutBack, Recipe, put_back
from unmasked.blend.truth import wearing_the_face_of
from unmasked.toons import scenes
from unmasked.toons.performance import checked as checked_performances


@dataclass(frozen=True)
class Shot:
    """One frame and everything about it.

    What the forger has: `frame` uint8 (H, W, 3), as the camera recorded it; `mask` uint8 (H, W) and `landmarks` float
    (68, 2) of the face in it; `matrix` (2, 3), frame pixels → crop pixels; `crop` uint8 (S, S, 3), the new face;
    `crop_landmarks` float (68, 2), about where its landmarks lie. What only measuring may use: `truth` uint8 (H, W, 3),
    the true composite, its face `true_mask` uint8 (H, W) and its `true_parts` uint8 (H, W), labels as in `toons.PARTS`.
    """

    frame: np.ndarray
    mask: np.ndarray
    landmarks: np.ndarray
    matrix: np.ndarray
    crop: np.ndarray
    crop_landmarks: np.ndarray
    truth: np.ndarray
    true_mask: np.ndarray
    true_parts: np.ndarray

    def put_back(self, recipe: Recipe | None = None) -> PutBack:
        """The new face in the frame, by `blend.put_back`."""
        have = {"mask": self.mask, "landmarks": self.landmarks, "crop_landmarks": self.crop_landmarks}
        return put_back(self.frame, self.crop, self.matrix, recipe, **have)

    def measure(self, made: PutBack) -> dict[str, float]:
        """How well that was done.

        `score`: `explained_composite`; `error`: mean ΔE to the truth inside the true face; `step` and `true_step`: the
        boundary step of the forged and of the true picture, both along the seam; `mask_error`.
        """
        seam = within_seam(made.mask)
        return {
            "score": explained_composite(made.picture, self.truth, self.frame),
            "error": composite_error(made.picture, self.truth, self.true_mask),
            "step": boundary_step(made.picture, seam),
            "true_step": boundary_step(self.truth, seam),
            "mask_error": mask_error(made.mask, self.true_mask),
        }


def shoot(
    model,
    performance: np.ndarray | toons.Performance,
    layout: scenes.Layout,
    shift: np.ndarray,
    *,
    actor: str = "ada",
    face: str = "bo",
    body: str = "kit",
) -> Shot:
    """`body` is filmed, `actor` repeats the performance before a camera, and `model` turns that into `face`.

    `model`: encode(pictures, name) and decode(codes, name), as lesson 04's. `shift`: float (68, 2), mean landmarks of
    aligned crops of `face` less those of `actor`: added to the actor's it says about where the new face's lie. Raises
    what `scenes.render` raises.
    """
    one = checked_performances(performance, ndim=1)
    return shoot_clip(model, one[None], layout, shift, actor=actor, face=face, body=body)[0]


def shoot_clip(
    model,
    performances: np.ndarray,
    layout: scenes.Layout,
    shift: np.ndarray,
    *,
    actor: str = "ada",
    face: str = "bo",
    body: str = "kit",
) -> list[Shot]:
    """The same for a clip, `performances` float32 (N, 11): each camera keeps its white balance from frame to frame.

    Raises TypeError or ValueError also for a layout that is none and a clip without a frame.
    """
    import torch  # only who swaps pays for it

    from unmasked.models.swapping import side_of
    from unmasked.tensors import to_pictures, to_tensor

    checked_kind(layout, scenes.Layout, "layout", "a scenes.Layout")
    side = side_of(model)
    kit, ada = toons.character(body), toons.character(actor)
    truth = wearing_the_face_of(kit, toons.character(face))
    other_camera = replace(layout, camera_seed=layout.camera_seed + 1)
    filmed, true = (scenes.film(who, performances, layout) for who in (kit, truth))
    acted = scenes.film(ada, performances, other_camera)
    with torch.no_grad():
        seen = to_tensor(np.stack([extract.align(one.picture, one.landmarks, side) for one in acted]))
        crops = to_pictures(model.decode(model.encode(seen, actor), face).clamp(0, 1))
    return [
        Shot(
            here.picture,
            here.mask,
            here.landmarks,
            extract.align_matrix(here.landmarks, side),
            crop,
            extract.move(there.landmarks, extract.align_matrix(there.landmarks, side)) + shift,
            goal.picture,
            goal.mask,
            goal.parts,
        )
        for here, there, goal, crop in zip(filmed, acted, true, crops, strict=True)
    ]
