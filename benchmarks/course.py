"""Seconds and peak memory of every solved lesson, each in a fresh kernel. Ends in one JSON line.

    python benchmarks/course.py           all lessons
    python benchmarks/course.py 04 00     these, in this order

Trainings run in full. The peak is the kernel's resident memory (with any process it starts), sampled 20 times a second.
"""

import argparse
import json
import sys
import threading
import time

import psutil

from unmasked import paths
from unmasked.course import execute, notebooks, source


class PeakMemory:
    """The greatest resident memory (MB) of all processes below this one, while the `with` block runs."""

    def __init__(self, every: float = 0.05):
        self.peak_mb = 0.0
        self._every = every
        self._done = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._sampler.start()
        return self

    def __exit__(self, *error) -> None:
        self._done.set()
        self._sampler.join()

    def _sample(self) -> None:
        here = psutil.Process()
        while not self._done.wait(self._every):
            self.peak_mb = max(self.peak_mb, sum(map(resident_mb, here.children(recursive=True))))


def resident_mb(process: psutil.Process) -> float:
    """A process's resident memory in MB, 0 once it has ended."""
    try:
        return process.memory_info().rss / 1e6
    except psutil.NoSuchProcess:
        return 0.0


def chosen(numbers: list[str]) -> list:
    """The lessons of these numbers in this order, or all. ValueError names a number that is none."""
    lessons = {path.stem[:2]: path for path in source.lessons(paths.LESSONS)}
    unknown = [number for number in numbers if number.zfill(2) not in lessons]
    if unknown:
        raise ValueError(f"no lesson {', '.join(unknown)}; there is: {', '.join(lessons) or 'none'}")
    return [lessons[number.zfill(2)] for number in numbers] or list(lessons.values())


def measure(path) -> dict[str, float]:
    """{"seconds", "peak_mb"} of one solved lesson. LessonError names the cell that failed."""
    notebook = notebooks.solved(source.read(path))
    started = time.perf_counter()
    with PeakMemory() as memory:
        execute.run(notebook, UNMASKED_MAX_STEPS="")
    return {"seconds": round(time.perf_counter() - started, 1), "peak_mb": round(memory.peak_mb)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lesson", nargs="*", help="numbers such as 04; without any, all lessons")
    options = parser.parse_args()
    try:
        lessons = chosen(options.lesson)
    except ValueError as error:
        parser.error(str(error))
    results = {}
    for path in lessons:
        results[path.stem] = measure(path)
        print(
            f"{path.stem:<28} {results[path.stem]['seconds']:6.1f} s  {results[path.stem]['peak_mb']:5.0f} MB",
            flush=True,
        )
    print(json.dumps({"lessons": results, "total_s": round(sum(one["seconds"] for one in results.values()), 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
