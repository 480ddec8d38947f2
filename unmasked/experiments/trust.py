"""What survives: a mark and a hash against what happens to pictures: `python -m unmasked.experiments.trust`.

Marks are laid into Ada's aligned faces, which lesson 02's autoencoders can draw anew, and sought again after every
change of `tampering.changes`; hashes are taken of the published toons, and of those faces where a picture is drawn
anew. The kept table of lesson 14 has a row for each part, seed, strength and change.
"""

import argparse
from collections.abc import Iterator, Sequence
from functools import cache

import cv2
import numpy as np

from unmasked import toons
from unmasked.experiments.command import add_keeping, add_seeds, command_of, module_parser
from unmasked.experiments.tables import keep_rows
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.provenance import hashes, marks, tampering

TABLE = "trust"
CODES = (128, 32, 8)  # numbers in the codes of lesson 02's shipped autoencoders
STRENGTHS = (2.0, 3.0, 4.0, 6.0)
RATE = 1e-3  # of false alarms: the share of keys that an unmarked picture may be found with
KEYS = 50  # wrong keys that each unmarked picture is tried with
PICTURES = 40  # of Ada, a seed
COPIES = 20  # published portraits of each character that are changed and hashed
PAIRS = {"another performance": True, "another character": False}  # do the two pictures show one character?
COLUMNS = ("part", "seed", "strength", "change")
Key = tuple[str, int, float, str]


def wanted(seeds: int) -> list[Key]:
    """The rows of the table: (part, seed, strength, change)."""
    names = list(changes())
    keys = [("mark", seed, strength, name) for seed in range(seeds) for strength in STRENGTHS for name in names]
    keys += [("false alarms", seed, 0.0, "nothing") for seed in range(seeds)]
    return keys + [("hash", 0, 0.0, name) for name in (*names, *PAIRS)]


def rows(keys: Sequence[Key], pictures: int = PICTURES, copies: int = COPIES) -> Iterator[dict]:
    """The rows of these keys, in order; `pictures` of Ada a seed, `copies` of each published character."""
    for part, seed, strength, change in keys:
        key = dict(zip(COLUMNS, (part, seed, strength, change), strict=True))
        if part == "mark":
            yield key | mark_row(seed, strength, change, pictures)
        elif part == "hash":
            yield key | {"distances": _counts(distances(change, copies))}
        else:
            yield key | alarm_row(seed, pictures)


def mark_row(seed: int, strength: float, change: str, pictures: int = PICTURES) -> dict:
    """How often, and how surely, a mark is found after a change; and what is left of the picture, as PSNR in dB.

    psnr    to the unmarked picture, at its size; None for crops, which have no pixel to compare with at the edge.
    """
    scores, errors = [], []
    for number, picture in enumerate(adas(seed, pictures)):
        key = 10_000 * seed + number
        made = changes()[change](marks.embed(picture, key, strength))
        scores.append(marks.detect(made, key))
        if not change.startswith("cropped"):
            seen = cv2.resize(made, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
            errors.append(np.mean((seen.astype(float) - picture) ** 2))
    found = float(np.mean(np.array(scores) >= marks.threshold(RATE)))
    psnr = float(10 * np.log10(255**2 / np.mean(errors))) if errors else None
    return {"pictures": pictures, "found": found, "score": float(np.mean(scores)), "psnr": psnr}


def alarm_row(seed: int, pictures: int = PICTURES, keys: int = KEYS) -> dict:
    """Scores of unmarked pictures with keys that nobody used: their mean and spread, and the share of alarms."""
    scores = np.array(
        [
            marks.detect(picture, 5_000_000 + 10_000 * seed + 100 * number + key)
            for number, picture in enumerate(adas(seed, pictures))
            for key in range(keys)
        ]
    )
    alarms = int((scores >= marks.threshold(RATE)).sum())
    return {"tries": scores.size, "alarms": alarms, "mean": float(scores.mean()), "spread": float(scores.std(ddof=1))}


def distances(change: str, copies: int = COPIES) -> np.ndarray:
    """Distances between hashes: of published toons and their changed copies, or of pairs that PAIRS names; int (M,)."""
    if change in PAIRS:
        bits, owners = shelf(copies)
        apart = (bits[:, None] != bits[None]).sum(-1)
        together = owners[:, None] == owners[None]
        return apart[np.triu(together if PAIRS[change] else ~together, k=1)]
    drawn_anew = change.startswith("regenerated")
    some = adas(0, copies) if drawn_anew else np.concatenate([_published(name)[:copies] for name in toons.CAST])
    return np.array(
        [hashes.distance(hashes.dct_hash(one), hashes.dct_hash(changes()[change](one))) for one in some], int
    )


@cache
def shelf(copies: int = COPIES) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of published toons, bool (N, 64), and whom each shows, int (N,); `copies` times six of each character."""
    many = {name: _published(name)[: 6 * copies] for name in toons.CAST}
    bits = np.stack([hashes.dct_hash(picture) for some in many.values() for picture in some])
    return bits, np.repeat(np.arange(len(many)), [len(some) for some in many.values()])


@cache
def adas(seed: int, count: int = PICTURES) -> np.ndarray:
    """Ada's aligned faces, uint8 (count, 64, 64, 3), in performances that no network of the course was trained on."""
    performances = toons.sample_performances(np.random.default_rng([14, seed]), count)
    return draw_faces(toons.CAST["ada"], performances).pictures


@cache
def changes() -> dict[str, tampering.Change]:
    """What is tried, by name, drawing anew by lesson 02's shipped autoencoders included."""
    models = {f"{size} numbers": weights.load(f"autoencoder-ada-{size}") for size in CODES}
    return tampering.changes(models)


@cache
def _published(name: str) -> np.ndarray:
    return toons.published(name).pictures


def _counts(apart: np.ndarray) -> list[int]:
    """How many pairs have each distance, 0…64."""
    return np.bincount(apart, minlength=hashes.BITS + 1).tolist()


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser("unmasked.experiments.trust", __doc__ or "")
    add_seeds(parser)
    add_keeping(parser)
    return parser


def main(words: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(words)
    table = {
        "command": command_of(parser, asked),
        "settings": {"pictures": PICTURES, "keys": KEYS, "copies": COPIES, "rate": RATE, "strengths": STRENGTHS},
    }
    keep_rows(TABLE, table, COLUMNS, wanted(asked.seeds), rows, fresh=asked.fresh, folder=asked.folder)


if __name__ == "__main__":
    main()
