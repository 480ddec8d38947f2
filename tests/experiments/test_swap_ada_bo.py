"""The command that makes the shipped swap, on a few pictures and for a few steps."""

import json

import pytest
import torch

from unmasked.experiments import swap_ada_bo
from unmasked.models import weights

SMALL = ["--pictures", "12", "--steps", "3", "--batch", "2", "--width", "2", "--code-size", "4", "--name", "tiny"]
SMALL += ["--precision", "float32"]


def test_it_trains_writes_and_says_what_is_explained(tmp_path, learner_home, capsys):
    swap_ada_bo.main([*SMALL, "--folder", str(tmp_path)])
    said = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert set(said) == {"ada_ada", "ada_bo", "bo_ada", "bo_bo"}
    model = weights.load("tiny", folder=tmp_path)
    assert model.config == {
        "names": ["ada", "bo"], "code_size": 4, "width": 2, "aligned": True, "shared": True, "side": 64
    }  # fmt: skip
    entry = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))["tiny"]
    assert "--code-size 4" in entry["command"]
    assert all(torch.isfinite(value).all() for value in model.state_dict().values())


def test_it_can_stop_early_and_leave_the_codes_as_trained(tmp_path, learner_home, capsys):
    swap_ada_bo.main([*SMALL, "--stop", "2", "--no-match", "--folder", str(tmp_path)])
    assert "2 steps in" in capsys.readouterr().out
    model = weights.load("tiny", folder=tmp_path)
    assert all(torch.equal(character.turn, torch.eye(4)) for character in model.characters.values())
    entry = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))["tiny"]
    assert "--stop 2 --no-match" in entry["command"]


def test_an_interrupted_command_goes_on_and_ends_as_if_nothing_had_been(tmp_path, learner_home, monkeypatch):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    swap_ada_bo.main([*SMALL, "--folder", str(whole)])
    for file in (learner_home / "runs").iterdir():
        file.unlink()

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(swap_ada_bo, "match_codes", interrupted)
        with pytest.raises(KeyboardInterrupt):
            swap_ada_bo.main([*SMALL, "--folder", str(broken)])
    swap_ada_bo.main([*SMALL, "--folder", str(broken)])
    one, other = (weights.load("tiny", folder=folder).state_dict() for folder in (whole, broken))
    assert all(torch.equal(one[key], other[key]) for key in one)


def test_the_decoders_alone_are_trained_on_by_another_loss(tmp_path, learner_home):
    swap_ada_bo.main([*SMALL, "--folder", str(tmp_path / "before")])
    asked = [*SMALL, "--then", "adversary", "--then-steps", "3", "--recorded", "0.5"]
    swap_ada_bo.main([*asked, "--folder", str(tmp_path / "after")])
    entry = json.loads((tmp_path / "after" / "index.json").read_text(encoding="utf-8"))["tiny"]
    assert "--recorded 0.5" in entry["command"] and "--then adversary --then-steps 3" in entry["command"]
    swap_ada_bo.main([*SMALL, "--recorded", "0.5", "--folder", str(tmp_path / "first")])
    first, then = (weights.load("tiny", folder=tmp_path / part).state_dict() for part in ("first", "after"))
    moved = {key for key in first if not torch.equal(first[key], then[key])}
    assert moved and all(key.startswith(("layout", "decoders")) for key in moved), moved
