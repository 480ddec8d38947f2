"""Tensors and notes in one file: whole or not at all, and known when damaged. For checkpoints and own models."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load as parse
from safetensors.torch import save as serialise

from unmasked.paths import write_aside


class DamagedError(Exception):
    """A file that is not what was written; the message says what is wrong with it."""


def save(path: Path, tensors: Mapping[str, torch.Tensor], notes: dict) -> None:
    """Writes tensors and notes (what JSON can hold) as safetensors, with a hash over both."""
    text, tensors = json.dumps(notes), unshared(tensors)
    write_aside(path, serialise(tensors, metadata={"notes": text, "sha256": _digest(text, tensors)}))


def load(path: Path) -> tuple[dict[str, torch.Tensor], dict]:
    """The tensors and notes of a file of `save`. Raises DamagedError when it is cut, changed or something else."""
    # The bytes are read whole rather than mapped: Windows cannot rename over a mapped file.
    data = path.read_bytes()
    try:
        length = int.from_bytes(data[:8], "little")
        metadata = json.loads(data[8 : 8 + length])["__metadata__"]
        tensors, notes = parse(data), json.loads(metadata["notes"])
        sound = metadata["sha256"] == _digest(metadata["notes"], tensors)
    except Exception as error:  # whatever fails here means the same: the file is not what was written
        raise DamagedError(f"it cannot be read ({type(error).__name__})") from error
    if not sound:
        raise DamagedError("its contents do not match their hash")
    return tensors, notes


def unshared(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors on the CPU, each in order in memory of its own: safetensors takes no others (tied weights, views)."""
    seen, own = set(), {}
    for name, tensor in tensors.items():
        tensor = tensor.detach().cpu().contiguous()
        place = tensor.untyped_storage().data_ptr()
        own[name] = tensor.clone() if place in seen else tensor
        seen.add(place)
    return own


def raw(tensor: torch.Tensor) -> bytes:
    """The bytes of a tensor's numbers, in order."""
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""


def _digest(text: str, tensors: Mapping[str, torch.Tensor]) -> str:
    digest = hashlib.sha256(text.encode())
    for name in sorted(tensors):
        digest.update(f"{name} {tensors[name].dtype} {tuple(tensors[name].shape)}".encode())
        digest.update(raw(tensors[name]))
    return digest.hexdigest()
