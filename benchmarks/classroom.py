"""A class, measured: `python benchmarks/classroom.py [--graded 02 04] [--opened all] [--users 10]`.

Autogrades each lesson once as handed in solved and once untouched, by the real nbgrader, and says how long one
submission takes, by the clock and in seconds of a processor, and whether it gets its points. Then so many learners open
one lesson at once, each in a kernel and a folder of their own: whether all come through, whether their records stay
apart, and the memory that one takes at most; then the next lesson. Wants the [class] extra. Run it on an idle machine.
The last line is JSON.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import nbformat
import psutil

from unmasked.course import build, classroom, execute, mend, notebooks, source

MB = 2**20


def nbgrader(folder: Path, *arguments: str) -> None:
    """Runs nbgrader in a course folder; what it says is shown only where it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("NBGRADER", "UNMASKED"))}
    environment |= {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
        "JUPYTER_DATA_DIR": str(folder / "jupyter-data"),
        "IPYTHONDIR": str(folder / "ipython"),
        "UNMASKED_HOME": str(folder / "grader"),
        "OMP_NUM_THREADS": "1",
        "UNMASKED_THREADS": "1",
    }
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"nbgrader {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")


class Took(NamedTuple):
    """What grading one submission took, by the clock and of a processor, and what it gave."""

    seconds: float
    cpu: float
    points: float
    most: float


def graded(folder: Path, path: Path) -> dict[str, Took]:
    """What grading a lesson's two submissions took and gave, by kind."""
    from nbgrader.api import Gradebook

    slug = path.stem
    nbgrader(folder, "generate_assignment", slug, "--force")
    whole = classroom.source_notebook(source.read(path), build.lesson.read(path.with_suffix(".toml")))
    made = {}
    for kind, notebook in {"solved": whole, "untouched": mend.released_notebook(slug)}.items():
        handed = folder / "submitted" / kind / slug / f"{slug}.ipynb"
        handed.parent.mkdir(parents=True, exist_ok=True)
        handed.write_text(nbformat.writes(notebook), encoding="utf-8")
        started, worked = time.perf_counter(), _worked()
        nbgrader(folder, "autograde", slug, "--student", kind, "--force", "--create")
        seconds, cpu = time.perf_counter() - started, _worked() - worked
        with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
            found = book.find_submission(slug, kind)
            made[kind] = Took(seconds, cpu, float(found.score), float(found.max_score))
        points = f"{made[kind].points:g} of {made[kind].most:g} points"
        print(f"{slug}, {kind}: {seconds:.0f} s, {cpu:.0f} s of a processor, {points}", flush=True)
    return made


def opened(path: Path, users: int) -> dict[str, float]:
    """`users` learners run a lesson's notebook as it is handed out, at once: failures and MB of memory for each."""
    notebook = notebooks.student(source.read(path))
    most, over = [0.0], threading.Event()

    def watch() -> None:
        me = psutil.Process()
        while not over.wait(0.5):
            kernels = [child for child in me.children(recursive=True) if "ipykernel" in " ".join(_command(child))]
            most[0] = max([most[0], *(_memory(kernel) / MB for kernel in kernels)])

    def one(home: Path) -> str:
        try:
            execute.run(notebook, home=home, UNMASKED_MAX_STEPS="20", UNMASKED_THREADS="1", OMP_NUM_THREADS="1")
        except execute.LessonError as error:
            return str(error)
        return ""

    watcher = threading.Thread(target=watch)
    watcher.start()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(users) as pool:
        homes = [Path(folder) / f"learner-{number}" for number in range(users)]
        for home in homes:
            home.mkdir()
        said = list(pool.map(one, homes))
        through = [home for home, words in zip(homes, said, strict=True) if not words]
        records = [
            {file.name: len(file.read_text().splitlines()) for file in home.rglob("*.jsonl")} for home in through
        ]
    over.set()
    watcher.join()
    apart = all(record == records[0] and record for record in records)
    for words in filter(None, said):
        print(f"failed: {words}", flush=True)
    print(
        f"{path.stem}: {users} at once, {most[0]:.0f} MB a kernel, records {'apart' if apart else 'MIXED'}", flush=True
    )
    return {"failed": sum(map(bool, said)) + (not apart), "mb": most[0]}


def _worked() -> float:
    """Seconds of a processor that all ended children have taken."""
    used = os.times()
    return used.children_user + used.children_system


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has ended meanwhile
        return []


def _memory(process: psutil.Process) -> float:
    """Bytes that are its own or its share of what is shared."""
    try:
        full = process.memory_full_info()
    except psutil.Error:
        return 0.0
    return getattr(full, "pss", 0) or full.rss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = [path.stem[:2] for path in source.lessons()]
    parser.add_argument("--graded", nargs="*", metavar="NN", default=every, help="lessons to grade; without it: all")
    parser.add_argument("--opened", nargs="*", metavar="NN", default=["02"], help="to open, or all; without it: 02")
    parser.add_argument("--users", type=int, default=10)
    asked = parser.parse_args()
    seconds, cpu, points = {}, {}, {}
    with tempfile.TemporaryDirectory() as folder:
        if build.main(["--nbgrader", folder]) != 0:
            raise SystemExit("the sources for nbgrader could not be written")
        for path in chosen(asked.graded):
            for kind, took in graded(Path(folder), path).items():
                seconds[path.stem] = max(seconds.get(path.stem, 0.0), round(took.seconds, 1))
                cpu[path.stem] = max(cpu.get(path.stem, 0.0), round(took.cpu, 1))
                points[f"{path.stem}, {kind}"] = f"{took.points:g}/{took.most if kind == 'solved' else 0:g}"
    lessons = every if asked.opened == ["all"] else asked.opened
    users = {path.stem: opened(path, asked.users) for path in chosen(lessons)}
    memory = {stem: round(found["mb"]) for stem, found in users.items()}
    result = {"autograde_s": seconds, "autograde_cpu_s": cpu, "points": points, "users": asked.users}
    result |= {"failed": sum(found["failed"] for found in users.values()), "mb": memory}
    print(json.dumps(result | {"mb_a_user": max(memory.values(), default=None)}))


def chosen(numbers: list[str]) -> list[Path]:
    """The lessons of these numbers."""
    return [path for path in source.lessons() if path.stem[:2] in numbers]


if __name__ == "__main__":
    main()
