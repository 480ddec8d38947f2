"""`check`: what it says, what it returns, and that it never passes its own answer for the learner's."""

import copy
import importlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from unmasked import paths
from unmasked.course import check, checking, guard, messages, record
from unmasked.course.checks import Trial, close, compare_functions, exercise, find, require
from unmasked.course.checks.toolbox import registry
from unmasked.course.handed import handed_out, is_own_reference

DEMO = Path(__file__).parents[1] / "demo"
pytestmark = pytest.mark.usefixtures("learner_home")


@pytest.fixture(autouse=True)
def demo(monkeypatch):
    """The demo's checks, registered."""
    monkeypatch.syspath_prepend(str(DEMO))
    return importlib.import_module("demo_checks")


def _notebook(*cells):
    """Run cells one after the other as a notebook does, and return their namespace."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns["check"] = check
    for cell in cells:
        shell.run_cell(cell).raise_error()
    return shell.user_ns


def test_an_attempt_that_holds_is_returned(capsys):
    attempt = lambda values: values + values  # noqa: E731
    assert check("demo.double", attempt) is attempt
    assert "holds" in capsys.readouterr().out
    assert record.read("demo")[-1]["outcome"] == "holds"


def test_an_attempt_that_does_not_hold_gives_way_to_the_reference(capsys, demo):
    assert check("demo.double", lambda values: values + 2) is demo.double
    said = capsys.readouterr().out
    assert "does not hold yet" in said and "the course's own answer" in said and 'hint("demo.double")' in said
    assert "expected" in said and "got" in said, "what was expected and what came must be said"
    assert "np.asarray" not in said, "a check never shows an answer"
    assert record.read("demo")[-1]["outcome"] == "refused"


def test_the_hint_can_be_typed_as_it_is_said(capsys):
    for imports, asked in (("", "from unmasked.course import hint; "), ("from unmasked.course import hint\n", "")):
        _notebook(f'{imports}check("start.accuracy", lambda said, fake: 2)')
        said = capsys.readouterr().out
        assert f'For a hint: `{asked}hint("start.accuracy")`' in said
        _notebook(f'{imports}{asked}hint("start.accuracy", 1)')
        assert "Hint 1 of 3" in capsys.readouterr().out


def _stub(values):
    return ...


def _nbgrader_stub(values):
    raise NotImplementedError()


def _half_stub(values):
    return 2 * ...


class _StubbedClass:
    def __init__(self, start):
        return ...

    def up(self):
        return ...


class _HalfStubbedClass:
    def __init__(self, start):
        self.value = start

    def up(self):
        return ...


@pytest.mark.parametrize("stub", [..., _stub, _nbgrader_stub, _half_stub, lambda values: (..., 1)])
def test_a_stub_is_open_not_wrong(stub, capsys, demo):
    assert check("demo.double", stub) is demo.double
    said = capsys.readouterr().out
    assert "still open" in said and "does not hold" not in said
    assert record.read("demo")[-1]["outcome"] == "open"


@pytest.mark.parametrize("stub", [_StubbedClass, _HalfStubbedClass])
def test_a_class_with_stubs_is_open(stub, capsys, demo):
    assert check("demo.counter", stub) is demo.Counter
    assert "still open" in capsys.readouterr().out


def test_results_with_a_stub_are_open(capsys):
    rows = check("demo.rows", [{"number": 1.0, "doubled": ...}, {"number": 2.0, "doubled": 4}], numbers=[1.0, 2.0])
    assert "still open" in capsys.readouterr().out
    assert rows == [{"number": 1.0, "doubled": 2.0}, {"number": 2.0, "doubled": 4.0}]


def test_an_exception_becomes_words_that_name_the_line_of_the_cell(capsys):
    namespace = _notebook(
        "def double(values):\n    size = len(values)\n    return values[size + 10]",
        'double = check("demo.double", double)',
    )
    said = capsys.readouterr().out
    assert "stopped with an error" in said and "IndexError" in said
    assert "in line 3 of your cell: `return values[size + 10]`" in said
    assert namespace["double"](2) == 4, "the lesson goes on with the reference"


class _Base(BaseException):
    """Beyond `Exception`, and its text can't be had."""

    def __str__(self):
        raise SystemExit("no text")


@pytest.mark.parametrize(
    "error",
    [
        KeyError("x"),
        SystemExit(2),
        RecursionError("deep"),
        AssertionError(),
        Warning("w"),
        KeyboardInterrupt(),
        GeneratorExit(),
        _Base(),
        ValueError("\udcff"),
    ],
)
def test_any_exception_becomes_words(error, capsys, demo):
    def attempt(values):
        raise error

    assert check("demo.double", attempt) is demo.double
    assert type(error).__name__ in capsys.readouterr().out
    assert record.read("demo")[-1]["outcome"] == "raised"


