"""What a character does: pose, expression and light, as eleven numbers."""

from dataclasses import dataclass, fields

import numpy as np

from unmasked.arguments import checked_number

RANGES: dict[str, tuple[float, float]] = {
    "yaw": (-35.0, 35.0),  # degrees; positive turns the face to the right of the picture
    "pitch": (-20.0, 20.0),  # degrees; positive turns the face down
    "roll": (-15.0, 15.0),  # degrees; positive tilts the head clockwise, as seen in the picture
    "smile": (-1.0, 1.0),  # −1 frown … 1 smile
    "jaw": (0.0, 1.0),  # 0 shut … 1 wide open
    "lids": (0.0, 1.0),  # 0 shut … 1 wide open
    "gaze_x": (-1.0, 1.0),  # positive looks to the right of the picture
    "gaze_y": (-1.0, 1.0),  # positive looks down
    "brows": (-1.0, 1.0),  # −1 angry … 1 raised
    "light_azimuth": (-90.0, 90.0),  # degrees; negative lights the head from the left of the picture
    "light_strength": (0.0, 1.0),  # 0 soft light from everywhere … 1 one strong lamp
}
PARAMETERS = tuple(RANGES)
_SLACK = 1e-4  # float32 rounding of a bound is no mistake of the caller's
_LOWEST = np.float32([low - _SLACK for low, _ in RANGES.values()])
_HIGHEST = np.float32([high + _SLACK for _, high in RANGES.values()])
EXPRESSION = ("smile", "jaw", "lids", "gaze_x", "gaze_y", "brows")
_EXPRESSION = [PARAMETERS.index(name) for name in EXPRESSION]


@dataclass(frozen=True)
class Performance:
    """One pose, expression and light: a float a parameter, in the units and signs of `RANGES`. The default is calm."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    smile: float = 0.2
    jaw: float = 0.0
    lids: float = 0.7
    gaze_x: float = 0.0
    gaze_y: float = 0.0
    brows: float = 0.0
    light_azimuth: float = -35.0
    light_strength: float = 0.6

    def __post_init__(self):
        for name, (low, high) in RANGES.items():
            checked_number(getattr(self, name), name, low, high)

    def to_array(self) -> np.ndarray:
        """The eleven numbers in the order of `PARAMETERS`; float32 (11,)."""
        return np.array([getattr(self, name) for name in PARAMETERS], np.float32)

    @classmethod
    def from_array(cls, array) -> "Performance":
        """The performance that `to_array` wrote; `array` (11,). Raises ValueError for a bad shape or range."""
        values = checked(array, ndim=1)
        return cls(**{name: float(value) for name, value in zip(PARAMETERS, values, strict=True)})


def checked(performances, ndim: int | None = 2) -> np.ndarray:
    """`performances` as float32 (N, 11), or (11,) with `ndim=1`, or either with None.

    Raises ValueError that names the parameter when a shape is wrong or a value is outside `RANGES`.
    """
    if isinstance(performances, Performance):
        performances = performances.to_array()
    elif isinstance(performances, list | tuple) and any(isinstance(p, Performance) for p in performances):
        performances = np.stack([p.to_array() for p in performances])
    try:
        array = np.asarray(performances)
    except ValueError:  # rows of unlike lengths
        raise ValueError("performances: wanted rows of 11 numbers each, got rows of unlike lengths") from None
    if array.dtype.kind not in "fiu":
        raise TypeError(f"performances: wanted numbers, got an array of {array.dtype}")
    array = array.astype(np.float32)
    wanted = f"(N, {len(PARAMETERS)})" if ndim == 2 else f"({len(PARAMETERS)},)"
    if (ndim is not None and array.ndim != ndim) or array.ndim not in (1, 2) or array.shape[-1] != len(PARAMETERS):
        raise ValueError(f"performances: wanted shape {wanted}, in the order of PARAMETERS, got {array.shape}")
    inside = (array >= _LOWEST) & (array <= _HIGHEST)
    if not inside.all():
        for column, (name, (low, high)) in enumerate(RANGES.items()):
            bad = array[..., column][~inside[..., column]]
            if bad.size:
                raise ValueError(f"performances: wanted {name} in {low:g}…{high:g}, got {bad.flat[0]:g}")
    return array


def with_expression(performances, others) -> np.ndarray:
    """Pose and light of `performances`, the expression (smile, jaw, lids, gaze, brows) of `others`.

    `performances` (N, 11) or (11,); `others` of the same shape, or one for all, (11,). Returns a new float32 array of
    the shape of `performances`. Raises TypeError or ValueError in words.
    """
    mixed, others = checked(performances, ndim=None).copy(), checked(others, ndim=None)
    if others.shape not in (mixed.shape, mixed.shape[-1:]):
        raise ValueError(f"others: wanted shape {mixed.shape} or {mixed.shape[-1:]}, got {others.shape}")
    mixed[..., _EXPRESSION] = others[..., _EXPRESSION]
    return mixed


def neutral_expression(performances) -> np.ndarray:
    """The same pose and light with a calm face, as `Performance()` has it; (N, 11) or (11,) in, float32 alike out."""
    return with_expression(performances, Performance())


assert tuple(field.name for field in fields(Performance)) == PARAMETERS
