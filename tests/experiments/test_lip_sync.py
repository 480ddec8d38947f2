"""Lesson 11's experiment: what is recorded and filmed, what is measured, and the kept table."""

import numpy as np
import pytest
import torch

from unmasked import faces, sound, toons
from unmasked.experiments import lip_sync, lip_sync_voice
from unmasked.experiments.tables import load_table
from unmasked.makers import talking
from unmasked.models.lips import LipShapes


@pytest.fixture(scope="module")
def known():
    return lip_sync.recorded(8, 3)


@pytest.fixture(scope="module")
def old():
    return lip_sync.filmed(4, 3)


def test_what_is_recorded_fits_together(known):
    count = len(known.said)
    assert known.samples.shape == (640 * count,) and known.heard.shape == (4 * count, 28)
    assert known.lips.shape == (count, 18, 2)
    again = lip_sync.recorded(8, 3)
    np.testing.assert_array_equal(again.heard, known.heard)
    assert lip_sync.recorded(8, 4).said.phonemes != known.said.phonemes


def test_lips_are_those_that_are_drawn(known):
    some = [3, 40, 90]
    acted = np.tile(toons.Performance().to_array(), (3, 1))
    acted[:, [toons.PARAMETERS.index("jaw"), toons.PARAMETERS.index("smile")]] = known.said.mouth[some]
    drawn = faces.draw_faces(toons.CAST["bo"], acted, 128)
    clip = talking.TargetClip(drawn.pictures, drawn.landmarks)
    np.testing.assert_allclose(clip.lips, known.lips[some], atol=0.01)


def test_an_error_of_a_tenth_of_the_mouth_is_ten_percent(known):
    off = known.lips + np.array([0.1 * lip_sync.resting_width(), 0])
    assert lip_sync.lip_error(off, known.lips) == pytest.approx(10)
    assert lip_sync.measured_lips(known.lips, known.lips) == {"error": 0, "sync_ms": pytest.approx(0, abs=0.5)}
    late = np.roll(known.lips, 3, axis=0)
    assert lip_sync.measured_lips(late, known.lips)["sync_ms"] == pytest.approx(120, abs=5)
    still = np.broadcast_to(known.lips.mean(0), known.lips.shape)
    assert lip_sync.measured_lips(still, known.lips)["sync_ms"] == 0


def test_steps_lie_on_straight_lines_between_frames():
    np.testing.assert_allclose(lip_sync.by_step(np.array([[0.0], [4], [0]]))[:9, 0], [0, 1, 2, 3, 4, 3, 2, 1, 0])


def test_a_network_learns_to_move_lips_and_is_the_same_again(known):
    before = torch.get_rng_state()
    nets = [lip_sync.train_lips(known, 200, steps=25, batch=8, seed=1) for _ in range(2)]
    assert torch.equal(torch.get_rng_state(), before)
    lips = [lip_sync.moved_lips(*net, known.heard, 200) for net in nets]
    np.testing.assert_array_equal(*lips)
    mean = np.broadcast_to(known.lips.mean(0), known.lips.shape)
    assert lip_sync.lip_error(lips[0], known.lips) < 0.85 * lip_sync.lip_error(mean, known.lips)
    assert nets[0][0].config["features"] == 28
    deaf, shapes = lip_sync.train_lips(known, features=lip_sync.ENERGY, steps=2, batch=4)
    assert lip_sync.moved_lips(deaf, shapes, known.heard, features=lip_sync.ENERGY).shape == known.lips.shape


def test_the_head_rests_in_the_speakers_pauses(old):
    quiet = lip_sync.loudness(old.said) < 0.02
    assert len(old.clip) == len(old.said) == len(old.motion) and quiet.sum() > 10
    assert old.motion[quiet].mean() < 0.6 * old.motion[~quiet].mean()
    np.testing.assert_array_equal(old.acted[:, [4, 3]], old.said.mouth)


