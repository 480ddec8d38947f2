"""What Windows does differently, simulated where it isn't there."""

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest
import torch

from unmasked import paths
from unmasked.course import guard, launch
from unmasked.forensics import isolation
from unmasked.models import weights

ROOT = Path(__file__).resolve().parent.parent


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_git_for_windows_lays_out_the_same_bytes(tmp_path):
    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    files = {
        "start": b"#!/bin/sh\nexit\n",
        "index.json": b"{\n}\n",
        "a.png": b"\x89PNG\r\n\x1a\n",
        "b.npy": b"1\n2\r\n",
    }
    git("init", "here")
    for name, data in files.items():
        (tmp_path / "here" / name).write_bytes(data)
    shutil.copy(ROOT / ".gitattributes", tmp_path / "here")
    git("-C", "here", "add", ".")
    git("-C", "here", "commit", "-m", "all")
    git("clone", "-c", "core.autocrlf=true", "-c", "core.eol=crlf", "here", "there")
    assert {name: (tmp_path / "there" / name).read_bytes() for name in files} == files


def refuse(times):
    """A stand-in for os.replace: the file is in use so many times."""
    real, left = paths.os.replace, [times]

    def replace(old, new):
        left[0] -= 1
        if left[0] >= 0:
            raise PermissionError(13, "The process cannot access the file because it is being used", str(new))
        return real(old, new)

    return replace


