"""The build: stubs, ids, freshness, and running what changed."""

import dis
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked import paths
from unmasked.course import build, execute, notebooks, source, stubs

DEMO = Path(__file__).parents[1] / "demo"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course folder with the demo lesson in it; kernels find the demo's checks."""
    shutil.copytree(DEMO / "lessons", tmp_path / "lessons")
    monkeypatch.setenv("PYTHONPATH", str(DEMO))
    return build.Folders.under(tmp_path)


def _edit(folders, old, new, suffix=".py"):
    path = folders.lessons / f"01_demo{suffix}"
    text = path.read_text(encoding="utf-8")
    assert old in text, f"the demo lesson has no {old!r} any more"
    path.write_text(text.replace(old, new), encoding="utf-8")


def _read(folder):
    return nbformat.read(str(folder / "01_demo.ipynb"), as_version=4)


# --- stubs ------------------------------------------------------------------------------------------------------------

_STATEMENTS = [
    "total = {secret} + 1",
    "for i in range({secret}):\n    total = i\n    if i: break",
    "with open(str({secret})) as f:\n    return_value = f.read()",
    "if {secret}:\n    answer = 1\nelse:\n    answer = 2",
    "text = '''{secret}\n  indented\nback'''",
    "def helper(x):\n    return x + {secret}",
    "# a comment with {secret}",
    "x, (y, *z) = {secret}, (1, 2)",
    "value: int = {secret}",
    "squares = [i * {secret} for i in (1, 2)]",
    "rest = (\n    {secret}\n    % 7\n)",
    "print({secret}, ...)",
]
_FUNCTIONS = [
    "def given(a, b=(1, 2)):\n    '''Doc.'''\n    first = a\n",
    "async def given():\n",
    "class Given:\n    kind = 3\n\n    def method(self):\n",
    "class Given:\n    def __init__(self):\n        super().__init__()\n",
    "def outer():\n    def inner():\n",
    "@decorated(\n    1,\n)\ndef given(\n    a,\n):\n    if a:\n",
]


@st.composite
def _blocks(draw):
    secret = draw(st.integers(10**8, 10**9))
    chosen = draw(st.lists(st.sampled_from(_STATEMENTS), min_size=1, max_size=4))
    # A block of comments alone is no answer.
    return secret, "\n".join([*chosen, "result = 1"]).replace("{secret}", str(secret))


def _indented(text, spaces):
    lines, inside = [], False
    for line in text.split("\n"):
        lines.append(line if inside or not line else " " * spaces + line)
        inside ^= line.count("'''") % 2 == 1
    return "\n".join(lines)


def _marked(block, spaces):
    edge = " " * spaces
    return f"{edge}### BEGIN SOLUTION\n{_indented(block, spaces)}\n{edge}### END SOLUTION"


@settings(deadline=None, max_examples=150)
@given(block=_blocks(), head=st.sampled_from(_FUNCTIONS), tail=st.sampled_from(["", "\n\nafter = 1"]))
def test_in_a_function_an_answer_becomes_return_dots(block, head, tail):
    secret, text = block
    last = head.rstrip("\n").split("\n")[-1]
    spaces = len(last) - len(last.lstrip()) + (4 if last.endswith(":") else 0)
    cell = head + _marked(text, spaces) + tail
    made = stubs.stubbed(cell)
    assert str(secret) not in made and "SOLUTION" not in made
    assert made == head + " " * spaces + stubs.TURN + "\n" + " " * spaces + "return ..." + tail
    assert stubs.parse(made)
    assert stubs.solved(cell) == head + _indented(text, spaces) + tail, "the solved cell is the cell without markers"
    assert stubs.stubbed(cell, only_outside_functions=True) == cell
    assert stubs.stubbed(made) == made, "a stub has nothing left to take out"


@settings(deadline=None, max_examples=150)
@given(block=_blocks(), head=st.sampled_from(["", "before = 1\n", "class Given:\n    kind = 3\n", "if before:\n"]))
def test_outside_a_function_every_name_becomes_dots(block, head):
    secret, text = block
    spaces = 4 if head.endswith(":\n") or head.startswith("class") else 0
    made = stubs.stubbed(head + _marked(text, spaces))
    assert str(secret) not in made and made.startswith(head)
    # From the compiled cell: `symtable` counts a comprehension's own variables too, from Python 3.12 on.
    compiled = dis.get_instructions(compile(text, "cell", "exec"))
    bound = {step.argval for step in compiled if step.opname == "STORE_NAME"}
    bound -= {"__annotate__", "__conditional_annotations__"}  # Python's own, from 3.14 on
    in_stub = [line.strip() for line in made[len(head) :].split("\n")]
    assert in_stub[0] == stubs.TURN_NAMES
    assert {line.removesuffix(" = ...") for line in in_stub[1:]} == bound


