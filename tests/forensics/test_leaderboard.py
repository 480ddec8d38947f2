"""Leaderboards: what goes in, and how a class's files become one, whatever stands in them."""

import json

import pytest

from unmasked.forensics import leaderboard, score


def entry(**changed):
    contest = {"seed": 1, "characters": 16, "levels": ["JPEG 95"], "against": ["all clues"]}
    plain = {"kind": "maker", "name": "mirror", "file": "abc", "contest": contest, "score": 0.8, "low": 0.7}
    return plain | {"high": 0.9, "coverage": 1.0, "detail": "found by all clues"} | changed


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
    merged = leaderboard.merge([first, second])
    assert leaderboard.merge([second, first]) == merged and leaderboard.merge([first, first, second]) == merged
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


def test_an_edited_score_is_noticed(board):
    files = [board("a.json", entry()), board("b.json", entry(score=0.4))]
    with pytest.raises(ValueError, match=r"b\.json: mirror has another score here \(0\.400\).*\(0\.800\)"):
        leaderboard.merge(files)


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
