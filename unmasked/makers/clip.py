"""Recordings, fakes, and what a maker is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from unmasked import toons
from unmasked.arguments import checked_floats, checked_numbers, checked_pictures, checked_whole
from unmasked.toons import camera, scenes
from unmasked.toons.hand import pass_a_hand
from unmasked.toons.identity import checked_identity

SIDE = 96  # pixels: so small that a face has hardly more of them than a network draws
FRAMES = 8
HAND = 0.35  # share of the clips in which a hand passes in front of the face


@dataclass(frozen=True)
class Clip:
    """A recording of one character.

    `frames` uint8 (T, H, W, 3) RGB, as the camera gave them; `landmarks` float32 (T, 68, 2), x and y in pixels of the
    frames; `masks` uint8 (T, H, W), 0…255, where the face is to be seen (not where a hand is in front of it);
    `performances` float32 (T, 11), what was acted; `identity` whose recording it is and `seed` which of theirs: splits
    go by these two; `hand` whether a hand passes in front.
    """

    frames: np.ndarray
    landmarks: np.ndarray
    masks: np.ndarray
    performances: np.ndarray
    identity: toons.Identity
    seed: int
    hand: bool = False

    def __len__(self) -> int:
        return len(self.frames)


@dataclass(frozen=True)
class Fake:
    """What a maker gives back: `frames` uint8 of the clip's shape (T, H, W, 3), `masks` float (T, H, W) in 0…1: how
    much of each pixel is forged. `performances` float (T, 11): what the character is shown doing, where the maker knows
    it; the fake can then be held against the truth."""

    frames: np.ndarray
    masks: np.ndarray
    performances: np.ndarray | None = None


class Maker(Protocol):
    """A forger: see the room's docstring for the rules."""

    name: str

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """A fake of the clip. All chance comes from `rng`; the clip must stay as it is."""
        ...


class MakerError(ValueError):
    """A maker raised, or gave back something that is no fake; the message names the maker and says what is wrong."""


def sample_camera(rng: np.random.Generator) -> camera.CameraSettings:
    """A camera by chance: lens, noise and JPEG differ from clip to clip, so none of them tells real from fake."""
    return camera.CameraSettings(
        blur=float(rng.uniform(0.35, 0.85)),
        noise=float(rng.uniform(1.0, 4.0)),
        jpeg_quality=int(rng.integers(80, 96)),
    )


def record(
    identity: toons.Identity,
    seed: int,
    frames: int = FRAMES,
    side: int = SIDE,
    hand: bool | None = None,
    filmed: bool = True,
) -> Clip:
    """A real recording: a character acts smoothly before a wall and a camera, 25 frames a second.

    The same `identity` and `seed` give the same clip. Every clip has a camera of its own. `hand`: whether a hand passes
    in front of the face; left to chance (about one clip in three) where None. `filmed` False leaves the camera out, to
    show what would betray itself at once; nothing else may use it. Raises TypeError or ValueError for an
    identity that is none, a negative seed, fewer than 3 frames (a flicker needs three) or a side outside 48…512.
    """
    checked_identity(identity)
    seed, frames = checked_whole(seed, "seed", 0, 2**31), checked_whole(frames, "frames", 3, 500)
    return _recorded(identity, seed, frames, checked_whole(side, "side", 48, 512), hand, filmed)


def recorded_again(clip: Clip, performances: np.ndarray) -> np.ndarray:
    """What the same camera would have recorded, had the clip's character acted `performances` float (T, 11) instead.

    The room, the light's colour, a hand, the grain: all stay; uint8 (T, H, W, 3). This is the truth that a fake is held
    against, so no maker may use it. Raises ValueError for a clip that `record` doesn't give by its identity, its seed
    and its size alone, or for performances that are none.
    """
    acted = checked_numbers(performances, "performances", clip.performances.shape).astype(np.float32)
    size = (len(clip), clip.frames.shape[1])
    for hand in (None, clip.hand):  # left to chance, or asked for: the camera's chance differs
        if np.array_equal(_recorded(clip.identity, clip.seed, *size, hand, True).frames, clip.frames):
            return _recorded(clip.identity, clip.seed, *size, hand, True, acted).frames
    raise ValueError("clip: wanted one that record(identity, seed) gives, got another; it can't be filmed again")


