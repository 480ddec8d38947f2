"""Leaderboards: what goes in, and how a class's files become one, whatever stands in them."""

import json

import pytest

from unmasked.forensics import contestant, leaderboard, score
from unmasked.forensics.arena import Entrant, Outcome


def entry(**changed):
    contest = {"seed": 1, "characters": 16, "levels": ["JPEG 95"], "against": ["all clues"]}
    plain = {"kind": "maker", "name": "mirror", "file": "abc", "contest": contest, "score": 0.8, "low": 0.7}
    plain |= {"high": 0.9, "coverage": 1.0, "plan": "", "unranked": "", "detail": "found by all clues"}
    plain |= {"when": "2026-01-01T10:00:00+00:00", "runs": 1}
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


FINAL = entry()["contest"] | {"seed": 4207}


def test_a_board_keeps_earlier_runs_and_the_same_run_once(tmp_path):
    path, later = tmp_path / "board-me.json", "2026-01-01T11:00:00+00:00"
    for one in (entry(), entry(), entry(file="other", when=later), entry(when=later)):
        leaderboard.add(path, [one])
    assert [(one["file"], one["when"][11:13]) for one in leaderboard.read(path)] == [
        ("abc", "10"),
        ("other", "11"),
        ("abc", "11"),
    ]


def test_a_second_look_at_a_final_seed_is_said(tmp_path):
    path, later = tmp_path / "board-me.json", "2026-01-01T11:00:00+00:00"
    leaderboard.add(path, [entry(contest=FINAL), entry(name="tint", contest=FINAL), entry()])
    assert leaderboard.merge([path])[1] == []
    leaderboard.add(path, [entry(contest=FINAL, when=later), entry(name="tint", contest=FINAL, file="x", when=later)])
    leaderboard.add(path, [entry(when=later), entry(file="y", when=later)])  # practice: as often as you like
    merged, words = leaderboard.merge([path])
    assert [one["runs"] for one in merged if one["name"] == "mirror" and one["contest"] == FINAL] == [2]
    assert len(words) == 2 and "mirror (abc) was run 2 times on the final seed 4207" in words
    assert any("tint: 2 files of that name" in one and "abc, x" in one for one in words)
    leaderboard.write(tmp_path / "class.json", merged)
    assert leaderboard.merge([tmp_path / "class.json"]) == (merged, words), "merging again must not forget"


def test_the_instructors_run_is_no_second_look(board):
    """A student runs it for the report, the instructor for the board: one run in each file."""
    theirs = board("a.json", entry(contest=FINAL, plan="p"))
    ours = board("b.json", entry(contest=FINAL, when="2026-01-02T10:00:00+00:00"))
    for files in ([theirs, ours], [ours, theirs]):
        (one,), words = leaderboard.merge(files)
        assert words == [] and (one["runs"], one["plan"]) == (1, "p")


def test_two_plans_of_one_entry_are_said(board):
    for contest, said in ((FINAL, 1), (entry()["contest"], 0)):
        files = [board(f"{plan}.json", entry(contest=contest, plan=plan)) for plan in ("p", "q")]
        words = leaderboard.merge(files)[1]
        assert len(words) == said and all("two plans, p and q" in one for one in words)


def test_final_contests_stand_first_and_plans_are_told(board):
    found, _ = leaderboard.merge([board("a.json", entry(), entry(contest=FINAL, plan="28ea948e26e8"))])
    assert [one["contest"]["seed"] for one in found] == [4207, 1]
    lines = leaderboard.lines(found)
    assert any(line.startswith("Final run, seed 4207: makers") for line in lines)
    assert any("plan 28ea948e26e8" in line for line in lines) and any("no plan" in line for line in lines)
    assert sum("all clues" in line and "course's examiners" in line for line in lines) == 1
    tables = leaderboard.tables(found)
    assert [heading.split(",")[0] for heading in tables] == ["Final run", "Practice"]
    assert next(iter(tables.values()))["mirror (abc)"]["plan"] == "28ea948e26e8"


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
    digits = [contestant.fingerprint(str(path)) for path in (unix, windows, other)]
    assert digits[0] == digits[1] != digits[2] and len(digits[0]) == 12
    assert leaderboard.plan_fingerprint({"a": 1, "b": 2}) == leaderboard.plan_fingerprint({"b": 2, "a": 1})


def test_a_final_seed_is_the_plans_own_and_no_practice_seed():
    seeds = [leaderboard.seed_of({"claim": str(number)}) for number in range(300)]
    assert min(seeds) >= 1000 and max(seeds) <= 8999 and len(set(seeds)) > 280
    assert leaderboard.seed_of({"claim": "1"}) == seeds[1]


def test_a_plan_is_for_the_entrants_of_its_side_and_folder(tmp_path):
    held = Outcome()
    for person, kind in (("kim", "examiner"), ("kim", "maker"), ("lee", "examiner")):
        held.outside.append(Entrant(str(tmp_path / person / "entry.py"), 0, kind, f"{person}'s {kind}"))
    plans = {tmp_path / "kim" / "plan.json": {"entry": "examiner", "claim": "a"}}
    assert leaderboard.planned(held, plans) == {
        "kim's examiner": leaderboard.plan_fingerprint(next(iter(plans.values())))
    }


@pytest.mark.parametrize("text", ["", "[]", '{"entry": "judge"}'])
def test_a_file_that_is_no_plan_is_worded(tmp_path, text):
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(ValueError, match=r"plan.json: it is no plan"):
        leaderboard.read_plan(tmp_path / "plan.json")
    with pytest.raises(ValueError, match="can't be read"):
        leaderboard.read_plan(tmp_path / "none.json")


def test_a_model_that_the_file_names_is_part_of_its_fingerprint(tmp_path):
    entry, model = tmp_path / "forger.py", tmp_path / "mine.safetensors"
    entry.write_text('MINE = load_own(Path(__file__).with_name("mine.safetensors"))')
    alone = contestant.fingerprint(str(entry))
    model.write_bytes(b"one net")
    (tmp_path / "another.safetensors").write_bytes(b"nobody's")
    first = contestant.fingerprint(str(entry))
    (tmp_path / "another.safetensors").write_bytes(b"changed")
    assert contestant.fingerprint(str(entry)) == first != alone
    model.write_bytes(b"a better one")
    assert contestant.fingerprint(str(entry)) != first


def test_a_plan_read_from_its_file_has_the_same_fingerprint(tmp_path):
    plan = {"entry": "maker", "claim": "½ of them", "better_by": 0.1, "practice_seeds": [1], "hours": 2}
    (tmp_path / "plan.json").write_text(json.dumps(plan, indent=1), "utf-8")
    found = leaderboard.plan_fingerprint(leaderboard.read_plan(tmp_path / "plan.json"))
    assert found == leaderboard.plan_fingerprint(plan)


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
