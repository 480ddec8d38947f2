"""Packs a learner's own record for the instructor: `python -m unmasked.course.handin NAME`."""

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


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 well, 1 when something hinders."""
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.course.handin",
        description="Packs your record (attempts, hints, predictions, answers, with their times) into one file, "
        "record-NAME.zip, for you to hand in. Nothing is sent anywhere.",
    )
    parser.add_argument("name", help="how your instructor knows you; a made-up name will do if you have agreed on one")
    options = parser.parse_args(argv)

    def work() -> int:
        if not NAME.fullmatch(options.name):
            raise Stop(f"NAME: up to 40 letters, digits, dots, hyphens or underscores are wanted; got {options.name!r}")
        path = Path(f"record-{options.name}.zip")
        paths.write_aside(path, packed(paths.user_folder()))
        say(f"Written: {path.resolve()}. Look into it if you like: it's plain text, line by line.")
        return 0

    return exit_code(work)


if __name__ == "__main__":
    sys.exit(main())
