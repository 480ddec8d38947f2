"""A run in a file: models, optimisers, generators and losses in one safetensors file, whole or not at all.

A file that does not fit the run that would take it up is never loaded: `restore` says in words what differs.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from unmasked import paths, storage

FORMAT = "unmasked-run-1"
Generator = torch.Generator | np.random.Generator


class Part(Protocol):
    """A model, an optimiser, a scheduler: anything that gives its state and takes it back."""

    def state_dict(self) -> dict: ...

    def load_state_dict(self, state_dict: dict) -> object: ...


class DoesNotFit(Exception):
    """Why a checkpoint is not taken up, in words; `ending` is what its name gets when it is put aside."""

    def __init__(self, why: str, ending: str = ".old"):
        super().__init__(why)
        self.ending = ending


@dataclass(frozen=True)
class SavedRun:
    """What a checkpoint says of its run beside the state of its parts."""

    steps: int
    seconds: float
    losses: dict[str, list[float]]  # one value a step
    exact: bool  # False: it was broken off inside a step
    threads: int
    torch: str

    def caveats(self) -> list[str]:
        """Sentences on why the run, taken up here and now, will not be bit for bit the uninterrupted one."""
        words = []
        if not self.exact:
            words.append(
                "It was broken off inside a step: it goes on, but not bit for bit as an uninterrupted run would."
            )
        now = (torch.get_num_threads(), torch.__version__)
        if (self.threads, self.torch) != now:
            words.append(
                f"It was saved with {self.threads} thread(s) and torch {self.torch}, and goes on with {now[0]} "
                f"and {now[1]}: the last digits will differ from an uninterrupted run."
            )
        return words


def check_parts(parts: Mapping[str, object] | None) -> dict[str, Part]:
    """The parts of a run's `state`, by name. TypeError when one of them has no state to keep."""
    parts = dict(parts or {})
    for name, part in parts.items():
        if not (hasattr(part, "state_dict") and hasattr(part, "load_state_dict")):
            raise TypeError(
                f"`state[{name!r}]` is {type(part).__name__}, which has no state_dict and load_state_dict; "
                "wanted models, optimisers or schedulers"
            )
    return parts


def named_generators(generator) -> dict[str, Generator]:
    """One generator, a list or a dict of them → by name. TypeError when one of them is none."""
    if generator is None:
        return {}
    if isinstance(generator, Generator):
        generator = [generator]
    named = dict(generator) if isinstance(generator, Mapping) else {str(i): g for i, g in enumerate(generator)}
    for name, g in named.items():
        if not isinstance(g, Generator):
            raise TypeError(f"`generator` {name} is {type(g).__name__}; wanted a torch.Generator or a numpy Generator")
    return named


def pack(parts: Mapping[str, Part], generators: Mapping[str, Generator]) -> tuple[dict[str, torch.Tensor], dict]:
    """The state of parts and generators: (tensors by path, what JSON can hold). TypeError for what neither can hold."""
    tensors: dict[str, torch.Tensor] = {}
    state = {name: _pack(part.state_dict(), f"state/{name}", tensors) for name, part in parts.items()}
    random = {name: _pack(_get_random(g), f"random/{name}", tensors) for name, g in generators.items()}
    return tensors, {"state": state, "random": random}


def first_not_finite(tensors: Mapping[str, torch.Tensor]) -> str | None:
    """The path of the first of `pack`'s tensors that holds NaN or infinite numbers, or None."""
    for path, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            return path.removeprefix("state/")
    return None


def save(
    path: Path,
    tensors: Mapping[str, torch.Tensor],
    plan: dict,
    *,
    fingerprint: str,
    steps: int,
    seconds: float,
    losses: Mapping[str, list[float]],
    exact: bool,
) -> None:
    """Writes a run aside, then renames it: `tensors` and `plan` as `pack` gives them, the rest as in `SavedRun`."""
    history = {f"history/{name}": torch.tensor(values, dtype=torch.float64) for name, values in losses.items()}
    notes = {
        **plan,
        "format": FORMAT,
        "fingerprint": fingerprint,
        "steps": steps,
        "seconds": seconds,
        "losses": list(losses),
        "exact": exact,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }
    storage.save(path, {**tensors, **history}, notes)


