"""The one training loop of the course: steps, a seconds cap, progress, preview, checkpoint, resume.

A lesson writes the step, which is what it teaches; everything around the step lives here:

    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)
    def step(i):
        set_rate(optimiser, cosine(i, 600, 2e-3))
        loss = ...
        optimiser.zero_grad(); loss.backward(); optimiser.step()
        return {"loss": loss}
    history = train(step, steps=600, state={"model": model, "optimiser": optimiser}, generator=generator)
"""

import io
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from tqdm.std import tqdm

from unmasked import storage
from unmasked.fingerprints import fingerprint

__all__ = ["BrokenTraining", "History", "Run", "cosine", "fingerprint", "set_rate", "train"]

FORMAT = "unmasked-run-1"
Step = Callable[[int], Mapping[str, float | torch.Tensor]]


class BrokenTraining(FloatingPointError):
    """A loss or a weight became NaN or infinite: the training cannot go on from here."""


@dataclass(repr=False)
class History:
    """What a training did, over all its sittings."""

    label: str = "training"
    steps: int = 0  # steps done
    losses: dict[str, list[float]] = field(default_factory=dict)  # one value a step; NaN where a step did not report it
    seconds: float = 0.0  # inside the steps only: previews and saving are not counted
    stopped_by: str = ""  # "steps", "seconds", "you" or "UNMASKED_MAX_STEPS"; empty while it runs
    resumed_from: int = 0  # the step at which this sitting took the run up; 0 = from nothing

    def latest(self, count: int = 50) -> dict[str, float]:
        """The mean of each loss over its last `count` reported values: one step's loss is too noisy to read."""
        reported = {name: [v for v in values[-count:] if not math.isnan(v)] for name, values in self.losses.items()}
        return {name: sum(values) / len(values) for name, values in reported.items() if values}

    def __str__(self) -> str:
        losses = ", ".join(f"{name} {value:.4g}" for name, value in self.latest().items())
        rate = f" ({self.steps / self.seconds:.1f} steps/s)" if self.seconds else ""
        stopped = f"; stopped by {self.stopped_by}" if self.stopped_by else ""
        return (
            f"{self.label}: {self.steps} steps in {self.seconds:.1f} s{rate}{', ' + losses if losses else ''}{stopped}"
        )

    __repr__ = __str__  # a cell that ends in a history shows one line, not a thousand numbers


