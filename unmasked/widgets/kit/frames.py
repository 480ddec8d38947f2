"""What a bench shows: pictures side by side, the words that stand for them, and the words below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from unmasked.arguments import checked_picture

# Below this many bytes raw pixels are quicker than any format: nothing to encode here, nothing to decode there.
RAW_BYTES = 600_000


@dataclass(frozen=True)
class Panel:
    """One picture of a bench.

    `picture`: uint8 (H, W, 3) RGB, (H, W, 4) RGBA or (H, W) grey. `title` stands above it. `alt` says in words what it
    shows; where it is empty the title does. `scale`: how many CSS pixels a pixel of the picture gets. `smooth`: upscale
    smoothly rather than in crisp squares. `drawing`: dark ink on transparent ground, turned light in a dark theme.
    `lasting`: the same Panel comes with many frames, so its pixels travel once, not with every frame.
    Raises TypeError or ValueError for anything else.
    """

    picture: np.ndarray
    title: str = ""
    alt: str = ""
    scale: float = 1.0
    smooth: bool = False
    drawing: bool = False
    lasting: bool = False

    def __post_init__(self):
        check_picture(self.picture)
        if not self.scale > 0:
            raise ValueError(f"scale: wanted a number above 0, got {self.scale!r}")


@dataclass(frozen=True)
class Frame:
    """What a bench shows for its settings: `picture` (an array as in Panel, or Panels), `alt` (the picture in words,
    for those who hear it), `words` (settings and score, the line below), `idle` (names of knobs that do nothing at
    these settings: they are greyed out), `meters` (what was measured, as bars) and `more` (an explanation, behind a
    question mark). Raises TypeError or ValueError when a part is missing or of another kind.
    """

    picture: np.ndarray | Panel | Sequence[Panel]
    alt: str
    words: str = ""
    idle: tuple[str, ...] = ()
    meters: tuple = ()
    more: str = ""

    def __post_init__(self):
        check_alt(self.alt)
        for name in ("words", "more"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"{name}: wanted a string, got {type(getattr(self, name)).__name__}")
        if isinstance(self.picture, np.ndarray):
            panels = (Panel(self.picture),)
        elif isinstance(self.picture, Panel):
            panels = (self.picture,)
        else:
            panels = tuple(self.picture)
        wrong = [type(panel).__name__ for panel in panels if not isinstance(panel, Panel)]
        if wrong or not panels:
            raise TypeError(f"picture: wanted an array or one or more Panels, got {wrong or 'none'}")
        object.__setattr__(self, "picture", panels)

    @property
    def panels(self) -> tuple[Panel, ...]:
        """The pictures, from left to right."""
        return self.picture


def check_alt(alt: str) -> None:
    """Raises TypeError or ValueError with words unless `alt` says something."""
    if not isinstance(alt, str):
        raise TypeError(f"alt: wanted a sentence that says what the picture shows, got {type(alt).__name__}")
    if len(alt.strip()) < 10:
        raise ValueError(
            f"alt: wanted a sentence that says what the picture shows, got {alt!r}. "
            "Someone who cannot see the picture has nothing but these words."
        )


def check_picture(picture: np.ndarray, name: str = "picture") -> None:
    """Raises TypeError or ValueError unless `picture` is uint8 (H, W), (H, W, 3) or (H, W, 4) and not empty."""
    checked_picture(picture, name, channels=(3, 4, 1))


def to_rgb(picture: np.ndarray, ground: tuple[int, int, int] = (255, 255, 255)) -> np.ndarray:
    """The picture as uint8 (H, W, 3); transparency over `ground`."""
    if picture.ndim == 2:
        return np.repeat(picture[..., None], 3, 2)
    if picture.shape[2] == 3:
        return picture
    alpha = picture[..., 3:].astype(np.float32) / 255
    return np.rint(picture[..., :3] * alpha + np.array(ground, np.float32) * (1 - alpha)).astype(np.uint8)


def encode_png(picture: np.ndarray, level: int = 9) -> bytes:
    """The picture as PNG. `level`: 1 fast … 9 small."""
    if picture.ndim == 3:
        turn = cv2.COLOR_RGB2BGR if picture.shape[2] == 3 else cv2.COLOR_RGBA2BGRA
        picture = cv2.cvtColor(np.ascontiguousarray(picture), turn)
    wishes = [cv2.IMWRITE_PNG_COMPRESSION, level]
    if level == 1 and hasattr(cv2, "IMWRITE_PNG_FILTER"):  # from OpenCV 4.12 on
        # A drawing has large even grounds: trying five filters on every line takes longer than all the rest.
        wishes += [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]
    done, data = cv2.imencode(".png", np.ascontiguousarray(picture), wishes)
    if not done:
        raise RuntimeError(f"OpenCV could not write a PNG of a picture with shape {picture.shape}")
    return data.tobytes()


def encode_jpeg(frame: np.ndarray, quality: int = 95) -> bytes:
    """A frame of a film, uint8 (H, W, 3), as JPEG."""
    # Full colour for every pixel, because a bench about flicker must not add any.
    wishes = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    done, data = cv2.imencode(".jpg", np.ascontiguousarray(frame[..., ::-1]), wishes)
    if not done:
        raise RuntimeError(f"OpenCV could not write a JPEG of a frame with shape {frame.shape}")
    return data.tobytes()


def pack(panel: Panel) -> dict:
    """A panel as it travels to the browser: raw pixels while they are few, PNG where they are many.

    It is kept with the panel: a bench that shows the same Panel again does not encode it again.
    """
    kept = vars(panel).get("_packed")
    if kept is not None:
        return kept
    picture = panel.picture
    height, width = picture.shape[:2]
    if picture.nbytes <= RAW_BYTES:
        data, kind = np.ascontiguousarray(picture).tobytes(), "raw"
    else:
        data, kind = encode_png(picture, level=1), "png"
    packed = {
        "data": data,
        "kind": kind,
        "channels": 1 if picture.ndim == 2 else picture.shape[2],
        "width": width,
        "height": height,
        "title": panel.title,
        "alt": panel.alt,
        "scale": panel.scale,
        "smooth": panel.smooth,
        "drawing": panel.drawing,
    }
    object.__setattr__(panel, "_packed", packed)
    return packed


def pack_frame(frame: Frame, number: int = 0) -> dict:
    """A frame as it travels to the browser, as the answer to the request with this number."""
    panels = [pack(panel) for panel in frame.panels]
    said = {"alt": frame.alt, "words": frame.words, "more": frame.more, "idle": list(frame.idle)}
    said["meters"] = [meter.describe() for meter in frame.meters]
    return {"panels": panels, **said, "answered": number, "error": "", "trace": ""}
