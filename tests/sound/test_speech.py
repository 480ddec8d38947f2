"""Scripts, what throat and mouth do, and that a voice has the resonances it was given."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, signal

from unmasked import sound
from unmasked.sound.phonemes import PHONEMES
from unmasked.sound.voice import resonate

BO = sound.VOICES["bo"]


def formants(samples, order=10):
    """Resonances in Hz, by linear prediction: the angles of the polynomial's roots, those that ring longest."""
    decimated = signal.resample_poly(samples.astype(np.float64), 1, 2)  # up to 4,000 Hz
    lifted = signal.lfilter([1, -0.97], [1], decimated) * np.hamming(len(decimated))
    correlation = np.correlate(lifted, lifted, "full")[len(lifted) - 1 :]
    predictor = linalg.solve_toeplitz(correlation[:order], correlation[1 : order + 1])
    roots = np.roots(np.concatenate([[1], -predictor]))
    roots = roots[(roots.imag > 0.01) & (np.abs(roots) > 0.8)]
    return np.sort(np.angle(roots) * 8000 / (2 * np.pi))


@pytest.mark.parametrize("vowel", list("aeiou"))
def test_the_resonances_of_a_vowel_are_found_again(vowel):
    """By linear prediction, in noise that went through the throat of a vowel: noise has no overtones of its own."""
    wanted = np.array(PHONEMES[vowel].formants)
    noise = np.random.default_rng(1).standard_normal(2 * sound.RATE)
    found = formants(resonate(noise, np.tile(wanted, (400, 1)), (70.0, 100.0, 140.0)))
    for one in wanted:
        assert np.abs(found - one).min() < max(0.06 * one, 45), (vowel, wanted, found)


def test_a_shorter_throat_sounds_higher():
    def middle(throat):
        mel = sound.log_mel(sound.synthesise(sound.speak("a a a"), sound.Voice(60, throat)))[40:-40]
        return np.exp(mel).mean(0) @ np.arange(64) / np.exp(mel).mean(0).sum()

    assert middle(0.8) > middle(1.0) > middle(1.25)


@pytest.mark.parametrize("name", ["ada", "bo"])
def test_a_voice_has_its_pitch(name):
    voice = sound.VOICES[name]
    samples = sound.synthesise(sound.speak("a a a a"), voice)[6400:9600].astype(float)
    samples -= samples.mean()
    correlation = np.correlate(samples, samples, "full")[len(samples) - 1 :]
    lags = np.arange(round(sound.RATE / 350), round(sound.RATE / 60))
    assert sound.RATE / lags[correlation[lags].argmax()] == pytest.approx(voice.pitch, rel=0.12)


def test_three_clocks_fit():
    for script in ("m a", "_ s u _ t e p a", "i"):
        speech = sound.speak(script, pace=1.3)
        samples = sound.synthesise(speech, BO)
        assert samples.dtype == np.float32 and samples.shape == (640 * len(speech),)
        assert len(sound.features(samples)) == 4 * len(speech) and len(speech.voice) == 8 * len(speech)
        assert speech.seconds == pytest.approx(len(samples) / sound.RATE) == pytest.approx(speech.starts[-1])
        assert speech.phonemes == ("_", *script.split(), "_") and len(speech.starts) == len(speech.phonemes) + 1
        assert (np.diff(speech.starts) > 0).all()


def test_the_mouth_does_what_the_table_says_a_tenth_of_a_second_early():
    speech = sound.speak("p a p i p u p a")
    middles = (speech.starts[:-1] + speech.starts[1:]) / 2
    frames = np.rint((middles - sound.LEAD) * sound.FPS).astype(int)
    seen = dict(zip(speech.phonemes[1:-1], speech.mouth[frames[1:-1]], strict=True))
    assert seen["p"][0] < 0.06, "lips shut, or they would show teeth"
    assert seen["a"][0] > 0.55 and seen["i"][1] > 0.5 > -0.3 > seen["u"][1]
    opened = speech.mouth[:, 0]
    heard = sound.log_energy(sound.synthesise(speech, BO))[::4]
    assert sound.offset_ms(heard, opened, sound.FPS) == pytest.approx(1000 * sound.LEAD, abs=40)


