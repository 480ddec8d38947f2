"""The recipe of the slim swap, its losses, the table over seeds, and the benchmark that runs it by the clock."""

import importlib.util
import itertools
import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked import losses, paths, tensors, toons
from unmasked.experiments import guide, pairs, swap
from unmasked.experiments import two_decoders as tables
from unmasked.faces import Faces, paired_faces, unpaired_faces
from unmasked.models.original import Original
from unmasked.models.swap import SwapNet


@pytest.fixture(scope="module")
def faces() -> dict[str, Faces]:
    return unpaired_faces(("ada", "bo"), 120, seed=3)


@pytest.fixture(scope="module")
def truth() -> dict[str, Faces]:
    return paired_faces(("ada", "bo"), 30, seed=3)


def small(**options) -> SwapNet:
    torch.manual_seed(0)
    return SwapNet(("ada", "bo"), code_size=24, width=8, **options)


def quiet(model, faces, **options):
    return swap.swap_run(model, faces, say=lambda words: None, **options)


# --- what is drawn ----------------------------------------------------------------------------------------------------


def test_training_faces_are_unpaired(faces):
    ada, bo = faces["ada"].performances, faces["bo"].performances
    assert ada.shape == bo.shape == (120, len(toons.PARAMETERS))
    nearest = np.abs(ada[:, None] - bo[None]).max(-1).min()
    assert nearest > 0, "a performance of Ada's is also one of Bo's: then training pairs would exist"


def test_faces_are_the_same_for_the_same_seed_only(faces):
    again, other = (unpaired_faces(("ada", "bo"), 10, seed=seed) for seed in (3, 4))
    first = unpaired_faces(("ada", "bo"), 10, seed=3)
    assert all(np.array_equal(again[name].pictures, first[name].pictures) for name in faces)
    assert not np.array_equal(other["ada"].performances, first["ada"].performances)


def test_matched_faces_share_performances_and_none_is_trained_on(faces, truth):
    assert np.array_equal(truth["ada"].performances, truth["bo"].performances)
    assert not np.array_equal(truth["ada"].pictures, truth["bo"].pictures), "the two characters look the same"
    for name, some in faces.items():
        nearest = np.abs(some.performances[:, None] - truth[name].performances[None]).max(-1).min()
        assert nearest > 0, f"{name}: a face to measure on is one that was trained on"


# --- the guide --------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=15)
@given(st.floats(-1.2, -0.6), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.integers(8, 33))
def test_light_plane_finds_a_known_plane(middle, right, down, side):
    across = np.linspace(-1, 1, side)
    plane = middle + right * across[None, :] + down * across[:, None]
    picture = np.repeat(((np.exp(plane) - 0.05) * 255).round().astype(np.uint8)[None, ..., None], 3, -1)
    assert guide.light_plane(skin_only(picture))[0] == pytest.approx([middle, right, down], abs=0.02)


@settings(deadline=None, max_examples=15)
@given(st.floats(0.4, 0.9))
def test_a_darker_skin_in_the_same_light_has_the_same_slopes(share):
    bright = np.linspace(120, 240, 20)[None, :, None].repeat(20, 0).repeat(3, 2)
    slopes = [guide.light_plane(skin_only((tone * bright)[None].astype(np.uint8)))[0, 1:] for tone in (1, share)]
    assert slopes[1] == pytest.approx(slopes[0], abs=0.06)


def test_light_plane_of_a_face_without_skin_is_a_number():
    faces = skin_only(np.full((1, 12, 12, 3), 100, np.uint8))
    faces.parts[:] = 0
    assert np.isfinite(guide.light_plane(faces)).all()


def skin_only(picture: np.ndarray) -> Faces:
    """Faces of one square picture that is skin but for its border, where anything may be."""
    side = picture.shape[1]
    mask = np.zeros((1, side, side), np.uint8)
    mask[:, 1:-2, 2:-1] = 255
    picture[:, 0], picture[:, :, 0] = 255, 0
    parts = (mask > 0).astype(np.uint8) * toons.PARTS.index("skin")
    nothing = np.zeros((1, 68, 2), np.float32)
    return Faces(picture, mask, parts, nothing, np.zeros((1, 11), np.float32), np.zeros((1, 2, 3)), 80)


