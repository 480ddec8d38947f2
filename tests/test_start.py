"""start.py: what it says when something hinders, and that it can be run again and again."""

import ast
import errno
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and bin/ as on Linux and macOS")


def words(start, function, *arguments, **named) -> str:
    """What a function says when it stops."""
    with pytest.raises(start.Stop) as stop:
        function(*arguments, **named)
    return str(stop.value)


# --- it starts everywhere ---------------------------------------------------------------------------------------------


def test_it_parses_under_python_3_6_and_needs_the_standard_library_only():
    tree = ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            imported.add(node.module.split(".")[0])
    assert imported <= set(sys.stdlib_module_names), (
        f"not in the standard library: {imported - sys.stdlib_module_names}"
    )


def test_an_older_python_is_told_which_one_is_needed():
    tried = 0
    for minor in (6, 7, 8, 9, 10):
        old = shutil.which(f"python3.{minor}")
        if old is None or subprocess.run([old, "-c", ""], capture_output=True).returncode:
            continue
        done = subprocess.run([old, str(ROOT / "start.py")], capture_output=True, text=True)
        assert done.returncode == 1, f"Python 3.{minor} ended with {done.returncode}"
        assert f"This is Python 3.{minor}" in done.stdout and "3.11, 3.12, 3.13 or 3.14" in done.stdout
        assert "Traceback" not in done.stderr
        tried += 1
    if not tried:
        pytest.skip("no Python 3.6 to 3.10 on this machine")


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 15, 0), (2, 7, 18)])
def test_a_wrong_python_is_named(start, version):
    said = words(start, start.check_python, version, "CPython", False)
    assert f"{version[0]}.{version[1]}" in said and "3.11, 3.12, 3.13 or 3.14" in said


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_the_right_pythons_pass(start, minor):
    assert start.check_python((3, minor, 1), "CPython", False) is None


def test_pypy_and_the_free_threaded_build_are_named(start):
    assert "PyPy" in words(start, start.check_python, (3, 12, 1), "PyPy", False)
    assert "free-threaded" in words(start, start.check_python, (3, 13, 1), "CPython", True)


GLIBC = ("glibc", "2.36")


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (("Darwin", "x86_64", "macosx-13-x86_64", 64, ("", ""), False), "Intel processor"),
        (("Darwin", "x86_64", "macosx-13-x86_64", 64, ("", ""), True), "Apple chip"),
        (("Windows", "x86", "win32", 32, ("", ""), False), "32-bit"),
        (("Windows", "ARM64", "win-arm64", 64, ("", ""), False), "win-arm64"),
        (("Linux", "x86_64", "linux-x86_64", 64, ("musl", "1.2"), False), "musl"),
        (("Linux", "riscv64", "linux-riscv64", 64, GLIBC, False), "riscv64"),
        (("Linux", "armv7l", "linux-armv7l", 32, GLIBC, False), "32-bit"),
        (("FreeBSD", "amd64", "freebsd-14", 64, ("", ""), False), "FreeBSD"),
    ],
)
def test_a_machine_without_a_pytorch_build_is_named(start, machine, expected):
    assert expected in words(start, start.check_machine, *machine)


@pytest.mark.parametrize(
    "machine",
    [
        ("Darwin", "arm64", "macosx-14-arm64", 64, ("", ""), False),
        ("Windows", "AMD64", "win-amd64", 64, ("", ""), False),
        ("Linux", "x86_64", "linux-x86_64", 64, GLIBC, False),
        ("Linux", "aarch64", "linux-aarch64", 64, GLIBC, False),
    ],
)
def test_the_usual_machines_pass(start, machine):
    assert start.check_machine(*machine) is None


# --- what may hinder --------------------------------------------------------------------------------------------------


def test_a_python_without_venv_names_debians_package(start, monkeypatch):
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    said = words(start, start.check_venv_module)
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    assert f"sudo apt install {package}" in said and "ensurepip" in said


def test_a_venv_that_fails_for_ensurepip_names_debians_package_too(start, monkeypatch, tmp_path):
    failed = SimpleNamespace(
        returncode=1, stdout=b"The virtual environment was not created: ensurepip is not available"
    )
    monkeypatch.setattr(start.subprocess, "run", lambda *a, **k: failed)
    assert "sudo apt install python" in words(start, start.make_venv, tmp_path)


