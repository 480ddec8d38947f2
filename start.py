"""Opens the course: `python start.py`. Tests it: `python start.py test`. Standard library only.

It must start under any Python from 3.6 on, to say in words which one it needs: no newer syntax at parse time.
"""

import sys

if __name__ == "__main__" and not getattr(sys.flags, "safe_path", False):
    del sys.path[0]  # this folder: a learner's random.py beside this file must not pass for Python's own

import argparse
import contextlib
import errno
import glob
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sysconfig
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST, NEWEST = (3, 11), (3, 14)
# PyTorch's own index of builds without GPU code, as its installation page gives it: 0.2 GB instead of 3.
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
NEEDED_GB = {"small": 3.0, "large": 10.0}  # measured: .venv, pip's cache and its temporary files together, rounded up
LONGEST_INSIDE = 195  # characters of the longest path that the packages bring, from .venv on: measured, rounded up
IMPORTS = "numpy, cv2, torch, skimage, sklearn, matplotlib, ipywidgets, anywidget, jupyterlab, unmasked"
NOT_INSTALLED = "The course is not installed yet. To install and open it: python start.py"


class Stop(Exception):
    """What hinders, and what to do about it, in words for the learner. Ends start.py with exit code 1."""


class Damaged(Stop):
    """The environment is damaged in a way that making it anew may mend."""


def say(text=""):
    """Prints a line at once, also on a console that lacks some of its characters."""
    try:
        print(text, flush=True)
    except UnicodeEncodeError:
        print(text.encode("ascii", "replace").decode("ascii"), flush=True)


# ---------------------------------------------------------------------------------------------- is this machine fit?


def check_python(version=None, implementation=None, without_gil=None):
    """Raises Stop unless this is CPython 3.11-3.14 in its usual build."""
    version = tuple(version or sys.version_info)[:2]
    implementation = implementation or platform.python_implementation()
    if without_gil is None:
        without_gil = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    wanted = "The course needs Python 3.11, 3.12, 3.13 or 3.14 (the usual one, from python.org or your system)."
    other = "py -3.13 start.py" if os.name == "nt" else "python3.13 start.py"
    if not OLDEST <= version <= NEWEST:
        raise Stop(
            f"This is Python {version[0]}.{version[1]}. {wanted}\n"
            f"If you have one of these beside it, name it, for example: {other}"
        )
    if implementation != "CPython":
        raise Stop(f"This is {implementation}, which PyTorch has no build for. {wanted}")
    if without_gil:
        raise Stop("This is the free-threaded Python, which some packages have no build for yet. " + wanted)


def check_machine(system=None, machine=None, tag=None, bits=None, libc=None, translated=None):
    """Raises Stop if PyTorch has no build for this system, processor or C library."""
    system = system or platform.system()
    machine = (machine or platform.machine()).lower()
    tag = tag or sysconfig.get_platform()
    bits = bits or (64 if sys.maxsize > 2**32 else 32)
    libc = platform.libc_ver() if libc is None else libc
    if bits == 32:
        raise Stop("This is a 32-bit Python, which PyTorch has no build for. Install a 64-bit Python (3.11 to 3.14).")
    if system == "Darwin" and machine in ("x86_64", "i386"):
        if rosetta() if translated is None else translated:
            raise Stop(
                "Your Mac has an Apple chip, yet this Python is built for Intel, which PyTorch no longer has builds "
                "for.\nInstall the universal Python from python.org (3.11 to 3.14) and run this again with it."
            )
        raise Stop(
            "PyTorch has had no builds for Macs with an Intel processor since version 2.3, and the course needs 2.6.\n"
            "Another computer will do, or a server of your school: ask your instructor."
        )
    if system == "Windows" and tag != "win-amd64":
        raise Stop(
            f"This Python is built for {tag}, which not every package has a build for.\n"
            "Install the 64-bit Python for Intel/AMD from python.org: Windows on Arm runs it too."
        )
    if system == "Linux" and (libc[0] == "musl" or (libc[0] != "glibc" and glob.glob("/lib/ld-musl-*"))):
        raise Stop(
            "This Linux uses the musl C library (Alpine does), which PyTorch has no build for.\n"
            "Use a Linux with glibc: Debian, Ubuntu, Fedora and most others."
        )
    if system == "Linux" and machine not in ("x86_64", "amd64", "aarch64", "arm64"):
        raise Stop(f"PyTorch has no build for Linux on a {machine} processor, only for x86_64 and aarch64.")
    if system not in ("Linux", "Darwin", "Windows"):
        raise Stop(f"PyTorch has no build for {system}, only for Linux, macOS and Windows.")


