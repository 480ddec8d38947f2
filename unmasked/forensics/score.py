"""Tries every clue and detector on makers from anywhere: `python -m unmasked.forensics.score MODULE --seed N`.

MODULE is a Python file or the dotted name of a module that can be imported. It holds makers (see `unmasked.makers`) as

    MAKER = MyForger()            one maker, or
    MAKERS = [MyForger(), ...]    several, or
    def make(clip, rng): ...      one maker, named like the module.

"built-in" as MODULE stands for the five of this course. Makers run as they are, with all rights of whoever starts them:
try only what you would run anyway. The seed decides who is filmed and all chance of the makers. The last line of the
output is JSON. The exit status is 0 where all makers were scored and 1 where one was not.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace

from unmasked.arguments import checked_whole
from unmasked.forensics import contest, examiners
from unmasked.forensics.compression import LEVELS
from unmasked.makers import Maker, MakerError, built_in

BUILT_IN = "built-in"


def load(module: str) -> dict[str, Maker]:
    """The makers of a module by name. Raises MakerError, in words, where it cannot be imported or holds none."""
    if module == BUILT_IN:
        return built_in()
    try:
        imported = _imported(module)
    except (Exception, SystemExit) as error:  # whatever a stranger's module does when it is imported
        raise MakerError(f"{module}: it could not be imported. {type(error).__name__}: {error}") from error
    found = getattr(imported, "MAKERS", None)
    if found is None and hasattr(imported, "MAKER"):
        found = [imported.MAKER]
    if found is None and callable(getattr(imported, "make", None)):
        found = [SimpleNamespace(name=Path(module).stem.rpartition(".")[2] or module, make=imported.make)]
    if found is None:
        raise MakerError(f"{module}: it holds no maker; wanted MAKER, MAKERS or a function make(clip, rng)")
    makers: dict[str, Maker] = {}
    for maker in found if isinstance(found, list | tuple) else [found]:
        # A class instead of its object is an easy slip, and easily mended.
        maker = maker() if isinstance(maker, type) else maker
        name = getattr(maker, "name", None)
        if not isinstance(name, str) or not name.strip() or not callable(getattr(maker, "make", None)):
            raise MakerError(f"{module}: {type(maker).__name__} is no maker; wanted a name and make(clip, rng)")
        if name in makers:
            raise MakerError(f"{module}: two of its makers are called {name!r}")
        makers[name] = maker
    if not makers:
        raise MakerError(f"{module}: its MAKERS are empty")
    return makers


def _imported(module: str) -> ModuleType:
    path = Path(module)
    if path.suffix != ".py":
        return importlib.import_module(module)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {module}")
    spec = importlib.util.spec_from_file_location(f"forger_{path.stem}", path)
    imported = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = imported  # dataclasses look their own module up
    spec.loader.exec_module(imported)
    return imported


def gather(modules: Sequence[str]) -> tuple[dict[str, Maker], dict[str, str]]:
    """The makers of all modules, and in words what is wrong with the modules that have none."""
    makers: dict[str, Maker] = {}
    errors: dict[str, str] = {}
    for module in modules:
        try:
            for name, maker in load(module).items():
                makers[name if name not in makers else f"{name} ({module})"] = maker
        except MakerError as error:
            errors[module] = str(error)
    return makers, errors


def score(
    modules: Sequence[str], seed: int, characters: int = 16, levels: Sequence[str] = tuple(LEVELS), progress=None
) -> dict:
    """Every clue and detector on every maker of the modules, at every level.

    Returns {"seed", "characters", "levels", "makers": {maker: {number: {level: {"auc", "low", "high"}}}}, "errors":
    {maker or module: words}}. AUC: the chance that a fake scores higher than a recording; low and high: its 95 %
    interval, from a bootstrap over characters. The strangers that are filmed are none that anything was fitted on.
    Raises ValueError for fewer than two characters, an unknown level or a seed outside 0…8999.
    """
    seed, characters = checked_whole(seed, "seed", 0, 8999), checked_whole(characters, "characters", 2)
    strangers = [level for level in levels if level not in LEVELS]
    if strangers or not levels:
        raise ValueError(f"levels: wanted some of {', '.join(LEVELS)}, got {strangers or 'none'}")
    makers, errors = gather(modules)
    clips = contest.film(characters, seed + 1000) if makers else []
    tried = contest.run(makers, clips, examiners.shipped(), seed, levels, progress or (lambda words: None))
    tables = {
        maker: {name: {level: tried.area(name, maker, level) for level in levels} for name in tried.names}
        for maker in makers
        if maker not in tried.errors
    }
    return {
        "seed": seed,
        "characters": characters,
        "levels": list(levels),
        "makers": tables,
        "errors": {**errors, **tried.errors},
    }


def table(scores: Mapping[str, Mapping[str, Mapping[str, float]]], levels: Sequence[str]) -> str:
    """One maker's scores in lines: a number a line, a level a column, AUC with its interval."""
    lines = [" " * 18 + "".join(f"{level:>20}" for level in levels)]
    for name, row in scores.items():
        cells = [f"{one['auc']:.2f} [{one['low']:.2f}, {one['high']:.2f}]" for one in map(row.get, levels)]
        lines.append(f"{name:<18}" + "".join(f"{cell:>20}" for cell in cells))
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m unmasked.forensics.score", description=__doc__.split("\n")[0])
    parser.add_argument("modules", nargs="+", metavar="MODULE", help=f"a .py file, a module's name, or {BUILT_IN!r}")
    parser.add_argument("--seed", type=int, default=0, help="who is filmed, and the makers' chance (0…8999)")
    parser.add_argument("--characters", type=int, default=16, help="strangers to film, one clip each (2 or more)")
    parser.add_argument("--levels", nargs="+", default=list(LEVELS), choices=list(LEVELS), metavar="LEVEL")
    asked = parser.parse_args(arguments)
    try:
        scores = score(
            asked.modules, asked.seed, asked.characters, asked.levels, lambda who: print(f"… {who}", flush=True)
        )
    except ValueError as error:
        parser.error(str(error))
    for maker, rows in scores["makers"].items():
        print(f"\n{maker}: AUC, and its 95 % interval\n{table(rows, asked.levels)}")
    for maker, words in scores["errors"].items():
        print(f"\nNOT SCORED  {maker}\n  {words}")
    print()
    print(json.dumps(scores))
    return 1 if scores["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
