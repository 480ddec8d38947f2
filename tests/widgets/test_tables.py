"""Tables: their plain text, their HTML, what stands behind ±, and what a wrong call is told."""

import re
import statistics
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from unmasked.widgets import show_table
from unmasked.widgets.tables import table

AREAS = {
    "box paste": {"AUC": 0.98, "clips": 40},
    "Poisson swap": {"AUC": [0.5, 0.6, 0.7], "clips": 1200},
}


def lines(*arguments, **named) -> list[str]:
    return repr(table(*arguments, **named)).split("\n")


class Cells(HTMLParser):
    """(tag, scope, text, alignment) of every cell, and the caption."""

    def __init__(self, page: str):
        super().__init__()
        self.found, self.caption, self.open = [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.open = tag
        if tag in ("th", "td"):
            attrs = dict(attrs)
            side = re.search(r"text-align: (\w+)", attrs["style"])
            self.found.append([tag, attrs.get("scope"), "", side and side[1]])

    def handle_endtag(self, tag):
        self.open = None

    def handle_data(self, data):
        if self.open in ("th", "td"):
            self.found[-1][2] += data
        elif self.open == "caption":
            self.caption = data


def test_the_plain_text_lines_up():
    assert lines(AREAS, names="maker", caption="AUC by maker") == [
        "AUC by maker",
        "maker                 AUC  clips",
        "box paste            0.98     40",
        "Poisson swap  0.60 ± 0.10  1,200",
    ]


def test_a_list_of_rows_and_a_single_column():
    rows = [{"seed": 0, "loss": 0.25}, {"seed": 1, "loss": 0.125}]
    assert lines(rows, {"loss": ".3f"}) == [" loss", "0.250", "0.125"]
    assert lines(rows, ["loss", "seed"])[0].split() == ["loss", "seed"]
    assert lines({"the swap": 5.21, "another": 31}, {"off by": ".1f"}) == [
        "          off by", "the swap     5.2", "another     31.0",
    ]  # fmt: skip


def test_names_that_are_numbers_stand_as_they_are():
    assert lines({0.05: 1.0, 12288: 2.0}, ["loss"], form=".3f") == ["         loss", "  0.05  1.000", "12,288  2.000"]


def test_plus_minus_is_the_samples_standard_deviation():
    seeds = [0.61, 0.72, 0.58]
    wanted = f"{statistics.fmean(seeds):.3f} ± {statistics.stdev(seeds):.3f}"
    for several in (seeds, np.array(seeds), torch.tensor(seeds), list(np.array(seeds))):
        assert lines([{"score": several}], {"score": ".3f"})[1] == wanted
    for one in ([0.61], np.array([0.61]), np.float32(0.61), torch.tensor(0.61)):
        assert lines([{"score": one}])[1].strip() == "0.61"


def test_how_numbers_are_written():
    row = {
        "whole": 12288,
        "share": 0.256,
        "change": -0.001,
        "seeds": [3, 4],
        "shape": (3, 64),
        "none": None,
        "own": [1, 9],
    }
    forms = {"share": ".0%", "own": lambda pair: f"{pair[0]} of {pair[1]}"}
    text = lines([row], dict.fromkeys(row) | forms, form=".1f")[1]
    assert re.split(r"  +", text) == ["12,288", "26%", "0.0", "3.5 ± 0.7", "(3, 64)", "1 of 9"]
    assert lines([{"fake": True}, {"fake": np.bool_(False)}]) == ["fake", "yes", "no"]
    assert lines([{"gain": -0.001}], {"gain": "+.2f"})[1].strip() == "0.00"


def test_the_html_has_what_a_screen_reader_needs():
    cells = Cells(table(AREAS, names="maker", caption="AUC by maker")._repr_html_())
    assert cells.caption == "AUC by maker"
    assert cells.found[:4] == [
        ["th", "col", "maker", "left"],
        ["th", "col", "AUC", "right"],
        ["th", "col", "clips", "right"],
        ["th", "row", "box paste", "left"],
    ]
    assert ["td", None, "0.60 ± 0.10", "right"] in cells.found
    corner = Cells(table(AREAS)._repr_html_()).found[0]
    assert corner[:3] == ["td", None, ""], "an empty heading announces nothing"


def test_text_stands_on_the_left_and_numbers_on_the_right():
    rows = [{"level": "JPEG 95", "range": "0.5 to 0.7", "mixed": "none"}, {"level": "H.264", "range": "", "mixed": 3}]
    sides = {text: side for tag, _, text, side in Cells(table(rows)._repr_html_()).found if tag == "th"}
    assert (sides["level"], sides["range"], sides["mixed"]) == ("left", "right", "left")


def test_nothing_in_a_cell_becomes_html():
    page = table([{"<b>": "<script>1 & 2</script>"}], caption="a < b")._repr_html_()
    assert "<script" not in page and "<b>" not in page
    assert "&lt;script&gt;1 &amp; 2&lt;/script&gt;" in page and "a &lt; b" in page


def test_long_headings_wrap_rather_than_widen_the_plain_text():
    found = lines([{"off by, in grey levels of 255": 5.2}])
    assert max(map(len, found)) <= 12 and len(found) > 2


def test_an_empty_table_says_so():
    empty = table([], ["seed", "swap"], caption="outliers")
    assert repr(empty).split("\n") == ["outliers", "seed  swap", "(no rows)"]
    assert "no rows" in empty._repr_html_()
    with pytest.raises(ValueError, match="wanted at least one row"):
        table([])


def test_it_is_shown_as_html_with_its_text_beside_it():
    InteractiveShell.instance()
    with capture_output() as captured:
        show_table(AREAS, names="maker")
    (output,) = captured.outputs
    assert output.data["text/plain"].startswith("maker") and output.data["text/html"].startswith("<table")


@pytest.mark.parametrize(
    ("arguments", "named", "error", "words"),
    [
        ((3,), {}, TypeError, "rows: wanted a list of dicts or a dict of rows by name, got int"),
        (("abc",), {}, TypeError, "rows: wanted a list of dicts"),
        (([1, 2],), {}, TypeError, "rows: wanted a dict of cells a row, got int in row 0"),
        (({"a": {"x": 1}, "b": 2},), {}, TypeError, "rows: wanted a dict of cells a row, got int in row 1"),
        (({"a": 1},), {}, ValueError, "columns: wanted one, as each name has a single cell; got 0"),
        (({"a": 1}, ["x", "y"]), {}, ValueError, "columns: wanted one, as each name has a single cell; got 2"),
        (([{"x": 1}], ["y"]), {}, ValueError, "columns: no row has 'y'; the rows have 'x'"),
        (([{"x": 1}], "x"), {}, TypeError, "columns: wanted a list of names or a dict from name to form, got str"),
        (([{"x": 0.5}], {"x": ".2q"}), {}, ValueError, "columns: the form '.2q' of 'x' does not fit 0.5"),
        (([{"x": []}],), {}, ValueError, "rows: a cell of 'x' is text, a number, .* got an empty list"),
        (([{"x": [[1, 2], [3, 4]]}],), {}, TypeError, "rows: a cell of 'x' is text, a number, .* got list"),
        (([{"x": {"y": 1}}],), {}, TypeError, "rows: a cell of 'x' .* got dict"),
        (([{"x": 1}],), {"caption": 3}, TypeError, "caption: wanted text, got int"),
        (([{"x": 1}],), {"names": None}, TypeError, "names: wanted text, got NoneType"),
        (([{"x": 1}],), {"form": 2}, TypeError, "form: wanted text, got int"),
    ],
)
def test_a_wrong_call_is_told_what_was_wanted(arguments, named, error, words):
    with pytest.raises(error, match=f"^{words}"):
        table(*arguments, **named)
