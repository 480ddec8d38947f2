"""The arena: what a dozen hostile contestants do costs themselves, and nobody else."""

import os
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from unmasked import makers, toons
from unmasked.forensics import arena
from unmasked.forensics.isolation import Limits
from unmasked.makers import Fake
from unmasked.makers.clip import recorded_again

LEVEL = "JPEG 95"
# A good maker, which each hostile file begins with: without its mischief it would be scored.
GOOD = """
import ctypes, os, subprocess, sys, threading, time
import numpy as np
from unmasked.makers import Fake

def make(clip, rng):
    masks = (clip.masks > 127).astype(np.float32)
    return Fake(np.clip(clip.frames + 30 * masks[..., None], 0, 255).astype(np.uint8), masks)
"""
AFTER = "\ngood = make\n"
# file → (what it adds, words of its error)
LOST = {
    "leaves": ("def make(clip, rng): os._exit(3)", "ended its process (exit code 3)"),
    "crashes": ("def make(clip, rng): ctypes.string_at(0)", "ended its process"),
    "beyond": ("class Beyond(BaseException): pass\ndef make(clip, rng): raise Beyond('far')", "Beyond: far"),
    "interrupts": ("def make(clip, rng): raise KeyboardInterrupt", "KeyboardInterrupt"),
    "unspeakable": (
        "class Mute(Exception):\n    def __str__(self): raise SystemExit\ndef make(clip, rng): raise Mute",
        "Mute",
    ),
    "exits_at_import": ("os._exit(0)", "ended its process (exit code 0)"),
    "raises_at_import": ("raise BaseException('no')", "could not be imported. BaseException: no"),
    "wants_arguments": (
        "class Choosy:\n    name = 'choosy'\n    def __init__(self, taste): self.make = make\nMAKER = Choosy",
        "Choosy() could not be made",
    ),
    "never_ends": (
        "def make(clip, rng):\n    while True:\n        try: time.sleep(9)\n        except BaseException: pass",
        "took more than 6 seconds for one answer",
    ),
    "eats_memory": ("def make(clip, rng): return np.ones((20_000, 1_000_000), np.uint8)", "MemoryError"),
    "a_pipe": (
        "def make(clip, rng):\n    np.save = lambda path, *_, **__: os.mkfifo(path)\n    return good(clip, rng)",
        "no plain file",
    ),
    "scribbles": (
        "def make(clip, rng):\n    folder = sys.argv[1]\n    for _ in range(9):\n"
        "        open(folder + '/answers.jsonl', 'ab').write(b'\\xff[[[{\\n')\n    time.sleep(9)",
        "can't be read",
    ),
}
# What is rude and still good: it is scored like any other.
SCORED = {
    "closes_output": "sys.stdout.close(); sys.stderr.close(); os.close(1)",
    "upsets_numpy": "np.seterr(all='raise'); np.random.seed(1)",
    "upsets_torch": "import torch; torch.set_default_dtype(torch.float64); torch.set_grad_enabled(False)",
    "moves_away": "os.chdir('/')",
    "leaves_threads": "threading.Thread(target=time.sleep, args=(600,)).start()",
    "leaves_children": "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])",
    "hangs_at_exit": "import atexit; atexit.register(time.sleep, 600)",
}
ANSWERS = """
import os, time
import numpy as np
class Half:
    name = "half"
    calls = 0
    def examine(self, frames, landmarks):
        Half.calls += 1
        return float(frames.mean()) if Half.calls % 2 else np.nan
class Leaves(Half):
    name = "leaves midway"
    def examine(self, frames, landmarks):
        Leaves.calls += 1
        return float(frames.mean()) if Leaves.calls < 3 else os._exit(1)
class Two(Half):
    name = "two numbers"
    def examine(self, frames, landmarks): return [1, 2]
class Rude(Half):
    name = "rude"
    def examine(self, frames, landmarks): raise KeyboardInterrupt
class Mean(Half):
    name = "mean"
    def examine(self, frames, landmarks): return {"mean": np.float32(frames.mean())}
EXAMINERS = [Half(), Leaves, Two(), Rude(), Mean()]
"""


class Tint:
    name = "tint"

    def make(self, clip, rng):
        masks = (clip.masks > 127).astype(np.float32)
        frames = np.clip(clip.frames + 40 * masks[..., None], 0, 255).astype(np.uint8)
        return Fake(frames, masks, np.clip(clip.performances + 0.1, *ENDS).astype(np.float32))


ENDS = np.array(list(toons.RANGES.values())).T


