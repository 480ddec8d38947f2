"""What a file's bytes are, and where in them a manifest lies: read without trusting them, changed without a library."""

from collections.abc import Iterator

import cv2
import numpy as np

from unmasked.arguments import checked_kind, checked_picture, checked_whole

PNG = b"\x89PNG\r\n\x1a\n"
MANIFEST = b"caBX"  # the PNG chunk that holds Content Credentials (C2PA 2.1, section A.2)


def kind_of(data: bytes, name: str = "data") -> str:
    """The MIME type of a file's bytes: PNG, JPEG or MP4. Raises TypeError, or ValueError for another kind."""
    checked_kind(data, bytes, name, "the bytes of a file")
    if data.startswith(PNG):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[4:8] == b"ftyp":
        return "video/mp4"
    raise ValueError(f"{name}: wanted the bytes of a PNG, JPEG or MP4, got {len(data)} others")


def to_png(picture: np.ndarray) -> bytes:
    """A picture uint8 (H, W, 3) as the bytes of a PNG."""
    return _encoded(picture, ".png", [])


def to_jpeg(picture: np.ndarray, quality: int = 90) -> bytes:
    """A picture uint8 (H, W, 3) as the bytes of a JPEG, `quality` 1…100."""
    return _encoded(picture, ".jpg", [cv2.IMWRITE_JPEG_QUALITY, checked_whole(quality, "quality", 1, 100)])


def to_picture(data: bytes) -> np.ndarray:
    """The picture in the bytes of a PNG or JPEG: uint8 (H, W, 3). Raises ValueError where there is none."""
    kind = kind_of(data)
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if kind.startswith("image/") else None
    if picture is None:
        raise ValueError(f"data: wanted a PNG or JPEG with a picture in it, got {kind} without one")
    return np.ascontiguousarray(picture[..., ::-1])


def manifest_of(png: bytes) -> bytes | None:
    """The manifest that a PNG carries, as the chunk that holds it; None where there is none. Raises ValueError."""
    return dict(_chunks(png)).get(MANIFEST)


def with_manifest(png: bytes, manifest: bytes | None) -> bytes:
    """A PNG with this chunk as its manifest, instead of its own where it has one; with None as in an ordinary PNG."""
    parts = [PNG]
    for kind, chunk in _chunks(png):
        if kind != MANIFEST:
            parts.append(chunk)
        if kind == b"IHDR" and manifest is not None:
            parts.append(checked_kind(manifest, bytes, "manifest", "a chunk from manifest_of, or None"))
    return b"".join(parts)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's kind and its bytes. Raises ValueError for a file that isn't a whole PNG."""
    if kind_of(png, "png") != "image/png":
        raise ValueError("png: wanted the bytes of a PNG, got another kind of file")
    place, kind = len(PNG), b""
    while place < len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        kind, end = png[place + 4 : place + 8], place + 12 + length
        if end > len(png):
            break
        yield kind, png[place:end]
        place = end
    if place != len(png) or kind != b"IEND":
        raise ValueError(f"png: the file is cut off or damaged after {place} of {len(png)} bytes")


def _encoded(picture: np.ndarray, ending: str, wishes: list[int]) -> bytes:
    done, data = cv2.imencode(ending, np.ascontiguousarray(checked_picture(picture)[..., ::-1]), wishes)
    if not done:
        raise RuntimeError(f"OpenCV could not write a {ending} of a picture with shape {picture.shape}")
    return data.tobytes()