def test_too_little_room_says_how_much_is_needed_and_free(start, monkeypatch, tmp_path):
    monkeypatch.setattr(start.shutil, "disk_usage", lambda path: SimpleNamespace(free=1.2e9))
    said = words(start, start.check_disk, tmp_path, 3.0)
    assert "needs 3 GB" in said and "1.2 GB are free" in said
    assert start.check_disk(tmp_path, 1.0) is None


@pytest.mark.parametrize(("number", "expected"), [(errno.EACCES, "home folder"), (errno.ENOSPC, "room on the disk")])
def test_a_folder_that_cannot_be_written_is_named(start, monkeypatch, tmp_path, number, expected):
    def refuse(*arguments):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(start.os, "open", refuse)
    said = words(start, start.check_writable, tmp_path)
    assert expected in said and str(tmp_path) in said


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "needs 3 GB"),
        ("WARNING: Retrying ... NewConnectionError('<pip>: Failed to establish a new connection: [Errno -2] Name or "
         "service not known')\nERROR: No matching distribution found for setuptools>=70", "network did not answer"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] ...", "certificate"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: 'x'", "make sure that"),
        ("OSError: [WinError 32] The file cannot be accessed: it is being used by another process", "close JupyterLab"),
        ("HINT: This error might have occurred since this system does not have Windows Long Path support enabled.",
         "too long"),
        ("ERROR: No matching distribution found for torch<=2.13.0,>=2.6", "no build of torch"),
        ("something that nobody foresaw", "run this again"),
    ],
)  # fmt: skip
def test_pips_failures_are_put_in_words(start, tmp_path, output, expected):
    said = start.explain(output, tmp_path)
    assert expected.lower() in said.lower()
    assert output.splitlines()[-1] in said, "the last line of what pip said must be seen"


def test_an_index_that_does_not_answer_is_unreachable(start):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert start.reachable(f"http://127.0.0.1:{port}") is False


def stub_pip(start, monkeypatch, *answers):
    """Replaces pip: the answers (code, output) in turn; returns the list of calls' arguments."""
    calls, answers = [], list(answers)
    monkeypatch.setattr(start, "pip", lambda root, python, arguments: calls.append(arguments) or answers.pop(0))
    monkeypatch.setattr(start.platform, "system", lambda: "Linux")
    return calls


def test_linux_without_a_gpu_takes_pytorchs_small_build(start, monkeypatch):
    calls = stub_pip(start, monkeypatch, (0, ""))
    monkeypatch.setattr(start, "has_nvidia", lambda: False)
    monkeypatch.setattr(start, "reachable", lambda url: True)
    start.torch_first(ROOT, "python")
    assert len(calls) == 1
    assert calls[0][0].startswith("torch>=") and calls[0][1:] == ["--index-url", start.CPU_INDEX]


def test_an_unreachable_index_of_small_builds_is_said_with_the_size(start, monkeypatch, capsys):
    calls = stub_pip(start, monkeypatch)
    monkeypatch.setattr(start, "has_nvidia", lambda: False)
    monkeypatch.setattr(start, "reachable", lambda url: False)
    start.torch_first(ROOT, "python")
    assert calls == []
    assert "3 GB" in capsys.readouterr().out


def test_a_machine_with_a_gpu_needs_more_room(start, monkeypatch):
    calls = stub_pip(start, monkeypatch)
    monkeypatch.setattr(start, "has_nvidia", lambda: True)
    monkeypatch.setattr(start.shutil, "disk_usage", lambda path: SimpleNamespace(free=4e9))
    assert "needs 10 GB" in words(start, start.torch_first, ROOT, "python")
    assert calls == []


def test_a_network_failure_at_the_small_build_does_not_fall_back_to_gigabytes(start, monkeypatch):
    stub_pip(start, monkeypatch, (1, "ReadTimeoutError"))
    monkeypatch.setattr(start, "has_nvidia", lambda: False)
    monkeypatch.setattr(start, "reachable", lambda url: True)
    assert "network did not answer" in words(start, start.torch_first, ROOT, "python")


def test_windows_has_scripts_where_others_have_bin(start, monkeypatch):
    place = Path("course")
    monkeypatch.setattr(start.os, "name", "nt")
    assert start.venv_python(place).as_posix() == "course/.venv/Scripts/python.exe"
    monkeypatch.setattr(start.os, "name", "posix")
    assert start.venv_python(place).as_posix() == "course/.venv/bin/python"


