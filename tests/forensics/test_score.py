"""The score command on makers that are not in the repository, good and bad."""

import io
import json
import sys

import numpy as np
import pytest

from unmasked import toons
from unmasked.forensics import arena, contestant, leaderboard, score
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
        ("raise SystemExit(0)", "could not be imported. SystemExit: 0"),
        ("raise KeyboardInterrupt", "could not be imported. KeyboardInterrupt"),
        ("def (", "SyntaxError"),
        ("MAKERS = []", "MAKERS are empty"),
        ("MAKER = 3", "int is no maker"),
        ("EXAMINER = 3", "int is no examiner"),
        ("class M:\n    name = 'm'\n    make = print\nMAKERS = [M(), M()]", "two of its makers"),
        ("class M:\n    name = 'm'\n    def __init__(self, x): pass\nMAKER = M", r"M\(\) could not be made"),
        ("class M:\n    name = 'a\\nb'\n    make = print\nMAKER = M", "the name 'a.*won't do"),
        ("class M:\n    name = 'm' * 61\n    make = print\nMAKER = M", "up to 60 characters"),
        ("class M:\n    name = '\\ud800'\n    make = print\nMAKER = M", "can be printed"),
    ],
)
def test_a_module_without_contestants_is_worded(module, text, words):
    with pytest.raises(MakerError, match=words):
        contestant.load(module(text))


def test_a_function_is_a_contestant_named_like_its_file(module):
    text = "def make(clip, rng): ...\ndef examine(frames, landmarks): ..."
    held = contestant.load(module(text, "cutter.py"))
    assert [(one.kind, one.name) for one in held] == [("maker", "cutter"), ("examiner", "cutter")]


def test_a_module_of_a_package_is_named_by_its_last_part(tmp_path, monkeypatch):
    (tmp_path / "forgers_of_mine").mkdir()
    (tmp_path / "forgers_of_mine" / "mirror.py").write_text("def make(clip, rng): ...")
    monkeypatch.syspath_prepend(tmp_path)
    assert [one.name for one in contestant.load("forgers_of_mine.mirror")] == ["mirror"]


def test_a_detector_is_an_examiner_as_it_stands(module):
    text = "class D:\n    name = 'd'\n    def __call__(self, frames, landmarks): return {'d': 2.5}\nEXAMINER = D()"
    (one,) = contestant.load(module(text))
    assert contestant.number_of(one.player.examine(None, None)) == 2.5


@pytest.mark.parametrize(
    ("answer", "number"), [(1, 1), (True, 1), (np.float32(0.5), 0.5), (np.array([[2.0]]), 2), ({"x": 3}, 3)]
)
def test_one_number_is_taken_in_many_forms(answer, number):
    assert contestant.number_of(answer) == number


@pytest.mark.parametrize("answer", [None, "0.5", [1, 2], {}, {"x": 1, "y": 2}, 1j, np.zeros(0)])
def test_what_is_no_number_is_refused(answer):
    with pytest.raises(TypeError, match="wanted one number"):
        contestant.number_of(answer)


def test_the_five_are_built_in():
    assert len(arena.sealed_makers(["built-in"])) == 5 and arena.sealed_makers([]) == {}


def test_an_identity_comes_back_as_it_was():
    for seed in range(3):
        one = toons.sample_identity(seed)
        assert contestant.identity_of(json.loads(json.dumps(contestant.told_of(one)))) == one


def test_a_class_is_scored_with_its_plans_from_one_folder(tmp_path, monkeypatch, capsys):
    """Everybody's forger has the same name, and the shell leaves the stars as they are."""
    for person in ("kim", "lee"):
        (tmp_path / person).mkdir()
        (tmp_path / person / "forger.py").write_text(GOOD + f"\n# {person}\nMAKER = Tint()")
    plan = {"entry": "maker", "claim": "hidden"}
    (tmp_path / "kim" / "plan.json").write_text(json.dumps(plan))
    monkeypatch.chdir(tmp_path)
    arguments = ["*/forger.py", "--plan", "*/plan.json", "--seed", "4207", "--characters", "2", "--levels", "JPEG 95"]
    assert score.main([*arguments, "--board", "class.json"]) == 0
    out = capsys.readouterr().out
    board = leaderboard.read(tmp_path / "class.json")
    assert {one["plan"] for one in board} == {leaderboard.plan_fingerprint(plan), ""}
    assert len({one["name"] for one in board}) == len({one["file"] for one in board}) == 2
    assert "WITHOUT A PLAN  tint (" in out and "WITHOUT A PLAN  tint\n" not in out
    with pytest.raises(SystemExit):
        score.main(["nobody/*.py"])
    assert "there is no such file" in capsys.readouterr().err


def test_an_entrys_mistake_is_told_with_its_line(module):
    path = module(
        GOOD + "\nclass Slip(Tint):\n    def make(self, clip, rng):\n        return {}['blur']\nMAKER = Slip()"
    )
    found = score.compete([path], 3, 2, ["JPEG 95"])
    line = 1 + (GOOD + "\nclass Slip(Tint):\n    def make(self, clip, rng):\n").count("\n")
    assert found.errors["tint"].endswith(f"it raised KeyError: 'blur' (line {line} of forger.py)")
    (entrant,) = found.outside
    assert entrant.file == contestant.fingerprint(path) and found.when.endswith("+00:00")


@pytest.mark.parametrize(
    "arguments",
    [
        ["x", "--seed", "-1"],
        ["x", "--characters", "1"],
        ["x", "--levels", "GIF"],
        ["x", "--seconds", "0"],
        ["x", "--memory", "1"],
        ["x", "--merge", "y"],
        ["--merge", "no_such_file.json"],
        [],
    ],
)
def test_bad_arguments_end_in_words(arguments, capsys):
    with pytest.raises(SystemExit):
        score.main(arguments)
    assert "error:" in capsys.readouterr().err


def test_a_name_that_the_console_lacks_does_not_lose_the_scores(monkeypatch):
    """All the work is done when the names are printed: the others' scores must still come."""
    held = arena.Outcome()
    for maker, value in (("real", 0.0), ("面具", 1.0)):
        for who in range(3):
            row = {"character": who, "clip": 0, "hand": False, "maker": maker, "level": "JPEG 95"}
            held.rows.append(row | {"brightness": value + who})
    held.names, held.sealed["examiners"], held.coverage = ["brightness"], ["brightness"], {"面具": 1.0}
    held.errors["Zoë"] = "Zoë: it raised ValueError: ▲"
    monkeypatch.setattr(score, "compete", lambda *arguments: held)
    console = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", console)
    assert score.main(["x", "--levels", "JPEG 95"]) == 1
    console.flush()
    printed = console.buffer.getvalue().decode("ascii").splitlines()
    assert "??: AUC, and its 95 % interval" in printed and "NOT SCORED  Zo?" in printed
    assert set(json.loads(printed[-1])["makers"]) == {"面具"}
