"""The book in a browser, opened from disk with the network cut: every page, its search, its folds, dark and narrow."""

import re

import pytest

from book import build, offline
from book.classroom import PAGES

pytestmark = [
    pytest.mark.browser,
    # The theme and myst call what a later Sphinx drops; their next versions follow.
    pytest.mark.filterwarnings("ignore:.*Check CHANGES for Sphinx API modifications"),
]

# One with formulas, one with benches of the playground, one with a picture that it opens with: all kinds of cells.
LESSONS = {"00": "00_start", "04": "04_two_decoders", "10": "10_roads"}
NARROW, WIDE = {"width": 400, "height": 800}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The folder of a book of three lessons."""
    out = tmp_path_factory.mktemp("site") / "book"
    build.build(out, tuple(LESSONS))
    return out


@pytest.fixture(scope="module")
def opened(browser, book):
    """A page without a network, and what went wrong in it."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    context.set_offline(True)
    tab = context.new_page()
    tab.foreign, tab.broken = [], []
    tab.on("request", lambda one: None if one.url.startswith(("file:", "data:")) else tab.foreign.append(one.url))
    tab.on("requestfailed", lambda one: tab.broken.append(f"{one.url} can't be loaded"))
    tab.on("pageerror", lambda error: tab.broken.append(str(error)))
    tab.on("console", lambda message: tab.broken.append(message.text) if message.type == "error" else None)
    yield tab
    context.close()


def pages(book):
    return sorted(path.name for path in book.glob("*.html"))


def go(tab, book, page):
    tab.goto((book / page).as_uri())
    return tab.locator("article.bd-article")


def test_every_page_is_whole_without_a_network(opened, book):
    assert {f"{name}.html" for name in (*LESSONS.values(), *PAGES, "glossary", "sources", "index")} <= set(pages(book))
    for page in pages(book):
        go(opened, book, page)
        # Pictures further down are loaded as a reader comes to them.
        opened.evaluate("document.querySelectorAll('img[loading]').forEach(one => { one.loading = 'eager'; })")
        opened.wait_for_load_state("networkidle")
        undrawn = opened.locator("article img").evaluate_all(
            "all => all.filter(one => !one.naturalWidth).map(one => one.src)"
        )
        assert not undrawn, f"{page} doesn't draw {undrawn}"
    assert not opened.foreign and not opened.broken


def test_every_picture_has_words_and_every_control_a_name(opened, book):
    for page in pages(book):
        go(opened, book, page)
        silent = opened.evaluate(
            """() => [...document.querySelectorAll("img, input, button, summary, audio")].filter(one =>
                !(one.getAttribute("aria-label") || one.alt || one.title || one.textContent.trim()))
                .map(one => one.outerHTML.slice(0, 90))"""
        )
        assert not silent, f"{page}: {silent}"


def test_formulas_are_drawn(opened, book):
    article = go(opened, book, "10_roads.html")
    sizes = article.locator("math").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert len(sizes) > 8 and min(sizes) > 8
    assert "$" not in article.locator("p:has(math)").first.inner_text()
    # Raised and lowered: a browser that knew no MathML would set all in one line.
    whole, base = (article.locator(f".formula {part}").first.bounding_box() for part in ("msup", "msup > :first-child"))
    assert whole["y"] < base["y"] - 1


def test_a_search_finds_the_lesson(opened, book):
    go(opened, book, "index.html")
    opened.get_by_role("searchbox", name="Search").first.or_(
        opened.get_by_role("button", name="Search").first
    ).first.click()
    field = opened.locator("#pst-search-dialog input[name=q]")
    field.fill("Jacobian")
    field.press("Enter")
    found = opened.locator("#search-results li a", has_text="10 · Other roads")
    found.first.click()
    opened.wait_for_url(re.compile(r"10_roads\.html"))
    assert not opened.broken and not opened.foreign


def test_hints_open_one_after_the_other_by_keyboard_and_the_answer_last(opened, book):
    turn = go(opened, book, "04_two_decoders.html").locator(".turn").first
    code = turn.locator("details.answer .highlight")
    assert "return ..." in turn.inner_text() and not code.is_visible()
    for fold in turn.locator("summary").all():
        assert fold.is_visible() and not code.is_visible()
        fold.focus()
        opened.keyboard.press("Enter")
    assert code.is_visible() and "holds" in turn.inner_text()


def test_predictions_and_quizzes_tell_when_they_are_asked(opened, book):
    article = go(opened, book, "04_two_decoders.html")
    for ask in (article.locator(".ask").first, article.locator(".ask").last):
        answer = ask.locator("details.answer > :not(summary)").first
        assert not answer.is_visible()
        ask.locator("summary").press("Enter")
        assert answer.is_visible()


def test_a_term_leads_to_the_glossary_and_back(opened, book):
    article = go(opened, book, "04_two_decoders.html")
    article.get_by_role("link", name="aligned crop").first.click()
    opened.wait_for_url(re.compile(r"glossary\.html#aligned-crop"))
    entry = opened.locator("section:target, section:has(> span:target)").first
    entry.locator(".back a[href^='04_two_decoders.html']").first.click()
    opened.wait_for_url(re.compile(r"04_two_decoders\.html#"))


def test_benches_lead_to_their_room_of_the_playground(opened, book):
    links = go(opened, book, "04_two_decoders.html").locator("p.bench a")
    rooms = links.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert {"../playground.html#plugs", "../playground.html#puppet"} <= set(rooms)
    assert go(opened, book, "index.html").locator("a[href='../playground.html']").count() >= 1


def test_at_400_pixels_nothing_sticks_out(opened, book):
    opened.set_viewport_size(NARROW)
    try:
        for page in pages(book):
            go(opened, book, page)
            wide = opened.evaluate("document.documentElement.scrollWidth")
            assert wide <= NARROW["width"], f"{page} is {wide} pixels wide"
    finally:
        opened.set_viewport_size(WIDE)


def test_dark_is_chosen_kept_and_readable(opened, book):
    go(opened, book, "00_start.html")
    opened.get_by_role("button", name="Color mode").first.click()
    opened.locator(".theme-change-button[data-mode=dark]").first.click()
    article = go(opened, book, "04_two_decoders.html")
    assert opened.locator("html").get_attribute("data-theme") == "dark"
    # Words on their ground, also in the boxes that a notebook's outputs stand in.
    for place in ("p", "div.cell_output td", ".ask li", ".turn summary", "figcaption, p.bench"):
        ink, ground = article.locator(place).first.evaluate(
            """one => {
                const parts = colour => colour.match(/[\\d.]+/g).map(Number);
                const solid = colour => parts(colour).length < 4 || parts(colour)[3] > 0.5;
                let at = one;
                while (at && !solid(getComputedStyle(at).backgroundColor)) at = at.parentElement;
                return [getComputedStyle(one).color, getComputedStyle(at ?? document.body).backgroundColor];
            }"""
        )
        assert contrast(ink, ground) >= 4.5, f"{place}: {ink} on {ground}"
    drawn = article.locator("img.drawn").first
    assert drawn.evaluate("one => getComputedStyle(one).filter") == "none", "the dark page changes a picture's colours"
    opened.evaluate("localStorage.clear()")


def contrast(ink, ground):
    """The contrast of two CSS colours, as WCAG measures it."""

    def light(colour):
        values = [float(number) / 255 for number in re.findall(r"[\d.]+", colour)[:3]]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lights = sorted((light(ink), light(ground)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_no_page_is_heavy(book):
    heavy = {path.name: round(offline.weight(path) / 1e6, 2) for path in book.glob("*.html")}
    assert max(heavy.values()) <= 2, heavy
