"""The bench, without a browser: settings in, pictures and words out."""

import logging
import threading

import numpy as np
import pytest
from encoded import pixels

from unmasked.widgets import Bench, Button, Choice, Frame, PictureView, Slider, Toggle

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


def test_a_name_comes_once():
    with pytest.raises(ValueError, match="every name may come once"):
        Bench(draw, [KNOBS[0], KNOBS[0]])


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
        Bench(lambda settings: np.zeros((4, 4, 3), np.uint8), KNOBS)


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


def test_a_picture_view_shows_frame_after_frame():
    view = PictureView(draw({"turn": 1, "who": "ada"}))
    view.present(draw({"turn": 9, "who": "bo"}))
    assert "9 degrees" in view.frame["alt"]
    assert view.frame["panels"][0]["width"] == 20
