"""The fast tests under other Pythons: `python tests/pythons.py python3.12 python3.13`. Not part of `start.py test`.

Each Python gets a fresh clone of what is committed, makes the course's environment in it, as a learner's would, and
runs `start.py test --fast`. Wants git and a network. The last line says which passed.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def passes(python: str, folder: Path) -> bool:
    """Whether the fast tests pass in a fresh clone under this Python."""
    clone = folder / Path(python).name
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    print(f"\n== {python}", flush=True)
    code = subprocess.call([python, str(clone / "start.py"), "test", "--fast"])
    shutil.rmtree(clone)
    return code == 0


def main() -> int:
    """The exit code: 0 where all pass."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pythons", nargs="+", metavar="PYTHON", help="a command or a path, such as python3.13")
    asked = parser.parse_args()
    lost = [python for python in asked.pythons if shutil.which(python) is None]
    if lost:
        parser.error(f"not found: {', '.join(lost)}")
    with tempfile.TemporaryDirectory() as folder:
        results = {python: passes(python, Path(folder)) for python in asked.pythons}
    print("; ".join(f"{python}: {'passed' if well else 'FAILED'}" for python, well in results.items()))
    return int(not all(results.values()))


if __name__ == "__main__":
    sys.exit(main())
