"""The lip scrubber: what travels to the page, the strip over time, and words about what doesn't fit."""

import cv2
import numpy as np
import pytest

from unmasked.widgets.benches.lip_scrubber import NAMES, heat, lip_scrubber
from unmasked.widgets.kit import SHARP

SHAPE = (10, 30, 44, 3)


@pytest.fixture
def parts() -> dict:
    rng = np.random.default_rng(0)
    films = {"made": np.full(SHAPE, 60, np.uint8), "true": np.full(SHAPE, 190, np.uint8)}
    lips = {"made": np.linspace(0, 0.5, 10), "true": np.linspace(0.4, 0.1, 10)}
    sound = np.sin(np.arange(6400)).astype(np.float32)
    return {"films": films, "sound": sound, "lips": lips, "features": rng.normal(3, 2, (40, 28))}


def test_frames_samples_and_features_travel_as_they_are(parts):
    bench = lip_scrubber(**parts, marks=[(0.0, "m"), (0.2, "a")])
    assert [len(film) for film in bench.frames] == [10, 10] and bench.names == ["made", "true"]
    shown = cv2.imdecode(np.frombuffer(bench.frames[1][4], np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(shown.astype(int) - 190).max() <= 2
    back = np.frombuffer(bench.samples, "<i2") / 32767
    assert np.abs(back - parts["sound"]).max() < 1e-4
    heard = cv2.imdecode(np.frombuffer(bench.heard, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert heard.shape == (28, 40, 3) and (heard == heat(parts["features"])).all()
    assert bench.marks == [[0.0, "m"], [0.2, "a"]] and list(bench.plan["rows"]) == [
        "marks",
        "sound",
        "features",
        "lips",
    ]


def test_the_strip_leaves_out_what_there_is_not(parts):
    whole = lip_scrubber(**parts, marks=[(0.0, "m")])
    bare = lip_scrubber(**{**parts, "features": None})
    assert list(bare.plan["rows"]) == ["sound", "lips"]
    assert bare.strip(0).shape[0] < whole.strip(0).shape[0] and bare.strip(0).shape[1] == whole.strip(0).shape[1]


def test_the_line_of_now_moves_with_the_frame(parts):
    bench = lip_scrubber(**{**parts, "sound": np.zeros(6400, np.float32), "features": None})
    at = [np.flatnonzero((bench.strip(frame)[10] == (28, 99, 183)).all(1)) for frame in (0, 9)]
    assert at[0].min() > SHARP * NAMES and at[1].max() > at[0].max() + 600


def test_a_feature_is_coloured_by_how_far_it_is_from_its_own_mean():
    ramp = np.stack([np.linspace(-1, 1, 9), 100 + np.linspace(5, -5, 9)], 1)
    picture = heat(ramp).astype(int)
    assert picture.shape == (2, 9, 3)
    assert picture[0, 0, 2] > picture[0, 0, 0] and picture[0, -1, 0] > picture[0, -1, 2]
    assert (picture[0] == picture[1, ::-1]).all() and (picture[:, 4] == 244).all()


def test_words_say_what_the_moved_voice_says(parts):
    bench = lip_scrubber(**parts, marks=[(0.0, "m"), (0.2, "a")])
    assert "“m”" in bench.words(4) and "“a”" in bench.words(6)
    assert "“m”" in bench.words(6, shift=100), "the sound comes later, so its signs do, too"
    assert "made 0.50, true 0.10" in bench.words(9)


def test_words_say_what_the_curves_measure_and_in_what(parts):
    lips = {"made": np.linspace(-0.5, 0.5, 10), "true": np.zeros(10)}
    bench = lip_scrubber(**{**parts, "lips": lips}, unit="mouth open, px")
    assert "Mouth open, px: made −0.50, true 0.00." in bench.words(0) and bench.plan["unit"] == "mouth open, px"
    assert (bench.strip(0) != lip_scrubber(**{**parts, "lips": lips}).strip(0)).any()


def test_signs_that_would_overlap_are_left_out(parts):
    sparse, dense = ([(0.0, "m"), *more, (0.3, "a")] for more in ([], [(0.001, "o"), (0.002, "s")]))
    strips = [lip_scrubber(**parts, marks=marks).strip(0) for marks in (sparse, dense)]
    assert (strips[0] == strips[1]).all()


def test_the_still_shows_every_film_and_says_the_widest_frame(parts):
    bench = lip_scrubber(**parts, alt="Two films of one face.")
    assert bench.widest() == 9
    data, _ = bench._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data and "Two films of one face." in data["text/html"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"films": {}}, "films: wanted one to 3, got 0"),
        ({"films": {"made": np.zeros((1, 9, 9, 3), np.uint8)}}, r"films\['made'\]"),
        ({"lips": {"made": np.zeros(9)}}, r"lips\['made'\]"),
        ({"lips": {}}, "lips: wanted one to 3 curves"),
        ({"sound": np.full(99, 2.0)}, "sound: wanted one sample or more in −1…1"),
        ({"sound": np.full(99, np.nan)}, "sound"),
        ({"sound": np.zeros((99, 2))}, "sound"),
        ({"features": np.zeros(28)}, "features"),
        ({"fps": 0}, "fps"),
        ({"rate": 100}, "rate"),
    ],
)
def test_what_does_not_fit_is_said_in_words(parts, changed, words):
    with pytest.raises(ValueError, match=words):
        lip_scrubber(**{**parts, **changed})
