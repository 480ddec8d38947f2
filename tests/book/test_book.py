"""The book's pages before Sphinx sees them: what is folded, what is linked, what may not be in them."""

import base64
import io
import re
import xml.etree.ElementTree

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_output
from PIL import Image

from book import build, classroom, folds, formulas, front, glossary, lessons, offline, paper, tables
from book.pictures import Files, moved
from unmasked import paths
from unmasked.course import lesson, notebooks, source, stubs

DEMO = paths.ROOT / "tests" / "demo" / "lessons" / "01_demo.py"
README = (paths.ROOT / "README.md").read_text(encoding="utf-8")
HOLDS = '<div role="status">✓ <strong>It holds.</strong>\n\n<div>Every value.</div></div>'


def picture_html(alt="A grey square.", width=20):
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 90, 90)).save(kept, "PNG")
    return f'<img alt="{alt}" width="{width}" src="data:image/png;base64,{base64.b64encode(kept.getvalue()).decode()}">'


def shown(page, plain="words"):
    return new_output("display_data", {"text/html": page, "text/plain": plain})


@pytest.fixture(scope="module")
def course():
    """Every lesson's source and words."""
    return [(source.read(path), lesson.read(path.with_suffix(".toml"))) for path in source.lessons()]


@pytest.fixture
def demo(monkeypatch):
    """The demo lesson, its words, and its solved notebook in which every check holds."""
    monkeypatch.setattr(paths, "LESSONS", DEMO.parent)
    read = source.read(DEMO)
    solved = notebooks.solved(read)
    checks = {check.id for _, check in read.checks().values()}
    for cell in solved.cells:
        if cell.id in checks:
            cell.outputs = [shown(HOLDS), shown("<table><tr><td>7</td></tr></table>")]
    return read, lesson.read(DEMO.with_suffix(".toml")), solved


# --- what is folded


def test_each_hint_is_inside_the_one_before_and_the_answer_inside_the_last(demo):
    _, words, _ = demo
    asked = next(iter(words.exercises.values()))
    text = folds.exercise("x = ...", "x = 41 + 1", asked, HOLDS)
    opened = re.findall(r'<details class="(\w+)"><summary>(.+?)</summary>', text)
    assert opened == [*(("hint", title) for title in folds.NUMBERS), ("answer", "Answer")]
    assert text.count("</details>") == 4 and text.rindex("x = 41 + 1") < text.index("</details>")
    assert text.index("x = ...") < text.index(folds.NUMBERS[0]), "the stub stands before its hints"
    assert text.index("x = 41 + 1") < text.index("It holds."), "what the check says comes after the answer"


def test_an_exercise_of_a_lesson_shows_its_stub_and_hides_its_answer(demo):
    read, words, solved = demo
    made = lessons.page(read, words, solved, Files("pictures/demo"), set())
    code = "\n".join(cell.source for cell in made.cells if cell.cell_type == "code" and not cell.metadata.get("tags"))
    for id, (answer, check) in read.checks().items():
        turn = next(cell for cell in made.cells if cell.id == answer.id)
        assert stubs.stubbed(answer.text).strip() in turn.source.partition("<details")[0], id
        assert stubs.solved(answer.text).strip() in turn.source.partition('class="answer"')[2], id
        assert stubs.solved(answer.text) not in code, f"the answer of {id} is in plain sight"
        # A table that comes with the check is a result like any other and stays in sight.
        left = next(cell for cell in made.cells if cell.id == f"{check.id}-shown")
        assert "remove-input" in left.metadata.tags and len(left.outputs) == 1


def test_html_in_a_fold_has_no_empty_line(demo):
    """An empty line would end the block, and what follows would be read as Markdown."""
    read, words, solved = demo
    made = lessons.page(read, words, solved, Files("pictures/demo"), set())
    turns = [cell.source for cell in made.cells if 'class="turn"' in cell.source]
    assert turns and all("\n\n<div>Every value.</div></div>" not in turn for turn in turns)


def test_a_prediction_asks_and_folds_what_happened():
    asked = lesson.Prediction("demo.why", "Is `x` a number?", ("Yes", "No"))
    page = folds.prediction(asked, "it is 7")
    assert page.index("<li>No</li>") < page.index("<details") < page.index("it is 7")
    assert "<code>x</code>" in page and "<details" not in folds.prediction(asked, "")


def test_a_quiz_tells_only_behind_its_folds():
    asked = lesson.Question("Why?", ("Because", "Never"), 1, ("No.", "Yes, it never does."))
    before, _, after = folds.quiz([asked, asked]).partition("<details")
    assert "Yes, it never does" not in before and "B: Never" in after


