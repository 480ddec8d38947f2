"""How well faces are found, and what that costs the swap: `python -m unmasked.experiments.extraction`.

Two characters are filmed, each alone or beside a stranger. From the same frames their faces are cut out in four ways,
a swap is trained on what comes out, and measured on frames of the other, whose true swap is drawn: the table of
lesson 05. `judge` holds what was found in a crowd against its truth; lesson and benchmark measure by it.
"""

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import nn

from unmasked import metrics, tensors, toons
from unmasked.arguments import checked_choice
from unmasked.experiments import swap
from unmasked.experiments.command import add_keeping, add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.pairs import NAMES
from unmasked.experiments.tables import keep_rows
from unmasked.extract import align_matrix, face_box, invert, move, rough_matrix, warp
from unmasked.extract.chain import Extracted, Nets, extract_faces, shipped_nets
from unmasked.extract.finding import matched
from unmasked.extract.sorting import face_size, likeness, palettes, sharpness
from unmasked.faces import Faces
from unmasked.models.swap import SwapNet
from unmasked.toons.crowds import Crowd, CrowdFace, sample_crowd
from unmasked.training.progress import progress_bar

TABLE = "extraction"
# How the faces are cut out of the frames, and whose landmarks guide the swap.
VARIANTS = {
    "true": "the drawing's own landmarks and masks of the right face",
    "found": "whatever face is found, its landmarks and mask found, too",
    "filtered": "the same, less small and blurred faces and other characters",
    "unaligned": "as found, but cut out by the box alone, as it stands in the frame",
}
# What is filtered out: faces of fewer pixels than a crop can use, the most blurred, and colours of somebody else.
LEAST = {"size": 36.0, "sharpness": 150.0, "likeness": 0.7}
SHOWN = 8  # crops of the right character that a person picks by hand, so that likeness has a reference
STRANGERS = 0.3  # the share of frames with somebody else in them
SEEN = 0.5  # of a face, at least: others aren't cut out by hand
SHAPE, SIDES, SIZE = (256, 256), (32.0, 150.0), 64
Row = dict[str, str | int | float]


class Shot(NamedTuple):
    """One moment, filmed with each character in it: name → picture uint8 (256, 256, 3), landmarks (68, 2), mask."""

    pictures: dict[str, np.ndarray]
    landmarks: dict[str, np.ndarray]
    masks: dict[str, np.ndarray]


class Footage(NamedTuple):
    """What a row is made of: frames of each character to learn from, with what was found in them; shots to measure on,
    with what was found in those."""

    frames: dict[str, list[Crowd]]
    found: dict[str, list[list[Extracted]]]
    shots: list[Shot]
    seen: dict[str, list[Extracted | None]]


def film(count: int, held_out: int, seed: int, nets: Nets | None = None) -> Footage:
    """`count` frames of each character, each in performances of its own, and `held_out` shots of both.

    nets: what finds the faces, the shipped ones where None.
    """
    nets = shipped_nets() if nets is None else nets
    frames, found, seen = {}, {}, {}
    with progress_bar("filming and finding", 0, 2 * count + 3 * held_out) as bar:
        for number, name in enumerate(NAMES):
            frames[name], found[name] = [], []
            for i in range(count):
                crowd = _frame(name, np.random.default_rng([seed, number, i]))
                frames[name].append(crowd)
                found[name].append(extract_faces(crowd.picture, SIZE, nets=nets))
                bar.update()
        shots = []
        for i in range(held_out):
            shots.append(_shot(np.random.default_rng([seed, 99, i])))
            bar.update()
        for name in NAMES:
            seen[name] = []
            for shot in shots:
                best = extract_faces(shot.pictures[name], SIZE, nets=nets, most=1)
                seen[name].append(best[0] if best else None)
                bar.update()
    return Footage(frames, found, shots, seen)


def _frame(name: str, generator: np.random.Generator) -> Crowd:
    people = [toons.CAST[name]]
    if generator.random() < STRANGERS:
        people.append(toons.sample_identity(int(generator.integers(2**31))))
    return sample_crowd(generator, SHAPE, len(people), identities=people, sides=SIDES)


