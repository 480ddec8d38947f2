"""Where the course keeps its files, and how one is written: whole or not at all."""

import os
import secrets
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
LESSONS = ROOT / "lessons"
NOTEBOOKS = ROOT / "notebooks"
SOLUTIONS = ROOT / "solutions"
_WINDOWS = os.name == "nt"
_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds


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
        _rename(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def try_folder(folder: Path) -> None:
    """Writes and removes a small file in a folder. OSError where that can't be done.

    Not by `tempfile`: on Windows some Pythons' tries names without end in a folder that is closed to them.
    """
    trial = folder / f".trial-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        trial.write_bytes(b"Can a file be written here?")
    finally:
        trial.unlink(missing_ok=True)


def _rename(aside: Path, path: Path) -> None:
    # Windows refuses while anyone has the old file open: a virus scanner or a backup mostly, and for a moment.
    for wait in _WAITS if _WINDOWS else ():
        try:
            return os.replace(aside, path)
        except PermissionError:
            time.sleep(wait)
    os.replace(aside, path)
