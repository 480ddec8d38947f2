"""Samplers: independent performances, and smooth tracks that play as a clip."""

import numpy as np

from unmasked.arguments import checked_generator, checked_whole
from unmasked.toons.performance import PARAMETERS, RANGES


def _bounds(ranges) -> tuple[np.ndarray, np.ndarray]:
    ranges = dict(ranges or {})
    unknown = sorted(set(ranges) - set(RANGES))
    if unknown:
        raise ValueError(f"ranges: wanted some of {', '.join(PARAMETERS)}, got {unknown[0]!r}")
    for name, bounds in ranges.items():
        if np.shape(bounds) != (2,):
            raise ValueError(f"ranges[{name!r}]: wanted a pair (low, high), got {bounds!r}")
        low, high = bounds
        if not RANGES[name][0] <= low <= high <= RANGES[name][1]:
            widest = "{:g}…{:g}".format(*RANGES[name])
            raise ValueError(f"ranges[{name!r}]: wanted two bounds in order inside {widest}, got {low:g}…{high:g}")
    low, high = np.array([ranges.get(name, RANGES[name]) for name in PARAMETERS], float).T
    return low, high


def sample_performances(generator: np.random.Generator, count: int, ranges=None) -> np.ndarray:
    """Independent performances, every parameter uniform over its range; float32 (count, 11).

    `ranges` narrows some: a dict from parameter to (low, high). Raises ValueError for an unknown parameter or a range
    outside `RANGES`.
    """
    low, high = _bounds(ranges)
    shape = checked_whole(count, "count"), len(PARAMETERS)
    return checked_generator(generator).uniform(low, high, shape).astype(np.float32)


def _wander(generator: np.random.Generator, frames: int, period: float) -> np.ndarray:
    """Smooth noise in 0…1 that changes its mind about every `period` frames."""
    knots = max(2, int(np.ceil(frames / period)) + 4)
    values = generator.uniform(0.0, 1.0, knots)
    position = np.arange(frames) / period + generator.uniform(0.0, 1.0)
    index = np.minimum(position.astype(int), knots - 2)
    step = position - index
    ease = step * step * (3.0 - 2.0 * step)  # rests at each knot, as a person holds a pose
    return values[index] * (1.0 - ease) + values[index + 1] * ease


# Seconds between two poses: the head is slow, the mouth fast, the lamp almost still.
_PERIODS = {"yaw": 1.3, "pitch": 1.1, "roll": 1.6, "smile": 0.9, "jaw": 0.22, "lids": 1.2, "gaze_x": 0.7, "gaze_y": 0.8,
            "brows": 0.8, "light_azimuth": 6.0, "light_strength": 8.0}  # fmt: skip


def smooth_track(generator: np.random.Generator, frames: int, fps: float = 25, ranges=None) -> np.ndarray:
    """A performance that moves smoothly, with speech-like jaw and quick blinks; float32 (frames, 11).

    `fps` frames a second (> 0); `ranges` as in `sample_performances`. Raises ValueError for bad ranges or fps.
    """
    low, high = _bounds(ranges)
    frames = checked_whole(frames, "frames")
    generator = checked_generator(generator)
    if not fps > 0:
        raise ValueError(f"fps: wanted a number above 0, got {fps}")
    share = np.stack([_wander(generator, frames, max(1.0, _PERIODS[name] * fps)) for name in PARAMETERS], axis=1)
    jaw, lids = PARAMETERS.index("jaw"), PARAMETERS.index("lids")
    speaking = np.clip(2.5 * _wander(generator, frames, max(1.0, 1.5 * fps)) - 0.6, 0.0, 1.0)  # phrases and pauses
    share[:, jaw] *= speaking
    share[:, lids] = 0.45 + 0.55 * share[:, lids]
    time = np.arange(frames) / fps
    blink = generator.uniform(0.3, 3.0)
    while blink < frames / fps:
        share[:, lids] *= np.clip(np.abs(time - blink) / 0.09 - 0.25, 0.0, 1.0)  # about a fifth of a second, once shut
        blink += generator.uniform(1.5, 5.0)
    return (low + share * (high - low)).astype(np.float32)