def try_folder(path: Path) -> None:
    """Writes and removes a small file where the checkpoint is going to be. OSError where that can't be done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    paths.try_folder(path.parent)


def mark_of(path: Path) -> tuple[int, int] | None:
    """What changes when somebody writes the file: (time in ns, bytes); None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size


def restore(path: Path, parts: Mapping[str, Part], generators: Mapping[str, Generator], fingerprint: str) -> SavedRun:
    """Loads a checkpoint into parts and generators.

    Raises DoesNotFit when it is damaged or another run's; parts and generators are then as they were.
    """
    try:
        tensors, notes = storage.load(path)
    except storage.DamagedError as damage:
        raise DoesNotFit(f"The checkpoint {path.name} is damaged: {damage}", ".damaged") from damage
    if notes.get("format") != FORMAT:
        raise DoesNotFit("An old run is here, but another version of the course wrote it")
    if notes["fingerprint"] != fingerprint:
        raise DoesNotFit("An old run is here, but the code, the settings or the data have changed since")
    if set(notes["state"]) != set(parts) or set(notes["random"]) != set(generators):
        raise DoesNotFit("An old run is here, but it kept other parts than this one has")
    _load_parts(parts, notes["state"], tensors)
    for name, generator in generators.items():
        _set_random(generator, _unpack(notes["random"][name], tensors))
    losses = {name: tensors[f"history/{name}"].tolist() for name in notes["losses"]}
    return SavedRun(notes["steps"], notes["seconds"], losses, notes["exact"], notes["threads"], notes["torch"])


def put_aside(path: Path, ending: str) -> Path:
    """Renames a checkpoint to its name with `ending`; returns the new path."""
    aside = path.with_name(path.name + ending)
    os.replace(path, aside)
    return aside


def _load_parts(parts: Mapping[str, Part], packed: Mapping[str, dict], tensors: Mapping[str, torch.Tensor]) -> None:
    before = _pack({name: part.state_dict() for name, part in parts.items()}, "", kept := {})
    kept = {path: tensor.clone() for path, tensor in kept.items()}
    try:
        for name, part in parts.items():
            part.load_state_dict(_unpack(packed[name], tensors))
    except (RuntimeError, ValueError, KeyError) as error:
        for name, old in _unpack(before, kept).items():  # a failed load may have copied half of the weights
            parts[name].load_state_dict(old)
        raise DoesNotFit(
            f"An old run is here, but it does not fit this model ({str(error).splitlines()[0]})"
        ) from error


def _pack(value, path: str, tensors: dict[str, torch.Tensor]):
    """Nested state → JSON, with the tensors moved out into `tensors` under their path. `_unpack` is the inverse."""
    if isinstance(value, torch.Tensor):
        tensor = value.detach().cpu()
        laid = (
            tensor.dim() == 4 and not tensor.is_contiguous() and tensor.is_contiguous(memory_format=torch.channels_last)
        )
        tensors[path] = tensor.contiguous()
        return {"channels_last" if laid else "tensor": path}
    if isinstance(value, Mapping):
        return {"dict": [[key, _pack(item, f"{path}/{key}", tensors)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [_pack(item, f"{path}/{i}", tensors) for i, item in enumerate(value)]}
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "dtype": value.dtype.str}
    if value is None or isinstance(value, bool | int | float | str):
        return {"is": value}
    raise TypeError(
        f"{path}: a checkpoint cannot hold {type(value).__name__}; wanted tensors, numbers, text, dicts and lists"
    )


def _unpack(packed: dict, tensors: Mapping[str, torch.Tensor]):
    if "tensor" in packed:
        return tensors[packed["tensor"]]
    if "channels_last" in packed:
        return tensors[packed["channels_last"]].to(memory_format=torch.channels_last)
    if "dict" in packed:
        return {key: _unpack(item, tensors) for key, item in packed["dict"]}
    if "list" in packed:
        return [_unpack(item, tensors) for item in packed["list"]]
    if "tuple" in packed:
        return tuple(_unpack(item, tensors) for item in packed["tuple"])
    if "array" in packed:
        return np.array(packed["array"], dtype=packed["dtype"])
    return packed["is"]


def _get_random(generator: Generator):
    return generator.get_state() if isinstance(generator, torch.Generator) else generator.bit_generator.state


def _set_random(generator: Generator, state) -> None:
    if isinstance(generator, torch.Generator):
        generator.set_state(state)
    else:
        generator.bit_generator.state = state