class Run:
    """A training that can be advanced by some steps, looked at, and advanced again, also from another thread.

    `advance(n)` does n steps and returns how many it did. Hold `lock` to read the weights between two steps; `pause()`
    makes `advance` return after the step in hand, until `proceed()`. The rest is as in `train`.
    """

    def __init__(
        self,
        step: Step,
        *,
        steps: int,
        state: Mapping[str, object] | None = None,
        generator=None,
        label: str = "training",
        checkpoint: Path | str | None = None,
        fingerprint: str = "",
        checkpoint_seconds: float = 10.0,
        fresh: bool = False,
        say: Callable[[str], None] = print,
    ):
        if not callable(step):
            raise TypeError(f"`step` is {type(step).__name__}; wanted a function of the step number i")
        if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
            raise ValueError(f"`steps` is {steps!r}; wanted a whole number of 1 or more")
        self.state = dict(state or {})
        for name, part in self.state.items():
            if not (hasattr(part, "state_dict") and hasattr(part, "load_state_dict")):
                raise TypeError(
                    f"`state[{name!r}]` is {type(part).__name__}, which has no state_dict and load_state_dict; "
                    "wanted models, optimisers or schedulers"
                )
        if checkpoint is not None and not fingerprint:
            raise ValueError(
                "`checkpoint` is given but `fingerprint` is empty: without one an old run of other code or data would "
                "be taken up. Give fingerprint(the step, the model's class, the settings, the data)"
            )
        self.step, self.steps, self.label, self.say = step, steps, label, say
        self.generators = _named_generators(generator)
        self.checkpoint = None if checkpoint is None else Path(checkpoint)
        self.fingerprint, self.checkpoint_seconds = fingerprint, checkpoint_seconds
        self.history = History(label)
        self.lock = threading.RLock()
        self._go = threading.Event()
        self._go.set()
        self._unsaved_seconds = 0.0
        self._saved_step = 0
        self._half_step = False  # a step was broken off: what it had already changed cannot be taken back
        self._broken = ""

        limit = _max_steps()
        self.capped = limit is not None and limit < steps
        if self.capped:
            say(f"{label}: UNMASKED_MAX_STEPS={limit} shortens this training to {limit} of {steps} steps.")
            self.steps = limit
        if self.checkpoint is not None:
            self._packed()  # a state that cannot be written is an error now, not after ten seconds of training
            if fresh:
                self._put_aside(".old", "A fresh run was asked for")
            else:
                self._take_up()

    @property
    def done(self) -> bool:
        """True when all its steps are done."""
        return self.history.steps >= self.steps

    def pause(self) -> None:
        """Makes `advance` return after the step in hand, and do nothing, until `proceed()`."""
        self._go.clear()

    def proceed(self) -> None:
        """Ends a pause."""
        self._go.set()

    def advance(self, steps: int = 1) -> int:
        """Does up to `steps` more steps; returns how many it did (fewer when paused or at the end).

        Raises BrokenTraining when a loss is NaN or infinite, and again at each later call.
        """
        did = 0
        while did < steps and not self.done and self._go.is_set():
            with self.lock:
                self._one_step()
            did += 1
        return did

    def _one_step(self) -> None:
        if self._broken:
            raise BrokenTraining(self._broken)
        i, start = self.history.steps, time.perf_counter()
        try:
            losses = _as_floats(self.step(i))
        except BaseException:
            self._half_step = True
            raise
        seconds = time.perf_counter() - start
        for name, value in losses.items():
            if not math.isfinite(value):
                self._break(f"The loss {name!r} became {value} at step {i}{self._before(name)}.")
        for name in {**self.history.losses, **losses}:  # all names, in the order of their first coming
            values = self.history.losses.setdefault(name, [math.nan] * i)
            values.append(losses.get(name, math.nan))
        self.history.steps = i + 1
        self.history.seconds += seconds
        self._unsaved_seconds += seconds
        # One more step like this one would make it longer than promised since the last checkpoint.
        if self.checkpoint is not None and self._unsaved_seconds + seconds > self.checkpoint_seconds:
            self.save()

    def _before(self, name: str) -> str:
        values = self.history.losses.get(name)
        return f" (one step before it was {values[-1]:.4g})" if values and not math.isnan(values[-1]) else ""

    def _break(self, what: str):
        kept = (
            f"The last good checkpoint is kept ({self.checkpoint.name}, step {self._saved_step}). "
            if self._saved_step
            else ""
        )
        self._broken = (
            f"{self.label}: {what} The weights in memory are spoiled: build the model and its optimiser again. {kept}"
            "What to try, in this order: a third of the learning rate; clipping the gradient "
            "(torch.nn.utils.clip_grad_norm_); fp32 instead of bf16; and look in the loss for a division by zero, "
            "a logarithm or root of 0, or pictures outside 0…1."
        )
        raise BrokenTraining(self._broken)

    # ---- the checkpoint: one safetensors file with everything, so that one rename makes it whole or not at all

    def _packed(self) -> tuple[dict[str, torch.Tensor], dict]:
        tensors: dict[str, torch.Tensor] = {}
        plan = {name: _pack(part.state_dict(), f"state/{name}", tensors) for name, part in self.state.items()}
        random = {name: _pack(_get_random(g), f"random/{name}", tensors) for name, g in self.generators.items()}
        return tensors, {"state": plan, "random": random}

    def save(self) -> None:
        """Writes the checkpoint aside, then renames it. Does nothing without a `checkpoint`.

        Raises BrokenTraining, and leaves the old checkpoint as it was, when a weight is NaN or infinite.
        """
        if self.checkpoint is None or self._broken:
            return
        with self.lock:
            tensors, plan = self._packed()
            for name, tensor in tensors.items():
                if tensor.is_floating_point() and not torch.isfinite(tensor).all():
                    what = name.removeprefix("state/")
                    self._break(f"After step {self.history.steps - 1} {what} holds NaN or infinite numbers.")
            for name, values in self.history.losses.items():
                tensors[f"history/{name}"] = torch.tensor(values, dtype=torch.float64)
            plan |= {
                "format": FORMAT,
                "fingerprint": self.fingerprint,
                "steps": self.history.steps,
                "seconds": self.history.seconds,
                "losses": list(self.history.losses),
                "exact": not self._half_step,
                "threads": torch.get_num_threads(),
                "torch": torch.__version__,
            }
            storage.save(self.checkpoint, tensors, plan)
            self._unsaved_seconds, self._saved_step = 0.0, self.history.steps

    def _take_up(self) -> None:
        if not self.checkpoint.exists():
            return
        try:
            tensors, plan = storage.load(self.checkpoint)
        except storage.DamagedError as damage:
            self._put_aside(".damaged", f"The checkpoint {self.checkpoint.name} is damaged: {damage}")
            return
        if plan.get("format") != FORMAT:
            self._put_aside(".old", "An old run is here, but another version of the course wrote it")
            return
        if plan["fingerprint"] != self.fingerprint:
            self._put_aside(".old", "An old run is here, but the code, the settings or the data have changed since")
            return
        if set(plan["state"]) != set(self.state) or set(plan["random"]) != set(self.generators):
            self._put_aside(".old", "An old run is here, but it kept other parts than this one has")
            return
        before = _pack({name: part.state_dict() for name, part in self.state.items()}, "", kept := {})
        kept = {name: tensor.clone() for name, tensor in kept.items()}
        try:
            for name, part in self.state.items():
                part.load_state_dict(_unpack(plan["state"][name], tensors))
        except (RuntimeError, ValueError, KeyError) as error:
            for name, old in _unpack(before, kept).items():  # a failed load may have copied half of the weights
                self.state[name].load_state_dict(old)
            self._put_aside(
                ".old", f"An old run is here, but it does not fit this model ({str(error).splitlines()[0]})"
            )
            return
        for name, random in self.generators.items():
            _set_random(random, _unpack(plan["random"][name], tensors))
        losses = {name: tensors[f"history/{name}"].tolist() for name in plan["losses"]}
        done = plan["steps"]
        self.history = History(self.label, done, losses, plan["seconds"], resumed_from=done)
        self._half_step, self._saved_step = not plan["exact"], done
        if self.done:
            self.say(
                f"{self.label}: already trained, {done} steps in {plan['seconds']:.0f} s ({self.checkpoint.name}). "
                "To train anew pass fresh=True."
            )
            return
        self.say(f"{self.label}: taking up the run in {self.checkpoint.name} at step {done} of {self.steps}.")
        if self._half_step:
            self.say("It was broken off inside a step: it goes on, but not bit for bit as an uninterrupted run would.")
        now = (torch.get_num_threads(), torch.__version__)
        if (plan["threads"], plan["torch"]) != now:
            self.say(
                f"It was saved with {plan['threads']} thread(s) and torch {plan['torch']}, and goes on with {now[0]} "
                f"and {now[1]}: the last digits will differ from an uninterrupted run."
            )

    def _put_aside(self, ending: str, why: str) -> None:
        if self.checkpoint.exists():
            aside = self.checkpoint.with_name(self.checkpoint.name + ending)
            os.replace(self.checkpoint, aside)
            self.say(f"{self.label}: {why}. It is put aside as {aside.name}; this run begins anew.")


