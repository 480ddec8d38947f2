"""One hash over code, settings and data, so that an old run or result is known when what made it has changed."""

import contextlib
import dataclasses
import hashlib
import inspect
from collections.abc import Mapping
from pathlib import Path
from types import FunctionType, MethodType, ModuleType

import numpy as np
import torch

from unmasked.storage import raw


def fingerprint(*parts) -> str:
    """A hash (64 hex digits) over code, settings and data: equal parts give equal hashes, on every machine.

    Parts: functions, methods, classes and modules (by their source); numbers, text, bytes, None; arrays and tensors (by
    dtype, shape and values); files (a Path, by what is in it); random generators (by their state); networks (by class
    and weights); dataclasses; and dicts, lists, tuples and sets of these.
    A function counts by its source alone: give what it reads from outside as parts of their own.
    Raises TypeError for anything else.
    """
    digest = hashlib.sha256()
    for part in parts:
        _feed(digest, part)
    return digest.hexdigest()


def _feed(digest, part) -> None:
    def tagged(kind: str, content: bytes) -> None:  # kind and length first, so that ("ab", "c") and ("a", "bc") differ
        digest.update(f"{kind}:{len(content)}:".encode() + content)

    if part is None or isinstance(part, bool | int | float | complex | str):
        tagged(type(part).__name__, repr(part).encode())
    elif isinstance(part, bytes | bytearray):
        tagged("bytes", bytes(part))
    elif isinstance(part, Path):
        tagged("file", part.read_bytes())
    elif isinstance(part, np.ndarray | np.generic):
        if part.dtype.hasobject:
            raise TypeError(
                "fingerprint: an array of Python objects has no fixed bytes; give an array of numbers or text"
            )
        tagged(f"array {part.dtype.str} {part.shape}", np.ascontiguousarray(part).tobytes())
    elif isinstance(part, torch.Tensor):
        tagged(f"tensor {part.dtype} {tuple(part.shape)}", raw(part))
    elif isinstance(part, torch.Generator | np.random.Generator):
        _feed(digest, part.get_state() if isinstance(part, torch.Generator) else part.bit_generator.state)
    elif isinstance(part, torch.nn.Module):
        _feed(digest, type(part))
        _feed(digest, dict(part.state_dict()))
    elif isinstance(part, FunctionType | MethodType | ModuleType | type):
        tagged("source", _source(part).encode())
    elif dataclasses.is_dataclass(part):
        tagged("dataclass", type(part).__qualname__.encode())
        _feed(digest, {f.name: getattr(part, f.name) for f in dataclasses.fields(part)})
    elif isinstance(part, Mapping):
        tagged("dict", str(len(part)).encode())
        for key, value in sorted(part.items(), key=lambda item: repr(item[0])):
            _feed(digest, key)
            _feed(digest, value)
    elif isinstance(part, list | tuple):
        tagged("sequence", str(len(part)).encode())
        for value in part:
            _feed(digest, value)
    elif isinstance(part, set | frozenset):
        tagged("set", "".join(sorted(fingerprint(value) for value in part)).encode())
    else:
        raise TypeError(f"fingerprint: cannot hash {type(part).__name__}; give its source, its settings or its numbers")


def _source(part) -> str:
    try:
        return inspect.getsource(part)
    except (OSError, TypeError) as error:
        # Python cannot find the source of a class made in a notebook cell, but it can find that of its methods;
        # those that a decorator generated (a dataclass's) have none, and follow from the rest.
        methods = []
        for _, item in sorted(vars(part).items()) if isinstance(part, type) else []:
            if isinstance(item, FunctionType):
                with contextlib.suppress(OSError, TypeError):
                    methods.append(inspect.getsource(item))
        if not methods:
            raise TypeError(f"fingerprint: the source of {part!r} cannot be read; give its text instead") from error
        return "\n".join([part.__qualname__, *(base.__qualname__ for base in part.__bases__), *methods])
