"""The loop itself: how a training goes on, what ends it, and how it is taken up again."""

import math
import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import torch

from unmasked.training import checkpoint as checkpoints
from unmasked.training.history import History
from unmasked.training.progress import Interrupt, progress_bar, stopped_cell

Step = Callable[[int], Mapping[str, float | torch.Tensor]]


class BrokenTraining(FloatingPointError):
    """A loss or a weight became NaN or infinite: the training cannot go on from here."""


class Run:
    """A training that can be advanced by some steps, looked at, and advanced again, also from another thread.

    `advance(n)` does n steps and returns how many it did; `complete()` does all that are left, with a bar. Hold `lock`
    to read the weights between two steps; `pause()` makes both stop after the step in hand, until `proceed()`.
    `say` gets its sentences; the other arguments are as in `train`.
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
        self.state = checkpoints.check_parts(state)
        if checkpoint is not None and not fingerprint:
            raise ValueError(
                "`checkpoint` is given but `fingerprint` is empty: without one an old run of other code or data would "
                "be taken up. Give fingerprint(the step, the model's class, the settings, the data)"
            )
        self.step, self.steps, self.label, self.say = step, steps, label, say
        self.generators = checkpoints.named_generators(generator)
        self.checkpoint = None if checkpoint is None else Path(checkpoint)
        self.fingerprint, self.checkpoint_seconds = fingerprint, checkpoint_seconds
        self.history = History(label)
        self.lock = threading.RLock()
        self._go = threading.Event()
        self._go.set()
        self._unsaved_seconds = 0.0
        self._saved_step = 0
        self._kept = False  # whether the last state that should be in the file is
        self._mark: tuple[int, int] | None = None
        self._said: set[str] = set()
        self._half_step = False  # a step was broken off: what it had already changed cannot be taken back
        self._broken = ""

        limit = _max_steps()
        self.capped = limit is not None and limit < steps
        if self.capped:
            say(f"{label}: UNMASKED_MAX_STEPS={limit} shortens this training to {limit} of {steps} steps.")
            self.steps = limit
        if self.checkpoint is not None:
            # A state that cannot be written is an error now, not after ten seconds of training.
            checkpoints.pack(self.state, self.generators)
            self._writable = self._try_checkpoint()
            if fresh:
                self._put_aside("A fresh run was asked for", ".old")
            else:
                self._take_up()
            if not self._writable:
                self.checkpoint = None

    @property
    def done(self) -> bool:
        """True when all its steps are done."""
        return self.history.steps >= self.steps

    def pause(self) -> None:
        """Makes `advance` return after the step in hand, and do nothing, until `proceed()`; `complete` waits for it."""
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

    def complete(
        self,
        *,
        seconds: float | None = None,
        preview: Callable[[int], object] | None = None,
        preview_every: int | None = None,
        preview_seconds: float = 2.0,
        progress: bool = True,
    ) -> History:
        """Does all steps that are left, saves, and returns the History.

        seconds, preview, preview_every, preview_seconds and progress are as in `train`, for THIS call. While the run is
        paused it waits. After Ctrl+C or the cap a later call goes on from there.
        """
        start = time.perf_counter()
        if seconds is not None and not seconds > 0:
            raise ValueError(f"`seconds` is {seconds!r}; wanted more than 0, or None for no cap")
        if preview_every is not None and preview_every < 1:
            raise ValueError(f"`preview_every` is {preview_every!r}; wanted 1 or more steps, or None")
        history, by_itself = self.history, "UNMASKED_MAX_STEPS" if self.capped else "steps"
        if self.done:
            history.stopped_by = by_itself
            return history
        if stopped_cell.runs:
            history.stopped_by = "you"
            self.say(f"{self.label}: not begun, because you stopped this cell. Run it again to train.")
            return history
        history.stopped_by = ""
        previewed, preview_time = -1, start
        with Interrupt() as interrupt, progress_bar(self.label, history.steps, self.steps, progress) as bar:
            try:
                while not self.done:
                    if interrupt.asked:
                        history.stopped_by = "you"
                        break
                    if seconds is not None and time.perf_counter() - start >= seconds:
                        history.stopped_by = "seconds"
                        break
                    if not self._go.wait(0.1) or not self.advance(1):
                        continue  # paused: Ctrl+C and the cap still count
                    if bar.update(1):
                        losses = {name: f"{value:.4f}" for name, value in history.latest().items()}
                        bar.set_postfix(losses, refresh=False)
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
                if not self._half_step and not self._broken:  # a preview that fails costs no training
                    self.save()
                raise
            self.save()
        history.stopped_by = history.stopped_by or by_itself
        if history.stopped_by == "you":
            stopped_cell.note()
        if history.stopped_by in ("you", "seconds"):
            who = "you" if history.stopped_by == "you" else f"its cap of {seconds:g} seconds"
            saved = " It is saved: run this again to go on from here." if self._kept else ""
            self.say(f"{self.label}: stopped by {who} after {history.steps} of {self.steps} steps.{saved}")
        return history

    def save(self) -> None:
        """Writes the checkpoint aside, then renames it. Does nothing without a `checkpoint`.

        Where it can't be written (a full disk), that is said once and the training goes on: the next time may succeed.
        Raises BrokenTraining, and leaves the old checkpoint as it was, when a weight is NaN or infinite.
        """
        if self.checkpoint is None or self._broken:
            return
        with self.lock:
            history = self.history
            tensors, plan = checkpoints.pack(self.state, self.generators)
            if spoiled := checkpoints.first_not_finite(tensors):
                self._break(f"After step {history.steps - 1} {spoiled} holds NaN or infinite numbers.")
            self._unsaved_seconds = 0.0
            if self._mark is not None and checkpoints.mark_of(self.checkpoint) not in (self._mark, None):
                self._say_once(
                    f"somebody else, perhaps a second notebook, has written {self.checkpoint.name} meanwhile. The last "
                    "one to save wins: stop one of the two."
                )
            try:
                checkpoints.save(
                    self.checkpoint,
                    tensors,
                    plan,
                    fingerprint=self.fingerprint,
                    steps=history.steps,
                    seconds=history.seconds,
                    losses=history.losses,
                    exact=not self._half_step,
                )
            except OSError as error:
                self._kept = False
                self._say_once(
                    f"the checkpoint could not be written ({error.strerror or error}: {self.checkpoint.parent}). "
                    "The training goes on, and what it has learned so far stays in memory."
                )
                return
            self._kept, self._saved_step = True, history.steps
            self._mark = checkpoints.mark_of(self.checkpoint)

    def _try_checkpoint(self) -> bool:
        try:
            checkpoints.try_folder(self.checkpoint)
        except OSError as error:
            self.say(
                f"{self.label}: no checkpoint can be kept in {self.checkpoint.parent} ({error.strerror or error}). "
                "This training runs without: stay with it, or set UNMASKED_HOME to a folder of your own first."
            )
            return False
        return True

    def _say_once(self, words: str) -> None:
        if words not in self._said:
            self._said.add(words)
            self.say(f"{self.label}: {words}")

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
        self.history.add(losses, seconds)
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

    def _take_up(self) -> None:
        if not self.checkpoint.exists():
            return
        try:
            saved = checkpoints.restore(self.checkpoint, self.state, self.generators, self.fingerprint)
        except checkpoints.DoesNotFit as reason:
            self._put_aside(str(reason), reason.ending)
            return
        self.history = History(self.label, saved.steps, saved.losses, saved.seconds, resumed_from=saved.steps)
        self._half_step, self._saved_step = not saved.exact, saved.steps
        self._kept, self._mark = True, checkpoints.mark_of(self.checkpoint)
        if self.done:
            self.say(
                f"{self.label}: already trained, {saved.steps} steps in {saved.seconds:.0f} s "
                f"({self.checkpoint.name}). To train anew pass fresh=True."
            )
            return
        self.say(f"{self.label}: taking up the run in {self.checkpoint.name} at step {saved.steps} of {self.steps}.")
        for caveat in saved.caveats():
            self.say(caveat)

    def _put_aside(self, why: str, ending: str) -> None:
        if self._writable and self.checkpoint.exists():
            aside = checkpoints.put_aside(self.checkpoint, ending)
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
    after the step in hand, saves, and returns what there is with stopped_by "you"; a second one ends at once. In a
    notebook the cell's other trainings and the cells that wait behind it then don't begin.
    Raises BrokenTraining when a loss or weight is NaN or infinite, without touching the last good checkpoint.
    """
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
    return run.complete(
        seconds=seconds,
        preview=preview,
        preview_every=preview_every,
        preview_seconds=preview_seconds,
        progress=progress,
    )


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
