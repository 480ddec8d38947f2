"""The kit and the figures, without a browser: settings in, pictures and words out."""

import base64
import json
import logging
import subprocess
import sys
import threading

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked.widgets import (
    Bench,
    Button,
    Choice,
    Frame,
    Panel,
    PictureView,
    Points,
    Slider,
    Toggle,
    show,
    show_pictures,
)
from unmasked.widgets.figures import picture_grid
from unmasked.widgets.kit.frames import encode_png, pack, to_rgb, two_digits
from unmasked.widgets.kit.lettering import text_width, wrap
from unmasked.widgets.kit.paper import SHARP, WIDTH, compose
from unmasked.widgets.kit.plots import loss_curves

KNOBS = [
    Slider("turn", "Turn", -35, 35, 0, 1, "°"),
    Slider("smile", "Smile", -1, 1, 0.25),
    Choice("who", "Who", [("ada", "Ada"), ("bo", "Bo")], "ada"),
    Toggle("truth", "Show the truth", True),
]


def draw(settings):
    """A grey picture, lighter the further it turns, wider for Bo."""
    picture = np.full((12, 20 if settings["who"] == "bo" else 16, 3), 128 + settings["turn"], np.uint8)
    return Frame(picture, f"A grey picture turned by {settings['turn']:.0f} degrees.", f"Turn {settings['turn']:.0f}°")


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


# ---- what a bench does with settings


def test_a_bench_draws_at_the_least_default_and_greatest_settings():
    bench = Bench(draw, KNOBS)
    for turn, expected in ((-35, 93), (0, 128), (35, 163)):
        frame = bench.set(turn=turn)
        assert (frame.panels[0].picture == expected).all(), f"turn={turn} gave {frame.panels[0].picture[0, 0]}"
        assert f"{turn} degrees" in frame.alt
        assert bench.frame["alt"] == frame.alt, "the browser is told another alt text than the frame has"
        assert bench.settings["turn"] == turn


def test_alt_text_and_words_change_with_the_picture():
    bench = Bench(draw, KNOBS)
    before = (bench.frame["alt"], bench.frame["words"], bench.frame["panels"][0]["data"])
    bench.set(turn=12)
    after = (bench.frame["alt"], bench.frame["words"], bench.frame["panels"][0]["data"])
    assert all(a != b for a, b in zip(before, after, strict=True))


def test_numbers_beyond_a_sliders_end_stop_there():
    bench = Bench(draw, KNOBS)
    assert "35 degrees" in bench.set(turn=1000).alt
    assert "-35 degrees" in bench.set(turn=-1000.0).alt


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({"yaw": 1}, ValueError, "no knob is called 'yaw'"),
        ({"turn": "far"}, TypeError, "turn: wanted a number, got str"),
        ({"turn": float("nan")}, ValueError, "turn: wanted a number"),
        ({"turn": True}, TypeError, "turn: wanted a number, got bool"),
        ({"who": "cleo"}, ValueError, "wanted one of"),
        ({"truth": 1}, TypeError, "wanted True or False"),
    ],
)
def test_wrong_settings_from_python_are_errors_with_words(values, error, words):
    bench = Bench(draw, KNOBS)
    with pytest.raises(error, match=words):
        bench.set(**values)
    assert bench.settings == {"turn": 0, "smile": 0.25, "who": "ada", "truth": True}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Slider("a", "A", 1, 1, 1),
        lambda: Slider("a", "A", 0, 1, 2),
        lambda: Slider("a", "A", 0, 1, 0, step=-1),
        lambda: Slider("a", "A", 1, 100, 5, stops=[1, 10, 100]),
        lambda: Slider("a", "A", 1, 100, 10, stops=[1, 10, 50]),
        lambda: Slider("a", "A", 1, 100, 10, stops=[1, 50, 10, 100]),
        lambda: Choice("a", "A", [("x", "X")], "y"),
        lambda: Bench(draw, [KNOBS[0], KNOBS[0]]),
    ],
)
def test_impossible_knobs_are_refused(make):
    with pytest.raises(ValueError):
        make()


def test_the_first_drawing_raises_in_the_callers_cell():
    def broken(settings):
        raise RuntimeError("no paint left")

    with pytest.raises(RuntimeError, match="no paint left"):
        Bench(broken, KNOBS)


