"""The timeline: films played one behind the other, a curtain between them, and below it what changes in every frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import traitlets

from unmasked.arguments import checked_number, checked_pictures, checked_whole
from unmasked.widgets.kit import FAINT, INK, SHARP, Axes, Panel, blank, bundle, compose, source, still_bundle, write
from unmasked.widgets.kit.frames import encode_jpeg
from unmasked.widgets.kit.live import LiveWidget

SHOWN = 400  # CSS pixels of the picture's width
QUESTION = "Where does the film give itself away: in a frame, or between two?"
WIDE, HIGH, NAMES = 700, 108, 10  # CSS pixels of the strip on paper, and of its margin
COLOURS = ((209, 108, 12), (31, 35, 40))  # left, right


def timeline(
    films: Mapping[str, np.ndarray],
    changes: Mapping[str, Sequence[float]],
    *,
    fps: float = 25,
    alt: str = "",
    title: str = "",
) -> Timeline:
    """A bench that plays two of some films at their own speed, one left of a curtain and one right of it.

    films    {what it is called: uint8 (T, H, W, 3)}, two or more of one shape; the first stands left, the last right.
    changes  {the same names: T − 1 numbers}, how much changes from each frame to the next, such as `film.changes`.
    fps      frames a second. `alt`: what the films show, for those who don't see them.
    Raises TypeError or ValueError that names the argument.
    """
    return Timeline(films, changes, fps, alt, title or QUESTION)


class Timeline(LiveWidget):
    """See `timeline`. All that moves is moved in the page; the kernel only sends the frames."""

    _esm = source("kit/kit.js", "kit/strip.js", "benches/timeline.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/timeline.css")

    title = traitlets.Unicode("").tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    names = traitlets.List().tag(sync=True)
    frames = traitlets.List().tag(sync=True)  # a list of JPEGs for each film
    changes = traitlets.List().tag(sync=True)
    plan = traitlets.Dict().tag(sync=True)

    def __init__(self, films: Mapping, changes: Mapping, fps: float, alt: str, title: str):
        names = list(films)
        if len(names) < 2:
            raise ValueError(f"films: wanted two or more, got {len(names)}")
        shape = None
        for name, clip in films.items():
            checked_pictures(clip, f"films[{name!r}]", shape or ("T", "H", "W", 3), least=2)
            shape = clip.shape
        if set(changes) != set(names):
            raise ValueError(f"changes: wanted those of {', '.join(names)}, got {', '.join(changes) or 'none'}")
        self.films = {name: np.asarray(clip) for name, clip in films.items()}
        self.strips = {name: np.asarray(changes[name], np.float64) for name in names}
        for name, strip in self.strips.items():
            if strip.shape != (shape[0] - 1,) or not (np.isfinite(strip).all() and strip.min() >= 0):
                raise ValueError(
                    f"changes[{name!r}]: wanted {shape[0] - 1} numbers of 0 or more, one less than frames, got "
                    f"shape {strip.shape}"
                )
        fps = checked_number(fps, "fps", 0.1, 240)
        self.most = max(float(max(strip.max() for strip in self.strips.values())), 1e-6)
        super().__init__(
            title=title,
            alt=alt or f"Two films of {shape[0]} frames, one on each side of a curtain: {', '.join(names)}.",
            names=names,
            frames=[[encode_jpeg(frame) for frame in clip] for clip in self.films.values()],
            changes=[strip.tolist() for strip in self.strips.values()],
            plan={"width": shape[2], "height": shape[1], "fps": fps, "shown": SHOWN, "most": self.most},
        )

    def worst(self) -> int:
        """The frame after the largest change of the first film."""
        return int(self.strips[self.names[0]].argmax()) + 1

    def picture(self, frame: int, curtain: float = 0.5, left: str = "", right: str = "") -> np.ndarray:
        """What the page shows: the left film up to the curtain (0…1), the right one from there; uint8 (H, W, 3)."""
        left, right = self.films[left or self.names[0]], self.films[right or self.names[-1]]
        frame = checked_whole(frame, "frame", 0, len(left) - 1)
        cut = round(checked_number(curtain, "curtain", 0, 1) * left.shape[2])
        shown = right[frame].copy()
        shown[:, :cut] = left[frame][:, :cut]
        shown[:, max(0, cut - 1) : cut + 1] = 255
        return shown

    def strip(self, frame: int, left: str = "", right: str = "") -> np.ndarray:
        """The changes of two films over time, the left one's upwards and the right one's downwards, and where we are;
        uint8 (H, W, 3) on white."""
        names = left or self.names[0], right or self.names[-1]
        paper, count = blank(WIDE, HIGH), len(self.films[names[0]])
        axes = Axes(NAMES, 18, WIDE - NAMES, HIGH - 18, (0.0, float(count)), (-self.most, self.most))
        for name, colour, sign in zip(names, COLOURS, (1, -1), strict=True):
            for t, change in enumerate(self.strips[name], start=1):
                low, high = sorted((axes.down(0), axes.down(sign * change)))
                x = [round(float(axes.across(t + edge))) for edge in (0.12, 0.88)]
                cv2.rectangle(paper, (x[0], round(low)), (x[1], round(high)), colour, -1)
            y = 2 if sign > 0 else HIGH - 15
            write(paper, f"{name}: change from the frame before", NAMES * SHARP, y * SHARP, 12 * SHARP, INK)
        axes.rule(paper, 0, FAINT)
        x = round(float(axes.across(frame + 0.5)))
        cv2.line(paper, (x, 16 * SHARP), (x, (HIGH - 16) * SHARP), (28, 99, 183), 2 * SHARP)
        return paper

    def words(self, frame: int) -> str:
        """The line below: where we are, and what has changed since the frame before."""
        fps, count = self.plan["fps"], len(self.films[self.names[0]])
        told = f"Frame {frame + 1} of {count}, at {frame / fps:.2f} s"
        if not frame:
            return f"{told}."
        each = [f"{name} {self.strips[name][frame - 1]:.2f}" for name in (self.names[0], self.names[-1])]
        return f"{told}. Change since the frame before, in ΔE: {', '.join(each)}."

    def still(self) -> np.ndarray:
        """The worst frame with the curtain in its middle, and the strip below; uint8 (H, W, 3)."""
        frame = self.worst()
        shown = self.picture(frame)
        titles = f"{self.names[0]} | {self.names[-1]}"
        panels = [
            Panel(shown, titles, self.alt, SHOWN / shown.shape[1], smooth=True),
            Panel(self.strip(frame), "", "", 1 / SHARP, smooth=True),
        ]
        return compose(panels, self.words(frame))

    def _repr_mimebundle_(self, **_) -> tuple[dict, dict]:
        return still_bundle(self, *bundle(self.still(), self.alt, small=True))
