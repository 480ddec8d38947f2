"""Bad frames: finding them, and what to show instead."""

from collections.abc import Callable

import cv2
import numpy as np

from unmasked.arguments import checked_floats, checked_number, checked_numbers, checked_picture, checked_pictures
from unmasked.film.smoothing import bridge, checked_track
from unmasked.toons.landmarks import LANDMARKS

_WINDOW = 5  # frames: a frame is held against the median of those around it
_EYES = [LANDMARKS["right_eye"].start, LANDMARKS["left_eye"].start + 3]  # the outer corners


def bad_frames(
    landmarks: np.ndarray,
    scores: np.ndarray | None = None,
    sharpness: np.ndarray | None = None,
    *,
    jump: float = 0.15,
    score: float = 0.35,
    sharp: float = 0.5,
) -> np.ndarray:
    """Which frames of a clip are not to be trusted: bool (T,), by what a forger can see without the truth.

    landmarks  float (T, 68, 2); NaN where no face was found, which is bad. A face is bad, too, if its landmarks lie, on
               average, more than `jump` eye distances from the median of the five frames round it.
    scores     (T,) of the finder; bad below `score`. `sharpness` (T,), as `extract.sharpness` of the crops; bad below
               `sharp` times the clip's median.
    Raises TypeError or ValueError that names the argument.
    """
    track, seen = checked_track(landmarks, "landmarks")
    checked_numbers(np.nan_to_num(track), "landmarks", ("T", 68, 2))
    jump, score, sharp = (
        checked_number(value, name, 0) for name, value in (("jump", jump), ("score", score), ("sharp", sharp))
    )
    bad = ~seen
    whole = bridge(track, len(track))
    eyes = np.nanmedian(np.linalg.norm(whole[:, _EYES[0]] - whole[:, _EYES[1]], axis=-1))
    for t in np.flatnonzero(seen):
        around = track[max(0, t - _WINDOW // 2) : t + _WINDOW // 2 + 1]
        usual = np.nanmedian(around, axis=0)
        bad[t] |= np.linalg.norm(track[t] - usual, axis=-1).mean() > jump * eyes
    for name, values, least in (("scores", scores, score), ("sharpness", sharpness, None)):
        if values is not None:
            values, known = checked_track(values, name)
            if values.shape != bad.shape:
                raise ValueError(f"{name}: wanted one a frame, {bad.shape}, got {values.shape}")
            least = sharp * np.nanmedian(values) if least is None else least
            bad |= ~known | (np.nan_to_num(values) < least)
    return bad


def by_flow(before: np.ndarray, after: np.ndarray, forward: np.ndarray, backward: np.ndarray, t: float) -> np.ndarray:
    """The picture between two frames, each moved along its flow to meet the other: uint8 (H, W, 3).

    before, after      uint8 (H, W, 3). `t`: 0 is `before`, 1 `after`.
    forward, backward  float (H, W, 2), x and y in pixels: where a pixel of `before` goes in `after`, and the reverse.
    A pixel of the new picture is fetched from t · forward before it and (1 − t) · backward, as though the flow there
    were the flow here. Raises TypeError or ValueError that names the argument.
    """
    before = checked_picture(before, "before")
    after = checked_picture(after, "after", before.shape[:2])
    t = checked_number(t, "t", 0, 1)
    for name, flow in (("forward", forward), ("backward", backward)):
        checked_floats(flow, name, (*before.shape[:2], 2))
    moved = [_fetched(picture, flow) for picture, flow in ((before, t * forward), (after, (1 - t) * backward))]
    return crossfade(*moved, t)


def in_between(before: np.ndarray, after: np.ndarray, t: float = 0.5) -> np.ndarray:
    """The picture between two frames uint8 (H, W, 3), by the optical flow between them; `t` as in `by_flow`.

    Flow is sought both ways. Where something appears or is hidden there is none to find, and the two pictures are mixed
    there. Raises TypeError or ValueError that names the argument.
    Source: Kroeger and others, "Fast optical flow using dense inverse search", 2016, through OpenCV.
    """
    return by_flow(before, after, *flows(before, after), t)


def flows(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Optical flow from `before` to `after` and back: float32 (H, W, 2) each, x and y in pixels.

    Pictures uint8 (H, W, 3) of at least 16 × 16 pixels. Raises TypeError or ValueError that names the argument.
    """
    pair = checked_picture(before, "before"), checked_picture(after, "after", before.shape[:2])
    checked_pictures(np.stack(pair), "before", smallest=16)
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pair]
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return search.calc(grey[0], grey[1], None), search.calc(grey[1], grey[0], None)


def crossfade(before: np.ndarray, after: np.ndarray, t: float = 0.5) -> np.ndarray:
    """The two frames mixed, (1 − t) · before + t · after: uint8 (H, W, 3). What moves is there twice, half as strong.

    Arguments and errors as in `in_between`.
    """
    before = checked_picture(before, "before")
    after = checked_picture(after, "after", before.shape[:2])
    t = checked_number(t, "t", 0, 1)
    return np.rint((1 - t) * before + t * after).astype(np.uint8)


def fill(
    frames: np.ndarray, bad: np.ndarray, between: Callable[[np.ndarray, np.ndarray, float], np.ndarray] = in_between
) -> np.ndarray:
    """The clip uint8 (T, H, W, 3) with its bad frames drawn anew from the good ones before and after them.

    bad      bool (T,). `between(before, after, t)`: `in_between`, `crossfade`, or your own.
    At the ends the nearest good frame stands still. Raises TypeError or ValueError, also where all frames are bad.
    """
    checked_pictures(frames, "frames", ("T", "H", "W", 3))
    bad = np.asarray(bad)
    if bad.dtype != np.bool_ or bad.shape != frames.shape[:1]:
        raise ValueError(f"bad: wanted bool ({len(frames)},), got {bad.dtype} {bad.shape}")
    good = np.flatnonzero(~bad)
    if not len(good):
        raise ValueError("bad: all frames are, so there is nothing to fill them from")
    filled = frames.copy()
    for t in np.flatnonzero(bad):
        at = int(np.searchsorted(good, t))
        if at in (0, len(good)):
            filled[t] = frames[good[min(at, len(good) - 1)]]
        else:
            before, after = good[at - 1], good[at]
            filled[t] = between(frames[before], frames[after], (t - before) / (after - before))
    return filled


def _fetched(picture: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Every pixel from where the flow says that it came from."""
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    there = (x - flow[..., 0]).astype(np.float32), (y - flow[..., 1]).astype(np.float32)
    return cv2.remap(picture, *there, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
