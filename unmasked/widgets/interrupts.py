"""What a stop button must also stop: work in the background that no cell is waiting for."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import weakref
from collections.abc import Callable

TICK_SECONDS = 0.5

_listeners: weakref.WeakSet = weakref.WeakSet()
_watching = False


class Listener:
    """Calls `stop` when the kernel is interrupted, whether a cell runs or not, until `end()`."""

    def __init__(self, stop: Callable[[], None]):
        self.stop = stop
        _listeners.add(self)
        _watch()

    def end(self) -> None:
        """Listens no longer."""
        _listeners.discard(self)


def _interrupted(*_) -> None:
    for listener in list(_listeners):
        listener.stop()


def _after_cell(result) -> None:
    if isinstance(getattr(result, "error_in_exec", None), KeyboardInterrupt):
        _interrupted()


def _watch() -> None:
    """Hears an interrupt in a cell through IPython, and one between cells through the signal itself.

    While no cell runs, the kernel ignores the signal, and it sets the handler anew around every cell. So the handler is
    put back from the event loop, which runs between cells, for as long as somebody listens.
    """
    global _watching
    if _watching:
        return
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is None or threading.current_thread() is not threading.main_thread():
        return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    shell.events.register("post_run_cell", _after_cell)
    _watching = True

    def tick() -> None:
        global _watching
        handler = signal.getsignal(signal.SIGINT)
        if not len(_listeners):
            _watching = False
            if handler is _interrupted:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            with contextlib.suppress(ValueError):
                shell.events.unregister("post_run_cell", _after_cell)
            return
        # Only in place of "ignore": while a cell runs the handler is Python's own, and must stay.
        if handler == signal.SIG_IGN:
            signal.signal(signal.SIGINT, _interrupted)
        loop.call_later(TICK_SECONDS, tick)

    loop.call_soon(tick)