def test_an_interruption_is_not_swallowed():
    def attempt(values):
        signal.raise_signal(signal.SIGINT)
        time.sleep(1)

    with pytest.raises(KeyboardInterrupt):
        check("demo.double", attempt)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def _endless(values):
    while True:
        pass


def _endless_and_stubborn(values):
    while True:
        try:
            values = values + 1
        except BaseException:
            continue


def _asleep(values):
    time.sleep(600)


class _TellsForEver(Exception):
    def __str__(self):
        while True:
            pass


def _endless_text(values):
    raise _TellsForEver


@pytest.mark.parametrize("attempt", [_endless, _endless_and_stubborn, _asleep, _endless_text])
def test_an_answer_that_never_ends_is_stopped(attempt, monkeypatch, capsys, demo):
    monkeypatch.setenv("UNMASKED_CHECK_SECONDS", "0.2")
    began = time.monotonic()
    assert check("demo.double", attempt) is demo.double
    said = capsys.readouterr().out
    assert "was stopped" in said and "still running after 0.2 seconds" in said
    assert record.read("demo")[-1]["outcome"] == "stopped"
    assert time.monotonic() - began < 60 and sys.gettrace() is None
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_time_that_is_up_before_the_guarded_block_begins_ends_the_block(monkeypatch):
    """As on a crowded machine, where the watch gets the processor first."""
    real, held, heard = threading.Thread.start, guard.Guard(0.01), []
    signalled = held._signalled

    def hears(*arguments):
        heard.append(arguments)
        signalled(*arguments)

    def late(thread):
        real(thread)
        while not heard:
            pass

    monkeypatch.setattr(held, "_signalled", hears)
    monkeypatch.setattr(threading.Thread, "start", late)
    with pytest.raises(guard.TimeUp), held:
        monkeypatch.undo()
        _endless(0)
    assert not held._watch.is_alive() and signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("value", ["soon", "0", "-1", "nan", "inf"])
def test_seconds_that_are_none_are_named(value, monkeypatch):
    monkeypatch.setenv("UNMASKED_CHECK_SECONDS", value)
    with pytest.raises(ValueError, match=f"UNMASKED_CHECK_SECONDS is '{value}'"):
        check("demo.double", lambda values: 2 * values)


@pytest.mark.parametrize("door", ["_exit", "abort"])
def test_no_answer_ends_the_process(door, capsys, demo):
    real = getattr(os, door)

    def attempt(values):
        getattr(os, door)(*[3] * (door == "_exit"))

    assert check("demo.double", attempt) is demo.double
    assert f"It called `os.{door}`" in capsys.readouterr().out
    assert getattr(os, door) is real


def test_exit_and_quit_do_not_end_the_notebook(capsys):
    from IPython.core.interactiveshell import InteractiveShell

    asked = []

    class Shell(InteractiveShell):
        def ask_exit(self):
            asked.append("exit")

    Shell.clear_instance()
    shell = Shell.instance()
    try:
        shell.user_ns["check"] = check
        shell.run_cell("def double(values):\n    get_ipython().ask_exit()\n    return values").raise_error()
        shell.run_cell('double = check("demo.double", double)').raise_error()
        assert "It called `exit`, in line 2 of your cell" in capsys.readouterr().out
        shell.ask_exit()
        assert asked == ["exit"], "afterwards the door must be open again"
    finally:
        Shell.clear_instance()


def test_a_second_run_of_the_check_cell_never_passes(capsys):
    again = 'double = check("demo.double", double)'
    _notebook("def double(values):\n    return values + 2", again, again, again)
    said = capsys.readouterr().out
    assert "holds." not in said and said.count("Run your own cell again") == 2
    outcomes = [entry["outcome"] for entry in record.read("demo")]
    assert outcomes == ["refused", "reference", "reference"]


def test_after_the_own_cell_is_run_again_it_passes(capsys):
    own, again = "def double(values):\n    return values + {}", 'double = check("demo.double", double)'
    namespace = _notebook(own.format(2), again, own.format("values"), again)
    assert [entry["outcome"] for entry in record.read("demo")] == ["refused", "holds"]
    assert namespace["double"].__module__ == "__main__"


def test_results_a_second_time_never_pass(capsys):
    numbers = [1.0, 2.0]
    once = check("demo.rows", [], numbers=numbers)
    twice = check("demo.rows", once, numbers=numbers)
    assert [entry["outcome"] for entry in record.read("demo")] == ["refused", "reference"]
    assert twice == once
    check("demo.rows", [{"number": n, "doubled": 2 * n} for n in numbers], numbers=numbers)
    assert record.read("demo")[-1]["outcome"] == "holds", "equal results of the learner's own are the learner's"


