"""A widget's message, handled in another thread, leaves the figure alone that a cell is still at."""

import sys
import threading
from types import SimpleNamespace

import pytest
from IPython.core.events import EventManager, available_events

from unmasked.widgets import unfinished_figures


@pytest.fixture
def flushed(monkeypatch):
    """(a shell, the threads that flushed figures in it)."""
    threads = []

    def flush_figures():
        threads.append(threading.current_thread())

    shell = SimpleNamespace()
    shell.events = EventManager(shell, available_events)
    monkeypatch.setitem(sys.modules, unfinished_figures.INLINE, SimpleNamespace(flush_figures=flush_figures))
    shell.events.register("post_execute", flush_figures)
    return shell, threads


def in_another_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def test_a_message_in_another_thread_flushes_no_figure(flushed):
    shell, threads = flushed
    unfinished_figures.protect(shell)
    for _ in range(2):  # each cell finds it done already
        shell.events.trigger("pre_run_cell", None)
    in_another_thread(lambda: shell.events.trigger("post_execute"))
    assert threads == []
    shell.events.trigger("post_execute")
    assert threads == [threading.main_thread()], "the end of a cell flushes its figures once"


def test_without_matplotlib_and_outside_of_a_notebook_nothing_happens(flushed, monkeypatch):
    shell, threads = flushed
    unfinished_figures.protect(None)
    unfinished_figures.protect(shell)
    monkeypatch.delitem(sys.modules, unfinished_figures.INLINE)
    shell.events.trigger("pre_run_cell", None)
    in_another_thread(lambda: shell.events.trigger("post_execute"))
    assert len(threads) == 1


def test_the_inline_backend_is_the_one_that_is_meant():
    from matplotlib_inline import backend_inline

    assert backend_inline.__name__ == unfinished_figures.INLINE and callable(backend_inline.flush_figures)