def test_guide_targets_are_in_units_of_the_characters_own_spread(faces):
    for some in faces.values():
        targets = guide.guide_targets(some)
        assert targets.shape == (120, guide.GUIDED)
        assert targets.dtype == torch.float32
        torch.testing.assert_close(targets.mean(0), torch.zeros(guide.GUIDED), atol=1e-3, rtol=0)
        torch.testing.assert_close(targets.std(0, correction=0), torch.ones(guide.GUIDED), atol=1e-2, rtol=0)


def test_guide_loss_weighs_landmarks_and_light():
    targets = torch.zeros(4, guide.GUIDED)
    off = torch.cat([torch.full((4, guide.GUIDED - 3), 2.0), torch.full((4, 3), 3.0)], 1)
    assert guide.guide_loss(targets, targets) == 0
    assert guide.guide_loss(off, targets).item() == pytest.approx(4 + guide.LIGHT * 9)


# --- batches and loss -------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=15)
@given(st.integers(3, 9), st.integers(1, 6), st.floats(0.1, 9), st.integers(0, 999))
def test_the_anchor_asks_for_correlation_and_not_for_size(count, length, size, seed):
    codes = torch.randn(count, length, generator=torch.Generator().manual_seed(seed))
    codes = (codes - codes.mean(0)) / codes.std(0)  # so that no number of the code hardly varies
    assert guide.anchor_loss(codes, size * codes + 2).item() == pytest.approx(0, abs=0.05)
    assert guide.anchor_loss(codes, -codes).item() == pytest.approx(2, abs=0.05)
    constant = torch.zeros(count, length)
    assert guide.anchor_loss(codes, constant).item() == pytest.approx(1)


def test_the_anchor_lets_go_by_the_end(faces):
    run = quiet(small(), faces, steps=4, batch=4)
    parts = [run.step(i)["anchor"].item() for i in range(4)]
    assert all(part > 0 for part in parts)
    assert parts[3] < parts[0] / 2, "the last of four steps has a quarter of the first one's weight"


def test_batches_are_decided_by_their_generator(faces):
    def drawn(seed: int) -> list[torch.Tensor]:
        batches = swap.Batches(faces["ada"], torch.Generator().manual_seed(seed))
        return [part for _ in range(2) for part in batches.draw(5)]

    first, again, other = drawn(1), drawn(1), drawn(2)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])
    assert not torch.equal(first[0], first[3]), "the second batch is the first one again"


def test_a_batch_belongs_together(faces):
    some = faces["bo"]
    pictures, weights, targets = swap.Batches(some, torch.Generator().manual_seed(0)).draw(7)
    assert pictures.shape == (7, 3, 64, 64)
    assert weights.shape == (7, 1, 64, 64)
    assert targets.shape == (7, guide.GUIDED)
    assert weights.min() >= swap.OUTSIDE - 1e-6 and weights.max() <= 1 + 1e-6
    all_targets, all_pictures = guide.guide_targets(some), tensors.to_tensor(some.pictures)
    for picture, weight, target in zip(pictures, weights, targets, strict=True):
        which = int((all_targets - target).abs().sum(1).argmin())
        assert torch.equal(all_pictures[which], picture), "a picture came with another one's targets"
        wanted = swap.OUTSIDE + (1 - swap.OUTSIDE) * tensors.masks_to_tensor(some.masks[which])[0]
        torch.testing.assert_close(weight, wanted)


def test_the_loss_is_the_sum_of_its_parts(faces):
    generator = torch.Generator().manual_seed(0)
    # Unequal batches: nothing may pair the first picture of one with the first of the other.
    batches = {name: swap.Batches(faces[name], generator).draw(count) for name, count in (("ada", 6), ("bo", 4))}
    shared_guide = guide.Guide(24)
    model = small().eval()  # in training, standardising would leave the covariances little to differ in
    loss, parts = swap.swap_loss(model, batches, match=0.5, guide=shared_guide)
    assert set(parts) == {"ada", "bo", "match", "guide", "anchor"}
    assert loss.item() == pytest.approx(sum(part.item() for part in parts.values()), rel=1e-5)
    codes = {name: model.encode(batches[name][0], name) for name in batches}
    gap = losses.covariance_gap(codes["ada"], codes["bo"])
    assert parts["match"].item() == pytest.approx(0.5 * gap.item(), rel=1e-4)
    pictures, weights, _ = batches["bo"]
    rebuilt = losses.l1_l2(model(pictures, "bo"), pictures, weights=weights)
    assert parts["bo"].item() == pytest.approx(rebuilt.item(), rel=1e-5)