def test_a_file_that_another_program_has_open_is_written_a_moment_later(tmp_path, monkeypatch):
    waited = []
    monkeypatch.setattr(paths, "_WINDOWS", True)
    monkeypatch.setattr(paths.time, "sleep", waited.append)
    monkeypatch.setattr(paths.os, "replace", refuse(times=3))
    paths.write_aside(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new" and len(waited) == 3

    monkeypatch.setattr(paths.os, "replace", refuse(times=99))
    with pytest.raises(PermissionError):
        paths.write_aside(tmp_path / "file", b"newer")
    assert sum(waited) < 5, "who waits for ever, hangs"
    assert [path.name for path in tmp_path.iterdir()] == ["file"] and (tmp_path / "file").read_bytes() == b"new"


def test_a_folder_that_is_closed_is_tried_once(start, tmp_path, monkeypatch):
    tried = []

    def closed(path, *_, **__):
        tried.append(path)
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(paths.Path, "write_bytes", closed)
    with pytest.raises(PermissionError):
        paths.try_folder(tmp_path)
    monkeypatch.setattr(start.os, "open", closed)
    with pytest.raises(start.Stop, match="No file can be written in the course's folder"):
        start.check_writable(tmp_path)
    assert len(tried) == 2, "a temporary file's name is tried again and again there"


def test_trials_leave_nothing_behind(start, tmp_path):
    paths.try_folder(tmp_path)
    start.check_writable(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["con", "nul", "aux", "prn", "com1", "lpt9"])
def test_a_model_is_not_called_like_a_device(name):
    with pytest.raises(ValueError, match=f"Windows keeps for a device; take another, like 'my-{name}'"):
        weights.load_own(name)


def test_one_folder_by_two_names_was_not_moved(start, tmp_path):
    (tmp_path / "course").mkdir()
    (tmp_path / "Course").symlink_to(tmp_path / "course")
    assert start.is_same(str(tmp_path / "Course"), tmp_path / "course")
    assert not start.is_same(tmp_path / "gone", tmp_path / "course")
    assert not start.is_same(tmp_path, tmp_path / "course") and not start.is_same("", tmp_path)


def test_a_folder_too_deep_for_windows_is_named_before_minutes_of_downloads(start):
    deep = PureWindowsPath(r"C:\Users\anna.schmidt\OneDrive - University of Somewhere\Documents\unmasked-main")
    with pytest.raises(start.Stop, match="Move the folder closer to the top of the disk"):
        start.check_path_length(deep, windows=True, long_paths=False)
    start.check_path_length(deep, windows=True, long_paths=True)
    start.check_path_length(deep, windows=False)
    start.check_path_length(PureWindowsPath(r"C:\Users\anna.schmidt\Documents\unmasked-main"), windows=True)


def test_whether_windows_takes_long_paths_is_read_from_its_settings(start, monkeypatch):
    def registry(value):
        def ask(key, name):
            if value is None:
                raise FileNotFoundError(name)
            return value, 4

        key = contextlib.nullcontext()
        return SimpleNamespace(HKEY_LOCAL_MACHINE=0, OpenKey=lambda *_: key, QueryValueEx=ask)

    for value, takes in ((1, True), (0, False), (None, False)):
        monkeypatch.setitem(sys.modules, "winreg", registry(value))
        assert start.takes_long_paths() is takes


def test_the_longest_path_of_the_packages_is_known(start):
    folder = Path(torch.__file__).parents[1]
    longest = max(len(path.relative_to(folder).as_posix()) for path in folder.glob("torch*/**/*"))
    assert len(".venv/Lib/site-packages/") + longest <= start.LONGEST_INSIDE, "start.py's LONGEST_INSIDE is too small"


# --- processes and consoles -------------------------------------------------------------------------------------------


def test_an_endless_answer_is_stopped_without_posix_signals(monkeypatch):
    monkeypatch.delattr(signal, "pthread_kill", raising=False)
    began = time.monotonic()

    def endless():
        while time.monotonic() - began < 60:
            pass

    with pytest.raises(guard.TimeUp), guard.Guard(0.1):
        endless()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_a_console_has_no_letters_for_can_be_printed_by_a_contestant(tmp_path, monkeypatch):
    for name, value in {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(isolation.paths, "ROOT", tmp_path)
    (tmp_path / "prints.py").write_text(
        textwrap.dedent("""
            import sys
            print("ada → bo", flush=True)
            open(sys.argv[1] + "/answers", "w").write("well\\n")
        """)
    )
    ended = isolation.run("prints", tmp_path, tmp_path / "answers", lambda lines: 1, isolation.Limits())
    assert ended.why == "" and ended.printed.strip() == "ada → bo", ended


def test_how_jupyterlab_is_stopped():
    assert "then y" not in launch.how_to_stop(windows=True) and "then y" in launch.how_to_stop(windows=False)


# --- packages for another system --------------------------------------------------------------------------------------


def wheel(folder: Path, name: str, *requires: str) -> str:
    """A package of nothing but a name and what it requires."""
    wanted = "".join(f"Requires-Dist: {one}\n" for one in requires)
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as file:
        info = f"{name}-1.0.dist-info"
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{wanted}")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", "")
    return name


@pytest.mark.parametrize("system", ["windows", "macos"])
def test_a_stick_gets_what_its_system_asks_for(start, tmp_path, monkeypatch, system):
    shelf, stick = tmp_path / "shelf", tmp_path / "stick"
    shelf.mkdir()
    for name in ("for_windows", "for_macos", "for_linux", "for_old", "for_new"):
        wheel(shelf, name)
    conditions = {"win32": "for_windows", "darwin": "for_macos", "linux": "for_linux"}
    asked = [f"{name}; sys_platform == {key!r}" for key, name in conditions.items()]
    asked += ["for_old; python_version < '3.15'", "for_new; python_version >= '3.15'"]
    wheel(shelf, "course", *asked)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    there = dict(start.CONDITIONS[system], python_version="3.14", python_full_version="3.14.0")
    options = ["-d", str(stick), "--no-index", "--find-links", str(shelf), "--only-binary=:all:", "course"]
    code, said = start.pip(tmp_path, sys.executable, options, "download", there)
    assert code == 0, said
    got = {path.name.partition("-")[0] for path in stick.iterdir()}
    assert got == {"course", f"for_{system}", "for_old"}


def test_each_system_of_a_bundle_has_its_conditions(start):
    assert set(start.CONDITIONS) == set(start.SYSTEMS)
    assert json.dumps(start.CONDITIONS)
