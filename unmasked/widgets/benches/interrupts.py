"""What a stop button must also stop: work in the background that no cell is waiting for."""

from __future__ import annotations

import asyncio
import signal
import threading
import weakref
from collections.abc import Callable

TICK_SECONDS = 0.5

_listeners: weakref.WeakSet[Listener] = weakref.WeakSet()
_loop: asyncio.AbstractEventLoop | None = None
_ticking = False


class Listener:
    """Calls `stop` when the kernel is interrupted, whether a cell runs or not, until `end()`."""

    def __init__(self, stop: Callable[[], None]):
        self.stop = stop
        _listeners.add(self)
        if _loop is not None and not _loop.is_closed():
            _loop.call_soon_threadsafe(_begin)

    def end(self) -> None:
        """Listens no longer."""
        _listeners.discard(self)


def prepare() -> None:
    """Makes listening possible in a notebook. Called from a cell: only there the kernel's event loop can be had."""
    global _loop
    if _loop is not None or threading.current_thread() is not threading.main_thread():
        return
    try:
        from IPython import get_ipython

        loop = asyncio.get_running_loop()
    except (ImportError, RuntimeError):
        return
    shell = get_ipython()
    if shell is not None:
        _loop = loop
        shell.events.register("post_run_cell", _after_cell)


def _interrupted(*_) -> None:
    for listener in list(_listeners):
        listener.stop()


def _after_cell(result) -> None:
    if isinstance(getattr(result, "error_in_exec", None), KeyboardInterrupt):
        _interrupted()


def _begin() -> None:
    global _ticking
    if not _ticking:
        _ticking = True
        _tick()


def _tick() -> None:
    """Hears an interrupt between two cells, where the kernel ignores the signal.

    The kernel sets the handler anew around every cell, so ours is put back from its event loop for as long as somebody
    listens: only ever in place of "ignore", for while a cell runs the handler is Python's own and must stay.
    """
    global _ticking
    handler = signal.getsignal(signal.SIGINT)
    if len(_listeners):
        if handler == signal.SIG_IGN:
            signal.signal(signal.SIGINT, _interrupted)
        _loop.call_later(TICK_SECONDS, _tick)
        return
    _ticking = False
    if handler is _interrupted:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
