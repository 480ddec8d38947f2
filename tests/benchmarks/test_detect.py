"""The benchmark of the detectors: its last line."""

import json
import subprocess
import sys

from unmasked import paths


def test_the_benchmark_ends_in_one_line_of_json():
    done = subprocess.run(
        [sys.executable, paths.ROOT / "benchmarks" / "detect.py"], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert list(found) == ["known", "unseen_maker", "unseen_compression", "self_blended_unseen", "leaky", "clean"]
    assert all(0 <= value <= 1 for value in found.values())
