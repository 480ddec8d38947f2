"""What trembles in a film, and what steadying it costs: numbers against the truth's own motion."""

import numpy as np

from unmasked.arguments import checked_mask, checked_number, checked_numbers, checked_pictures, checked_whole
from unmasked.blend.colour import to_lab
from unmasked.extract.crops import align_matrix, warp
from unmasked.film.smoothing import checked_track
from unmasked.toons.landmarks import LANDMARKS

_EYES = [LANDMARKS[name].start for name in ("right_eye", "left_eye")]


def steadied(clip: np.ndarray, landmarks: np.ndarray, size: int = 64) -> np.ndarray:
    """A clip that follows the face, so that what is left to move is what slips and trembles on it.

    clip       uint8 (T, H, W, 3), or masks (T, H, W). `landmarks` float (T, 68, 2), best the true ones.
    Returns aligned crops, uint8 (T, size, size, 3) or (T, size, size). Raises TypeError or ValueError that names the
    argument.
    """
    checked_pictures(clip, "clip", ("T", "H", "W", 3), ("T", "H", "W"))
    matrices = align_matrix(checked_numbers(landmarks, "landmarks", (len(clip), 68, 2)), size)
    return np.stack([warp(frame, matrix, size) for frame, matrix in zip(clip, matrices, strict=True)])


def changes(clip: np.ndarray, masks: np.ndarray, truth: np.ndarray | None = None) -> np.ndarray:
    """How much a place changes from each frame to the next, beyond what the truth changes there: float64 (T − 1,), ΔE.

    clip   uint8 (T, H, W, 3), T ≥ 2.
    masks  (T, H, W), or (H, W) for all frames: where to look; a change counts where both frames are inside.
    truth  uint8 like the clip: what is off is the difference in Lab of each pixel, and counted is how that changes. A
           face that is always off by as much does not flicker, if both clips are `steadied`. Without truth, all motion
           counts.
    `blend.flicker` looks at the region's mean colour alone, and sees no slip and no tremble. Raises TypeError or
    ValueError that names the argument.
    """
    checked_pictures(clip, "clip", least=2)
    if truth is not None:
        checked_pictures(truth, "truth", clip.shape)
    if not isinstance(masks, np.ndarray) or masks.shape not in (clip.shape[:3], clip.shape[1:3]):
        shape = getattr(masks, "shape", type(masks).__name__)
        raise ValueError(f"masks: wanted shape {clip.shape[:3]} or {clip.shape[1:3]}, got {shape}")
    found, before, was = [], None, None
    for t, mask in enumerate(np.broadcast_to(masks, clip.shape[:3])):
        off = to_lab(clip[t]) if truth is None else to_lab(clip[t]) - to_lab(truth[t])
        inside = checked_mask(mask, name="masks") >= 0.5
        if before is not None:
            both = inside & was
            if not both.any():
                raise ValueError(f"masks: no pixel is inside in frame {t - 1} and in frame {t}")
            found.append(np.linalg.norm(off[both] - before[both], axis=-1).mean())
        before, was = off, inside
    return np.array(found, np.float64)


def flicker(clip: np.ndarray, masks: np.ndarray, truth: np.ndarray | None = None) -> float:
    """The mean of `changes` over the clip, in ΔE: 0 where nothing changes but the truth. Arguments and errors as
    there."""
    return float(changes(clip, masks, truth).mean())


def landmark_jitter(landmarks: np.ndarray, truth: np.ndarray | None = None) -> float:
    """How much landmarks tremble: the mean length of their second differences, over the distance of the eyes.

    landmarks  float (T, 68, 2), T ≥ 3; frames with NaN are left out. `truth`: of the same shape, its own motion is
               taken out first. A steady motion has no second difference.
    Raises TypeError or ValueError that names the argument.
    """
    track, _ = checked_track(landmarks, "landmarks")
    checked_numbers(np.nan_to_num(track), "landmarks", ("T", 68, 2), least=3)
    corners = track[:, _EYES[1] + 3] - track[:, _EYES[0]]
    eyes = np.nanmean(np.linalg.norm(corners, axis=-1))
    if truth is not None:
        track = track - checked_numbers(truth, "truth", track.shape)
    lengths = np.linalg.norm(np.diff(track, 2, axis=0), axis=-1).mean(-1)
    if np.isnan(lengths).all():
        raise ValueError("landmarks: wanted three measured frames in a row, got none")
    return float(np.nanmean(lengths) / eyes)


