"""One trial of an attempt: random inputs, calls on copies, and words for what goes wrong."""

import contextlib
import copy
import inspect
import numbers
import re
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any

import numpy as np

from unmasked.course.checks.toolbox.words import text_of


class Refused(Exception):
    """The attempt doesn't hold; the message says what was expected and what came."""


class Open(Exception):
    """There is nothing to check yet: a stub's `...` is still in the attempt."""


class Raised(Exception):
    """The attempt itself raised; `error` is what it raised."""

    def __init__(self, error: BaseException):
        super().__init__(type(error).__name__)
        self.error = error


def refuse(words: str) -> None:
    """Refuse the attempt with these words: what was expected and what came, never the answer."""
    raise Refused(words)


def require(condition: Any, words: str) -> None:
    """Refuse the attempt with these words unless `condition` holds."""
    if not bool(condition):
        raise Refused(words)


@contextlib.contextmanager
def explaining(words: dict[str, str]) -> Iterator[None]:
    """Put an error of the attempt in words: refuses with the words of the first pattern that its text holds.

    `words`: regular expression → words; "{0}", "{1}", … in them are what its groups caught.
    """
    try:
        yield
    except Raised as raised:
        text = text_of(raised.error)
        for pattern, said in words.items():
            if found := re.search(pattern, text):
                raise Refused(said.format(*found.groups())) from raised
        raise


class Trial:
    """An attempt at an exercise, the reference, and fresh random inputs.

    `attempt`; `context` (what the lesson passed by name); `numbers` (a NumPy generator). `seed` fixes the inputs;
    without it they are new each time.
    """

    def __init__(self, id: str, attempt: Any, answer: Callable, context: dict | None = None, seed: int | None = None):
        self.id = id
        self.attempt = attempt
        self.context = dict(context or {})
        self.numbers = np.random.default_rng(seed)
        self._answer = answer
        self._reference = None
        self._forbidden: tuple | None = None
        self._answer_itself: Any = None

    def forbid(self, answer: Any) -> None:
        """From now on refuse an attempt that calls this function: for grades, an answer must be one's own."""
        self._answer_itself = answer
        self._forbidden = _place(inspect.unwrap(answer).__code__) if inspect.isfunction(answer) else None

    @property
    def reference(self) -> Any:
        """The reference answer, built when it is first asked for."""
        if self._reference is None:
            self._reference = self._answer(self)
        return self._reference

    @property
    def name(self) -> str:
        """What the attempt is called in words: its own name, or the last part of the id."""
        name = getattr(self.attempt, "__name__", "")
        return name if isinstance(name, str) and name.isidentifier() else self.id.rpartition(".")[2].replace("-", "_")

    def whole_number(self, high: int, low: int = 0) -> int:
        """A random whole number, `low` included, `high` left out."""
        return int(self.numbers.integers(low, high))

    def uniform(self, *shape: int) -> np.ndarray:
        """Uniform float32 numbers in 0…1."""
        return self.numbers.random(shape, dtype=np.float32)

    def normal(self, *shape: int) -> np.ndarray:
        """Standard normal float32 numbers."""
        return self.numbers.standard_normal(shape, dtype=np.float32)

    def torch_uniform(self, *shape: int):
        """Uniform float32 numbers in 0…1, as a tensor."""
        import torch

        return torch.from_numpy(self.uniform(*shape))

    def torch_normal(self, *shape: int):
        """Standard normal float32 numbers, as a tensor."""
        import torch

        return torch.from_numpy(self.normal(*shape))

    def torch_generator(self, seed: int | None = None):
        """A torch generator; without a seed it starts at a random one."""
        import torch

        return torch.Generator().manual_seed(self.whole_number(2**31) if seed is None else seed)

    def is_function(self) -> None:
        """Refuses an attempt that can't be called."""
        if not callable(self.attempt):
            refuse(
                f"A function was expected; a value of type {type(self.attempt).__name__} came. "
                "Hand over the function itself, without brackets after its name."
            )

    def call(self, *arguments: Any, may_change: bool = False, **named: Any) -> Any:
        """What the attempt gives for deep copies of these arguments.

        Refuses an attempt that can't be called or changes its inputs (unless `may_change`); a stub's `...` is open.
        """
        self.is_function()
        return self.run(self.attempt, *arguments, may_change=may_change, **named)

    def run(self, function: Callable, *arguments: Any, may_change: bool = False, **named: Any) -> Any:
        """Like `call`, for any part of the attempt, such as a method of its object."""
        given, given_named = copied((arguments, named))
        called = False

        def watch(frame: FrameType, event: str, _: Any) -> None:
            nonlocal called
            called = called or (event == "call" and _place(frame.f_code) == self._forbidden)

        try:
            # A check may run the reference itself, to compare.
            watched = self._forbidden is not None and function is not self._answer_itself
            with _profiled_by(watch if watched else None):
                result = function(*given, **given_named)
        except (Refused, Open, Raised):
            raise
        except BaseException as error:
            raise Raised(error) from error
        if called:
            refuse("It calls the course's own answer to this exercise. Points are for steps that you have written.")
        if holds_ellipsis(result):
            raise Open
        if not may_change:
            names = [*_argument_names(function, len(arguments)), *named]
            before = [*arguments, *named.values()]
            after = [*given, *given_named.values()]
            for name, old, new in zip(names, before, after, strict=True):
                if not same(old, new):
                    refuse(
                        f"The input `{name}` was another one after the call: it was changed in place. "
                        "Work on a copy, so that whoever handed it over can go on using it."
                    )
        return result

    def expected(self, *arguments: Any, **named: Any) -> Any:
        """What the reference gives for deep copies of these arguments."""
        given, given_named = copied((arguments, named))
        return self.reference(*given, **given_named)


