"""The widgets in a real JupyterLab: keys change pixels, alt text arrives, errors are said, a busy kernel draws."""

import base64
import json
import re
from pathlib import Path

import cv2
import nbformat
import numpy as np
import pytest

pytestmark = pytest.mark.browser

TESTS = Path(__file__).resolve().parent.parent

BENCH = """
import time
import numpy as np
from unmasked.widgets import *
from unmasked.faces import draw_faces

drawn = []

def draw(settings):
    drawn.append(settings)
    if settings["turn"] > 33:
        raise ValueError("the head came off")
    picture = np.full((20, 30, 3), round(128 + 3 * settings["turn"]), np.uint8)
    if settings["who"] == "bo":
        picture[:, :10] = 0
    panels = [Panel(picture, "Left", scale=6), Panel(picture[:, ::-1].copy(), "Right", scale=6)]
    return Frame(panels, f"Two grey pictures turned by {settings['turn']:.0f} degrees.", f"Turn {settings['turn']:.0f}")

knobs = [Slider("turn", "Turn", -35, 35, 0, 1, "°"), Slider("nod", "Nod", -20, 20, 0, 1, "°"),
         Choice("who", "Who", [("ada", "Ada"), ("bo", "Bo")], "ada")]
bench = Bench(draw, knobs, title="Turn", track=[{"turn": k} for k in range(1, 30)],
              hands={"panel": 0, "across": "turn", "down": "nod", "words": "Drag to turn."})
bench
"""


def pixel(locator):
    return locator.evaluate("canvas => Array.from(canvas.getContext('2d').getImageData(25, 10, 1, 1).data)")


@pytest.fixture(scope="module")
def kept_bench(lab, browser):
    notebook = lab.open(
        browser,
        [
            BENCH,
            "time.sleep(4)",
            "bench.set(turn=-9).alt",
            "bench.set(turn=0, nod=0, who='ada')",
            "print([bench.asked, len(drawn)])",
        ],
    )
    notebook.run(0)
    yield notebook
    notebook.shut()


@pytest.fixture
def bench(kept_bench):
    """A notebook with a bench whose knobs stand where they began; one kernel for all tests that leave it in order."""
    kept_bench.run(3)
    kept_bench.page.wait_for_function("() => document.querySelector('.um-words').textContent === 'Turn 0'")
    return kept_bench


def test_keys_drags_and_the_play_button_change_pixels_words_and_alt_text(bench):
    widget = bench.widget(0)
    canvas, slider = widget.locator("canvas").first, widget.get_by_role("slider", name="Turn")
    assert bench.alt(0) == "Two grey pictures turned by 0 degrees."
    assert pixel(canvas) == [128, 128, 128, 255]

    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    bench.wait_for_change(lambda: bench.alt(0), "Two grey pictures turned by 0 degrees.")
    bench.page.wait_for_function("() => document.querySelector('.um-words').textContent === 'Turn 3'")
    assert bench.alt(0) == "Two grey pictures turned by 3 degrees."
    assert pixel(canvas) == [137, 137, 137, 255], "words and pixels tell different things"
    assert widget.locator("output").first.inner_text() == "3°"
    assert slider.get_attribute("aria-valuetext") == "3°"
    assert bench.page.evaluate("document.activeElement.type") == "range", "JupyterLab took the arrow keys away"

    slider.press("Backspace")
    bench.page.wait_for_function("() => document.querySelector('.um-words').textContent === 'Turn 0'")
    canvas.press("ArrowRight")
    bench.wait_for_change(lambda: bench.words(0), "Turn 0")
    before = bench.words(0)
    box = canvas.bounding_box()
    bench.page.mouse.move(box["x"] + 20, box["y"] + 20)
    bench.page.mouse.down()
    bench.page.mouse.move(box["x"] + 80, box["y"] + 50, steps=4)
    bench.page.mouse.up()
    bench.wait_for_change(lambda: bench.words(0), before)
    assert widget.get_by_role("slider", name="Nod").input_value() != "0", "dragging down must nod"

    before = bench.words(0)
    widget.get_by_role("button", name="Play").click()
    seen = set()
    for _ in range(6):
        before = bench.wait_for_change(lambda: bench.words(0), before)
        seen.add(before)
    widget.get_by_role("button", name="Pause").click()
    assert len(seen) >= 3, f"the play button showed only {seen}"
    widget.get_by_text("Bo").click()
    widget.get_by_role("button", name="Reset all").click()
    bench.page.wait_for_function("() => document.querySelector('.um-words').textContent === 'Turn 0'")


