"""The training loop: what it returns, how it stops, and how it goes on."""

import threading

import numpy as np
import pytest
import torch
from tiny_training import Job
from torch import nn

from unmasked.training import BrokenTraining, Run, train


def test_history_has_one_value_a_step_and_names_what_stopped_it():
    job = Job()
    history = train(job.step, steps=12, **job.kwargs)
    assert history.steps == 12 and len(history.losses["loss"]) == 12 and history.stopped_by == "steps"
    assert history.seconds > 0
    assert "12 steps" in str(history) and "loss" in str(history)


def test_a_loss_reported_now_and_then_is_nan_in_between():
    history = train(lambda i: {"a": i, **({"b": 1.0} if i % 3 == 2 else {})}, steps=7, progress=False)
    assert history.losses["a"] == [0, 1, 2, 3, 4, 5, 6]
    assert np.isnan(history.losses["b"]).tolist() == [True, True, False, True, True, False, True]
    assert history.latest(4) == {"a": 4.5, "b": 1.0}


def test_advance_in_pieces_equals_train():
    whole, pieces = Job(), Job()
    train(whole.step, steps=9, **whole.kwargs)
    run = Run(pieces.step, steps=9)
    assert [run.advance(4), run.advance(4), run.advance(4), run.advance(4)] == [4, 4, 1, 0]
    assert run.done and pieces.same_as(whole)


def test_nan_loss_is_told_in_words_and_spares_the_checkpoint(tmp_path):
    path, net = tmp_path / "run.safetensors", nn.Linear(2, 2)
    kept = {"state": {"net": net}, "checkpoint": path, "fingerprint": "f"}
    run = Run(lambda i: {"ada": 1.0, "bo": float("nan") if i == 4 else 0.25}, steps=9, **kept)
    run.advance(3)
    run.save()
    good = path.read_bytes()
    with pytest.raises(BrokenTraining) as error:
        run.advance(5)
    words = str(error.value)
    assert "'bo' became nan at step 4" in words and "0.25" in words and "learning rate" in words and "step 3" in words
    with pytest.raises(BrokenTraining):
        run.advance(1)
    run.save()
    assert path.read_bytes() == good and run.history.steps == 4


def test_an_error_in_a_step_is_not_swallowed_and_spares_the_checkpoint(tmp_path):
    path, job = tmp_path / "run.safetensors", Job()
    train(job.step, steps=3, **job.kwargs, checkpoint=path, fingerprint="f")
    good = path.read_bytes()
    with pytest.raises(ZeroDivisionError):
        train(lambda i: {"loss": 1 / 0}, steps=6, **job.kwargs, checkpoint=path, fingerprint="f")
    assert path.read_bytes() == good


def test_seconds_is_a_cap():
    history = train(lambda i: {"loss": 1.0}, steps=10**9, seconds=0.05, progress=False)
    assert history.stopped_by == "seconds" and 0 < history.steps < 10**9


def test_preview_every_so_many_steps_and_at_the_end():
    seen = []
    train(lambda i: {"loss": 1.0}, steps=10, preview=seen.append, preview_every=4, progress=False)
    assert seen == [4, 8, 10]
    seen.clear()
    train(lambda i: {"loss": 1.0}, steps=10, preview=seen.append, preview_every=5, progress=False)
    assert seen == [5, 10]


def test_a_failing_preview_is_told_but_costs_no_training(tmp_path):
    def preview(done):
        raise ValueError("no picture")

    kept = {"checkpoint": tmp_path / "run.safetensors", "fingerprint": "f", "progress": False}
    job = Job()
    settings = job.kwargs | kept
    with pytest.raises(ValueError, match="no picture"):
        train(job.step, steps=10, preview=preview, preview_every=6, **settings)
    assert train(job.step, steps=10, **settings).resumed_from == 6


def test_max_steps_caps_and_says_so(monkeypatch, capsys):
    monkeypatch.setenv("UNMASKED_MAX_STEPS", "3")
    history = train(lambda i: {"loss": 1.0}, steps=10, progress=False, label="swap")
    assert (history.steps, history.stopped_by) == (3, "UNMASKED_MAX_STEPS")
    assert "swap: UNMASKED_MAX_STEPS=3 shortens this training to 3 of 10 steps" in capsys.readouterr().out
    assert train(lambda i: {"loss": 1.0}, steps=2, progress=False).stopped_by == "steps"
    monkeypatch.setenv("UNMASKED_MAX_STEPS", "many")
    with pytest.raises(ValueError, match="UNMASKED_MAX_STEPS is 'many'"):
        train(lambda i: {"loss": 1.0}, steps=2)


