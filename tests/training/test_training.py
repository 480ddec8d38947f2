"""The training loop: what it returns, how it stops, and that a resumed run is the uninterrupted one."""

import os
import signal
import threading

import numpy as np
import pytest
import torch
from torch import nn

from unmasked.training import BrokenTraining, History, Run, cosine, fingerprint, set_rate, train


@pytest.fixture(autouse=True)
def no_cap(monkeypatch):
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)


class Job:
    """A tiny net that fits noise from its generators: Adam, a scheduler and both kinds of random can go wrong."""

    def __init__(self, seed=3):
        torch.manual_seed(seed)
        self.net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Tanh(), nn.Flatten(), nn.Linear(144, 1))
        self.net = self.net.to(memory_format=torch.channels_last)
        self.adam = torch.optim.Adam(self.net.parameters(), lr=1e-2)
        self.rates = torch.optim.lr_scheduler.CosineAnnealingLR(self.adam, 40)
        self.torch = torch.Generator().manual_seed(seed)
        self.numpy = np.random.default_rng(seed)

    def step(self, i):
        pictures = torch.rand(5, 3, 8, 8, generator=self.torch) + float(self.numpy.normal())
        loss = (self.net(pictures) - 1).square().mean()
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        self.rates.step()
        return {"loss": loss}

    @property
    def kwargs(self):
        state = {"net": self.net, "adam": self.adam, "rates": self.rates}
        return {"state": state, "generator": [self.torch, self.numpy], "progress": False}

    def everything(self):
        adam = [t for slot in self.adam.state_dict()["state"].values() for t in slot.values()]
        return [*self.net.state_dict().values(), *adam, self.torch.get_state()], self.numpy.bit_generator.state

    def same_as(self, other):
        (tensors, random), (others, other_random) = self.everything(), other.everything()
        return len(tensors) == len(others) and all(map(torch.equal, tensors, others)) and random == other_random


def spoiled(net):
    """A step that puts NaN into the weights at step 4 while its loss stays finite."""

    def step(i):
        if i == 4:
            with torch.no_grad():
                next(net.parameters()).fill_(float("nan"))
        return {"loss": 1.0}

    return step


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


def test_resumed_training_is_uninterrupted_training_bit_for_bit(tmp_path):
    whole, first, second = Job(), Job(), Job(seed=8)
    whole_history = train(whole.step, steps=20, **whole.kwargs)
    kept = {"checkpoint": tmp_path / "run.safetensors", "fingerprint": "same"}
    run = Run(first.step, steps=20, state=first.kwargs["state"], generator=first.kwargs["generator"], **kept)
    run.advance(7)
    run.save()
    history = train(second.step, steps=20, **second.kwargs, **kept)
    assert history.resumed_from == 7 and history.steps == 20
    assert history.losses == whole_history.losses, "the losses of the resumed run differ from those of the whole run"
    assert second.same_as(whole), "weights, Adam's moments or a generator differ after resuming"
    assert second.net[0].weight.is_contiguous(memory_format=torch.channels_last)
    third = Job(seed=9)
    again = train(third.step, steps=20, **third.kwargs, **kept)
    assert again.steps == 20 and third.same_as(whole), "a finished run must come back as it was, without a step more"


def test_advance_in_pieces_equals_train():
    whole, pieces = Job(), Job()
    train(whole.step, steps=9, **whole.kwargs)
    run = Run(pieces.step, steps=9)
    assert [run.advance(4), run.advance(4), run.advance(4), run.advance(4)] == [4, 4, 1, 0]
    assert run.done and pieces.same_as(whole)


def test_other_fingerprint_puts_the_old_run_aside_and_begins_anew(tmp_path, capsys):
    path, job, fresh = tmp_path / "run.safetensors", Job(), Job()
    train(job.step, steps=5, **job.kwargs, checkpoint=path, fingerprint="one")
    old = path.read_bytes()
    job = Job()
    history = train(job.step, steps=5, **job.kwargs, checkpoint=path, fingerprint="two")
    said = capsys.readouterr().out
    assert history.resumed_from == 0 and "put aside as run.safetensors.old" in said and "changed" in said
    assert (tmp_path / "run.safetensors.old").read_bytes() == old
    train(fresh.step, steps=5, **fresh.kwargs)
    assert job.same_as(fresh), "a run that begins anew must not carry anything over"


