"""Running a notebook in a fresh kernel of this Python, and tidying what it put out."""

import copy
import os
import re
import sys
import tempfile
import uuid
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets import default

from unmasked import paths

_VIEW = "application/vnd.jupyter.widget-view+json"
_VIDEO = re.compile(r"<video\b.*?</video>", re.DOTALL)  # a film of `widgets.play`, whose stills follow it
_LONGEST_SOCKET = 90  # characters of a path; macOS takes 103 with what is added to it
_INTERACTIVE = "An interactive part. Run the notebook to use it."


class _ThisPython(AsyncKernelManager):
    """Starts a kernel of the running Python, whatever kernels are installed elsewhere under the name python3.

    It is talked to through files where that is possible: of many kernels that start at once, now and then one finds
    that another program has taken the port chosen for it.
    """

    @default("connection_file")
    def _own_connection_file(self) -> str:
        return str(Path(tempfile.gettempdir()) / f"unmasked-{uuid.uuid4().hex}.json")

    @default("transport")
    def _files_or_ports(self) -> str:
        return "tcp" if os.name == "nt" or len(self.connection_file) > _LONGEST_SOCKET else "ipc"

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


class LessonError(Exception):
    """A cell of a lesson raised, took too long or killed its kernel; the message names the cell and says how."""


def run(
    notebook: nbformat.NotebookNode, *, home: Path | None = None, timeout: float = 1200, **environment: str
) -> nbformat.NotebookNode:
    """Run a notebook in a fresh kernel and an empty folder; returns a copy with its outputs, tidied.

    `home` is the learner's folder (UNMASKED_HOME), by default a temporary one; `timeout` in seconds, a cell;
    `environment`: variables for the kernel. LessonError names the cell that failed.
    """
    result = copy.deepcopy(notebook)
    with tempfile.TemporaryDirectory(prefix="unmasked-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        (place / "work").mkdir()
        settings = {name: value for name, value in os.environ.items() if not name.startswith("NBGRADER")}
        settings |= {
            "UNMASKED_HOME": str(home or place / "home"),
            # The user's own start-up files have no part in a lesson.
            "IPYTHONDIR": str(place / "ipython"),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(paths.ROOT), os.environ.get("PYTHONPATH")])),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        } | environment
        client = NotebookClient(
            result,
            timeout=timeout,
            kernel_manager_class=_ThisPython,
            resources={"metadata": {"path": str(place / "work")}},
            store_widget_state=False,
            record_timing=False,
            coalesce_streams=True,
        )
        try:
            client.execute(env=settings)
        # Where the kernel dies while its client still waits for a message, nbclient itself fails an assertion.
        except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError, AssertionError) as error:
            raise LessonError(_failure(result, error)) from error
        for cell in result.cells:
            if cell.cell_type == "code":
                cell.outputs = [_tidy(output, {str(paths.ROOT): ".", folder: "…"}) for output in cell.outputs]
                cell.metadata.pop("execution", None)
    result.metadata.pop("widgets", None)
    # The kernel adds its own version here, which would make every machine's notebook another one.
    result.metadata["language_info"] = copy.deepcopy(notebook.metadata["language_info"])
    return result


def _tidy(output: nbformat.NotebookNode, private: dict[str, str]) -> nbformat.NotebookNode:
    """An output for a page without a kernel: pictures stay, widget views and films go, bars keep their last state."""
    if output.output_type == "stream":
        output.text = _without(_overwritten(output.text), private)
        return output
    data = output.get("data", {})
    if data.pop(_VIEW, None) is not None:
        output.metadata.pop(_VIEW, None)
        data["text/plain"] = _INTERACTIVE
    if "<video" in data.get("text/html", ""):
        data["text/html"] = _VIDEO.sub("", data["text/html"]).replace("<details>", "<details open>")
    for kind in ("text/plain", "text/html", "text/markdown"):
        if isinstance(data.get(kind), str):
            data[kind] = _without(data[kind], private)
    return output


def _overwritten(text: str) -> str:
    """Text as a terminal would show it in the end: a carriage return starts its line again."""
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def _without(text: str, private: dict[str, str]) -> str:
    for path, word in private.items():
        text = text.replace(path, word)
    return text


def _failure(notebook: nbformat.NotebookNode, error: Exception) -> str:
    # The last cell that was started; a kernel that died leaves no output to tell by.
    started = [
        cell for cell in notebook.cells if cell.cell_type == "code" and cell.metadata.get("execution") is not None
    ]
    failed = [cell for cell in notebook.cells if any(o.output_type == "error" for o in cell.get("outputs", []))]
    counted = [cell for cell in notebook.cells if cell.get("execution_count")]
    cell = (failed or counted or started or [None])[-1]
    where = f"cell {cell.id!r}" if failed else f"after cell {cell.id!r}" if cell else "in its first cell"
    if isinstance(error, CellExecutionError):
        return f"{where}: {error.ename}: {error.evalue}"
    return f"{where}: {' '.join(str(error).split())[:300] or 'the kernel died'}"