def test_pause_from_another_thread():
    reached = threading.Event()
    run = Run(lambda i: (reached.set() if i == 50 else None, {"loss": 1.0})[1], steps=10**9)
    worker = threading.Thread(target=run.advance, args=(10**9,), daemon=True)
    worker.start()
    assert reached.wait(10), "the run did not get going"
    with run.lock:
        steps = run.history.steps
        assert steps == len(run.history.losses["loss"]), "holding the lock must mean standing between two steps"
    run.pause()
    worker.join(10)
    assert not worker.is_alive() and run.advance(5) == 0
    run.proceed()
    assert run.advance(5) == 5


def run_of(job: Job, steps: int = 20, **named) -> Run:
    return Run(job.step, steps=steps, state=job.kwargs["state"], generator=job.kwargs["generator"], **named)


def test_complete_does_what_is_left_and_equals_train():
    whole, pieces = Job(), Job()
    wanted = train(whole.step, steps=20, **whole.kwargs)
    run = run_of(pieces)
    run.advance(6)
    history = run.complete(progress=False)
    assert history is run.history and history.losses == wanted.losses and history.stopped_by == "steps"
    assert pieces.same_as(whole)
    assert run.complete(progress=False) is history and history.steps == 20, "a run that is done takes no step more"


def test_a_run_stopped_by_its_cap_is_completed_by_another_call(capsys):
    run = Run(lambda i: {"loss": 1.0}, steps=10**9, label="swap")
    assert run.complete(seconds=0.05, progress=False).stopped_by == "seconds"
    stopped_at = run.history.steps
    assert f"swap: stopped by its cap of 0.05 seconds after {stopped_at} of" in capsys.readouterr().out
    run.steps = stopped_at + 5
    seen = []
    history = run.complete(preview=seen.append, preview_every=stopped_at + 3, progress=False)
    assert (history.steps, history.stopped_by) == (stopped_at + 5, "steps")
    assert seen == [stopped_at + 3, stopped_at + 5]


def test_a_paused_run_waits_and_its_cap_counts_on():
    run = Run(lambda i: {"loss": 1.0}, steps=5, say=lambda words: None)
    run.pause()
    assert run.complete(seconds=0.15, progress=False).stopped_by == "seconds" and run.history.steps == 0
    waiting = threading.Thread(target=run.complete, kwargs={"progress": False}, daemon=True)
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive() and run.history.steps == 0
    run.proceed()
    waiting.join(10)
    assert not waiting.is_alive() and run.done


def test_a_broken_run_stays_broken():
    run = Run(lambda i: {"loss": float("inf")}, steps=5)
    for _ in range(2):
        with pytest.raises(BrokenTraining, match="at step 0"):
            run.complete(progress=False)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"steps": 0}, "`steps` is 0"),
        ({"steps": 2.5}, "`steps` is 2.5"),
        ({"steps": 3, "seconds": 0}, "`seconds` is 0"),
        ({"steps": 3, "preview_every": 0}, "`preview_every` is 0"),
        ({"steps": 3, "state": {"net": 7}}, "`state\\['net'\\]` is int"),
        ({"steps": 3, "generator": 7}, "int"),
        ({"steps": 3, "generator": [7]}, "`generator` 0 is int"),
        ({"steps": 3, "checkpoint": "x"}, "`fingerprint` is empty"),
    ],
)
def test_bad_arguments_are_named(settings, words):
    with pytest.raises((ValueError, TypeError), match=words):
        train(lambda i: {"loss": 1.0}, progress=False, **settings)


@pytest.mark.parametrize("returned", [None, 3.0, {"loss": torch.ones(2)}])
def test_a_step_that_returns_something_else_is_told(returned):
    with pytest.raises(TypeError, match="`step` returned"):
        train(lambda i: returned, steps=2, progress=False)


def test_a_history_shows_as_one_line_with_the_losses_in_their_order():
    history = train(lambda i: {"zeta": 1.0, "alpha": 2.0}, steps=3, label="swap", progress=False)
    assert repr(history) == str(history) and "\n" not in str(history)
    assert list(history.losses) == ["zeta", "alpha"]
