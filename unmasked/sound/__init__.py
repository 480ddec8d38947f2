"""Speech out of arithmetic, and what a network hears of it: so the truth of every mouth is known.

A sound is float32 (S,), mono, in −1…1, 16,000 samples a second. A script such as "m a m a _ o i" is spoken (`speak`),
which says what throat and mouth do; a voice makes it heard (`synthesise`). Three clocks, which fit: 16,000 samples, 100
rows of features and 25 frames of film a second.
"""

from unmasked.sound.features import FEATURES, differences, features, log_energy, mel_filters, mfcc, windows
from unmasked.sound.phonemes import PHONEMES, Phoneme, parse
from unmasked.sound.spectrogram import from_log_mel, griffin_lim, log_mel
from unmasked.sound.speech import FPS, LEAD, Speech, sample_script, speak
from unmasked.sound.sync import offset_ms, wav_bytes
from unmasked.sound.voice import RATE, VOICES, Voice, synthesise

__all__ = [
    "FEATURES",
    "FPS",
    "LEAD",
    "PHONEMES",
    "RATE",
    "VOICES",
    "Phoneme",
    "Speech",
    "Voice",
    "differences",
    "features",
    "from_log_mel",
    "griffin_lim",
    "log_energy",
    "log_mel",
    "mel_filters",
    "mfcc",
    "offset_ms",
    "parse",
    "sample_script",
    "speak",
    "synthesise",
    "wav_bytes",
    "windows",
]
