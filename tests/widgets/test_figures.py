"""Figures and grids of pictures, with alt text that arrives."""

import numpy as np
import pytest
from noise import noise

from unmasked.widgets import show
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