def train(
    step: Step,
    *,
    steps: int,
    seconds: float | None = None,
    state: Mapping[str, object] | None = None,
    generator=None,
    label: str = "training",
    preview: Callable[[int], object] | None = None,
    preview_every: int | None = None,
    preview_seconds: float = 2.0,
    checkpoint: Path | str | None = None,
    fingerprint: str = "",
    checkpoint_seconds: float = 10.0,
    fresh: bool = False,
    progress: bool = True,
) -> History:
    """Calls `step(i)` for i = 0 … steps − 1 and returns the History.

    step        does one training step and returns its losses: a dict of names to floats or 0-d tensors.
    seconds     a safety net: no new step begins once THIS call has lasted so long, everything in it counted (previews
                and saving too; earlier sittings not). Plan a training by `steps`, which is repeatable; seconds are not.
    state       what changes: models, optimisers, schedulers (anything with state_dict and load_state_dict), by name.
                A step must remember nothing else from one call to the next: it would be lost when a run is taken up.
    generator   the torch.Generator or numpy Generator that the step draws from (or several: a list, or a dict by name).
    preview     called with the number of steps done, every `preview_every` steps (or every `preview_seconds`, where
                that is None) and at the end; its time is not in History.seconds.
    checkpoint  a file that keeps the run, written aside and renamed at least every `checkpoint_seconds` of training.
                A later call takes it up if its `fingerprint` (see `fingerprint()`) is the same, and then gives bit for
                bit what one uninterrupted run gives on the same number of threads. If not, or if `fresh`, it puts the
                old run aside as NAME.old, with words, and begins anew with the weights it is given.
    progress    False: no bar. Without a terminal or a notebook there is none either.

    The environment variable UNMASKED_MAX_STEPS shortens every training, and says so. Ctrl+C (or the stop button) ends
    after the step in hand, saves, and returns what there is with stopped_by "you"; a second one ends at once.
    Raises BrokenTraining when a loss or weight is NaN or infinite, without touching the last good checkpoint.
    """
    start = time.perf_counter()
    if seconds is not None and not seconds > 0:
        raise ValueError(f"`seconds` is {seconds!r}; wanted more than 0, or None for no cap")
    if preview_every is not None and preview_every < 1:
        raise ValueError(f"`preview_every` is {preview_every!r}; wanted 1 or more steps, or None")
    run = Run(
        step,
        steps=steps,
        state=state,
        generator=generator,
        label=label,
        checkpoint=checkpoint,
        fingerprint=fingerprint,
        checkpoint_seconds=checkpoint_seconds,
        fresh=fresh,
    )
    history = run.history
    if run.done:
        history.stopped_by = "UNMASKED_MAX_STEPS" if run.capped else "steps"
        return history
    previewed, preview_time = -1, start
    with _Interrupt() as interrupt, _bar(run, progress) as bar:
        try:
            while not run.done:
                if interrupt.asked:
                    history.stopped_by = "you"
                    break
                if seconds is not None and time.perf_counter() - start >= seconds:
                    history.stopped_by = "seconds"
                    break
                run.advance(1)
                if bar.update(1):
                    bar.set_postfix({name: f"{value:.4f}" for name, value in history.latest().items()}, refresh=False)
                now = time.perf_counter()
                due = history.steps % preview_every == 0 if preview_every else now - preview_time >= preview_seconds
                if preview is not None and due:
                    preview(history.steps)
                    previewed, preview_time = history.steps, time.perf_counter()
            if preview is not None and previewed != history.steps:
                preview(history.steps)
        except KeyboardInterrupt:
            history.stopped_by = "you"
        except BaseException:
            if not run._half_step and not run._broken:  # a preview that fails costs no training
                run.save()
            raise
        run.save()
    if not history.stopped_by:
        history.stopped_by = "UNMASKED_MAX_STEPS" if run.capped else "steps"
    if history.stopped_by in ("you", "seconds"):
        who = "you" if history.stopped_by == "you" else f"its cap of {seconds:g} seconds"
        saved = " It is saved: run this again to go on from here." if checkpoint is not None else ""
        print(f"{label}: stopped by {who} after {history.steps} of {run.steps} steps.{saved}")
    return history


