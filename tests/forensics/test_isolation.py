"""A process of its own: what it answers is seen, and it ends with all that it started, whatever it does."""

import os
import textwrap

import pytest

from unmasked.forensics import isolation
from unmasked.forensics.isolation import Limits, run

ROOT = isolation.paths.ROOT
HEAD = """
import os, subprocess, sys, time
folder = sys.argv[1]
def say(text):
    with open(folder + "/answers.jsonl", "ab") as stream:
        stream.write(text)
"""


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Runs a small program that needs neither NumPy nor the course."""
    monkeypatch.setattr(isolation.paths, "ROOT", tmp_path)

    def start(body, wanted=1, **limits):
        (tmp_path / "program_of_a_test.py").write_text(HEAD + textwrap.dedent(body))
        answers = tmp_path / "answers.jsonl"
        ended = run("program_of_a_test", tmp_path, answers, lambda lines: wanted, Limits(**limits))
        return ended, answers.read_bytes() if answers.exists() else b""

    return start


def test_a_process_that_answers_all_has_nothing_to_explain(started):
    ended, answers = started("print('hello'); say(b'1\\n2\\n')", wanted=2)
    assert ended.why == "" and answers == b"1\n2\n"


def test_it_gets_no_input_and_its_prints_are_kept(started):
    ended, _ = started("print('now I ask', flush=True)\ninput()")
    assert "ended its process" in ended.why
    assert "now I ask" in ended.printed and "EOFError" in ended.printed


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("os._exit(7)", "exit code 7"),
        ("say(b'torn'); os._exit(0)", "exit code 0"),
        ("time.sleep(60)", "more than 1 seconds to be imported"),
        ("say(b'1\\n'); time.sleep(60)", "more than 0.5 seconds for one answer"),
        ("while True: say(b'x' * 9_000_000)", "MB of answers"),
    ],
)
def test_a_process_that_stops_short_is_explained(started, body, words):
    ended, _ = started(body, wanted=2, start=1 if "imported" in words else 60, seconds=0.5 if "0.5" in words else 60)
    assert words in ended.why


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_crash_is_named_by_its_signal(started):
    ended, _ = started("os.kill(os.getpid(), 11)")
    assert "signal SIGSEGV" in ended.why


@pytest.mark.skipif(os.name == "nt", reason="looks for processes as Unix does")
def test_what_it_started_ends_with_it(started, tmp_path):
    body = """
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    open(folder + "/child", "w").write(str(child.pid))
    say(b"1\\n")
    time.sleep(60)
    """
    ended, _ = started(body)
    assert ended.why == ""
    child = int((tmp_path / "child").read_text())
    for _ in range(1000):
        try:
            os.kill(child, 0)
            state = os.popen(f"ps -o stat= -p {child}").read().strip()
        except ProcessLookupError:
            return
        if not state or state.startswith("Z"):  # dead; whoever inherits it will bury it
            return
    pytest.fail("the child is still running")


def test_files_beside_it_stand_in_for_nothing(started, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "textwrap.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path / "elsewhere")
    ended, _ = started("import textwrap\nsay(b'1\\n')")
    assert ended.why == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_memory_is_limited_for_good(started):
    body = f"""
    sys.path.insert(0, {str(ROOT)!r})
    from unmasked.forensics.isolation import take_limits
    take_limits(512)
    try:
        bytearray(800 << 20)
    except MemoryError:
        say(b"refused\\n")
    """
    assert started(body)[1] == b"refused\n"


@pytest.mark.parametrize("limits", [{"seconds": 0}, {"start": -1}, {"memory": 1}, {"memory": 4096.5}])
def test_limits_that_are_none_are_refused(limits):
    with pytest.raises((TypeError, ValueError), match=next(iter(limits))):
        Limits(**limits)