def test_the_live_line_speaks_and_names_are_there_for_a_screen_reader(bench):
    widget = bench.widget(0)
    live = widget.locator("[aria-live=polite]").first
    bench.page.wait_for_function("() => document.querySelector('[aria-live=polite].um-live').textContent === 'Turn 0'")
    assert widget.get_attribute("role") == "group" and widget.get_attribute("aria-label") == "Turn"
    pictures = widget.locator("canvas[role=img]")
    assert [pictures.nth(k).get_attribute("aria-label") for k in (0, 1)] == ["Left", "Right"]
    slider = widget.get_by_role("slider", name="Turn")
    slider.focus()
    slider.press("ArrowRight")
    bench.wait_for_change(lambda: live.text_content(), "Turn 0")
    outline = slider.evaluate("input => getComputedStyle(input).outlineStyle")
    assert outline == "solid", "the focus cannot be seen"


def test_an_error_is_said_in_words_with_its_traceback_and_the_picture_stays(bench):
    widget = bench.widget(0)
    slider = widget.get_by_role("slider", name="Turn")
    before = bench.alt(0)
    slider.press("End")
    alert = widget.get_by_role("alert")
    alert.wait_for(state="visible")
    assert "ValueError: the head came off" in alert.inner_text()
    alert.get_by_text("Show the traceback").click()
    assert "in draw" in alert.inner_text()
    assert bench.alt(0) == before
    slider.press("Home")
    alert.wait_for(state="hidden")


def test_it_draws_while_a_cell_runs_and_python_can_turn_the_knobs(bench):
    widget = bench.widget(0)
    slider = widget.get_by_role("slider", name="Turn")
    bench.run(1, wait=False)
    bench.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.content.widgets[1].node.querySelector('.jp-InputPrompt')"
        ".textContent.includes('*')"
    )
    slider.press("ArrowLeft")
    bench.wait_for_change(lambda: bench.words(0), "Turn 0", seconds=3)
    assert "*" in bench.cell(1).locator(".jp-InputPrompt").inner_text(), "the cell had ended: nothing was shown"
    bench.wait(1)
    bench.run(2)
    assert "turned by -9" in bench.output(2).inner_text()
    bench.wait_for_change(lambda: slider.input_value(), "-1")
    assert slider.input_value() == "-9" and bench.words(0) == "Turn -9"


def test_a_dead_kernel_is_said(open_notebook):
    bench = open_notebook([BENCH])
    bench.run(0)
    widget = bench.widget(0)
    bench.page.evaluate("() => { window.jupyterapp.shell.currentWidget.sessionContext.shutdown(); }")
    bench.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.sessionContext.session")
    widget.get_by_role("slider", name="Turn").press("ArrowLeft")
    status = widget.locator(".um-waiting")
    bench.wait_for_change(lambda: status.inner_text(), "")
    assert "kernel is busy or gone" in status.inner_text()


def test_a_key_asks_for_one_picture_and_one_is_drawn(bench):
    def asked_and_drawn():
        bench.run(4)
        return json.loads(bench.outputs(4)[0]["text"])

    slider = bench.widget(0).get_by_role("slider", name="Turn")
    asked, drawn = asked_and_drawn()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        words = bench.words(0)
        slider.press(key)
        bench.wait_for_change(lambda: bench.words(0), words)
    assert asked_and_drawn() == [asked + 3, drawn + 3]


