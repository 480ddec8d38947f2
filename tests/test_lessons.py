"""Every lesson: its format, its words, and that it runs solved and unsolved in a fresh kernel."""

import ast
import json
import math
import os
import re
import statistics
import tomllib
from pathlib import Path

import pytest

from unmasked import paths
from unmasked.course import classroom, execute, lesson, notebooks, record, source, stubs

DEMO = Path(__file__).parent / "demo" / "lessons"
LESSONS = [*source.lessons(DEMO), *source.lessons()]
# The median, and what nine in ten must keep to.
MEDIAN_LINES, MOST_LINES = 8, 25
WIDEST = 88  # characters: JupyterLab does not wrap code, and on a laptop more than that is past the edge
NUMBER = re.compile(r"(?<![\w.])(?:(\d*\.\d+)(?![\w.]*\w)|(\d+(?:\.\d+)?)\s?%)")
FIGURE = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")
GLOSSARY = re.compile(r"\]\((?:[^)\s]*/)?glossary\.md#([^)\s]*)\)")


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def path(request, monkeypatch) -> Path:
    """A lesson's source; the course then finds its words beside it."""
    monkeypatch.setattr(paths, "LESSONS", request.param.parent)
    return request.param


def _topic(path: Path) -> str:
    return path.stem.partition("_")[2].replace("_", "-")


def _is_demo(path: Path) -> bool:
    return path.parent == DEMO


def test_every_source_has_its_words_and_the_other_way_round():
    sources, words = ({path.stem for path in paths.LESSONS.glob(f"[0-9][0-9]_*.{end}")} for end in ("py", "toml"))
    assert sources == words, f"without a partner under lessons/: {sorted(sources ^ words)}"


def test_a_lesson_goes_by_one_name_in_every_folder(path):
    if _is_demo(path):
        pytest.skip("the demo lesson has its checks and wrong answers beside it")
    slug, tests = path.stem.partition("_")[2], Path(__file__).parent
    wanted = [paths.ROOT / "unmasked" / "course" / "checks" / f"{slug}.py", tests / "wrong" / f"{slug}.py"]
    missing = [
        str(file.relative_to(paths.ROOT))
        for file in [*wanted, tests / "browser" / f"test_{slug}.py"]
        if not file.exists()
    ]
    assert not missing, f"{path.stem} has no {missing}"


def test_a_lesson_can_be_read_and_built(path):
    read = source.read(path)
    for built in (
        notebooks.student(read),
        notebooks.solved(read),
        classroom.source_notebook(read, lesson.load(_topic(path))),
    ):
        assert notebooks.text_of(built)


def test_what_an_exercise_asks_for_can_be_read_without_scrolling_sideways(path):
    for cell in notebooks.student(source.read(path)).cells:
        if cell.cell_type == "code" and (stubs.TURN in cell.source or stubs.TURN_NAMES in cell.source):
            wide = [line for line in cell.source.splitlines() if len(line) > WIDEST]
            assert not wide, f"{cell.id}: over {WIDEST} characters: {wide[0]!r}"


def test_every_exercise_follows_its_answer_and_has_words(path):
    words = lesson.load(_topic(path))
    checks = source.read(path).checks()
    for id, (answer, check) in checks.items():
        assert lesson.topic_of(id) == words.topic, f"{id} begins with another topic"
        assert answer is not None and stubs.has_solution(answer.text), f"{check.id}: no answer stands right before it"
        call = check.text.partition("=")
        assert call[0].strip() in call[2], (
            f"{check.id}: the same name belongs on both sides, as in swap = check(id, swap)"
        )
    assert set(words.exercises) == set(checks), "the .toml and the lesson name different exercises"


def test_every_solution_belongs_to_an_exercise(path):
    if _is_demo(path):
        pytest.skip("the demo lesson has a block without an exercise on purpose")
    read = source.read(path)
    answers = {answer.id for answer, _ in read.checks().values()}
    stray = [
        cell.id
        for cell in read.cells
        if cell.kind == "code" and stubs.has_solution(cell.text) and cell.id not in answers
    ]
    assert not stray, f"a solution block without a check right after it: {stray}"


def test_the_quiz_and_the_predictions_are_complete(path):
    words = lesson.load(_topic(path))
    if not _is_demo(path):
        assert len(words.quiz) == 5, f"five quiz questions are wanted; there are {len(words.quiz)}"
        used = set(re.findall(r"""\bpredict\(\s*["']([^"']+)["']""", _code(path)))
        assert used == set(words.predictions), (
            f"only in the lesson or only in the .toml: {sorted(used ^ set(words.predictions))}"
        )
        assert "quiz(" in _code(path), "the quiz is nowhere shown"


