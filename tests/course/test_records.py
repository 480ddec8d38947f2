"""Records that others hand in: found wherever they lie, read without trust, whatever is odd said in words."""

import json
import os
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmasked.course import handin, record, records
from unmasked.course.commands import Stop


def entry(minute: float, kind: str = "check", **fields) -> dict:
    whole, seconds = int(minute), round((minute % 1) * 60)
    return {"time": f"2026-03-02T{8 + whole // 60:02}:{whole % 60:02}:{seconds:02}.000+00:00", "kind": kind, **fields}


def lines(*entries) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in entries)


ONE = lines(entry(0, exercise="start.difference", outcome="holds"))


def lay(path, data: bytes = ONE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def pack(path, names, data: bytes = ONE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as file:
        for name in names:
            file.writestr(name, data)


def names(folder) -> list[str]:
    return [learner.name for learner in records.collect(folder)]


def test_learners_go_by_their_folder_or_their_zip(tmp_path):
    lay(tmp_path / "ada" / ".unmasked" / "record" / "start.jsonl")
    lay(tmp_path / "bo" / "record" / "start.jsonl")
    lay(tmp_path / "cleo" / "start.jsonl")
    pack(tmp_path / "record-dov.zip", ["record/start.jsonl"])
    pack(tmp_path / "eve.zip", ["start.jsonl", "__MACOSX/._start.jsonl"])
    pack(tmp_path / "Fay_12_file" / "record.zip", [".unmasked\\record\\start.jsonl"])
    pack(tmp_path / "week" / "gus.zip", ["record/start.jsonl"])
    found = records.collect(tmp_path)
    assert [one.name for one in found] == ["ada", "bo", "cleo", "dov", "eve", "Fay_12_file", "week/gus"]
    assert all(list(one.entries) == ["start"] and len(one.entries["start"]) == 1 for one in found)
    assert not any(one.problems for one in found)


def test_one_zip_of_a_whole_class_holds_everybody(tmp_path):
    pack(tmp_path / "class.zip", ["ada/record/start.jsonl", "bo/record/start.jsonl"])
    assert names(tmp_path) == ["class/ada", "class/bo"]


def test_a_single_record_folder_goes_by_the_folder_above(tmp_path):
    lay(tmp_path / "ada" / "record" / "start.jsonl")
    assert names(tmp_path / "ada" / "record") == names(tmp_path / "ada") == ["ada"]


def test_what_a_home_holds_besides_is_passed_over(tmp_path):
    lay(tmp_path / "ada" / "record" / "start.jsonl")
    lay(tmp_path / "ada" / "data" / "tweets.jsonl")
    lay(tmp_path / "ada" / ".venv" / "record" / "start.jsonl")
    pack(tmp_path / "ada" / "downloads" / "photos.zip", ["a.txt"])
    found = records.collect(tmp_path)
    assert [one.name for one in found] == ["ada"] and not found[0].problems


def test_the_same_record_twice_counts_once(tmp_path):
    lay(tmp_path / "ada" / "record" / "start.jsonl")
    pack(tmp_path / "ada" / "record.zip", ["record/start.jsonl"])
    (learner,) = records.collect(tmp_path)
    assert len(learner.entries["start"]) == 1


BROKEN = {
    "torn": (b'{"time": "2026-03-02T08:00:00+00:00", "ki', "1 line can't be read"),
    "not UTF-8": (b'{"kind": "check\xff"}\n', "1 line can't be read"),
    "a list": (b"[1, 2]\n", "can't be read"),
    "a number for a kind": (b'{"kind": 3, "time": "x"}\n', "can't be read"),
    "nested without end": (b"[" * 200_000 + b"\n", "can't be read"),
    "a number without end": (b'{"kind": ' + b"9" * 5000 + b"}\n", "can't be read"),
    "zeros": (b"\0" * 4096, "can't be read"),
    "no time": (b'{"kind": "check"}\n', "1 of 1 entries have no time"),
    "no calendar's time": (b'{"kind": "check", "time": "yesterday"}\n', "have no time"),
    "before all calendars": (b'{"kind": "check", "time": "0001-01-01T00:00:00+23:00"}\n', "have no time"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_gets_words_and_the_rest_is_kept(tmp_path, name):
    data, words = BROKEN[name]
    lay(tmp_path / "ada" / "record" / "start.jsonl", ONE + data)
    (learner,) = records.collect(tmp_path)
    assert any(one["kind"] == "check" and one.get("outcome") == "holds" for one in learner.entries["start"])
    assert any("start.jsonl" in problem for problem in learner.problems)
    if "no time" not in words and "have no" not in words:
        assert words in learner.problems[0]
    else:
        assert "have no time" in learner.problems[0]


def test_files_that_are_no_records_are_named(tmp_path):
    lay(tmp_path / "ada.zip", b"no zip")
    pack(tmp_path / "bo.zip", ["photo.jpg"])
    lay(tmp_path / "cleo" / "record" / "cooking.jsonl")
    lay(tmp_path / "dov" / "record" / "start.jsonl", b"x" * (records.LARGEST + 1))
    (tmp_path / "eve" / "record" / "start.jsonl").mkdir(parents=True)
    os.mkfifo(tmp_path / "pipe.zip") if hasattr(os, "mkfifo") else None
    problems = {one.name: one.problems[0] for one in records.collect(tmp_path) if one.problems}
    assert "zip file can't be read" in problems["ada"] and "no record in it" in problems["bo"]
    assert "no lesson 'cooking'" in problems["cleo"] and "larger than 20 MB" in problems["dov"]


def test_a_bomb_and_a_damaged_zip_do_no_harm(tmp_path):
    with zipfile.ZipFile(tmp_path / "ada.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("record/start.jsonl", b"\n" * (records.LARGEST + 1))
    pack(tmp_path / "bo.zip", ["record/start.jsonl"])
    data = bytearray((tmp_path / "bo.zip").read_bytes())
    data[45:60] = b"\xff" * 15
    (tmp_path / "bo.zip").write_bytes(data)
    problems = {one.name: one.problems for one in records.collect(tmp_path)}
    assert "larger than" in problems["ada"][0] and problems["bo"]


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ValueError, match="folder: a folder with records"):
        records.collect(tmp_path / "nowhere")


def test_pauses_are_not_counted():
    made = [entry(0), entry(5), entry(25), entry(46), entry(46.5)]
    assert records.active_minutes(reversed(made)) == pytest.approx(25.5)
    assert records.active_minutes([]) == records.active_minutes([entry(3)]) == 0
    assert records.active_minutes([{"kind": "check"}, *made[:2]]) == pytest.approx(5)


@given(st.lists(st.floats(0, 600), max_size=12))
def test_minutes_never_exceed_the_time_from_first_to_last(minutes):
    made = [entry(minute) for minute in minutes]
    assert 0 <= records.active_minutes(made) <= (max(minutes) - min(minutes) + 1 / 60 if minutes else 0)


def test_what_once_held_stays_so():
    checks = records.exercises(
        [
            entry(0, exercise="a.b", outcome="refused"),
            entry(1, exercise="a.b", outcome="holds"),
            entry(2, exercise="a.b", outcome="open"),
            entry(3, exercise=["a"], outcome="holds"),
            entry(4, exercise="a.c", outcome=["holds"]),
        ]
    )
    assert list(checks) == ["a.b"] and records.held(checks["a.b"]) and not records.held(checks["a.b"][::2])


def test_a_learner_packs_the_record_and_nothing_else(learner_home, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert handin.main(["ada"]) == 1 and "no record" in capsys.readouterr().out
    record.append("start", "check", exercise="start.difference", outcome="holds", words="")
    (learner_home / "secret.txt").write_text("diary", encoding="utf-8")
    assert handin.main(["ada"]) == 0 and handin.main(["../ada"]) == 1
    assert zipfile.ZipFile(tmp_path / "record-ada.zip").namelist() == ["record/start.jsonl"]
    (learner,) = (one for one in records.collect(tmp_path) if one.name == "ada")
    assert len(learner.entries["start"]) == 1 and not learner.problems
    with pytest.raises(Stop, match="no record"):
        handin.packed(tmp_path)


def test_a_learner_packs_the_entry_that_the_plan_chooses(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert handin.main(["kim", "--entry"]) == 1 and "plan.json" in capsys.readouterr().out
    (tmp_path / "plan.json").write_text('{"entry": "maker"}', encoding="utf-8")
    assert handin.main(["kim", "--entry"]) == 1 and "no forger.py" in capsys.readouterr().out
    for name in ("forger.py", "examiner.py", "rude.py", "mine.safetensors", "board-kim.json", "board-lee.json"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert handin.main(["kim", "--entry"]) == 0
    packed = zipfile.ZipFile(tmp_path / "entry-kim.zip").namelist()
    assert packed == [f"kim/{name}" for name in ("forger.py", "plan.json", "mine.safetensors", "board-kim.json")]
    with pytest.raises(Stop, match="NAME"):
        handin.write_entry("../kim")