def _recorded(
    identity: toons.Identity,
    seed: int,
    frames: int,
    side: int,
    hand: bool | None,
    filmed: bool,
    instead: np.ndarray | None = None,
) -> Clip:
    """`record`, without its checks; `instead` (T, 11): other performances, while all chance falls as it did."""
    rng = np.random.default_rng([seed, identity.marks, 0xC11B])
    acted = toons.smooth_track(rng, frames)
    layout = replace(
        scenes.sample_layout(rng, (side, side), None), side=float(rng.uniform(0.80, 0.95) * side), x=0.0, y=0.0
    )
    room = 0.48 * layout.side
    layout = replace(layout, x=float(rng.uniform(room, side - room)), y=float(rng.uniform(room, side - room)))
    drawn = scenes.film(identity, acted if instead is None else instead, layout)
    has_hand = bool(rng.random() < HAND) if hand is None else bool(hand)
    pictures, masks = drawn.pictures, drawn.masks
    if has_hand:
        # The hand passes where it passed, whatever the face now does.
        where = drawn if instead is None else scenes.film(identity, acted, layout)
        pictures, masks = pass_a_hand(pictures, masks, where.landmarks, rng)
    if filmed:
        pictures = camera.record(pictures, rng, sample_camera(rng))
    return Clip(pictures, drawn.landmarks, masks, acted if instead is None else instead, identity, seed, has_hand)


def checked_clip(frames: np.ndarray, landmarks: np.ndarray | None = None) -> None:
    """Raises TypeError or ValueError with words unless these are the frames (and landmarks) of a clip."""
    checked_pictures(frames, "frames", ("T", "H", "W", 3), smallest=16)
    if landmarks is not None:
        checked_floats(landmarks, "landmarks", (len(frames), 68, 2))


def checked_fake(fake: object, clip: Clip, name: str) -> Fake:
    """The fake, if it is one of this clip. Raises MakerError that names the maker and says what came and was wanted."""
    if isinstance(fake, tuple) and len(fake) == 2:
        fake = Fake(*fake)
    frames, masks, acted = (getattr(fake, part, None) for part in ("frames", "masks", "performances"))
    if frames is None or masks is None:
        raise MakerError(f"{name}: wanted a Fake with frames and masks, got {type(fake).__name__}")
    try:
        checked_pictures(frames, "frames", clip.frames.shape)
        checked_floats(masks, "masks", clip.masks.shape)
        if acted is not None:
            checked_floats(acted, "performances", clip.performances.shape)
    except (TypeError, ValueError) as error:
        raise MakerError(f"{name}: {error}") from None
    if masks.min() < -1e-3 or masks.max() > 1 + 1e-3:
        raise MakerError(f"{name}: masks: wanted values in 0…1, got {masks.min():.3g}…{masks.max():.3g}")
    if masks.max() <= 0:
        raise MakerError(f"{name}: the mask is empty in every frame, so nothing would be forged")
    if np.array_equal(frames, clip.frames):
        raise MakerError(f"{name}: the frames are the recording itself; nothing was forged")
    return Fake(frames, masks.astype(np.float32), acted)


def forge(maker: Maker, clip: Clip, seed: int) -> Fake:
    """What a maker makes of a clip, checked; chance comes from `seed` and the clip's own number.

    The maker gets a copy, so that whatever it does the recording stays. Raises MakerError when it raises or gives back
    something that is no fake, TypeError or ValueError for a seed that is none.
    """
    seed = checked_whole(seed, "seed")
    name = str(getattr(maker, "name", type(maker).__name__))
    own = replace(clip, **{key: getattr(clip, key).copy() for key in ("frames", "landmarks", "masks", "performances")})
    rng = np.random.default_rng([seed, clip.seed, clip.identity.marks])
    try:
        made = maker.make(own, rng)
    except (Exception, SystemExit) as error:  # a stranger's code may do anything; its own words are passed on
        raise MakerError(f"{name}: it raised {in_words(error)}") from error
    return checked_fake(made, clip, name)


def in_words(error: BaseException) -> str:
    """The kind of a stranger's exception and its text in one line, or its kind alone where the text can't be had."""
    try:
        text = " ".join(str(error).encode("utf-8", "replace").decode("utf-8").split())[:400]
    except BaseException:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
