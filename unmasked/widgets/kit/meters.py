"""What a bench measures, as bars beside its pictures: the answer in large figures, the rest small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from unmasked.widgets.kit.frames import Panel
from unmasked.widgets.kit.lettering import FAINT, INK, write
from unmasked.widgets.kit.paper import SHARP, WIDTH, blank
from unmasked.widgets.kit.plots import ACCENT

HIGH = 66  # CSS pixels of a bar with its name and its note, on paper
TRACK, BAND, GREEN = (228, 232, 237), (176, 184, 193), (26, 127, 55)


@dataclass(frozen=True)
class Meter:
    """A number and its bar. `value`: the number as it is shown; `share`: how far the bar is filled, 0…1 (beyond is cut
    off); `mark`: where a line stands across it, or None; `best`: which end is the good one, 1 or 0, or None; `note`: a
    few words below; `main`: the one number that is the answer; `under`: the panel below which it stands, counted from
    0, or None for a row of its own below all; `base`: where the filling begins, 0…1; `band`: how far to either side of
    `base` the track is shaded, in the same measure; `ramp`: colours (R, G, B) that the track runs through instead of
    being filled, for a key. Raises ValueError for a share that is no number.
    """

    name: str
    value: str
    share: float
    mark: float | None = None
    best: float | None = None
    note: str = ""
    main: bool = False
    under: int | None = None
    base: float = 0.0
    band: float = 0.0
    ramp: Sequence[tuple[int, int, int]] = ()

    def __post_init__(self):
        for name in ("share", "mark", "base", "band"):
            value = getattr(self, name)
            if value is None and name == "mark":
                continue
            if not math.isfinite(value):
                raise ValueError(f"{name}: wanted a number in 0…1, got {value!r}")
            object.__setattr__(self, name, float(min(1.0, max(0.0, value))))

    def describe(self) -> dict:
        """The meter as it travels to the browser."""
        return asdict(self)


def meter_panel(meters: Sequence[Meter], width: int = WIDTH) -> Panel:
    """The meters in a row on paper, for pages without a kernel; `width` in CSS pixels."""
    s, paper, gap = SHARP, blank(width, HIGH), 20
    wide = (width - gap * (len(meters) - 1)) / len(meters)
    for number, meter in enumerate(meters):
        left = round(number * (wide + gap) * s)
        right = left + round(min(wide, 260) * s)
        write(paper, meter.name, left, 8 * s, 13 * s, INK)
        write(paper, meter.value, right, 22 * s, (24 if meter.main else 14) * s, INK, anchor="rs", bold=True)
        _bar(paper[30 * s : 40 * s, left:right], meter)
        write(paper, meter.note, left, 46 * s, 12 * s, FAINT)
    said = "; ".join(f"{meter.name} {meter.value}" for meter in meters)
    return Panel(paper, "", said, 1 / SHARP, smooth=True, drawing=True)


def _bar(place: np.ndarray, meter: Meter) -> None:
    wide = place.shape[1]
    place[:] = TRACK
    if meter.ramp:
        steps = np.linspace(0, len(meter.ramp) - 1, wide)
        colours = np.array(meter.ramp, np.float64).T
        place[:] = np.stack([np.interp(steps, np.arange(len(meter.ramp)), part) for part in colours], 1)
    else:
        shaded = (max(0.0, meter.base - meter.band), min(1.0, meter.base + meter.band)) if meter.band else (0, 0)
        place[:, slice(*(round(edge * wide) for edge in shaded))] = BAND
        place[:, slice(*(round(edge * wide) for edge in sorted((meter.base, meter.share))))] = ACCENT
    if meter.best is not None:
        end = slice(wide - 4 * SHARP, wide) if meter.best else slice(0, 4 * SHARP)
        place[:, end] = GREEN
    if meter.mark is not None:
        at = round(meter.mark * (wide - 2 * SHARP))
        place[:, at : at + 2 * SHARP] = INK
