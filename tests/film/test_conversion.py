"""Clips in, a film out; with gaps, with nobody in it, with an interruption in the middle."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from unmasked import film
from unmasked.film import conversion, shelf


class Negative(torch.nn.Module):
    """A swap net that anybody can check: it draws the negative."""

    side = 64

    def encode(self, pictures, name):
        assert name == "ada"
        return pictures

    def decode(self, codes, name):
        assert name == "bo"
        return 1 - codes


PLAIN = replace(conversion.RECIPE, colour="none")


@pytest.fixture
def convert(tmp_path):
    return partial(film.convert, model=Negative(), source="ada", target="bo", out=tmp_path / "out.mp4", crf=8)


@pytest.fixture
def short_chunks(monkeypatch):
    for module in (shelf, conversion):
        monkeypatch.setattr(module, "CHUNK", 4)


def off(a, b):
    return np.abs(a.astype(float) - b).mean(-1)


def test_the_face_is_new_and_all_else_stays(convert, kit):
    made = convert(kit.pictures, recipe=PLAIN)
    assert made.frames == 10 and made.missing == () and not made.path.with_name("out.frames").exists()
    back = film.read_film(made.path)
    assert back.frames.shape == kit.pictures.shape and back.fps == pytest.approx(25)
    change = off(back.frames, kit.pictures)
    inside = np.stack([conversion.grow(mask, -8) for mask in kit.masks]) > 0.5
    outside = np.stack([conversion.grow(mask, 8) for mask in kit.masks]) < 0.5
    assert change[outside].mean() < 3 and change[inside].mean() > 40
    assert off(back.frames, 255 - kit.pictures)[inside].mean() < 12, "the negative of what was there"


def test_colours_are_brought_back(convert, kit):
    back = film.read_film(convert(kit.pictures[:3]).path)
    inside = np.stack([conversion.grow(mask, -8) for mask in kit.masks[:3]]) > 0.5
    negative = 255 - kit.pictures[:3][inside].astype(float).mean(0)
    found, filmed = (clip[inside].astype(float).mean(0) for clip in (back.frames, kit.pictures[:3]))
    assert np.abs(found - filmed).max() < 0.4 * np.abs(negative - filmed).max()


def test_all_kinds_of_clips_and_their_times(convert, kit, tmp_path):
    times = np.array([0, 0.1, 0.15, 0.4])
    path = film.write_film(tmp_path / "in.mp4", kit.pictures[:4], times=times, crf=8)
    films = []
    for clip in (path, str(path), path.read_bytes(), film.read_film(path)):
        films.append(film.read_film(convert(clip).path))
        np.testing.assert_allclose(films[-1].times, times, atol=1e-4)
        np.testing.assert_array_equal(films[-1].frames, films[0].frames)
    assert film.read_film(convert(kit.pictures[:2], fps=18).path).fps == pytest.approx(18)


def test_the_sound_stays_with_the_pictures(convert, kit):
    samples = (np.sin(np.arange(2560) / 9) / 2).astype(np.float32)
    heard = film.encode_h264(kit.pictures[:4], 8, sound=(samples, 16000))
    for clip in (heard, film.read_film(heard)):
        back, rate = film.read_film(convert(clip).path).sound
        assert rate == 16000 and np.corrcoef(back[:2560], samples)[0, 1] > 0.9
    assert film.read_film(convert(kit.pictures[:2]).path).sound is None


@pytest.mark.parametrize("named", [{}, {"mask": "box", "grow": 4}, {"mask": "hull", "poisson": True}])
@pytest.mark.parametrize("shift", [(0, 0), (70, -40), (-60, 30)])
def test_a_window_round_the_face_does_as_well_as_the_frame(kit, monkeypatch, named, shift):
    recipe = replace(PLAIN, **named)
    frame = np.roll(kit.pictures[0], shift[::-1], (0, 1))
    landmarks = kit.landmarks[:1] + np.float32(shift)
    drawn = conversion.drawn_faces([frame], landmarks, [frame], landmarks, Negative(), "ada", "bo")
    one = conversion.Drawn(*(part[0] for part in drawn))
    windowed = conversion.laid_back(frame, one, landmarks[0], recipe)
    monkeypatch.setattr(conversion, "_window", lambda shape, matrix, *_: ((slice(0, 120), slice(0, 168)), matrix))
    whole = conversion.laid_back(frame, one, landmarks[0], recipe)
    # OpenCV rounds places to 1/32 of a pixel, and a hard edge may take another pixel for it.
    assert (off(windowed, whole) > 2).mean() < 2e-3 and off(whole, frame).max() > 50


def test_a_driver_lends_the_face(convert, kit, ada):
    made = film.read_film(convert(kit.pictures, driver=ada.pictures, recipe=PLAIN).path)
    alone = film.read_film(convert(kit.pictures, recipe=PLAIN).path)
    assert made.frames.shape == kit.pictures.shape
    middle = kit.landmarks[:, 30].round().astype(int)
    skin = [np.stack([clip.frames[t, y, x] for t, (x, y) in enumerate(middle)]) for clip in (made, alone)]
    assert np.abs(skin[0].astype(float) - skin[1]).mean() > 15, "the negative of green is not that of blue"


def test_short_gaps_are_bridged_and_long_ones_stay_as_filmed(convert, kit, wall):
    clip = np.concatenate([kit.pictures[:3], [wall] * 2, kit.pictures[3:5], [wall] * 4, kit.pictures[5:7]])
    made = convert(clip, longest=2, recipe=replace(PLAIN, mask="hull"))
    assert made.missing == (7, 8, 9, 10)
    change = off(film.read_film(made.path).frames, clip).max((1, 2))
    assert (change[[7, 8, 9, 10]] < 30).all() and (np.delete(change, [7, 8, 9, 10]) > 60).all()


def test_one_frame_is_a_film(convert, kit):
    made = convert(kit.pictures[:1])
    assert made.frames == 1 and len(film.read_film(made.path)) == 1


def test_nobody_in_it_is_worded(convert, kit, wall, tmp_path):
    with pytest.raises(ValueError, match="film: no face was found in any of its 3 frames"):
        convert(np.stack([wall] * 3))
    with pytest.raises(ValueError, match="driver: no face was found in any of its 3 frames"):
        convert(kit.pictures[:3], driver=np.stack([wall] * 3))
    assert not list(tmp_path.iterdir())


def test_smoothing_gets_both_tracks_and_is_heard(convert, kit, ada):
    asked = []

    def smooth(track):
        asked.append(track.shape)
        return film.ema(track, 0.2)

    steady = film.read_film(convert(kit.pictures, driver=ada.pictures, smooth=smooth).path)
    assert asked == [(10, 68, 2), (10, 68, 2), (10, 2, 3)]
    raw = film.read_film(convert(kit.pictures, driver=ada.pictures).path)
    assert off(steady.frames[0], raw.frames[0]).mean() < 1
    assert off(steady.frames[5:], raw.frames[5:]).max() > 15
    with pytest.raises(ValueError, match=r"smooth: wanted a function that keeps a track's shape \(10, 68, 2\)"):
        convert(kit.pictures, smooth=lambda track: track[1:])


def test_workers_change_nothing(convert, kit, short_chunks):
    films = [film.read_film(convert(kit.pictures, workers=workers).path).frames for workers in (1, 3)]
    np.testing.assert_array_equal(*films)


@pytest.mark.parametrize("recipe", [PLAIN, conversion.RECIPE])
def test_an_interrupted_conversion_keeps_its_frames_and_goes_on(convert, kit, short_chunks, monkeypatch, recipe):
    expected = film.read_film(convert(kit.pictures, recipe=recipe).path).frames
    calls, laid_back, draw, track = [], conversion.laid_back, conversion.drawn_faces, conversion.track_landmarks

    def interrupted(frame, *given):
        calls.append("laid")
        if len(calls) == 6:
            raise KeyboardInterrupt
        return laid_back(frame, *given)

    monkeypatch.setattr(conversion, "laid_back", interrupted)
    with pytest.raises(KeyboardInterrupt) as told:
        convert(kit.pictures, recipe=recipe, workers=1)
    folder = convert.keywords["out"].with_name("out.frames")
    kept = list(folder.rglob("*.png"))
    # Of the stretch that broke off one frame is done; the next one may have been begun.
    assert 5 <= len(kept) < 10 and str(folder) in told.value.__notes__[0]
    times = {one: one.stat().st_mtime_ns for one in kept}

    calls.clear()
    monkeypatch.setattr(conversion, "laid_back", lambda *given: calls.append("laid") or laid_back(*given))
    monkeypatch.setattr(conversion, "drawn_faces", lambda *given: calls.append("drawn") or draw(*given))
    monkeypatch.setattr(
        conversion, "track_landmarks", lambda *given, **named: calls.append("found") or track(*given, **named)
    )
    # Stopped once more, before the film is written, so that one can look.
    monkeypatch.setattr(conversion, "write_film", lambda *given, **named: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        convert(kit.pictures, recipe=recipe, workers=1)
    assert calls == ["laid"] * (10 - len(kept)), "what was found, drawn and laid back stands"
    assert {one: one.stat().st_mtime_ns for one in kept} == times
    monkeypatch.setattr(conversion, "write_film", film.write_film)
    made = convert(kit.pictures, recipe=recipe)
    np.testing.assert_array_equal(film.read_film(made.path).frames, expected)
    assert not folder.exists() and len(calls) == 10 - len(kept)


def test_other_settings_take_nothing_old(convert, kit, short_chunks, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(conversion, "write_film", lambda *given, **named: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            convert(kit.pictures)
        with pytest.raises(KeyboardInterrupt):
            convert(kit.pictures[::-1])
    made = film.read_film(convert(kit.pictures, recipe=PLAIN).path).frames
    np.testing.assert_array_equal(made, film.read_film(convert(kit.pictures, recipe=PLAIN).path).frames)
    assert off(made, kit.pictures).max() > 100


@pytest.mark.parametrize(
    ("named", "error", "words"),
    [
        ({"film": np.zeros((2, 60, 60, 3))}, TypeError, "film.*float64"),
        ({"film": b"no film"}, ValueError, "film: these 7 bytes are no film"),
        ({"film": "nowhere.mp4"}, ValueError, "film: there is no file"),
        ({"driver": b"no film"}, ValueError, "these 7 bytes are no film"),
        ({"driver": np.zeros((3, 60, 60, 3), np.uint8)}, ValueError, "driver: wanted as many frames .* 2, got 3"),
        ({"recipe": "reinhard"}, TypeError, "recipe: wanted a blend.Recipe"),
        ({"recipe": replace(PLAIN, mask="new hull")}, ValueError, "recipe.mask: wanted one of"),
        ({"recipe": replace(PLAIN, warp=0.5)}, ValueError, "recipe.warp"),
        ({"longest": -1}, ValueError, "longest"),
        ({"workers": 0}, ValueError, "workers"),
        ({"model": "swap"}, TypeError, "model: wanted encode"),
        ({"out": "out.avi"}, ValueError, "out: wanted a name that ends in .mp4"),
        ({"crf": 60}, ValueError, "crf"),
    ],
)
def test_wrong_input_is_worded(convert, kit, tmp_path, named, error, words):
    with pytest.raises(error, match=words):
        convert(**({"film": kit.pictures[:2]} | named))
    assert not list(tmp_path.iterdir())