def test_layout_stays_still_while_the_words_change_and_fits_a_narrow_page(open_notebook):
    notebook = open_notebook([BENCH], width=700)
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
    notebook.run(0)
    widget = notebook.widget(0)
    slider = widget.get_by_role("slider", name="Turn")
    before = widget.bounding_box()
    assert before["x"] + before["width"] <= 700
    knobs = widget.locator(".um-knob").first.bounding_box()
    for key in ("Home", "ArrowRight"):
        slider.press(key)
        notebook.wait_for_change(lambda: notebook.words(0), "Turn 0")
        after = widget.bounding_box()
        assert (after["height"], after["width"]) == (before["height"], before["width"]), "the bench jumps"
    assert widget.locator(".um-knob").first.bounding_box() == knobs
    assert widget.evaluate("element => element.scrollWidth <= element.clientWidth"), "something sticks out sideways"


def test_alt_text_of_still_figures_arrives_in_the_page_also_without_a_kernel(open_notebook, tmp_path):
    cells = [
        "import numpy as np\nfrom matplotlib import pyplot\nfrom unmasked.widgets import *",
        "figure, axes = pyplot.subplots()\naxes.plot([3, 1])\nshow(figure, alt='A line that falls from 3 to 1.')",
        "show_pictures(np.zeros((3, 8, 8, 3), np.uint8), list('abc'), alt='Three black squares in a row.')",
        BENCH,
    ]
    notebook = open_notebook(cells)
    notebook.run_all()
    assert notebook.alt(1) == "A line that falls from 3 to 1."
    assert notebook.alt(2) == "Three black squares in a row."
    assert notebook.output(1).locator("img").count() == 1, "the figure is shown twice"
    for cell in (1, 2):
        image = notebook.output(cell).locator("img")
        assert image.evaluate("image => image.complete && image.naturalWidth > 0"), "the picture itself is missing"

    # A solved notebook keeps the picture and drops the view; a stranger's copy of it is not trusted either.
    book = nbformat.v4.new_notebook()
    for cell in range(1, 4):
        outputs = notebook.outputs(cell)
        for output in outputs:
            output["data"].pop("application/vnd.jupyter.widget-view+json", None)
        book.cells.append(nbformat.v4.new_code_cell("", outputs=[nbformat.from_dict(output) for output in outputs]))
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = tmp_path / "solved.ipynb"
    nbformat.write(book, path)
    still = open_notebook(path)
    assert still.alt(0) == "A line that falls from 3 to 1."
    assert still.alt(1) == "Three black squares in a row."
    assert still.alt(2) == "Two grey pictures turned by 0 degrees."
    for cell in range(3):
        image = still.output(cell).locator("img")
        assert image.evaluate("image => image.complete && image.naturalWidth > 0"), "the copy's picture is missing"
    (bench,) = (output["data"] for output in notebook.outputs(3))
    copy = np.frombuffer(base64.b64decode(bench.get("image/png") or bench["image/jpeg"]), np.uint8)
    grey = (np.abs(cv2.imdecode(copy, cv2.IMREAD_COLOR).astype(int) - 128) < 3).all(2)
    assert grey.mean() > 0.05, "the bench's still picture lacks its picture"


QUIZ = """
from unmasked.course.lesson import Question
from unmasked.widgets.asking import Quiz
one = Question("Why share the encoder?", ("Memory", "One language"), 1, ("It fits twice.", "Both read it."))
two = Question("And a low loss?", ("A good swap", "A good copy"), 1, ("No.", "Yes."))
Quiz("browser-quiz", [one, two])
"""


def entries(lab, topic):
    path = lab.home / "record" / f"{topic}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_the_quiz_is_answered_by_keyboard_and_kept(open_notebook, lab):
    notebook = open_notebook([QUIZ])
    notebook.run(0)
    widget = notebook.widget(0)
    memory, language = (widget.get_by_role("button").nth(k) for k in (0, 1))
    memory.focus()
    notebook.page.keyboard.press("Space")
    widget.get_by_text("Not this one. It fits twice.").wait_for()
    assert (memory.get_attribute("aria-pressed"), memory.inner_text()[0]) == ("true", "✗")
    notebook.page.keyboard.press("ArrowDown")
    assert language.evaluate("element => element === document.activeElement"), "the arrow key did not go on"
    notebook.page.keyboard.press("Enter")
    widget.get_by_text("Right. Both read it.").wait_for()
    assert [one.get_attribute("aria-pressed") for one in (memory, language)] == ["false", "true"]
    assert language.inner_text()[0] == "✓" and "wrong" in memory.text_content(), "an earlier try keeps its mark"
    widget.get_by_role("button", name="A good copy").click()
    widget.get_by_text("All answered: 1 of 2 right at the first try").wait_for()
    lines = [(e["question"], e["choice"], e["right"]) for e in entries(lab, "browser-quiz")]
    assert lines == [(0, 0, False), (0, 1, True), (1, 1, True)]


