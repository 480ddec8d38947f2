"""The class's notebooks through the real nbgrader: generate, then autograde nine submissions."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from unmasked.course import build, classroom, mend, source, stubs

nbgrader_api = pytest.importorskip("nbgrader.api", reason="nbgrader comes with the [class] extra")

DEMO = Path(__file__).parents[1] / "demo"
SLUG = "01_demo"
POINTS = {"demo-double-check": 1, "demo-counter-check": 2, "demo-rows-check": 3}


def _build(root: Path) -> Path:
    shutil.copytree(DEMO / "lessons", root / "lessons")
    assert build.main(["--root", str(root), "--nbgrader", str(root / "class")]) == 0
    return root / "class"


@pytest.fixture(scope="module")
def classroom_folder(tmp_path_factory):
    """An nbgrader course folder with the demo lesson as its source."""
    return _build(tmp_path_factory.mktemp("course"))


def _source_notebook(folder):
    return nbformat.read(str(folder / "source" / SLUG / f"{SLUG}.ipynb"), as_version=4)


def test_the_source_has_markers_locked_checks_and_points(classroom_folder):
    notebook = _source_notebook(classroom_folder)
    nbformat.validate(notebook)
    cells = {cell.id: cell for cell in notebook.cells}
    settings = {id: cell.metadata.nbgrader for id, cell in cells.items() if "nbgrader" in cell.metadata}
    graded = {id: meta for id, meta in settings.items() if meta.grade}
    assert {id: meta.points for id, meta in graded.items()} == POINTS
    assert all(meta.locked and not meta.solution for meta in graded.values())
    assert {id for id, meta in settings.items() if meta.solution} == {"demo-double", "demo-counter", "demo-rows"}
    assert "### BEGIN SOLUTION" in cells["demo-double"].source
    assert all(cells[id].source.startswith(classroom.FRESH) for id in graded)
    assert "demo-note" not in cells, "an instructor's note would be released to the students"
    assert settings["demo-imports"].locked and not settings["demo-imports"].grade


def test_a_block_outside_a_function_is_a_stub_already(classroom_folder):
    guess = next(cell for cell in _source_notebook(classroom_folder).cells if cell.id == "demo-guess")
    assert "guess = ..." in guess.source and "SOLUTION" not in guess.source and "nbgrader" not in guess.metadata


def test_settings_that_are_there_are_left_alone(tmp_path, capsys):
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text("# mine\n", encoding="utf-8")
    _build(tmp_path)
    assert (folder / "nbgrader_config.py").read_text(encoding="utf-8") == "# mine\n"
    assert "it needs these lines" in capsys.readouterr().out


def test_an_exercise_without_an_entry_is_named(tmp_path, capsys):
    shutil.copytree(DEMO / "lessons", tmp_path / "lessons")
    words = tmp_path / "lessons" / "01_demo.toml"
    words.write_text(words.read_text(encoding="utf-8").replace('"demo.rows"', '"demo.rose"'), encoding="utf-8")
    assert build.main(["--root", str(tmp_path), "--nbgrader", str(tmp_path / "class")]) == 1
    assert "01_demo.toml: the exercise 'demo.rows' has no entry" in capsys.readouterr().out


def test_an_attempt_is_looked_up_by_name_whatever_stands_around_it():
    text = classroom._graded_text('ä = check("demo.double", ä, note="ä, ä")')
    assert text.endswith('ä = check("demo.double", globals().get("ä", ...), note="ä, ä")')
    assert stubs.parse(text)


# --- the real thing ---------------------------------------------------------------------------------------------------


def _nbgrader(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NBGRADER")}
    environment |= {
        # nbgrader calls alembic by its bare name.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join([str(DEMO / "grader"), str(DEMO), str(build.paths.ROOT)]),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
        "JUPYTER_DATA_DIR": str(folder / "jupyter-data"),
        "IPYTHONDIR": str(folder / "ipython"),
        "UNMASKED_HOME": str(folder / "grader"),
        "UNMASKED_CHECK_SECONDS": "3",
    }
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def released(classroom_folder):
    """The same folder after nbgrader made the students' version."""
    _nbgrader(classroom_folder, "generate_assignment", SLUG)
    return classroom_folder