def test_what_is_left_out_is_no_part(faces):
    batches = {name: swap.Batches(some, torch.Generator().manual_seed(0)).draw(3) for name, some in faces.items()}
    assert set(swap.swap_loss(small(), batches, match=0)[1]) == {"ada", "bo"}
    assert set(swap.swap_loss(small(), batches)[1]) == {"ada", "bo", "match"}


# --- training ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guided", [True, False])
def test_sixty_steps_explain_more_than_none(faces, truth, guided):
    model = small()
    run = quiet(model, faces, steps=60, batch=8, rate=4e-3, guided=guided)
    before = pairs.explained_table(model, truth)
    assert run.advance(60) == 60
    after = pairs.explained_table(model, truth)
    assert run.done
    for pair in (("ada", "ada"), ("bo", "bo")):
        assert after[pair] > before[pair] + 0.03, f"{pair}: {before[pair]:.3f} before, {after[pair]:.3f} after"
    assert ("guide" in run.history.losses) == guided
    assert model.training, "measuring must leave a model that trains in training"


def test_averages_come_from_the_training_faces(faces):
    model = small()
    quiet(model, faces, steps=1)
    torch.testing.assert_close(model.average("bo"), tensors.to_tensor(faces["bo"].pictures).mean(0))


def test_a_run_taken_up_equals_one_uninterrupted(faces, tmp_path):
    def run(steps: int, **options) -> torch.Tensor:
        model = small()
        running = quiet(model, faces, steps=8, batch=4, seed=2, **options)
        running.advance(steps)
        if options:
            running.save()
        return torch.cat([value.flatten().double() for value in model.state_dict().values()]), running

    whole, _ = run(8)
    kept = {"checkpoint": tmp_path / "run.safetensors", "fingerprint": "the same"}
    run(3, **kept)
    again, running = run(5, **kept)
    assert running.history.resumed_from == 3
    assert running.done
    assert torch.equal(whole, again), "a run that was taken up went another way"


def test_other_seeds_give_other_batches(faces):
    def first_losses(seed: int) -> dict:
        run = quiet(small(), faces, steps=1, seed=seed)
        run.advance(1)
        return run.history.losses

    assert first_losses(1) == first_losses(1)
    assert first_losses(1) != first_losses(2)


def test_the_rate_falls_by_the_steps_or_by_the_clock():
    by_steps = [swap._rate(i, 600, 1.0, None) for i in range(600)]
    by_clock = [swap._rate(0, 10**9, 1.0, share) for share in np.linspace(0, 1, 600)]
    for rates in (by_steps, by_clock):
        top = int(np.argmax(rates))
        assert 0 < rates[0] < 0.1 and rates[top] == pytest.approx(1, abs=0.01) and rates[-1] < 0.01
        assert all(a <= b for a, b in itertools.pairwise(rates[: top + 1])), "the warm-up falls"
        assert all(a >= b for a, b in itertools.pairwise(rates[top:])), "the rate rises again"
    assert swap._rate(0, 10**9, 1.0, 3.0) == pytest.approx(0, abs=1e-5), "beyond the last second there is no rate left"


def test_the_average_face_explains_nothing_and_the_truth_all(truth):
    class Perfect(torch.nn.Module):
        """Knows the truth by heart: the code is the face's number."""

        def encode(self, pictures, name):
            return torch.arange(len(pictures))

        def decode(self, codes, name):
            return tensors.to_tensor(truth[name].pictures)[codes]

    class Still(Perfect):
        def decode(self, codes, name):
            return super().decode(codes, name).mean(0).expand(len(codes), -1, -1, -1)

    assert set(pairs.explained_table(Perfect(), truth).values()) == {1.0}
    assert list(pairs.explained_table(Still(), truth).values()) == pytest.approx([0, 0, 0, 0], abs=1e-6)


