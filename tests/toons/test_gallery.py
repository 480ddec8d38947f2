"""The published set: what the code draws, small, and a damaged file is named."""

import json

import numpy as np
import pytest

from unmasked import toons
from unmasked.paths import DATA
from unmasked.toons.gallery import published


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: published("zed"), ValueError, "zed"),
    ],
)
def test_mistakes_are_answered_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_the_published_set_is_what_the_code_draws():
    index = json.loads((DATA / "toons" / "index.json").read_text())
    assert sum(index["counts"].values()) > 1500
    acted = None
    for name in ("ada", "bo", "kit"):
        found = published(name)
        assert len(found) == index["counts"][name]
        drawn = toons.draw_many(toons.CAST[name], found.performances[:6], index["size"])
        assert (drawn.parts == found.parts[:6]).mean() > 0.999, f"{name}'s parts have changed: publish the set again"
        assert np.abs(drawn.masks.astype(int) - found.masks[:6]).mean() < 0.5
        assert np.abs(drawn.landmarks - found.landmarks[:6]).max() < 0.1
        error = np.abs(drawn.pictures.astype(float) - found.pictures[:6]).mean()
        assert error < 3.5, f"{name}'s pictures differ by {error:.1f} a pixel: publish the set again"
        assert acted is None or np.array_equal(acted[:6], found.performances[:6]), "pairs must match"
        acted = found.performances


def test_the_published_set_is_small_and_every_file_is_listed():
    folder = DATA / "toons"
    index = json.loads((folder / "index.json").read_text())
    files = {path.name for path in folder.iterdir()} - {"index.json", "DATASHEET.md"}
    assert files == set(index["sha256"])
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 10_000_000


def test_a_damaged_file_is_named(tmp_path):
    for path in (DATA / "toons").iterdir():
        if path.name == "index.json" or path.name.startswith(("ada", "performances")):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    content = bytearray((tmp_path / "ada_masks.png").read_bytes())
    content[len(content) // 2] ^= 255
    (tmp_path / "ada_masks.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"ada_masks\.png is damaged"):
        published("ada", tmp_path)
