"""A Python process of its own for foreign code: whatever happens in it, nobody else is hurt."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from unmasked import paths
from unmasked.arguments import checked_number, checked_whole
from unmasked.forensics import windows_job

LARGEST_FILE = 512  # MB: the most that one file may have, so that an endless print can't fill the disk
_BEAT = 0.02  # seconds from one look to the next
_TAIL = 2000  # bytes of its output that are kept
_MOST = 32 << 20  # bytes of answers: more is no answer


@dataclass(frozen=True)
class Limits:
    """What a process may take: `seconds` for one answer, `start` seconds until the first, `memory` in MB.

    Seconds are those of a clock on the wall. Raises TypeError or ValueError for a limit that is none.
    """

    seconds: float = 20.0
    start: float = 120.0
    memory: int = 4096

    def __post_init__(self):
        checked_number(self.seconds, "seconds", 0.1, 86_400)
        checked_number(self.start, "start", 0.1, 86_400)
        checked_whole(self.memory, "memory", 64)


@dataclass(frozen=True)
class Ended:
    """How a process ended: `why`, in words, or "" where it had answered all; `printed`: the end of what it printed."""

    why: str
    printed: str


def run(
    module: str, folder: Path, answers: Path, wanted: Callable[[int], int], limits: Limits, name: str = "it"
) -> Ended:
    """Runs `python -m module folder` until its file `answers` has as many lines as are `wanted`, or a limit is reached.

    `wanted` is asked with the number of lines so far, since the first ones may say how many there will be. Afterwards
    the process is ended with all that it started. It gets no input, and its prints land in a file. The memory's limit
    is its own to set, before anything foreign runs in it (`take_limits`).
    """
    output = folder / "printed.txt"
    # -P: a file beside the learner's that is called random.py or torch.py must not stand in for the real one.
    command = [sys.executable, "-P", "-m", module, str(folder)]
    found = os.pathsep.join(filter(None, [str(paths.ROOT), os.getenv("PYTHONPATH")]))
    # UTF-8: what Windows takes for a file's prints lacks most characters, and the print would raise.
    settings = os.environ | {"PYTHONPATH": found, "PYTHONUTF8": "1"}
    apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if os.name == "nt" else {"start_new_session": True}
    with open(output, "wb") as printed:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT, env=settings, **apart
        )
        try:
            why = _watch(process, answers, wanted, limits, name)
        finally:
            _end(process)
    return Ended(why, _tail(output))


def take_limits(memory: int) -> None:
    """Binds THIS process, for good, to `memory` MB and to files that aren't huge; on Windows to the memory alone."""
    try:
        import resource
    except ImportError:
        windows_job.bind_this_process(memory)
        return
    # Address space is no measure: torch maps gigabytes that it never touches. What is writable counts on Linux.
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    for which, most in ((kind, memory << 20), (resource.RLIMIT_FSIZE, LARGEST_FILE << 20), (resource.RLIMIT_CORE, 0)):
        _, ceiling = resource.getrlimit(which)
        most = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(which, (most, most))


def _watch(process: subprocess.Popen, answers: Path, wanted: Callable[[int], int], limits: Limits, name: str) -> str:
    """Waits; "" once all is answered, and else why nothing more will come."""
    read, lines, since, allowed = 0, 0, time.monotonic(), limits.start
    while True:
        ended = process.poll()
        new = _new_bytes(answers, read)
        read += len(new)
        if b"\n" in new:
            lines, since, allowed = lines + new.count(b"\n"), time.monotonic(), limits.seconds
        if lines and lines >= wanted(lines):
            return ""
        if read > _MOST:
            return f"{name} wrote more than {_MOST >> 20} MB of answers and was stopped"
        if ended is not None:
            return f"{name} ended its process ({_code(ended)})"
        if time.monotonic() - since > allowed:
            doing = "to be imported" if not lines else "for one answer"
            return f"{name} took more than {allowed:g} seconds {doing} and was stopped"
        time.sleep(_BEAT)


def _new_bytes(path: Path, start: int) -> bytes:
    try:
        with open(path, "rb") as stream:
            stream.seek(start)
            return stream.read(_MOST + 1)
    except OSError:
        return b""  # it has not answered yet


def _code(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"


def _end(process: subprocess.Popen) -> None:
    """Ends a process with all that it started and that didn't run away from it."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
    process.wait()


def _tail(path: Path) -> str:
    try:
        with open(path, "rb") as stream:
            stream.seek(max(0, path.stat().st_size - _TAIL))
            return stream.read(_TAIL).decode("utf-8", "replace")
    except OSError:
        return ""
