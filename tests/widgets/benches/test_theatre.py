"""The training theatre: its buttons, its thread, its end."""

import threading

import numpy as np
import pytest
from stand_in import StandIn, run

from unmasked.widgets import theatre


@pytest.fixture
def stage(faces):
    made = []

    def build(steps=60, make=None, **more):
        bench = theatre(
            make or (lambda: run(steps)), faces["ada"].pictures, faces["bo"].pictures, masks=faces["bo"].masks, **more
        )
        made.append(bench)
        return bench

    yield build
    for bench in made:
        bench.close()


def until(bench, condition):
    """Waits for the theatre's own thread, not for a clock: it ends when the training pauses or is done."""
    seen = threading.Event()
    check = lambda change: seen.set() if condition() else None  # noqa: E731
    bench.observe(check, "frame")
    check(None)
    assert seen.wait(30), f"it never came; the theatre says: {bench.shown.words}"
    bench.unobserve(check, "frame")


def test_theatre_trains_nothing_before_its_button_is_pressed(stage):
    bench = stage()
    assert bench._run.history.steps == 0 and bench._thread is None
    assert "Step 0 of 60" in bench.shown.words and "ready" in bench.shown.words


def test_theatre_trains_to_the_end_in_the_background_and_its_loss_falls(stage):
    bench = stage(steps=40)
    bench.on_press("go")
    until(bench, lambda: "done" in bench.shown.words)
    losses = bench._run.history.losses["loss"]
    assert len(losses) == 40 and np.mean(losses[-5:]) < np.mean(losses[:5])
    assert "Step 40 of 40" in bench.frame["words"] and "after 40 steps" in bench.frame["alt"]
    assert next(b for b in bench.buttons if b["name"] == "go")["disabled"]


def test_theatre_pauses_resumes_steps_and_starts_again(stage):
    bench = stage(steps=100_000)
    bench.on_press("go")
    until(bench, lambda: bench._run.history.steps >= 1)
    bench.on_press("go")
    bench._wait()
    paused = bench._run.history.steps
    assert paused < 100_000 and "paused" in bench.shown.words
    bench.on_press("step")
    assert bench._run.history.steps == paused + 1
    bench.on_press("go")
    until(bench, lambda: bench._run.history.steps > paused + 1)
    bench.on_press("again")
    assert bench._run.history.steps == 0 and bench._thread is None and "ready" in bench.shown.words


def test_theatre_shows_steps_trained_before_it_opens(stage):
    assert "Step 3 of 60" in stage(first_steps=3).shown.words


def test_theatre_says_what_broke_its_training(stage):
    from unmasked.training import Run

    model = StandIn()

    def step(i):
        if i == 2:
            raise RuntimeError("the optimiser fell over")
        return {"loss": 0.1}

    bench = stage(make=lambda: Run(step, steps=9, state={"model": model}, say=lambda words: None))
    bench.on_press("go")
    bench._thread.join(30)
    assert "the optimiser fell over" in bench.frame["error"]
    assert next(b for b in bench.buttons if b["name"] == "go")["label"] == "Resume"


def test_theatre_pauses_when_nobody_watches_or_the_kernel_is_interrupted(stage):
    from unmasked.widgets.benches import interrupts

    for stop in (lambda bench: bench.on_view(-1), lambda bench: interrupts._interrupted()):
        bench = stage(steps=100_000)
        bench.on_view(1)
        bench.on_press("go")
        until(bench, lambda bench=bench: bench._run.history.steps >= 1)
        stop(bench)
        bench._thread.join(30)
        assert not bench._thread.is_alive() and "paused" in bench.shown.words


def test_theatre_ends_with_its_bench(stage):
    bench = stage(steps=100_000)
    bench.start()
    thread = bench._thread
    bench.close()
    assert not thread.is_alive(), "it trains on behind a closed bench"
    bench.start()
    assert bench._thread is None


def test_theatre_refuses_what_it_cannot_train(stage, faces):
    with pytest.raises(TypeError, match="make_run: wanted it to return"):
        stage(make=lambda: object())
    with pytest.raises(ValueError, match="same shape"):
        theatre(lambda: run(1), faces["ada"].pictures, faces["bo"].pictures[:2])