def _release(folder):
    return nbformat.read(str(folder / "release" / SLUG / f"{SLUG}.ipynb"), as_version=4)


@pytest.mark.slow
def test_the_students_version_has_the_stubs_of_the_students_notebook(released):
    cells = {cell.id: cell for cell in _release(released).cells}
    student = {cell.id: cell for cell in source.read(DEMO / "lessons" / f"{SLUG}.py").cells if cell.kind == "code"}
    for id in ("demo-double", "demo-counter", "demo-rows", "demo-guess", "demo-use"):
        assert cells[id].source == stubs.stubbed(student[id].text), (
            f"the cell {id!r} differs from the student's notebook"
        )
    assert cells["demo-double-check"].metadata.editable is False


# What stands in a submission's answer cells, and the points that each check should give.
_ANSWERS = {
    "solved": (
        {
            "demo-double": "def double(values):\n    return values + values",
            "demo-counter": "class Counter:\n    def __init__(self, start):\n        self.n = start\n"
            "    def up(self):\n        self.n = self.n + 1\n        return self.n",
            "demo-rows": "rows = [{'number': n, 'doubled': 2 * n} for n in (1.0, 2.5)]",
        },
        POINTS,
    ),
    "empty": ({}, dict.fromkeys(POINTS, 0)),
    # A wrong first answer, on which the third builds: one mistake costs one exercise.
    "wrong": (
        {
            "demo-double": "def double(values):\n    return values + 2",
            "demo-counter": "class Counter:\n    def __init__(self, start):\n        self.n = start\n"
            "    def up(self):\n        self.n += 1\n        return self.n",
            "demo-rows": "def experiment(numbers):\n"
            "    return [{'number': n, 'doubled': float(double(n))} for n in numbers]\n\nrows = experiment([1.0, 2.5])",
        },
        {"demo-double-check": 0, "demo-counter-check": 2, "demo-rows-check": 3},
    ),
    # A cell that isn't Python, an answer that raises while it is made, one that ends the program when it is called;
    # and the class's `check` replaced by one that nods.
    "crashing": (
        {
            "demo-double": "def double(values:\n    return",
            "demo-use": "def check(id, attempt, **context):\n    return attempt",
            "demo-counter": "class Counter:\n    raise ValueError('no')",
            "demo-rows": "rows = [{'number': n, 'doubled': float(double(n))} for n in (1.0, 2.5)]",
        },
        {"demo-double-check": 0, "demo-counter-check": 0, "demo-rows-check": 3},
    ),
    # An answer that never ends, and one that ends Python itself.
    "hostile": (
        {
            "demo-double": "def double(values):\n    while True:\n        pass",
            "demo-counter": "import os\n\nclass Counter:\n    def __init__(self, start):\n        self.n = start\n"
            "    def up(self):\n        os._exit(0)",
            "demo-rows": "rows = [{'number': n, 'doubled': float(double(n))} for n in (1.0, 2.5)]",
        },
        {"demo-double-check": 0, "demo-counter-check": 0, "demo-rows-check": 3},
    ),
    # The course's own answer, wrapped; the course's judge replaced by one that nods.
    "cheating": (
        {
            "demo-double": "import demo_checks\n\ndef double(values):\n    return demo_checks.double(values)",
            "demo-use": "from unmasked.course import checking\n\n"
            "checking.judge = lambda *a, **k: checking.Outcome('holds')",
            "demo-counter": "class Counter:\n    pass",
        },
        {"demo-double-check": 0, "demo-counter-check": 0, "demo-rows-check": 0},
    ),
    # Nothing done, and every cell tagged so that none would run: a check that doesn't run counts as held.
    "skipping": ({}, dict.fromkeys(POINTS, 0)),
    # A cell that would end the kernel, before answers that hold.
    "leaving": (
        {
            "demo-guess": "import os\n\nos._exit(3)",
            "demo-use": "quit()",
            "demo-rows": "rows = [{'number': n, 'doubled': 2 * n} for n in (1.0, 2.5)]",
        },
        {"demo-double-check": 0, "demo-counter-check": 0, "demo-rows-check": 3},
    ),
}
SOLVED = _ANSWERS["solved"][0]


