"""Where the course keeps its files."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
LESSONS = ROOT / "lessons"
NOTEBOOKS = ROOT / "notebooks"
SOLUTIONS = ROOT / "solutions"


def user_folder() -> Path:
    """The learner's own folder, made on demand: `UNMASKED_HOME`, or `.unmasked` in the home folder."""
    folder = Path(os.environ.get("UNMASKED_HOME") or Path.home() / ".unmasked").expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder
