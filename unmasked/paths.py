"""Where the course keeps its files, and how one is written: whole or not at all."""

import os
import secrets
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


def write_aside(path: Path, data: bytes) -> None:
    """Writes a file under a name of its own beside it, then renames it: nobody ever finds half a file.

    Two programs may write the same file: the last one's is kept, whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        aside.write_bytes(data)
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
