"""Ctrl+C and the bars."""

import os
import signal

import IPython.display
import pytest
from tiny_training import Job

from unmasked.training import Run, train
from unmasked.training import progress as progress_module
from unmasked.training.progress import NotebookBar, progress_bar


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send itself Ctrl+C")
def test_ctrl_c_ends_after_the_step_in_hand_and_saves(tmp_path, capsys):
    job, whole = Job(), Job()
    kept = {"checkpoint": tmp_path / "run.safetensors", "fingerprint": "f"}

    def step(i):
        if i == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return job.step(i)

    handler = signal.getsignal(signal.SIGINT)
    history = train(step, steps=10, **job.kwargs, **kept)
    assert (history.stopped_by, history.steps) == (
        "you",
        4,
    ) and "stopped by you after 4 of 10" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is handler
    job.__init__(seed=5)
    train(job.step, steps=10, **job.kwargs, **kept)
    train(whole.step, steps=10, **whole.kwargs)
    assert job.same_as(whole)


def test_an_interrupt_inside_a_step_keeps_what_there_is(tmp_path, capsys):
    job = Job()
    kept = {"checkpoint": tmp_path / "run.safetensors", "fingerprint": "f"}

    def step(i):
        if i == 3:
            raise KeyboardInterrupt
        return job.step(i)

    history = train(step, steps=10, **job.kwargs, **kept)
    assert (history.stopped_by, history.steps) == ("you", 3)
    history = train(job.step, steps=10, **job.kwargs, **kept)
    assert history.resumed_from == 3 and "not bit for bit" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send itself Ctrl+C")
def test_a_run_with_state_and_checkpoint_is_interrupted_completed_and_taken_up(tmp_path, capsys):
    kept = {"checkpoint": tmp_path / "run.safetensors", "fingerprint": "f", "label": "swap"}
    job, whole, later = Job(), Job(), Job(seed=5)
    train(whole.step, steps=10, **whole.kwargs)

    def step(i):
        if i == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return job.step(i)

    parts = {"state": job.kwargs["state"], "generator": job.kwargs["generator"]}
    run = Run(step, steps=10, **parts, **kept)
    history = run.complete(progress=False)
    assert (history.stopped_by, history.steps) == ("you", 4)
    assert "swap: stopped by you after 4 of 10 steps. It is saved" in capsys.readouterr().out

    # Another run takes up the file; the interrupted one goes on in memory. Both come to the same end.
    parts = {"state": later.kwargs["state"], "generator": later.kwargs["generator"]}
    taken_up = Run(later.step, steps=10, **parts, **kept)
    assert taken_up.complete(progress=False).resumed_from == 4 and later.same_as(whole)
    assert run.complete(progress=False).stopped_by == "steps" and job.same_as(whole)


def test_without_a_terminal_or_a_notebook_there_is_no_bar(capsys):
    train(lambda i: {"loss": 1.0}, steps=3)
    said = capsys.readouterr()
    assert said.out == said.err == ""


def test_a_notebook_gets_one_line_that_changes(monkeypatch):
    shown = []

    class Handle:
        def update(self, bundle, raw):
            shown.append(bundle["text/plain"])

    def display(bundle, raw, display_id):
        shown.append(bundle["text/plain"])
        return Handle()

    monkeypatch.setattr(IPython.display, "display", display)
    monkeypatch.setattr(progress_module, "_in_notebook", lambda: True)
    with progress_bar("swap", 3, 10) as bar:
        assert isinstance(bar, NotebookBar)
        bar.update(7)
    assert "swap" in shown[0] and "3/10" in shown[0] and "10/10" in shown[-1]
    assert not isinstance(progress_bar("swap", 3, 10, show=False), NotebookBar)
