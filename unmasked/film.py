"""Clips through the formats in which they travel: H.264, as films do, and JPEG, picture by picture."""

import io

import av
import numpy as np

from unmasked.arguments import checked_pictures, checked_whole
from unmasked.toons import camera

FPS = 25
FRAMES = ("T", "H", "W", 3)


def encode_h264(frames: np.ndarray, crf: int = 23, fps: int = FPS) -> bytes:
    """A film of the frames, as the bytes of an MP4 file.

    `frames` uint8 (T, H, W, 3) RGB; `crf` the constant rate factor, 0 (nothing lost but by rounding of colours) … 51
    (worst), 23 is the encoder's own choice; `fps` frames a second. The same frames give the same bytes. Raises
    TypeError or ValueError that names the argument, RuntimeError where PyAV was built without an H.264 encoder.
    """
    frames = checked_pictures(frames, "frames", FRAMES)
    crf, fps = checked_whole(crf, "crf", 0, 51), checked_whole(fps, "fps", 1, 240)
    if "libx264" not in av.codecs_available:
        raise RuntimeError("this PyAV has no H.264 encoder (libx264); install the package av from its wheel")
    height, width = frames.shape[1:3]
    # Colours are kept for 2 × 2 pixels at once, so both sides must be even.
    even = np.pad(frames, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    memory = io.BytesIO()
    with av.open(memory, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=fps)
        stream.height, stream.width, stream.pix_fmt = even.shape[1], even.shape[2], "yuv420p"
        # One thread: with more, the bytes depend on how many there are.
        stream.options = {"crf": str(crf), "preset": "medium", "threads": "1"}
        for frame in even:
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        film.mux(stream.encode())
    return memory.getvalue()


def decode_h264(film: bytes) -> np.ndarray:
    """The frames of a film, uint8 (T, H, W, 3) RGB; both sides are even. Raises ValueError for bytes that are none."""
    try:
        with av.open(io.BytesIO(film)) as opened:
            frames = [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]
    except (av.FFmpegError, IndexError) as error:
        raise ValueError(f"film: these {len(film)} bytes are no film that can be read ({error})") from error
    if not frames:
        raise ValueError("film: it has no frames")
    return np.stack(frames)


def through_h264(frames: np.ndarray, crf: int = 23, fps: int = FPS) -> np.ndarray:
    """The frames once through H.264: uint8 (T, H, W, 3) of the same shape. Raises as `encode_h264`."""
    frames = checked_pictures(frames, "frames", FRAMES)
    return decode_h264(encode_h264(frames, crf, fps))[:, : frames.shape[1], : frames.shape[2]]


def through_jpeg(frames: np.ndarray, quality: int = 75) -> np.ndarray:
    """Every frame once through JPEG at `quality` 1…100: uint8 (T, H, W, 3) of the same shape.

    Raises TypeError or ValueError that names the argument.
    """
    frames, quality = checked_pictures(frames, "frames", FRAMES), checked_whole(quality, "quality", 1, 100)
    return np.stack([camera.jpeg(frame, quality) for frame in frames])