# --- the whole way, with a stubbed pip --------------------------------------------------------------------------------

STUB_PIP = """
import os, pathlib, signal, sys, sysconfig
if __name__ == "__main__":
    with open(os.environ["STUB_LOG"], "a") as log:
        log.write(" ".join(sys.argv[1:]) + "\\n")
        if os.environ.get("PIP_TARGET") or os.environ.get("PIP_USER"):
            log.write("pip settings %s %s\\n" % (os.environ.get("PIP_USER"), os.environ.get("PIP_TARGET")))
    print(os.environ.get("STUB_SAYS", ""))
    if os.environ.get("STUB_INTERRUPT"):
        os.kill(os.getppid(), signal.SIGINT)
        signal.pause()
    here = pathlib.Path(sysconfig.get_path("purelib"))
    if sys.argv[1] == "download":  # by whichever Python there is, and into a folder: nothing to install
        sys.exit(0)
    (here / "stub.pth").write_text(os.environ["STUB_PACKAGES"] + "\\n" + os.getcwd())
    sys.exit(int(os.environ.get("STUB_CODE", "0")))
"""

STUB_LAB = """
import os, signal, sys
if __name__ == "__main__":
    if os.environ.get("STUB_LAB_WAITS"):
        signal.signal(signal.SIGINT, lambda *_: (os.write(1, b"lab: stops\\n"), os._exit(0)))
    print("lab:", *sys.argv[1:], flush=True)
    if os.environ.get("STUB_LAB_WAITS"):
        signal.pause()
    sys.exit(int(os.environ.get("STUB_LAB_CODE", "0")))
"""


STUB_DOCTOR = """
import importlib.util, os, sys
quiet = "--packages" in sys.argv
lost = importlib.util.find_spec("anywidget") is None
print("anywidget is missing" if quiet and lost else " ".join(["doctor ran", *sys.argv[1:]]))
sys.exit(int(lost) if quiet else int(os.environ.get("STUB_DOCTOR", "0")))
"""