def test_predictions_are_noted_and_come_back(open_notebook, lab):
    notebook = open_notebook(
        [
            "from unmasked.widgets import predict, predictions\n"
            "predict('browser-try.face', 'What comes out?', ['Bo', 'Ada'])",
            "predict('browser-try.score', 'Which score?')",
            "predictions('browser-try', {'browser-try.score': 0.7132})",
        ]
    )
    notebook.run(0)
    notebook.run(1)
    notebook.widget(0).get_by_role("button", name="Bo").click()
    notebook.widget(0).get_by_text("Noted: Bo").wait_for()
    notebook.widget(0).get_by_role("button", name="Ada").click()
    notebook.widget(0).get_by_text("Noted: Ada").wait_for()
    number = notebook.widget(1).get_by_role("textbox")
    number.fill("a lot")
    number.press("Enter")
    notebook.widget(1).get_by_text("Enter a number").wait_for()
    number.fill("0,5")
    number.press("Enter")
    notebook.widget(1).get_by_text("Noted: 0.5").wait_for()
    notebook.run(2)
    table = notebook.output(2).inner_text()
    assert "Ada" in table and "0.5" in table and "0.713" in table


STAGE = f"""
import sys; sys.path.insert(0, {str(TESTS)!r})
import numpy as np
from stand_in import StandIn, run
from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.makers import stills
from unmasked.widgets import *
performances = toons.sample_performances(np.random.default_rng(3), 3)
ada, bo = (draw_faces(toons.character(name), performances) for name in ("ada", "bo"))
"""


def test_puppet_and_plugs(open_notebook):
    notebook = open_notebook(
        [
            STAGE,
            "puppet(StandIn(), mean_picture=bo.pictures.mean(0).astype('uint8'))",
            "plugs({'Shared': StandIn(), 'Separate': StandIn(separate=True)},"
            " {'ada': ada.pictures, 'bo': bo.pictures})",
        ]
    )
    notebook.run_all()
    widget = notebook.widget(1)
    assert widget.locator("canvas").count() == 3 and widget.locator("input[type=range]").count() == 11
    before = notebook.alt(1)
    smile = widget.get_by_role("slider", name="Smile, at the corner")
    smile.press("Home")
    after = notebook.wait_for_change(lambda: notebook.alt(1), before)
    assert "frowning" in after and "Explained swap" in widget.locator(".um-meter").inner_text()

    widget = notebook.widget(2)
    before = notebook.words(2)
    assert "Ada's picture goes in (where there are two encoders, through Ada's), Bo's decoder draws" in before
    # By keys on a cable's end, by a click on a box, by dragging an end to another socket, and by radio buttons.
    widget.get_by_role("slider", name="the cable into the encoder, Separate").press("ArrowRight")
    before = notebook.wait_for_change(lambda: notebook.words(2), before)
    assert "through Bo's" in before
    widget.get_by_title("Plug Ada's encoder in").click()
    before = notebook.wait_for_change(lambda: notebook.words(2), before)
    assert "through Ada's" in before
    end = widget.get_by_role("slider", name="the cable from the picture")
    ring, other = end.bounding_box(), widget.locator("canvas").nth(1).bounding_box()
    middle = (other["x"] + other["width"], other["y"] + other["height"] / 2)
    notebook.drag((ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2), middle)
    before = notebook.wait_for_change(lambda: notebook.words(2), before)
    assert before.startswith("Bo's picture goes in") and "Explained picture" in before
    widget.get_by_role("radiogroup", name="Decoder").get_by_label("Ada's").check()
    assert "Ada's decoder draws" in notebook.wait_for_change(lambda: notebook.words(2), before)


