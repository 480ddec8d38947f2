"""No figure of a lesson is drawn before its cell has finished it.

Whenever the kernel has handled a message of a widget, Matplotlib's inline backend draws and closes every figure that
it finds open, as at the end of a cell. Kernels handle such messages in a thread of their own, so the figure may be one
that a cell is still at, and what comes out is an empty frame.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

INLINE = "matplotlib_inline.backend_inline"


def protect(shell) -> None:
    """From the next cell on, `shell` (IPython's, or None outside of a notebook) flushes figures for cells only."""
    events = getattr(shell, "events", None)
    if events is not None:
        events.register("pre_run_cell", lambda *_: _flush_for_cells_only(events))


def _flush_for_cells_only(events) -> None:
    inline = sys.modules.get(INLINE)  # a lesson that draws no figure needn't load Matplotlib
    if inline is not None and inline.flush_figures in events.callbacks["post_execute"]:
        events.unregister("post_execute", inline.flush_figures)
        events.register("post_execute", _in_main_thread(inline.flush_figures))


def _in_main_thread(flush: Callable[[], None]) -> Callable[[], None]:
    def flushed() -> None:
        if threading.current_thread() is threading.main_thread():
            flush()

    return flushed
