"""What is seen of a training while it runs, and how Ctrl+C ends it between two steps."""

import io
import signal
import sys
import threading

from tqdm.std import tqdm


def progress_bar(label: str, done: int, total: int, show: bool = True) -> tqdm:
    """A bar for steps `done` … `total`: in a notebook one line of text, in a terminal tqdm's own, elsewhere none."""
    settings = {"total": total, "initial": done, "desc": label, "unit": "step", "mininterval": 0.2}
    if show and _in_notebook():
        return NotebookBar(**settings)
    return tqdm(**settings, file=sys.stderr, disable=not (show and sys.stderr.isatty()))


class NotebookBar(tqdm):
    """A bar that updates one line of plain text in a notebook: nothing but its last state stays in the file."""

    monitor_interval = 0  # no watching thread: it would draw from outside the cell

    def __init__(self, *args, **kwargs):
        self.handle = None
        super().__init__(*args, file=io.StringIO(), ncols=100, ascii=False, **kwargs)

    def display(self, msg=None, pos=None):
        """Shows the line, or `msg` in its place; tqdm calls it."""
        from IPython.display import display

        bundle = {"text/plain": str(self) if msg is None else msg}
        if self.handle is None:
            self.handle = display(bundle, raw=True, display_id=True)
        else:
            self.handle.update(bundle, raw=True)


class StoppedCell:
    """Remembers in which cell a training was stopped: that cell's other trainings don't begin, and nor do the cells
    that wait behind it. What the cell has so far is kept, because it still runs to its end.
    """

    def __init__(self):
        self.shell = None

    def note(self) -> None:
        """Somebody has stopped a training of the cell that runs now."""
        if _in_notebook() and self.shell is None:
            self.shell = sys.modules["IPython"].get_ipython()
            self.shell.events.register("post_run_cell", self._end)

    @property
    def runs(self) -> bool:
        """Whether the cell that runs now is one in which a training was stopped."""
        return self.shell is not None

    def _end(self, result) -> None:
        self.shell.events.unregister("post_run_cell", self._end)
        self.shell = None
        if result.success:  # a notebook takes back the cells that wait only where this one has failed
            result.error_in_exec = KeyboardInterrupt("stopped by you")


stopped_cell = StoppedCell()


class Interrupt:
    """Turns the first Ctrl+C into a wish, granted between two steps, so that no step is left half done."""

    def __init__(self):
        self.asked = False
        self.previous = None

    def __enter__(self):
        # Signals belong to the main thread; elsewhere, and where Ctrl+C is switched off, there is nothing to do.
        if threading.current_thread() is threading.main_thread() and callable(signal.getsignal(signal.SIGINT)):
            self.previous = signal.signal(signal.SIGINT, self._note)
        return self

    def _note(self, number, frame):
        if self.asked:
            self.previous(number, frame)
        self.asked = True

    def __exit__(self, *_):
        if self.previous is not None:
            signal.signal(signal.SIGINT, self.previous)


def _in_notebook() -> bool:
    if "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return shell is not None and hasattr(shell, "kernel")
