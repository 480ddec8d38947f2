"""A voice out of arithmetic: a source (pulses, or noise) through a filter (the resonances of the throat)."""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from unmasked.arguments import checked_kind, checked_number
from unmasked.sound.speech import TICKS, Speech

RATE = 16_000  # samples a second
_BLOCK = RATE // TICKS  # samples over which the throat stands still
_WIDTHS = (70.0, 100.0, 140.0)  # Hz, how wide each resonance is
_ROOM = 5e-4  # noise of a room, beside a voice of 1: no recording is ever quite still


@dataclass(frozen=True)
class Voice:
    """Who speaks. `pitch` in Hz, 60…400; `throat`, its length beside a usual one, 0.7…1.3: a short one has higher
    resonances. Raises TypeError or ValueError that names the field."""

    pitch: float
    throat: float

    def __post_init__(self):
        checked_number(self.pitch, "pitch", 60, 400, " Hz")
        checked_number(self.throat, "throat", 0.7, 1.3)


VOICES: dict[str, Voice] = {"ada": Voice(210.0, 0.86), "bo": Voice(105.0, 1.08)}


def synthesise(speech: Speech, voice: Voice, seed: int = 0) -> np.ndarray:
    """What `speech` sounds like in a voice: float32 (640 T,), mono, 16,000 samples a second, in −1…1.

    `seed` decides the noise. The loudest sample is ±0.8. Raises TypeError for another kind of argument.
    Source: Klatt, "Software for a cascade/parallel formant synthesizer", 1980: here three resonators in a row.
    """
    checked_kind(speech, Speech, "speech", "a sound.Speech, which sound.speak makes")
    checked_kind(voice, Voice, "voice", "a sound.Voice, such as sound.VOICES['ada']")
    generator, length = np.random.default_rng(seed), len(speech.voice) * _BLOCK
    hissing = resonate(generator.standard_normal(length), speech.pitch_of_hiss[:, None] / voice.throat, (1500.0,))
    said = resonate(glottal_pulses(speech, voice) * _samples(speech.voice), speech.formants / voice.throat, _WIDTHS)
    said, hissing = said / np.abs(said).max().clip(1e-9), hissing / np.abs(hissing).max()
    sound = said + hissing * _samples(speech.hiss) + _ROOM * generator.standard_normal(length)
    return (0.8 * sound / np.abs(sound).max()).astype(np.float32)


def glottal_pulses(speech: Speech, voice: Voice) -> np.ndarray:
    """What the vocal cords give: a puff of air in each period, then nothing; float64 (640 T,), without its mean."""
    phase = np.cumsum(_samples(speech.melody) * voice.pitch / RATE) % 1.0
    puff = np.where(phase < 0.4, np.sin(np.pi * phase / 0.4) ** 2, 0.0)
    return np.diff(puff, prepend=0.0)  # lips that radiate sound differentiate it


def resonate(source: np.ndarray, centres: np.ndarray, widths: tuple[float, ...]) -> np.ndarray:
    """A source float (80 F,) through resonators in a row, whose `centres` (F, R) in Hz change 200 times a second.

    `widths`: Hz, R of them. Each has gain 1 at 0 Hz, and rings from one block on into the next.
    """
    radius = np.exp(-np.pi * np.asarray(widths) / RATE)
    back = -2 * radius * np.cos(2 * np.pi * np.minimum(centres, 0.45 * RATE) / RATE)
    sections = np.zeros((*centres.shape, 6))
    sections[..., 0], sections[..., 3] = 1 + back + radius**2, 1.0
    sections[..., 4], sections[..., 5] = back, radius**2
    heard, ringing = np.empty(len(source)), np.zeros((len(widths), 2))
    for tick, section in enumerate(sections):
        some = slice(tick * _BLOCK, (tick + 1) * _BLOCK)
        heard[some], ringing = signal.sosfilt(section, source[some], zi=ringing)
    return heard


def _samples(by_tick: np.ndarray) -> np.ndarray:
    """Values by the tick (F,) as values by the sample (80 F,), straight lines between."""
    ticks = (np.arange(len(by_tick)) + 0.5) * _BLOCK
    return np.interp(np.arange(len(by_tick) * _BLOCK), ticks, by_tick)
