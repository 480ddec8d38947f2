"""The benchmark of the losses: its tables, and one JSON line a loss."""

import importlib.util
import json

import pytest
import torch

from unmasked import paths
from unmasked.experiments import sharper_hands


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("sharper_benchmark", paths.ROOT / "benchmarks" / "sharper.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_table_shows_the_means_of_both_ways(benchmark):
    rows = [{"loss": name, "seed": 0, "dssim_ab": 0.1, "dssim_ba": 0.3, "seconds": 2.0} for name in ("mae", "mse")]
    head, first, second = benchmark.table_of(rows).splitlines()
    assert head.split() == ["loss", "dssim"] and first.split() == ["mae", "0.200"] and second.split()[0] == "mse"


def test_it_ends_in_one_line_of_json_a_loss(benchmark, capsys):
    threads = torch.get_num_threads()
    small = ["--steps", "2", "--width", "4", "--batch", "4", "--pictures", "9", "--held-out", "6"]
    try:
        benchmark.main(["--only", "mse", "adversary", *small, "--precision", "float32"])
    finally:
        torch.set_num_threads(threads)
    *_, mse, adversary, clean, hands, mask, shipped = map(json.loads, capsys.readouterr().out.strip().splitlines()[-6:])
    assert [mse["loss"], adversary["loss"]] == ["mse", "adversary"]
    assert [row["variant"] for row in (clean, hands, mask)] == list(sharper_hands.VARIANTS)
    assert shipped["shipped"] == benchmark.SHIPPED
    wanted = {f"{key}_{way}" for key in ("explained", "expression", "dssim", "sharpness") for way in ("ab", "ba")}
    assert set(mse) == wanted | {"loss", "seed", "seconds"} and set(shipped) == wanted | {"shipped"}
