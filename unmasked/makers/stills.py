"""Pictures for spot-the-fake: recordings of a character, half of them with a swapped face laid over their own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from unmasked import blend, extract, faces, toons
from unmasked.arguments import checked_names, checked_whole
from unmasked.models import swapping
from unmasked.toons import camera, scenes

SHAPE = (216, 288)  # a face has fewer pixels than the network draws: its blur alone must not give a fake away
NEAR = (0.72, 0.95)  # the side of a portrait, as a share of the frame's height: every face is large enough to be judged
BROKEN, TAKES = 13.0, 4  # grey levels off the truth; and how often a forger tries
JAW, WIDER = toons.PARAMETERS.index("jaw"), 0.15
FEATHER = 5.0  # pixels of a crop of 64
QUALITY = 75


@dataclass(frozen=True)
class Item:
    """One picture of the game: uint8 (H, W, 3), whether it is `fake`, whose face it shows (`character`), who acted for
    the fake (`actor`, empty in a real one), the performance that is to be seen, how far `off` the face is: mean
    absolute difference from what the same camera would have recorded had it been true, in grey levels (0 if real), and
    that `truth` itself, as `picture` is (None if real)."""

    picture: np.ndarray
    fake: bool
    character: str
    actor: str
    performance: toons.Performance
    off: float = 0.0
    truth: np.ndarray | None = None


def items(
    seed: int = 0,
    count: int = 20,
    *,
    model=None,
    names: Sequence[str] = ("ada", "bo"),
    shape: tuple[int, int] = SHAPE,
    feather: float = FEATHER,
    quality: int = QUALITY,
) -> list[Item]:
    """`count` pictures, half of them fake (one more real than fake where `count` is odd), fixed by `seed`.

    A real one is a recording of one of `names`. A fake begins as a recording too: the SAME character in the same pose
    and light with another expression. The other character acts the new expression in the studio in which the network
    learned, the swap turns that face into the character's, and `blend.paste` lays it over the frame with a `feather`,
    in pixels of a crop of 64, after the frame's own blur and grain were put on it. So both kinds carry a camera's blur
    and noise, and both go through JPEG at `quality` once, at the end. A forger doesn't hand in what came out broken: a
    fake that is off by more than `BROKEN` grey levels is taken again, up to `TAKES` times in all.

    `model`: a swap model of `names`; the shipped "swap-ada-bo-128" if left out. `shape`: (H, W).
    Raises TypeError or ValueError that names the argument, or what the model's loading raises.
    """
    count, quality = checked_whole(count, "count", 2), checked_whole(quality, "quality", 1, 100)
    names = checked_names(names, count=2)
    if model is None:
        from unmasked.models import weights

        model = weights.load("swap-ada-bo-128")
    model = swapping.own_copy(model)
    generator = np.random.default_rng(seed)
    fakes = generator.permutation(np.arange(count) < count // 2)
    who = generator.permutation(np.arange(count) % 2)
    made = []
    for fake, index in zip(fakes, who, strict=True):
        character, actor = names[index], names[1 - index]
        for _ in range(TAKES if fake else 1):
            item = _take(generator, character, actor if fake else "", model, shape, feather, quality)
            if item.off <= BROKEN:
                break
        made.append(item)
    return made


def _take(generator, character: str, actor: str, model, shape, feather: float, quality: int) -> Item:
    """One picture of `character`: as recorded, or forged with `actor` where there is one."""
    # The recording keeps its JPEG for the end, which real and fake then share.
    recording = replace(camera.CameraSettings(), jpeg_quality=None)
    layout = nearer(scenes.sample_layout(generator, shape, recording), generator)
    first, second = toons.sample_performances(generator, 2)
    wanted = toons.with_expression(first, second)
    # A chin that drops far below the recorded one is cut off.
    wanted[JAW] = min(wanted[JAW], first[JAW] + WIDER)
    truth = scenes.render(toons.character(character), wanted, layout)
    recorded = camera.jpeg(truth.picture, quality)
    performance = toons.Performance.from_array(wanted)
    if not actor:
        return Item(recorded, False, character, "", performance)
    picture = camera.jpeg(forge(model, character, actor, first, wanted, layout, feather), quality)
    off = np.abs(picture.astype(float) - recorded)[truth.mask > 127].mean()
    return Item(picture, True, character, actor, performance, float(off), recorded)


def nearer(layout: scenes.Layout, generator: np.random.Generator) -> scenes.Layout:
    """The layout with its portrait as large as `NEAR` wants it, and moved so that the head stays inside the frame."""
    height, width = layout.shape
    side = float(generator.uniform(*NEAR)) * min(height, width)
    room = 0.48 * side
    x, y = (
        float(np.clip(at, min(room, full / 2), max(full - room, full / 2)))
        for at, full in ((layout.x, width), (layout.y, height))
    )
    return replace(layout, x=x, y=y, side=side)


def difficulty(items: Sequence[Item]) -> float:
    """How far the fakes of a game are from the truth, in grey levels, on average: the smaller, the harder to spot.

    Two games with about the same number are about equally hard, as far as one measured quantity can say. Raises
    ValueError where no item is a fake.
    """
    off = [item.off for item in items if item.fake]
    if not off:
        raise ValueError("items: none of them is a fake")
    return float(np.mean(off))


def forge(
    model, character: str, actor: str, recorded: np.ndarray, wanted: np.ndarray, layout: scenes.Layout, feather: float
) -> np.ndarray:
    """A recording of `character` doing `recorded`, made to do `wanted` by `actor` through the swap: uint8 (H, W, 3)."""
    frame = scenes.render(toons.character(character), recorded, layout)
    side = swapping.side_of(model)
    acted = faces.draw_faces(toons.character(actor), wanted[None], side).pictures
    face = swapping.swap_pictures(model, acted, actor, character)[0]
    matrix = extract.align_matrix(frame.landmarks, side)
    if layout.camera is not None:  # what was never filmed would be betrayed by its clean pixels
        blur = layout.camera.blur * float(np.hypot(*matrix[0, :2]))  # a frame pixel is so many of the crop's
        grain = replace(layout.camera, blur=blur, white_balance=0.0, exposure=0.0, jpeg_quality=None)
        face = camera.record(face, np.random.default_rng(layout.camera_seed + 1), grain)
    mask = extract.align(frame.mask, frame.landmarks, side)
    return blend.paste(frame.picture, face, mask, matrix, feather * side / 64)


def fingerprint(items: Sequence[Item]) -> str:
    """A short name for exactly these pictures."""
    digest = hashlib.sha256()
    for item in items:
        digest.update(np.ascontiguousarray(item.picture).tobytes() + bytes([item.fake]))
    return digest.hexdigest()[:16]