def test_fresh_begins_anew(tmp_path, capsys):
    kept = {"checkpoint": tmp_path / "run.safetensors", "fingerprint": "one"}
    job = Job()
    train(job.step, steps=5, **job.kwargs, **kept)
    history = train(job.step, steps=5, **job.kwargs, **kept, fresh=True)
    assert history.resumed_from == 0 and "fresh run" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["cut", "empty", "flipped", "text"])
def test_a_damaged_checkpoint_is_named_and_not_trusted(tmp_path, capsys, damage):
    path, job = tmp_path / "run.safetensors", Job()
    train(job.step, steps=5, **job.kwargs, checkpoint=path, fingerprint="one")
    data = bytearray(path.read_bytes())
    data[-9] ^= 1
    path.write_bytes(
        {"cut": data[: len(data) // 2], "empty": b"", "flipped": bytes(data), "text": b"hello" * 9}[damage]
    )
    job, clean = Job(), Job()
    history = train(job.step, steps=6, **job.kwargs, checkpoint=path, fingerprint="one")
    said = capsys.readouterr().out
    assert history.resumed_from == 0 and history.steps == 6
    assert "run.safetensors is damaged" in said and "run.safetensors.damaged" in said
    train(clean.step, steps=6, **clean.kwargs)
    assert job.same_as(clean)


def test_a_run_of_another_shape_is_put_aside_and_leaves_no_trace(tmp_path, capsys):
    path = tmp_path / "run.safetensors"
    kept = {"checkpoint": path, "fingerprint": "one", "progress": False}
    small, large = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 3)), nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 4))
    train(lambda i: {"loss": 0.0}, steps=2, state={"net": small}, **kept)
    before = [p.clone() for p in large.parameters()]
    history = train(lambda i: {"loss": 0.0}, steps=2, state={"net": large}, **kept)
    assert history.resumed_from == 0 and "does not fit" in capsys.readouterr().out
    assert all(map(torch.equal, before, large.parameters())), "half of the old weights were left in the new model"


