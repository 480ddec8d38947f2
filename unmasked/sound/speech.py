"""A script spoken: over time, what the throat does and what the mouth does, so that the truth of every frame is known.

Whoever says it: pitch and throat come with the voice (`voice`), so two voices can say the very same thing.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from unmasked.arguments import checked_generator, checked_number
from unmasked.sound.phonemes import PHONEMES, SILENCE, parse

TICKS = 200  # a second: how finely what is spoken is described
FPS = 25  # frames of film a second; every one has 8 ticks
LEAD = 0.1  # seconds by which the mouth is ahead of the sound: it takes its place before it makes itself heard
_GLIDE, _REACH, _SOFT = 0.02, 0.045, 0.006  # seconds: how gently formants, the mouth and loudness change
_REST = 0.2  # seconds of silence at both ends, longer than LEAD
_VOWELS, _OTHERS = tuple("aeiou"), tuple("mnlszfpbtk")


@dataclass(frozen=True)
class Speech:
    """What is said, whoever says it. F = 200 ticks a second, T = 25 frames of film a second; F = 8 T.

    `phonemes` P names; `starts` float64 (P + 1,) seconds, the last one the end. By the tick, float64: `formants`
    (F, 3) Hz, `voice` (F,) and `hiss` (F,) 0…1, `pitch_of_hiss` (F,) Hz, and `melody` (F,), the pitch over the voice's
    own. By the frame: `mouth` float32 (T, 2), jaw and smile as in `toons.RANGES`, which lead the sound by LEAD.
    """

    phonemes: tuple[str, ...]
    starts: np.ndarray
    formants: np.ndarray
    voice: np.ndarray
    hiss: np.ndarray
    pitch_of_hiss: np.ndarray
    melody: np.ndarray
    mouth: np.ndarray

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.mouth) / FPS

    def __len__(self) -> int:
        return len(self.mouth)


def speak(script: str, *, pace: float = 1.0, generator: np.random.Generator | None = None) -> Speech:
    """How a script such as "m a m a _ o i" is said, by throat and mouth.

    pace       of speaking: 2 is twice as fast; 0.3…3. A little silence is added at both ends.
    generator  varies the phonemes' lengths and the melody, as no one says a thing twice alike; None: always the same.
    Neighbours reach into each other (coarticulation): each phoneme pulls the mouth as firmly as its `hold`.
    Raises TypeError or ValueError that names the argument, also for unknown phonemes.
    Source: the dominance of Cohen and Massaro, "Modeling coarticulation in synthetic visual speech", 1993.
    """
    names = parse(script)
    pace = checked_number(pace, "pace", 0.3, 3)
    lengths = np.array([PHONEMES[name].seconds / pace for name in names])
    if generator is not None:
        lengths *= checked_generator(generator).uniform(0.75, 1.35, len(lengths))
    names = (SILENCE, *names, SILENCE)
    starts = np.concatenate([[0.0], _REST + np.concatenate([[0.0], np.cumsum(lengths)])])
    frames = int(np.ceil((starts[-1] + _REST) * FPS - 1e-9))
    starts = np.append(starts, frames / FPS)

    times = (np.arange(frames * TICKS // FPS) + 0.5) / TICKS
    at = np.searchsorted(starts, times, side="right") - 1  # which phoneme each tick belongs to
    said = [PHONEMES[name] for name in names]
    formants, hold, mouth = (_by_tick(said, at, name) for name in ("formants", "hold", "mouth"))
    burst = (times - starts[at]) / (starts[at + 1] - starts[at]) >= _by_tick(said, at, "shut")
    voice, hiss, where = (_by_tick(said, at, name) for name in ("voice", "hiss", "pitch_of_hiss"))
    pull = gaussian_filter1d(hold[:, None] * mouth, _REACH * TICKS, axis=0, mode="nearest")
    mouth = pull / gaussian_filter1d(hold, _REACH * TICKS, mode="nearest")[:, None]
    # A frame shows what the mouth will be heard to do LEAD seconds later.
    seen = np.minimum(np.rint((np.arange(frames) / FPS + LEAD) * TICKS).astype(int), len(times) - 1)
    return Speech(
        names,
        starts,
        gaussian_filter1d(formants, _GLIDE * TICKS, axis=0, mode="nearest"),
        gaussian_filter1d(voice * np.where(burst, 1.0, 0.15), _SOFT * TICKS),
        gaussian_filter1d(hiss * burst, _SOFT * TICKS),
        where,
        _melody(names, at, generator),
        mouth[seen].astype(np.float32),
    )


def sample_script(generator: np.random.Generator, seconds: float) -> str:
    """Babble of about that length: syllables of a consonant and a vowel, with pauses between phrases.

    `seconds` 0.5…600 at the pace of 1. Raises TypeError or ValueError that names the argument.
    """
    checked_generator(generator)
    seconds, names, left = checked_number(seconds, "seconds", 0.5, 600), [], int(generator.integers(4, 9))
    while sum(PHONEMES[name].seconds for name in names) < seconds - 2 * _REST or not names:
        if left == 0:
            names.append(SILENCE)
            left = int(generator.integers(4, 9))
        if generator.random() < 0.85:
            names.append(str(generator.choice(_OTHERS)))
        names.append(str(generator.choice(_VOWELS)))
        left -= 1
    return " ".join(names)


def _by_tick(said: list, at: np.ndarray, name: str) -> np.ndarray:
    """One property of the phonemes at every tick: float64 (F,) or (F, C)."""
    values = [(one.jaw, one.smile) if name == "mouth" else getattr(one, name) for one in said]
    return np.asarray(values, np.float64)[at]


def _melody(names: tuple[str, ...], at: np.ndarray, generator: np.random.Generator | None) -> np.ndarray:
    """The pitch falls a little in each phrase, and starts anew after a pause: float64 (F,), about 1."""
    pauses = np.array([name == SILENCE for name in names])[at]
    since = np.arange(len(at)) - np.maximum.accumulate(np.where(pauses, np.arange(len(at)), 0))
    melody = 1.12 - 0.15 * np.minimum(since / TICKS, 2.0)
    if generator is not None:
        knots = np.arange(0, len(at) + 60, 60)
        melody = melody + 0.06 * np.interp(np.arange(len(at)), knots, generator.standard_normal(len(knots)))
    return gaussian_filter1d(melody, 0.03 * TICKS, mode="nearest")