def lag(track: np.ndarray, truth: np.ndarray, most: int = 10) -> float:
    """By how many frames a track comes late: the shift at which it correlates best with the truth.

    track, truth  with time first, of one shape; frames with NaN are left out. `most`: shifts of −most…most frames are
                  tried, and a parabola through the best and its neighbours says where between frames the best lies.
    Raises TypeError or ValueError that names the argument, also where the truth stands still, so that any shift would
    fit, or the film is too short to tell.
    """
    track, seen = checked_track(track)
    truth, known = checked_track(truth, "truth")
    if track.shape != truth.shape:
        raise ValueError(f"truth: wanted the track's shape {track.shape}, got {truth.shape}")
    count, most = len(track), checked_whole(most, "most", 1)
    if count < 3 * most:
        raise ValueError(f"most: wanted {count // 3} or less for {count} frames, got {most}")
    mine, true = track.reshape(count, -1), truth.reshape(count, -1)
    shifts = np.arange(-most, most + 1)
    scores = np.array([_correlation(mine, true, seen, known, shift) for shift in shifts])
    if np.isnan(scores).all():
        raise ValueError("truth: it stands still, or the track does, so there is no lag to see")
    best = int(np.nanargmax(scores))
    if 0 < best < len(shifts) - 1:
        left, middle, right = scores[best - 1 : best + 2]
        bend = left - 2 * middle + right
        return float(shifts[best] + (0.5 * (left - right) / bend if bend < 0 else 0.0))
    return float(shifts[best])


def _correlation(mine: np.ndarray, true: np.ndarray, seen: np.ndarray, known: np.ndarray, shift: int) -> float:
    """Of the track with the truth `shift` frames earlier, over all values together."""
    count = len(mine)
    late = slice(max(0, shift), count + min(0, shift))
    early = slice(max(0, -shift), count - max(0, shift))
    both = seen[late] & known[early]
    a, b = mine[late][both], true[early][both]
    if len(a) < 3:
        return np.nan
    a, b = a - a.mean(0), b - b.mean(0)
    size = np.sqrt(np.square(a).sum() * np.square(b).sum())
    return float((a * b).sum() / size) if size > 1e-12 else np.nan


def eye_opening(landmarks: np.ndarray) -> np.ndarray:
    """How far the eyes are open: the lids' distance over the eye's width, both eyes' mean; float64 (T,).

    landmarks  float (T, 68, 2); NaN where a frame is. Raises TypeError or ValueError that names the argument.
    Source: Soukupová and Čech, "Real-time eye blink detection using facial landmarks", 2016.
    """
    track, _ = checked_track(landmarks, "landmarks")
    checked_numbers(np.nan_to_num(track), "landmarks", ("T", 68, 2))
    sides = []
    for at in _EYES:
        lids = [np.linalg.norm(track[:, at + up] - track[:, at + down], axis=-1) for up, down in ((1, 5), (2, 4))]
        width = np.linalg.norm(track[:, at] - track[:, at + 3], axis=-1)
        sides.append((lids[0] + lids[1]) / (2 * np.maximum(width, 1e-6)))
    return np.mean(sides, 0)


def blink_kept(opening: np.ndarray, truth: np.ndarray, reach: int = 4, shut: float = 0.5) -> float:
    """How much of the depth of true blinks is left: 1 all of it, 0 where the eyes stay open; mean over the blinks.

    opening, truth  float (T,), as `eye_opening` gives them. A blink is where the truth falls below `shut` times its
                    median; its depth is the share of its own median by which either falls. Of `opening` the deepest
                    frame within `reach` frames counts, so that a late blink is no lost one. NaN where the truth doesn't
                    blink.
    Raises TypeError or ValueError that names the argument.
    """
    opening, _ = checked_track(opening, "opening")
    truth, _ = checked_track(truth, "truth")
    if opening.ndim != 1 or opening.shape != truth.shape:
        raise ValueError(f"opening: wanted shape (T,), the truth's {truth.shape}, got {opening.shape}")
    reach, shut = checked_whole(reach, "reach"), checked_number(shut, "shut", 0, 1)
    usual, true_usual = np.nanmedian(opening), np.nanmedian(truth)
    closed = np.flatnonzero(truth < shut * true_usual)
    kept = []
    for run in np.split(closed, np.flatnonzero(np.diff(closed) > 1) + 1) if len(closed) else []:
        at = run[truth[run].argmin()]
        near = opening[max(0, at - reach) : at + reach + 1]
        if not np.isnan(near).all():
            kept.append((1 - np.nanmin(near) / usual) / (1 - truth[at] / true_usual))
    return float(np.mean(kept)) if kept else float("nan")