def _mangled(notebook):
    """What other editors and tired learners do to a solved notebook: it's all there, and nbgrader stumbles."""
    for cell in notebook.cells:
        cell.source = SOLVED.get(cell.id, cell.source)
    cells = {cell.id: cell for cell in notebook.cells}
    again = nbformat.from_dict(cells["demo-double"])  # the answer's cell twice, the same id and name
    notebook.cells.insert(notebook.cells.index(cells["demo-double"]), again)
    again.source = "def double(values):\n    return None  # an older try"
    for id in ("demo-counter", "demo-counter-check"):  # metadata and ids stripped
        cells[id].metadata = nbformat.from_dict({})
        cells[id].id = f"x{len(cells[id].source)}"
    notebook.cells.remove(cells["demo-rows-check"])  # a check that was deleted
    notebook.metadata.kernelspec = {"name": "conda-env", "display_name": "another", "language": "python"}
    return notebook


@pytest.fixture(scope="module")
def graded(released):
    """The folder after all submissions were graded."""
    for student, (answers, _) in _ANSWERS.items():
        notebook = _release(released)
        for cell in notebook.cells:
            cell.source = answers.get(cell.id, cell.source)
            if student == "skipping":
                cell.metadata.tags = ["skip-execution"]
        path = released / "submitted" / student / SLUG / f"{SLUG}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, str(path))
    mangled = released / "submitted" / "mangled" / SLUG / "my copy (1).ipynb"  # and renamed
    mangled.parent.mkdir(parents=True)
    nbformat.write(_mangled(_release(released)), str(mangled))
    mend.mend_folder(released / "submitted", released.parent)
    _nbgrader(released, "autograde", SLUG)
    return released


@pytest.mark.slow
@pytest.mark.parametrize("student", [*_ANSWERS, "mangled"])
def test_a_submission_gets_the_points_it_deserves(graded, student):
    with nbgrader_api.Gradebook(f"sqlite:///{graded / 'gradebook.db'}") as book:
        submission = book.find_submission_notebook(SLUG, SLUG, student)
        points = {grade.name: grade.auto_score for grade in submission.grades}
        most = {grade.name: grade.max_score for grade in submission.grades}
    assert most == POINTS
    wanted = POINTS if student == "mangled" else _ANSWERS[student][1]
    assert points == wanted, _outputs(graded, student)


@pytest.mark.slow
def test_after_a_failed_check_the_reference_goes_on(graded):
    for student in ("empty", "wrong", "crashing", "hostile"):
        cells = {cell.id: cell for cell in _autograded(graded, student).cells}
        errors = [id for id, cell in cells.items() if any(o.output_type == "error" for o in cell.get("outputs", []))]
        assert "demo-guess" not in errors, (
            f"{student}: a later cell failed for an earlier answer:\n{_outputs(graded, student)}"
        )
        if student != "crashing":
            assert cells["demo-use"].outputs[0].text == "12.0\n"
        failed = cells["demo-double-check"].outputs[-1]
        assert failed.ename == "AssertionError" and "`double`" in failed.evalue


@pytest.mark.slow
def test_grading_leaves_no_record(graded):
    assert list(graded.rglob("*.jsonl")) == [], "the record of whoever grades must stay as it was"


def _autograded(folder, student):
    return nbformat.read(str(folder / "autograded" / student / SLUG / f"{SLUG}.ipynb"), as_version=4)


def _outputs(folder, student) -> str:
    lines = []
    for cell in _autograded(folder, student).cells:
        for output in cell.get("outputs", []):
            lines.append(f"{cell.id}: {output.get('evalue') or output.get('text') or output.get('data')}"[:300])
    return "\n".join(lines)
