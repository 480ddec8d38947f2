"""What all tests share: a learner's folder of their own, and start.py as a module."""

import importlib.util
import os
import shutil
import tempfile
from pathlib import Path
from types import ModuleType

import pytest

# Before anything of the course is imported, here and in the processes that tests start: no test may touch the record of
# whoever runs it. A worker of pytest-xdist gets a folder of its own.
_HOME = Path(tempfile.mkdtemp(prefix="unmasked-tests-"))
os.environ["UNMASKED_HOME"] = str(_HOME)


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture
def learner_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty learner's folder for this test alone, as `UNMASKED_HOME`."""
    home = tmp_path / "learner"
    monkeypatch.setenv("UNMASKED_HOME", str(home))
    return home


@pytest.fixture
def start() -> ModuleType:
    """start.py as a module, anew for every test."""
    spec = importlib.util.spec_from_file_location(
        "start_under_test", Path(__file__).resolve().parent.parent / "start.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