def cosine(i: int, steps: int, rate: float, *, warmup: int = 0, floor: float = 0.0) -> float:
    """The learning rate at step i of a cosine schedule: `rate` at the top, down to floor · rate at the end.

    warmup: the first so many steps rise in a straight line. The rate depends on i alone, so resuming needs no state.
    Source: Loshchilov and Hutter, SGDR (2016), one period, no restarts.
    """
    if not 0 <= warmup < steps:
        raise ValueError(f"`warmup` is {warmup} of {steps} steps; wanted 0 or more, and fewer than `steps`")
    if i < warmup:
        return rate * (i + 1) / (warmup + 1)
    share = min(1.0, (i - warmup) / (steps - warmup))
    return rate * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * share)))


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Sets the learning rate of every parameter group."""
    for group in optimiser.param_groups:
        group["lr"] = rate


# ---- below: how it is done


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


def _named_generators(generator) -> dict[str, torch.Generator | np.random.Generator]:
    if generator is None:
        return {}
    if isinstance(generator, torch.Generator | np.random.Generator):
        generator = [generator]
    named = dict(generator) if isinstance(generator, Mapping) else {str(i): g for i, g in enumerate(generator)}
    for name, g in named.items():
        if not isinstance(g, torch.Generator | np.random.Generator):
            raise TypeError(f"`generator` {name} is {type(g).__name__}; wanted a torch.Generator or a numpy Generator")
    return named


def _get_random(generator):
    return generator.get_state() if isinstance(generator, torch.Generator) else generator.bit_generator.state


def _set_random(generator, state) -> None:
    if isinstance(generator, torch.Generator):
        generator.set_state(state)
    else:
        generator.bit_generator.state = state


def _as_floats(returned) -> dict[str, float]:
    if not isinstance(returned, Mapping):
        raise TypeError(
            f"`step` returned {type(returned).__name__}; wanted a dict of names to losses, like {{'loss': loss}}"
        )
    losses = {}
    for name, value in returned.items():
        if isinstance(value, torch.Tensor) and value.numel() != 1:
            raise TypeError(
                f"`step` returned {name!r} with shape {tuple(value.shape)}; wanted one number: take its mean"
            )
        losses[name] = float(value.detach() if isinstance(value, torch.Tensor) else value)
    return losses


def _max_steps() -> int | None:
    text = os.environ.get("UNMASKED_MAX_STEPS", "").strip()
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"UNMASKED_MAX_STEPS is {text!r}; wanted a whole number of 1 or more, or nothing")
    return int(text)


class _Interrupt:
    """Turns the first Ctrl+C into a wish, granted between two steps, so that no step is left half done."""

    def __init__(self):
        self.asked = False
        self.previous = None

    def __enter__(self):
        # Signals belong to the main thread; elsewhere, and where Ctrl+C is switched off, there is nothing to do.
        if threading.current_thread() is threading.main_thread() and callable(signal.getsignal(signal.SIGINT)):
            self.previous = signal.signal(signal.SIGINT, self._note)
        return self

    def _note(self, number, frame):
        if self.asked:
            self.previous(number, frame)
        self.asked = True

    def __exit__(self, *_):
        if self.previous is not None:
            signal.signal(signal.SIGINT, self.previous)


class _NotebookBar(tqdm):
    """A bar that updates one line of plain text in a notebook: nothing but its last state stays in the file."""

    monitor_interval = 0  # no watching thread: it would draw from outside the cell

    def __init__(self, *args, **kwargs):
        self.handle = None
        super().__init__(*args, file=io.StringIO(), ncols=110, ascii=False, **kwargs)

    def display(self, msg=None, pos=None):
        from IPython.display import display

        bundle = {"text/plain": str(self) if msg is None else msg}
        if self.handle is None:
            self.handle = display(bundle, raw=True, display_id=True)
        else:
            self.handle.update(bundle, raw=True)


def _in_notebook() -> bool:
    if "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def _bar(run: Run, progress: bool) -> tqdm:
    settings = {"total": run.steps, "initial": run.history.steps, "desc": run.label, "unit": "step", "mininterval": 0.2}
    if progress and _in_notebook():
        return _NotebookBar(**settings)
    return tqdm(**settings, file=sys.stderr, disable=not (progress and sys.stderr.isatty()))
