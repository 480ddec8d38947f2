"""The benchmark of extraction: its measures, and its last line."""

import importlib.util
import json

import pytest
import torch

from unmasked import paths
from unmasked.experiments.extraction import Judged

NAMES = [
    "recall_large", "recall_small", "false_per_frame", "landmarks_median", "landmarks_p95", "mask_free", "mask_hand",
    "frames_per_s", "swap_true", "swap_found",
]  # fmt: skip


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("extract_benchmark", paths.ROOT / "benchmarks" / "extract.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_faces_are_counted_where_they_belong(benchmark):
    nan = float("nan")
    rows = [
        Judged(60, 5, False, True, True, 0.02, 0.9),
        Judged(40, 40, False, True, True, 0.04, 0.8),
        Judged(33, 10, True, False, True, 0.5, 0.4),
        Judged(90, 0, False, True, False, nan, nan),
        Judged(25, 0, False, True, False, nan, nan),
        Judged(31.9, 0, False, False, True, 0.9, 0.2),
    ]
    found = benchmark.measures(rows, [0, 1, 0, 0], [0.02, 0.02])
    assert found["recall_large"] == 0.75 and found["recall_small"] == 0.5 and found["false_per_frame"] == 0.25
    assert found["landmarks_median"] == pytest.approx(0.03), "whole faces with nothing in front"
    assert found["mask_free"] == pytest.approx(0.85) and found["mask_hand"] == pytest.approx(0.4)
    assert found["frames_per_s"] == pytest.approx(50)
    table = benchmark.by_size_and_tilt(rows)
    assert "behind a hand" in table and "80–161 px" not in table, "a row without any find is left out"


def test_the_benchmark_ends_in_one_line_of_json(benchmark, capsys):
    threads = torch.get_num_threads()
    try:
        benchmark.main(["--seeds", "2", "--frames", "4"])
    finally:
        torch.set_num_threads(threads)
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(found) == NAMES