def brightness(frames, landmarks):
    return {"brightness": float(frames.mean())}


@pytest.fixture(scope="module")
def clips():
    return [makers.record(toons.sample_identity(60 + i), 0, frames=3) for i in range(2)]


def hold(modules, clips, limits=None):
    return arena.hold(modules, clips, [brightness], 1, [LEVEL], limits)


@pytest.fixture(scope="module")
def fight(clips, tmp_path_factory):
    """All of them in one run, given by paths that are relative, and a package whose module is named by a dot."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (mischief, _) in LOST.items():
        (folder / f"{name}.py").write_text(GOOD + AFTER + mischief)
    for name, mischief in SCORED.items():
        (folder / f"{name}.py").write_text(GOOD + mischief)
    (folder / "pkg").mkdir()
    (folder / "pkg" / "__init__.py").write_text("")
    (folder / "pkg" / "mirror.py").write_text(GOOD)
    (folder / "names.py").write_text(GOOD + AFTER + NAMES)
    before = os.getcwd()
    os.chdir(folder)
    try:
        files = [f"{name}.py" for name in (*LOST, *SCORED)]
        yield hold([*files, "pkg.mirror", "names.py"], clips, Limits(seconds=6, memory=2000))
    finally:
        os.chdir(before)


NAMES = """
class Named:
    def __init__(self, name): self.name = name
    def make(self, clip, rng): return good(clip, rng)