def test_the_truth_is_the_old_film_with_the_new_mouth(old, known):
    frames = np.arange(10, 20)
    same = lip_sync.true_film(old, sound.speak("m a"), np.arange(len(sound.speak("m a"))))
    assert len(same) == len(sound.speak("m a"))

    class Said:
        mouth = old.said.mouth[frames]

    truth = lip_sync.true_film(old, Said, frames)
    found = lip_sync.measured_film(truth.pictures, truth)
    assert found["error"] == found["chin"] == found["flicker"] == 0 and found["sharpness"] == pytest.approx(1)
    filmed = lip_sync.measured_film(old.clip.pictures[frames], truth)
    assert 0 < filmed["error"] < 8 and filmed["sharpness"] > 0.6, "grain alone"
    blurred = lip_sync.measured_film(truth.pictures // 2 + np.roll(truth.pictures, 4, 1) // 2, truth)
    assert blurred["sharpness"] < filmed["sharpness"] and blurred["error"] > filmed["error"]


def test_the_decoder_learns_the_clips_mouths(old):
    shapes = LipShapes.fit(old.clip.lips)
    model, run = lip_sync.mouth_run(old.clip, shapes, steps=30)
    run.advance(30)
    assert run.history.losses["loss"][-1] < 0.5 * run.history.losses["loss"][0]
    assert lip_sync.drawn_mouths(model, shapes, old.clip.lips[:3]).shape == (3, 56, 72, 3)


# --- voices -----------------------------------------------------------------------------------------------------------


def test_a_voice_swap_learns():
    mels = {name: lip_sync_voice.babbled(voice, 6, k)[1] for k, (name, voice) in enumerate(sound.VOICES.items())}
    model, run = lip_sync_voice.voice_run(mels, steps=60)
    run.advance(60)
    said, ada = lip_sync_voice.babbled(sound.VOICES["ada"], 4, 9)
    true = lip_sync_voice.spectrogram(said, sound.VOICES["bo"], 9)
    scores = [
        lip_sync_voice.explained_voice(mel, true, mels["bo"].mean(0))
        for mel in (model.eval().swap(ada, "ada", "bo"), ada, true, np.tile(mels["bo"].mean(0), (len(ada), 1)))
    ]
    assert scores[0] > scores[1] and scores[2] == 1 and scores[3] == pytest.approx(0)
    restated = lip_sync_voice.restated(model, mels["ada"])
    np.testing.assert_allclose(restated.mean(0), mels["bo"].mean(0), atol=1e-3)


def test_equal_error_rates():
    rate = lip_sync_voice.equal_error_rate
    assert rate(np.array([2.0, 3, 4]), np.array([0.0, 1])) == 0
    assert rate(np.array([0.0, 1]), np.array([2.0, 3, 4])) == 1
    same = np.random.default_rng(0).standard_normal(4001)
    assert rate(same, same) == pytest.approx(0.5, abs=0.01)
    # Two normal distributions two spreads apart meet at one spread: Φ(−1).
    far = np.random.default_rng(1).standard_normal((2, 20000))
    assert rate(far[0] + 2, far[1]) == pytest.approx(0.1587, abs=0.01)
    assert rate(np.array([1.0, 2, 3, 4]), np.array([0.0, 1.5, 0, 0])) == pytest.approx(0.25, abs=0.01)
    with pytest.raises(ValueError, match="others"):
        rate(np.ones(3), np.array([np.nan]))


def test_a_verifier_knows_a_voice_from_others():
    verifier = lip_sync_voice.Verifier(5, 10)
    bo, again = (lip_sync_voice.babbled(sound.VOICES["bo"], 7, seed)[1] for seed in (1, 2))
    ada = lip_sync_voice.babbled(sound.VOICES["ada"], 7, 3)[1]
    assert verifier.scores(bo, again).min() > verifier.scores(bo, ada).max()


# --- the table --------------------------------------------------------------------------------------------------------


def test_a_table_goes_on_where_it_was_left(tmp_path, monkeypatch):
    asked = []

    def rows_of(seed, lacking):
        asked.append((seed, len(lacking)))
        order = [(part, setting) for part, settings in lip_sync.SETTINGS.items() for setting in settings]
        yield from ({"seed": seed, "part": p, "setting": s, "error": 1.0} for p, s in order if (p, s) in lacking)

    monkeypatch.setattr(lip_sync, "rows_of", rows_of)
    count = sum(map(len, lip_sync.SETTINGS.values()))
    lip_sync.main(["--seeds", "1", "--folder", str(tmp_path)])
    table = load_table("lip-sync", folder=tmp_path)
    assert table["command"] == "python -m unmasked.experiments.lip_sync --seeds 1" and len(table["rows"]) == count
    lip_sync.main(["--seeds", "1", "--folder", str(tmp_path)])
    assert asked == [(0, count)], "a kept row was made again"


def test_only_what_is_lacking_is_made(monkeypatch):
    made = []

    def maker(name, keys):
        def rows(seed):
            made.append(name)
            yield from ({"part": part, "setting": setting} for part, setting in keys)

        return rows

    monkeypatch.setattr(lip_sync, "heard_rows", maker("heard", [("delay", "0"), ("delay", "40")]))
    monkeypatch.setattr(lip_sync, "seen_rows", maker("seen", [("median", "1")]))
    monkeypatch.setattr(lip_sync, "voice_rows", maker("voice", [("voice", "verifier")]))
    rows = list(lip_sync.rows_of(4, {("delay", "40"), ("voice", "verifier")}))
    assert made == ["heard", "voice"]
    assert rows == [
        {"seed": 4, "part": "delay", "setting": "40"},
        {"seed": 4, "part": "voice", "setting": "verifier"},
    ]


def test_the_kept_table_says_what_lesson_11_says():
    rows = load_table(lip_sync.TABLE)["rows"]
    assert len(rows) == 3 * sum(map(len, lip_sync.SETTINGS.values()))

    def means(part, column):
        return {one: np.mean(lip_sync.values(rows, part, one, column)) for one in lip_sync.SETTINGS[part]}

    delay = means("delay", "error")
    best = min(delay, key=delay.get)
    assert int(best) == lip_sync.BEST_DELAY > 1000 * sound.LEAD
    assert delay["0"] > delay["80"] > delay[best] < delay["400"]
    beside = means("baseline", "error")
    assert delay[best] < beside["mean mouth"] / 2 and delay[best] < beside["energy alone"] / 2
    sharp, flicker = means("median", "sharpness"), means("median", "flicker")
    assert sharp["1"] > sharp["8"] > sharp["64"] and flicker["1"] > flicker["16"]
    moved = means("retiming", "pauses")
    assert moved["retimed"] < moved["as filmed"]
    chin = means("beside", "chin")
    assert means("median", "chin")["16"] < chin["jaw as it was"]
    with pytest.raises(ValueError, match="there is no 'x' in part 'delay'"):
        lip_sync.values(rows, "delay", "x", "error")