class _Thing:
    """An object as an exercise may build one."""


@pytest.mark.parametrize("answer", [3, 1.5, "word", 10**20, (1, 2), [1], {"a": 1}, np.ones(3), _Thing()])
def test_every_kind_of_reference_is_known_again(answer):
    given = handed_out("kinds.any", answer)
    assert is_own_reference("kinds.any", given)
    assert np.all(given == answer) or isinstance(answer, _Thing)
    own = copy.copy(answer) if not isinstance(answer, _Thing) else _Thing()
    own = int(str(own)) if isinstance(own, int) else own
    if not isinstance(answer, (float, str, tuple)):
        assert not is_own_reference("kinds.any", own), "an equal answer of the learner's own is not the reference"
    assert not is_own_reference("kinds.any", 1.25 + 0.25) and not is_own_reference("kinds.any", "wo" + "rd"[:2])


def test_modules_and_their_copies_are_known_again():
    torch = pytest.importorskip("torch")
    given = handed_out("kinds.module", torch.nn.Linear(2, 3))
    assert is_own_reference("kinds.module", given) and is_own_reference("kinds.module", copy.deepcopy(given))
    assert not is_own_reference("kinds.module", torch.nn.Linear(2, 3))
    assert not is_own_reference("kinds.other", given), "the answer to one exercise is material for another"
    tensor = handed_out("kinds.tensor", torch.ones(2))
    assert is_own_reference("kinds.tensor", tensor) and not is_own_reference("kinds.tensor", torch.ones(2))


def test_a_reference_is_known_after_its_module_is_loaded_again(demo, capsys):
    old = demo.double
    importlib.reload(demo)
    assert demo.double is not old
    check("demo.double", old)
    assert record.read("demo")[-1]["outcome"] == "reference"


def test_a_subclass_of_the_reference_is_the_learners(demo, capsys):
    class Mine(demo.Counter):
        pass

    assert check("demo.counter", Mine) is Mine


def test_inputs_are_new_each_time_and_chance_outside_is_left_alone(demo):
    seen = []

    def attempt(values):
        seen.append(values.copy())
        return 2 * values

    before = random.getstate(), np.random.get_state()[1].tolist()
    for _ in range(2):
        check("demo.double", attempt)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    assert not np.array_equal(seen[0], seen[2]), "two checks must use other inputs"
    assert {values.shape for values in seen} == {(2, 3), (5, 1)}, "sizes must be unequal"


def test_a_seed_fixes_the_inputs():
    words = [checking.judge(find("demo.double"), lambda v: v + 2, seed=seed).words for seed in (7, 7, 8)]
    assert words[0] == words[1] != words[2]


def test_a_mistake_of_the_check_is_owned_up_to(monkeypatch, capsys):
    monkeypatch.setattr(registry, "_EXERCISES", dict(registry._EXERCISES))

    @exercise("demo.broken", reference=len)
    def check_broken(trial: Trial) -> None:
        raise RuntimeError("the check's own")

    assert check("demo.broken", lambda values: 0) is len
    said = capsys.readouterr().out
    assert "a mistake of the course" in said and "the check's own" in said
    assert record.read("demo")[-1]["outcome"] == "stumbled"


def test_a_remark_of_the_check_is_shown(monkeypatch, capsys):
    monkeypatch.setattr(registry, "_EXERCISES", dict(registry._EXERCISES))

    @exercise("demo.remark", reference=len)
    def check_remark(trial: Trial) -> str:
        compare_functions(trial, ([1, 2],), ([],))
        return "Two lists were counted."

    check("demo.remark", lambda values: sum(1 for _ in values))
    assert "Two lists were counted." in capsys.readouterr().out


def test_the_lessons_own_words_for_holding_are_said(monkeypatch, capsys):
    monkeypatch.setattr(paths, "LESSONS", DEMO / "lessons")

    class Mine:
        def __init__(self, start):
            self.n = start

        def up(self):
            self.n += 1
            return self.n

    check("demo.counter", Mine)
    assert "It counts on from where it stood." in capsys.readouterr().out


def test_unknown_ids_name_the_known_ones():
    with pytest.raises(ValueError, match=r"demo\.nothing.*demo\.counter, demo\.double"):
        check("demo.nothing", len)
    with pytest.raises(ValueError, match="none"):
        check("no-such-topic.x", len)
    with pytest.raises(ValueError, match="a topic, a dot and a name"):
        check("demo", len)


@pytest.mark.parametrize("reference", [True, None, ...])
def test_references_that_could_not_be_known_again_are_refused(reference):
    with pytest.raises(TypeError, match="quiz"):
        exercise("demo.yes", reference=reference)
    with pytest.raises(TypeError, match="one of them"):
        exercise("demo.both", reference=len, make=len)
    with pytest.raises(TypeError, match="one of them"):
        exercise("demo.neither")