@settings(deadline=None)
@given(
    text=st.text(
        alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\x0c\x1c\x1d\x1e\x85\u2028\u2029")
    )
)
def test_a_cell_without_markers_stays_as_it_is(text):
    cell = "note = " + repr(text)
    assert stubs.stubbed(cell) == stubs.solved(cell) == cell


def test_a_comprehension_keeps_its_variable_and_gives_away_what_a_walrus_binds():
    made = stubs.stubbed(_marked("doubled = [twice for i in (1, 2) if (twice := 2 * i)]", 0))
    assert made.split("\n") == [stubs.TURN_NAMES, "doubled = ...", "twice = ..."]


def test_two_blocks_in_a_cell_become_two_stubs():
    cell = "def a():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n\ndef b():\n" + _marked("return 2", 4)
    assert stubs.stubbed(cell).count("return ...") == 2 and "return 1" not in stubs.stubbed(cell)


def test_magics_are_no_obstacle():
    cell = "%matplotlib inline\n!ls\ndef f():\n" + _marked("return 1", 4)
    assert stubs.stubbed(cell).startswith("%matplotlib inline\n!ls\ndef f():\n    # Your turn")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("### BEGIN SOLUTION\nx = 1", "line 1: BEGIN SOLUTION without END"),
        ("x = 1\n### END SOLUTION", "line 2: END SOLUTION without BEGIN"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "line 2: a second BEGIN"),
        ("### BEGIN SOLUTION\n# only words\n### END SOLUTION", "line 1: the solution block is empty"),
        ("x = 1  ### BEGIN SOLUTION\ny = 2\n### END SOLUTION", "line 1: a marker stands alone"),
        ("#### BEGIN SOLUTION\ny = 2\n### END SOLUTION", "line 1: a marker stands alone"),
        ("### BEGIN SOLUTION\ny = \n### END SOLUTION", "line 2: invalid syntax"),
    ],
)
def test_broken_markers_are_named(cell, words):
    with pytest.raises(ValueError, match=words):
        stubs.stubbed(cell)


def _good(x):
    y = x[..., 0]
    return y if x is not ... else None


def _stub(x):
    return ...


class _WithStub:
    @property
    def size(self):
        return ...


@pytest.mark.parametrize(("attempt", "is_stub"), [(_good, False), (_stub, True), (..., True), (len, False), (3, False)])
def test_stubs_are_told_from_answers_that_use_an_ellipsis(attempt, is_stub):
    assert stubs.holds_stub(attempt) is is_stub


def test_stubs_in_a_learners_class_and_object_are_found(monkeypatch):
    monkeypatch.setattr(_WithStub, "__module__", "__main__")
    assert stubs.holds_stub(_WithStub) and stubs.holds_stub(_WithStub())


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (' id="demo-use"', "", "every cell needs an id"),
        ('id="demo-use"', 'id="Demo_Use"', "every cell needs an id"),
        ('id="demo-use"', f'id="{"a" * 65}"', "every cell needs an id"),
        ('id="demo-use"', 'id="demo-double"', "'demo-double' is taken"),
        ('tags=["figure"]', 'tags=["figur"]', "the tag 'figur' is unknown"),
        ('[markdown] id="demo-note"', 'id="demo-note"', "an instructor's note is a markdown cell"),
        ('double = check("demo.double", double)', 'double = check("demo.double", double)\nx = 1', "stands alone"),
        ("print(double", "print double", "line 1"),
        ("# Two minutes.", "# Two minutes.\n# ### BEGIN SOLUTION", "belongs in a code cell"),
        ("    return 2 * values\n", "", "the solution block is empty"),
    ],
)
def test_a_source_with_a_mistake_is_named(course, old, new, words):
    if old == "# Two minutes.":
        old, new = "# *For the instructor.* Two minutes.", "# Note\n# ### BEGIN SOLUTION"
    _edit(course, old, new)
    with pytest.raises(ValueError, match=words) as raised:
        source.read(course.lessons / "01_demo.py")
    assert "01_demo.py, cell" in str(raised.value)
    assert any("01_demo" in line for line in build.stale(course)), "--check must name it too"
    assert build.build(course, say=lambda words: None) is False


def test_the_checks_of_a_lesson_are_found_with_their_answers(course):
    found = source.read(course.lessons / "01_demo.py").checks()
    assert {id: answer.id for id, (answer, _) in found.items()} == {
        "demo.double": "demo-double",
        "demo.counter": "demo-counter",
        "demo.rows": "demo-rows",
    }