class Clone:
    """A copy of the course in which pip, the packages, the doctor and JupyterLab are stand-ins."""

    def __init__(self, folder: Path):
        self.root = folder / "a course"  # with a space, as folders of learners have
        self.log = folder / "pip.log"
        self.stubs = folder / "stubs"
        for path, text in {
            folder / "stub_pip.py": STUB_PIP,
            folder / "stubs" / "jupyterlab.py": STUB_LAB,
            folder / "stubs" / "jupyter_core" / "paths.py": "jupyter_config_path = list",
            self.root / "unmasked" / "__init__.py": "",
            self.root / "unmasked" / "course" / "__init__.py": "",
            self.root / "unmasked" / "course" / "doctor.py": STUB_DOCTOR,
            self.root / "notebooks" / "00_start.ipynb": "{}",
        }.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for name in ("numpy", "cv2", "torch", "skimage", "sklearn", "matplotlib", "ipywidgets", "anywidget"):
            (folder / "stubs" / f"{name}.py").write_text("")
        (folder / "stubs" / "torch-2.13.0.dist-info").mkdir()
        (folder / "stubs" / "torch-2.13.0.dist-info" / "METADATA").write_text("Name: torch\nVersion: 2.13.0\n")
        modules = ("paths.py", "course/commands.py", "course/workspace.py", "course/launch.py")
        for name in ("start.py", "requirements.txt", "pyproject.toml", *(f"unmasked/{module}" for module in modules)):
            shutil.copy(ROOT / name, self.root / name)
        script = self.root / "start.py"
        text = script.read_text()
        for called in ('"-m", "pip"', '"-c", PIP_FOR, json.dumps(there)'):
            assert text.count(called) == 1, "start.py calls pip in another way than this stand-in knows"
            text = text.replace(called, repr(str(folder / "stub_pip.py")))
        script.write_text(text)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))},
            "STUB_LOG": str(self.log),
            "STUB_PACKAGES": str(folder / "stubs"),
            # A machine with a GPU: then nothing is asked of the network.
            "PATH": str(folder / "tools") + os.pathsep + os.environ["PATH"],
        }
        tool = folder / "tools" / "nvidia-smi"
        tool.parent.mkdir()
        tool.write_text("#!/bin/sh\n")
        tool.chmod(0o755)

    def __call__(self, *arguments: str, code: int = 0, **environment: str) -> str:
        """Runs start.py from another folder; returns what it printed."""
        done = subprocess.run(
            [sys.executable, str(self.root / "start.py"), *arguments],
            cwd=self.root.parent,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == code, f"ended with {done.returncode}, wanted {code}:\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        return done.stdout

    def installs(self) -> int:
        """How often pip has installed so far."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return sum(not line.startswith("pip settings") for line in lines)


@POSIX
def test_the_whole_way_and_again_and_after_an_interruption(tmp_path):
    clone = Clone(tmp_path)
    venv = clone.root / ".venv"

    for command in (["doctor"], ["reset", "0"]):
        said = clone(*command, code=1)
        assert "not installed yet" in said and not venv.exists()

    # Ctrl-C while packages are installed: a calm line, and the next run goes on.
    said = clone("--no-browser", code=130, STUB_INTERRUPT="1")
    assert "Nothing is lost" in said and not (venv / "unmasked.json").exists()
    said = clone("--no-browser", "--port", "0", code=1)
    assert "between 1 and 65535" in said

    said = clone("--no-browser")
    assert "installation was not completed" in said and "doctor ran" in said
    assert "1 notebook copied" in said
    lab = re.search("lab: (.*)", said).group(1)
    assert "/lab/tree/work/00_start.ipynb" in lab and "--no-browser" in lab
    assert "JupyterLab is closed. Your work is in work/" in said
    assert list(venv.rglob("overrides.json")), "JupyterLab would ask for news"
    assert clone.installs() == 2

    said = clone("--no-browser")
    assert clone.installs() == 2, "nothing had changed, and yet pip ran again"
    assert "copied" not in said and "doctor ran --quick" in said and "lab:" in said

    # JupyterLab fails, or its port is taken: the exit code and the words come through.
    said = clone("--no-browser", code=3, STUB_LAB_CODE="3")
    assert "ended with exit code 3" in said and "start.py doctor" in said
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        said = clone("--no-browser", "--port", str(busy.getsockname()[1]), code=1)
    assert "is busy or not allowed" in said and "lab:" not in said

    # Ctrl-C goes to all three processes, and it is JupyterLab's to answer.
    process = subprocess.Popen(
        [sys.executable, str(clone.root / "start.py"), "--no-browser"],
        env={**clone.environment, "STUB_LAB_WAITS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said = ""
    while "lab:" not in said:
        line = process.stdout.readline()
        assert line, f"start.py ended before JupyterLab opened:\n{said}"
        said += line
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 0 and "Traceback" not in said, said
    assert "lab: stops" in said and "JupyterLab is closed. Your work is in work/" in said

    # A lesson begun anew: the copy is kept. No such lesson: words.
    (clone.root / "work" / "00_start.ipynb").write_text("my own work")
    assert "Your copy is kept as" in clone("reset", "0")
    (kept,) = (clone.root / "work" / "backups").iterdir()
    assert kept.read_text() == "my own work"
    assert "There is no lesson '9'. There is: 00" in clone("reset", "9", code=1)

    # The course asks for something else: pip runs once more.
    with (clone.root / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    said = clone("--no-browser")
    assert "other packages than before" in said and clone.installs() == 3

    # pip fails: the words of the failure, and no stamp that vouches for what isn't there.
    (venv / "unmasked.json").unlink()
    said = clone("--no-browser", code=1, STUB_CODE="1", STUB_SAYS="[Errno 28] No space left on device")
    assert "room on the disk" in said and not (venv / "unmasked.json").exists()

    # The doctor finds something that must be mended: the lab stays closed.
    said = clone("--no-browser", code=1, STUB_DOCTOR="1")
    assert "Mend what is marked" in said and "lab:" not in said


@POSIX
@pytest.mark.slow
def test_what_learners_machines_have_set_and_what_got_lost(tmp_path):
    clone = Clone(tmp_path)

    # A file beside start.py that is called like a module of Python, PYTHONPATH with another numpy, pip's `user = true`.
    (clone.root / "random.py").write_text("raise SystemExit('random.py was taken for Python's own')")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "numpy.py").write_text("raise ImportError('a foreign numpy')")
    said = clone("--no-browser", PYTHONPATH=str(foreign), PIP_USER="1", PIP_TARGET=str(foreign))
    assert "PYTHONPATH is set on this machine; the course leaves it aside" in said and "lab:" in said
    assert clone.log.read_text().count("pip settings 0 None") == 1, clone.log.read_text()

    # One package is gone: the stamp says ready, yet the environment is completed.
    (clone.stubs / "anywidget.py").rename(clone.stubs / "anywidget_gone.py")
    assert "anywidget is missing" in clone("doctor", code=1)
    said = clone("--no-browser", code=1)
    assert "brought up to date: anywidget is missing" in said
    (clone.stubs / "anywidget_gone.py").rename(clone.stubs / "anywidget.py")
    assert "lab:" in clone("--no-browser")

    # A package is there and doesn't load: it's installed anew, once, and not asked for in a circle.
    installs = clone.installs()
    (clone.stubs / "cv2.py").write_text("raise ImportError('libGL.so.1')")
    said = clone("--no-browser", code=1, STUB_DOCTOR="1")
    assert "does not load. It is installed anew" in said and "libGL.so.1" in said
    assert clone.installs() == installs + 2, "once as it is, once in a new environment"


@POSIX
@pytest.mark.slow
def test_packages_on_a_stick_are_fetched_for_every_system_and_installed_without_a_network(tmp_path):
    clone, stick = Clone(tmp_path), tmp_path / "stick"
    assert "There are no packages in" in clone("--no-browser", "--from", str(stick), code=1)
    clone("bundle", str(stick), "--system", "windows", "macos", "--python", "3.12", "3.13")
    fetched = [line for line in clone.log.read_text().splitlines() if line.startswith("download")]
    assert len(fetched) == 4, "two systems and two Pythons"
    for words in ("--platform win_amd64", "--python-version 3.13", "--only-binary=:all:", "torch>=", "setuptools"):
        assert any(words in line for line in fetched), words
    assert "windows, macos; Python 3.12, 3.13" in (stick / "READ ME.txt").read_text()

    (stick / "numpy-2.0-py3-none-any.whl").write_text("")
    assert "lab:" in clone("--no-browser", "--from", str(stick))
    last = [line for line in clone.log.read_text().splitlines() if line.startswith("install")][-1]
    assert "--no-index --find-links" in last and str(stick) in last
    (clone.root / ".venv" / "unmasked.json").unlink()
    said = clone(
        "--from", str(stick), code=1, STUB_CODE="1", STUB_SAYS="ERROR: No matching distribution found for torch<=2.13.0"
    )
    assert "no build of torch" in said and "another system or Python" in said


@POSIX
def test_a_home_folder_that_cannot_be_written_costs_nothing(start, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    for name, _ in start.KEPT_AT_HOME:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UNMASKED_HOME", "/mine")
    variables = start.surroundings(tmp_path)
    assert variables["UNMASKED_HOME"] == "/mine", "what the learner has set counts"
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        assert variables[name].startswith(str(tmp_path / "work" / ".home")), name
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "IPYTHONDIR" not in start.surroundings(tmp_path), "a home that can be written is used"


@POSIX
def test_a_folder_with_a_colon_is_named(start):
    said = words(start, start.check_folder_name, Path("/home/me/week 3: faces"))
    assert "week 3: faces" in said and "Rename the folder" in said
    assert start.check_folder_name(Path("/home/me/week 3")) is None


@POSIX
@pytest.mark.slow
def test_an_environment_whose_python_is_gone_or_that_was_moved_is_made_anew(tmp_path):
    clone = Clone(tmp_path)
    venv = clone.root / ".venv"
    clone("--no-browser")
    (clone.root / "work" / "00_start.ipynb").write_text("my own work")
    for link in (venv / "bin").glob("python*"):
        link.unlink()
    assert "no longer runs" in clone("doctor", code=1)
    said = clone("--no-browser")
    assert "made anew" in said and "lab:" in said
    assert (clone.root / "work" / "00_start.ipynb").read_text() == "my own work"

    # The folder was moved: scripts inside an environment know their old place, so it is made anew.
    clone.root = clone.root.rename(tmp_path / "moved")
    said = clone("--no-browser")
    assert "moved or copied here" in said and "lab:" in said
    assert "as new" in clone("reset", "0")


def test_help_and_a_wrong_command():
    done = subprocess.run([sys.executable, str(ROOT / "start.py"), "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    for word in ("test", "doctor", "reset", "bundle", "--no-browser", "--port", "--from"):
        assert word in done.stdout
    done = subprocess.run([sys.executable, str(ROOT / "start.py"), "tset"], capture_output=True, text=True)
    assert done.returncode == 2 and "tset" in done.stderr
