"""Lesson 08 as a learner meets it: unsolved, answered wrongly and rightly, the bench by hand, the game."""

import pytest

pytestmark = pytest.mark.browser

SWAPPED = """
def composite(frame, face, mask):
    return np.rint(mask[..., None] * frame + (1 - mask[..., None]) * face).astype(np.uint8)
"""
PICTURES = ("blending-hybrid-look", "blending-masks-look", "blending-grow-look", "blending-gallery-look")
STEPS = ("blending-composite", "blending-step", "blending-feather", "blending-reinhard")


def test_a_learner_gets_through_lesson_08(open_lesson):
    lesson = open_lesson("08_blending")
    for id in STEPS:
        assert "still open" in lesson.text(f"{id}-check"), f"{id}: an open exercise must be called open"
    for id in PICTURES:
        assert len(lesson.alt(id)) > 40, f"{id}: no alt text arrives in the page"

    # The bench: from the whole box to the face mask the score must change, and the words and alt text with it.
    bench = lesson.widget("blending-bench-shots")
    before = lesson.alt("blending-bench-shots")
    bench.get_by_role("radio", name="face mask").check()
    after = lesson.notebook.wait_for_change(lambda: lesson.alt("blending-bench-shots"), before)
    bench.get_by_role("slider", name="Feather").press("PageUp")
    lesson.notebook.wait_for_change(lambda: lesson.alt("blending-bench-shots"), after)
    bench.get_by_role("radio", name="Poisson").check()
    bench.locator(".um-words", has_text="Score").wait_for()

    # The game tells no number until it is asked.
    game = lesson.widget("blending-game")
    assert "Score" not in game.locator(".um-words").inner_text()
    game.get_by_role("button", name="Measure it").click()
    game.locator(".um-words", has_text="Score").wait_for()
    game.get_by_role("button", name="Next frame").click()
    game.get_by_text("Frame 2").first.wait_for()

    assert "does not hold yet" in lesson.answer("blending-composite", SWAPPED)
    for id in STEPS:
        assert "holds." in lesson.answer(id), f"{id}: the lesson's own answer must hold"