def test_the_theatre_trains_pauses_and_stops_with_the_kernel(open_notebook):
    notebook = open_notebook(
        [
            STAGE,
            "show_it = theatre(lambda: run(10**6), ada.pictures, bo.pictures)\nshow_it",
            "1 + 1",
            "import time\nprint('begun', flush=True)\ntime.sleep(30)",
        ]
    )
    for cell in (0, 1):
        notebook.run(cell)
    widget = notebook.widget(1)
    assert "Step 0 of" in notebook.words(1)
    widget.get_by_role("button", name="Train").click()
    first = notebook.wait_for_change(lambda: notebook.words(1), notebook.words(1))
    notebook.wait_for_change(lambda: notebook.words(1), first)
    notebook.run(2)
    assert "2" in notebook.output(2).inner_text(), "a training theatre must not hold up the cells"
    widget.get_by_role("button", name="Pause").click()
    widget.get_by_role("button", name="Resume").wait_for()
    notebook.wait_for_change(lambda: "paused" in notebook.words(1), False)
    widget.get_by_role("button", name="One step").click()
    paused = notebook.wait_for_change(lambda: notebook.words(1), notebook.words(1))
    widget.get_by_role("button", name="Resume").click()
    notebook.wait_for_change(lambda: notebook.words(1), paused)
    widget.get_by_role("button", name="Pause").wait_for()
    # The watcher of the stop button is put in place between two cells.
    notebook.page.wait_for_timeout(1200)
    notebook.interrupt()
    widget.get_by_role("button", name="Resume").wait_for()
    notebook.wait_for_change(lambda: "paused" in notebook.words(1), False)
    widget.get_by_role("button", name="Resume").click()
    widget.get_by_role("button", name="Pause").wait_for()
    notebook.run(3, wait=False)
    notebook.wait_for_change(lambda: "begun" in notebook.output(3).inner_text(), False)
    notebook.interrupt()
    widget.get_by_role("button", name="Resume").wait_for()
    assert "KeyboardInterrupt" in notebook.output(3).inner_text(), "the cell itself was not interrupted"


LOOK = """button => {
    const style = getComputedStyle(button);
    return [style.borderColor, style.backgroundColor, style.outlineStyle].join(" ");
}"""
GAME = f"{STAGE}\nspot_the_fake(stills.items(1, 3, model=StandIn()), 'browser')"


def test_the_game_is_played_by_keyboard_and_taken_up_after_a_reload(open_notebook, lab):
    notebook = open_notebook([GAME])
    notebook.run(0)
    notebook.page.keyboard.press("Escape")
    widget = notebook.widget(0)
    assert "Picture 1 of 3" in notebook.alt(0)
    widget.get_by_text("Click the picture to answer with the keys").wait_for()
    widget.locator("canvas").click()
    widget.get_by_text("The keys 1 to 4 answer, too.").wait_for()
    notebook.page.keyboard.press("3")
    notebook.wait_for_change(lambda: notebook.alt(0)[:14], "Picture 1 of 3")
    notebook.run(0)
    assert "Picture 2 of 3" in notebook.alt(0), "the game was not taken up"
    widget = notebook.widget(0)
    real = widget.get_by_role("button", name="Surely real")
    at_rest = real.evaluate(LOOK)
    real.click()
    notebook.wait_for_change(lambda: notebook.alt(0)[:14], "Picture 2 of 3")
    notebook.page.wait_for_timeout(200)
    assert real.evaluate(LOOK) == at_rest, "a pressed button looks chosen for the next picture"
    assert widget.locator("canvas").first.evaluate("canvas => canvas === document.activeElement")
    notebook.page.keyboard.press("2")
    widget.get_by_text("of 3 pictures").first.wait_for()
    assert "95 % interval" in notebook.words(0)
    assert notebook.cell(0).evaluate("cell => cell.classList.contains('jp-CodeCell')"), (
        "JupyterLab took the key for itself"
    )
    said = [(e["said"], e["sure"], e["item"]) for e in entries(lab, "spot-the-fake") if e.get("game") == "browser"]
    assert said == [("fake", 2, 0), ("real", 3, 1), ("real", 2, 2)]


