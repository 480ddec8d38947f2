"""New words for an old film: a mouth put together from a clip of the same face, where the lips are wanted.

Source: Suwajanakorn, Seitz and Kemelmacher-Shlizerman, "Synthesizing Obama: learning lip sync from audio", 2017:
candidates by lip shape, a weighted median, teeth sharpened, the jaw moved, the head retimed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from unmasked.arguments import (
    checked_number,
    checked_numbers,
    checked_picture,
    checked_pictures,
    checked_whole,
)
from unmasked.toons import LANDMARKS

HEIGHT, WIDTH = 56, 72  # of the mouth's patch, in pixels of a crop of 128
_FINE, _BORDER = cv2.INTER_CUBIC, cv2.BORDER_REPLICATE  # straight lines between pixels would blur what is moved
_BELOW = 24  # pixels from the nose down to the patch's middle
NOSE = LANDMARKS["nose"].start + 6  # the point under the nose


@dataclass(frozen=True)
class TargetClip:
    """The film whose face gets new words: aligned crops, `pictures` uint8 (N, 128, 128, 3), and their `landmarks`
    float (N, 68, 2) in pixels. Raises TypeError or ValueError that names the field."""

    pictures: np.ndarray
    landmarks: np.ndarray

    def __post_init__(self):
        checked_pictures(self.pictures, "pictures", ("N", 128, 128, 3))
        marks = checked_numbers(self.landmarks, "landmarks", (len(self.pictures), 68, 2))
        object.__setattr__(self, "landmarks", marks)

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def noses(self) -> np.ndarray:
        """The point under each nose, which holds still on the skull: float64 (N, 2)."""
        return self.landmarks[:, NOSE]

    @property
    def lips(self) -> np.ndarray:
        """Lip points as seen from the nose, so that a head which moves doesn't count: float64 (N, 18, 2)."""
        return self.landmarks[:, LANDMARKS["lips"]] - self.noses[:, None]

    @property
    def jaws(self) -> np.ndarray:
        """The jaw line, seen from the nose: float64 (N, 17, 2)."""
        return self.landmarks[:, LANDMARKS["jaw"]] - self.noses[:, None]

    def mouth(self, index: int) -> np.ndarray:
        """The patch round a mouth, at the same place beside its nose in every frame: uint8 (56, 72, 3)."""
        matrix = np.column_stack([np.eye(2), -self.noses[index] - _corner()])
        return cv2.warpAffine(self.pictures[index], matrix, (WIDTH, HEIGHT), flags=_FINE, borderMode=_BORDER)

    def mouths(self) -> np.ndarray:
        """All of them: uint8 (N, 56, 72, 3)."""
        return np.stack([self.mouth(index) for index in range(len(self))])


# --- the mouth --------------------------------------------------------------------------------------------------------