def _place(code: CodeType) -> tuple[str, int, str]:
    """Where a function is written: the same after its module was loaded again."""
    return code.co_name, code.co_firstlineno, code.co_filename


@contextlib.contextmanager
def _profiled_by(watch: Callable | None) -> Iterator[None]:
    if watch is None:
        yield
        return
    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


def copied(value: Any) -> Any:
    """A deep copy, sharing nothing, of anything a lesson hands around (tensors that carry a graph too)."""
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(copied(part) for part in value)
    if type(value) is list:
        return [copied(part) for part in value]
    if type(value) is dict:
        return {key: copied(part) for key, part in value.items()}
    kind = type(value).__module__
    if kind.startswith("torch"):
        import torch

        if isinstance(value, torch.Generator):
            return torch.Generator(device=value.device).set_state(value.get_state())
        if isinstance(value, torch.Tensor) and not value.is_leaf:
            return value.detach().clone().requires_grad_(value.requires_grad)
    if inspect.isroutine(value) or inspect.isclass(value) or inspect.ismodule(value):
        return value
    return copy.deepcopy(value)


def same(old: Any, new: Any) -> bool:
    """Whether a copy still equals what it was made from; things that can't be compared count as equal."""
    if old is None or isinstance(old, (str, bytes, numbers.Number)):
        return type(old) is type(new) and (old == new or old != old)
    if isinstance(old, np.ndarray):
        return (
            isinstance(new, np.ndarray)
            and old.shape == new.shape
            and np.array_equal(old, new, equal_nan=old.dtype.kind in "fc")
        )
    if isinstance(old, (list, tuple)):
        return (
            type(old) is type(new) and len(old) == len(new) and all(same(a, b) for a, b in zip(old, new, strict=True))
        )
    if isinstance(old, dict):
        return list(old) == list(new) and all(same(old[key], new[key]) for key in old)
    if type(old).__module__.startswith("torch") or hasattr(old, "state_dict"):
        import torch

        if isinstance(old, torch.Tensor):
            return old.shape == new.shape and torch.equal(torch.nan_to_num(old), torch.nan_to_num(new))
        if isinstance(old, torch.nn.Module):
            # Parameters only: a batch norm's running averages move by design whenever it runs.
            return same(dict(old.named_parameters()), dict(new.named_parameters()))
    return True


def holds_ellipsis(value: Any) -> bool:
    """Whether a result is a stub's `...`, or a tuple, list or dict with one in it."""
    if isinstance(value, dict):
        value = list(value.values())
    return value is ... or (isinstance(value, (tuple, list)) and any(part is ... for part in value))


def _argument_names(function: Callable, count: int) -> list[str]:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return [names[i] if i < len(names) else f"number {i + 1}" for i in range(count)]
