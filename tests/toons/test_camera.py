"""The camera: each fault does what it says, and a recording follows its generator."""

import numpy as np
import pytest

from unmasked import toons
from unmasked.toons import camera
from unmasked.toons.camera import CameraSettings

OFF = CameraSettings(blur=0, noise=0, white_balance=0, exposure=0, jpeg_quality=None)


def rng(seed=0):
    return np.random.default_rng(seed)


def pictures(count=3, size=(40, 56)):
    return toons.draw_many(toons.CAST["ada"], toons.sample_performances(rng(), count), size).pictures


def test_a_perfect_camera_changes_nothing():
    before = pictures()
    assert np.array_equal(camera.record(before, rng(), OFF), before)


def test_a_recording_keeps_its_shape_and_follows_its_seed():
    before = pictures()
    after = camera.record(before, rng(4))
    assert after.shape == before.shape and after.dtype == np.uint8
    assert np.array_equal(after, camera.record(before, rng(4))) and not np.array_equal(
        after, camera.record(before, rng(5))
    )
    error = np.abs(after.astype(float) - before).mean()
    assert 0.5 < error < 12, f"a modest camera changes a pixel by {error:.1f} on average"
    assert camera.record(before[0], rng()).shape == before[0].shape
    assert camera.record(before[:0], rng()).shape == before[:0].shape


def test_each_fault_of_the_camera_does_what_it_says():
    flat = np.full((64, 64, 3), 128, np.uint8)

    def only(**changes):
        return CameraSettings(
            **{"blur": 0, "noise": 0, "white_balance": 0, "exposure": 0, "jpeg_quality": None, **changes}
        )

    noisy = camera.record(flat, rng(), only(noise=5.0)).astype(float)
    assert abs(noisy.std() - 5.0) < 0.4 and abs(noisy.mean() - 128) < 0.3
    tinted = camera.record(flat, rng(), only(white_balance=0.1)).reshape(-1, 3)
    assert np.ptp(tinted, axis=0).max() == 0 and tinted[0, 1] == 128 and len(set(tinted[0].tolist())) > 1
    edge = flat.copy()
    edge[:, 32:] = 20
    assert np.abs(np.diff(camera.record(edge, rng(), only(blur=2.0))[32, :, 0].astype(int))).max() < 40
    coarse, fine = (camera.record(pictures(1)[0], rng(), only(jpeg_quality=q)).astype(float) for q in (20, 95))
    clean = pictures(1)[0]
    assert np.abs(coarse - clean).mean() > 2 * np.abs(fine - clean).mean()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: CameraSettings(blur=-1), ValueError, "blur"),
        (lambda: CameraSettings(jpeg_quality=0), ValueError, "jpeg_quality"),
        (lambda: camera.record(np.zeros((4, 4, 3)), rng()), TypeError, "pictures: wanted a NumPy array of uint8"),
        (
            lambda: camera.record(np.zeros((4, 4), np.uint8), rng()),
            ValueError,
            r"pictures: wanted shape \(N, H, W, 3\) or",
        ),
        (lambda: camera.record(pictures(1), 5), TypeError, "generator"),
        (lambda: camera.record(pictures(1), rng(), {"blur": 1}), TypeError, "settings"),
        (lambda: camera.jpeg(pictures(1)[0], 0), ValueError, "quality: wanted a whole number, 1…100, got 0"),
        (lambda: camera.jpeg(pictures(1)[0], 75.5), TypeError, "quality"),
        (lambda: camera.jpeg(pictures(1)[0] / 255, 75), TypeError, "picture.*float64"),
    ],
)
def test_mistakes_are_answered_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