def nearest(wanted: np.ndarray, lips: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Which mouths of a clip are most like the wanted one: indices int64 (count,), the nearest first, and distances.

    `wanted` (18, 2), `lips` (N, 18, 2); the distance is the mean over the points, in pixels. Raises TypeError or
    ValueError that names the argument.
    """
    wanted, lips = checked_numbers(wanted, "wanted", (18, 2)), checked_numbers(lips, "lips", ("N", 18, 2), least=1)
    count = checked_whole(count, "count", 1, len(lips))
    distances = np.linalg.norm(lips - wanted, axis=-1).mean(-1)
    order = np.argsort(distances, kind="stable")[:count]
    return order, distances[order]


def nearness(distances: np.ndarray, spread: float = 2.0) -> np.ndarray:
    """What each candidate's word counts, by its distance in pixels: float64 like `distances`, 1 in sum.

    `spread`: pixels at which a candidate counts about 0.6 times as much as one that fits exactly.
    """
    distances = checked_numbers(distances, "distances", ("n",), least=1)
    spread = checked_number(spread, "spread", 1e-6)
    # The nearest is the measure: where none is near, weights must not all vanish.
    weights = np.exp(-(np.square(distances) - np.square(distances).min()) / (2 * spread**2))
    return weights / weights.sum()


def weighted_median(pictures: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Of every pixel and channel the value at which half of the weight lies below: uint8 (H, W, 3).

    `pictures` uint8 (n, H, W, 3), `weights` float (n,), 0 or more, not all 0. Raises TypeError or ValueError that names
    the argument.
    """
    pictures = checked_pictures(pictures, "pictures")
    if len(pictures) > 1 << 16:
        raise ValueError(f"pictures: wanted {1 << 16} or less, got {len(pictures)}")
    weights = checked_numbers(weights, "weights", (len(pictures),))
    if (weights < 0).any() or weights.sum() <= 0:
        raise ValueError("weights: wanted 0 or more each, and not all 0")
    # A value and whose it is in one number, so that they are sorted together: quicker than to sort indices.
    keys = pictures.reshape(len(pictures), -1).T.astype(np.uint32) << 16 | np.arange(len(pictures), dtype=np.uint32)
    keys = np.sort(keys, axis=-1)
    reached = np.cumsum(weights[keys & 0xFFFF], axis=-1)
    middle = (reached >= weights.sum() / 2 - 1e-12).argmax(-1)
    return (np.take_along_axis(keys, middle[:, None], -1)[:, 0] >> 16).astype(np.uint8).reshape(pictures.shape[1:])


def sharpen_teeth(picture: np.ndarray, lips: np.ndarray, amount: float = 0.25, sigma: float = 1.5) -> np.ndarray:
    """The picture uint8 (H, W, 3) with what lies between the lips sharpened: teeth are the first that a median blurs.

    lips    (18, 2) in pixels of the picture: its last eight points go round the opening.
    amount  0…4 of what a blur by `sigma` pixels takes away is added once more. Raises TypeError or ValueError that
            names the argument.
    """
    checked_picture(picture)
    lips = checked_numbers(lips, "lips", (18, 2))
    amount, sigma = checked_number(amount, "amount", 0, 4), checked_number(sigma, "sigma", 0.1, 20)
    opening = np.zeros(picture.shape[:2], np.float32)
    cv2.fillPoly(opening, [np.rint(16 * lips[10:]).astype(np.int32)], 1.0, cv2.LINE_8, 4)
    opening = cv2.GaussianBlur(opening, (0, 0), 0.7)[..., None]
    fine = picture.astype(np.float32) - cv2.GaussianBlur(picture, (0, 0), sigma)
    return np.rint((picture + amount * opening * fine).clip(0, 255)).astype(np.uint8)


# --- into the frame ---------------------------------------------------------------------------------------------------


def move_jaw(picture: np.ndarray, jaw: np.ndarray, wanted: np.ndarray, behind: np.ndarray) -> np.ndarray:
    """The picture uint8 (H, W, 3) with its jaw line higher or lower, so that no old chin hangs below a new mouth.

    jaw, wanted  float (17, 2), where the jaw line is and where it shall be, in pixels.
    behind       uint8 (H, W, 3), what comes to light where the chin goes up.
    Each row of the face goes as far up or down as the jaw line does at its height. Raises TypeError or ValueError that
    names the argument.
    """
    checked_picture(picture)
    checked_picture(behind, "behind", picture.shape[:2])
    jaw, wanted = checked_numbers(jaw, "jaw", (17, 2)), checked_numbers(wanted, "wanted", (17, 2))
    (height, width), (old, new) = picture.shape[:2], map(_heights, (jaw, wanted))
    rows = np.arange(height, dtype=np.float64)
    # Where each row comes from; below the chin all go as far as it does, and above the ears none.
    came = np.interp(rows, [new[0] - 1, *new, new[-1] + height], [new[0] - 1, *old, old[-1] + height])
    came[rows < new[0]] = rows[rows < new[0]]
    across = np.tile(np.arange(width, dtype=np.float32), (height, 1))
    moved = cv2.remap(picture, across, np.tile(came[:, None].astype(np.float32), width), cv2.INTER_LINEAR,
                      borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
    made = _mixed(picture, behind, 2 - _away(jaw[None], (height, width)))
    return _mixed(made, moved, (4 - _away(wanted[None], (height, width))) / 1.5)


def lay_mouth(
    picture: np.ndarray, mouth: np.ndarray, nose: Sequence[float], lips: np.ndarray, soft: float = 6.0
) -> np.ndarray:
    """A mouth's patch (56, 72, 3) laid into a crop (128, 128, 3) below its nose, softly at the edge: uint8 like it.

    lips  every mouth that must be covered, (n, 18, 2) seen from the nose: the new one, and the old one beneath.
    soft  pixels over which the patch fades out round them. Raises TypeError or ValueError that names the argument.
    """
    checked_picture(picture)
    checked_picture(mouth, "mouth", (HEIGHT, WIDTH))
    nose = checked_numbers(nose, "nose", (2,))
    lips, soft = checked_numbers(lips, "lips", ("n", 18, 2), least=1), checked_number(soft, "soft", 0.5, 20)
    matrix = np.column_stack([np.eye(2), nose + _corner()])
    size = picture.shape[1::-1]
    laid = cv2.warpAffine(mouth, matrix, size, flags=_FINE, borderMode=_BORDER)
    share = (1 - (_away(lips + nose, picture.shape[:2]) - 2) / soft).clip(0, 1)
    return _mixed(picture, laid, share * cv2.warpAffine(np.ones((HEIGHT, WIDTH), np.float32), matrix, size))


def talk(
    clip: TargetClip,
    lips: np.ndarray,
    frames: np.ndarray | None = None,
    count: int = 8,
    *,
    mouths: np.ndarray | None = None,
    teeth: float = 0.25,
    jaw: bool = True,
) -> np.ndarray:
    """The clip's face saying something else: uint8 (T, 128, 128, 3).

    lips    where they are wanted, float (T, 18, 2), seen from the nose, in pixels.
    frames  which frame of the clip each new one is made of, whole numbers (T,), as `retimed` gives them; 0, 1, 2 … if
            None.
    count   how many of the nearest mouths vote on each pixel.
    mouths  uint8 (T, 56, 72, 3), such as a network draws: laid in instead of a median.
    teeth   how much to sharpen between the lips; `jaw`: whether the jaw line follows.
    Raises TypeError or ValueError that names the argument.
    """
    lips = checked_numbers(lips, "lips", ("T", 18, 2), least=1)
    frames = _checked_frames(frames, len(lips), len(clip))
    if mouths is not None:
        checked_pictures(mouths, "mouths", (len(lips), HEIGHT, WIDTH, 3))
    known, jaws, patches = clip.lips, clip.jaws, clip.mouths()
    falls, openings = jaw_falls(clip), opening(known)
    made = []
    for t, (wanted, index) in enumerate(zip(lips, frames, strict=True)):
        chosen, distances = nearest(wanted, known, count)
        weights = nearness(distances)
        mouth = weighted_median(patches[chosen], weights) if mouths is None else mouths[t]
        mouth = sharpen_teeth(mouth, wanted - _corner(), teeth) if teeth else mouth
        picture, nose = clip.pictures[index], clip.noses[index]
        if jaw:
            line = jaws[index].copy()
            line[:, 1] += falls * (opening(wanted[None])[0] - openings[index])
            # A frame with such a chin shows what is behind the old one.
            other = int(np.linalg.norm(jaws - line, axis=-1).mean(-1).argmin())
            behind = shifted(clip.pictures[other], nose - clip.noses[other])
            picture = move_jaw(picture, jaws[index] + nose, line + nose, behind)
        made.append(lay_mouth(picture, mouth, nose, np.stack([wanted, known[index]])))
    return np.stack(made)


def opening(lips: np.ndarray) -> np.ndarray:
    """How far mouths are open, in pixels: float (N,), between the middles of the lips' (N, 18, 2) inner edges."""
    return lips[:, 16, 1] - lips[:, 12, 1]


def jaw_falls(clip: TargetClip) -> np.ndarray:
    """How far each point of the jaw line goes down when the mouth opens by a pixel: float64 (17,).

    A straight line through what the clip shows; a nod, which moves ears and chin against the nose, is told apart.
    """
    seen = np.column_stack([opening(clip.lips), clip.jaws[:, [0, 16], 1].mean(1), np.ones(len(clip))])
    return np.linalg.lstsq(seen, clip.jaws[:, :, 1], rcond=None)[0][0]


def shifted(picture: np.ndarray, by: np.ndarray) -> np.ndarray:
    """The picture uint8 (H, W, 3), moved `by` (2,) pixels to the right and down; its border is repeated."""
    matrix = np.column_stack([np.eye(2), by])
    return cv2.warpAffine(picture, matrix, picture.shape[1::-1], flags=_FINE, borderMode=_BORDER)


def _mixed(picture: np.ndarray, other: np.ndarray, share: np.ndarray) -> np.ndarray:
    """So much of the other picture, `share` (H, W), cut to 0…1, and the rest of the picture: uint8."""
    share = share.clip(0, 1)[..., None]
    return np.rint(picture + share * (other.astype(np.float64) - picture)).astype(np.uint8)


def _heights(jaw: np.ndarray) -> np.ndarray:
    """Of the jaw line from an ear to the chin, the mean of both sides, each below the one before: float64 (9,)."""
    return np.maximum.accumulate((jaw[:9, 1] + jaw[:7:-1, 1]) / 2 + 1e-3 * np.arange(9))


def _away(outlines: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """How far each pixel of a picture of `shape` (H, W) lies outside the hulls of points (n, P, 2): float32 (H, W)."""
    outside = np.ones(shape, np.uint8)
    for points in outlines:
        cv2.fillPoly(outside, [cv2.convexHull(np.rint(16 * points).astype(np.int32))], 0, cv2.LINE_8, 4)
    return cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def _corner() -> np.ndarray:
    """Where the patch's first pixel lies, seen from the nose."""
    return np.array([-(WIDTH - 1) / 2, _BELOW - (HEIGHT - 1) / 2])


def _checked_frames(frames: np.ndarray | None, count: int, most: int) -> np.ndarray:
    frames = np.arange(count) if frames is None else np.asarray(frames)
    if frames.shape != (count,) or frames.dtype.kind not in "iu":
        raise ValueError(
            f"frames: wanted whole numbers, one for each of {count} mouths, got {frames.dtype} {frames.shape}"
        )
    if frames.min() < 0 or frames.max() >= most:
        raise ValueError(f"frames: wanted 0…{most - 1}, got {frames.min()}…{frames.max()}")
    return frames


# --- the head ---------------------------------------------------------------------------------------------------------


def head_motion(landmarks: np.ndarray) -> np.ndarray:
    """How far the head moves from each frame to the next: float64 (N,), pixels, of noses as filmed; the first has 0.

    `landmarks` float (N, 68, 2) in the frames before alignment, for a crop holds the head still.
    """
    noses = checked_numbers(landmarks, "landmarks", ("N", 68, 2), least=2)[:, NOSE]
    return np.linalg.norm(np.diff(noses, axis=0, prepend=noses[:1]), axis=-1)


def retimed(motion: np.ndarray, loudness: np.ndarray, cost: float = 0.1) -> np.ndarray:
    """Which frame of an old film to show at each moment, so that the head rests when the speech pauses: int64 (T,).

    motion    float (N,), how far the head moves in each old frame; `loudness` float (T,) of the new speech, 0 and more.
              What is quieter than a fifth of the loudest counts as a pause, the more the quieter.
    cost      of showing a frame twice, beside 1 for the greatest motion in the midst of a pause.
    The old film begins anywhere and goes on frame by frame; any frame may be shown twice, no frame three times. The
    cheapest such path, by dynamic programming. Raises TypeError or ValueError that names the argument, also where the
    film is too short.
    """
    motion = checked_numbers(motion, "motion", ("N",), least=3)
    loudness, cost = checked_numbers(loudness, "loudness", ("T",), least=1), checked_number(cost, "cost", 0)
    if min(motion.min(), loudness.min()) < 0:
        raise ValueError("motion and loudness: wanted 0 or more")
    needed = (len(loudness) + 1) // 2
    if len(motion) < needed:
        raise ValueError(f"motion: wanted {needed} frames or more for {len(loudness)} moments, got {len(motion)}")
    moving = motion / max(motion.max(), 1e-12)
    pausing = (1 - loudness / max(0.2 * loudness.max(), 1e-12)).clip(0)
    # For every frame the price of the cheapest path that ends there: where it is shown anew, and where once more.
    new, again, came = pausing[0] * moving, np.full(len(motion), np.inf), []
    for pause in pausing[1:]:
        before = np.minimum(new, again)
        came.append(again < new)  # the frame before was shown twice
        new, again = np.append(np.inf, before[:-1]) + pause * moving, new + cost
    at = int(np.minimum(new, again).argmin())
    path, twice = [at], bool(again[at] < new[at])
    for held in reversed(came):
        at -= not twice
        twice = not twice and bool(held[at])
        path.append(at)
    return np.array(path[::-1])