def test_checkpoints_come_within_the_promised_seconds(tmp_path, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("unmasked.training.loop.time.perf_counter", lambda: clock[0])
    saved = []

    def step(i):
        clock[0] += 3.0
        return {"loss": 1.0}

    run = Run(step, steps=20, checkpoint=tmp_path / "run.safetensors", fingerprint="f", checkpoint_seconds=10)
    save = run.save
    monkeypatch.setattr(run, "save", lambda: (saved.append(run.history.steps), save()))
    run.advance(20)
    assert saved == [3, 6, 9, 12, 15, 18], "steps of 3 s: a fourth would make it 12 s without a checkpoint"


def test_nothing_half_written_when_writing_fails(tmp_path, monkeypatch):
    path, job = tmp_path / "run.safetensors", Job()
    train(job.step, steps=3, **job.kwargs, checkpoint=path, fingerprint="f")
    good = path.read_bytes()

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr("unmasked.storage.os.replace", full)
    with pytest.raises(OSError, match="No space"):
        train(job.step, steps=6, **job.kwargs, checkpoint=path, fingerprint="f")
    assert path.read_bytes() == good


def test_tied_weights_survive_a_checkpoint(tmp_path):
    def tied():
        net = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
        net[1].weight = net[0].weight
        return net

    kept = {"checkpoint": tmp_path / "run.safetensors", "fingerprint": "f", "progress": False}
    one, two = tied(), tied()
    train(lambda i: {"loss": 0.0}, steps=2, state={"net": one}, **kept)
    train(lambda i: {"loss": 0.0}, steps=2, state={"net": two}, **kept)
    assert torch.equal(one[1].weight, two[0].weight)


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


def test_nan_in_the_weights_is_never_saved(tmp_path):
    path, net = tmp_path / "run.safetensors", nn.Linear(2, 2)
    kept = {"state": {"net": net}, "checkpoint": path, "fingerprint": "f", "progress": False}
    train(lambda i: {"loss": 1.0}, steps=3, **kept)
    good = path.read_bytes()
    with pytest.raises(BrokenTraining, match="holds NaN"):
        train(spoiled(net), steps=6, **kept)
    assert path.read_bytes() == good


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


def test_cosine_falls_from_rate_to_floor():
    rates = [cosine(i, 100, 2.0, warmup=10, floor=0.1) for i in range(101)]
    assert rates[:10] == sorted(rates[:10]) and rates[9] < 2.0
    assert max(rates) == rates[10] == 2.0
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[55] == pytest.approx(2.0 * (0.1 + 0.9 / 2)) and rates[100] == pytest.approx(0.2)
    reference = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(reference, 40)
    for i in range(40):
        assert cosine(i, 40, 3e-3) == pytest.approx(reference.param_groups[0]["lr"], abs=1e-12)
        reference.step()
        schedule.step()
    with pytest.raises(ValueError, match="`warmup`"):
        cosine(0, 10, 1.0, warmup=10)
    set_rate(reference, 0.5)
    assert reference.param_groups[0]["lr"] == 0.5


class TestFingerprint:
    def test_is_the_same_for_the_same_and_differs_for_the_rest(self, tmp_path):
        (tmp_path / "a").write_bytes(b"x")
        parts = [
            None, True, 1, 1.0, "1", b"1", [1], [1, 2], [[1], 2], {"a": 1}, {"a": 2}, {1}, (), {},
            np.arange(6), np.arange(6).reshape(2, 3), np.arange(6.0), torch.arange(6), torch.arange(6.0), np.float32(1),
            torch.Generator().manual_seed(1), torch.Generator().manual_seed(2), np.random.default_rng(1),
            np.random.default_rng(2), train, cosine, Job, Job.step, pytest, tmp_path / "a", History(), History("b"),
        ]  # fmt: skip
        hashes = [fingerprint(part) for part in parts]
        assert len(set(hashes)) == len(parts), "two different things got the same fingerprint"
        assert hashes == [fingerprint(part) for part in parts]

    def test_does_not_run_parts_together(self):
        assert len({fingerprint("ab", "c"), fingerprint("a", "bc"), fingerprint("abc"), fingerprint(["ab", "c"])}) == 4

    def test_does_not_depend_on_the_order_of_a_dict_or_on_memory(self):
        assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
        table = np.arange(12).reshape(3, 4)
        assert fingerprint(table.T) == fingerprint(np.ascontiguousarray(table.T))

    def test_sees_weights(self):
        one = nn.Linear(2, 2)
        before = fingerprint(one)
        with torch.no_grad():
            one.bias += 1
        assert fingerprint(one) != before

    def test_reads_a_class_made_in_a_notebook_by_its_methods(self, monkeypatch):
        real = __import__("inspect").getsource

        def without_classes(part):
            if isinstance(part, type):
                raise TypeError("is a built-in class")
            return real(part)

        monkeypatch.setattr("unmasked.fingerprints.inspect.getsource", without_classes)
        assert len({fingerprint(Job), fingerprint(History)}) == 2

    def test_refuses_what_it_cannot_hash(self):
        with pytest.raises(TypeError, match="cannot hash object"):
            fingerprint(object())
        with pytest.raises(TypeError, match="objects"):
            fingerprint(np.array([object()]))
        with pytest.raises(TypeError, match="source"):
            fingerprint(int)


def test_a_history_shows_as_one_line_with_the_losses_in_their_order():
    history = train(lambda i: {"zeta": 1.0, "alpha": 2.0}, steps=3, label="swap", progress=False)
    assert repr(history) == str(history) and "\n" not in str(history)
    assert list(history.losses) == ["zeta", "alpha"]