def test_a_later_error_is_shown_in_words_with_its_traceback_and_logged_and_the_picture_stays(caplog):
    def fragile(settings):
        if settings["turn"] > 30:
            raise ValueError("the head came off")
        return draw(settings)

    bench = Bench(fragile, KNOBS)
    bench.set(turn=10)
    good = bench.frame["panels"]
    with caplog.at_level(logging.ERROR, "unmasked.widgets"):
        bench.set(turn=35)
    assert "ValueError: the head came off" in bench.frame["error"]
    assert "fragile" in bench.frame["trace"], "the traceback does not lead to the callback"
    assert bench.frame["panels"] == good
    assert "the head came off" in caplog.text
    bench.set(turn=5)
    assert bench.frame["error"] == "" and bench.frame["trace"] == ""


def test_something_else_than_a_frame_is_an_error():
    with pytest.raises(TypeError, match="wanted a Frame, got ndarray"):
        Bench(lambda settings: noise(4, 4, 3), KNOBS)


def test_the_newest_settings_win_and_stale_ones_are_never_drawn():
    drawn, begun, go_on = [], threading.Event(), threading.Event()

    def slow(settings):
        drawn.append(settings["turn"])
        if settings["turn"] == 1:
            begun.set()
            assert go_on.wait(10)
        return draw(settings)

    bench = Bench(slow, KNOBS)
    drawn.clear()
    worker = threading.Thread(target=lambda: bench.set(turn=1))
    worker.start()
    assert begun.wait(10)
    for turn in (2, 3, 4, 5):
        bench.set(turn=turn)  # returns at once: the other thread is drawing
    go_on.set()
    worker.join(10)
    assert drawn == [1, 5], f"drawn: {drawn}; wanted the one in hand, then only the newest"
    assert "5 degrees" in bench.frame["alt"]


def test_a_callback_never_runs_twice_at_a_time():
    inside, most, lock = 0, 0, threading.Lock()

    def counting(settings):
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        frame = draw(settings)
        with lock:
            inside -= 1
        return frame

    bench = Bench(counting, KNOBS)
    threads = [
        threading.Thread(target=lambda k=k: [bench.set(turn=(k * 7 + i) % 30) for i in range(40)]) for k in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == 1
    assert bench._waiting is None, "settings were left behind that nobody draws"


def test_settings_from_the_browser_are_drawn_and_answered():
    bench = Bench(draw, KNOBS)
    bench.set_state({"settings": {**bench.settings, "turn": 7}, "asked": 3})
    assert bench.frame["answered"] == 3
    assert "7 degrees" in bench.frame["alt"]


def test_nonsense_from_the_browser_becomes_words():
    bench = Bench(draw, KNOBS)
    bench.set_state({"settings": {"turn": "left"}, "asked": 1})
    assert "wanted a number" in bench.frame["error"]
    assert bench.frame["answered"] == 1, "the browser would wait for ever"


def test_nothing_is_drawn_after_close():
    calls = []

    def counting(settings):
        calls.append(settings)
        return draw(settings)

    bench = Bench(counting, KNOBS)
    bench.close()
    calls.clear()
    bench.ask({"turn": 3})
    assert calls == []


def test_buttons_that_fail_say_so():
    class Broken(Bench):
        def on_press(self, name):
            raise OSError("the disk is full")

    bench = Broken(draw, KNOBS, buttons=[Button("save", "Save")])
    bench._on_message(None, {"press": "save"}, [])
    assert "the disk is full" in bench.frame["error"]


# ---- points on a picture

CORNERS = [(0.25, 0.25), (0.75, 0.25), (0.5, 1.0)]


def draw_points(settings):
    """A white picture, wider than high, with a black pixel where each point is."""
    assert isinstance(settings["corners"], np.ndarray) and settings["corners"].dtype == np.float64
    picture = np.full((40, 80), 255, np.uint8)
    for x, y in settings["corners"]:
        picture[min(39, int(40 * y)), min(79, int(80 * x))] = 0
    return Frame(Panel(picture, "Points", scale=2), "Black pixels where the points are.", "Points")


def test_points_reach_the_drawing_as_an_array_and_travel_as_numbers():
    bench = Bench(draw_points, [Points("corners", "Corners", CORNERS, lines=[(0, 1, 2)])])
    assert bench.settings == {"corners": [list(corner) for corner in CORNERS]}
    frame = bench.set(corners=np.array([(0.1, 0.5), (0.9, 0.25), (0.5, 0.99)]))
    assert (frame.panels[0].picture == 0).nonzero()[0].tolist() == [10, 20, 39]
    assert (frame.panels[0].picture == 0).nonzero()[1].tolist() == [72, 8, 40]
    bench.set_state({"settings": {"corners": [[0, 0], [1, 0], [0.5, 0.5]]}, "asked": 2})
    assert bench.frame["answered"] == 2 and bench.shown.panels[0].picture[0, 0] == 0
    json.dumps(bench.knobs)
    assert bench.knobs[0]["names"] == ("point 1", "point 2", "point 3")


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(-2, 3), st.floats(-2, 3)), min_size=3, max_size=3))
def test_points_stay_on_the_picture(points):
    taken = np.array(Points("corners", "Corners", CORNERS).accept(points))
    assert taken.shape == (3, 2) and taken.min() >= 0 and taken.max() <= 1
    inside = (np.array(points) >= 0) & (np.array(points) <= 1)
    assert (taken[inside] == np.array(points)[inside]).all(), "a point that was on the picture has moved"


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        ([[0, 0], [1, 1]], ValueError, r"corners: wanted shape \(3, 2\), got \(2, 2\)"),
        ([[0, 0], [1, 1], [np.nan, 0]], ValueError, "finite"),
        ("here", TypeError, "corners: wanted numbers"),
        ([[0, 0], [1, 1], [2]], TypeError, "corners: wanted numbers"),
    ],
)
def test_wrong_points_are_errors_with_words(value, error, words):
    bench = Bench(draw_points, [Points("corners", "Corners", CORNERS)])
    with pytest.raises(error, match=words):
        bench.set(corners=value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"start": [0.5, 0.5]}, "shape"),
        ({"start": np.zeros((0, 2))}, "at least 1"),
        ({"start": [(0.5, 1.5)]}, "0…1"),
        ({"names": ["one", "two"]}, "a name for each of 3, got 2"),
        ({"panel": -1}, "panel of 0 or more"),
        ({"lines": [(0, 3)]}, "a line goes to point 3, there are 3"),
        ({"step": 0}, "step above 0"),
    ],
)
def test_impossible_points_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        Points("corners", "Corners", **({"start": CORNERS} | settings))


