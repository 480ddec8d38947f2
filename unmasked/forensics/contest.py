"""A contest: many recordings, each forged by every maker, sent through every compression, and examined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from unmasked import toons
from unmasked.arguments import checked_whole
from unmasked.forensics import roc
from unmasked.forensics.compression import LEVELS, compressed
from unmasked.forensics.examiners import Examiner, examine
from unmasked.makers import Clip, Maker, MakerError, forge, record

REAL = "real"


def film(characters: int, seed: int, each: int = 1) -> list[Clip]:
    """`each` recordings of every one of `characters` strangers. Another `seed`, other strangers."""
    seed, characters = checked_whole(seed, "seed", 0, 9999), checked_whole(characters, "characters", 1, 1000)
    first = 1_000_000 + 1000 * seed
    return [record(toons.sample_identity(first + i), k) for i in range(characters) for k in range(each)]


@dataclass
class Contest:
    """What came out.

    `rows`: one dict a clip, maker and level: character, clip, hand (whether one passes in front), maker ("real" for a
    recording), level, and every number of the examiners. `names`: of those numbers. `errors`: words by maker.
    """

    rows: list[dict] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    def column(self, name: str, maker: str, level: str) -> np.ndarray:
        """One number of all clips of a maker at a level: (N,)."""
        return np.array([row[name] for row in self.rows if row["maker"] == maker and row["level"] == level])

    def area(self, name: str, maker: str, level: str, draws: int = 400) -> dict[str, float]:
        """AUC of a number for a maker at a level, with its 95 % interval: {"auc", "low", "high"}.

        A missing answer (NaN) counts as wrong.
        """
        real, fake = roc.missing_is_wrong(*(self.column(name, who, level) for who in (REAL, maker)))
        whose_real, whose_fake = (self.column("character", who, level) for who in (REAL, maker))
        low, high = roc.auc_interval(real, fake, whose_real, whose_fake, draws=draws)
        return {"auc": roc.auc(real, fake), "low": low, "high": high}


def run(
    makers: Mapping[str, Maker],
    clips: Sequence[Clip],
    examiners: Iterable[Examiner],
    seed: int,
    levels: Sequence[str] = tuple(LEVELS),
    progress: Callable[[str], None] = lambda words: None,
) -> Contest:
    """Every maker forges every clip; recordings and fakes go through every level and before every examiner.

    A maker that raises or gives back something that is no fake drops out: its words stand in `errors`, the rest are
    still tried. `progress` is told in words who is being examined.
    """
    examiners, contest = list(examiners), Contest()
    real = {(clip.identity.marks, clip.seed): clip for clip in clips}
    if len(real) < len(clips):
        raise ValueError("clips: the same recording is there twice")
    progress("recordings")
    for clip in clips:
        _examined(contest, REAL, clip, clip.frames, levels, examiners)
    for name, maker in makers.items():
        progress(name)
        before = len(contest.rows)
        try:
            for clip in clips:
                _examined(contest, name, clip, forge(maker, clip, seed).frames, levels, examiners)
        except MakerError as error:
            del contest.rows[before:]
            contest.errors[name] = str(error)
    return contest


def _examined(
    contest: Contest, maker: str, clip: Clip, frames: np.ndarray, levels: Sequence[str], examiners: Sequence[Examiner]
) -> None:
    for level in levels:
        values = examine(compressed(frames, level), clip.landmarks, examiners)
        contest.names = list(values)
        who = {"character": clip.identity.marks, "clip": clip.seed, "hand": clip.hand, "maker": maker, "level": level}
        contest.rows.append(who | {name: float(value) for name, value in values.items()})