def test_what_a_figure_shows_is_told_in_the_toml_and_not_beside_the_code(path):
    """Words for those who don't see a figure tell what is to be seen: in a visible cell they'd answer the question."""
    if _is_demo(path):
        pytest.skip("the demo lesson shows how words stand in the code, too")
    used, plain = set(), []
    for cell in source.read(path).cells:
        for node in ast.walk(stubs.parse(cell.text)) if cell.kind == "code" else ():
            if isinstance(node, ast.Call) and _name(node.func) in ("show", "show_pictures"):
                words = [word.value for word in node.keywords if word.arg == "alt"]
                words += node.args[1:2] if _name(node.func) == "show" else []
                plain += [cell.id for word in words if isinstance(word, ast.JoinedStr) or " " in str(_text(word))]
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and FIGURE.fullmatch(node.value):
                used.add(node.value)
    assert not plain, f"these cells have a figure's words in their code: {plain}; give the id of a [figures] entry"
    if source.read(path).opening:
        used.add(f"{_topic(path)}.opening")  # the picture that stands there before anything has run
    planned = set(lesson.load(_topic(path)).figures)
    assert planned <= used, f"the .toml has words for figures that the lesson doesn't show: {sorted(planned - used)}"


def test_what_came_out_is_folded_in_the_students_notebook(path):
    for cell, built in zip(
        [cell for cell in source.read(path).cells if "instructor" not in cell.tags],
        notebooks.student(source.read(path)).cells,
        strict=True,
    ):
        if "saw" in cell.tags:
            assert built.source.startswith("<details>") and built.source.endswith("</details>"), cell.id
            assert cell.text in built.source, cell.id


def test_the_length_of_a_choice_does_not_give_the_answer_away():
    asked = [question for topic in lesson.topics() for question in lesson.load(topic).quiz]
    lengths = [(len(q.choices[q.answer]), [len(choice) for choice in q.choices]) for q in asked]
    longest = sum(right == max(all) for right, all in lengths)
    shortest = sum(right == min(all) for right, all in lengths)
    assert longest <= 0.4 * len(asked), f"in {longest} of {len(asked)} questions the longest choice is the right one"
    assert shortest <= 0.4 * len(asked), f"in {shortest} of {len(asked)} questions the shortest choice is the right one"


def test_a_number_in_the_prose_is_printed_or_cited(path):
    if _is_demo(path):
        pytest.skip("the demo lesson has no solved notebook")
    printed = _printed(path)
    words = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    cited = words.get("cited", {})
    prose = [(cell.id, cell.text) for cell in source.read(path).cells if cell.kind == "markdown"]
    prose += [(f"quiz, {q['question']}", " ".join([*q["choices"], *q["why"]])) for q in words["quiz"]]
    loose = [(id, number) for id, text in prose for number in _figures(text) if number not in cited]
    loose = [
        found for found in loose if not re.search(rf"(?<![\d.])0?{re.escape(found[1].lstrip('0'))}(?!\d)", printed)
    ]
    assert not loose, (
        f"{path.stem}.toml: the prose says what the solved notebook nowhere prints: {loose}; print it, leave it out, "
        "or name its source under [cited]"
    )
    idle = [number for number in cited if not any(number in _figures(text) for _, text in prose)]
    assert not idle, f"{path.stem}.toml cites numbers that the prose doesn't say: {idle}"


def test_sentences_have_the_length_of_talk(path):
    if _is_demo(path):
        pytest.skip("the demo lesson is too short to have a voice")
    words = [count for cell in source.read(path).cells if cell.kind == "markdown" for count in _sentences(cell.text)]
    median, short = statistics.median(words), sum(count < 8 for count in words) / len(words)
    assert median >= 12, f"half of the sentences have under {median:g} words: telegrams (PROSE: 12 to 18)"
    assert short <= 0.15, f"{short:.0%} of the sentences have under 8 words"


def test_code_cells_are_short(path):
    counted = [
        (_lines(cell.text), cell.id)
        for cell in source.read(path).cells
        if cell.kind == "code" and not {"setup", "figure"} & set(cell.tags)
    ]
    lengths = sorted(length for length, _ in counted)
    assert statistics.median(lengths) <= MEDIAN_LINES, (
        f"half of the code cells have more than {MEDIAN_LINES} lines: {counted}"
    )
    long = [id for length, id in counted if length > MOST_LINES]
    assert len(long) <= math.floor(len(counted) / 10), f"more than one in ten has over {MOST_LINES} lines: {long}"


