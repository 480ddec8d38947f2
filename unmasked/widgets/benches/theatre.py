"""The training theatre: a swap learns before your eyes, and can be paused, resumed and stepped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from unmasked import toons
from unmasked.models import swapping
from unmasked.widgets.benches import scores
from unmasked.widgets.benches.interrupts import Listener, prepare
from unmasked.widgets.kit import (
    FAINT,
    INK,
    LINE,
    SHARP,
    Axes,
    Bench,
    Button,
    Frame,
    Panel,
    Slider,
    blank,
    loss_curves,
    stroke,
    two_digits,
    write,
)

FRAME_SECONDS = 0.5
LARGE, SMALL = 256, 160  # CSS pixels of the swap and the truth, and of who acts
CURVE, LOSSES, HIGH = 470, 258, 148  # CSS pixels: how wide the curve and the losses are, and how high
VIOLET = (112, 72, 190)  # the target's colour, in every figure of the course
LEAST = -0.5  # an untrained net is so far below the average face that the learning would be flattened by it


def theatre(
    make_run: Callable[[], object],
    pictures: np.ndarray,
    truth: np.ndarray,
    *,
    masks: np.ndarray | None = None,
    mean_picture: np.ndarray | None = None,
    a: str = "ada",
    b: str = "bo",
    first_steps: int = 0,
) -> Theatre:
    """A bench in which a swap trains in the background: a held-out picture beside its truth, and how much is explained.

    make_run      builds a NEW model and returns an `unmasked.training.Run` with it as `state["model"]`. The theatre
                  trains that copy and nothing else; no later cell gets it.
    pictures      held-out pictures of `a`, uint8 (N, 64, 64, 3). One is shown large, of all of them the explained swap.
    truth         `b` in the same performances, the same shape. `masks`: where the score looks, uint8 (N, 64, 64).
    mean_picture  of `b`, uint8 (64, 64, 3): what scores 0; the mean of `truth` if left out.
    first_steps   trained here and now, before the bench appears, so that its still picture has something to show.

    Nothing trains until somebody presses the button. The training pauses when the kernel is interrupted or no view of
    the bench is left, and ends when the bench is closed. Raises ValueError or TypeError for arguments of another kind.
    """
    return Theatre(make_run, pictures, truth, masks, mean_picture, a, b, first_steps)


class Theatre(Bench):
    """See `theatre`. `start()`, `pause()`, `one_step()` and `again()` are what the buttons do."""

    def __init__(self, make_run, pictures, truth, masks=None, mean_picture=None, a="ada", b="bo", first_steps=0):
        self._thread: threading.Thread | None = None
        self._listener: Listener | None = None
        self._go = threading.Event()
        self._views = 0
        self._views_lock = threading.Lock()
        pictures, truth = np.asarray(pictures), np.asarray(truth)
        if pictures.ndim != 4 or pictures.shape[3] != 3 or not len(pictures) or pictures.shape != truth.shape:
            raise ValueError(
                f"pictures and truth: wanted the same shape (N, 64, 64, 3), got {pictures.shape} and {truth.shape}"
            )
        self.names = (a, b)
        self.shown_names = tuple(toons.character(n).name if n in toons.CAST else n.capitalize() for n in (a, b))
        self._make_run = make_run
        self._pictures, self._truth, self._masks = pictures, truth, masks
        self._mean = scores.mean_picture(truth) if mean_picture is None else mean_picture
        prepare()
        self._run = self._fresh_run()
        self._run.advance(first_steps)
        self._explained: list[tuple[int, float]] = []
        super().__init__(self._stage, self._dials(), title=self._question(), buttons=self._buttons(), wide=True)

    def _question(self) -> str:
        return f"Training theatre: when does {self.shown_names[1]} begin to follow {self.shown_names[0]}?"

    def _dials(self) -> list[Slider]:
        many = len(self._pictures)
        return [Slider("shown", "Picture", 1, many, 1, 1)] if many > 1 else []

    def _stage(self, settings: dict) -> Frame:
        return self._picture(round(settings.get("shown", 1)))

    def _fresh_run(self):
        run = self._make_run()
        missing = [name for name in ("advance", "history", "lock", "state", "steps", "done") if not hasattr(run, name)]
        if missing:
            raise TypeError(f"make_run: wanted it to return an unmasked.training.Run, got {type(run).__name__}")
        if "model" not in run.state:
            raise ValueError(f'make_run: wanted the run\'s state to hold the "model", got {sorted(run.state)}')
        return run

    # ---- the picture

    def _picture(self, number: int = 1) -> Frame:
        a, b = self.shown_names
        run = self._run
        with run.lock:
            history, model = run.history, run.state["model"]
            losses = {name: list(values) for name, values in history.losses.items()}
            steps, seconds, latest = history.steps, history.seconds, history.latest(20)
            training = getattr(model, "training", False)
            model.eval()
            try:
                swap = swapping.swap_pictures(model, self._pictures, *self.names)
            finally:
                model.train(training)
        explained = scores.explained(swap, self._truth, self._mean, self._masks)
        if not self._explained or self._explained[-1][0] < steps:
            self._explained.append((steps, explained))
        score, chosen, side = two_digits(explained), number - 1, swap.shape[2]
        size = f" ({side} × {side} pixels)" if 3 * side < LARGE else ""
        told = ", ".join(f"{name} {value:.3g}" for name, value in latest.items())
        rate = f" · {steps / seconds:.0f} steps/s" if seconds and steps else ""
        words = (
            f"Step {steps} of {run.steps} · {told or 'not yet trained'} · explained swap of {len(swap)} held-out "
            f"pictures {score}{rate} · {self._state()}"
        )
        plot = np.hstack([explained_curve(self._explained, b), loss_curves(losses, max(steps, 1), LOSSES, HIGH)])

        def face(pictures: np.ndarray, width: int, title: str, alt: str) -> Panel:
            return Panel(pictures[chosen], title, alt, width / side, smooth=True)

        return Frame(
            [
                face(self._pictures, SMALL, f"{a} acts", f"{a} in performance {number}"),
                face(swap, LARGE, f"{b}, swapped{size}", f"{b} as the network draws this after {steps} steps"),
                face(self._truth, LARGE, f"The true {b}", f"{b} drawn in the same performance"),
                Panel(
                    plot,
                    "Explained swap over steps; right, small, the losses on a logarithmic scale",
                    f"The explained swap after {steps} steps is {score}. Losses: {told or 'nothing yet'}",
                    1 / SHARP,
                    smooth=True,
                    drawing=True,
                ),
            ],
            alt=f"Training after {steps} steps: {told or 'no loss yet'}. {b} as the network draws a performance of "
            f"{a}, beside the true {b}. Explained swap of {len(swap)} held-out pictures {score}.",
            words=words,
        )

    def _state(self) -> str:
        if self._run.done:
            return "done"
        if self._go.is_set():
            return "training"
        return "paused" if self._run.history.steps else "ready"

    def _buttons(self) -> list[Button]:
        going, done = self._go.is_set(), self._run.done
        label = "Pause" if going else "Resume" if self._run.history.steps else "Train"
        return [
            Button("go", label, disabled=done, main=True),
            Button("step", "One step", disabled=going or done),
            Button("again", "Start again"),
        ]

    def _show(self) -> None:
        # Before the picture: whoever reads "done" must not find a button that would train on.
        self.buttons = [button.describe() for button in self._buttons()]
        try:
            self.present(self.draw(self.settings))
        except Exception as error:
            self.fail("The preview could not be drawn", error)

    # ---- the work

    def start(self) -> None:
        """Trains on, in the background. Does nothing when closed or done."""
        if self.closed or self._run.done or self._go.is_set():
            return
        # A thread that was told to pause may still be drawing its last picture: it must not be taken for a new one.
        self._wait()
        self._go.set()
        self._listener = Listener(self.pause)
        # Shown first: what the thread has to say, an error for one, must not be painted over.
        self._show()
        self._thread = threading.Thread(target=self._work, name="unmasked-theatre", daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """Pauses after the step in hand."""
        if self._go.is_set():
            self._go.clear()

    def one_step(self) -> None:
        """Does one step and shows it."""
        if self.closed or self._go.is_set() or self._run.done:
            return
        try:
            self._run.advance(1)
        except Exception as error:
            self.fail("The training stopped", error)
            return
        self._show()

    def again(self) -> None:
        """Forgets what was learned: a new model, from nothing, waiting."""
        self._stop()
        self._run, self._explained = self._fresh_run(), []
        self._show()

    def _work(self) -> None:
        while self._go.is_set() and not self._run.done:
            end = time.perf_counter() + FRAME_SECONDS
            try:
                while time.perf_counter() < end and self._go.is_set() and not self._run.done:
                    self._run.advance(1)
            except Exception as error:
                self._go.clear()
                self.fail("The training stopped", error)
                self.buttons = [button.describe() for button in self._buttons()]
                break
            if self._run.done:
                self._go.clear()
            self._show()
        else:
            # A pause that came while the last picture was being drawn isn't in its words yet.
            if not self.shown.words.endswith(self._state()):
                self._show()

    def _stop(self) -> None:
        self._go.clear()
        self._wait()

    def _wait(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._listener is not None:
            self._listener.end()
            self._listener = None

    # ---- from the browser

    def on_press(self, name: str) -> None:
        """The buttons."""
        if name == "go":
            if self._go.is_set():
                self.pause()
            else:
                self.start()
        elif name == "step":
            self.one_step()
        elif name == "again":
            self.again()

    def on_view(self, change: int) -> None:
        """Pauses when the last view is gone: nobody is watching."""
        with self._views_lock:
            self._views = max(0, self._views + change)
            unseen = self._views == 0
        if unseen:
            self.pause()

    def close(self) -> None:
        """Ends the training and the bench."""
        self.closed = True
        self._stop()
        super().close()


def explained_curve(points: Sequence[tuple[int, float]], name: str) -> np.ndarray:
    """The explained swap over steps, (step, score) each, the newest in large figures: uint8 (H, W, 3) on white."""
    paper = blank(CURVE, HIGH)
    steps, values = np.array(points, np.float64).T
    low = min(0.0, max(LEAST, float(values.min())))
    axes = Axes(96, 12, CURVE - 12, HIGH - 22, x=(0, max(1.0, steps[-1])), y=(low, 1.0))
    for share, words in ((0.0, "average face"), (1.0, f"true {name}")):
        axes.rule(paper, share, LINE)
        axes.beside(paper, share, words, size=13)
    axes.below(paper, 0, "0", size=13, gap=4)
    axes.below(paper, axes.x[1], f"step {int(steps[-1]):,}".replace(",", " "), size=13, gap=4, anchor="ra")
    line = np.stack([axes.across(steps), axes.down(np.clip(values, low, 1.0))], 1)
    stroke(paper, line, VIOLET, 2)
    newest = np.rint(16 * line[-1]).astype(int)
    cv2.circle(paper, tuple(map(int, newest)), 16 * 4 * SHARP, VIOLET, -1, cv2.LINE_AA, 4)
    # Where the line isn't: it rises from the left, so the lower right corner stays free.
    place = axes.right * SHARP, (axes.bottom - 14) * SHARP
    write(paper, two_digits(values[-1]), *place, 28 * SHARP, INK, anchor="rs", bold=True)
    write(paper, "explained", place[0], place[1] - 30 * SHARP, 13 * SHARP, FAINT, anchor="rs")
    return paper
