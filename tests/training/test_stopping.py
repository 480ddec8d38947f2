"""What one press of stop ends in a notebook, and what a checkpoint that can't be written costs."""

import errno
import os
import queue

import pytest
from jupyter_client.manager import start_new_kernel
from tiny_training import Job

from unmasked import storage
from unmasked.training import Run, train

TRAININGS = """
from unmasked.training import train
def step(i):
    if i == 3:
        print("begun", flush=True)
    return {"loss": 1.0}
first = train(step, steps=10**9, label="first", progress=False)
second = train(step, steps=10**9, label="second", progress=False)
"""


def reply_to(client, message: str) -> dict:
    """The kernel's reply to one message."""
    while True:
        reply = client.get_shell_msg(timeout=60)
        if reply["parent_header"]["msg_id"] == message:
            return reply["content"]


def said_until(client, word: str) -> str:
    """What the kernel prints, up to a word."""
    said = ""
    while word not in said:
        try:
            message = client.get_iopub_msg(timeout=60)
        except queue.Empty:
            pytest.fail(f"the kernel never said {word!r}; it said:\n{said}")
        said += message["content"].get("text", "")
    return said


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the interrupt is a signal")
def test_one_press_of_stop_ends_the_cell_and_the_cells_behind_it_and_keeps_what_there_is():
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        cell, behind = client.execute(TRAININGS), client.execute("print('ran all the same')")
        said_until(client, "begun")
        manager.interrupt_kernel()
        assert reply_to(client, cell)["status"] == "error"
        assert reply_to(client, behind)["status"] == "aborted"
        after = client.execute("print(first.stopped_by, first.steps > 3, second.steps, 'end')")
        said = said_until(client, "end")
        assert "second: not begun, because you stopped this cell" in said
        assert "you True 0 end" in said and "ran all the same" not in said
        assert reply_to(client, after)["status"] == "ok", "the stop must end with its cell"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def refuse(*arguments, **named):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_once_and_the_training_goes_on(tmp_path, monkeypatch, capsys):
    job = Job()
    run = Run(job.step, steps=6, checkpoint=tmp_path / "run.safetensors", fingerprint="f", checkpoint_seconds=0)
    run.advance(2)
    monkeypatch.setattr(storage, "write_aside", refuse)
    history = run.complete(progress=False)
    said = capsys.readouterr().out
    assert history.steps == 6 and len(history.losses["loss"]) == 6
    assert said.count("No space left on device") == 1 and "The training goes on" in said
    monkeypatch.undo()
    run.save()
    later = Run(job.step, steps=6, checkpoint=tmp_path / "run.safetensors", fingerprint="f")
    assert later.done, "the next save succeeds"


def test_a_folder_that_takes_no_checkpoint_is_named_before_the_first_step(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    history = train(Job().step, steps=2, checkpoint=tmp_path / "file" / "run.safetensors", fingerprint="f")
    said = capsys.readouterr().out
    assert history.steps == 2 and "no checkpoint can be kept in" in said and "UNMASKED_HOME" in said


def test_two_that_train_the_same_are_told_and_the_last_one_to_save_wins(tmp_path, capsys):
    kept = {"checkpoint": tmp_path / "run.safetensors", "fingerprint": "f"}
    one, other = (Run(Job().step, steps=9, **kept) for _ in range(2))
    one.advance(3)
    one.save()
    assert "second notebook" not in capsys.readouterr().out
    other.advance(5)
    other.save()
    one.save()
    assert "perhaps a second notebook" in capsys.readouterr().out
    assert Run(Job().step, steps=9, **kept).history.steps == 3
    assert not list(tmp_path.glob("*.part"))
