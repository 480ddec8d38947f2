"""A modest camera: lens blur, white balance, sensor noise and JPEG, for every picture that plays a real recording."""

from dataclasses import dataclass

import cv2
import numpy as np

from unmasked.arguments import (
    checked_generator,
    checked_kind,
    checked_number,
    checked_picture,
    checked_pictures,
    checked_whole,
)


@dataclass(frozen=True)
class CameraSettings:
    """How much of each fault a recording has; 0 turns one off. The two spreads are drawn anew for each recording."""

    blur: float = 0.55  # standard deviation of the lens blur in pixels
    noise: float = 2.0  # standard deviation of the sensor noise in grey levels 0…255, at middle grey
    white_balance: float = 0.03  # spread of the gains of red and blue
    exposure: float = 0.03  # spread of the gain of all channels
    jpeg_quality: int | None = 90  # 1…100, or None for no JPEG

    def __post_init__(self):
        for name, most in (("blur", 20.0), ("noise", 100.0), ("white_balance", 0.5), ("exposure", 0.5)):
            checked_number(getattr(self, name), name, 0, most)
        if self.jpeg_quality is not None:
            checked_whole(self.jpeg_quality, "jpeg_quality", 1, 100)


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """`picture` uint8 (H, W, 3) RGB once through JPEG at `quality` 1…100. Raises TypeError or ValueError in words."""
    checked_picture(picture)
    quality = checked_whole(quality, "quality", 1, 100)
    done, coded = cv2.imencode(".jpg", np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise RuntimeError("OpenCV could not write the JPEG")
    return np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])


def record(pictures: np.ndarray, generator: np.random.Generator, settings: CameraSettings | None = None) -> np.ndarray:
    """What a camera makes of pictures: uint8 (N, H, W, 3) or (H, W, 3) RGB in, the same shape out.

    White balance and exposure are drawn once a call, for one camera films a clip; the noise is new in every picture.
    Raises ValueError or TypeError that names the argument.
    """
    settings = CameraSettings() if settings is None else settings
    checked_kind(settings, CameraSettings, "settings", "camera.CameraSettings")
    checked_generator(generator)
    pictures = checked_pictures(pictures, "pictures", ("N", "H", "W", 3), ("H", "W", 3), least=0)
    balance = generator.normal(0.0, settings.white_balance, 2)
    gains = np.float32([1 + balance[0], 1.0, 1 + balance[1]]) * np.float32(1 + generator.normal(0.0, settings.exposure))
    taken = [_take(picture, gains, generator, settings) for picture in pictures.reshape(-1, *pictures.shape[-3:])]
    return np.stack(taken).reshape(pictures.shape) if taken else pictures.copy()


def _take(
    picture: np.ndarray, gains: np.ndarray, generator: np.random.Generator, settings: CameraSettings
) -> np.ndarray:
    frame = picture.astype(np.float32)
    if settings.blur:
        frame = cv2.GaussianBlur(frame, (0, 0), settings.blur)
    frame *= gains
    if settings.noise:
        grain = generator.standard_normal(frame.shape, dtype=np.float32)
        # Photons arrive by chance: brighter pixels are noisier, dark ones keep the noise of the electronics.
        frame += grain * settings.noise * np.sqrt(0.25 + 0.75 * np.clip(frame, 0, 255) / 128.0)
    taken = np.clip(np.rint(frame), 0, 255).astype(np.uint8)
    return taken if settings.jpeg_quality is None else jpeg(taken, settings.jpeg_quality)
