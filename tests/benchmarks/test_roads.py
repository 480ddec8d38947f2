"""The benchmark of the roads: its table, and its last line."""

import importlib.util
import json

import pytest
import torch

from unmasked import paths
from unmasked.experiments import roads


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("roads_benchmark", paths.ROOT / "benchmarks" / "roads.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table():
    rows = []
    for road in roads.ROADS:
        for seed in range(3):
            rows.append({"road": road, "seed": seed, **dict.fromkeys(roads.MEASURES, 0.25 * seed)})
            rows[-1] |= {"one_light": 0.5, "seconds": 3.0}
    return rows


def test_seeds_are_averaged(benchmark):
    found = benchmark.means(table())
    assert list(found) == list(roads.ROADS)
    assert found["original"]["explained"] == 0.25 and found["one-shot"]["one_light"] == 0.5
    assert "0.250" in benchmark.table_of(found)


def test_the_benchmark_ends_in_one_line_of_json(benchmark, capsys, monkeypatch):
    monkeypatch.setattr(benchmark, "load_table", lambda name: {"command": "…", "rows": table()})
    threads = torch.get_num_threads()
    try:
        benchmark.main(["--held-out", "8", "--pairs", "2", "--frames", "3"])
    finally:
        torch.set_num_threads(threads)
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(found) == [*roads.ROADS, "first_order_motion"]
    assert all(list(found[road]) == list(roads.MEASURES) for road in roads.ROADS)
    assert list(found["first_order_motion"]) == ["relative", "absolute"]