# --- building ---------------------------------------------------------------------------------------------------------


def test_the_students_notebook_is_valid_and_gives_nothing_away(course):
    assert build.build(course, say=lambda words: None)
    text = (course.notebooks / "01_demo.ipynb").read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    for secret in ("SOLUTION", "2 * values", "self.value", 'doubled": float', "guess, other = 3, 4", "instructor"):
        assert secret not in text, f"{secret!r} must not be in the student's notebook"
    assert "“quotes” and *Umlaute äöü*" in text
    ids = [cell.id for cell in notebook.cells]
    assert ids[:3] == ["demo-card", "demo-imports", "demo-double"] and len(set(ids)) == len(ids)


def test_a_lesson_may_open_with_a_picture_before_anything_has_run(course):
    _edit(course, 'id="demo-use"', 'id="demo-use" tags=["opening"]')
    with pytest.raises(ValueError, match=r"01_demo\.webp and .* 'demo\.opening' are wanted"):
        source.read(course.lessons / "01_demo.py")
    (course.lessons / "01_demo.webp").write_bytes(b"RIFF")
    words = course.lessons / "01_demo.toml"
    text = words.read_text(encoding="utf-8")
    assert "[figures]" not in text
    words.write_text(f'{text}\n[figures]\n"demo.opening" = "A \\"face\\", large."\n', encoding="utf-8")
    build.build(course, say=lambda words: None)
    (cell,) = [cell for cell in _read(course.notebooks).cells if cell.get("outputs")]
    assert cell.id == "demo-use" and cell.metadata.jupyter.source_hidden
    data = cell.outputs[0].data
    assert data["text/plain"] == 'A "face", large.'
    assert 'alt="A &quot;face&quot;, large."' in data["text/html"] and ";base64,UklGRg==" in data["text/html"]
    assert not any(cell.get("outputs") for cell in _read(course.solutions).cells), "the solved one shows what came out"


