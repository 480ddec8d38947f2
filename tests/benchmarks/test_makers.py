"""The benchmark of the newer makers: what it takes from the table, and its last line."""

import importlib.util
import json

import pytest
import torch

from unmasked import paths
from unmasked.experiments import new_makers, repaint


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("makers_benchmark", paths.ROOT / "benchmarks" / "makers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table():
    swap = {"rank1": 0.9, "helper": 1.0, "smile": 0.8, "jaw": 0.7, "explained": 0.5}
    keys = [("one shot", name, "all", "") for name in new_makers.WAYS]
    keys += [("one shot", name, "first 4", "") for name in ("one shot", new_makers.OWN)]
    rows = [dict(zip(new_makers.COLUMNS, key, strict=True)) | swap for key in keys]
    for steps in repaint.STEPS:
        key = dict(zip(new_makers.COLUMNS, ("diffusion", str(steps), "", ""), strict=True))
        rows.append(key | {"steps": steps, "one": 0.01 * steps, "mean": 0.5, "sharpness": 1.0, "distance": 1 / steps})
    for number, maker in enumerate(("one-shot swap", "diffusion repaint", "splice")):
        for level in new_makers.LEVELS:
            key = dict(zip(new_makers.COLUMNS, ("examiners", "grain", maker, level), strict=True))
            rows.append(key | {"auc": 0.5 + 0.1 * number + 0.01 * new_makers.LEVELS.index(level)})
    return rows


def test_the_last_line_is_taken_from_the_table(benchmark):
    found = benchmark.result_of(table())
    assert found["one_shot"] == found["pair_net"] == {"rank1": 0.9, "expression": 0.7, "explained": 0.5}
    assert found["diffusion"]["explained_repaint"] == 0.16
    assert list(found["diffusion"]["steps"]) == [str(steps) for steps in repaint.STEPS]
    assert found["auc"] == {"grain": {"one_shot": 0.5, "diffusion": 0.6}}


def test_the_benchmark_ends_in_one_line_of_json(benchmark, capsys, monkeypatch):
    monkeypatch.setattr(benchmark, "load_table", lambda name: {"command": "…", "rows": table()})
    threads = torch.get_num_threads()
    try:
        benchmark.main(["--pairs", "3", "--hidden", "2"])
    finally:
        torch.set_num_threads(threads)
    out = capsys.readouterr().out
    assert {"one_shot", "pair_net", "diffusion", "auc"} <= set(json.loads(out.splitlines()[-1]))
    assert "3 other pairs, anew: rank1" in out