TOLD = f"{STAGE}\ngame = spot_the_fake(stills.items(1, 3, model=StandIn()), 'told', feedback=True)\ngame"


def test_a_game_with_feedback_keeps_the_picture_until_one_goes_on(open_notebook, lab):
    notebook = open_notebook([TOLD, "game"])
    notebook.run(0)
    widget = notebook.widget(0)
    next_one = widget.get_by_role("button", name="Next")
    verdict = widget.locator(".um-verdict")
    picture = widget.locator("canvas").first
    focused = "element => element === document.activeElement"
    below = "canvas => canvas.getBoundingClientRect().top - canvas.closest('.unmasked').getBoundingClientRect().top"
    top = picture.evaluate(below)
    kinds = []
    for number in (1, 2, 3):
        assert f"Picture {number} of 3" in notebook.alt(0) and "Real or fake?" in notebook.alt(0)
        assert not verdict.inner_text().strip() and not next_one.is_visible()
        assert widget.locator("canvas:visible").count() == 1, "nothing beside a picture that waits for an answer"
        if number == 1:
            widget.get_by_role("button", name="Rather fake").click()
        else:
            notebook.page.keyboard.press("3")
        widget.locator(".um-verdict", has_text=f"picture {number} is").wait_for()
        fake = verdict.inner_text().startswith("✓ Right")
        kinds.append(fake)
        assert verdict.inner_text().endswith("is fake." if fake else "is real.")
        assert widget.locator("canvas:visible").count() == (2 if fake else 1), "the truth belongs beside a fake"
        assert f"Picture {number} of 3" in notebook.alt(0) and ("true picture" in notebook.alt(0)) == fake
        assert abs(picture.evaluate(below) - top) < 1, "the picture moves"
        assert not widget.get_by_role("button", name="Rather real").is_visible()
        on = widget.get_by_role("button", name="Next" if number < 3 else "To your score")
        assert on.evaluate(focused)
        notebook.page.keyboard.press("2")
        if number == 1:
            notebook.run(1)
            notebook.output(1).locator(".um-verdict", has_text="picture 1 is").wait_for()
            on.focus()
        told = notebook.alt(0)
        notebook.page.keyboard.press("Enter" if number < 3 else "Space")
        notebook.wait_for_change(lambda: notebook.alt(0), told)
        assert picture.evaluate(focused), "the keys must go on answering"
    assert "of 3 pictures" in notebook.words(0) and not verdict.is_visible()
    said = [(e["said"], e["item"]) for e in entries(lab, "spot-the-fake") if e.get("game") == "told"]
    assert said == [("fake", 0), ("fake", 1), ("fake", 2)] and kinds.count(True) == 1


POINTS = """
import numpy as np
from unmasked.widgets import *

def draw(settings):
    points = settings["corners"]
    picture = np.full((40, 80), 200, np.uint8)
    picture[:, :40] = 40
    said = ", ".join(f"{100 * x:.0f} {100 * y:.0f}" for x, y in points)
    return Frame([Panel(picture, "Left", scale=3), Panel(picture, "Right", scale=3)], f"Points at {said}.", said)

START = [(0.25, 0.25), (0.75, 0.25), (0.5, 0.75)]
bench = Bench(draw, [Points("corners", "Corners", START, names=["nose", "ear", "chin"], panel=1, lines=[(0, 1, 2)])])
bench
"""


