"""Opening JupyterLab: on which port, with which settings, and how it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.request

import pytest

from unmasked.course import launch, workspace
from unmasked.course.commands import Stop

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals as on Linux and macOS")


def test_a_busy_port_is_stepped_over_unless_it_was_asked_for(monkeypatch, capsys):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        monkeypatch.setattr(launch, "FIRST_PORT", port)
        chosen = launch.choose_port()
        assert chosen > port
        assert f"Port {port} is busy" in capsys.readouterr().out
        with pytest.raises(Stop, match=f"Port {port} is busy"):
            launch.choose_port(port)
    assert launch.choose_port(port) == port


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(Stop, match=f"between 1 and 65535, and {port} came"):
        launch.choose_port(port)


def test_jupyterlab_opens_lesson_00(tmp_path):
    (tmp_path / "work").mkdir()
    for name in ("04_two_decoders.ipynb", "00_start.ipynb"):
        (tmp_path / "work" / name).write_text("{}")
    command = launch.lab_command(tmp_path, 8891, browser=False)
    assert "--LabApp.default_url=/lab/tree/work/00_start.ipynb" in command
    assert "--ServerApp.port=8891" in command and "--no-browser" in command
    assert "--ServerApp.kernel_websocket_connection_class=unmasked.course.server.PromptConnection" in command
    assert set(launch.SETTINGS) <= set(command)
    assert "--no-browser" not in launch.lab_command(tmp_path, 8891)


def test_only_the_courses_own_jupyterlab_is_kept_from_asking_for_news(tmp_path):
    own, foreign = tmp_path / "course" / ".venv", tmp_path / "shared"
    for environment in (own, foreign):
        environment.mkdir(parents=True)
        launch.silence_news(tmp_path / "course", environment)
    assert not list(foreign.iterdir())
    (overrides,) = own.rglob("overrides.json")
    before = overrides.stat().st_mtime_ns
    assert json.loads(overrides.read_text())["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    launch.silence_news(tmp_path / "course", own)
    assert overrides.stat().st_mtime_ns == before, "what is so already must not be written again"


def await_server(port: int, seconds: float = 60.0) -> None:
    """Returns when something listens on the port."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.05)
    pytest.fail(f"nothing listened on port {port} within {seconds:.0f} s")


@POSIX
@pytest.mark.slow
def test_a_real_jupyterlab_opens_on_lesson_00_and_closes_on_ctrl_c(tmp_path):
    root = tmp_path / "course"
    (root / "notebooks").mkdir(parents=True)
    cell = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (root / "notebooks" / "00_start.ipynb").write_text(json.dumps(cell))
    workspace.copy_notebooks(root)
    port = launch.choose_port()
    command = launch.lab_command(root, port, browser=False)
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    lab = subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        printed = ""
        while f"http://127.0.0.1:{port}" not in printed:
            line = lab.stdout.readline()
            assert line, f"JupyterLab ended before it named its address:\n{printed}"
            printed += line
        address = re.search(rf"http://127.0.0.1:{port}/lab/tree/work/00_start\.ipynb\?token=(\w+)", printed)
        assert address, f"JupyterLab does not open on lesson 00:\n{printed}"
        await_server(port)
        with urllib.request.urlopen(address.group(0), timeout=30) as page:
            assert page.status == 200 and b"jupyter-config-data" in page.read()
        listing = f"http://127.0.0.1:{port}/api/contents/work/00_start.ipynb?content=0&token={address.group(1)}"
        with urllib.request.urlopen(listing, timeout=30) as answer:
            assert json.load(answer)["type"] == "notebook"
        lab.send_signal(signal.SIGINT)
        lab.send_signal(signal.SIGINT)  # the second says: yes, stop
        lab.communicate(timeout=30)
    finally:
        lab.kill()
        lab.wait()


def test_the_machines_own_jupyter_settings_are_read_before_they_hinder(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    settings = tmp_path / "jupyter_server_config.py"
    settings.write_text('c.ServerApp.certfile = "/nowhere/cert.pem"\n')
    password, wrong = launch.own_settings()
    assert not password and "/nowhere/cert.pem under ServerApp.certfile" in wrong[0] and str(tmp_path) in wrong[1]
    settings.write_text('c.PasswordIdentityProvider.hashed_password = "argon2:something"\n')
    assert launch.own_settings() == (True, [])
    settings.unlink()
    assert launch.own_settings() == (False, [])
