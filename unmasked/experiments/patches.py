"""What the landmarker and the segmenter train on: toons of strangers, each in a patch a little larger than its face.

Frames as `toons.crowds` draws them would do too, and are what the nets are measured on. A patch costs a tenth: several
performances of one stranger are drawn at once, and nothing is drawn that no crop will show.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from tqdm import tqdm

from unmasked import augment, toons
from unmasked.extract.crops import warp
from unmasked.toons.camera import CameraSettings, record
from unmasked.toons.crowds import GROWN
from unmasked.toons.hand import put_a_hand
from unmasked.toons.head import CENTRE, HEAD_SHARE, place
from unmasked.toons.painting import paint
from unmasked.toons.scenes import background

SIDES = (18.0, 100.0)  # pixels, of a face's box: larger ones are shrunk to the nets' 64 pixels anyway
BOX = 0.69  # side of a face's box beside that of its portrait, about
AROUND = 1.9  # side of a patch beside that of the box: a crop that is shifted and too wide lies inside
HAND, HEAD, CUT = 0.25, 0.15, 0.15  # shares of patches with a hand in front, a head in front, cut by the frame's edge
SEEN = 0.3  # a face of which less is left teaches nothing


@dataclass
class Patches:
    """Faces in pictures of different sizes: `pictures` uint8 (H, W, 3), `masks` uint8 (H, W) of what is SEEN of the
    face, `landmarks` float32 (N, 68, 2) in each patch's pixels, `hands` bool (N,): whether one is in front."""

    pictures: list[np.ndarray]
    masks: list[np.ndarray]
    landmarks: np.ndarray
    hands: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)


def draw_patches(strangers: int, each: int, seed: int, progress: bool = True) -> Patches:
    """Patches of `strangers` sampled characters, `each` performances of everyone; a few less, where little was seen.

    Which strangers they are follows from the seed: other seeds, other people.
    """
    generator = np.random.default_rng([seed, 0xFACE])
    people = generator.integers(2**31, size=strangers)
    kept: list[tuple] = []
    before: list[tuple[np.ndarray, np.ndarray]] = []  # heads that may come in front of others, or behind them
    for number in tqdm(people, "drawing", disable=not progress):
        drawn = _draw(toons.sample_identity(int(number)), each, before, generator)
        kept += [one for one in (_finish(*face, before, generator) for face in drawn) if one is not None]
        before = [(picture, parts) for picture, _, parts, _ in drawn[:4]] + before[:12]
    pictures, masks, landmarks, hands = zip(*kept, strict=True)
    return Patches(list(pictures), list(masks), np.float32(landmarks), np.array(hands))


def _draw(identity: toons.Identity, count: int, before: list, generator: np.random.Generator) -> list[tuple]:
    """One stranger in several performances, all of one size and before one wall: pictures, masks, parts, landmarks."""
    acted = toons.sample_performances(generator, count)
    box = float(np.exp(generator.uniform(*np.log(SIDES))))
    side = round(AROUND * box)
    matrices = _turned(acted, generator.uniform(-35, 35, count), side, box / BOX)
    room = generator.integers(0, 2 * side + 1, 2)
    wall = background(int(generator.integers(2**31)), (3 * side, 3 * side))
    wall = np.ascontiguousarray(wall[room[0] : room[0] + side, room[1] : room[1] + side])
    for _ in range(int(generator.integers(3))):
        if before:
            wall, _ = _lay(wall, before, generator)
    return list(zip(*paint(identity, acted, (side, side), matrices, wall), strict=True))


def _turned(acted: np.ndarray, lean: np.ndarray, side: int, portrait: float) -> np.ndarray:
    """Head units → pixels of a patch, float32 (N, 2, 3): a portrait leaning by so many degrees, its face amidst."""
    matrices = place(acted, (1, 1)).astype(np.float64)  # a portrait of one pixel
    middle = np.array([0.0, CENTRE[1] - 0.5 + 0.15 * HEAD_SHARE])  # of the face in it
    angle = np.radians(lean)
    turn = portrait * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]).transpose(2, 0, 1)
    matrices[:, :, 2] -= middle
    matrices = turn @ matrices
    matrices[:, :, 2] += side / 2 - 0.5
    return matrices.astype(np.float32)


