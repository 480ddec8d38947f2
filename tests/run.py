"""All the checks, one after the other. `python start.py test` installs what they need and runs this."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Two workers with one thread each: threads that spin at barriers slow each other down manyfold.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "UNMASKED_THREADS"), "1")
NO_TESTS = 5  # pytest's exit code when nothing was selected


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome for the browser tests; `UNMASKED_CHROMIUM` names another one."""
    named = os.environ.get("UNMASKED_CHROMIUM")
    return named or next((path for path in map(shutil.which, CHROMIUMS) if path), None)


def ready_chromium() -> None:
    """Installs Chromium where that is one command; says how where it isn't."""
    if find_chromium():
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("Installing Chromium for the browser tests", flush=True)
        quiet = {"env": dict(os.environ, DEBIAN_FRONTEND="noninteractive"), "stdout": subprocess.DEVNULL}
        subprocess.call(["apt-get", "update", "-qq"], **quiet)
        packages = ["chromium", "fonts-dejavu-core"]
        subprocess.call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], **quiet)
    if not find_chromium():
        how = "sudo apt install chromium" if shutil.which("apt-get") else "install Chromium or Chrome"
        print(f"There is no Chromium, so the browser tests are skipped. To have them run: {how}", flush=True)


def checks(fast: bool) -> list[tuple[str, list[str], dict[str, str]]]:
    """(title, arguments of Python, extra environment) of each check, in order."""
    pytest = ["-m", "pytest", "-q", "-n", "2"]
    unseen = "not browser" + (" and not slow" if fast else "")
    # A file's tests share the lesson that they have open, so they stay together.
    browser = ("Tests in a browser, two files at a time", [*pytest, "--dist", "loadfile", "-m", "browser"], ONE_THREAD)
    steps = [
        ("Style", ["-m", "ruff", "check", "."], {}),
        ("Format", ["-m", "ruff", "format", "--check", "."], {}),
        ("Are the built notebooks up to date?", ["-m", "unmasked.course.build", "--check"], {}),
        ("Tests, two at a time", [*pytest, "--dist", "worksteal", "-m", unseen], ONE_THREAD),
    ]
    pages = ("The book and the playground", ["-m", "book.build"], ONE_THREAD)
    return steps if fast else [*steps, browser, pages]


def count(results: Path) -> dict[str, int]:
    """passed, failed and skipped of one JUnit file; a file that isn't there counts as one failure."""
    if not results.exists():
        return {"passed": 0, "failed": 1, "skipped": 0}
    suites = list(xml.etree.ElementTree.parse(results).getroot().iter("testsuite"))
    tests, failures, errors, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    return {"passed": tests - failures - errors - skipped, "failed": failures + errors, "skipped": skipped}


def run(fast: bool = False) -> int:
    """Runs every check, also after one has failed; returns the first exit code that isn't 0."""
    started = time.perf_counter()
    if not fast:
        ready_chromium()
    codes: list[int] = []
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    with tempfile.TemporaryDirectory() as folder:
        for title, arguments, extra in checks(fast):
            print(f"\n== {title}", flush=True)
            results = Path(folder) / f"{len(codes)}.xml"
            tests = "pytest" in arguments
            report = ["--junitxml", str(results)] if tests else []
            code = subprocess.call([sys.executable, *arguments, *report], cwd=ROOT, env=dict(os.environ, **extra))
            codes.append(0 if tests and code == NO_TESTS else code)
            if tests and code != NO_TESTS:
                totals = {name: totals[name] + number for name, number in count(results).items()}
    if totals["passed"] == 0:
        codes.append(NO_TESTS)
    failed = [title for (title, *_), code in zip(checks(fast), codes, strict=False) if code]
    print(
        f"\n{time.perf_counter() - started:.0f} s in all. "
        + (f"Not well: {'; '.join(failed)}" if failed else "All well.")
    )
    print("total: {passed} passed, {failed} failed, {skipped} skipped".format(**totals), flush=True)
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="leave out the slow ones and the browser")
    sys.exit(run(parser.parse_args().fast))