MAKERS = [Named("real"), Named("面具"), Named("level")]
"""


@pytest.mark.skipif(os.name == "nt", reason="a pipe and a limit on memory are Unix's")
@pytest.mark.parametrize("name", LOST)
def test_a_hostile_maker_costs_only_itself_and_is_named_in_words(fight, name):
    found = fight.errors.get(name) or fight.errors.get(f"{name}.py")
    assert found, (name, list(fight.errors), fight.coverage)
    assert LOST[name][1] in found, found
    assert name not in fight.coverage


@pytest.mark.parametrize("name", SCORED)
def test_a_rude_maker_is_scored_like_any_other(fight, name):
    assert fight.coverage[name] == 1
    mine, other = (fight.column("brightness", one, LEVEL) for one in (name, "mirror"))
    np.testing.assert_array_equal(mine, other)


def test_names_are_kept_apart_and_a_module_is_named_by_its_last_part(fight):
    assert {"mirror", "面具", "real (names.py)", "level (names.py)"} <= set(fight.coverage)
    assert len([row for row in fight.rows if row["maker"] == "real"]) == 2


def test_nobody_else_took_part(fight):
    assert fight.sealed["makers"] == [] and fight.names == ["brightness"]
    assert set(fight.coverage) == {*SCORED, "mirror", "面具", "real (names.py)", "level (names.py)"}


@pytest.fixture(scope="module")
def examined(clips, tmp_path_factory):
    path = tmp_path_factory.mktemp("examiners") / "answers.py"
    path.write_text(ANSWERS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arena.course, "built_in", lambda: {"tint": Tint()})
        yield hold([str(path)], clips)


def test_an_examiner_meets_the_courses_makers_and_answers_as_ours_do(examined):
    assert examined.sealed == {"makers": ["tint"], "examiners": ["brightness"]}
    for maker in ("real", "tint"):
        ours, mean = (examined.column(name, maker, LEVEL) for name in ("brightness", "mean"))
        np.testing.assert_allclose(ours, mean, rtol=1e-5)
    assert examined.coverage["mean"] == 1 and "mean" not in examined.remarks


def test_missing_answers_are_counted_and_said(examined):
    assert examined.coverage["half"] == 0.5 and "no number" in examined.remarks["half"]
    assert examined.coverage["leaves midway"] == 0.5
    assert "ended its process" in examined.remarks["leaves midway"]
    half = np.concatenate([examined.column("half", maker, LEVEL) for maker in ("real", "tint")])
    assert np.isnan(half).sum() == 2
    for name, words in (("two numbers", "wanted one number"), ("rude", "KeyboardInterrupt")):
        assert words in examined.errors[name] and name not in examined.names


def test_quality_is_measured_where_a_maker_says_what_it_shows(examined):
    assert set(examined.quality) == {"tint"} and len(examined.quality["tint"]) == 2
    assert "tint" not in examined.silent
    assert max(one.explained for one in examined.quality["tint"].values()) < 0, (
        "a tint is farther from the truth than the recording"
    )


def test_a_maker_that_fails_now_and_then_is_scored_on_all_clips(clips, tmp_path):
    path = tmp_path / "moody.py"
    tired = f"    if clip.identity.marks == {clips[1].identity.marks}: raise RuntimeError('tired')"
    path.write_text(f"{GOOD}{AFTER}def make(clip, rng):\n{tired}\n    return good(clip, rng)")
    found = hold([str(path)], clips)
    assert found.coverage["moody"] == 0.5 and "tired" in found.remarks["moody"] and not found.errors
    assert np.isposinf(found.column("brightness", "moody", LEVEL)).sum() == 1
    # The clip that it left out counts as found by everybody: one of its two fakes is caught, whatever the other is.
    assert found.area("brightness", "moody", LEVEL)["auc"] >= 0.5


def test_a_contestant_runs_as_it_would_here(clips, tmp_path):
    """Chance, clip and identity arrive on the other side as they are."""
    source = """
    import numpy as np
    from unmasked.makers import Fake
    class Grain:
        name = "grain"
        def make(self, clip, rng):
            shift = rng.integers(1, 50, clip.frames.shape) + clip.seed + len(clip.identity.name)
            return Fake((clip.frames // 2 + shift).astype(np.uint8), np.ones(clip.masks.shape, np.float32))
    MAKER = Grain()
    """
    path = tmp_path / "grain.py"
    path.write_text(textwrap.dedent(source))
    outside = hold([str(path)], clips)
    inside = makers.forge(_imported(path).MAKER, clips[0], 1)
    here = brightness(arena.compressed(inside.frames, LEVEL), None)["brightness"]
    assert outside.column("brightness", "grain", LEVEL)[0] == here


def _imported(path: Path):
    import importlib.util

    spec = importlib.util.spec_from_file_location("grain_here", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "held",
    [
        None,
        [],
        "maker",
        [["maker"]],
        [["maker", 3]],
        [[[], "x"]],
        [["judge", "x"]],
        [["maker", "x" * 61]],
        [["maker", "\n"]],
    ],
)
def test_a_first_line_that_names_nobody_is_noticed(held):
    assert not arena._are_members(held)


@pytest.mark.parametrize("value", [None, "1", [1], float("nan"), float("inf"), 10**400, {}])
def test_an_answer_that_is_no_finite_number_is_none(value):
    assert np.isnan(arena._finite(value))


def test_lines_that_can_not_be_read_are_answers_too(tmp_path):
    path = tmp_path / "answers.jsonl"
    path.write_bytes(b'{"value": 1}\n[1]\n\xff\n' + b"[" * 100_000 + b'\n{"value": 2')
    told = arena._read_lines(path)
    assert told[0] == {"value": 1} and len(told) == 4 and all("can't be read" in line["error"] for line in told[1:])
    assert arena._read_lines(tmp_path / "none") == []


def test_a_fake_that_breaks_an_examiner_is_found_by_it(clips, monkeypatch):
    def touchy(frames, landmarks):
        return {"touchy": 1 / int(frames.max() > 0)}

    class Black:
        name = "black"

        def make(self, clip, rng):
            return Fake(np.zeros_like(clip.frames), np.ones(clip.masks.shape, np.float32))

    monkeypatch.setattr(arena.course, "built_in", lambda: {"black": Black()})
    found = arena.hold(["built-in"], clips, [touchy, brightness], 1, [LEVEL])
    assert np.isposinf(found.column("touchy", "black", LEVEL)).all()
    assert np.isfinite(found.column("brightness", "black", LEVEL)).all()
    assert "touchy broke down" in found.remarks["black"] and found.area("touchy", "black", LEVEL)["auc"] == 1


def test_nobody_takes_the_name_of_a_course_examiner(clips, tmp_path):
    path = tmp_path / "brightness.py"
    path.write_text(GOOD)
    found = hold([str(path)], clips)
    assert found.names == ["brightness"] and list(found.coverage) == [f"brightness ({path})"]


def test_who_films_the_truth_is_out(clips, monkeypatch):
    class Cheat:
        name = "cheat"

        def make(self, clip, rng):
            shown = toons.with_expression(clip.performances, toons.smooth_track(rng, len(clip)))
            return Fake(recorded_again(clip, shown), np.ones(clip.masks.shape, np.float32), shown)

    monkeypatch.setattr(arena.course, "built_in", lambda: {"cheat": Cheat(), "tint": Tint()})
    found = arena.hold(["built-in"], clips, [brightness], 1, [LEVEL])
    assert "filmed again" in found.errors["cheat"] and list(found.coverage) == ["tint"]
