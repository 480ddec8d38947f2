"""A real JupyterLab and a headless Chromium, driven the way a learner drives them: open, run, press keys, read.

In a test (the fixtures are in conftest.py):

    def test_it(open_notebook):
        notebook = open_notebook(["from unmasked.widgets import quiz", "quiz('start')"])   # or the path of an .ipynb
        notebook.run_all()
        notebook.widget(1).get_by_role("button").first.click()
        assert "Right" in notebook.output(1).inner_text()

In a script:

    with JupyterLab(folder) as lab, chromium() as browser:
        notebook = lab.open(browser, ["1 + 1"])
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import nbformat
from run import find_chromium

from unmasked.course.launch import PROMPT_CONNECTION

TOKEN = "unmasked-tests"
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OVERRIDES = """{
  "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false},
  "@jupyterlab/apputils-extension:themes": {"theme": "%s"}
}"""


@contextlib.contextmanager
def chromium():
    """A headless Chromium of Playwright's; tests have the fixture `browser`. RuntimeError without one."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        raise RuntimeError("no Chromium found: install one (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS), headless=True)
        yield opened
        opened.close()


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class JupyterLab:
    """JupyterLab on a free port, rooted in `folder`, with its own settings and its own UNMASKED_HOME (`folder`/home).

    A context manager: the server is up inside the block and gone after it. RuntimeError, with the server's last words,
    when it does not come up within `seconds`.
    """

    def __init__(self, folder: Path, theme: str = "JupyterLab Light", seconds: float = 60, environment=None):
        self.folder = Path(folder)
        self.home = self.folder / "home"
        self.root = self.folder / "notebooks"
        self.seconds = seconds
        self.theme = theme
        self.environment = dict(environment or {})
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.folder / "jupyter.log"
        self._count = 0

    def __enter__(self) -> JupyterLab:
        for name in ("home", "notebooks", "config", "lab-settings", "runtime", "data"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        # JupyterLab reads the same overrides.json that an instructor would put beside it.
        config = self.folder / "config" / "labconfig"
        config.mkdir(exist_ok=True)
        (config / "default_setting_overrides.json").write_text(OVERRIDES % self.theme)
        environment = os.environ | {
            "UNMASKED_HOME": str(self.home),
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.folder / "lab-settings"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "IPYTHONDIR": str(self.folder / "ipython"),
        }
        environment |= self.environment
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
        command += [f"--port={self.port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={self.root}"]
        command += [f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True"]
        command += ["--LabApp.extension_manager=readonly", "--LabApp.news_url="]
        command += [PROMPT_CONNECTION]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.root)
        self._wait()
        return self

    def _wait(self) -> None:
        end = time.monotonic() + self.seconds
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"{self.url}/api?token={TOKEN}", timeout=2).close()
                return
            time.sleep(0.1)
        self.__exit__()
        raise RuntimeError(f"JupyterLab did not answer within {self.seconds} s:\n{self.log.read_text()[-2000:]}")

    def __exit__(self, *_) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def write(self, cells: Sequence[str], name: str) -> Path:
        """A notebook with these code cells, in the server's folder."""
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = self.root / name
        nbformat.write(book, path)
        return path

    def open(
        self, browser, cells: Sequence[str] | Path, name: str | None = None, width: int = 1100, height: int = 1000
    ) -> Notebook:
        """Opens a notebook (code cells, or the path of an .ipynb to copy) in a page of `browser`, with a fresh kernel.

        `width` and `height`: of the page, in CSS pixels.
        """
        self._count += 1
        name = name or f"notebook-{self._count}.ipynb"
        if isinstance(cells, Path):
            shutil.copyfile(cells, self.root / name)
        else:
            self.write(cells, name)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(30_000)
        return Notebook(page, f"{self.url}/lab/tree/{name}?reset&token={TOKEN}", name)


