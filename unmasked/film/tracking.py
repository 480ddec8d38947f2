"""One face through a clip: sought where it was a frame ago, and in the whole frame now and then, or when it is lost."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from unmasked.arguments import checked_picture, checked_whole
from unmasked.extract.boxes import iou
from unmasked.extract.chain import Extracted, Nets, cut_out, shipped_nets
from unmasked.extract.crops import SMALLEST, warp
from unmasked.extract.finding import THRESHOLD, Found, find
from unmasked.extract.landmarks import find_landmarks

EVERY = 25  # frames from one look at the whole frame to the next
_WINDOW, _WIDE = 128, 2.2  # the window's side in pixels, and as a multiple of the face's longer side
_SAME = 0.3  # intersection over union with the box of the frame before, at least: else it is somebody else


def track_faces(
    frames: Iterable[np.ndarray],
    size: int = 64,
    *,
    nets: Nets | None = None,
    threshold: float = THRESHOLD,
    every: int = EVERY,
) -> list[Extracted | None]:
    """The same face in every frame, None where it isn't found: one entry a frame. At first it is the surest.

    frames     pictures uint8 (H, W, 3), or an array (T, H, W, 3).
    size       of the crops in pixels; `nets`: the shipped ones where None; `threshold`: the least score, 0…1.
    every      how often to search the whole frame; between, a window round the last box is searched, shrunk or enlarged
               until the face has the size that the finder knows best. 1: the whole frame every time.
    Where a face is lost, the whole frame is searched at once. Raises TypeError or ValueError that names the argument.
    """
    size = checked_whole(size, "size", SMALLEST, unit="pixels")
    nets = shipped_nets() if nets is None else nets
    followed = _followed(frames, nets, threshold, every)
    return [cut_out(frame, [one], size, nets)[0] if one else None for frame, one in followed]


def track_landmarks(
    frames: Iterable[np.ndarray], *, nets: Nets | None = None, threshold: float = THRESHOLD, every: int = EVERY
) -> np.ndarray:
    """`face_track` of `track_faces`, without crops and masks: float64 (T, 68, 2), NaN where no face was found."""
    nets = shipped_nets() if nets is None else nets
    track = []
    for frame, one in _followed(frames, nets, threshold, every):
        track.append(np.full((68, 2), np.nan))
        if one:
            track[-1][:] = find_landmarks(frame, one.box, nets.landmarker, close=nets.close)
    return np.array(track).reshape(-1, 68, 2)


def _followed(
    frames: Iterable[np.ndarray], nets: Nets, threshold: float, every: int
) -> Iterator[tuple[np.ndarray, Found | None]]:
    """Each frame, and where its face is."""
    every, box = checked_whole(every, "every", 1), None
    for number, frame in enumerate(frames):
        checked_picture(frame, "frames")
        best = None if box is None or number % every == 0 else _near(frame, box, nets, threshold)
        if best is None:
            best = _surest(find(frame, nets.finder, threshold), box)
        yield frame, best
        box = best.box if best else box


def face_track(found: Sequence[Extracted | None]) -> np.ndarray:
    """The landmarks of `track_faces` with time first: float64 (T, 68, 2), NaN where no face was found."""
    missing = np.full((68, 2), np.nan)
    return np.stack([missing if one is None else one.landmarks.astype(np.float64) for one in found])


def _near(frame: np.ndarray, box: np.ndarray, nets: Nets, threshold: float) -> Found | None:
    """The face in a window round the box where it was."""
    middle, side = (box[:2] + box[2:]) / 2, _WIDE * (box[2:] - box[:2]).max()
    scale = _WINDOW / side
    corner = middle - side / 2
    window = warp(frame, np.array([[scale, 0, -scale * corner[0]], [0, scale, -scale * corner[1]]]), _WINDOW)
    seen = [Found(one.box / scale + np.tile(corner, 2), one.score) for one in find(window, nets.finder, threshold)]
    seen = [one for one in seen if iou(one.box, box) >= _SAME]
    return seen[0] if seen else None


def _surest(found: Sequence[Found], box: np.ndarray | None) -> Found | None:
    """Of the finds the one that goes on from the box; where none does, or there is no box, the surest."""
    same = [one for one in found if box is not None and iou(one.box, box) >= _SAME]
    return (same or found or [None])[0]
