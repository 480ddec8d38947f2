"""Slides: everything inside, nothing given away, every figure with its words."""

import html.parser
import re

import pytest

from unmasked import paths
from unmasked.course import lesson, slides, source

LESSONS = source.lessons()
VOID = {"img", "meta", "br", "hr", "input", "link"}


class Deck(html.parser.HTMLParser):
    """A deck's slides as (kind, text, alt texts), and every address in it."""

    def __init__(self, text: str):
        super().__init__()
        self.slides, self.addresses, self.open, self.tags = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.tags.append(tag)
        self.addresses += [(tag, named[name]) for name in ("href", "src") if name in named]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self.slides.append([named["class"], "", []])
        if tag == "img":
            self.slides[-1][2].append(named.get("alt", ""))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "section" in self.open:
            self.slides[-1][1] += data


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def made(request):
    text = slides.deck(request.param)
    return request.param, text, Deck(text)


def test_a_deck_needs_nothing_from_elsewhere(made):
    _, text, deck = made
    assert "://" not in text and "@import" not in text and "url(" not in text
    for tag, address in deck.addresses:
        assert address.startswith("data:image/" if tag == "img" else "#s"), address[:60]
    assert "default-src 'none'" in text and not deck.open
    assert not {"iframe", "object", "embed", "link", "video", "audio"} & set(deck.tags)


def test_every_figure_comes_with_its_words(made):
    path, _, deck = made
    words = [alt for _, _, alts in deck.slides for alt in alts]
    assert all(len(alt) > 10 for alt in words), words
    if (paths.SOLUTIONS / f"{path.stem}.ipynb").exists():
        assert len(words) >= 3, "the solved notebook has figures, and the slides have none"


def test_every_prediction_and_question_stands_alone(made):
    path, _, deck = made
    words = lesson.read(path.with_suffix(".toml"))
    kinds = [kind for kind, _, _ in deck.slides]
    assert kinds.count("question") == kinds.count("answer") == len(words.quiz)
    assert kinds.count("prediction") == len(words.predictions)
    asked = [text for kind, text, _ in deck.slides if kind == "question"]
    for question, text in zip(words.quiz, asked, strict=True):
        for why in question.why:
            assert slides.inline(why)[:40] not in text
        assert all(re.sub(r"\W", "", choice)[:20] in re.sub(r"\W", "", text) for choice in question.choices)
    for kind, _, alts in deck.slides:
        assert not (kind in ("question", "prediction") and alts)


def test_questions_and_exercises_carry_no_notes_and_no_answers(made):
    path, text, _ = made
    for part in re.findall(
        r'<section id="s\d+" class="(?:question|prediction|exercise)".*?</section>', text, re.DOTALL
    ):
        assert 'class="notes"' not in part and "SOLUTION" not in part
    for answer, _ in source.read(path).checks().values():
        inside = re.search(r"### BEGIN SOLUTION\n(.*?)\n\s*### END SOLUTION", answer.text, re.DOTALL)
        longest = max((line.strip() for line in inside[1].split("\n")), key=len)
        if len(longest) > 30 and longest not in answer.text.replace(inside[0], ""):
            assert slides.escaped(longest) not in text, "an answer stands on a slide"


def test_a_deck_has_the_lessons_headings(made):
    path, _, deck = made
    sections = re.findall(r"^# ## (\d+ · .+?)  \((?:Core|Further)", path.read_text(encoding="utf-8"), re.MULTILINE)
    shown = "\n".join(text for kind, text, _ in deck.slides if kind == "section")
    for title in sections:
        assert title.replace("*", "").replace("`", "").replace("'", "’") in shown.replace("'", "’"), title
    assert deck.slides[0][0] == "title"


def test_slides_print_and_have_both_lights_and_keys(made):
    _, text, _ = made
    assert "@media print" in text and "prefers-color-scheme: dark" in text and "prefers-reduced-motion" in text
    assert "keydown" in text and 'aria-label="next"' in text


def test_links_pictures_and_html_become_words():
    made = slides.html_of("A [term](x.md#y), ![a face](f.png), <script>alert(1)</script> and `a < b`.")
    assert made == "<p>A term, a face, &lt;script&gt;alert(1)&lt;/script&gt; and <code>a &lt; b</code>.</p>\n"


def test_the_command_writes_a_lesson_and_names_those_there_are(tmp_path, capsys):
    assert slides.main(["0", str(tmp_path)]) == 0 and (tmp_path / "00_start.html").exists()
    assert slides.main(["77", str(tmp_path)]) == 1
    assert "There is: 00, 01" in capsys.readouterr().out


def test_a_lesson_that_has_not_run_gets_slides_without_figures(tmp_path):
    path = source.lessons()[4]
    deck = Deck(slides.deck(path, tmp_path / "none.ipynb"))
    assert {kind for kind, _, _ in deck.slides} >= {"title", "section", "prediction", "question", "answer"}
    assert "figure" not in {kind for kind, _, _ in deck.slides}