def _shot(generator: np.random.Generator) -> Shot:
    height, width = SHAPE
    side = float(np.exp(generator.uniform(np.log(110), np.log(230))))
    room = min(0.45 * side, 0.5 * width)
    x, y = generator.uniform(room, width - room), generator.uniform(room, height - room)
    seeds = [int(one) for one in generator.integers(0, 2**31, 2)]
    layout = toons.scenes.Layout(SHAPE, x, y, side, generator.uniform(-40, 40), *seeds)
    performance = toons.sample_performances(generator, 1)[0]
    both = {name: toons.scenes.render(toons.CAST[name], performance, layout) for name in NAMES}
    parts = ({name: getattr(scene, part) for name, scene in both.items()} for part in ("picture", "landmarks", "mask"))
    return Shot(*parts)


# --- how well the faces are found -------------------------------------------------------------------------------------


class Judged(NamedTuple):
    """A true face of a crowd beside what was found of it.

    `side` of its box in pixels, `tilt` in degrees, `hand` in front, `whole`: nothing of it hidden or outside; `found`;
    and where it was: `landmarks`, the points' mean distance over that of the outer corners of the eyes, and `mask`,
    intersection over union of the masks in the crop. NaN where it wasn't.
    """

    side: float
    tilt: float
    hand: bool
    whole: bool
    found: bool
    landmarks: float
    mask: float


def judge(crowd: Crowd, found: Sequence[Extracted]) -> tuple[list[Judged], int]:
    """Every face of a crowd beside what `extract_faces` found, and how many of the finds are no face of it."""
    given = matched(found, crowd.boxes)
    rows = []
    for face, find in zip(crowd.faces, given, strict=True):
        off, shared = (eye_error(found[find], face), mask_overlap(found[find], face)) if find >= 0 else (np.nan, np.nan)
        rows.append(Judged(face.side, face.tilt, face.hand, face.whole, bool(find >= 0), off, shared))
    return rows, len(found) - int((given >= 0).sum())


def eye_error(one: Extracted, face: CrowdFace) -> float:
    """How far the found landmarks are off: their mean distance, over that of the outer corners of the eyes."""
    right, left = (face.landmarks[toons.LANDMARKS[name].start + at] for name, at in (("right_eye", 0), ("left_eye", 3)))
    off = np.linalg.norm(one.landmarks - face.landmarks, axis=1).mean()
    return float(off / max(1e-6, np.linalg.norm(right - left)))


def mask_overlap(one: Extracted, face: CrowdFace) -> float:
    """Intersection over union of the found mask and the true one, both in the found crop."""
    true = cv2.warpAffine(face.mask, one.matrix, one.mask.shape[::-1]) > 127
    mine = one.mask > 127
    return float((mine & true).sum() / max(1, (mine | true).sum()))


# --- cut out, in four ways --------------------------------------------------------------------------------------------


def faces_of(variant: str, name: str, footage: Footage) -> Faces:
    """What a swap learns of a character: its faces, cut out of the frames as `variant` says.

    Raises ValueError for an unknown variant.
    """
    checked_choice(variant, VARIANTS, "variant")
    right = _right_faces(name, footage.frames[name])
    if variant == "true":
        return right
    found = [one for some in footage.found[name] for one in some]
    pictures = [
        crowd.picture for crowd, some in zip(footage.frames[name], footage.found[name], strict=True) for _ in some
    ]
    if variant == "filtered":
        kept = filtered(found, right[:SHOWN])
        found, pictures = [found[i] for i in kept], [pictures[i] for i in kept]
    if variant != "unaligned":
        landmarks = [move(one.landmarks, one.matrix) for one in found]
        return _faces([one.crop for one in found], [one.mask for one in found], landmarks)
    matrices = [rough_matrix(one.box, SIZE) for one in found]
    crops = [warp(picture, matrix, SIZE) for picture, matrix in zip(pictures, matrices, strict=True)]
    masks = [
        cv2.warpAffine(one.mask, _after(matrix, invert(one.matrix)), (SIZE, SIZE))
        for one, matrix in zip(found, matrices, strict=True)
    ]
    landmarks = [move(one.landmarks, matrix) for one, matrix in zip(found, matrices, strict=True)]
    return _faces(crops, masks, landmarks)


