"""The doctor: what it sees on a sound machine and on a broken one, and that it says what to do."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from unmasked import paths
from unmasked.course import doctor
from unmasked.course.doctor import BETTER, MEND, WELL, Finding

ROOT = Path(__file__).resolve().parents[2]


def must_mend(finding: Finding, *expected: str) -> None:
    assert finding.mark == MEND, f"{finding} should have to be mended"
    assert finding.advice, f"{finding} does not say what to do"
    for text in expected:
        assert text in finding.found + finding.advice, f"{text!r} is missing in:\n{finding}"


def test_python():
    assert doctor.look_at_python().mark == WELL
    must_mend(doctor.look_at_python((3, 10, 2), 64), "3.10.2", "3.11, 3.12, 3.13 or 3.14")
    must_mend(doctor.look_at_python((3, 12, 2), 32), "32 bits")


def test_the_packages_of_this_environment():
    finding = doctor.look_at_packages()
    assert finding.mark == WELL, str(finding)
    assert "torch" in finding.found


def test_packages_that_are_missing_too_old_or_broken(monkeypatch):
    real = doctor.importlib.metadata.version

    def version(name):
        if name == "scikit-image":
            raise doctor.importlib.metadata.PackageNotFoundError(name)
        return "0.1" if name == "numpy" else real(name)

    def load(name):
        if name == "cv2":
            raise ImportError("libGL.so.1: cannot open shared object file")

    monkeypatch.setattr(doctor.importlib.metadata, "version", version)
    monkeypatch.setattr(doctor.importlib, "import_module", load)
    must_mend(
        doctor.look_at_packages(),
        "scikit-image is missing",
        "numpy is 0.1",
        "opencv-python-headless does not load (ImportError: libGL.so.1",
        "python start.py",
    )
    must_mend(doctor.look_at_packages("no-such-library"), "no-such-library itself is not installed")


def test_a_local_version_is_within_its_bounds(monkeypatch):
    """2.13.0+cpu is 2.13.0 for a bound of <=2.13.0."""
    from packaging.requirements import Requirement

    monkeypatch.setattr(doctor.importlib.metadata, "version", lambda name: "2.13.0+cpu")
    monkeypatch.setattr(doctor.importlib, "import_module", lambda name: None)
    assert doctor._package(Requirement("torch>=2.6,<=2.13.0")) == ("", "2.13.0+cpu")


def test_memory(monkeypatch):
    import psutil

    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1e9, total=4e9))
    finding = doctor.look_at_memory()
    assert finding.mark == BETTER and "1.0 GB available of 4.0" in finding.found and finding.advice


def test_disk(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: SimpleNamespace(free=0.1e9))
    must_mend(doctor.look_at_disk(), "0.10 GB free", "0.5 GB")


def test_training_really_trains(monkeypatch):
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)
    monkeypatch.setenv("UNMASKED_THREADS", "1")
    monkeypatch.setenv("UNMASKED_PRECISION", "float32")
    assert doctor.training_speed(seconds=0.05, batch=2) > 0
    # Where the probe would choose bfloat16, it still trains as lesson 04 does.
    monkeypatch.setenv("UNMASKED_PRECISION", "bfloat16")
    assert doctor.training_speed(seconds=0.05, batch=2) > 0


def test_training_slow_and_capped(monkeypatch):
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)
    monkeypatch.setattr(doctor, "training_speed", lambda seconds: 40.0)
    finding = doctor.look_at_training()
    assert finding.mark == WELL and "40 steps a second" in finding.found and "2,400" in finding.found
    monkeypatch.setattr(doctor, "training_speed", lambda seconds: 2.0)
    assert doctor.look_at_training().mark == BETTER
    monkeypatch.setenv("UNMASKED_MAX_STEPS", "30")
    assert "UNMASKED_MAX_STEPS=30" in doctor.look_at_training().advice


def test_sliders(monkeypatch):
    import jupyterlab_server.config as config

    assert doctor.look_at_sliders().mark == WELL
    manager = "@jupyter-widgets/jupyterlab-manager"
    for rules in ([manager], {manager: True}, {f"{manager}:plugin": True}):
        monkeypatch.setattr(config, "get_page_config", lambda folders, rules=rules: {"disabledExtensions": rules})
        must_mend(doctor.look_at_sliders(), f"jupyter labextension enable {manager}")
    monkeypatch.setattr(config, "get_page_config", lambda folders: {"disabledExtensions": {manager: False}})
    assert doctor.look_at_sliders().mark == WELL
    monkeypatch.setattr(config, "get_federated_extensions", lambda folders: {manager: {}})
    must_mend(doctor.look_at_sliders(), "does not find anywidget")


def test_notebooks(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "LESSONS", tmp_path / "lessons")
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    must_mend(doctor.look_at_notebooks(), "no lessons")
    for folder in ("lessons", "notebooks"):
        (tmp_path / folder).mkdir()
    for name in ("00_start", "04_two_decoders", "05_more"):
        (tmp_path / "lessons" / f"{name}.py").write_text("")
    (tmp_path / "notebooks" / "00_start.ipynb").write_text('{"cells": [{}]}')
    (tmp_path / "notebooks" / "04_two_decoders.ipynb").write_text('{"cells": [')
    must_mend(doctor.look_at_notebooks(), "04_two_decoders.ipynb is damaged", "05_more.ipynb is missing")
    for name in ("04_two_decoders", "05_more"):
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text('{"cells": [{}]}')
    finding = doctor.look_at_notebooks()
    assert finding.mark == WELL and "3 lessons" in finding.found


def test_weights(tmp_path):
    must_mend(doctor.look_at_weights(tmp_path), "index.json, is missing")
    data = b"numbers"
    (tmp_path / "net.safetensors").write_bytes(data)
    entry = {"file": "net.safetensors", "sha256": hashlib.sha256(data).hexdigest()}
    (tmp_path / "index.json").write_text(json.dumps({"net": entry}))
    finding = doctor.look_at_weights(tmp_path)
    assert finding.mark == WELL and "1 shipped network," in finding.found
    (tmp_path / "net.safetensors").write_bytes(data[:-1])
    must_mend(doctor.look_at_weights(tmp_path), "net.safetensors is damaged")
    (tmp_path / "net.safetensors").unlink()
    must_mend(doctor.look_at_weights(tmp_path), "net.safetensors is missing")
    (tmp_path / "index.json").write_text("[1, 2]")
    must_mend(doctor.look_at_weights(tmp_path), "index.json, is damaged")


def test_the_learners_own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "mine"))
    assert doctor.look_at_own_folder().mark == WELL
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "file" / "mine"))  # a folder cannot lie inside a file
    must_mend(doctor.look_at_own_folder(), "cannot be written", "UNMASKED_HOME")


def test_a_look_that_breaks_down_is_a_finding_too(monkeypatch):
    def break_down():
        raise RuntimeError("no such thing")

    monkeypatch.setattr(doctor, "ROUND", (("Processor", break_down), ("Disk", doctor.look_at_disk)))
    heard = []
    findings = doctor.examine(report=heard.append)
    assert heard == findings and [finding.mark for finding in findings] == [MEND, WELL]
    must_mend(findings[0], "RuntimeError: no such thing")
    assert len(doctor.examine(quick=True)) == 1


def test_the_round_in_a_process_of_its_own():
    heard = []
    findings = doctor.examine_apart(quick=True, report=heard.append)
    assert heard == findings
    assert [finding.title for finding in findings] == [title for title, _ in doctor.ROUND if title not in doctor.SLOW]


def test_a_process_that_dies_on_its_round_is_a_finding(monkeypatch):
    monkeypatch.setattr(doctor, "_examine_and_tell", os._exit)  # its first argument, `quick`, is now its exit code
    findings = doctor.examine_apart(quick=3)
    assert [finding.title for finding in findings] == ["Doctor"]
    must_mend(findings[0], "exit code", "start.py")


@pytest.mark.parametrize(("mark", "code"), [(WELL, 0), (BETTER, 0), (MEND, 1)])
def test_the_exit_code_and_the_closing_line(monkeypatch, capsys, mark, code):
    look = lambda: Finding(mark, "Memory", "as it is", "Do this.\nThen that.")  # noqa: E731
    monkeypatch.setattr(doctor, "ROUND", (("Memory", look),))
    assert doctor.main([]) == code
    printed = capsys.readouterr().out
    assert "→ Do this." in printed and "→ Then that." in printed
    assert ("This machine is ready" in printed) == (code == 0)
    assert "\x1b" not in printed, "marks and words are wanted, not colours"


def test_the_slider_hears_and_answers():
    box = doctor.slider()
    handle, answer = box.children
    assert "heard 3" in answer.value
    handle.value = 7
    assert "heard 7" in answer.value and "49" in answer.value


def test_in_a_lesson_a_slider_is_shown(monkeypatch, capsys):
    import IPython
    import IPython.display

    shown = []
    monkeypatch.setattr(doctor, "ROUND", (("Disk", doctor.look_at_disk),))
    monkeypatch.setattr(IPython.display, "display", shown.append)
    assert doctor.doctor() is None
    assert shown == [], "outside of a notebook nothing can be dragged"
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr(doctor, "examine_apart", doctor.examine)
    doctor.doctor()
    assert len(shown) == 1 and "This machine is ready" in capsys.readouterr().out


def test_long_findings_are_wrapped():
    finding = Finding(MEND, "Packages", "word " * 60, "advice " * 40)
    lines = str(finding).splitlines()
    assert max(map(len, lines)) <= 105
    assert sum(line.split().count("word") for line in lines) == 60
    assert sum(line.split().count("advice") for line in lines) == 40


def test_it_runs_as_a_command():
    done = subprocess.run(
        [sys.executable, "-m", "unmasked.course.doctor", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0 and "--quick" in done.stdout


def test_a_file_that_hides_a_module_is_named(tmp_path):
    assert doctor.look_at_names((tmp_path,)).mark == WELL
    (tmp_path / "random.py").write_text("")
    (tmp_path / "cv2").mkdir()  # a plain folder hides nothing
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("")
    (tmp_path / "my_forger.py").write_text("")
    finding = doctor.look_at_names((tmp_path,))
    must_mend(finding, "random.py", "torch", "another name")
    assert "cv2" not in str(finding) and "my_forger" not in str(finding)


def test_packages_that_lost_their_files_are_seen_without_loading_any(monkeypatch):
    real = doctor.importlib.util.find_spec
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None if name == "anywidget" else real(name))
    monkeypatch.setattr(doctor.importlib, "import_module", None)
    must_mend(doctor.look_at_packages(load=False), "anywidget has lost its files")
