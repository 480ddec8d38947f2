"""What arguments must be: what holds passes unchanged, and everything else is answered in one form of words."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from unmasked import arguments

PICTURE = np.zeros((5, 7, 3), np.uint8)
PICTURES = np.zeros((2, 5, 7, 3), np.uint8)
MASK = np.zeros((5, 7), np.uint8)
BATCH = torch.zeros(2, 3, 64, 64)


@pytest.mark.parametrize(
    ("passes", "value"),
    [
        (lambda value: arguments.checked_picture(value, shape=(5, 7)), PICTURE),
        (lambda value: arguments.checked_picture(value, channels=(1, 3)), MASK),
        (lambda value: arguments.checked_picture(value, channels=(4,)), np.zeros((2, 2, 4), np.uint8)),
        (lambda value: arguments.checked_pictures(value, least=2, smallest=5), PICTURES),
        (lambda value: arguments.checked_pictures(value, "masks", ("N", "H", "W"), ("H", "W")), MASK),
        (lambda value: arguments.checked_pictures(value, least=0), PICTURES[:0]),
        (arguments.checked_batch, BATCH),
        (lambda value: arguments.checked_batch(value, side=128), torch.zeros(1, 3, 128, 128)),
        (lambda value: arguments.checked_faces(value, side=8), torch.eye(8).expand(2, 3, 8, 8)),
        (lambda value: arguments.checked_batch(value, side=None, channels=None), torch.zeros(1, 4, 9, 5)),
        (lambda value: arguments.checked_tensor(value, "codes", ("N", 8)), torch.zeros(3, 8)),
        (lambda value: arguments.checked_floats(value, "landmarks", (2, 68, 2)), np.zeros((2, 68, 2), np.float32)),
        (arguments.checked_generator, np.random.default_rng(0)),
    ],
)
def test_what_holds_comes_back_itself(passes, value):
    assert passes(value) is value


def test_what_holds_is_made_plain():
    assert arguments.checked_size(5) == arguments.checked_size((5, 5)) == arguments.checked_size([np.int64(5), 5])
    assert arguments.checked_names(["ada", "half-bo"], count=2) == ("ada", "half-bo")
    assert arguments.checked_number(np.float32(0.5), "share", 0, 1) == 0.5
    assert arguments.checked_number(-np.inf, "threshold", finite=False) == -np.inf
    assert type(arguments.checked_whole(np.int16(4), "width", even=True)) is int
    points = arguments.checked_numbers([[1, 2], [3, 4]], "points", ("P", 2))
    assert points.dtype == np.float64 and points.shape == (2, 2)
    for given in (np.full((2, 3), 255, np.uint8), np.ones((2, 3), bool), np.ones((2, 3), np.float32)):
        mask = arguments.checked_mask(given, shape=(2, 3), face=True)
        assert mask.dtype == np.float32 and (mask == 1).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: arguments.checked_picture("a"), TypeError, "picture: wanted a NumPy array of uint8, got str 'a'"),
        (
            lambda: arguments.checked_picture(PICTURE / 255, "frame"),
            TypeError,
            "frame: wanted a NumPy array of uint8, got ndarray of float64",
        ),
        (
            lambda: arguments.checked_picture(MASK, channels=(3, 4)),
            ValueError,
            "picture: wanted shape (H, W, 3) or (H, W, 4), got (5, 7)",
        ),
        (lambda: arguments.checked_picture(PICTURE[:0]), ValueError, "picture: wanted shape (H, W, 3), got (0, 7, 3)"),
        (
            lambda: arguments.checked_picture(PICTURE, shape=(7, 5)),
            ValueError,
            "picture: wanted 7 × 5 pixels, got 5 × 7",
        ),
        (lambda: arguments.checked_pictures(PICTURES[:0]), ValueError, "pictures: wanted 1 or more, got 0"),
        (
            lambda: arguments.checked_pictures(PICTURES, smallest=6),
            ValueError,
            "pictures: wanted at least 6 × 6 pixels, got 5 × 7",
        ),
        (lambda: arguments.checked_mask(MASK, shape=(5, 5)), ValueError, "mask: wanted the picture's shape (5, 5)"),
        (lambda: arguments.checked_mask(MASK, face=True), ValueError, "mask: no pixel of it is inside"),
        (
            lambda: arguments.checked_mask(np.full((2, 2), 2, np.float32)),
            ValueError,
            "mask: wanted values in 0…1, got 2…2",
        ),
        (
            lambda: arguments.checked_batch(BATCH[:, :, :32]),
            ValueError,
            "pictures: wanted shape (N, 3, 64, 64), got (2, 3, 32, 64)",
        ),
        (
            lambda: arguments.checked_batch(BATCH, side=128),
            ValueError,
            "pictures: wanted shape (N, 3, 128, 128), got (2, 3, 64, 64)",
        ),
        (
            lambda: arguments.checked_faces(torch.cat([torch.rand(1, 3, 64, 64), torch.ones(1, 3, 64, 64)]), "still"),
            ValueError,
            "still: picture 1 has one colour everywhere, so there is no face in it",
        ),
        (
            lambda: arguments.checked_batch(BATCH.byte()),
            TypeError,
            "pictures: wanted a floating torch.Tensor, got Tensor of torch.uint8",
        ),
        (
            lambda: arguments.checked_numbers([[0.0]], "landmarks", (68, 2), ("N", 68, 2)),
            ValueError,
            "landmarks: wanted shape (68, 2) or (N, 68, 2), got (1, 1)",
        ),
        (lambda: arguments.checked_numbers(["a"], "points", ("N",)), TypeError, "points: wanted numbers, got list"),
        (
            lambda: arguments.checked_numbers([np.nan], "points", ("N",)),
            ValueError,
            "points: wanted finite numbers, got NaN or infinity among them",
        ),
        (lambda: arguments.checked_scores([], "real"), ValueError, "real: wanted 1 or more, got 0"),
        (lambda: arguments.checked_floats(MASK, "masks", (5, 7)), TypeError, "masks: wanted a NumPy array of floats"),
        (lambda: arguments.checked_number("1", "width"), TypeError, "width: wanted a number, got str '1'"),
        (lambda: arguments.checked_number(True, "width"), TypeError, "width: wanted a number, got bool True"),
        (lambda: arguments.checked_number(np.nan, "width", 0), ValueError, "width: wanted 0 or more, got nan"),
        (lambda: arguments.checked_number(np.inf, "width"), ValueError, "width: wanted a finite number, got inf"),
        (lambda: arguments.checked_number(2, "share", 0.1, 1), ValueError, "share: wanted 0.1…1, got 2"),
        (lambda: arguments.checked_number(np.nan, "line", finite=False), ValueError, "line: wanted a number, got nan"),
        (
            lambda: arguments.checked_whole(2.5, "crf", 0, 51),
            TypeError,
            "crf: wanted a whole number, 0…51, got float 2.5",
        ),
        (lambda: arguments.checked_whole(-1, "seed"), ValueError, "seed: wanted a whole number, 0 or more, got -1"),
        (lambda: arguments.checked_whole(0, "seed", 0 - 3, -1), ValueError, "seed: wanted a whole number, -3…-1"),
        (
            lambda: arguments.checked_whole(3, "width", 2, even=True),
            ValueError,
            "width: wanted an even whole number, 2 or more, got 3",
        ),
        (
            lambda: arguments.checked_whole(4, "size", 8, 2**31, unit="pixels"),
            ValueError,
            "size: wanted a whole number of pixels, 8…2147483648, got 4",
        ),
        (lambda: arguments.checked_size((4, 0)), ValueError, "size: wanted 1 or more pixels, got (4, 0)"),
        (lambda: arguments.checked_size(8, "shape", 16, 2048), ValueError, "shape: wanted 16…2048 pixels, got 8"),
        (lambda: arguments.checked_size(True), TypeError, "size: wanted a whole number of pixels or a pair"),
        (lambda: arguments.checked_size((1, 2, 3)), TypeError, "size: wanted a whole number of pixels or a pair"),
        (lambda: arguments.checked_names("ada"), TypeError, "names: wanted several names, such as ('ada', 'bo'), got"),
        (lambda: arguments.checked_names(["a.b"]), ValueError, "names: wanted plain words, such as 'ada', got 'a.b'"),
        (lambda: arguments.checked_names(["a", "a"]), ValueError, "names: wanted each name once, got ('a', 'a')"),
        (lambda: arguments.checked_names([]), ValueError, "names: wanted 1 or more, got 0"),
        (lambda: arguments.checked_names("abc", count=2), TypeError, "names: wanted several names"),
        (lambda: arguments.checked_names(["a"], count=2), ValueError, "names: wanted 2, got 1"),
        (
            lambda: arguments.checked_choice("eli", ("ada", "bo"), "name"),
            ValueError,
            "name: wanted one of 'ada', 'bo', got 'eli'",
        ),
        (lambda: arguments.checked_choice(None, ("ada",), "name"), ValueError, "name: wanted one of 'ada', got None"),
        (
            lambda: arguments.checked_generator(torch.Generator(), "rng"),
            TypeError,
            "rng: wanted a numpy.random.Generator, got Generator",
        ),
    ],
)
def test_everything_else_is_answered_in_words(call, error, message):
    with pytest.raises(error) as told:
        call()
    assert str(told.value).startswith(message), str(told.value)


def test_torch_is_left_to_who_checks_a_batch():
    code = "import sys, unmasked.arguments; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