def test_the_same_source_gives_the_same_bytes(course):
    build.build(course, say=lambda words: None)
    first = [(folder / "01_demo.ipynb").read_bytes() for folder in (course.notebooks, course.solutions)]
    shutil.rmtree(course.notebooks)
    build.build(course, say=lambda words: None)
    assert [(folder / "01_demo.ipynb").read_bytes() for folder in (course.notebooks, course.solutions)] == first
    assert b"\r" not in first[0]


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A course folder whose demo lesson was built and run once for all tests of this file."""
    root = tmp_path_factory.mktemp("executed")
    shutil.copytree(DEMO / "lessons", root / "lessons")
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(DEMO))
        assert build.build(build.Folders.under(root), run=[], say=said.append), said
    return root


@pytest.fixture
def run_course(executed, tmp_path, monkeypatch):
    """A copy of it to change."""
    root = tmp_path / "course"
    shutil.copytree(executed, root)
    monkeypatch.setenv("PYTHONPATH", str(DEMO))
    return build.Folders.under(root)


def test_the_solved_notebook_has_answers_and_outputs(run_course):
    assert build.stale(run_course) == []
    notebook = _read(run_course.solutions)
    cells = {cell.id: cell for cell in notebook.cells}
    assert "return 2 * values" in cells["demo-double"].source and "SOLUTION" not in json.dumps(notebook)
    assert "instructor" in cells["demo-note"].metadata.tags
    assert cells["demo-use"].outputs[0].text == "12.0\n"
    assert "holds" in cells["demo-double-check"].outputs[0].data["text/html"]
    assert [cells[id].execution_count for id in ("demo-imports", "demo-double")] == [1, 2]


def test_a_bench_keeps_its_picture_and_loses_its_view(run_course):
    bench = next(cell for cell in _read(run_course.solutions).cells if cell.id == "demo-bench")
    data = bench.outputs[0].data
    assert "image/png" in data and "application/vnd.jupyter.widget-view+json" not in data
    assert "widgets" not in _read(run_course.solutions).metadata
    assert "Bench(" not in data["text/plain"]


def test_running_again_runs_nothing_that_is_unchanged(run_course):
    said = []
    assert build.build(run_course, run=[], say=said.append)
    assert said == [], "nothing changed, so nothing is to be run or written"


def test_changed_words_keep_outputs_and_changed_code_loses_them(run_course):
    _edit(run_course, "# # A tiny lesson", "# # Another title")
    assert [line.split(":")[0] for line in build.stale(run_course)] == [
        "notebooks/01_demo.ipynb",
        "solutions/01_demo.ipynb",
    ]
    assert build.build(run_course, say=lambda words: None) and build.stale(run_course) == []
    assert _read(run_course.solutions).cells[0].source.startswith("# Another title")
    assert any(cell.get("outputs") for cell in _read(run_course.solutions).cells), "outputs of unchanged code are kept"
    _edit(run_course, "np.ones((2, 3))", "np.ones((4, 3))")
    assert any("demo-use" in line for line in build.stale(run_course))
    assert build.build(run_course, say=lambda words: None)
    assert not any(cell.get("outputs") for cell in _read(run_course.solutions).cells)
    assert [line for line in build.stale(run_course) if "not run since" in line and "--execute 01" in line]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda course: _edit(course, "double(np.ones((2, 3)))", "double(np.ones((3, 3)))"),
            "the cell 'demo-use' differs",
        ),
        (lambda course: _edit(course, 'id="demo-use"', 'id="demo-used"'), "a cell 'demo-used' that is not in it"),
        (lambda course: (course.notebooks / "01_demo.ipynb").unlink(), "notebooks/01_demo.ipynb: missing"),
        (lambda course: (course.notebooks / "01_demo.ipynb").write_text("{"), "not a readable notebook"),
        (
            lambda course: shutil.copy(course.notebooks / "01_demo.ipynb", course.notebooks / "09_old.ipynb"),
            "no such lesson",
        ),
        (lambda course: _edit(course, "What is twice one?", "Two?", ".toml"), "solutions/01_demo.ipynb: "),
    ],
)
def test_what_is_stale_is_named_with_the_reason(run_course, change, words):
    change(run_course)
    found = build.stale(run_course)
    assert any(words in line for line in found), f"none of these says {words!r}: {found}"


def test_a_student_who_saved_in_the_built_folder_is_noticed(run_course):
    notebook = _read(run_course.notebooks)
    notebook.cells[1].source += "\n# my note"
    nbformat.write(notebook, str(run_course.notebooks / "01_demo.ipynb"))
    assert any("'demo-imports' differs" in line for line in build.stale(run_course))


def test_a_lesson_that_fails_is_named_and_leaves_the_old_files(run_course):
    _edit(run_course, "guess, other = 3, 4", "guess, other = 3, 4 / 0")
    before = (run_course.solutions / "01_demo.ipynb").read_bytes()
    said = []
    assert build.build(run_course, run=["01"], say=said.append) is False
    assert any("cell 'demo-guess': ZeroDivisionError" in line for line in said), said
    assert (run_course.solutions / "01_demo.ipynb").read_bytes() == before
    assert not list(run_course.solutions.glob(".*")), "nothing half-written may be left"


def test_a_kernel_that_dies_and_one_that_hangs_are_named(course):
    cells = source.read(course.lessons / "01_demo.py").cells[:1]

    def notebook(text):
        return notebooks.notebook(
            "01_demo", [(source.Cell("dying", "code", (), text), text), *((c, c.text) for c in cells)]
        )

    with pytest.raises(execute.LessonError, match=r"dying|first cell"):
        execute.run(notebook("import os; os._exit(3)"))
    with pytest.raises(execute.LessonError, match=r"dying|first cell"):
        execute.run(notebook("while True: pass"), timeout=1)


def test_progress_bars_keep_their_last_state_and_paths_stay_private(course):
    text = "import os\nprint('1 %\\r50 %\\r100 %')\nprint(os.environ['UNMASKED_HOME'], " + f"{str(paths.ROOT)!r})"
    done = execute.run(notebooks.notebook("x", [(source.Cell("bar", "code", (), text), text)]))
    said = "".join(output.text for output in done.cells[0].outputs)
    assert said.startswith("100 %\n") and str(paths.ROOT) not in said and "tmp" not in said


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "x.ipynb"
    notebooks.write(path, "old")

    def stop(*all):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        notebooks.write(path, "new")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_the_command_says_and_returns_what_it_found(course, capsys):
    root = str(course.lessons.parent)
    assert build.main(["--check", "--root", root]) == 1
    assert "notebooks/01_demo.ipynb: missing" in capsys.readouterr().out
    assert build.main(["--root", root]) == 0
    assert build.main(["--execute", "77", "--root", root]) == 1
    assert "no lesson's file begins with '77'" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        build.main(["--check", "--execute", "--root", root])


def test_the_courses_own_notebooks_are_fresh():
    done = subprocess.run(
        [sys.executable, "-m", "unmasked.course.build", "--check"], cwd=paths.ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, f"python -m unmasked.course.build --check says:\n{done.stdout}{done.stderr}"
