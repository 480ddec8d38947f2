"""Cameras, scenes and the published set."""

import json

import numpy as np
import pytest

from unmasked import toons
from unmasked.paths import DATA
from unmasked.toons import Performance, camera, scenes
from unmasked.toons.camera import CameraSettings
from unmasked.toons.gallery import published

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
        (lambda: scenes.Layout((0, 90), 40, 40, 80, 0, 1, 2), ValueError, "shape: wanted 16…2048"),
        (lambda: scenes.Layout((90, 90), np.nan, 40, 80, 0, 1, 2), ValueError, "x: wanted a finite number, got nan"),
        (lambda: scenes.Layout((90, 90), 40, 40, 0, 0, 1, 2), ValueError, "side: wanted 1 or more, got 0"),
        (lambda: scenes.scene(5), TypeError, "generator"),
        (lambda: scenes.scene(rng(), identity="ada"), TypeError, "identity"),
        (lambda: scenes.render(toons.CAST["ada"], Performance(), None), TypeError, "layout"),
        (
            lambda: scenes.film(toons.CAST["ada"], np.zeros((0, 11)), scenes.sample_layout(rng())),
            ValueError,
            "performances: wanted 1 or more, got 0",
        ),
        (lambda: published("zed"), ValueError, "zed"),
    ],
)
def test_mistakes_are_answered_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_scene_knows_where_its_toon_is():
    for seed in range(4):
        made = scenes.scene(rng(seed), shape=(120, 200), camera=None)
        assert made.picture.shape == (120, 200, 3) and made.mask.shape == made.parts.shape == (120, 200)
        portrait = toons.draw(made.identity, made.performance, scenes.PORTRAIT)
        moved = portrait.landmarks @ made.matrix[:, :2].T + made.matrix[:, 2]
        assert np.abs(moved - made.landmarks).max() < 0.01, "the matrix does not take the portrait to the frame"
        rows, columns = np.nonzero(made.mask > 127)
        nose = made.landmarks[toons.LANDMARKS["nose"]].mean(0)
        assert columns.min() < nose[0] < columns.max() and rows.min() < nose[1] < rows.max()
        assert 0 < nose[0] < 200 and 0 < nose[1] < 120, "the face lies outside the frame"


def test_a_scene_is_replayed_with_another_character():
    first = scenes.scene(rng(1), identity=toons.CAST["ada"], shape=(100, 140))
    again = scenes.render(first.identity, first.performance, first.layout)
    assert np.array_equal(first.picture, again.picture)
    clean = scenes.render(first.identity, first.performance, OFF_LAYOUT(first.layout))
    other = scenes.render(toons.CAST["bo"], first.performance, OFF_LAYOUT(first.layout))
    wall = (toons.part_mask(clean.parts, "background") > 0) & (toons.part_mask(other.parts, "background") > 0)
    wall[1:-1, 1:-1] &= wall[2:, 1:-1] & wall[:-2, 1:-1] & wall[1:-1, 2:] & wall[1:-1, :-2]
    assert wall.sum() > 1000 and np.abs(clean.picture[wall].astype(int) - other.picture[wall]).mean() < 0.5
    assert np.array_equal(clean.matrix, other.matrix)


def OFF_LAYOUT(layout):
    return scenes.Layout(**{**layout.__dict__, "camera": None})


def test_the_frames_of_a_film_are_its_scenes():
    layout = OFF_LAYOUT(scenes.sample_layout(rng(3), (90, 130)))
    acted = toons.smooth_track(rng(4), 5)
    film = scenes.film(toons.CAST["bo"], acted, layout)
    assert len(film) == 5 and film.pictures.shape == (5, 90, 130, 3) and film.landmarks.shape == (5, 68, 2)
    for number, performance in enumerate(acted):
        alone = scenes.render(toons.CAST["bo"], performance, layout)
        for name in ("picture", "mask", "parts", "landmarks", "matrix"):
            np.testing.assert_array_equal(getattr(film[number], name), getattr(alone, name), err_msg=name)
        assert film[number].performance == alone.performance


def test_one_camera_films_all_frames():
    layout = scenes.sample_layout(rng(3), (90, 130))
    film = scenes.film(toons.CAST["bo"], np.tile(Performance().to_array(), (3, 1)), layout)
    frames = film.pictures.astype(float)
    assert (frames[0] != frames[1]).any(), "the noise is new in every frame"
    assert np.ptp(frames.mean((1, 2)), axis=0).max() < 0.5, "the white balance changes within the film"
    np.testing.assert_array_equal(scenes.render(toons.CAST["bo"], Performance(), layout).picture, film.pictures[0])


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