def test_what_came_out_is_read_from_the_predictions_table():
    page = (
        "<table><thead><tr><th>Question</th><th>You predicted</th><th>What came out</th></tr></thead><tbody>"
        "<tr><td>Isn&#x27;t it?</td><td>(no prediction)</td><td>0.41 &amp; more</td></tr></tbody></table>"
    )
    assert folds.outcomes(page) == {"Isn't it?": "0.41 &amp; more"}
    with pytest.raises(ValueError, match="table of predictions"):
        folds.outcomes("<table><thead><tr><th>maker</th></tr></thead><tbody></tbody></table>")


def test_notes_for_instructors_are_folded():
    text = folds.instructor("*For the instructor.* 3 minutes. Ask why.")
    assert text.startswith("<details") and "For the instructor</summary>" in text and "\n\n3 minutes. Ask why." in text


# --- pictures


def test_pictures_become_files_with_their_words():
    files = Files("pictures/04")
    page = moved(picture_html(alt="Ada&#x27;s face"), files, "look") + moved(picture_html(), files, "look")
    assert list(files.kept) == ["look.webp", "look-2.webp"] and "base64" not in page
    found = BeautifulSoup(page, "html.parser").find_all("img")
    assert [one["alt"] for one in found] == ["Ada's face", "A grey square."]
    assert (found[0]["src"], found[0]["width"], found[0]["height"]) == ("pictures/04/look.webp", "20", "15")
    with Image.open(io.BytesIO(files.kept["look.webp"])) as kept:
        assert (kept.format, kept.size) == ("WEBP", (40, 30))


@pytest.mark.parametrize("page", [picture_html(alt=" "), '<img alt="Ada" src="https://example.org/ada.png">'])
def test_a_picture_without_words_or_from_elsewhere_is_refused(page):
    with pytest.raises(ValueError, match="look"):
        moved(page, Files("pictures/04"), "look")


def test_a_bench_names_its_room_only_where_the_playground_has_it(demo):
    read, words, solved = demo
    cell = next(one for one in solved.cells if one.cell_type == "code")
    cell.source, cell.outputs = "widgets.plugs(nets)", [shown(picture_html(), "An interactive part. Run it.")]
    for rooms, linked in (({"plugs"}, True), (set(), False)):
        made = lessons.page(read, words, nbformat.from_dict(solved), Files("p"), rooms)
        page = next(one for one in made.cells if one.id == cell.id).outputs[0]["data"]["text/html"]
        assert ("../playground.html#plugs" in page) == linked


def test_numbers_of_a_table_stay_on_the_right():
    cells = '<th style="text-align: left">a</th><td style="color: red; text-align: right">0.7</td>'
    page = f'<table style="margin: 0"><tr>{cells}</tr></table>'
    assert tables.plain(page) == '<table><tr><th>a</th><td class="number">0.7</td></tr></table>'


# --- terms


def test_every_term_leads_back_to_the_lessons_that_link_it(course):
    used = [use for text, words in course for use in glossary.uses(text, words)]
    text = (paths.LESSONS / "glossary.md").read_text(encoding="utf-8")
    page = glossary.page(text, used, {words.number: text.slug for text, words in course})
    entries = {glossary.anchor(part.partition("\n")[0]): part for part in re.split(r"^## ", page, flags=re.M)[1:]}
    assert {use.term for use in used} <= set(entries)
    for use in used:
        assert f"(#{use.cell})" in entries[use.term], f"{use.term} doesn't lead back to {use.cell}"
    cells = {cell.id: cell.text for text, _ in course for cell in text.cells}
    lost = [use for use in used if f"({use.cell})=" not in lessons.prose(cells[use.cell], use.cell)]
    assert not lost, f"no place to come back to: {lost}"


def test_a_terms_list_counts_only_where_nothing_else_does(demo):
    read, words, _ = demo
    first = read.cells[0]
    link = "[code](../lessons/glossary.md#code)"

    def with_texts(*texts):
        cells = [source.Cell(f"cell-{n}", "markdown", (), text) for n, text in enumerate(texts)]
        return glossary.uses(source.Source(read.slug, (first, *cells)), words)

    both = with_texts(f"## 2 · Codes  (Core, 3 min)\n\n{link}", f"**Terms.** {link}")
    assert [(use.place, use.cell) for use in both] == [("section 2", "cell-0")]
    assert [use.place for use in with_texts(f"**Terms.** {link}")] == ["terms"]


def test_headings_keep_their_minutes_below_them():
    text = lessons.prose("### Your turn · Swap  (●●○, 6 min)\nAda acts.", "swap-words")
    assert text.startswith('### Your turn · Swap\n\n<p class="meta">') and "difficulty 2 of 3" in text


# --- the other pages