def rosetta():
    """Whether this process is an Intel build that an Apple chip translates."""
    with contextlib.suppress(OSError):  # no sysctl: then nothing is translated here
        answer = subprocess.run(
            ["sysctl", "-n", "sysctl.proc_translated"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
        return answer.stdout.strip() == b"1"
    return False


def check_venv_module():
    """Raises Stop if Python came without `venv` or `ensurepip`, as it does on Debian and Ubuntu."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise Stop(venv_advice("This Python came without its module {}.".format(" and ".join(missing))))


def venv_advice(found):
    """What to do where no environment can be made: `found` says what was seen."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    return (
        f"{found} It is needed to make an environment for the course.\n"
        f"On Debian and Ubuntu: sudo apt install {package}   (or python3-venv)\n"
        "Elsewhere, install Python from python.org."
    )


def try_to_write(folder):
    """Makes and removes a file in a folder; raises OSError where that can't be done.

    Not by `tempfile`: on Windows some Pythons' tries names without end in a folder that is closed to them.
    """
    trial = os.path.join(str(folder), f".trial-{os.getpid()}-{time.time_ns()}")
    os.close(os.open(trial, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    os.unlink(trial)


def check_writable(root):
    """Raises Stop if no file can be made in the course's folder."""
    try:
        try_to_write(root)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Stop(no_space(root, NEEDED_GB["small"], 0.0)) from error
        raise Stop(
            f"No file can be written in the course's folder, {root} ({error.strerror or error}).\n"
            "Move the folder to a place of your own, such as your home folder, and run this again."
        ) from error


def check_folder_name(root):
    """Raises Stop if the path holds the character that separates paths, which no environment can be made under."""
    if os.pathsep in str(root):
        raise Stop(
            f"The course's folder is {root}, and there is a {os.pathsep!r} in that name. Python cannot make an "
            f"environment there.\nRename the folder so that the {os.pathsep!r} goes, and run this again."
        )


def check_path_length(root, windows=None, long_paths=None):
    """Raises Stop if this is a Windows that takes no long paths, and the packages' would get too long here."""
    windows = os.name == "nt" if windows is None else windows
    if not windows or len(str(root)) + 1 + LONGEST_INSIDE < 260:
        return
    if not (takes_long_paths() if long_paths is None else long_paths):
        raise Stop(
            f"The course's folder is {root}, {len(str(root))} characters, and the packages have long names "
            "themselves: Windows takes 259 in all.\nMove the folder closer to the top of the disk, such as "
            "C:\\unmasked, and run this again."
        )


def takes_long_paths():
    """Whether this Windows is set to take paths of more than 259 characters."""
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem") as key:
            return winreg.QueryValueEx(key, "LongPathsEnabled")[0] == 1
    except OSError:
        return False  # there is no such setting yet


def check_disk(root, needed):
    """Raises Stop if fewer than `needed` GB are free where the environment goes."""
    free = shutil.disk_usage(str(root)).free / 1e9
    if free < needed:
        raise Stop(no_space(root, needed, free))


def no_space(root, needed, free):
    """That the disk is full, how much is needed and how much is free (GB)."""
    return (
        f"There is not enough room on the disk: the installation needs {needed:.0f} GB, and {free:.1f} GB are free at "
        f"{root}.\nMake room, or move the course's folder to another disk, and run this again."
    )


def has_nvidia():
    """Whether this machine shows an NVIDIA GPU."""
    return shutil.which("nvidia-smi") is not None or os.path.exists("/proc/driver/nvidia")


def reachable(url, seconds=3.0):
    """Whether a web address answers within `seconds`."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url + "/", method="HEAD"), timeout=seconds):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, ValueError):  # no route, no name, too slow, or a proxy setting that is no address
        return False


# ------------------------------------------------------------------------------------------------- the environment


def venv_python(root):
    """The environment's Python: bin/python, on Windows Scripts/python.exe."""
    return root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def surroundings(root):
    """The environment variables for all that start.py starts.

    PYTHONPATH and its like would put other packages before the course's own. Where the home folder can't be written
    (on some school machines), what Jupyter and the course keep there goes into work/.home instead.
    """
    variables = {name: value for name, value in os.environ.items() if name not in SET_ASIDE}
    variables["PYTHONUTF8"] = "1"
    if not home_is_writable():
        for name, folder in KEPT_AT_HOME:
            variables.setdefault(name, str(root / "work" / ".home" / folder))
    return variables


SET_ASIDE = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")
KEPT_AT_HOME = (
    ("UNMASKED_HOME", "unmasked"),
    ("JUPYTER_CONFIG_DIR", "jupyter/config"),
    ("JUPYTER_DATA_DIR", "jupyter/data"),
    ("JUPYTER_RUNTIME_DIR", "jupyter/runtime"),
    ("JUPYTERLAB_SETTINGS_DIR", "jupyter/lab/settings"),
    ("JUPYTERLAB_WORKSPACES_DIR", "jupyter/lab/workspaces"),
    ("IPYTHONDIR", "ipython"),
    ("MPLCONFIGDIR", "matplotlib"),
)


def home_is_writable():
    """Whether a file can be made in the home folder."""
    try:
        try_to_write(os.path.expanduser("~"))
        return True
    except OSError:
        return False


def say_what_is_set_aside():
    """Says which settings of this machine the course leaves aside, and what it does instead."""
    named = [name for name in SET_ASIDE if os.environ.get(name)]
    if named:
        say("{} is set on this machine; the course leaves it aside.".format(" and ".join(named)))
    if not home_is_writable():
        say("Your home folder cannot be written, so what is usually kept there goes into work/.home.")


def ask(python, code, timeout=300):
    """Runs a line of Python; returns (exit code, what it printed). The exit code is None if it could not start."""
    return heard([str(python), "-c", code], timeout)


def heard(command, timeout=300):
    """Runs a command away from the course's folder; returns (exit code or None if it could not start, its words)."""
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
            env=surroundings(ROOT),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, str(error)
    return done.returncode, done.stdout.decode("utf-8", "replace").strip()


def stamp_path(root):
    return root / ".venv" / "unmasked.json"


def read_stamp(root):
    """What the last complete installation noted, {} if there is none."""
    try:
        return json.loads(stamp_path(root).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def fingerprint(root, python_version):
    """A hash of all that decides what is installed."""
    digest = hashlib.sha256(python_version.encode())
    for name in ("requirements.txt", "pyproject.toml"):
        digest.update((root / name).read_bytes().replace(b"\r\n", b"\n"))  # git on Windows changes line ends
    return digest.hexdigest()


def state(root, extras=False):
    """(state, words): missing, broken, moved, interrupted, changed or ready; words say why it isn't ready."""
    folder = root / ".venv"
    if not (folder.exists() or folder.is_symlink()):
        return "missing", ""
    code, version = ask(venv_python(root), "import sys; print('%d.%d.%d' % sys.version_info[:3])")
    if code != 0:
        return "broken", "its Python no longer runs (the Python that made it may have been removed or replaced)"
    try:
        check_python([int(part) for part in version.split(".")], "CPython", False)
    except Stop:
        return "broken", f"it was made by Python {version}, which the course cannot use"
    if ask(venv_python(root), "import pip")[0] != 0:
        return "broken", "it has no pip"
    stamp = read_stamp(root)
    if not stamp:
        return "interrupted", "its installation was not completed"
    if not is_same(stamp.get("root", ""), root):
        return "moved", "the folder was moved or copied here from {}".format(stamp.get("root"))
    if stamp.get("fingerprint") != fingerprint(root, version):
        return "changed", "the course asks for other packages than before"
    if extras and not stamp.get("extras"):
        return "changed", "the tests need some packages more"
    # A stamp can't know what was removed or replaced since.
    code, words = heard([str(venv_python(root)), "-P", "-m", "unmasked.course.doctor", "--packages"])
    if code != 0:
        return "changed", words.splitlines()[-1] if words else "its packages cannot be looked at"
    return "ready", ""


def is_same(noted, root):
    """Whether a noted path leads to this folder, also where letters' case or a link makes it another text."""
    try:
        return os.path.samefile(str(noted), str(root))
    except OSError:
        return False  # it is gone: the folder was moved


def remove_venv(root):
    """Removes the environment; raises Stop if it is in use."""
    folder = root / ".venv"
    if Path(sys.prefix).resolve() == folder.resolve() and not folder.is_symlink():
        raise Stop(
            "The environment must be made anew, and you are running from inside it.\n"
            "Leave it (deactivate, or open a new terminal) and run this again."
        )
    try:
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
        elif folder.exists():
            shutil.rmtree(str(folder))
    except OSError as error:
        raise Stop(
            f"The old environment could not be removed ({error}).\n"
            f"Close JupyterLab and whatever else uses {folder}, and run this again."
        ) from error


def make_venv(root):
    """Makes an empty `.venv`."""
    check_venv_module()
    say("Making an environment for the course in {}".format(root / ".venv"))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "venv", str(root / ".venv")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        env=surroundings(root),
    )
    if done.returncode:
        output = done.stdout.decode("utf-8", "replace").strip()
        if "ensurepip" in output:
            raise Stop(venv_advice(f"The environment could not be made: {output[-400:]}\n"))
        raise Stop(explain(output, root))


def prepare(root, extras=False, wheels=None):
    """Makes the environment complete; returns its Python. Idempotent.

    `extras`: with what the tests need; `wheels`: a folder made by `start.py bundle`, and no network is asked.
    """
    was, words = state(root, extras)
    if was == "ready":
        return venv_python(root)
    check_machine()
    check_folder_name(root)
    check_path_length(root)
    check_writable(root)
    whole = was in ("interrupted", "changed")
    if whole:
        say(f"The environment in .venv is brought up to date: {words}.")
        try:
            complete(root, extras, wheels)
        except Damaged as reason:
            say(f"That did not work, so the environment is made anew. What was said:\n{reason}\n")
            whole = False
    elif words:
        say(f"The environment in .venv cannot be used: {words}. It is made anew.")
    if not whole:
        remove_venv(root)
        check_disk(root, NEEDED_GB["small"])
        make_venv(root)
        complete(root, extras, wheels)
    say("Everything is installed.")
    return venv_python(root)


def complete(root, extras=False, wheels=None):
    """Installs into `.venv` all that is missing, sees that it loads, and stamps it."""
    install(root, extras, wheels)
    code, output = ask(venv_python(root), "import " + IMPORTS)
    if code != 0:
        last = "\n".join("    " + line for line in output.splitlines()[-2:])
        advice = (
            "Windows may lack a library: install the Microsoft Visual C++ Redistributable (x64) and restart."
            if os.name == "nt"
            else "Remove the folder .venv and run this again. If it stays so, show these lines to your instructor."
        )
        raise Damaged(f"The packages are installed, yet they do not load:\n{last}\n{advice}")
    write_stamp(root, extras)


def write_aside(path, data):
    """Writes bytes beside the file first, then renames: it is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".part")
    aside.write_bytes(data)
    os.replace(str(aside), str(path))


def write_stamp(root, extras):
    """Notes a complete installation."""
    version = ask(venv_python(root), "import sys; print('%d.%d.%d' % sys.version_info[:3])")[1]
    note = {"fingerprint": fingerprint(root, version), "root": str(root), "python": version, "extras": extras}
    write_aside(stamp_path(root), json.dumps(note).encode("utf-8"))


# ------------------------------------------------------------------------------------------------ the installation


def install(root, extras=False, wheels=None):
    """Installs requirements.txt into `.venv`, PyTorch first where its usual build would be the large one."""
    python = venv_python(root)
    with contextlib.suppress(FileNotFoundError):
        stamp_path(root).unlink()  # a stamp vouches for a complete installation, which this one isn't yet
    started = time.time()
    offline = [] if wheels is None else ["--no-index", "--find-links", str(wheels)]
    if wheels is None and ask(python, "import importlib.metadata as m; m.version('torch')")[0] != 0:
        check_disk(root, NEEDED_GB["small"])
        torch_first(root, python)
    say("Installing the course's packages. The first time this takes a few minutes.")
    extra = ["-e", ".[dev,class,cluster,book]"] if extras else []
    code, output = pip(root, python, [*offline, "-r", "requirements.txt", *extra])
    if code and wheels is not None and "No matching distribution" in output:
        raise Stop(explain(output, root) + f"\nThe folder {wheels} was perhaps bundled for another system or Python.")
    if code:
        words = explain(output, root)
        raise Damaged(words) if FAILURES[-1][1] in words else Stop(words)
    say(f"That took {time.time() - started:.0f} s.")


def torch_first(root, python):
    """On Linux without an NVIDIA GPU: installs PyTorch's build without GPU code, which is a tenth of the size."""
    if platform.system() != "Linux":
        return  # elsewhere pip's usual build is the small one
    if has_nvidia():
        say("This machine has an NVIDIA GPU: PyTorch comes with its GPU code, about 3 GB to download.")
        check_disk(root, NEEDED_GB["large"])
        return
    if reachable(CPU_INDEX):
        say("This machine has no NVIDIA GPU: PyTorch comes from its own index of small builds, about 0.2 GB.")
        code, output = pip(root, python, [torch_range(root), "--index-url", CPU_INDEX])
        if code == 0:
            return
        if "No matching distribution" not in output:
            raise Stop(explain(output, root))
    say("PyTorch's own index of small builds cannot be used here, so PyTorch comes from where pip gets everything.")
    say("Unless your pip is set up with a source of small builds, that is about 3 GB to download and 7 GB on disk.")


def torch_range(root):
    """The requirement for torch, as pyproject.toml states it."""
    found = re.search(r'"(torch[^"]*)"', (root / "pyproject.toml").read_text(encoding="utf-8"))
    if not found:
        raise Stop("pyproject.toml names no torch: it is damaged. Get a fresh copy of the course.")
    return found.group(1)


# pip's --platform chooses among files and asks conditions ("colorama; sys_platform == 'win32'") of this machine alone.
PIP_FOR = """
import json, runpy, sys
from pip._vendor.packaging import markers
there = dict(markers.default_environment(), **json.loads(sys.argv.pop(1)))
markers.default_environment = lambda: dict(there)
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


def pip(root, python, arguments, action="install", there=None):
    """Runs `pip install` or another action, shows what is downloaded; returns (exit code, all that it printed).

    `there`: what requirements' conditions are asked of, where it is another machine, such as {"sys_platform": "win32"}.
    """
    program = ["-m", "pip"] if there is None else ["-c", PIP_FOR, json.dumps(there)]
    command = [str(python), *program, action, "--disable-pip-version-check", "--no-input", *list(arguments)]
    variables = dict(surroundings(root), PYTHONUNBUFFERED="1", PIP_USER="0")  # `user = true` can't be had in here
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"):
        variables.pop(name, None)
    lines = []
    still = threading.Event()
    started = time.time()

    def reassure():
        while not still.wait(30):
            say(f"  ... still at it ({time.time() - started:.0f} s)")

    process = subprocess.Popen(command, cwd=str(root), env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    threading.Thread(target=reassure, daemon=True).start()
    try:
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace").rstrip()
            lines.append(line)
            if re.match(r"\s*(Downloading|Using cached) .*\((\d{2,}(\.\d+)?) [MG]B\)", line):
                say("  " + line.strip())
            elif line.startswith("Installing collected packages"):
                say("  Unpacking {} packages".format(line.count(",") + 1))
        code = process.wait()
    finally:
        still.set()
        if process.poll() is None:
            process.terminate()
            process.wait()
    if action == "install":
        write_aside(root / ".venv" / "install.log", "\n".join(lines).encode("utf-8"))
    return code, "\n".join(lines)


# What pip says when it fails -> what it means and what to do. The first that fits counts.
FAILURES = (
    (r"No space left|Errno 28\b|not enough space|WinError 112\b|Disk quota exceeded", "{no_space}"),
    (
        r"WinError 206\b|enable-long-paths|long path",
        "Windows refused a path that is too long. Move the course's folder closer to the top of the disk, such as "
        "C:\\unmasked, and run this again.",
    ),
    (
        r"WinError 32\b|being used by another process",
        "Windows refused to change a file that is in use. Close JupyterLab and run this again.",
    ),
    (
        r"Permission denied|Errno 13\b|WinError 5\b|Access is denied|Read-only file system",
        "A file could not be written. Make sure that {root} is yours, that JupyterLab is closed, and run this again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|SSLError",
        "The network answered with a certificate that Python does not trust. A school's or company's proxy does this.\n"
        "Try another network, or ask whoever runs this one how to set up pip.",
    ),
    (
        r"NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|name resolution|getaddrinfo failed|"
        r"Failed to establish a new connection|Network is unreachable|Connection (?:reset|refused|aborted)|"
        r"Name or service not known|nodename nor servname|IncompleteRead|RemoteDisconnected|No address associated",
        "The network did not answer while packages were fetched. The installation needs it this once; the course "
        "itself then runs without.\nCheck your connection and run this again: what was fetched is kept.",
    ),
    (
        r"No matching distribution found for (?P<package>[\w.-]+)",
        "There is no build of {package} for this Python on this machine ({machine}).\n"
        "Update the system, or try another Python between 3.11 and 3.14.",
    ),
    (
        r"",
        "The installation failed. Run this again; if it fails again, show these lines to your instructor.",
    ),
)


def explain(output, root):
    """pip's failure in words that say what to do."""
    found, words = next(
        (found, words) for found, words in ((re.search(p, output, re.I), w) for p, w in FAILURES) if found
    )
    words = words.format(
        root=root,
        machine="{}, Python {}.{}".format(sysconfig.get_platform(), *sys.version_info[:2]),
        no_space=no_space(root, NEEDED_GB["small"], shutil.disk_usage(str(root)).free / 1e9),
        package=found.groupdict().get("package", ""),
    )
    last = "\n".join("    " + line for line in output.splitlines()[-5:])
    return f"{words}\nThe last lines of what was said (all of it: .venv/install.log):\n{last}"


# ----------------------------------------------------------------------------------- a stick for machines offline

SYSTEMS = {
    "windows": ["win_amd64"],
    "macos": ["macosx_11_0_arm64", "macosx_12_0_arm64", "macosx_13_0_arm64", "macosx_14_0_arm64"],
    "linux": ["manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_24_x86_64", "manylinux_2_28_x86_64"],
}
CONDITIONS = {
    "windows": {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64"},
    "macos": {"os_name": "posix", "sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"},
    "linux": {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
}
LABEL = """The packages of the course "Unmasked", for machines without a network.
For: {systems}; Python {pythons}.

Copy this folder and the course's folder to the machine. There, in the course's folder:

    python start.py --from PATH_OF_THIS_FOLDER
"""


def bundle(root, folder, systems=None, pythons=None):
    """`start.py bundle`: fetches all packages into a folder, for every system and Python that is named."""
    import tomllib

    systems, pythons = systems or list(SYSTEMS), pythons or ["{}.{}".format(*sys.version_info[:2])]
    python = venv_python(root) if venv_python(root).exists() else Path(sys.executable)
    if ask(python, "import pip")[0] != 0:
        raise Stop("This Python has no pip to fetch packages with. Open the course here first: python start.py")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["build-system"]["requires"]
    folder.mkdir(parents=True, exist_ok=True)
    check_writable(folder)
    for system in systems:
        for version in pythons:
            say(f"Fetching the packages for {system}, Python {version}.")
            tags = [part for tag in SYSTEMS[system] for part in ("--platform", tag)]
            target = ["-d", str(folder), "--only-binary=:all:", "--implementation", "cp", "--python-version", version]
            there = dict(CONDITIONS[system], python_version=version, python_full_version=version + ".0")
            if system == "linux" and reachable(CPU_INDEX):  # elsewhere the usual build is the small one
                small = [*target, *tags, "--no-deps", "--index-url", CPU_INDEX, torch_range(root)]
                fetch(root, python, small, there)
            fetch(root, python, [*target, *tags, "--find-links", str(folder), *wanted], there)
    label = LABEL.format(systems=", ".join(systems), pythons=", ".join(pythons))
    write_aside(folder / "READ ME.txt", label.encode("utf-8"))
    size = sum(path.stat().st_size for path in folder.glob("*")) / 1e9
    say(f"{folder} holds {size:.1f} GB. On a machine without a network: python start.py --from {folder}")
    return 0


def fetch(root, python, arguments, there):
    """Runs `pip download` for another machine; raises Stop in words where it fails."""
    code, output = pip(root, python, arguments, action="download", there=there)
    if code:
        raise Stop(explain(output, root))


def wheels_in(folder):
    """The folder, if packages lie in it; raises Stop if not."""
    folder = Path(folder).resolve()
    if not list(folder.glob("*.whl")):
        raise Stop(
            f"There are no packages in {folder}. Where there is a network, fetch them: python start.py bundle DIR"
        )
    return folder


# ------------------------------------------------------------------- what the library does once it is installed


def open_course(root, port=None, browser=True, wheels=None):
    """Environment, doctor, then notebooks and JupyterLab."""
    if port is not None and not 1 <= port <= 65535:  # said before minutes of installation; launch looks at the rest
        raise Stop(f"--port must be between 1 and 65535, and {port} came.")
    check_folder_name(root)
    check_writable(root)
    say_what_is_set_aside()
    before = read_stamp(root)
    python = prepare(root, wheels=wheels)
    if doctor(root, python, quick=read_stamp(root) == before):  # its probes only where something is new
        if ask(python, "import " + IMPORTS)[0] == 0:
            raise Stop("Mend what is marked above, then run this again.")
        say("\nA package is there and does not load. It is installed anew.")
        stamp_path(root).unlink()
        python = prepare(root, wheels=wheels)
        if doctor(root, python):
            raise Stop("Mend what is marked above, then run this again.")
    options = ([] if port is None else ["--port", str(port)]) + ([] if browser else ["--no-browser"])
    return run_module(root, python, "unmasked.course.launch", options)


def reset(root, lesson):
    """`start.py reset`: begins a lesson anew; returns the exit code."""
    was, words = state(root)
    if was == "missing":
        raise Stop(NOT_INSTALLED)
    if was == "broken" or ask(venv_python(root), "import unmasked.course")[0] != 0:
        words = words or "the course's library does not load"
        raise Stop(f"The environment in .venv needs mending: {words}. To mend it: python start.py")
    return run_module(root, venv_python(root), "unmasked.course.workspace", ["reset", lesson])


def run_module(root, python, module, options):
    """Runs a module of the library, which answers Ctrl-C itself; returns its exit code."""
    process = subprocess.Popen([str(python), "-P", "-m", module, *options], cwd=str(root), env=surroundings(root))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def doctor(root, python, quick=False):
    """Runs the doctor, `quick` without its two probes; returns its exit code."""
    command = [str(python), "-P", "-m", "unmasked.course.doctor"] + (["--quick"] if quick else [])
    return subprocess.call(command, cwd=str(root), env=surroundings(root))


def examine(root):
    """`start.py doctor`: the state of the environment in words, then the doctor if it can run."""
    was, words = state(root)
    if was == "missing":
        raise Stop(NOT_INSTALLED)
    if was != "ready":
        say(f"The environment in .venv needs mending: {words}. To mend it: python start.py\n")
    if was == "broken":
        return 1
    return doctor(root, venv_python(root)) or int(was != "ready")


# ------------------------------------------------------------------------------------------------------- the tests


def test(root, fast=False):
    """Installs what the tests need and runs them; returns the exit code of tests/run.py."""
    python = prepare(root, extras=True)
    command = [str(python), str(root / "tests" / "run.py")] + (["--fast"] if fast else [])
    return subprocess.call(command, cwd=str(root), env=surroundings(root))


# ------------------------------------------------------------------------------------------------------------- main


def arguments(argv=None):
    """The command line."""
    parser = argparse.ArgumentParser(prog="start.py", description="Sets the course up and opens it.")
    parser.add_argument("--no-browser", action="store_true", help="open no browser; the address is printed")
    parser.add_argument("--port", type=int, help="JupyterLab's port (without it: the first free one from 8888 on)")
    parser.add_argument("--from", dest="wheels", metavar="DIR", help="install from a folder made by bundle; no network")
    commands = parser.add_subparsers(dest="command", metavar="command")
    tests = commands.add_parser("test", help="run the tests")
    tests.add_argument("--fast", action="store_true", help="leave out the slow ones and the browser")
    commands.add_parser("doctor", help="look whether this machine is ready, and say what to mend")
    again = commands.add_parser("reset", help="begin a lesson anew; your copy is kept")
    again.add_argument("lesson", help="its number, such as 04")
    stick = commands.add_parser("bundle", help="fetch all packages into a folder, for machines without a network")
    stick.add_argument("folder", metavar="DIR", type=Path)
    stick.add_argument("--system", nargs="+", choices=list(SYSTEMS), help="without it: all three")
    stick.add_argument("--python", nargs="+", metavar="3.12", help="without it: the version of this Python")
    return parser.parse_args(argv)


def main(argv=None):
    """Returns the exit code: 0 well, 1 something hinders (said in words), 2 a wrong command line, 130 Ctrl-C."""
    try:
        options = arguments(argv)
        check_python()
        if options.command == "test":
            return test(ROOT, options.fast)
        if options.command == "doctor":
            return examine(ROOT)
        if options.command == "reset":
            return reset(ROOT, options.lesson)
        if options.command == "bundle":
            return bundle(ROOT, options.folder, options.system, options.python)
        wheels = None if options.wheels is None else wheels_in(options.wheels)
        return open_course(ROOT, options.port, not options.no_browser, wheels)
    except Stop as reason:
        say(f"\n{reason}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Nothing is lost: run the same command again and it goes on from here.")
        return 130
    except OSError as error:
        if error.errno == errno.ENOSPC:
            say("\n" + no_space(ROOT, NEEDED_GB["small"], shutil.disk_usage(str(ROOT)).free / 1e9))
            return 1
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            say(f"\nThis file or folder may not be changed: {error.filename} ({error.strerror}).")
            say("Make sure that the course's folder is yours, and run this again.")
            return 1
        raise


if __name__ == "__main__":
    sys.exit(main())