class Notebook:
    """An open notebook: `page` is Playwright's page, for whatever is not here."""

    def __init__(self, page, url: str, name: str):
        self.page, self.name, self.url = page, name, url
        self.messages: list[str] = []
        page.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.messages.append(f"pageerror: {error}"))
        self._load()

    def _load(self) -> None:
        # A machine that is busy with other things takes its time over JupyterLab's many files.
        self.page.goto(self.url, timeout=180_000)
        opened = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell"
        self.page.wait_for_selector(opened, state="attached", timeout=180_000)
        self._ready()

    def _ready(self) -> None:
        # The kernel has answered once when the session context is ready.
        self.page.evaluate(
            """async () => {
                const panel = window.jupyterapp.shell.currentWidget;
                const ready = async () => {
                    await panel.sessionContext.ready;
                    await panel.context.ready;
                    await panel.sessionContext.session.kernel.info;
                };
                const late = new Error("the kernel did not start within 60 s");
                await Promise.race([ready(), new Promise((_, fail) => setTimeout(() => fail(late), 60000))]);
            }"""
        )

    def reload(self) -> None:
        """Loads the page anew; the kernel goes on."""
        self.page.reload()
        self.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell", state="attached")
        self._ready()

    def cell(self, index: int):
        """Locator of the cell at `index`, counted from 0, markdown cells included."""
        return self.page.locator(f".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell[data-windowed-list-index='{index}']")

    def output(self, index: int):
        """Locator of the output area of a code cell."""
        return self.cell(index).locator(".jp-Cell-outputArea")

    def run(self, index: int, wait: bool = True, seconds: float = 60) -> None:
        """Runs one cell; waits until the kernel has finished it unless `wait` is False."""
        self.page.evaluate(
            """index => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                notebook.deselectAll();
                notebook.activeCellIndex = index;
                window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            index,
        )
        if wait:
            self.wait(index, seconds)

    def rewrite(self, index: int, text: str) -> None:
        """Puts other code into a cell."""
        self.page.evaluate(
            "([index, text]) => window.jupyterapp.shell.currentWidget.content.widgets[index]"
            ".model.sharedModel.setSource(text)",
            [index, text],
        )

    def execute(self, code: str) -> None:
        """Runs code in the kernel that stands in no cell; waits until it has finished."""
        self.page.evaluate(
            """async code => {
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const reply = await kernel.requestExecute({ code, silent: true, store_history: false }).done;
                if (reply.content.status !== "ok") throw new Error(`${reply.content.ename}: ${reply.content.evalue}`);
            }""",
            code,
        )

    def run_all(self, wait: bool = True, seconds: float = 60) -> None:
        """Runs every cell in order; waits until the kernel has finished unless `wait` is False."""
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        if wait:
            last = self.page.evaluate(
                """() => {
                    const cells = window.jupyterapp.shell.currentWidget.content.widgets;
                    return cells.findLastIndex(cell => cell.model.type === 'code');
                }"""
            )
            self.wait(last, seconds)

    def wait(self, index: int, seconds: float = 60) -> None:
        """Waits until a cell has finished; AssertionError with the traceback when it or a cell before it raised."""
        self.page.wait_for_function(
            """index => {
                const cells = window.jupyterapp.shell.currentWidget.content.widgets.slice(0, index + 1);
                const states = cells.filter(cell => cell.model.type === 'code').map(cell => cell.model);
                const failed = states.some(model => model.outputs?.toJSON().some(out => out.output_type === 'error'));
                const last = states[states.length - 1];
                return failed || (last.executionCount !== null && last.executionState !== 'running');
            }""",
            arg=index,
            timeout=seconds * 1000,
        )
        errors = [error for cell in range(index + 1) for error in self.errors(cell)]
        assert not errors, "the notebook raised:\n" + "\n".join(errors)

    def outputs(self, index: int) -> list[dict]:
        """The outputs of a cell as they would be saved."""
        return self.page.evaluate(
            "index => window.jupyterapp.shell.currentWidget.content.widgets[index].model.outputs?.toJSON() ?? []", index
        )

    def errors(self, index: int) -> list[str]:
        """The errors that a cell raised, each as text."""
        found = [output for output in self.outputs(index) if output["output_type"] == "error"]
        traces = ["\n".join(output["traceback"])[-3000:] for output in found]
        return [re.sub(r"\x1b\[[0-9;]*m", "", trace) for trace in traces]

    def save(self) -> None:
        """Saves the notebook."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def interrupt(self) -> None:
        """Interrupts the kernel, as the stop button does."""
        self.page.evaluate("() => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt(); }")

    def widget(self, index: int):
        """Locator of the bench, quiz or picture view in a cell's output, scrolled to and visible."""
        found = self.output(index).locator(".unmasked").first
        found.wait_for(state="visible")
        found.scroll_into_view_if_needed()
        return found

    def alt(self, index: int) -> str:
        """The alt text of the picture in a cell's output, as the page has it now."""
        picture = self.output(index).locator("[data-alt], img[alt]").first
        picture.wait_for(state="attached")
        return picture.get_attribute("aria-label") or picture.get_attribute("alt") or ""

    def words(self, index: int) -> str:
        """What stands below the pictures of a bench: settings and score, once they have come."""
        place = self.output(index).locator(".um-words").first
        end = time.monotonic() + 5
        # A view just drawn has its picture before its words; a bench without words is given up on.
        while not (text := place.inner_text()) and time.monotonic() < end:
            self.page.wait_for_timeout(30)
        return text.replace("\u00a0", " ")

    def wait_for_change(self, read, before, seconds: float = 60):
        """Waits until `read()` gives something other than `before`, and returns it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            now = read()
            if now != before:
                return now
            self.page.wait_for_timeout(30)
        raise AssertionError(f"nothing changed within {seconds} s; it still reads {before!r}")

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 6) -> None:
        """Presses the mouse button at `start`, moves to `end` and lets go; x and y in pixels of the page."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=steps)
        self.page.mouse.up()

    def screenshot(self, path: Path, index: int | None = None) -> Path:
        """A picture of the page, or of one cell."""
        (self.page if index is None else self.cell(index)).screenshot(path=str(path))
        return Path(path)

    def shut(self) -> None:
        """Ends the kernel and closes the page."""
        with contextlib.suppress(Exception):
            # Not waited for: a kernel that is gone already would never answer.
            self.page.evaluate("() => { window.jupyterapp.shell.currentWidget.sessionContext.shutdown(); }")
        self.page.close()