def test_the_parts_of_the_course_hold_every_lesson_once():
    found = [number for part in front.parts(README) for number in part.numbers]
    assert found == [path.stem[:2] for path in source.lessons()]
    with pytest.raises(ValueError, match="table"):
        front.parts("no table")


def test_every_lesson_names_its_sources(course):
    page = front.sources([(words, text) for text, words in course])
    assert re.findall(r"^## (\d\d)", page, re.M) == [words.number for _, words in course]


def test_pages_for_instructors_link_within_the_book():
    made = classroom.pages(paths.ROOT / "class")
    assert set(made) == set(classroom.PAGES)
    links = {target for text in made.values() for target in re.findall(r"\]\(([^)#\s]+)\)", text)}
    assert all(link.startswith("https://") or link.removesuffix(".md") in made for link in links), links
    heads = [re.findall(r"^# .+$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M) for text in made.values()]
    assert all(len(found) == 1 for found in heads), "a page has one title"


# --- formulas


def formulas_of(course):
    text = "\n".join(cell.text for read, _ in course for cell in read.cells if cell.kind == "markdown")
    blocks = re.findall(r"\$\$(.+?)\$\$", text, re.S)
    return blocks + re.findall(r"(?<!\$)\$([^$\n]+)\$(?!\$)", re.sub(r"\$\$.+?\$\$", "", text, flags=re.S))


def test_every_formula_of_the_course_becomes_mathml(course):
    found = formulas_of(course)
    assert len(found) > 15
    for latex in found:
        tree = xml.etree.ElementTree.fromstring(formulas.formula(latex))
        drawn = "".join(tree.itertext())
        assert drawn.strip() and "\\" not in drawn, f"{latex} became {drawn}"
        assert tree.get("alttext") == " ".join(latex.split())


# --- what may not be in a finished page


@pytest.mark.parametrize(
    "body, words",
    [
        ('<script src="https://example.org/a.js"></script>', "isn't beside it"),
        ('<img src="gone.webp" alt="Ada">', "isn't beside it"),
        ('<img src="data:image/png;base64,AA">', "has no words"),
        ('<a href="other.html">on</a>', "isn't there"),
        ('<a href="#nowhere">down</a>', "no such place"),
        ('<audio src="heavy.wav"></audio>', "MB"),
    ],
)
def test_faults_of_a_page_are_named(tmp_path, body, words):
    (tmp_path / "heavy.wav").write_bytes(bytes(offline.HEAVIEST))
    (tmp_path / "index.html").write_text(f'<p id="here">{body}</p>', encoding="utf-8")
    assert [words in fault for fault in offline.faults(tmp_path)] == [True], offline.faults(tmp_path)


def test_a_whole_page_has_no_faults(tmp_path):
    links = '<a href="#here">up</a> <a href="../playground.html#plugs">play</a>'
    body = f'<p id="here">{links} <img alt="Ada" src="data:,"></p>'
    (tmp_path / "index.html").write_text(body, encoding="utf-8")
    assert offline.faults(tmp_path) == []


def test_a_style_from_elsewhere_is_a_fault(tmp_path):
    (tmp_path / "look.css").write_text('a { background: url("https://example.org/a.png") }', encoding="utf-8")
    assert len(offline.faults(tmp_path)) == 1


# --- on paper


def test_on_paper_answers_stand_at_the_end_and_links_stay_inside():
    asked = lesson.Question("Why?", ("Because", "Never"), 1, ("No.", "Yes."))
    body = f'<h1 id="top">T</h1>{folds.quiz([asked])}<a href="04.html#x">on</a><a href="../playground.html">play</a>'
    soup = BeautifulSoup(f'<article class="bd-article">{body}</article>', "html.parser")
    made = paper.chapter(soup, "00", ["00", "04"])
    assert made.find(class_="ask").find("details") is None
    assert made.find(class_="answers").find("summary").get_text() == "1 · Why?"
    assert [link["href"] for link in made.find_all("a")] == ["#04--x"] and made.h1["id"] == "00--top"


# --- the command


def test_the_command_never_clears_a_folder_that_holds_something_else(tmp_path, capsys):
    (tmp_path / "essay.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit):
        build.main(["--out", str(tmp_path)])
    assert (tmp_path / "essay.txt").exists() and "something else" in capsys.readouterr().err


def test_a_lesson_that_there_is_not_is_named(tmp_path):
    with pytest.raises(ValueError, match="no lessons 99"):
        build.build(tmp_path / "book", ("99",))


def test_the_order_of_the_book_is_that_of_its_lessons(tmp_path):
    for name in ("10_b", "02_a", "index"):
        (tmp_path / f"{name}.html").touch()
    assert build.order(tmp_path)[:5] == ["index", "02_a", "10_b", "glossary", "sources"]
