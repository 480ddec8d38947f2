"""Packs what a learner hands in: `python -m unmasked.course.handin NAME` the record of all lessons, and with `--entry`
the capstone's entry."""

import argparse
import io
import re
import sys
import zipfile
from pathlib import Path

from unmasked import paths
from unmasked.course import lesson
from unmasked.course.commands import Stop, exit_code, say

NAME = re.compile(r"[\w.-]{1,40}")


def packed(folder: Path) -> bytes:
    """A zip file of the record of every lesson in a learner's `folder` (UNMASKED_HOME); nothing else goes in.

    Raises Stop when there is no record yet.
    """
    files = [folder / "record" / f"{topic}.jsonl" for topic in lesson.topics()]
    files = [path for path in files if path.is_file()]
    if not files:
        raise Stop(f"There is no record in {folder} yet: it begins with the first check, prediction or quiz answer.")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for path in files:
            file.write(path, f"record/{path.name}")
    return held.getvalue()


def packed_entry(folder: Path, name: str) -> bytes:
    """A zip file of a capstone's entry: what stands in `folder` of the plan, the file of the side that it chooses, own
    weights, card, board and final runs, all of it under `name`/. Raises Stop where plan or file is missing."""
    from unmasked.forensics import leaderboard  # torch comes along, and a record does without

    try:
        plan = leaderboard.read_plan(folder / "plan.json")
    except ValueError as error:
        raise Stop(str(error)) from error
    entry = folder / ("forger.py" if plan["entry"] == "maker" else "examiner.py")
    if not entry.is_file():
        raise Stop(f"There is no {entry}, and the plan enters a {plan['entry']}.")
    beside = ("*.safetensors", "card.json", f"board-{name}.json", "final-*.json")
    files = [entry, folder / "plan.json", *(path for one in beside for path in sorted(folder.glob(one)))]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for path in files:
            file.write(path, f"{name}/{path.name}")
    return held.getvalue()


def write_entry(name: str, folder: Path = Path()) -> Path:
    """Writes entry-NAME.zip into `folder`; returns the file. Raises Stop for a name that is none, and as
    `packed_entry`."""
    path = folder / f"entry-{_checked(name)}.zip"
    paths.write_aside(path, packed_entry(folder, name))
    return path


def _checked(name: str) -> str:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise Stop(f"NAME: up to 40 letters, digits, dots, hyphens or underscores are wanted; got {name!r}")
    return name


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 well, 1 when something hinders."""
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.course.handin",
        description="Packs your record (attempts, hints, predictions, answers, with their times) into one file, "
        "record-NAME.zip, for you to hand in. Nothing is sent anywhere.",
    )
    parser.add_argument("name", help="how your instructor knows you; a made-up name will do if you have agreed on one")
    parser.add_argument(
        "--entry", action="store_true", help="the capstone's entry that stands here instead: entry-NAME.zip"
    )
    options = parser.parse_args(argv)

    def work() -> int:
        if options.entry:
            say(f"Written: {write_entry(options.name).resolve()}.")
            return 0
        path = Path(f"record-{_checked(options.name)}.zip")
        paths.write_aside(path, packed(paths.user_folder()))
        say(f"Written: {path.resolve()}. Look into it if you like: it's plain text, line by line.")
        return 0

    return exit_code(work)


if __name__ == "__main__":
    sys.exit(main())
