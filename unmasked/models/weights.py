"""Weights on disk: the shipped ones (`save`, `load`) and the learner's own (`save_own`, `load_own`).

Always safetensors, never pickle: a pickled file can run code when it is opened, a safetensors file is only numbers.
Shipped weights lie in data/weights, in 16 bits, with their hash and the command that makes them in index.json. A
learner's own models lie in the learner's own folder, in 32 bits. Neither ever replaces the other.

A model is rebuilt as `Class(**model.config)`: so a class that is to be saved keeps the arguments that made it in a dict
`config` (numbers, text, lists), and is one of MODELS or passed through `register`.
"""

import hashlib
import importlib
import json
import os
import re
from pathlib import Path

import torch
from safetensors.torch import load as parse
from safetensors.torch import save as serialise
from torch import nn

from unmasked import paths, storage

# Where the course's own classes live. A name in a file is only ever looked up here: a file cannot name code to run.
MODELS = {
    "Autoencoder": "unmasked.models.autoencoder",
    "SwapNet": "unmasked.models.swap",
    "AlphaSwapNet": "unmasked.models.alpha",
    "PatchDiscriminator": "unmasked.models.patch",
    "Original": "unmasked.models.original",
    "DF": "unmasked.models.df",
    "LIAE": "unmasked.models.liae",
    "PerformanceRegressor": "unmasked.models.regressor",
    "IdentityNet": "unmasked.models.identity",
    "Korshunova": "unmasked.models.korshunova",
    "AnyoneSwap": "unmasked.models.anyone",
    "Translator": "unmasked.models.anyone",
    "OneShotSwap": "unmasked.models.one_shot",
    "RepaintNet": "unmasked.models.repaint",
    "Meso4": "unmasked.models.meso",
    "XRay": "unmasked.models.xray",
    "Finder": "unmasked.models.finder",
    "Landmarker": "unmasked.models.landmarker",
    "Segmenter": "unmasked.models.segmenter",
    "FirstOrderMotion": "unmasked.models.first_order_motion",
}
_registered: dict[str, type[nn.Module]] = {}


class WeightsError(RuntimeError):
    """Weights that are missing, damaged or do not fit their model; the message names the file and what to do."""


def register(cls: type[nn.Module]) -> type[nn.Module]:
    """Makes a class of your own known to `save` and `load` by its name; use it as a decorator.

    Raises ValueError when the name belongs to a class of the course.
    """
    if cls.__name__ in MODELS:
        raise ValueError(f"{cls.__name__} is the name of a class of the course ({MODELS[cls.__name__]}); take another")
    _registered[cls.__name__] = cls
    return cls


def save(model: nn.Module, name: str, description: str, command: str, *, folder: Path | None = None) -> dict:
    """Writes shipped weights to data/weights/NAME.safetensors and returns their entry in index.json.

    What was learned is kept in 16 bits, stored statistics in 32.

    name         lower-case letters, digits and hyphens.
    description  one line: what it is and what it was trained on.
    command      the command that makes this file again.
    folder       data/weights where None.
    Raises ValueError for a bad name, a model that cannot be rebuilt, or a weight that 16 bits cannot hold.
    """
    folder = paths.DATA / "weights" if folder is None else Path(folder)
    for argument, text in (("description", description), ("command", command)):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"`{argument}` is {text!r}; wanted a line of text")
    file = f"{_checked(name)}.safetensors"
    tensors = {}
    learned = {key for key, _ in model.named_parameters()}
    for key, tensor in model.state_dict().items():
        # Stored statistics stay as they are: there are few of them, and errors in them shift every code.
        tensors[key] = tensor.half() if key in learned else tensor
        if tensor.is_floating_point() and not torch.isfinite(tensors[key]).all():
            raise ValueError(f"{name}: {key} holds NaN, infinity or a number beyond ±65504, which 16 bits cannot hold")
    data = serialise(storage.unshared(tensors))
    entry = {
        "file": file,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        **_identity(model),
        "description": description,
        "command": command,
    }
    index = _index(folder) if (folder / "index.json").exists() else {}
    index[name] = entry
    storage.write_aside(folder / file, data)
    storage.write_aside(folder / "index.json", (json.dumps(dict(sorted(index.items())), indent=2) + "\n").encode())
    return entry


def load(name: str, *, folder: Path | None = None) -> nn.Module:
    """The shipped model of that name, in 32 bits and in eval mode.

    Raises WeightsError when it is not in the index, missing, damaged, or does not fit its class: naming the file, and
    the command that makes it again.
    """
    folder = paths.DATA / "weights" if folder is None else Path(folder)
    index = _index(folder)
    if _checked(name) not in index:
        raise WeightsError(f"there are no shipped weights {name!r}; there are: {', '.join(index) or 'none'}")
    entry, path = index[name], folder / f"{name}.safetensors"
    again = f"Make it again with: {entry.get('command', 'git checkout')}"
    if not path.exists():
        raise WeightsError(f"{path} is missing. {again}")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != entry.get("sha256"):
        raise WeightsError(
            f"{path} is damaged: its {len(data)} bytes do not match the hash in index.json (wanted "
            f"{entry.get('bytes')} bytes). {again}"
        )
    return _rebuilt(entry, parse(data), path, again)


