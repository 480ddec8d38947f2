"""What all tests share: a learner's folder of their own, and a browser."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from run import find_chromium

# Before anything of the course is imported, here and in the processes that tests start: no test may touch the record of
# whoever runs it. A worker of pytest-xdist gets a folder of its own.
_HOME = Path(tempfile.mkdtemp(prefix="unmasked-tests-"))
os.environ["UNMASKED_HOME"] = str(_HOME)

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture
def learner_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty learner's folder for this test alone, as `UNMASKED_HOME`."""
    home = tmp_path / "learner"
    monkeypatch.setenv("UNMASKED_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one the test is skipped, on a CI server it fails."""
    path = find_chromium()
    if path is None:
        words = "no Chromium found: install one (Debian: apt install chromium) or name it in UNMASKED_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    return path


@pytest.fixture(scope="session")
def browser(chromium: str):
    """A headless browser of Playwright's, one for all tests of the session."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()
