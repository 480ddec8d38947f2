"""Still pictures on the page: rows, and the mime bundle."""

import cv2
from encoded import pixels
from noise import noise

from unmasked.widgets import Panel
from unmasked.widgets.kit.frames import encode_png
from unmasked.widgets.kit.paper import SHARP, WIDTH, bundle, compose, enlarge, side_by_side


def test_figures_keep_every_pixel_and_nothing_is_carried_twice():
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


def test_a_smoothly_enlarged_picture_looks_the_same_in_a_fraction_of_the_bytes():
    picture = enlarge(cv2.GaussianBlur(noise(60, 100, 3), (0, 0), 1), 6, smooth=True)
    pages = [bundle(picture, "Noise, enlarged softly.", smooth=smooth)[0]["text/html"] for smooth in (False, True)]
    whole, nearly = (pixels(page.partition("base64,")[2].partition('"')[0]).astype(int) for page in pages)
    assert len(pages[1]) < len(pages[0]) / 2
    assert abs(nearly - whole).mean() < 2, "two grey levels of 255 would be seen"


def test_panels_wrap_into_rows_that_fit_the_page():
    page = compose([Panel(noise(60, 100, 3), f"Picture {k}", scale=3) for k in range(4)], "Some words below.")
    assert page.shape[1] <= WIDTH * SHARP
    assert page.shape[0] > 2 * 60 * 3 * SHARP, "four panels of 300 pixels must take two rows"


def test_pictures_side_by_side_keep_every_pixel_and_a_transparent_gap():
    pictures = noise(3, 5, 4, 3)
    row = side_by_side(pictures, 2)
    assert row.shape == (5, 3 * 4 + 2 * 2, 4)
    for number, picture in enumerate(pictures):
        place = row[:, 6 * number : 6 * number + 4]
        assert (place[..., :3] == picture).all() and (place[..., 3] == 255).all()
    assert (row[:, 4:6, 3] == 0).all() and (row[:, 10:12, 3] == 0).all()
    assert side_by_side(pictures, 0).shape == (5, 12, 4)