def test_points_need_a_picture_to_lie_on():
    with pytest.raises(ValueError, match="corners: wanted a panel below 1, got 1"):
        Bench(draw_points, [Points("corners", "Corners", CORNERS, panel=1)])


def test_the_still_picture_shows_the_points_and_their_lines():
    bench = Bench(draw_points, [Points("corners", "Corners", [(0.25, 0.5), (0.75, 0.5)], lines=[(0, 1)])])
    still = bench.still()
    plain = compose(bench.shown.panels, bench.shown.words)
    assert still.shape == plain.shape
    changed = (still != plain).any(2)
    rows, columns = changed.nonzero()
    top = still.shape[0] - (plain.shape[0] - 22 * SHARP)  # below the title
    assert abs(rows.mean() - (top + 80)) < 3, "half-way down the picture"
    assert 60 < columns.min() < 80 < 240 < columns.max() < 260, "from one point to the other, and their rings"
    line = still[top + 80, 100:220]
    assert (line < 80).all(), "the line between them is dark"


# ---- the still picture


def test_the_still_picture_and_the_words_lie_in_the_same_bundle_as_the_view():
    bench = Bench(draw, KNOBS, title="Turn")
    bench.set(turn=20)
    data, metadata = bench._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == bench.shown.alt
    (kind,) = metadata
    assert kind in ("image/png", "image/jpeg") and metadata[kind]["alt"] == bench.shown.alt
    assert 'alt="A grey picture turned by 20 degrees."' in data["text/html"]
    grey = (np.abs(pixels(data[kind]).astype(int) - 148) < 3).all(2)
    assert grey.mean() > 0.05, "the still picture does not show the picture of the newest settings"


def pixels(encoded):
    """The picture of a mime bundle, uint8 (H, W, 3) RGB."""
    return cv2.imdecode(np.frombuffer(base64.b64decode(encoded), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


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


def test_lines_of_a_plot_can_be_told_apart_without_colour():
    from unmasked.widgets.kit.plots import STYLES

    # Brightness as the eye weighs it; and what a deuteranope sees (Viénot, Brettel, Mollon 1999, linear RGB).
    colours = np.array([colour for colour, _ in STYLES]) / 255
    linear = np.where(colours > 0.04045, ((colours + 0.055) / 1.055) ** 2.4, colours / 12.92)
    seen = linear @ np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]).T
    dashes = [dash for _, dash in STYLES]
    assert len(set(dashes)) == len(dashes), "two lines would look the same in greyscale"
    distances = [np.linalg.norm(seen[i] - seen[j]) for i in range(len(seen)) for j in range(i)]
    assert min(distances) > 0.1, f"distances between the lines' colours for a deuteranope: {np.round(distances, 2)}"


