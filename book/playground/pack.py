"""One block of bytes for all that is not text, and the block as text: seven bits a byte instead of base64's six."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

SEVEN = 7
# What an HTML parser would change or end the block at, as two-byte characters whose last seven bits are the same.
SHY = (0x00, 0x0D, 0x3C)  # NUL, carriage return, <


class Pack:
    """Collects bytes. Every `put` returns where they lie: `at` and `count`, for the page's own plan."""

    def __init__(self):
        self.parts: list[bytes] = []
        self.size = 0

    def put(self, raw: bytes) -> dict[str, int]:
        """Keeps bytes; `at` is a multiple of four, so that 32-bit numbers can be read in place."""
        place = {"at": self.size, "count": len(raw)}
        self.parts.append(raw + b"\0" * (-len(raw) % 4))
        self.size += len(self.parts[-1])
        return place

    def put_picture(self, pixels: np.ndarray, effort: int = 4) -> dict[str, int]:
        """Keeps pixels uint8 (H, W, 3) or (H, W) as WebP without any loss: what goes in is what comes out."""
        kept = io.BytesIO()
        Image.fromarray(pixels).save(kept, "WEBP", lossless=True, quality=80, method=effort)
        return self.put(kept.getvalue())

    def bytes(self) -> bytes:
        """Everything that was put."""
        return b"".join(self.parts)


def text(raw: bytes) -> str:
    """Bytes as characters of which each holds seven bits, its code point's last seven; `unpacked` is the way back.

    In UTF-8 nearly all of them take one byte: eight of the file's bytes hold seven of the block's.
    """
    bits = np.unpackbits(np.frombuffer(raw, np.uint8))
    bits = np.append(bits, np.zeros(-len(bits) % SEVEN, np.uint8)).reshape(-1, SEVEN)
    points = np.arange(128, dtype="<u4")
    points[list(SHY)] += 0x100
    return points[np.packbits(bits, axis=1)[:, 0] >> 1].tobytes().decode("utf-32-le")


def unpacked(characters: str, size: int) -> bytes:
    """The first `size` bytes that `text` wrote. Raises ValueError for a text that is too short."""
    points = np.frombuffer(characters.encode("utf-32-le"), "<u4")
    if len(points) * SEVEN < 8 * size:
        raise ValueError(f"characters: wanted {-(-8 * size // SEVEN)} or more for {size} bytes, got {len(points)}")
    bits = np.unpackbits((points & 127).astype(np.uint8)[:, None], axis=1)[:, 1:]
    return np.packbits(bits.ravel()[: 8 * size]).tobytes()
