"""What happens to pictures on their way, honestly or not: to their pixels, and to the files that hold them."""

from collections.abc import Callable, Mapping
from functools import partial

import cv2
import numpy as np

from unmasked.arguments import checked_number, checked_picture
from unmasked.provenance.containers import manifest_of, to_picture, to_png, with_manifest
from unmasked.toons.camera import jpeg

Change = Callable[[np.ndarray], np.ndarray]


def cropped(picture: np.ndarray, share: float) -> np.ndarray:
    """Without this share of it at each of its four edges, 0…0.4: uint8 (H', W', 3). Raises TypeError or ValueError."""
    share = checked_number(share, "share", 0, 0.4)
    height, width = checked_picture(picture).shape[:2]
    rows, columns = round(share * height), round(share * width)
    return np.ascontiguousarray(picture[rows : height - rows, columns : width - columns])


def resized(picture: np.ndarray, factor: float) -> np.ndarray:
    """As many times larger or smaller, 0.05…20: uint8 (H', W', 3). Raises TypeError or ValueError."""
    factor = checked_number(factor, "factor", 0.05, 20)
    height, width = (max(1, round(factor * side)) for side in checked_picture(picture).shape[:2])
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return cv2.resize(picture, (width, height), interpolation=way)


def regenerated(picture: np.ndarray, model) -> np.ndarray:
    """Drawn anew by an autoencoder of lesson 02 from a code: uint8 (64, 64, 3). Raises TypeError or ValueError.

    It is the attack of Zhao and others, *Invisible image watermarks are provably removable using generative AI*, 2023.
    """
    import torch

    from unmasked import tensors

    with torch.no_grad():
        drawn = model.decode(model.encode(tensors.to_tensor(checked_picture(picture)[None])))
    return tensors.to_pictures(drawn.clamp(0, 1))[0]


def changes(models: Mapping[str, object] | None = None) -> dict[str, Change]:
    """What the kept table tries: name → a function from a picture to what becomes of it; by autoencoders, too."""
    made: dict[str, Change] = {"nothing": np.copy}
    made |= {f"JPEG {quality}": partial(jpeg, quality=quality) for quality in (95, 80, 60, 40, 20, 10)}
    made |= {f"resized to {factor:.0%}": partial(resized, factor=factor) for factor in (1.5, 0.75, 0.5)}
    made |= {f"cropped by {share:.0%}": partial(cropped, share=share) for share in (0.02, 0.05, 0.1)}
    return made | {
        f"regenerated from {name}": partial(regenerated, model=model) for name, model in (models or {}).items()
    }


# --- files: what becomes of the bytes, and of the manifest in them ----------------------------------------------------


def saved(data: bytes, change: Change) -> bytes:
    """A file opened, changed and saved by a program that knows nothing of credentials: a PNG without any."""
    return to_png(change(to_picture(data)))


def one_pixel(png: bytes) -> bytes:
    """A PNG with one pixel, in the middle, one grey level off; its manifest stays where it was. Raises ValueError."""
    picture = to_picture(png)
    place = picture.shape[0] // 2, picture.shape[1] // 2, 1
    picture[place] += 1 if picture[place] < 255 else -1
    return with_manifest(to_png(picture), manifest_of(png))


def stripped(png: bytes) -> bytes:
    """A PNG without its manifest, every pixel as it was. Raises ValueError."""
    return with_manifest(png, None)


def swapped(png: bytes, other: bytes) -> bytes:
    """A PNG with the manifest of another one. Raises ValueError where that has none."""
    manifest = manifest_of(other)
    if manifest is None:
        raise ValueError("other: wanted a signed PNG, got one without credentials")
    return with_manifest(png, manifest)
