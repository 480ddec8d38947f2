"""Which faces are found, and which get away: `python -m unmasked.experiments.extraction_recall` makes the table.

Crowds of strangers are drawn from several seeds, half of them in frames of 256 × 256 pixels and half of 480 × 360, and
the whole chain looks for their faces. A single lesson's frames are too few to say anything about sizes and tilts.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from unmasked import tensors
from unmasked.arguments import checked_whole
from unmasked.experiments.command import add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.extraction import Judged, judge
from unmasked.experiments.tables import in_words, rounded, save_table
from unmasked.extract.chain import Nets, extract_faces, shipped_nets
from unmasked.extract.finding import matched
from unmasked.extract.sorting import face_size
from unmasked.toons.crowds import sample_crowd
from unmasked.training.progress import progress_bar

TABLE = "extraction-recall"
SHAPES = ((256, 256), (360, 480))
SIZES = {"20–32 pixels": (0, 32), "32–64 pixels": (32, 64), "64 pixels and more": (64, np.inf)}
TILTS = {"tilted 0–15°": (0, 15), "tilted 15–30°": (15, 30), "tilted 30–45°": (30, np.inf)}
GROUPS: dict[str, Callable[[Judged], bool]] = {
    "all": lambda face: True,
    **{name: lambda face, low=low, high=high: low <= face.side < high for name, (low, high) in SIZES.items()},
    **{name: lambda face, low=low, high=high: low <= abs(face.tilt) < high for name, (low, high) in TILTS.items()},
    "whole": lambda face: face.whole and not face.hand,
    "with a hand in front": lambda face: face.hand,
    "cut or behind others": lambda face: not face.whole and not face.hand,
}
Row = dict[str, str | int | float | None]


def recall_rows(seed: int, frames: int = 200, *, nets: Nets | None = None) -> list[Row]:
    """What the chain finds in `frames` crowds drawn from `seed`: one row a group of faces.

    nets   what finds the faces, the shipped ones where None.
    A row: group, seed, frames; faces, how many; recall, the share that was found at an overlap of 0.5; landmarks, the
    median of their mean distance over that of the outer corners of the eyes; mask, the median overlap of the masks.
    precision, the share of finds that are faces, stands where the group is told by the find alone (all, and the sizes),
    and false, finds a frame that are none, in the row of all. None where there is nothing to count.
    Raises TypeError or ValueError that names the argument.
    """
    frames = checked_whole(frames, "frames", 1)
    nets = shipped_nets() if nets is None else nets
    rows, finds = [], []  # of finds: their size in pixels, and whether they are a face
    with progress_bar(f"finding, seed {seed}", 0, frames) as bar:
        for number in range(frames):
            crowd = sample_crowd(np.random.default_rng([seed, number, 0xF1D]), SHAPES[number % len(SHAPES)])
            found = extract_faces(crowd.picture, nets=nets)
            rows += judge(crowd, found)[0]
            right = set(matched(found, crowd.boxes).tolist())
            finds += [(face_size(one.box), at in right) for at, one in enumerate(found)]
            bar.update()
    return [_row(group, seed, frames, rows, finds) for group in GROUPS]


def _row(group: str, seed: int, frames: int, judged: list[Judged], finds: list[tuple[float, bool]]) -> Row:
    faces = [face for face in judged if GROUPS[group](face)]
    found = [face for face in faces if face.found]
    low, high = SIZES.get(group, (0, np.inf))
    right = [good for size, good in finds if low <= size < high]
    told_by_find = group == "all" or group in SIZES
    return {
        "group": group,
        "seed": seed,
        "frames": frames,
        "faces": len(faces),
        "recall": len(found) / len(faces) if faces else None,
        "precision": float(np.mean(right)) if told_by_find and right else None,
        "landmarks": float(np.median([face.landmarks for face in found])) if found else None,
        "mask": float(np.median([face.mask for face in found])) if found else None,
        "false": right.count(False) / frames if group == "all" else None,
    }


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    add_seeds(parser, "group of faces", first=1)
    parser.add_argument("--frames", type=int, default=200, help="of each seed, half of them 256 × 256, half 480 × 360")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/tables)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    print(tensors.probe(precision="float32").apply())
    rows = [rounded(row) for seed in range(1, asked.seeds + 1) for row in recall_rows(seed, asked.frames)]
    for row in rows:
        print(in_words(row))
    table = {"command": command_of(parser, asked), "settings": settings_of(asked), "rows": rows}
    print(f"written: {save_table(TABLE, table, folder=asked.folder).name}")


if __name__ == "__main__":
    main()
