"""The fast tests under other Pythons: `python tests/pythons.py python3.12 debian:testing`. Not part of `start.py test`.

Each Python gets a fresh clone of what is committed, makes the course's environment in it, as a learner's would, and
runs `start.py test --fast`. `debian:SUITE` is the Python of a Debian (trixie has 3.13, testing a newer one) in a folder
of its own: that wants Linux, root, and the packages mmdebstrap and util-linux. Wants git and a network. The last line
says which passed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEBIAN = "debian:"
# In namespaces of its own, so that nothing stays mounted, whatever happens. $1: the Debian, $2: the clone, $3: pip's
# cache (PyTorch with its GPU code is 3 GB). The certificates are this machine's: its network may want its own.
INSIDE = """
set -e
debian=$1 clone=$2 cache=$3
shift 3
mkdir -p "$debian/course" "$debian/root/.cache/pip" "$cache"
mount -t proc proc "$debian/proc"
mount --rbind /dev "$debian/dev"
mount --bind "$clone" "$debian/course"
mount --bind "$cache" "$debian/root/.cache/pip"
mount --bind /etc/ssl/certs "$debian/etc/ssl/certs"
exec chroot "$debian" env HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c 'cd /course; "$@"' sh "$@"
"""
TESTS = ("start.py", "test", "--fast")


def passes(python: str, folder: Path) -> bool:
    """Whether the fast tests pass in a fresh clone under this Python."""
    clone = folder / "course"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    print(f"\n== {python}", flush=True)
    if python.startswith(DEBIAN):
        code = in_debian(python.removeprefix(DEBIAN), clone, folder / "debian", ["python3", *TESTS])
    else:
        code = subprocess.call([python, str(clone / TESTS[0]), *TESTS[1:]])
    return code == 0


def in_debian(suite: str, clone: Path, folder: Path, command: list[str]) -> int:
    """Lays a small Debian out in `folder` and runs a command in it, from a clone of the course; returns its exit code.

    Raises CalledProcessError where the Debian can't be laid out.
    """
    packages = "--include=python3,python3-venv,git,ca-certificates"
    late = '--aptopt=Acquire::Check-Valid-Until "false"'  # a mirror may be a snapshot
    subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", packages, late, suite, str(folder), *mirror()], check=True
    )
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "pip"
    apart = ["unshare", "--mount", "--pid", "--fork", "sh", "-c", INSIDE, "sh"]
    return subprocess.call([*apart, str(folder), str(clone), str(cache), *command], cwd=folder)


def mirror() -> list[str]:
    """The mirror that this machine's apt uses for Debian; empty, for the usual one, where it uses none."""
    asked = ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", "Label: Debian"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()[:1]


def main() -> int:
    """The exit code: 0 where all pass."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pythons", nargs="+", metavar="PYTHON", help="a command, such as python3.13, or debian:SUITE")
    asked = parser.parse_args()
    wanted = {name for python in asked.pythons for name in needs(python)}
    lost = sorted(name for name in wanted if shutil.which(name) is None)
    if lost:
        parser.error(f"not found: {', '.join(lost)}")
    results = {}
    for python in asked.pythons:
        with tempfile.TemporaryDirectory() as folder:
            results[python] = passes(python, Path(folder))
    print("; ".join(f"{python}: {'passed' if well else 'FAILED'}" for python, well in results.items()))
    return int(not all(results.values()))


def needs(python: str) -> tuple[str, ...]:
    """The programs that running under this Python takes."""
    return ("mmdebstrap", "unshare", "chroot", "apt-get") if python.startswith(DEBIAN) else (python,)


if __name__ == "__main__":
    sys.exit(main())
