"""Lesson 16 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "16_capstone"
LEFT_OUT = """
def counted(real, fake):
    return real[~np.isnan(real)], fake[~np.isnan(fake)]
"""


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_the_rude_entry_is_named_and_the_others_are_scored(lesson):
    said = lesson.text("first")
    assert "Not scored: rude" in said and "ended its process" in said
    scored = lesson.text("first-table")
    assert "starter forger" in scored and "starter examiner" in scored and "rude" not in scored


def test_other_strangers_give_other_ranks(lesson):
    bench = lesson.widget("bench")
    before = lesson.alt("bench")
    bench.get_by_role("slider", name="Contest").press("ArrowRight")
    other = lesson.new_alt("bench", before)
    assert "Contest 2 with 4 characters" in other
    bench.get_by_role("slider", name="Characters").press("ArrowRight")
    assert "Contest 2 with 8 characters" in lesson.new_alt("bench", other)


def test_a_guess_comes_back_at_the_result(lesson):
    lesson.predict("silent-predict", 0)
    assert "You predicted" in lesson.run("silent")


def test_whoever_leaves_the_missing_out_gets_words(lesson):
    assert "Nobody may be left out" in lesson.answer("missing", LEFT_OUT)


def test_the_board_and_the_certificate_are_written(lesson):
    board = lesson.text("board")
    assert "1 file" in board and "starter forger" in board and "starter examiner" in board
    assert "certificate.html" in lesson.text("certificate")


def test_the_final_seed_stays_shut_until_it_is_asked_for(lesson):
    assert "a practice run" in lesson.text("final-table")
    assert "which result would refute you" in lesson.text("plan")