def test_a_record_that_cannot_be_written_stops_no_check(learner_home, capsys):
    learner_home.mkdir()
    (learner_home / "record").write_text("a file where the folder should be", encoding="utf-8")
    attempt = lambda values: 2 * values  # noqa: E731
    assert check("demo.double", attempt) is attempt
    assert "could not be written" in capsys.readouterr().out


@pytest.mark.parametrize("state", messages.STATES)
def test_messages_say_in_words_and_a_symbol_what_a_colour_says(state):
    message = messages.Message(state, "A `title` <b>", ("First & `x < 1`.",))
    page = message._repr_html_()
    assert "<code>title</code> &lt;b&gt;" in page and "<code>x &lt; 1</code>" in page
    assert messages.STATES[state][0] in page and messages.STATES[state][0] in repr(message)
    assert len({symbol for symbol, _ in messages.STATES.values()}) == len(messages.STATES)


def test_a_console_without_the_symbols_is_no_obstacle():
    code = "from unmasked.course.messages import *; show(Message('holds', 'It holds.'))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONIOENCODING": "cp1252"}, capture_output=True, check=True
    )
    assert b"It holds." in done.stdout


def test_neither_check_nor_hint_loads_torch():
    code = "import sys, unmasked.course, unmasked.course.checks, unmasked.course.build; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "False"


def test_under_nbgrader_a_failure_places_the_reference_and_raises(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    cells = "def double(values):\n    return values + 2", 'twice = check("demo.double", double)'
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns["check"] = check
    shell.run_cell(cells[0]).raise_error()
    result = shell.run_cell(cells[1])
    assert isinstance(result.error_in_exec, AssertionError) and "expected" in str(result.error_in_exec)
    assert shell.user_ns["twice"](3) == 6, "the next cells find the reference under the name"
    assert shell.user_ns["double"](3) == 5
    assert record.read("demo") == [], "grading leaves no trace in the record of whoever grades"


def test_under_nbgrader_an_answer_that_never_ends_costs_one_exercise(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setenv("UNMASKED_CHECK_SECONDS", "0.2")
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns["check"] = check
    shell.run_cell("def double(values):\n    while True:\n        pass").raise_error()
    result = shell.run_cell('double = check("demo.double", double)')
    assert isinstance(result.error_in_exec, AssertionError) and "still running" in str(result.error_in_exec)
    assert shell.user_ns["double"](3) == 6


def test_under_nbgrader_warnings_of_an_attempt_cost_nothing(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

    def attempt(values):
        print("careful", file=sys.stderr)
        return 2 * values

    assert check("demo.double", attempt) is attempt
    assert capsys.readouterr().err == "", "nbgrader takes any line on stderr for a failure"


def test_close_and_require_are_for_checks(demo):
    trial = Trial("demo.double", demo.double, lambda trial: demo.double, seed=1)
    close(trial.call(trial.normal(2, 3)).shape, (2, 3), "the shape")
    require(True, "never said")


def test_the_learners_own_settings_of_torch_and_numpy_change_no_verdict(monkeypatch):
    import torch

    seen = []

    def attempt(values):
        seen.append((torch.get_default_dtype(), torch.is_grad_enabled(), torch.ones(1).device.type))
        torch.set_default_dtype(torch.float16)
        return values + values

    before = np.seterr(all="raise")
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    try:
        with torch.no_grad():
            assert check("demo.double", attempt) is attempt
        assert seen[0] == (torch.float32, True, "cpu")
        assert torch.get_default_dtype() == torch.float64 and torch.get_default_device().type == "meta"
        assert np.geterr()["divide"] == "raise", "the learner's own settings must be as they were"
    finally:
        torch.set_default_device(None)
        torch.set_default_dtype(torch.float32)
        np.seterr(**before)


def test_an_error_text_with_odd_bytes_is_shown_and_recorded(capsys, demo):
    def attempt(values):
        raise ValueError("cut \udcff short \x00")

    assert check("demo.double", attempt) is demo.double
    assert "ValueError" in capsys.readouterr().out and record.read("demo")[-1]["outcome"] == "raised"


def test_for_grades_an_answer_that_calls_the_courses_own_is_refused(monkeypatch, demo):
    def wrapped(values):
        return demo.double(values)

    assert checking.judge(find("demo.double"), wrapped).state == "holds", "at home nobody minds"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    outcome = checking.judge(find("demo.double"), wrapped)
    assert outcome.state == "refused" and "the course's own answer" in outcome.words
    assert checking.judge(find("demo.double"), lambda values: values + values).state == "holds"