def _finish(
    picture: np.ndarray,
    mask: np.ndarray,
    parts: np.ndarray,
    landmarks: np.ndarray,
    before: list,
    generator: np.random.Generator,
) -> tuple | None:
    """The patch with what comes in front, cut where the frame ends, recorded by a camera; None where little is seen."""
    whole = mask.sum(dtype=np.int64)
    if before and generator.random() < HEAD:
        picture, share = _lay(picture, before, generator)
        mask = np.rint(mask * (1 - share)).astype(np.uint8)
    hand = bool(generator.random() < HAND)
    if hand:
        picture, share = put_a_hand(picture, landmarks, generator)
        mask = np.rint(mask * (1 - share)).astype(np.uint8)
    if generator.random() < CUT:
        picture, mask, landmarks = _cut(picture, mask, landmarks, generator)
    if mask.sum(dtype=np.int64) < SEEN * whole:
        return None
    camera = CameraSettings(
        blur=generator.uniform(0.3, 0.9),
        noise=generator.uniform(0.5, 3.5),
        white_balance=0.05,
        exposure=0.06,
        jpeg_quality=int(generator.integers(70, 97)),
    )
    return record(np.ascontiguousarray(picture), generator, camera), np.ascontiguousarray(mask), landmarks, hand


def _lay(picture: np.ndarray, heads: list, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """One of the heads laid over a patch, anywhere about its edge; the picture, and where the head is (H, W) 0…1."""
    head, parts = heads[int(generator.integers(len(heads)))]
    side = len(picture)
    scale = side / len(head) * generator.uniform(0.7, 1.4)
    around, away = generator.uniform(0, 2 * np.pi), generator.uniform(0.3, 0.6) * side
    x, y = side / 2 + away * np.cos(around), side / 2 + away * np.sin(around)
    matrix = np.array([[scale, 0, x - scale * len(head) / 2], [0, scale, y - scale * len(head) / 2]])
    share = cv2.warpAffine(np.float32(parts > 0), matrix, (side, side), flags=cv2.INTER_LINEAR)
    there = cv2.warpAffine(head, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    laid = picture + share[..., None] * (there.astype(np.float32) - picture)
    return np.rint(laid).astype(np.uint8), share


def _cut(
    picture: np.ndarray, mask: np.ndarray, landmarks: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is left of a patch where a frame ends, somewhere in the box."""
    low, high = landmarks.min(0), landmarks.max(0)
    room = GROWN * (high - low).max()
    axis, share = int(generator.integers(2)), generator.uniform(0.0, 0.4)
    first, last = 0, len(picture)
    if generator.random() < 0.5:
        first = int(np.clip(low[axis] - room + share * (high - low)[axis], 0, last - 8))
    else:
        last = int(np.clip(high[axis] + room - share * (high - low)[axis], 8, last))
    kept = (slice(None), slice(first, last)) if axis == 0 else (slice(first, last),)
    return picture[kept], mask[kept], landmarks - np.float32([first, 0] if axis == 0 else [0, first])


def jittered(
    matrices: np.ndarray, size: int, generator: np.random.Generator, shift: float, scale: float, turn: float
) -> np.ndarray:
    """Matrices (N, 2, 3) into crops of `size`, each moved a little: shifts of `shift` · size, factors of 1 + `scale`
    and `turn` degrees are the standard deviations of Gaussians, cut off at two of them."""
    count = len(matrices)
    x, y, grow, angle = np.clip(generator.standard_normal((4, count)), -2, 2) * [
        [shift * size],
        [shift * size],
        [scale],
        [np.radians(turn)],
    ]
    grow = np.exp(grow)
    cos, sin = grow * np.cos(angle), grow * np.sin(angle)
    moves = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)  # (N, 2, 2)
    middle = (size - 1) / 2
    moved = matrices.copy()
    moved[..., 2] -= middle
    moved = moves @ moved
    moved[..., 2] += middle + np.stack([x, y], -1)
    return moved


def cut(patches: Patches, chosen: np.ndarray, matrices: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Crops of the chosen patches: pictures uint8 (N, size, size, 3), masks uint8 (N, size, size)."""
    pictures = np.stack([warp(patches.pictures[i], m, size) for i, m in zip(chosen, matrices, strict=True)])
    masks = np.stack([warp(patches.masks[i], m, size) for i, m in zip(chosen, matrices, strict=True)])
    return pictures, masks


def tinted(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Other light and other colours: what no camera's white balance or stranger's skin must upset."""
    return augment.colour_jitter(pictures, generator, strength=0.12)
