"""Still pictures on the page: rows, and the mime bundle."""

import cv2
from encoded import pixels
from noise import noise

from unmasked.widgets import (
    Panel,
)
from unmasked.widgets.kit.paper import SHARP, WIDTH, compose


def test_figures_keep_every_pixel_and_nothing_is_carried_twice():
    from unmasked.widgets.kit.frames import encode_png
    from unmasked.widgets.kit.paper import bundle, enlarge

    photo = cv2.GaussianBlur(noise(400, 600, 3), (0, 0), 3)
    squares = enlarge(photo[:100, :150].copy(), 4)
    for picture in (squares, photo):
        whole, metadata = bundle(picture, "Noise, coarse or soft.")
        page = whole["text/html"].partition("base64,")[2].partition('"')[0]
        assert (pixels(page) == picture).all(), "the page must get every pixel"
        (kind,) = metadata
        assert pixels(whole[kind]).shape == (picture.shape[0] // 2, picture.shape[1] // 2, 3)
        assert len(page) + len(whole[kind]) < 1.4 * 4 / 3 * len(encode_png(picture)), "twice the bytes of one PNG"
        small, _ = bundle(picture, "Noise, coarse or soft.", small=True)
        assert len(small["text/html"]) <= len(whole["text/html"])


def test_panels_wrap_into_rows_that_fit_the_page():
    page = compose([Panel(noise(60, 100, 3), f"Picture {k}", scale=3) for k in range(4)], "Some words below.")
    assert page.shape[1] <= WIDTH * SHARP
    assert page.shape[0] > 2 * 60 * 3 * SHARP, "four panels of 300 pixels must take two rows"