def test_points_are_dragged_and_moved_by_keys(open_notebook):
    notebook = open_notebook([POINTS, "bench.set(corners=[(0, 0), (1, 1), (0.5, 0.5)]).words"])
    notebook.run(0)
    widget, page = notebook.widget(0), notebook.page
    assert notebook.words(0) == "25 25, 75 25, 50 75"
    nose, ear, chin = (widget.get_by_role("slider", name=name) for name in ("nose", "ear", "chin"))
    picture = widget.locator("canvas").nth(1).bounding_box()

    def middle(handle):
        box = handle.bounding_box()
        return (
            (box["x"] + box["width"] / 2 - picture["x"]) / picture["width"],
            (box["y"] + box["height"] / 2 - picture["y"]) / picture["height"],
        )

    assert middle(chin) == pytest.approx((0.5, 0.75), abs=0.01), "the ring is not where the point is"

    def press(x, y):
        page.mouse.move(picture["x"] + x * picture["width"], picture["y"] + y * picture["height"])

    # A drag from just beside the ear: the point follows, keeping its distance from the hand.
    press(0.76, 0.27)
    page.mouse.down()
    press(0.86, 0.52)
    page.mouse.up()
    assert notebook.wait_for_change(lambda: notebook.words(0), "25 25, 75 25, 50 75") == "25 25, 85 50, 50 75"
    assert ear.evaluate("element => element === document.activeElement"), "the dragged point is not the chosen one"
    # Moving on without the button must not drag; far from every point nothing is taken.
    press(0.1, 0.9)
    page.mouse.down()
    press(0.2, 0.9)
    page.mouse.up()
    # Beyond the edge a point stays on the picture.
    press(0.85, 0.5)
    page.mouse.down()
    press(1.4, 0.5)
    page.mouse.up()
    assert notebook.wait_for_change(lambda: notebook.words(0), "25 25, 85 50, 50 75") == "25 25, 100 50, 50 75"

    # Keys: Tab to the next point, arrows, Shift for more, Backspace back to the start, Home to the first.
    page.keyboard.press("Tab")
    assert chin.evaluate("element => element === document.activeElement")
    assert chin.evaluate("element => getComputedStyle(element).outlineStyle") == "solid", "the focus cannot be seen"
    page.keyboard.press("ArrowLeft")
    before = notebook.wait_for_change(lambda: notebook.words(0), "25 25, 100 50, 50 75")
    assert before == "25 25, 100 50, 48 75"
    page.keyboard.press("Shift+ArrowUp")
    before = notebook.wait_for_change(lambda: notebook.words(0), before)
    assert before == "25 25, 100 50, 48 65"
    assert chin.get_attribute("aria-valuetext") == "48 % across, 65 % down"
    page.keyboard.press("Backspace")
    before = notebook.wait_for_change(lambda: notebook.words(0), before)
    assert before == "25 25, 100 50, 50 75"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    before = notebook.wait_for_change(lambda: notebook.words(0), before)
    assert before == "25 27, 100 50, 50 75" and nose.get_attribute("aria-valuetext") == "25 % across, 27 % down"
    line = widget.locator("polyline").last.get_attribute("points")
    assert [float(part) for part in line.replace(",", " ").split()] == pytest.approx([0.25, 0.27, 1, 0.5, 0.5, 0.75])
    widget.get_by_role("button", name="Reset all").click()
    notebook.wait_for_change(lambda: notebook.words(0), before)
    assert notebook.words(0) == "25 25, 75 25, 50 75"

    notebook.run(1)
    notebook.wait_for_change(lambda: chin.get_attribute("aria-valuetext"), "50 % across, 75 % down")
    assert ear.get_attribute("aria-valuetext") == "100 % across, 100 % down", "Python's points did not arrive"


def test_a_single_point_comes_to_where_the_picture_is_pressed(open_notebook):
    one = POINTS.replace("START = [(0.25, 0.25), (0.75, 0.25), (0.5, 0.75)]", "START = [(0.25, 0.25)]")
    one = one.replace('["nose", "ear", "chin"]', '["place"]').replace(", lines=[(0, 1, 2)]", "")
    notebook = open_notebook([one])
    notebook.run(0)
    picture = notebook.widget(0).locator("canvas").nth(1).bounding_box()
    notebook.page.mouse.click(picture["x"] + 0.8 * picture["width"], picture["y"] + 0.9 * picture["height"])
    assert notebook.wait_for_change(lambda: notebook.words(0), "25 25") == "80 90"


