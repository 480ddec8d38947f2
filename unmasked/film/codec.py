"""Clips through the formats in which they travel: H.264, as films do, and JPEG, picture by picture."""

import io
import re
from fractions import Fraction

import av
import numpy as np

from unmasked.arguments import checked_kind, checked_pictures, checked_whole
from unmasked.film.sound import Sound, add_sound, checked_film_sound, write_sound
from unmasked.toons import camera

FPS = 25
FRAMES = ("T", "H", "W", 3)
# H.264 keeps colours for 2 × 2 pixels at once, so both sides are even; how large the picture was stands in a note.
_NOTE = "the picture is {} x {} pixels"
_SIZE = re.compile(_NOTE.replace("{}", "([0-9]+)"))


def encode_h264(frames: np.ndarray, crf: int = 23, fps: int = FPS, sound: Sound | None = None) -> bytes:
    """A film of the frames, as the bytes of an MP4 file.

    `frames` uint8 (T, H, W, 3) RGB; `crf` the constant rate factor, 0 (nothing lost but by rounding of colours) … 51
    (worst), 23 is the encoder's own choice; `fps` frames a second; `sound` (samples float (S,) in −1…1, rate), written
    as AAC. The same frames give the same bytes. Raises TypeError or ValueError that names the argument, RuntimeError
    where PyAV was built without an H.264 encoder.
    """
    frames = checked_pictures(frames, "frames", FRAMES)
    crf, fps = checked_whole(crf, "crf", 0, 51), checked_whole(fps, "fps", 1, 240)
    sound, memory = checked_film_sound(sound), io.BytesIO()
    with av.open(memory, "w", format="mp4") as film:
        stream, heard = h264_stream(film, frames.shape[1:3], crf, fps), add_sound(film, sound)
        for frame in frames:
            film.mux(stream.encode(video_frame(frame)))
        film.mux(stream.encode())
        write_sound(film, heard, sound)
    return memory.getvalue()


def h264_stream(
    film: av.container.OutputContainer, shape: tuple[int, int], crf: int, rate: Fraction | int, preset: str = "medium"
):
    """A new stream of pictures of `shape` (H, W) in a film that is being written; `rate` frames a second."""
    if "libx264" not in av.codecs_available:
        raise RuntimeError("this PyAV has no H.264 encoder (libx264); install the package av from its wheel")
    height, width = shape
    if height % 2 or width % 2:
        film.metadata["comment"] = _NOTE.format(height, width)
    stream = film.add_stream("libx264", rate=rate)
    stream.height, stream.width, stream.pix_fmt = height + height % 2, width + width % 2, "yuv420p"
    # One thread: with more, the bytes depend on how many there are. And the same arithmetic on every processor: the
    # encoder's own choice gives other bytes elsewhere, and with AVX-512 even other ones from one run to the next.
    stream.options = {"crf": str(crf), "preset": preset, "threads": "1", "x264-params": "cpu-independent=1"}
    return stream


def video_frame(picture: np.ndarray) -> av.VideoFrame:
    """A picture uint8 (H, W, 3) as PyAV takes it, both sides made even by repeating its edge."""
    height, width = picture.shape[:2]
    if height % 2 or width % 2:
        picture = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")


def noted_shape(film: av.container.InputContainer) -> tuple[int, int] | None:
    """(H, W) of the pictures that `h264_stream` was told of, where they were odd; else None."""
    found = _SIZE.fullmatch(film.metadata.get("comment", ""))
    return (int(found[1]), int(found[2])) if found else None


def decode_h264(film: bytes) -> np.ndarray:
    """The frames of a film, uint8 (T, H, W, 3) RGB, of the shape that was encoded. Raises TypeError or ValueError for
    what is none."""
    checked_kind(film, bytes, "film", "the bytes of a film")
    try:
        with av.open(io.BytesIO(film)) as opened:
            frames = [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]
            shape = noted_shape(opened)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise ValueError(f"film: these {len(film)} bytes are no film that can be read ({error})") from error
    if not frames:
        raise ValueError("film: it has no frames")
    height, width = shape or frames[0].shape[:2]
    return np.stack(frames)[:, :height, :width]


def through_h264(frames: np.ndarray, crf: int = 23, fps: int = FPS) -> np.ndarray:
    """The frames once through H.264: uint8 (T, H, W, 3) of the same shape. Raises as `encode_h264`."""
    return decode_h264(encode_h264(frames, crf, fps))


def through_jpeg(frames: np.ndarray, quality: int = 75) -> np.ndarray:
    """Every frame once through JPEG at `quality` 1…100: uint8 (T, H, W, 3) of the same shape.

    Raises TypeError or ValueError that names the argument.
    """
    frames, quality = checked_pictures(frames, "frames", FRAMES), checked_whole(quality, "quality", 1, 100)
    return np.stack([camera.jpeg(frame, quality) for frame in frames])