def test_neighbours_reach_into_each_other_but_shut_lips_shut():
    alone, beside = (sound.speak(script).mouth[:, 1] for script in ("i k i", "u k u"))
    assert alone.max() > 0.5 and beside.min() < -0.5
    k = sound.speak("i k i"), sound.speak("u k u")
    at = [round(((one.starts[2] + one.starts[3]) / 2 - sound.LEAD) * sound.FPS) for one in k]
    assert k[0].mouth[at[0], 1] > 0.2 > -0.2 > k[1].mouth[at[1], 1], "a tongue leaves the lips to their neighbours"


def test_stops_are_silent_before_they_burst():
    speech = sound.speak("a p a")
    samples = sound.synthesise(speech, BO)
    start, end = speech.starts[2:4]
    shut = samples[round((start + 0.02) * sound.RATE) : round((start + 0.6 * (end - start)) * sound.RATE)]
    assert np.abs(shut).mean() < 0.05 * np.abs(samples).mean() * 10
    assert np.abs(shut).mean() < 0.2 * np.abs(samples[: round(end * sound.RATE)][-800:]).mean() + 0.02


def test_chance_is_the_generators_alone():
    twice = [sound.speak("m a m a", generator=np.random.default_rng(4)) for _ in range(2)]
    np.testing.assert_array_equal(twice[0].mouth, twice[1].mouth)
    np.testing.assert_array_equal(*(sound.synthesise(one, BO, seed=3) for one in twice))
    other = sound.speak("m a m a", generator=np.random.default_rng(5))
    assert not np.array_equal(other.starts, twice[0].starts)
    np.testing.assert_array_equal(sound.speak("m a").melody, sound.speak("m a").melody)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.5, 20))
def test_babble_is_a_script_of_about_that_length(seed, seconds):
    script = sound.sample_script(np.random.default_rng(seed), seconds)
    speech = sound.speak(script)
    assert seconds - 0.5 < speech.seconds < seconds + 1.5
    mouth = speech.mouth
    assert mouth.dtype == np.float32 and (mouth[:, 0] >= 0).all() and (np.abs(mouth) <= 1).all()


def test_all_phonemes_sound_and_stay_in_range():
    for name in PHONEMES:
        if name != "_":
            samples = sound.synthesise(sound.speak(f"a {name} a"), sound.VOICES["ada"])
            assert np.isfinite(samples).all() and np.abs(samples).max() == pytest.approx(0.8, abs=1e-3)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: sound.speak("m a x"), ValueError, "script: wanted phonemes among a e .* got 'x'"),
        (lambda: sound.speak("mama"), ValueError, "with a space between two, got 'mama'"),
        (lambda: sound.speak(""), ValueError, "script: wanted one phoneme or more that can be heard, got ''"),
        (lambda: sound.speak("_ _"), ValueError, "that can be heard"),
        (lambda: sound.speak(["m", "a"]), TypeError, "script: wanted a text such as 'm a m a _ o i', got list"),
        (lambda: sound.speak("m a", pace=9), ValueError, "pace: wanted 0.3…3"),
        (lambda: sound.speak("m a", generator=7), TypeError, "generator"),
        (lambda: sound.sample_script(np.random.default_rng(0), 0.1), ValueError, "seconds"),
        (lambda: sound.Voice(20, 1.0), ValueError, "pitch: wanted 60…400 Hz"),
        (lambda: sound.Voice(100, 2.0), ValueError, "throat"),
        (lambda: sound.synthesise("m a", BO), TypeError, "speech: wanted a sound.Speech"),
        (lambda: sound.synthesise(sound.speak("m a"), "bo"), TypeError, "voice: wanted a sound.Voice"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