def middle(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_graphs_numbers_are_dragged_in_their_boxes_and_the_end_says_again(open_notebook):
    notebook = open_notebook(["from unmasked.widgets import graph_stepper\nbench = graph_stepper()\nbench"])
    notebook.run(0)
    graph, page = notebook.widget(0), notebook.page
    weight = graph.get_by_role("slider", name="Weight w")
    assert weight.count() == 1, "the box is the slider; a second one below would be said twice"
    on = graph.locator(".um-main")
    for step in range(1, 10):
        on.click()
        graph.get_by_text(f"Step {step} of 10").wait_for()
    x, y = middle(weight.bounding_box())
    notebook.drag((x, y), (x + weight.bounding_box()["width"], y))
    graph.get_by_text("w went from 0.6 to 2").wait_for()
    assert weight.get_attribute("aria-valuetext") == "2" and "Values: w 2," in notebook.alt(0)
    page.keyboard.press("ArrowLeft")
    graph.get_by_text("w went from 0.6 to 1.9").wait_for()
    page.keyboard.press("Backspace")
    notebook.wait_for_change(lambda: weight.get_attribute("aria-valuetext"), "1.9")
    assert weight.get_attribute("aria-valuetext") == "0.6"
    on.click()
    graph.get_by_role("button", name="Again").click()
    graph.get_by_text("Step 0 of 10").wait_for()
    assert weight.get_attribute("aria-valuetext") == "0.75", "the next round begins a step downhill"
    assert graph.bounding_box()["height"] < 560


LOOKS = """
import numpy as np, torch
from unmasked.models.meso import Meso4
from unmasked.widgets import where_it_looks
torch.manual_seed(0)
numbers = np.random.default_rng(0)
bench = where_it_looks({"net": Meso4().eval()}, {"one": numbers.integers(0, 256, (64, 64, 3)).astype(np.uint8)})
bench
"""


def test_the_smear_is_dragged_over_the_map_too_and_leaves_a_trail(open_notebook):
    notebook = open_notebook([LOOKS], width=1280)
    notebook.run(0)
    looks, page = notebook.widget(0), notebook.page
    smear = looks.get_by_role("slider", name="smear", exact=True)
    before = notebook.words(0)
    box = looks.locator("canvas").nth(1).bounding_box()
    notebook.drag((box["x"] + 40, box["y"] + 40), (box["x"] + 0.9 * box["width"], box["y"] + 0.1 * box["height"]))
    before = notebook.wait_for_change(lambda: notebook.words(0), before)
    assert smear.get_attribute("aria-valuetext") == "90 % across, 10 % down"
    assert smear.evaluate("element => element === document.activeElement"), "the keys go on where the hand stopped"
    twin, disc = looks.locator(".um-twin").bounding_box(), smear.bounding_box()
    assert twin["y"] == pytest.approx(disc["y"], abs=1), "picture and map show the same place"
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "() => document.querySelector('.um-looks [role=slider]').ariaValueText.includes('15 % down')"
    )
    looks.get_by_text(re.compile("Places tried|Mean of")).first.wait_for()
    looks.get_by_role("button", name="Wipe the trail").click()
    looks.get_by_text(re.compile("(0 bright, 1|1 bright, 0) dark")).first.wait_for()
    assert looks.bounding_box()["height"] < 560


def test_a_check_has_a_button_for_its_hints(open_notebook, lab):
    notebook = open_notebook(
        [
            "from unmasked import widgets\nfrom unmasked.course import check\n"
            "accuracy = check('start.accuracy', lambda said, fake: 2)"
        ]
    )
    notebook.run(0)
    assert "does not hold yet" in notebook.output(0).inner_text()
    button = notebook.widget(0).get_by_role("button")
    for level in (1, 2, 3):
        button.click()
        notebook.widget(0).locator(f"li:nth-child({level})").wait_for()
    assert "last hint" in button.inner_text()
    levels = [entry["level"] for entry in entries(lab, "start") if entry["kind"] == "hint"]
    assert levels == [1, 2, 3]
