"""Portraits a second at 64 × 64 pixels, with mask, part map and landmarks: `python benchmarks/toons.py`.

Draws Ada and Bo in independent performances over the full ranges, in one process and in two, and ends in one JSON line.
"""

import argparse
import json
import statistics
import time

import numpy as np

from unmasked import toons


def measure(workers: int, count: int, rounds: int) -> tuple[float, float]:
    """Median portraits a second by the clock, and by the processor time of this process."""
    generator = np.random.Generator(np.random.PCG64(0))
    acted = toons.sample_performances(generator, count)
    cast = [toons.CAST["ada"], toons.CAST["bo"]]
    for one in cast:
        toons.draw_many(one, acted[:512], workers=workers)  # starts the processes and fills the tables
    clock, processor = [], []
    for _ in range(rounds):
        start, busy = time.perf_counter(), time.process_time()
        for one in cast:
            toons.draw_many(one, acted, workers=workers)
        clock.append(2 * count / (time.perf_counter() - start))
        processor.append(2 * count / (time.process_time() - busy))
    return statistics.median(clock), statistics.median(processor)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2048, help="portraits of each character in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    alone, processor = measure(1, asked.count, asked.rounds)
    print(f"one process: {alone:.0f} portraits a second ({processor:.0f} a second of processor time)")
    together, _ = measure(asked.workers, asked.count, asked.rounds)
    print(f"{asked.workers} processes: {together:.0f} portraits a second")
    print(json.dumps({"portraits_per_s": round(max(alone, together), 1)}))


if __name__ == "__main__":
    main()
