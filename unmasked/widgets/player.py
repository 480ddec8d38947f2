"""A film in the page: it plays without a network, and its stills stay where none can play."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING

import numpy as np

from unmasked.arguments import checked_kind, checked_number, checked_pictures, checked_whole
from unmasked.widgets.figures import picture_grid, words_of
from unmasked.widgets.kit import WIDTH, bundle

if TYPE_CHECKING:
    from unmasked.film import Film
    from unmasked.film.sound import Sound

STILLS = 5


class Player:
    """A film to be shown, which `play` makes: let it be the last line of a cell. `data`: the film, bytes of an MP4."""

    def __init__(
        self, frames: np.ndarray, fps: float, alt: str, label: str, width: int, crf: int, sound: Sound | None = None
    ):
        from unmasked.film import encode_h264  # late: PyAV takes 16 MB, and most kernels show no film

        self.alt, self.label, self.width, self.heard = alt, label, width, sound is not None
        self.data = encode_h264(frames, crf, fps, sound)
        shown = np.linspace(0, len(frames) - 1, min(STILLS, len(frames))).round().astype(int)
        times = [f"{t / fps:.2f} s" for t in shown]
        self.strip = picture_grid([frames[t] for t in shown], times, smooth=True)

    def _repr_mimebundle_(self, **_) -> tuple[dict, dict]:
        data, metadata = bundle(self.strip, self.alt, small=True)
        words = html.escape(self.alt, quote=True)
        heading = f"<figcaption>{html.escape(self.label)}</figcaption>" if self.label else ""
        silent = "" if self.heard else "loop muted "
        # Outside a running notebook the video is left out and the stills are open (course.execute).
        film = (
            f'<video controls {silent}playsinline aria-label="{words}" width="{self.width}" '
            f'style="max-width: 100%; height: auto" '
            f'src="data:video/mp4;base64,{base64.b64encode(self.data).decode()}"></video>'
        )
        stills = f"<details><summary>The film as stills</summary>{data['text/html']}</details>"
        data["text/html"] = f'<figure style="margin: 0">{heading}{film}{stills}</figure>'
        return data, metadata


def play(
    frames: np.ndarray | Film,
    fps: float | None = None,
    *,
    alt: str,
    label: str = "",
    scale: float = 1.0,
    crf: int = 18,
    sound: Sound | None = None,
) -> Player:
    """A film that plays in the page, and loops where it is silent; in the solved notebook, a strip of stills.

    frames  uint8 (T, H, W, 3), or a `film.Film`, which brings its mean rate and its sound along.
    fps     frames a second, 25 where None; as a whole number.
    alt     as in `show`: what is to be seen, in a sentence or two, or the id of such words.
    label   a few words above; `scale`: CSS pixels a pixel; `crf` 0 (best) … 51 (smallest).
    sound   (samples float (S,) in −1…1, rate), which begins with the first frame.
    Raises TypeError or ValueError that names the argument.
    """
    from unmasked.film import FPS, Film

    if isinstance(frames, Film):
        sound = frames.sound if sound is None else sound
        frames, fps = frames.frames, frames.fps if fps is None else fps
    checked_pictures(frames, "frames", ("T", "H", "W", 3))
    fps = max(1, round(checked_number(FPS if fps is None else fps, "fps", 1e-3, 240)))
    checked_kind(label, str, "label", "a text")
    width = min(WIDTH, round(frames.shape[2] * checked_number(scale, "scale", 0.1, 8)))
    return Player(frames, fps, words_of(alt), label, width, checked_whole(crf, "crf", 0, 51), sound)
