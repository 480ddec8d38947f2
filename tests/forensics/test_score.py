"""The score command on makers that are not in the repository, good and bad."""

import json

import pytest

from unmasked.forensics import score
from unmasked.makers import MakerError

GOOD = """
import numpy as np
from unmasked.makers import Fake

class Tint:
    name = "tint"
    def make(self, clip, rng):
        masks = (clip.masks > 127).astype(np.float32)
        shift = 20 + 20 * rng.random()
        return Fake(np.clip(clip.frames + shift * masks[..., None], 0, 255).astype(np.uint8), masks)
"""
BAD = """
import numpy as np
from unmasked.makers import Fake

def of(label, make):
    class Bad:
        name = label
    Bad.make = make
    return Bad()

ones = lambda clip: np.ones(clip.masks.shape, np.float32)
MAKERS = [
    of("raises", lambda self, clip, rng: 1 / 0),
    of("half size", lambda self, clip, rng: Fake(clip.frames[:, ::2, ::2], ones(clip))),
    of("floats", lambda self, clip, rng: Fake(clip.frames / 255.0, ones(clip))),
    of("not a number", lambda self, clip, rng: Fake(255 - clip.frames, np.nan * ones(clip))),
    of("empty mask", lambda self, clip, rng: Fake(255 - clip.frames, 0 * ones(clip))),
    of("nothing", lambda self, clip, rng: None),
    of("leaves", lambda self, clip, rng: exit(4)),
    of("negative", lambda self, clip, rng: Fake(255 - clip.frames, ones(clip))),
]
"""


@pytest.fixture
def module(tmp_path):
    def write(text, name="forger.py"):
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return write


def test_bad_makers_are_worded_and_the_rest_scored(module, capsys):
    arguments = [module(GOOD + "\nMAKER = Tint()", "good.py"), module(BAD, "bad.py"), "no_such_module_anywhere"]
    rc = score.main([*arguments, "--seed", "3", "--characters", "2", "--levels", "JPEG 60"])
    out = capsys.readouterr().out
    found = json.loads(out.splitlines()[-1])
    assert rc == 1
    assert set(found["makers"]) == {"tint", "negative"}
    wanted = {
        "raises": "ZeroDivisionError",
        "half size": "frames: wanted shape",
        "floats": "float64",
        "not a number": "NaN",
        "empty mask": "empty",
        "nothing": "NoneType",
        "leaves": "SystemExit",
        "no_such_module_anywhere": "could not be imported",
    }
    assert set(found["errors"]) == set(wanted)
    for name, words in wanted.items():
        assert words in found["errors"][name], found["errors"][name]
        assert f"NOT SCORED  {name}" in out
    row = found["makers"]["tint"]["boundary step"]["JPEG 60"]
    assert 0 <= row["low"] <= row["auc"] <= row["high"] <= 1
    assert "all clues" in found["makers"]["tint"]


def test_the_same_seed_gives_the_same_scores(module):
    path = module(GOOD + "\nMAKERS = [Tint]")  # a class instead of its object is taken too
    runs = [score.score([path], seed, characters=2, levels=["JPEG 95"]) for seed in (1, 1, 2)]
    assert runs[0] == runs[1]
    assert runs[0]["makers"] != runs[2]["makers"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "it holds no maker"),
        ("raise RuntimeError('boom')", "could not be imported. RuntimeError: boom"),
        ("def (", "SyntaxError"),
        ("MAKERS = []", "MAKERS are empty"),
        ("MAKER = 3", "int is no maker"),
        ("class M:\n    name = 'm'\n    make = print\nMAKERS = [M(), M()]", "two of its makers"),
    ],
)
def test_a_module_without_makers_is_worded(module, text, words):
    with pytest.raises(MakerError, match=words):
        score.load(module(text))


def test_a_function_is_a_maker_named_like_its_file(module):
    assert list(score.load(module("def make(clip, rng): ...", "cutter.py"))) == ["cutter"]


def test_the_five_are_built_in():
    assert len(score.load("built-in")) == 5


@pytest.mark.parametrize("arguments", [["x", "--seed", "-1"], ["x", "--characters", "1"], ["x", "--levels", "GIF"], []])
def test_bad_arguments_end_in_words(arguments, capsys):
    with pytest.raises(SystemExit):
        score.main(arguments)
    assert "error:" in capsys.readouterr().err
