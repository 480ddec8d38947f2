"""Leaderboards: what goes in, and how a class's files become one, whatever stands in them."""

import json

import pytest

from unmasked.forensics import leaderboard, score


def entry(**changed):
    contest = {"seed": 1, "characters": 16, "levels": ["JPEG 95"], "against": ["all clues"]}
    plain = {"kind": "maker", "name": "mirror", "file": "abc", "contest": contest, "score": 0.8, "low": 0.7}
    plain |= {"high": 0.9, "coverage": 1.0, "plan": "", "unranked": "", "detail": "found by all clues"}
    return plain | changed


def holding(*entries):
    return json.dumps({"format": leaderboard.FORMAT, "entries": entries})


@pytest.fixture
def board(tmp_path):
    def write(name, *entries):
        leaderboard.write(tmp_path / name, entries)
        return tmp_path / name

    return write


def test_what_is_written_is_read(board):
    kept = [entry(), entry(kind="examiner", name="面具")]
    assert leaderboard.read(board("a.json", *kept)) == kept


def test_merging_ranks_by_contest_and_kind_and_keeps_everybody_once(board):
    other = entry()["contest"] | {"seed": 2}
    first = board("a.json", entry(), entry(name="tint", score=0.6), entry(kind="examiner", name="b", score=0.7))
    second = board(
        "b.json",
        entry(),
        entry(kind="examiner", name="a", score=0.9),
        entry(contest=other),
        entry(file="def", score=0.9),
    )
    merged, words = leaderboard.merge([first, second])
    assert (
        words == [] and leaderboard.merge([second, first])[0] == leaderboard.merge([first, first, second])[0] == merged
    )
    told = [(e["contest"]["seed"], e["kind"], e["name"], e["score"]) for e in merged]
    assert told == [
        (1, "maker", "tint", 0.6),
        (1, "maker", "mirror", 0.8),
        (1, "maker", "mirror", 0.9),
        (1, "examiner", "a", 0.9),
        (1, "examiner", "b", 0.7),
        (2, "maker", "mirror", 0.8),
    ]
    lines = leaderboard.lines(merged)
    assert sum("the best hidden first" in line for line in lines) == 2
    assert any("0.60 [0.70, 0.90]  tint (abc)  100% done" in line for line in lines)


def test_a_second_look_with_another_file_is_noticed(board, tmp_path):
    path = board("a.json", entry(), entry(name="tint"), entry(kind="examiner", name="a"))
    assert leaderboard.changed_since(tmp_path / "none.json", [entry()]) == []
    assert leaderboard.changed_since(path, [entry(), entry(name="tint")]) == []
    elsewhere = entry()["contest"] | {"seed": 2}
    assert leaderboard.changed_since(path, [entry(file="other", contest=elsewhere)]) == []
    assert leaderboard.changed_since(path, [entry(file="other"), entry(name="tint", file="x")]) == ["mirror", "tint"]


def test_two_scores_of_one_entry_stand_and_are_said(board):
    files = [board("a.json", entry()), board("b.json", entry(score=0.4)), board("c.json", entry(score=0.79))]
    merged, (words,) = leaderboard.merge(files)
    assert [one["score"] for one in merged] == [0.4, 0.8], "another machine's rounding is no second score"
    assert "mirror (abc) has two scores" in words and "0.800 and 0.400" in words and "b.json" in words


def test_who_is_not_ranked_stands_behind(board):
    found, _ = leaderboard.merge([board("a.json", entry(name="dot", score=0.5, unranked="hardly forges"), entry())])
    assert [one["name"] for one in found] == ["mirror", "dot"]
    assert any("not ranked: hardly forges" in line for line in leaderboard.lines(found))


def test_a_fingerprint_is_the_texts_own_on_every_system(tmp_path):
    unix, windows, other = (tmp_path / f"{name}.py" for name in ("unix", "windows", "other"))
    unix.write_bytes(b"MAKER = 1\nx = 2\n")
    windows.write_bytes(b"MAKER = 1\r\nx = 2\r\n")
    other.write_bytes(b"MAKER = 2\nx = 2\n")
    digits = [leaderboard.fingerprint(str(path)) for path in (unix, windows, other)]
    assert digits[0] == digits[1] != digits[2] and len(digits[0]) == 12
    assert leaderboard.plan_fingerprint({"a": 1, "b": 2}) == leaderboard.plan_fingerprint({"b": 2, "a": 1})
    names = {leaderboard.file_name([entry(file=digit)]) for digit in digits}
    assert len(names) == 2 and all(len(name) == len("board-12345678.json") for name in names)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no leaderboard"),
        ("[]", "no leaderboard"),
        ('{"format": "unmasked leaderboard 1"}', "list of entries"),
        (json.dumps({"format": leaderboard.FORMAT, "entries": [3]}), "say its kind"),
        (json.dumps({"format": leaderboard.FORMAT, "entries": [entry(score=2)]}), "mirror: score: wanted 0…1"),
        (json.dumps({"format": leaderboard.FORMAT, "entries": [entry(score=None)]}), "score: wanted a number"),
        (json.dumps({"format": leaderboard.FORMAT, "entries": [entry(name="a\nb")]}), "name is wanted"),
        (json.dumps({"format": leaderboard.FORMAT, "entries": [entry(contest={})]}), "contest is wanted"),
        (
            json.dumps(
                {"format": leaderboard.FORMAT, "entries": [entry(contest=entry()["contest"] | {"levels": [1]})]}
            ),
            "text",
        ),
    ],
)
def test_a_file_that_is_none_is_worded(tmp_path, text, words):
    path = tmp_path / "odd.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=words) as told:
        leaderboard.read(path)
    assert "odd.json" in str(told.value)


def test_a_folder_or_nothing_is_worded(tmp_path):
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(ValueError, match="can't be read"):
            leaderboard.read(path)


def test_the_command_merges(board, tmp_path, capsys):
    files = [str(board("a.json", entry())), str(board("b.json", entry(name="tint", score=0.6)))]
    assert score.main(["--merge", *files, "--board", str(tmp_path / "class.json")]) == 0
    out = capsys.readouterr().out.splitlines()
    assert json.loads(out[-1]) == {"entries": 2, "files": 2}
    assert [e["name"] for e in leaderboard.read(tmp_path / "class.json")] == ["tint", "mirror"]