# --- losses that the recipe needs -------------------------------------------------------------------------------------


def test_covariance_gap_of_the_same_shifted_and_reordered_codes_is_zero():
    codes = torch.randn(9, 5, generator=torch.Generator().manual_seed(1))
    assert losses.covariance_gap(codes, codes) == 0
    assert losses.covariance_gap(codes, codes.flip(0) + 3).item() == pytest.approx(0, abs=1e-10)


def test_covariance_gap_has_a_known_value():
    a = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])  # covariance [[1, 0], [0, 0]]
    b = torch.tensor([[2.0, 2.0], [-2.0, -2.0], [2.0, 2.0], [-2.0, -2.0]])  # [[4, 4], [4, 4]]
    assert losses.covariance_gap(a, b).item() == pytest.approx((9 + 16 + 16 + 16) / 4)


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 9), st.integers(2, 9), st.integers(1, 6), st.integers(0, 999))
def test_covariance_gap_is_symmetric_and_agrees_with_numpy(many, few, length, seed):
    generator = torch.Generator().manual_seed(seed)
    a, b = (torch.randn(count, length, generator=generator, dtype=torch.float64) for count in (many, few))
    gap = losses.covariance_gap(a, b).item()
    assert gap == pytest.approx(losses.covariance_gap(b, a).item())
    covariances = [np.cov(codes.numpy(), rowvar=False, bias=True) for codes in (a, b)]
    assert gap == pytest.approx(np.square(covariances[0] - covariances[1]).mean())


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ((4, 3), (4, 2), r"b: wanted at least two codes of one length, got shape \(4, 2\)"),
        ((1, 3), (4, 3), r"a: wanted at least two codes of one length, got shape \(1, 3\)"),
        ((4, 3), (1, 3), r"b: wanted at least two codes"),
        ((4, 3, 2), (4, 3), r"a: wanted at least two codes of one length, got shape \(4, 3, 2\)"),
        ((4, 3), (12,), r"b: wanted at least two codes of one length, got shape \(12,\)"),
    ],
)
def test_covariance_gap_of_wrong_shapes_is_worded(a, b, words):
    with pytest.raises(ValueError, match=words):
        losses.covariance_gap(torch.zeros(a), torch.zeros(b))


def test_weights_multiply_each_pixels_error():
    generator = torch.Generator().manual_seed(0)
    a, b = torch.rand(2, 3, 5, 7, generator=generator), torch.rand(2, 3, 5, 7, generator=generator)
    weights = torch.rand(2, 1, 5, 7, generator=generator)
    error = (a - b).abs() + 12 * (a - b).square()
    assert losses.l1_l2(a, b, weights=weights).item() == pytest.approx((weights * error).mean().item(), rel=1e-5)
    assert losses.l1_l2(a, b, weights=torch.ones(2, 1, 5, 7)).item() == pytest.approx(losses.l1_l2(a, b).item())
    assert losses.l1_l2(a, b, weights=torch.zeros(2, 1, 5, 7)) == 0
    inside = torch.zeros(2, 1, 5, 7)
    inside[..., :3, :4] = 1
    changed = torch.where(inside > 0, a, 0.0)
    assert torch.equal(losses.l1_l2(a, b, weights=inside), losses.l1_l2(changed, b, weights=inside))


# --- the table over seeds ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn() -> pairs.Drawn:
    return pairs.draw(0, 40, 12)


@pytest.mark.parametrize("variant", list(tables.VARIANTS))
def test_a_row_can_be_made_again(drawn, variant):
    before = torch.get_rng_state()
    rows = [tables.two_decoders_row(variant, 0, 2, batch=4, drawn=drawn) for _ in range(2)]
    for row in rows:
        assert row.pop("seconds") > 0
        assert all(np.isfinite(value) for value in row.values() if isinstance(value, float))
    assert rows[0] == rows[1]
    assert rows[0] | {"variant": variant, "seed": 0, "steps": 2} == rows[0]
    assert 0 <= rows[0]["probe_accuracy"] <= 1
    assert torch.equal(torch.get_rng_state(), before), "the learner's own random numbers were moved"


