"""The benchmark of lips: what it reads from the rows, its floors, and its last line."""

import importlib.util
import json

import pytest

from unmasked import paths
from unmasked.experiments import lip_sync
from unmasked.experiments.tables import load_table

KEYS = [
    "error",
    "error_mean_mouth",
    "error_energy_only",
    "best_delay_ms",
    "sync_ms",
    "median_n",
    "voice_explained",
    "eer_before",
    "eer_after",
]


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("lips_benchmark", paths.ROOT / "benchmarks" / "lips.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows():
    """Two seeds in which 120 ms is best."""
    columns = {
        "delay": {"error": 3.0, "sync_ms": 8.0},
        "baseline": {"error": 6.0, "sync_ms": 0.0},
        "median": {"flicker": 5.0, "sharpness": 0.75, "error": 7.0, "chin": 4.0},
        "beside": {"flicker": 5.0, "sharpness": 0.75, "error": 7.0, "chin": 4.0},
        "retiming": {"pauses": 0.25, "speech": 0.5},
        "voice": {"explained": 0.5, "eer_before": 0.0, "eer_after": 0.25},
    }
    made = []
    for seed in (0, 1):
        for part, settings in lip_sync.SETTINGS.items():
            for setting in settings:
                row = {"seed": seed, "part": part, "setting": setting} | columns[part]
                if (part, setting) == ("delay", "120"):
                    row |= {"error": 1.0 + seed, "sync_ms": 4.0}
                made.append(row)
    return made


def test_the_best_delay_speaks(benchmark):
    found = benchmark.measures(rows())
    assert list(found) == KEYS
    assert (found["best_delay_ms"], found["error"], found["sync_ms"]) == (120, 1.5, 4.0)
    assert found["median_n"][3] == [8, 5.0, 0.75, 7.0] and found["eer_after"] == 0.25
    assert "error 1.500 ± 0.707" in benchmark.table_of(rows())


def test_it_ends_in_one_line_of_json(benchmark, capsys, monkeypatch):
    monkeypatch.setattr(benchmark, "load_table", lambda name: {"command": "…", "rows": rows()})
    benchmark.main([])
    assert list(json.loads(capsys.readouterr().out.splitlines()[-1])) == KEYS


def test_the_kept_table_is_above_the_floors(benchmark):
    found = benchmark.measures(load_table(lip_sync.TABLE)["rows"])
    assert found["error"] <= found["error_mean_mouth"] / 2 and found["error"] < found["error_energy_only"]
    assert abs(found["sync_ms"]) <= 40