def filtered(found: Sequence[Extracted], right: Faces) -> np.ndarray:
    """Indices of the faces that are large and sharp enough and look like the `right` ones, int64."""
    crops, masks = (np.stack([getattr(one, part) for one in found]) for part in ("crop", "mask"))
    size = face_size(np.stack([one.box for one in found]))
    seen = masks.reshape(len(found), -1).max(1) > 127
    alike = np.zeros(len(found))
    alike[seen] = likeness(palettes(crops[seen], masks[seen]), palettes(right.pictures, right.masks))
    good = (size >= LEAST["size"]) & (sharpness(crops) >= LEAST["sharpness"]) & (alike >= LEAST["likeness"])
    return np.flatnonzero(good)


def _right_faces(name: str, frames: Sequence[Crowd]) -> Faces:
    crops, masks, landmarks = [], [], []
    for crowd in frames:
        for face in crowd.faces:
            if face.identity is toons.CAST[name] and face.shown >= SEEN:
                matrix = align_matrix(face.landmarks, SIZE)
                crops.append(warp(crowd.picture, matrix, SIZE))
                masks.append(cv2.warpAffine(face.mask, matrix, (SIZE, SIZE)))
                landmarks.append(move(face.landmarks, matrix))
    return _faces(crops, masks, landmarks)


def _faces(crops: Sequence[np.ndarray], masks: Sequence[np.ndarray], landmarks: Sequence[np.ndarray]) -> Faces:
    """Faces as the training takes them. Their skin is what the mask leaves without eyes, brows and lips: nobody but the
    drawing knows more."""
    count = len(crops)
    if count < 16:
        raise ValueError(f"only {count} faces came out of the frames: too few for a batch")
    pictures, masks, landmarks = np.stack(crops), np.stack(masks), np.stack(landmarks).astype(np.float32)
    parts = np.where(masks > 127, toons.PARTS.index("skin"), toons.PARTS.index("background")).astype(np.uint8)
    for part, points in zip(parts, landmarks, strict=True):
        for name in ("right_brow", "left_brow", "right_eye", "left_eye", "lips"):
            hull = cv2.convexHull(points[toons.LANDMARKS[name]])
            cv2.fillConvexPoly(part, np.rint(hull).astype(np.int32), toons.PARTS.index("background"))
    return Faces(pictures, masks, parts, landmarks, np.zeros((count, 11), np.float32), np.zeros((count, 2, 3)), SIZE)


