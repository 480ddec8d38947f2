"""A guard around foreign code: it gets a limit of seconds, and no door out of the process is open to it."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

SECONDS = 60
PACKAGE = str(Path(__file__).resolve().parent.parent)
_DOORS = ("_exit", "abort", "execv", "execve", "execvp", "execvpe")
_PATIENCE = 3  # so many times the limit may pass by the clock while the processor was busy elsewhere
_BEAT = 0.05  # seconds from one reminder to the next, for whoever catches the first


class TimeUp(BaseException):
    """The guarded code was still running when its time was up."""


class Left(BaseException):
    """The guarded code tried to end the process; the message names how."""


def seconds_allowed() -> float:
    """The limit of an attempt: UNMASKED_CHECK_SECONDS, or 60. ValueError when that is no number above 0."""
    text = os.environ.get("UNMASKED_CHECK_SECONDS", "").strip()
    try:
        seconds = float(text or SECONDS)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ValueError(f"UNMASKED_CHECK_SECONDS is {text!r}; wanted a number of seconds above 0, or nothing")
    return seconds


class Guard:
    """Around a block: raises TimeUp in it after so many seconds of work, and Left instead of ending the process.

    `interrupted` says whether somebody pressed stop meanwhile, which a KeyboardInterrupt alone doesn't tell. The limit
    holds in the main thread only, because no other can be interrupted; a notebook's cells run there.
    """

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.interrupted = False
        self._late, self._over = False, True
        self._finished = threading.Event()
        self._watch: threading.Thread | None = None

    def __enter__(self) -> "Guard":
        self._opened = list(_closed_doors())
        if threading.current_thread() is threading.main_thread():
            self._tracing, self._owner = sys.gettrace(), sys._getframe(1)
            self._before = signal.signal(signal.SIGINT, self._signalled)
            self._watch = threading.Thread(target=self._watching, daemon=True)
            self._watch.start()
        # Not before: a TimeUp in here would leave a watch behind that nothing ends.
        self._over = False
        return self

    def __exit__(self, *_) -> None:
        self._over = True
        if self._watch is not None:
            self._finished.set()
            self._watch.join()
            # None: a handler that wasn't set from Python, which Python can't put back either.
            signal.signal(signal.SIGINT, signal.default_int_handler if self._before is None else self._before)
            if self._late:
                sys.settrace(self._tracing)
            self._owner = None
        for open_again in self._opened:
            open_again()

    def _watching(self) -> None:
        worked, begun = time.process_time(), time.monotonic()
        while not self._finished.wait(_BEAT):
            # On a crowded machine an answer may get little of its time: what it has used counts, as long as it's used.
            used, passed = time.process_time() - worked, time.monotonic() - begun
            if not self._late and used < self.seconds and passed < _PATIENCE * self.seconds:
                continue
            self._late = True
            # A real signal: it also wakes a `sleep`, which on Windows any thread's own does.
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            else:
                signal.raise_signal(signal.SIGINT)

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        if not self._late:
            self.interrupted = True
            if callable(self._before):
                self._before(number, frame)
            return
        if self._over or (frame is not None and frame.f_code is Guard.__exit__.__code__):
            return
        # An answer that catches everything would catch this too, and go on: its next line raises it again.
        sys.settrace(lambda *_: None)
        while frame is not None and frame is not self._owner:
            if not frame.f_code.co_filename.startswith(PACKAGE):
                frame.f_trace = self._again
            frame = frame.f_back
        raise TimeUp

    def _again(self, frame: FrameType, event: str, argument: Any) -> Callable | None:
        if event == "line" and not self._over:
            raise TimeUp
        return self._again


def close_doors() -> None:
    """Close every way to end this process, for good: under a grader a cell that calls one fails, and no other does."""
    for _ in _closed_doors():
        pass


def _closed_doors() -> Iterator[Callable[[], None]]:
    """Close every way to end this process; yields what opens each again."""
    process = os.getpid()

    def closed(name: str, real: Callable) -> Callable:
        def door(*arguments: Any, **named: Any) -> Any:
            # A child that was forked meanwhile may go.
            if os.getpid() != process:
                return real(*arguments, **named)
            raise Left(name)

        door.closed = True
        return door

    for name in _DOORS:
        if hasattr(os, name) and not hasattr(getattr(os, name), "closed"):
            real = getattr(os, name)
            setattr(os, name, closed(f"os.{name}", real))
            yield lambda name=name, real=real: setattr(os, name, real)
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if hasattr(shell, "ask_exit") and not hasattr(shell.ask_exit, "closed"):
        # What `exit()` and `quit()` call in a notebook: the kernel would end after the cell.
        shell.ask_exit = closed("exit", shell.ask_exit)
        yield lambda: shell.__dict__.pop("ask_exit", None)
