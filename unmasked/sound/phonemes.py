"""The sounds of a script: for each what the ear gets, and what the mouth does meanwhile."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phoneme:
    """One speech sound. `formants`: Hz, the first three resonances of a throat of usual length.

    voice, hiss  how loud, 0…1, the vocal cords and the noise are. `pitch_of_hiss`: Hz, where the noise is loudest.
    jaw, smile   the mouth meanwhile, in the units of `toons.RANGES`. A toon can't round its lips: a low smile, which
                 draws the corners in, stands for that.
    hold         how firmly the mouth keeps to that, beside its neighbours: lips that must shut do so, a tongue behind
                 them leaves them free.
    seconds      how long it usually lasts. `shut`: the share of it that is silent before it bursts.
    """

    formants: tuple[float, float, float]
    voice: float
    jaw: float
    smile: float
    hold: float = 1.0
    hiss: float = 0.0
    pitch_of_hiss: float = 3000.0
    seconds: float = 0.10
    shut: float = 0.0


# Formants of vowels after Peterson and Barney 1952 (means of the men), rounded; the others are chosen to sound apart.
PHONEMES: dict[str, Phoneme] = {
    "a": Phoneme((730, 1090, 2440), 1.0, jaw=0.85, smile=0.0, seconds=0.18),
    "e": Phoneme((530, 1840, 2480), 0.9, jaw=0.45, smile=0.45, seconds=0.16),
    "i": Phoneme((270, 2290, 3010), 0.8, jaw=0.15, smile=0.9, seconds=0.16),
    "o": Phoneme((570, 840, 2410), 0.9, jaw=0.55, smile=-0.6, seconds=0.18),
    "u": Phoneme((300, 870, 2240), 0.8, jaw=0.20, smile=-0.9, seconds=0.16),
    "m": Phoneme((250, 1100, 2100), 0.45, jaw=0.0, smile=0.0, hold=6.0),
    "n": Phoneme((250, 1700, 2600), 0.45, jaw=0.20, smile=0.1, hold=0.5),
    "l": Phoneme((360, 1300, 2900), 0.6, jaw=0.35, smile=0.1, hold=0.6),
    "s": Phoneme((300, 1700, 2600), 0.0, jaw=0.05, smile=0.35, hold=2.0, hiss=0.35, pitch_of_hiss=5500, seconds=0.12),
    "z": Phoneme((300, 1700, 2600), 0.4, jaw=0.05, smile=0.35, hold=2.0, hiss=0.25, pitch_of_hiss=5500),
    "f": Phoneme((300, 1400, 2500), 0.0, jaw=0.05, smile=-0.1, hold=4.0, hiss=0.18, pitch_of_hiss=1600, seconds=0.12),
    "p": Phoneme((300, 900, 2300), 0.0, jaw=0.0, smile=-0.1, hold=6.0, hiss=0.4, pitch_of_hiss=900, shut=0.7),
    "b": Phoneme((250, 900, 2300), 0.5, jaw=0.0, smile=-0.1, hold=6.0, shut=0.7),
    "t": Phoneme((300, 1700, 2600), 0.0, jaw=0.15, smile=0.2, hold=0.5, hiss=0.4, pitch_of_hiss=4000, shut=0.6),
    "k": Phoneme((300, 1500, 2200), 0.0, jaw=0.25, smile=0.0, hold=0.3, hiss=0.4, pitch_of_hiss=2000, shut=0.6),
    "_": Phoneme((500, 1500, 2500), 0.0, jaw=0.0, smile=0.1, hold=1.0, seconds=0.30),
}  # fmt: skip
SILENCE = "_"


def parse(script: str) -> tuple[str, ...]:
    """The phonemes of a script such as "m a m a _ o i": names of `PHONEMES` with spaces between; "_" is a pause.

    Raises TypeError for anything but a text, ValueError for an empty one and for an unknown phoneme.
    """
    if not isinstance(script, str):
        raise TypeError(f"script: wanted a text such as 'm a m a _ o i', got {type(script).__name__}")
    names = tuple(script.split())
    unknown = [name for name in names if name not in PHONEMES]
    if unknown:
        hint = ", with a space between two" if set(unknown[0]) <= set(PHONEMES) else ""
        raise ValueError(f"script: wanted phonemes among {' '.join(PHONEMES)}{hint}, got {unknown[0]!r}")
    if all(name == SILENCE for name in names):
        raise ValueError(f"script: wanted one phoneme or more that can be heard, got {script!r}")
    return names
