"""Opens JupyterLab on the learner's notebooks: `python -m unmasked.course.launch`. Here alone stand its settings."""

import argparse
import errno
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from unmasked import paths
from unmasked.course.commands import Stop, exit_code, say
from unmasked.course.workspace import copy_notebooks

FIRST_PORT = 8888
# Without it the pictures of sliders wait up to 40 ms on their way to the browser: see course/server.py.
PROMPT_CONNECTION = "--ServerApp.kernel_websocket_connection_class=unmasked.course.server.PromptConnection"
SETTINGS = (
    PROMPT_CONNECTION,
    "--ServerApp.port_retries=0",  # the address must be the one that was named
    "--LabApp.log_level=ERROR",
    "--ServerApp.log_level=ERROR",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)
QUIET = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


def choose_port(wanted: int | None = None) -> int:
    """The port for JupyterLab: the wanted one (Stop if it is busy), else the first free one from 8888 on."""
    if wanted is not None:
        if not 1 <= wanted <= 65535:
            raise Stop(f"--port must be between 1 and 65535, and {wanted} came.")
        if not _is_free(wanted):
            raise Stop(f"Port {wanted} is busy or not allowed. Name another with --port, or leave --port away.")
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        if _is_free(port):
            if port != FIRST_PORT:
                say(f"Port {FIRST_PORT} is busy (another JupyterLab?), so this one uses {port}.")
            return port
    raise Stop(f"Ports {FIRST_PORT} to {FIRST_PORT + 99} are all busy. Name a free one with --port.")


def lab_command(root: Path, port: int, browser: bool = True) -> list[str]:
    """The command that opens JupyterLab on lesson 00, the whole course in its file list."""
    work = root / "work"
    first = (sorted(work.glob("00_*.ipynb")) or sorted(work.glob("[0-9][0-9]_*.ipynb")))[0]
    # -P: a learner's file in the course's folder must not pass for a module of Python.
    command = [sys.executable, "-P", "-m", "jupyterlab", f"--ServerApp.root_dir={root}", f"--ServerApp.port={port}"]
    command += [f"--LabApp.default_url=/lab/tree/work/{first.name}", *SETTINGS]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # containers run as root, and JupyterLab would refuse
    return command


def silence_news(root: Path, environment: Path) -> None:
    """Keeps the JupyterLab of the course's own environment from asking for news and looking for newer versions.

    Does nothing for an `environment` (`sys.prefix`) that doesn't lie in `root`: other work may use that one, too.
    """
    if environment.parent.resolve() != root.resolve():
        return
    overrides = environment / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    text = json.dumps(QUIET, indent=1)
    if not overrides.exists() or overrides.read_text(encoding="utf-8") != text:
        paths.write_aside(overrides, text.encode("utf-8"))


def own_settings() -> tuple[bool, list[str]]:
    """What the machine's own Jupyter settings mean for the course: (a password is asked for, words on what hinders).

    Files and folders that they name and that are gone would end JupyterLab with a long trace.
    """
    from jupyter_core.paths import jupyter_config_path

    folders = [Path(folder) for folder in jupyter_config_path()]
    if not any(folder.glob("jupyter_*config.[jp]*") for folder in folders if folder.is_dir()):
        return False, []  # the usual case, without seconds for the server's import
    from jupyter_server.serverapp import ServerApp

    settings, hashed = {}, ""
    for name in ("jupyter_server_config", "jupyter_lab_config"):
        app = ServerApp(config_file_name=name)
        app.load_config_file()
        settings |= {**app.config.get("NotebookApp", {}), **app.config.get("ServerApp", {})}
        hashed = app.config.get("PasswordIdentityProvider", {}).get("hashed_password") or hashed
    wrong = [
        f"Your own Jupyter settings name {settings[name]} under ServerApp.{name}, and it isn't there."
        for name in ("certfile", "keyfile", "client_ca", "preferred_dir")
        if isinstance(settings.get(name), str) and settings[name] and not Path(settings[name]).expanduser().exists()
    ]
    if wrong:
        wrong.append(f"Put it back or take the line out. Such settings lie in: {', '.join(map(str, folders))}")
    hashed = hashed or settings.get("password")
    return bool(hashed), wrong


def how_to_stop(windows: bool = os.name == "nt") -> str:
    """How JupyterLab is stopped, in words: on Windows it can't ask back."""
    return "to stop, press Ctrl-C here." if windows else "to stop, press Ctrl-C here, then y."


def open_lab(root: Path, port: int, browser: bool = True, password: bool = False) -> int:
    """Runs JupyterLab until it is closed; returns its exit code. `password`: it will ask for one."""
    say(f"\nJupyterLab opens on lesson 00. Keep this window; {how_to_stop()}")
    if password:  # it prints its address only where it has made a token for it
        say(f"Its address: http://localhost:{port}/lab   It asks for the password of your own Jupyter settings.")
    process = subprocess.Popen(lab_command(root, port, browser), cwd=root)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is JupyterLab's: it asks before it stops
    try:
        code = process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        say(f"JupyterLab ended with exit code {code}. python start.py doctor looks for the reason.")
    else:
        say("JupyterLab is closed. Your work is in work/. To go on: python start.py")
    return code


def launch(root: Path = paths.ROOT, port: int | None = None, browser: bool = True) -> int:
    """Copies the notebooks that aren't in work/ yet and runs JupyterLab on them; returns its exit code."""
    port = choose_port(port)
    password, wrong = own_settings()
    if wrong:
        raise Stop("\n".join(wrong))
    for line in copy_notebooks(root):
        say(line)
    silence_news(root, Path(sys.prefix))
    return open_lab(root, port, browser, password)


def _is_free(port: int) -> bool:
    """Whether a server could listen on this port of this machine."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                if os.name != "nt":  # there it would allow a second server on the same port
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES, getattr(errno, "WSAEADDRINUSE", -1)):
                return False  # any other error: this machine has no such family of addresses
    return True


def main(argv: list[str] | None = None) -> int:
    """The exit code: JupyterLab's own, 1 when something hinders, 130 after Ctrl-C before it has opened."""
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.course.launch",
        description="Copies the notebooks into work/, where they aren't there yet, and opens JupyterLab on lesson 00.",
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser; the address is printed")
    parser.add_argument("--port", type=int, help="JupyterLab's port (without it: the first free one from 8888 on)")
    options = parser.parse_args(argv)
    return exit_code(lambda: launch(port=options.port, browser=not options.no_browser))


if __name__ == "__main__":
    sys.exit(main())
