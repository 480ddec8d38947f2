"""Figures and grids of pictures, with alt text that arrives."""

import numpy as np
import pytest
from noise import noise

from unmasked import paths
from unmasked.widgets import alt_text, figures, show, show_pictures
from unmasked.widgets.figures import picture_grid
from unmasked.widgets.kit.paper import SHARP, WIDTH


def test_show_gives_alt_text_a_picture_and_text(capsys):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(3, 2))
    axes.plot([3, 1, 2])
    show(figure, alt="A line that falls from 3 to 1 and rises to 2.")
    assert not pyplot.fignum_exists(figure.number), "an open figure would be shown a second time"
    with pytest.raises(TypeError, match="figure: wanted a Matplotlib figure"):
        show(noise(4, 4, 3), alt="A picture of noise, which is no figure.")


def test_a_figure_is_out_of_others_reach_while_it_is_drawn(monkeypatch):
    from matplotlib import pyplot

    open_then = []
    drawn = figures._pixels
    monkeypatch.setattr(figures, "_pixels", lambda figure: open_then.extend(pyplot.get_fignums()) or drawn(figure))
    figure, _ = pyplot.subplots(figsize=(2, 1))
    figures.show(figure, alt="An empty frame, twice as wide as it is high.")
    assert open_then == [] and pyplot.get_fignums() == []


@pytest.fixture
def words(tmp_path, monkeypatch):
    """A lesson whose .toml has words for two figures."""
    words = (
        'title = "Fire"\ntopic = "fire"\nminutes = 5\n[figures]\n"fire.first" = "A small fire under a large kettle."\n'
    )
    (tmp_path / "77_fire.toml").write_text(words + '"fire.share" = "A bar that is {share} full."\n', encoding="utf-8")
    monkeypatch.setattr(paths, "LESSONS", tmp_path)


def test_a_figures_words_come_from_the_toml(words, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data["text/html"]))
    assert alt_text("fire.first") == "A small fire under a large kettle."
    assert alt_text("fire.share", share="half") == "A bar that is half full."
    show_pictures([noise(8, 6, 3)], alt="fire.first")
    assert 'alt="A small fire under a large kettle."' in shown[0]


def test_what_is_wrong_with_a_figures_words_is_said(words):
    with pytest.raises(ValueError, match=r"no \[figures\] entry 'fire.second'"):
        alt_text("fire.second")
    with pytest.raises(ValueError, match=r"the words of 'fire\.share' want a value for 'share'"):
        alt_text("fire.share", part="half")


def test_a_grid_keeps_every_pixel_and_its_place():
    pictures = [[noise(8, 6, 3), noise(8, 6, 3)[::-1].copy()], [None, noise(8, 6, 3)[:, ::-1].copy()]]
    page = picture_grid(pictures, ["left", "right"], ["above", "below"], scale=2)
    found = 0
    for row in pictures:
        for picture in row:
            if picture is None:
                continue
            large = np.repeat(np.repeat(picture, 2 * SHARP, 0), 2 * SHARP, 1)
            windows = np.lib.stride_tricks.sliding_window_view(page, large.shape)[:, :, 0]
            found += bool((windows[::1, ::1, ::8, ::8] == large[::8, ::8]).all((2, 3, 4)).any())
    assert found == 3, f"{found} of 3 pictures are in the grid, crisp"


@pytest.mark.parametrize(
    "pictures",
    [
        noise(5, 8, 6, 3),
        noise(5, 8, 6),
        [noise(8, 6, 3), noise(9, 7)],
        [noise(2, 8, 6, 3), noise(3, 8, 6, 3)],
        np.random.default_rng(0).random((5, 3, 8, 6)),
    ],
)
def test_grids_take_batches_rows_and_mixed_pictures(pictures):
    page = picture_grid(pictures)
    assert page.dtype == np.uint8 and page.ndim == 3 and page.shape[1] <= WIDTH * SHARP


def test_grids_take_tensors():
    torch = pytest.importorskip("torch")
    pictures = torch.rand(3, 3, 8, 6, generator=torch.Generator().manual_seed(0))
    as_arrays = np.rint(pictures.permute(0, 2, 3, 1).numpy() * 255).astype(np.uint8)
    assert (picture_grid(pictures) == picture_grid(as_arrays)).all()
    assert (picture_grid(list(pictures)) == picture_grid(as_arrays)).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([],), "at least one"),
        (([noise(4, 4, 3)], ["a", "b"]), "one a column, 1, got 2"),
        (([noise(4, 4, 3)], [], ["a", "b"]), "one a row, 1, got 2"),
        (([np.full((4, 4, 3), 7.0)],), "in 0…1"),
        (([np.full((4, 4, 3), np.nan)],), "finite"),
        (([["a"]],), "wanted NumPy arrays"),
        ((None,), "wanted pictures"),
    ],
)
def test_grids_refuse_with_words(arguments, words):
    with pytest.raises((TypeError, ValueError), match=words):
        picture_grid(*arguments)


def test_wide_grids_shrink_to_the_page():
    assert picture_grid(noise(30, 64, 64, 3)).shape[1] <= WIDTH * SHARP