def test_glossary_terms_exist(path):
    glossary = paths.ROOT / "lessons" / "glossary.md"
    known = _anchors(glossary.read_text(encoding="utf-8")) if glossary.exists() else set()
    linked = [(cell.id, term) for cell in source.read(path).cells for term in GLOSSARY.findall(cell.text)]
    missing = [(id, term) for id, term in linked if term not in known]
    assert not missing, f"lessons/glossary.md has no heading for (cell, term): {missing}"


def test_the_glossary_has_each_term_once_and_explains_it():
    glossary = paths.ROOT / "lessons" / "glossary.md"
    if not glossary.exists():
        pytest.skip("no glossary yet")
    parts = re.split(r"^## +", glossary.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    terms = [part.partition("\n")[0].strip() for part in parts]
    assert len({_anchor(term) for term in terms}) == len(terms), "a term is there twice"
    empty = [term for term, part in zip(terms, parts, strict=True) if len(part.partition("\n")[2].split()) < 4]
    assert not empty, f"terms without a meaning: {empty}"


@pytest.mark.slow
def test_the_unsolved_lesson_runs_to_its_end(path, tmp_path, monkeypatch):
    outcomes = _run(path, notebooks.student(source.read(path)), tmp_path, monkeypatch, UNMASKED_MAX_STEPS="2")
    assert set(outcomes) == set(source.read(path).checks()), "some exercise was never checked"
    assert set(outcomes.values()) <= {"open"}, f"unsolved exercises must count as open: {outcomes}"


@pytest.mark.slow
def test_the_solved_lesson_runs_and_every_check_holds(path, tmp_path, monkeypatch):
    outcomes = _run(path, notebooks.solved(source.read(path)), tmp_path, monkeypatch)
    assert set(outcomes) == set(source.read(path).checks()), "some exercise was never checked"
    assert set(outcomes.values()) <= {"holds"}, f"the lesson's own answers must hold: {outcomes}"


def _run(path, notebook, tmp_path, monkeypatch, **environment) -> dict[str, str]:
    """Run a lesson; exercise id → outcome of its check, from the record that it left."""
    if _is_demo(path):
        environment["PYTHONPATH"] = os.pathsep.join([str(DEMO.parent), str(paths.ROOT)])
    done = execute.run(notebook, home=tmp_path / "home", **environment)
    errors = [cell.id for cell in done.cells for output in cell.get("outputs", []) if output.output_type == "error"]
    assert not errors, f"cells with an error: {errors}"
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))
    return {entry["exercise"]: entry["outcome"] for entry in record.read(_topic(path)) if entry["kind"] == "check"}


def _code(path: Path) -> str:
    return "\n".join(cell.text for cell in source.read(path).cells if cell.kind == "code")


def _lines(text: str) -> int:
    """Lines of code: not blank, not a comment, not a docstring (what explains an exercise should cost nothing)."""
    words = set()
    for node in ast.walk(stubs.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            words |= set(range(node.lineno, node.end_lineno + 1))
    lines = enumerate(text.split("\n"), start=1)
    return sum(1 for number, line in lines if number not in words and line.strip() and not line.strip().startswith("#"))


def _sentences(text: str) -> list[int]:
    """How many words the sentences of a markdown cell have; headings, tables and formulas left out."""
    lines = [line.lstrip("# ").strip() for line in text.split("\n")]
    told = " ".join(line for line in lines if line and not line.startswith(("|", "$$")))
    return [count for count in (len(part.split()) for part in re.split(r"(?<=[.!?:])\s+", told)) if count > 1]


def _figures(text: str) -> list[str]:
    """The decimals and percentages in a text, without signs: "65.18" for 65.18 %. Links and sources are left out."""
    text = re.sub(r"\]\([^)]*\)|\*\*Sources\.\*\*.*", "", text, flags=re.DOTALL)
    return [a or b for a, b in NUMBER.findall(text)]


def _printed(path: Path) -> str:
    """What the solved notebook of a lesson puts out as text, and its code."""
    book = json.loads((paths.ROOT / "solutions" / f"{path.stem}.ipynb").read_text(encoding="utf-8"))
    parts = [_code(path)]
    for output in (output for cell in book["cells"] for output in cell.get("outputs", [])):
        data = output.get("data", {})
        parts += [
            "".join(output.get("text", "")),
            *("".join(data.get(kind, "")) for kind in ("text/plain", "text/html")),
        ]
    return re.sub(r'src="data:[^"]*"', "", "\n".join(parts))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) else ""


def _anchors(markdown: str) -> set[str]:
    return {_anchor(term) for term in re.findall(r"^## +(.+)$", markdown, flags=re.MULTILINE)}


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
