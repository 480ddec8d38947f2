"""The benchmark of film: its measures, and its last line."""

import importlib.util
import json
from functools import partial

import pytest
import torch

from unmasked import paths
from unmasked.experiments import film


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("film_benchmark", paths.ROOT / "benchmarks" / "film.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(named):
    """Two clips of each variant: flicker and error about the given ones."""
    return [
        {"variant": name} | dict.fromkeys(film.MEASURES, 0.5) | {"flicker": flicker + by, "error": error - by}
        for name, (flicker, error) in named.items()
        for by in (-0.25, 0.25)
    ]


def table():
    named = {str(variant): (3.0, 10.0) for variant in film.VARIANTS}
    return rows(named | {"raw": (4.0, 10.0), "ema 0.6": (3.5, 10.05), "ema 0.25": (2.0, 12.0), "ema 0.8": (3.75, 9.0)})


def test_the_strongest_that_costs_no_error_speaks_for_its_method(benchmark):
    found = benchmark.measures(
        [row for row in table() if row["variant"] not in ("ema 0.4", "ema 0.15")]
        + rows({"ema 0.4": (2.5, 11.0), "ema 0.15": (2.25, 13.0)})
    )
    assert found["raw"] == {"flicker": 4.0, "error": 10.0, "lag": 0.5}
    assert found["ema"]["flicker"] == 3.5 and found["kalman"]["flicker"] == 3.0
    worse = benchmark.measures([row | {"error": 5.0} if row["variant"] == "raw" else row for row in table()])
    assert worse["ema"]["flicker"] == 2.0, "where all cost error, the steadiest"
    assert "3.500" in benchmark.table_of(table())


def test_the_benchmark_ends_in_one_line_of_json(benchmark, capsys, monkeypatch):
    monkeypatch.setattr(benchmark, "load_table", lambda name: {"command": "…", "rows": table()})
    monkeypatch.setattr(benchmark, "speed", partial(benchmark.speed, shape=(120, 160)))
    threads = torch.get_num_threads()
    try:
        benchmark.main(["--frames", "3", "--repeats", "1", "--tracking", "0"])
    finally:
        torch.set_num_threads(threads)
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(found) == ["frames_per_s", "raw", "ema", "kalman", "offline"] and found["frames_per_s"] > 0
    assert all(list(found[name]) == ["flicker", "error", "lag"] for name in list(found)[1:])


def test_wrong_numbers_are_worded(benchmark, capsys):
    with pytest.raises(SystemExit):
        benchmark.main(["--frames", "0"])
    assert "must be 1 or more" in capsys.readouterr().err
