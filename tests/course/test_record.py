"""The learner's record: append-only, one file a topic, and a torn line costs that line alone."""

import json
import subprocess
import sys
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unmasked.course import record

pytestmark = pytest.mark.usefixtures("learner_home")


def test_entries_come_back_in_order_with_utc_times():
    for number in range(3):
        record.append("two-decoders", "quiz", question=number, right=bool(number % 2), words="grün – 中")
    entries = record.read("two-decoders")
    assert [entry["question"] for entry in entries] == [0, 1, 2]
    assert all(entry["kind"] == "quiz" and entry["words"] == "grün – 中" for entry in entries)
    times = [datetime.fromisoformat(entry["time"]) for entry in entries]
    assert all(time.utcoffset() == timedelta(0) for time in times), "times must be in UTC"
    assert times == sorted(times)


def test_topics_have_files_of_their_own():
    record.append("start", "prediction", choice="a")
    assert record.read("two-decoders") == []
    assert len(record.read("start")) == 1
    assert record.file("start") != record.file("two-decoders")


def test_what_append_returns_is_what_is_read():
    entry = record.append("start", "score", hits=np.int64(13), share=np.float32(0.5), each=np.arange(3))
    assert record.read("start") == [entry]
    assert entry["hits"] == 13 and entry["share"] == 0.5 and entry["each"] == [0, 1, 2]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(1, 400), data=st.binary(max_size=30))
def test_a_torn_last_line_loses_no_other(cut, data):
    path = record.file("torn")
    path.unlink(missing_ok=True)
    for number in range(3):
        record.append("torn", "check", number=number)
    whole = path.read_bytes()
    kept = whole[: max(1, len(whole) - cut)]
    path.write_bytes(kept + data.replace(b"\n", b"").replace(b"{", b""))
    complete = kept.count(b"\n")
    with pytest.warns(UserWarning) if _has_torn_line(path) else _nothing():
        before = record.read("torn")
    record.append("torn", "check", number=99)
    with pytest.warns(UserWarning) if _has_torn_line(path) else _nothing():
        after = record.read("torn")
    assert [entry["number"] for entry in before][:complete] == list(range(complete))
    assert after == [*before, after[-1]] and after[-1]["number"] == 99


def test_the_warning_names_file_and_line():
    record.append("start", "check", number=1)
    with record.file("start").open("ab") as stream:
        stream.write(b'{"time": "2026-')
    record.append("start", "check", number=2)
    with pytest.warns(UserWarning, match=r"start\.jsonl, line 2"):
        entries = record.read("start")
    assert [entry["number"] for entry in entries] == [1, 2]


def test_two_processes_may_append_at_once():
    code = "from unmasked.course import record\nfor n in range(40): record.append('busy', 'check', who=%d, n=n)"
    running = [subprocess.Popen([sys.executable, "-c", code % who]) for who in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    entries = record.read("busy")
    assert [[e["n"] for e in entries if e["who"] == who] for who in range(2)] == [list(range(40))] * 2


def test_last_finds_the_newest_that_fits():
    for level, exercise in [(1, "a.x"), (2, "a.x"), (1, "a.y")]:
        record.append("a", "hint", exercise=exercise, level=level)
    assert record.last("a", "hint", exercise="a.x")["level"] == 2
    assert record.last("a", "hint", exercise="a.z") is None


@pytest.mark.parametrize("topic", ["", "Two-Decoders", "../start", "two_decoders", "a b", "-a", None])
def test_a_topic_that_is_none_is_refused(topic):
    with pytest.raises(ValueError, match="topic"):
        record.append(topic, "check")


def test_fields_that_json_cannot_hold_are_refused_and_leave_nothing():
    with pytest.raises(TypeError, match="object"):
        record.append("start", "check", what=object())
    with pytest.raises(ValueError, match="time"):
        record.append("start", "check", time="now")
    with pytest.raises(TypeError, match="kind"):
        record.append("start", "")
    assert record.read("start") == []


def _has_torn_line(path) -> bool:
    def whole(line: bytes) -> bool:
        try:
            return isinstance(json.loads(line.decode()), dict)
        except ValueError:
            return False

    return not all(whole(line) for line in path.read_bytes().split(b"\n") if line.strip())


class _nothing:
    def __enter__(self):
        return None

    def __exit__(self, *error):
        return False


def test_half_a_surrogate_pair_is_kept_and_a_list_inside_itself_is_refused_in_words():
    record.append("demo", "prediction", answer="cut \ud83d short")
    assert record.read("demo")[-1]["answer"] == "cut \ud83d short"
    inside = []
    inside.append(inside)
    with pytest.raises(TypeError, match="none of them inside itself"):
        record.append("demo", "prediction", answer=inside)
    assert len(record.read("demo")) == 1
