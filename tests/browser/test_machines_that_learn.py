"""Lesson 01 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "01_machines_that_learn"


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_the_loss_follows_the_line_on_the_map(lesson):
    line = lesson.widget("bench")
    before = lesson.words("bench")
    line.get_by_role("slider", name="Slope").press("ArrowRight")
    after = lesson.new_words("bench", before)
    assert "Loss" in after and "not below the baseline" in after
    assert "valley" in lesson.alt("bench")


def test_steps_walk_down_the_map_and_too_large_a_rate_leads_up(lesson):
    walk = lesson.widget("tipping")
    said = lesson.words("tipping")
    walk.get_by_role("button", name="Ten steps").click()
    said = lesson.new_words("tipping", said)
    assert "10 steps so far" in said and "leads down" in said
    walk.get_by_role("slider", name="Rate").press("End")
    said = lesson.new_words("tipping", said)
    for _ in range(2):
        walk.get_by_role("button", name="Ten steps").click()
        said = lesson.new_words("tipping", said)
    assert "leads up" in said


def test_the_graph_goes_forward_to_the_loss_and_back_by_one(lesson):
    graph = lesson.widget("graph")
    said = [lesson.words("graph")]
    for name in ("One on", "One on", "One on", "One on", "One back"):
        graph.get_by_role("button", name=name).click()
        said.append(lesson.new_words("graph", said[-1]))
    assert "L = (a − 1)² = 0.25" in said[3] and "dL/dL = 1" in said[4] and said[5] == said[3]
    assert "Gradients: none yet" in lesson.alt("graph")


def test_the_kernel_is_painted_by_clicks_keys_drags_and_presets(lesson):
    painter = lesson.widget("painter")
    cells = painter.get_by_role("spinbutton")
    keyboard = lesson.page.keyboard
    assert cells.count() == 9

    def rows():
        return lesson.words("painter").partition("rows ")[2].partition(",")[0]

    def new_rows(before):
        return lesson.notebook.wait_for_change(rows, before)

    assert rows() == "−1 0 1; −1 0 1; −1 0 1"
    cells.nth(4).click()
    assert new_rows("−1 0 1; −1 0 1; −1 0 1") == "−1 0 1; −1 1 1; −1 0 1"
    keyboard.press("ArrowDown")
    keyboard.press("5")
    now = new_rows("−1 0 1; −1 1 1; −1 0 1")
    assert now == "−1 0 1; −1 1 1; −1 5 1"
    keyboard.press("-")
    assert new_rows(now) == "−1 0 1; −1 1 1; −1 4 1"
    assert cells.nth(7).get_attribute("aria-valuenow") == "4"

    painter.get_by_label("−2").check()
    first, last = cells.nth(0).bounding_box(), cells.nth(2).bounding_box()
    lesson.notebook.drag((first["x"] + 20, first["y"] + 20), (last["x"] + 20, last["y"] + 20), steps=12)
    painter.locator(".um-words", has_text="rows −2 −2 −2; −1 1 1; −1 4 1").wait_for()

    alt = lesson.alt("painter")
    painter.get_by_role("button", name="Blur").click()
    assert "Blur kernel" in lesson.new_alt("painter", alt)
    assert [cells.nth(n).inner_text() for n in range(9)] == ["1"] * 9, "the table must follow the preset"


def test_the_window_under_the_pointer_becomes_a_number(lesson):
    painter = lesson.widget("painter")
    before = lesson.words("painter")
    box = painter.locator("canvas").first.bounding_box()
    lesson.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    moved = lesson.new_words("painter", before)
    assert moved.splitlines()[0] == before.splitlines()[0] and "the nine products add up to" in moved
    painter.get_by_role("slider", name="The window on the picture").press("ArrowRight")
    assert "Around row" in lesson.new_words("painter", moved)


def test_places_channels_and_patches_of_a_layer_are_clicked(lesson):
    viewer = lesson.widget("layers")
    said = lesson.words("layers")
    # The map, the channels, the pictures (the first of them is chosen already: so the last), the exciting patches.
    for number, (across, down) in enumerate(((0.3, 0.4), (0.3, 0.4), (0.7, 0.7), (0.3, 0.4)), start=1):
        panel = viewer.locator("canvas").nth(number)
        panel.scroll_into_view_if_needed()
        box = panel.bounding_box()
        lesson.page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
        said = lesson.new_words("layers", said)
    viewer.get_by_role("slider", name="Channels").press("ArrowLeft")
    assert "channel" in lesson.new_words("layers", said)


def test_a_step_uphill_gets_words(lesson):
    uphill = lesson.own_answer("step").replace("slope - rate", "slope + rate")
    assert "does not hold yet" in lesson.answer("step", uphill)