def shipped(*, folder: Path | None = None) -> dict[str, dict]:
    """The index of the shipped weights: name → file, sha256, bytes, class, config, description, command."""
    return _index(paths.DATA / "weights" if folder is None else Path(folder))


def save_own(model: nn.Module, name: str) -> Path:
    """Keeps a model of the learner's own, in 32 bits, in the learner's own folder; returns the file.

    One of the same name is kept as NAME.old.safetensors, one generation. Raises ValueError as `save`.
    """
    path = _own(name)
    identity, tensors = _identity(model), model.state_dict()
    for key, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise ValueError(f"{name}: {key} holds NaN or infinite numbers; a model that broke is not saved")
    if path.exists():
        os.replace(path, path.with_name(f"{name}.old.safetensors"))
    storage.save(path, tensors, identity)
    return path


def load_own(name: str | Path) -> nn.Module:
    """The learner's own model of that name, or of that file, in eval mode.

    Raises WeightsError when there is none, or when it is damaged or does not fit its class (any more).
    """
    path = name if isinstance(name, Path) else _own(name)
    if isinstance(name, Path) and not path.exists():
        raise WeightsError(f"there is no {path}: copy the file that save_own names to that place")
    if not path.exists():
        raise WeightsError(f"you have saved no model {name!r} yet: there is no {path}. Train one and save_own it")
    again = "Train it again, or use the shipped one with load()"
    try:
        tensors, identity = storage.load(path)
    except storage.DamagedError as damage:
        raise WeightsError(f"{path} is damaged: {damage}. {again}") from damage
    return _rebuilt(identity, tensors, path, again)


def own() -> list[str]:
    """The names of the learner's own models."""
    files = (paths.user_folder() / "models").glob("*.safetensors")
    return sorted(
        file.name.removesuffix(".safetensors") for file in files if not file.name.endswith(".old.safetensors")
    )


def _checked(name: str) -> str:
    # A name becomes a file's name: no dots or slashes, and the same on systems that ignore case.
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"`name` is {name!r}; wanted lower-case letters, digits and hyphens, like 'swap-ada-bo'")
    if re.fullmatch(r"con|prn|aux|nul|(com|lpt)\d", name):
        raise ValueError(f"`name` is {name!r}, which Windows keeps for a device; take another, like 'my-{name}'")
    return name


def _own(name: str) -> Path:
    return paths.user_folder() / "models" / f"{_checked(name)}.safetensors"


def _class(name: str) -> type[nn.Module]:
    if name in _registered:
        return _registered[name]
    if name in MODELS:
        return getattr(importlib.import_module(MODELS[name]), name)
    raise WeightsError(
        f"the class {name!r} is not known here; known: {', '.join([*MODELS, *_registered])}. A class of your own is "
        "made known by the decorator `weights.register`"
    )


def _identity(model: nn.Module) -> dict:
    """Class and config of a model, after making sure that they rebuild it."""
    if not isinstance(model, nn.Module):
        raise TypeError(f"`model` is {type(model).__name__}; wanted a torch.nn.Module")
    name, config = type(model).__name__, getattr(model, "config", None)
    try:
        known = _class(name)
    except WeightsError as error:
        raise ValueError(str(error)) from None
    if known is not type(model):
        raise ValueError(f"the class {name} of this model is not the {name} that is known by this name")
    if not isinstance(config, dict):
        raise ValueError(f"{name} has no dict `config` with the arguments that made it, so it could not be rebuilt")
    try:
        config = json.loads(json.dumps(config, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}.config holds more than numbers, text and lists: {error}") from None
    with torch.device("meta"):  # shapes without memory
        rebuilt = known(**config).state_dict()
    if {k: t.shape for k, t in rebuilt.items()} != {k: t.shape for k, t in model.state_dict().items()}:
        raise ValueError(f"{name}(**config) makes other weights than this model has, so it could not be rebuilt")
    return {"class": name, "config": config}


def _rebuilt(entry: dict, tensors: dict[str, torch.Tensor], path: Path, again: str) -> nn.Module:
    try:
        model = _class(entry["class"])(**entry["config"])
        model.load_state_dict({key: t.float() if t.is_floating_point() else t for key, t in tensors.items()})
    except WeightsError:
        raise
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise WeightsError(
            f"{path} does not fit {entry.get('class')}: {str(error).splitlines()[0]} The code has changed since it was "
            f"made. {again}"
        ) from error
    return model.eval()


def _index(folder: Path) -> dict[str, dict]:
    path = folder / "index.json"
    if not path.exists():
        raise WeightsError(
            f"{path} is missing: it belongs to the repository (git checkout -- {path.name} in its folder)"
        )
    try:
        index = json.loads(path.read_bytes())
        if not all(isinstance(entry, dict) for entry in index.values()):
            raise ValueError("an entry is not a dict")
    except (ValueError, AttributeError) as error:
        raise WeightsError(
            f"{path} is damaged ({error}): fetch it again (git checkout -- {path.name} in its folder)"
        ) from error
    return index
