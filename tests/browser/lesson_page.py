"""A lesson's student notebook, open in a real JupyterLab, and what its page must do whatever the lesson is about.

A lesson's test file names its source, takes over the tests that are the same for all, and adds its own:

    LESSON = "04_two_decoders"

    class TestPage(EveryLesson):
        "What every lesson's page does."

    def test_the_plugs_draw_another_picture(lesson): ...
"""

from unmasked import paths
from unmasked.course import source, stubs

WIDGET = "application/vnd.jupyter.widget-view+json"
STEPS = 8  # of every training: whether a net learns is tested elsewhere


class OpenLesson:
    """A student's notebook that was run to its end with every exercise open. Cells go by their ids without the topic.

    `notebook` and `page` for whatever is not here; `exercises`: the ids of the answer cells.
    """

    def __init__(self, slug: str, book, notebook):
        self.source = source.read(paths.LESSONS / f"{slug}.py")
        self.topic = slug.partition("_")[2].replace("_", "-")
        self.notebook, self.page = notebook, notebook.page
        self.ids = [self._short(cell.id) for cell in book.cells]
        self.exercises = [self._short(answer.id) for answer, _ in self.source.checks().values()]

    def _short(self, id: str) -> str:
        return id.removeprefix(f"{self.topic}-")

    def run(self, id: str) -> str:
        """Runs a cell; returns what it puts out, as text."""
        self.notebook.run(self.ids.index(id))
        return self.text(id)

    def text(self, id: str) -> str:
        """What a cell has put out, as text."""
        return "\n".join(
            "".join(out.get("text", "")) + "".join(out.get("data", {}).get("text/plain", ""))
            for out in self.notebook.outputs(self.ids.index(id))
        )

    def stills(self) -> list[str]:
        """The cells that have put out a still picture, a figure and no bench."""
        return [id for index, id in enumerate(self.ids) if any(map(_is_still, self.notebook.outputs(index)))]

    def widget(self, id: str):
        """Locator of the widget in a cell's output, scrolled to and visible."""
        return self.notebook.widget(self.ids.index(id))

    def alt(self, id: str) -> str:
        """The alt text of the picture in a cell's output, as the page has it now."""
        return self.notebook.alt(self.ids.index(id))

    def words(self, id: str) -> str:
        """What stands below the pictures of a bench."""
        return self.notebook.words(self.ids.index(id))

    def new_alt(self, id: str, before: str) -> str:
        """The alt text once it is another one than `before`."""
        return self.notebook.wait_for_change(lambda: self.alt(id), before)

    def new_words(self, id: str, before: str) -> str:
        """The words once they are others than `before`."""
        return self.notebook.wait_for_change(lambda: self.words(id), before)

    def predict(self, id: str, choice: int) -> None:
        """Takes one of the choices of a prediction, counted from 0."""
        asked = self.widget(id)
        asked.get_by_role("button").nth(choice).click()
        asked.get_by_text("Noted").wait_for()

    def own_answer(self, id: str) -> str:
        """The lesson's own answer to an exercise."""
        return stubs.solved(self.source.cells[self._at(id)].text)

    def answer(self, id: str, code: str) -> str:
        """Answers an exercise; returns what its check says."""
        self.notebook.rewrite(self.ids.index(id), code)
        self.run(id)
        return self.run(f"{id}-check")

    def _at(self, id: str) -> int:
        return [self._short(cell.id) for cell in self.source.cells].index(id)


def _is_still(output: dict) -> bool:
    kinds = output.get("data", {})
    return any(kind.startswith("image/") for kind in kinds) and WIDGET not in kinds


class EveryLesson:
    """Tests that every lesson's page passes; its file has them by a subclass."""

    def test_open_exercises_are_called_open(self, lesson):
        for id in lesson.exercises:
            assert "still open" in lesson.text(f"{id}-check"), f"{id}: an open exercise must be called open"

    def test_every_figure_brings_its_alt_text_to_the_page(self, lesson):
        assert lesson.stills(), "the search for pictures is broken"
        for id in lesson.stills():
            alt = lesson.alt(id)
            assert len(alt) > 40, f"{id}: the alt text that arrives in the page is {alt!r}"

    def test_the_lessons_own_answers_hold(self, lesson):
        for id in lesson.exercises:
            assert "holds." in lesson.answer(id, lesson.own_answer(id)), f"{id}: the lesson's own answer must hold"
