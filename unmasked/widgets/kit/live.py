"""What every widget has: its browser's side, an ear for the browser while a cell runs, a still picture."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets

log = logging.getLogger("unmasked.widgets")
WIDGETS = Path(__file__).resolve().parent.parent


def source(*names: str) -> str:
    """The browser's side of a widget: files in the widgets' folder ("kit/kit.js"), joined in this order."""
    return "\n".join((WIDGETS / name).read_text(encoding="utf-8") for name in names)


def still_bundle(widget: anywidget.AnyWidget, data: dict, metadata: dict) -> tuple[dict, dict]:
    """The widget's view, and beside it in the same output what renderers without a kernel show instead."""
    view, more = anywidget.AnyWidget._repr_mimebundle_(widget)
    return {**view, **data}, {**more, **metadata}


class LiveWidget(anywidget.AnyWidget):
    """A widget that answers while a cell runs, where the kernel has subshells."""

    def open(self) -> None:
        """Opens the line to the browser."""
        super().open()
        self._listen_beside_the_cell()

    def _send(self, msg, buffers=None) -> None:
        super()._send(msg, buffers)
        self._listen_beside_the_cell()

    def _listen_beside_the_cell(self) -> None:
        # JupyterLab addresses widgets' messages to a subshell, a thread beside the cells. Since 7.4 ipykernel sends
        # them to whoever spoke last on the line instead: to the cells' thread, after a cell has shown the widget. Then
        # a bench would wait until the next cell has trained. Without this note the address on the message counts.
        if self.comm is not None:
            vars(self.comm).pop("_reply_subshell_id", None)


class AnswerWidget(LiveWidget):
    """A widget that takes a learner's answers. Why one could not be kept is said in words, and logged."""

    error = traitlets.Unicode("").tag(sync=True)
    trace = traitlets.Unicode("").tag(sync=True)

    def __init__(self, **state):
        super().__init__(**state)
        self.on_msg(self._on_message)

    def _on_message(self, _, content, buffers) -> None:
        if isinstance(content, dict):
            self.receive(content)

    def receive(self, content: dict) -> None:
        """Takes what the browser sends."""
        raise NotImplementedError

    def keep(self, answer: Callable[[], None]) -> None:
        """Calls `answer`, and shows what it raises."""
        try:
            answer()
        except Exception as error:
            self.trace = traceback.format_exc()
            self.error = f"Your answer could not be kept. {type(error).__name__}: {error}"
            log.error("%s\n%s", self.error, self.trace)
        else:
            self.error = self.trace = ""