def test_a_picture_view_shows_frame_after_frame():
    view = PictureView(draw({"turn": 1, "who": "ada"}))
    view.present(draw({"turn": 9, "who": "bo"}))
    assert "9 degrees" in view.frame["alt"]
    assert view.frame["panels"][0]["width"] == 20


@pytest.mark.parametrize("alt", [None, 3, "", "  ", "a face"])
def test_alt_text_is_required(alt):
    with pytest.raises((TypeError, ValueError), match="alt"):
        Frame(noise(4, 4, 3), alt)
    with pytest.raises((TypeError, ValueError), match="alt"):
        show_pictures([noise(4, 4, 3)], alt=alt)


@pytest.mark.parametrize("picture", [noise(4, 4, 2), noise(0, 4, 3), noise(4, 4, 3).astype(float), "face"])
def test_panels_refuse_what_is_no_picture(picture):
    with pytest.raises((TypeError, ValueError), match="picture"):
        Panel(picture)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3, 4]))
def test_packed_pictures_are_what_went_in(height, width, channels):
    picture = noise(height, width, channels) if channels > 1 else noise(height, width)
    packed = pack(Panel(picture))
    assert (packed["width"], packed["height"], packed["channels"]) == (width, height, channels)
    assert packed["data"] == picture.tobytes()


def test_large_pictures_travel_as_png_and_come_back_the_same():
    picture = noise(500, 500, 3)
    packed = pack(Panel(picture))
    assert packed["kind"] == "png"
    back = cv2.imdecode(np.frombuffer(packed["data"], np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert (back == picture).all()
    transparent = noise(10, 7, 4)
    back = cv2.imdecode(np.frombuffer(encode_png(transparent), np.uint8), cv2.IMREAD_UNCHANGED)
    assert (back[..., [2, 1, 0, 3]] == transparent).all()


def test_transparency_is_laid_over_the_paper():
    picture = np.zeros((2, 2, 4), np.uint8)
    picture[0, 0] = (10, 20, 30, 255)
    flat = to_rgb(picture, (255, 255, 255))
    assert tuple(flat[0, 0]) == (10, 20, 30) and tuple(flat[1, 1]) == (255, 255, 255)


def test_panels_wrap_into_rows_that_fit_the_page():
    page = compose([Panel(noise(60, 100, 3), f"Picture {k}", scale=3) for k in range(4)], "Some words below.")
    assert page.shape[1] <= WIDTH * SHARP
    assert page.shape[0] > 2 * 60 * 3 * SHARP, "four panels of 300 pixels must take two rows"


def test_scores_read_well():
    assert [two_digits(x) for x in (0.456, -0.5, -0.001, 1)] == ["0.46", "−0.50", "0.00", "1.00"]


# ---- figures


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


@settings(deadline=None, max_examples=30)
@given(st.text(st.characters(whitelist_categories=["L"]), max_size=60), st.integers(60, 400))
def test_wrapped_lines_fit_and_lose_no_word(words, width):
    words = " ".join(words[i : i + 7] for i in range(0, len(words), 7))
    lines = wrap(words, width, 13)
    assert " ".join(lines).split() == words.split()
    assert all(text_width(line, 13) <= width or " " not in line for line in lines)


@pytest.mark.parametrize(
    "losses",
    [
        {},
        {"loss": [0.5]},
        {"loss": [float("nan"), 0.3, 0.2]},
        {"a": list(np.geomspace(1, 1e-3, 5000)), "b": [0.1] * 5000},
    ],
)
def test_loss_curves_are_drawn_whatever_there_is(losses):
    picture = loss_curves(losses, 5000, 300, 100)
    assert picture.shape == (200, 600, 3)
    assert (picture < 250).any(), "nothing was drawn"


def test_widgets_come_without_torch_and_pyplot():
    words = "import sys, unmasked.widgets; print([n for n in ('torch', 'matplotlib.pyplot') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", f"importing the widgets loads {done.stdout.strip()}: seconds for every lesson"
