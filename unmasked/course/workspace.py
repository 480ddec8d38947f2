"""The learner's own notebooks, in work/: copied once, never overwritten, laid anew on demand with a backup.

`python -m unmasked.course.workspace` copies those that aren't there; `… reset 04` begins lesson 04 anew.
"""

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

from unmasked import paths
from unmasked.course.commands import Stop, exit_code, say


def copy_notebooks(root: Path = paths.ROOT) -> list[str]:
    """Copies into `root`/work the notebooks that aren't there; never overwrites. Returns the lines to say.

    Raises Stop when the course has no notebooks.
    """
    sources = lessons(root)
    if not sources:
        raise Stop("The folder notebooks/ has no lessons in it: the copy of the course is incomplete. Get it again.")
    lines = []
    new = 0
    for source in sources:
        copy = root / "work" / source.name
        if not copy.exists():
            _lay(root, source)
            new += 1
            continue
        laid = _read_copied(root).get(source.name)
        now = _sha256(source)
        if now == laid or now == _sha256(copy):
            continue
        number = source.name[:2]
        own = "is as it came" if _sha256(copy) == laid else "has work of your own in it"
        lines.append(
            f"Lesson {number} has a newer version; your copy {own}. To have the new one (a backup of yours is kept): "
            f"python start.py reset {number}"
        )
    if new:
        lines.insert(0, f"{new} notebook{'' if new == 1 else 's'} copied into work/, where you work.")
    return lines


def reset(wanted: str, root: Path = paths.ROOT) -> list[str]:
    """Lays a lesson's notebook anew in `root`/work, the old one goes to work/backups. Returns the lines to say.

    `wanted`: its number ("4", "04"), slug or file's stem. Raises Stop, naming the lessons, when there is none such.
    """
    number = wanted.zfill(2) if wanted.isdigit() else wanted
    found = [path for path in lessons(root) if number in (path.name[:2], path.stem, path.stem[3:])]
    if len(found) != 1:
        have = ", ".join(path.name[:2] for path in lessons(root))
        raise Stop(f"There is no lesson {wanted!r}. There is: {have}. For example: python start.py reset 04")
    source = found[0]
    copy = root / "work" / source.name
    lines = []
    if copy.exists():
        lines.append(f"Your copy is kept as {_back_up(root, copy).relative_to(root)}")
    _lay(root, source)
    lines.append(f"Lesson {source.name[:2]} is as new: {copy.relative_to(root)}")
    lines.append("If it is open in JupyterLab, close its tab and open it again.")
    return lines


def lessons(root: Path = paths.ROOT) -> list[Path]:
    """The course's notebooks as they are built for the student, in order."""
    return sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def _back_up(root: Path, copy: Path) -> Path:
    stem = f"{copy.stem}_{time.strftime('%Y-%m-%d_%H-%M-%S')}"
    kept = root / "work" / "backups" / f"{stem}.ipynb"
    extra = 1
    while kept.exists():
        extra += 1
        kept = kept.with_name(f"{stem}_{extra}.ipynb")
    paths.write_aside(kept, copy.read_bytes())
    return kept


def _lay(root: Path, source: Path) -> None:
    """Copies one notebook into work/ and remembers its hash: so a later version of it can be told from own work."""
    paths.write_aside(root / "work" / source.name, source.read_bytes())
    copied = _read_copied(root) | {source.name: _sha256(source)}
    text = json.dumps(copied, indent=1, sort_keys=True)
    paths.write_aside(root / "work" / ".copied.json", text.encode("utf-8"))


def _read_copied(root: Path) -> dict[str, str]:
    """What was copied: notebook name → hash of the copy as it was laid. {} if nothing was."""
    try:
        return json.loads((root / "work" / ".copied.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 well, 1 when something hinders, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.course.workspace", description="Copies the notebooks into work/, where you work."
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    again = commands.add_parser("reset", help="begin a lesson anew; your copy is kept")
    again.add_argument("lesson", help="its number, such as 04")
    options = parser.parse_args(argv)

    def work() -> int:
        for line in reset(options.lesson) if options.command == "reset" else copy_notebooks():
            say(line)
        return 0

    return exit_code(work)


if __name__ == "__main__":
    sys.exit(main())
