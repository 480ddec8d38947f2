"""The command line of an experiment: its parser, and the command that makes the same result once more."""

import argparse
from collections.abc import Collection
from pathlib import Path

UNCHANGING = ("folder", "workers", "one_seed", "fresh")  # where, how and how much of the result is made, not what it is


def module_parser(module: str, docstring: str) -> argparse.ArgumentParser:
    """An empty parser for `python -m module`, described by the first line of its docstring."""
    return argparse.ArgumentParser(prog=f"python -m {module}", description=docstring.split("\n")[0])


def add_seeds(parser: argparse.ArgumentParser, of: str = "row", first: int = 0) -> None:
    """Adds `--seeds`, how many seeds each `of` is made from: 1 or more, 3 where it isn't given."""
    words = f"seeds {first}, {first + 1}, … of each {of}"
    parser.add_argument("--seeds", type=_one_or_more, default=3, help=words)


def add_keeping(parser: argparse.ArgumentParser) -> None:
    """Adds what `tables.keep_rows` asks for: `--fresh` and `--folder`."""
    parser.add_argument("--fresh", action="store_true", help="make all rows anew; without it those of a table stay")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/tables)")


def _one_or_more(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"wanted 1 or more, got {number}")
    return number


def settings_of(asked: argparse.Namespace, without: Collection[str] = ()) -> dict:
    """What was asked, by name, less what doesn't change the result: UNCHANGING, and what is named in `without`."""
    return {name: value for name, value in vars(asked).items() if name not in (*UNCHANGING, *without)}


def command_of(
    parser: argparse.ArgumentParser,
    asked: argparse.Namespace,
    *,
    positional: Collection[str] = (),
    without: Collection[str] = (),
) -> str:
    """The shortest command that makes the same result, such as `python -m unmasked.experiments.swap_ada_bo --steps 3`.

    parser      from `module_parser`; `asked`: what it parsed, in the order in which it was added to the parser.
    positional  names of the arguments that are given without their name.
    without     what else is left out, beside UNCHANGING and whatever is at its default.
    """
    words = [parser.prog]
    for name, value in settings_of(asked, without).items():
        if value == parser.get_default(name):
            continue
        if name not in positional:
            words.append(f"--{name.replace('_', '-')}")
        if value is not True:  # a switch says it by its name alone
            words += map(str, value) if isinstance(value, list) else [str(value)]
    return " ".join(words)


def refuse_shortened(parser: argparse.ArgumentParser, run) -> None:
    """Ends the command, with words and a status of 1, where UNMASKED_MAX_STEPS has cut its training short.

    run  a `training.Run` that is done: what comes after would ship half-trained weights.
    """
    if run.capped:
        parser.exit(1, "Shortened by UNMASKED_MAX_STEPS: half-trained weights are not written.\n")
