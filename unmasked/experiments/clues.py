"""Makes lesson 12's table and the shipped combination: `python -m unmasked.experiments.clues`.

Strangers are filmed, all five makers forge every clip, everything goes through four compressions, and seven clues look
at it. The table says for each clue, maker and compression how well fakes are told from recordings (AUC), with a
bootstrap interval over characters; "all clues" is a logistic regression, each character scored by one that never saw
it. The combination kept beside it was fitted on all of them, for makers that come later.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from unmasked.experiments.command import command_of, module_parser, settings_of
from unmasked.experiments.tables import rounded, save_table
from unmasked.forensics import combine, contest, roc
from unmasked.forensics.clues import CLUES, clue_values
from unmasked.forensics.compression import LEVELS
from unmasked.makers import built_in

TABLE = "clues"


def with_held_out(tried: contest.Contest, names: Sequence[str], folds: int = 5) -> contest.Contest:
    """The same contest with one number more in each row: all clues together, by characters never seen."""
    values = np.array([[row[name] for name in names] for row in tried.rows])
    fake = np.array([row["maker"] != contest.REAL for row in tried.rows])
    characters = np.array([row["character"] for row in tried.rows])
    scores = combine.held_out_scores(values, fake, characters, names, folds)
    rows = [row | {combine.NAME: float(score)} for row, score in zip(tried.rows, scores, strict=True)]
    return contest.Contest(rows, [*tried.names, combine.NAME], tried.errors)


def make_table(characters: int, seed: int, progress: Callable[[str], None] = lambda words: None) -> dict:
    """The table as it is kept, less command and settings: one row a (clue, maker, level), and the combination."""
    makers = built_in()
    tried = contest.run(makers, contest.film(characters, seed), [clue_values], seed, progress=progress)
    if tried.errors:
        raise RuntimeError("; ".join(tried.errors.values()))
    tried = with_held_out(tried, list(CLUES))
    rows = []
    for name in tried.names:
        for maker in makers:
            for level in LEVELS:
                rows.append({"clue": name, "maker": maker, "level": level, **tried.area(name, maker, level)})
    # Where nothing passes in front there is nothing to be seen: occlusion once more, on the clips with a hand.
    hands = contest.Contest([row for row in tried.rows if row["hand"]])
    with_hand = [
        {"maker": maker, "level": level, **hands.area("occlusion", maker, level)}
        for maker in makers
        for level in LEVELS
    ]
    values = np.array([[row[name] for name in CLUES] for row in tried.rows])
    fake = np.array([row["maker"] != contest.REAL for row in tried.rows])
    everything = {
        level: roc.auc(tried.column(combine.NAME, contest.REAL, level),
                       np.concatenate([tried.column(combine.NAME, maker, level) for maker in makers]))
        for level in LEVELS
    }  # fmt: skip
    return {
        "clues": tried.names,
        "makers": list(makers),
        "levels": list(LEVELS),
        "all_makers": everything,
        "occlusion_with_hand": with_hand,
        "combination": combine.fit(values, fake, list(CLUES)).to_dict(),
        "rows": [rounded(row) for row in rows],
    }


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--characters", type=int, default=40, help="strangers, one clip each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/tables)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    made = make_table(asked.characters, asked.seed, lambda who: print(f"… {who}", flush=True))
    table = {"command": command_of(parser, asked), "settings": settings_of(asked), **made}
    written = save_table(TABLE, table, folder=asked.folder)
    for row in table["rows"]:
        print(
            f"{row['clue']:16}{row['maker']:18}{row['level']:10}{row['auc']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"
        )
    print(json.dumps({"written": written.name, "rows": len(table["rows"]), "all_makers": made["all_makers"]}))


if __name__ == "__main__":
    main()