def _after(second: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The matrix (2, 3) that does the first and then the second."""
    last = np.array([[0, 0, 1.0]])
    return (np.vstack([second, last]) @ np.vstack([first, last]))[:2]


# --- trained and measured ---------------------------------------------------------------------------------------------


def extraction_row(
    variant: str,
    seed: int,
    steps: int = 300,
    *,
    batch: int = 16,
    frames: int = 400,
    held_out: int = 80,
    footage: Footage | None = None,
) -> Row:
    """Trains a swap on faces cut out in one way, from one seed, and measures it: one row of the table.

    variant    one of VARIANTS; `seed` decides the frames, the first weights and the batches.
    frames     of each character to learn from; `held_out`: shots to measure on; `batch`: crops of each a step.
    footage    what `film(frames, held_out, seed)` returned, to film once for all variants.
    The row: variant, seed, steps; crops learned from (crops_a, _b); explained swap (explained_ab, _ba), against what is
    drawn; missed, the share of shots in which no face was found, so that nothing could be swapped; seconds of training.
    Raises ValueError for an unknown variant. The random state of the caller stays as it was.
    """
    checked_choice(variant, VARIANTS, "variant")
    footage = film(frames, held_out, seed) if footage is None else footage
    faces = {name: faces_of(variant, name, footage) for name in NAMES}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # the layers' first weights
        model = SwapNet(NAMES)
        run = swap.swap_run(model, faces, steps=steps, batch=batch, seed=seed, label=f"{variant}, seed {seed}")
    run.advance(steps)
    a, b = NAMES
    return {
        "variant": variant,
        "seed": seed,
        "steps": run.history.steps,
        "crops_a": len(faces[a]),
        "crops_b": len(faces[b]),
        "explained_ab": explained(model.eval(), variant, footage, a, b),
        "explained_ba": explained(model, variant, footage, b, a),
        "missed": float(np.mean([one is None for name in NAMES for one in footage.seen[name]])),
        "seconds": run.history.seconds,
    }


@torch.no_grad()
def explained(model: nn.Module, variant: str, footage: Footage, actor: str, face: str) -> float:
    """How much of the true `face` the swap explains over all shots, cut out of the `actor`'s as the variant says.

    Where no face was found, nothing is swapped, and the average face stands for it.
    """
    truth, masks, swapped = [], [], []
    for shot, seen in zip(footage.shots, footage.seen[actor], strict=True):
        true_matrix = align_matrix(shot.landmarks[face], SIZE)
        truth.append(warp(shot.pictures[face], true_matrix, SIZE))
        masks.append(cv2.warpAffine(shot.masks[face], true_matrix, (SIZE, SIZE)))
        crop = _cut(variant, shot.pictures[actor], shot.landmarks[actor], seen)
        if crop is None:
            swapped.append(None)
            continue
        drawn = tensors.to_pictures(model.decode(model.encode(tensors.to_tensor(crop[None]), actor), face).clamp(0, 1))[
            0
        ]
        if variant == "unaligned":
            # It drew the face where it lies in ITS box; the truth stands upright in the middle.
            box = rough_matrix(face_box(shot.landmarks[face]), SIZE)
            drawn = warp(drawn, _after(true_matrix, invert(box)), SIZE)
        swapped.append(drawn)
    true = tensors.to_tensor(np.stack(truth))
    average = true.mean(0)
    still = tensors.to_pictures(average[None])[0]
    drawn = tensors.to_tensor(np.stack([still if one is None else one for one in swapped]))
    return float(metrics.explained_swap(drawn, true, average, tensors.masks_to_tensor(np.stack(masks))))


def _cut(variant: str, picture: np.ndarray, landmarks: np.ndarray, seen: Extracted | None) -> np.ndarray | None:
    if variant == "true":
        return warp(picture, align_matrix(landmarks, SIZE), SIZE)
    if seen is None:
        return None
    return warp(picture, rough_matrix(seen.box, SIZE), SIZE) if variant == "unaligned" else seen.crop


# --- the command ------------------------------------------------------------------------------------------------------


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    add_seeds(parser, "variant")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch", type=int, default=16, help="crops of each character a step")
    parser.add_argument("--frames", type=int, default=400, help="frames of each character to learn from")
    parser.add_argument("--held-out", type=int, default=80, help="shots of both to measure on")
    add_keeping(parser)
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    print(tensors.probe(precision="float32").apply())
    table = {"command": command_of(parser, asked), "settings": settings_of(asked), "variants": VARIANTS}
    wanted = [(variant, seed) for seed in range(asked.seeds) for variant in VARIANTS]

    def make(missing: list[tuple[str, int]]) -> Iterator[Row]:
        for seed, some in groupby(missing, key=lambda key: key[1]):
            footage = film(asked.frames, asked.held_out, seed)
            for variant, _ in some:
                yield extraction_row(variant, seed, asked.steps, batch=asked.batch, footage=footage)

    keep_rows(TABLE, table, ("variant", "seed"), wanted, make, fresh=asked.fresh, folder=asked.folder)


if __name__ == "__main__":
    main()
