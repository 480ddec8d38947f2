"""The checkpoint: a resumed run is the uninterrupted one, and a file that does not fit is not taken up."""

import numpy as np
import pytest
import torch
from tiny_training import Job, spoiled
from torch import nn

from unmasked import storage
from unmasked.training import BrokenTraining, Run, checkpoint, train


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

    monkeypatch.setattr("unmasked.paths.os.replace", full)
    history = train(job.step, steps=6, **job.kwargs, checkpoint=path, fingerprint="f")
    assert (history.steps, history.resumed_from) == (6, 3), "what can be read is taken up, and the training goes on"
    assert path.read_bytes() == good
    assert list(tmp_path.iterdir()) == [path]


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


def test_nan_in_the_weights_is_never_saved(tmp_path):
    path, net = tmp_path / "run.safetensors", nn.Linear(2, 2)
    kept = {"state": {"net": net}, "checkpoint": path, "fingerprint": "f", "progress": False}
    train(lambda i: {"loss": 1.0}, steps=3, **kept)
    good = path.read_bytes()
    with pytest.raises(BrokenTraining, match="holds NaN"):
        train(spoiled(net), steps=6, **kept)
    assert path.read_bytes() == good


def random_pair(seed: int) -> dict:
    return {"torch": torch.Generator().manual_seed(seed), "numpy": np.random.default_rng(seed)}


def saved(path, seed=1, fingerprint="f", **changed):
    """Writes the checkpoint of a layer and two generators; returns them."""
    parts, generators = {"net": nn.Linear(2, 3)}, random_pair(seed)
    notes = {"fingerprint": fingerprint, "steps": 4, "seconds": 2.5, "losses": {"l1": [4.0, 3.0, 2.0, 1.0]}}
    checkpoint.save(path, *checkpoint.pack(parts, generators), **notes, exact=True)
    if changed:
        tensors, notes = storage.load(path)
        storage.save(path, tensors, {**notes, **changed})
    return parts, generators


def test_what_was_saved_comes_back_without_a_run(tmp_path):
    parts, generators = saved(tmp_path / "run")
    others, random = {"net": nn.Linear(2, 3)}, random_pair(2)
    found = checkpoint.restore(tmp_path / "run", others, random, "f")
    assert (found.steps, found.seconds, found.losses, found.exact) == (4, 2.5, {"l1": [4.0, 3.0, 2.0, 1.0]}, True)
    assert found.caveats() == []
    assert torch.equal(parts["net"].weight, others["net"].weight)
    assert torch.rand(3, generator=generators["torch"]).equal(torch.rand(3, generator=random["torch"]))
    assert generators["numpy"].random() == random["numpy"].random()


def test_what_will_differ_from_an_uninterrupted_run_is_said(tmp_path):
    parts, generators = saved(tmp_path / "run", exact=False, threads=99)
    half, threads = checkpoint.restore(tmp_path / "run", parts, generators, "f").caveats()
    assert "not bit for bit" in half and "99 thread(s)" in threads


@pytest.mark.parametrize(
    ("changed", "fingerprint", "names", "words"),
    [
        ({"format": "unmasked-run-0"}, "f", ("net",), "another version of the course"),
        ({}, "other", ("net",), "have changed since"),
        ({}, "f", ("net", "guide"), "other parts"),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(tmp_path, changed, fingerprint, names, words):
    _, generators = saved(tmp_path / "run", **changed)
    parts = {name: nn.Linear(2, 3) for name in names}
    before = [part.weight.clone() for part in parts.values()]
    with pytest.raises(checkpoint.DoesNotFit, match=words) as reason:
        checkpoint.restore(tmp_path / "run", parts, generators, fingerprint)
    assert reason.value.ending == ".old"
    assert all(map(torch.equal, before, [part.weight for part in parts.values()]))


def test_what_a_checkpoint_cannot_hold_is_named_by_its_path():
    class Odd:
        def state_dict(self):
            return {"callback": print}

    with pytest.raises(TypeError, match="state/odd/callback: a checkpoint cannot hold builtin_function"):
        checkpoint.pack({"odd": Odd()}, {})


def test_the_first_spoiled_tensor_is_named():
    tensors = {"state/net/weight": torch.ones(2), "state/net/bias": torch.tensor([1.0, float("inf")])}
    assert checkpoint.first_not_finite(tensors) == "net/bias"
    assert checkpoint.first_not_finite({"state/count": torch.tensor(3)}) is None
