"""The benchmark of the swap: its scores, the trainings it compares, its options, and its last line."""

import importlib.util
import json
import subprocess
import sys

import pytest
import torch

from unmasked import paths, tensors
from unmasked.faces import unpaired_faces
from unmasked.models.original import Original


@pytest.fixture(scope="module")
def benchmark_swap():
    spec = importlib.util.spec_from_file_location("benchmark_swap", paths.ROOT / "benchmarks" / "swap.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclass looks itself up there
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_true_swaps_score_one_and_shuffled_ones_below_zero(benchmark_swap):
    truth = benchmark_swap.true_faces(("ada", "bo"), 12)
    perfect = {(a, b): truth[b].pictures for a in truth for b in truth}
    found = benchmark_swap.scores(perfect, truth)
    for key, value in found.items():
        if key.startswith("shuffled"):
            assert value < 0, f"{key}: another performance's picture scored {value}"
        else:
            assert value == pytest.approx(1), f"{key} of the truth itself"
    calm = {(a, b): truth[b].neutral for a in truth for b in truth}
    assert benchmark_swap.scores(calm, truth)["expression_ab"] == pytest.approx(0)


def test_original_trains_both_decoders_and_the_encoder(benchmark_swap):
    faces = unpaired_faces(("ada", "bo"), 12, seed=3)
    torch.manual_seed(0)
    model = Original(("ada", "bo"), width=2)
    before = {name: value.clone() for name, value in model.named_parameters()}
    row = benchmark_swap.train_original(
        "original", model, faces, tensors.probe(threads=1, precision="float32"), seconds=0.01, batch=3
    )
    assert row["steps"] >= 1
    assert row["images_per_s"] == pytest.approx(6 * row["steps"] / row["seconds"])
    weights = [name for name, _ in before.items() if name.endswith("weight")]
    still = [name for name in weights if torch.equal(before[name], dict(model.named_parameters())[name])]
    assert not still, f"{', '.join(still)} did not move"


def test_the_original_shaped_net_is_of_the_size_asked(benchmark_swap):
    width = benchmark_swap.shaped_like(1_287_062, ("ada", "bo"))
    assert width == 16, "1,287,062 parameters are those of width 16"


@pytest.mark.slow
def test_the_benchmark_ends_in_one_json_line():
    command = [sys.executable, "benchmarks/swap.py", "--seconds", "0.5", "--seeds", "1", "--pictures", "60"]
    command += ["--held-out", "12", "--precision", "float32", "--only", "slim", "separate", "original_shaped", "pairs"]
    done = subprocess.run(
        [*command, "--pairs", "gus+fay"], cwd=paths.ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout.splitlines()[-1])
    keys = {"explained_ab", "explained_ba", "expression_ab", "expression_ba", "shuffled_ab", "images_per_s"}
    for row in (results["slim"], results["separate"], results["original_shaped"], results["pairs"]["gus+fay"]):
        assert keys <= set(row)
        assert row["images_per_s"] > 0


def test_by_pictures_seen_every_length_is_a_training_of_its_own(benchmark_swap, monkeypatch, capsys):
    monkeypatch.setattr(benchmark_swap, "LENGTHS", (16, 32, 64))
    command = ["--images", "48", "--seeds", "1", "--pictures", "30", "--held-out", "8", "--batch", "4"]
    assert benchmark_swap.main([*command, "--only", "slim", "slim_adam"]) == 0
    results = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {name: list(curve) for name, curve in results["by_images"].items()} == {
        "slim": ["16", "32", "48"],
        "slim_adam": ["16", "32", "48"],
    }
    assert all(len(pair) == 2 for curve in results["by_images"].values() for pair in curve.values())
    assert results["machine"]["threads"] == 1 and results["machine"]["precision"] == "float32"
    assert "slim" not in results, "nothing was asked by the clock"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--images", "4"],
        ["--pairs", "ada+ada"],
        ["--pairs", "ada"],
        ["--pairs", "ada+eve"],
        ["--only", "gan"],
        ["--seconds", "0"],
    ],
)
def test_the_benchmark_refuses_what_makes_no_sense(benchmark_swap, wrong, capsys):
    with pytest.raises(SystemExit) as stopped:
        benchmark_swap.main(wrong)
    assert stopped.value.code == 2
    assert wrong[0] in capsys.readouterr().err