def test_an_unknown_variant_is_worded(drawn):
    with pytest.raises(ValueError, match=r"variant: wanted one of separate, shared, aligned, guided, got 'both'"):
        tables.two_decoders_row("both", 0, 2, drawn=drawn)


def test_the_probe_tells_codes_apart_only_where_they_differ(faces, truth):
    class Codes(torch.nn.Module):
        def __init__(self, telling: float):
            super().__init__()
            self.telling, self.generator = telling, torch.Generator().manual_seed(1)

        def encode(self, pictures, name):
            codes = torch.randn(len(pictures), 4, generator=self.generator)
            codes[:, 0] += self.telling * (name == "bo")
            codes[:, 3] = 0  # a number that never changes must not become NaN
            return codes

    assert tables.probe_accuracy(Codes(20.0), faces, truth) == 1
    assert 0.25 < tables.probe_accuracy(Codes(0.0), faces, truth) < 0.75


def test_the_table_is_written_whole_and_read_back(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(tables, "VARIANTS", {key: tables.VARIANTS[key] for key in ("separate", "guided")})
    arguments = ["--seeds", "2", "--steps", "1", "--batch", "4", "--pictures", "12", "--held-out", "4"]
    tables.main([*arguments, "--folder", str(tmp_path)])
    table = tables.load_table("two-decoders", folder=tmp_path)
    assert [(row["seed"], row["variant"]) for row in table["rows"]] == [
        (seed, variant) for seed in (0, 1) for variant in ("separate", "guided")
    ]
    assert table["command"] == "python -m unmasked.experiments.two_decoders " + " ".join(arguments)
    assert table["settings"] == {"seeds": 2, "steps": 1, "batch": 4, "pictures": 12, "held_out": 4}
    assert [file.name for file in tmp_path.iterdir()] == ["two-decoders.json"], "something half-written is left"

    written = (tmp_path / "two-decoders.json").read_bytes()
    tables.main([*arguments, "--folder", str(tmp_path), "--one-seed", "1"])
    assert (tmp_path / "two-decoders.json").read_bytes() == written, "--one-seed only prints"
    last = capsys.readouterr().out.splitlines()[-1]
    for key in ("variant", "seed", "explained_ab", "probe_accuracy"):
        assert f"{key} {table['rows'][-1][key]}" in last, "made again, the row says something else"


def test_a_missing_or_damaged_table_is_worded(tmp_path):
    with pytest.raises(
        ValueError, match=r"no table 'two-decoders'.*make it with: python -m unmasked\.experiments\.two_decoders"
    ):
        tables.load_table("two-decoders", folder=tmp_path)
    with pytest.raises(ValueError, match=r"name: wanted lower-case letters"):
        tables.load_table("../weights/index", folder=tmp_path)
    for content in ("{", "[]", '{"rows": 3}', "{}"):
        (tmp_path / "two-decoders.json").write_text(content)
        with pytest.raises(ValueError, match=r"is damaged .*make it with"):
            tables.load_table("two-decoders", folder=tmp_path)


def test_a_table_with_nan_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON compliant"):
        tables.save_table("two-decoders", {"command": "", "rows": [{"explained_ab": float("nan")}]}, folder=tmp_path)
    assert not list(tmp_path.iterdir())


# --- the benchmark ----------------------------------------------------------------------------------------------------


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


def test_originals_recipe_trains_both_decoders_and_the_encoder(benchmark_swap, faces):
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


@pytest.mark.parametrize(
    "wrong", [["--pairs", "ada+ada"], ["--pairs", "ada"], ["--pairs", "ada+eve"], ["--only", "gan"], ["--seconds", "0"]]
)
def test_the_benchmark_refuses_what_makes_no_sense(benchmark_swap, wrong, capsys):
    with pytest.raises(SystemExit) as stopped:
        benchmark_swap.main(wrong)
    assert stopped.value.code == 2
    assert wrong[0] in capsys.readouterr().err
