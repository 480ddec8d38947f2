"""How the slim swap is trained: batches that belong together, a loss that is the sum of its parts, runs that repeat."""

import itertools

import numpy as np
import pytest
import torch

from unmasked import losses, tensors
from unmasked.experiments import guide, pairs, swap
from unmasked.experiments.adversary import Adversary
from unmasked.models.patch import PatchDiscriminator
from unmasked.models.swap import SwapNet


def small(**options) -> SwapNet:
    torch.manual_seed(0)
    return SwapNet(("ada", "bo"), code_size=24, width=8, **options)


def quiet(model, faces, **options):
    return swap.swap_run(model, faces, say=lambda words: None, **options)


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


@pytest.mark.parametrize(("guided", "optimiser", "rate"), [(True, "muon", None), (False, "adam", 4e-3)])
def test_sixty_steps_explain_more_than_none(faces, truth, guided, optimiser, rate):
    model = small()
    run = quiet(model, faces, steps=60, batch=8, optimiser=optimiser, rate=rate, guided=guided)
    before = pairs.explained_table(model, truth)
    assert run.advance(60) == 60
    after = pairs.explained_table(model, truth)
    assert run.done
    for pair in (("ada", "ada"), ("bo", "bo")):
        assert after[pair] > before[pair] + 0.03, f"{pair}: {before[pair]:.3f} before, {after[pair]:.3f} after"
    assert ("guide" in run.history.losses) == guided
    assert model.training, "measuring must leave a model that trains in training"


def test_an_unknown_optimiser_is_worded(faces):
    with pytest.raises(ValueError, match="optimiser: wanted one of muon, adam, got 'sgd'"):
        quiet(small(), faces, steps=1, optimiser="sgd")


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


def test_eyes_and_mouth_weigh_more_where_asked(faces):
    some = faces["ada"]
    pictures, weights, _ = swap.Batches(some, torch.Generator().manual_seed(0), 4.0).draw(5)
    again, plain, _ = swap.Batches(some, torch.Generator().manual_seed(0)).draw(5)
    assert torch.equal(pictures, again)
    more = weights - plain
    assert torch.equal(more.round(decimals=3).unique(), torch.tensor([0.0, 4.0]))
    assert 0.02 < (more > 0).float().mean() < 0.3
    with pytest.raises(ValueError, match="features: wanted"):
        swap.Batches(some, torch.Generator(), -1)


def test_another_picture_loss_is_asked_with_its_weights(faces):
    asked = []

    def loss(rebuilt, pictures, *, weights):
        asked.append((rebuilt.shape, pictures.shape, weights.shape))
        return losses.mae(rebuilt, pictures, weights=weights)

    quiet(small(), faces, steps=1, batch=4, picture_loss=loss).advance(1)
    assert asked == [((4, 3, 64, 64), (4, 3, 64, 64), (4, 1, 64, 64))] * 2


def test_an_adversary_learns_along_and_its_state_is_kept(faces, tmp_path):
    def run(steps_done: int):
        torch.manual_seed(0)
        adversary = Adversary(PatchDiscriminator(width=4), weight=0.1)
        kept = {"checkpoint": tmp_path / "run.safetensors", "fingerprint": "the same"}
        made = quiet(small(), faces, steps=4, batch=4, adversary=adversary, **kept)
        made.advance(steps_done)
        made.save()
        return made, adversary

    first, adversary = run(2)
    assert set(first.history.latest()) >= {"ada", "bo", "discriminator"}
    taken_up, other = run(0)
    assert taken_up.history.steps == 2
    for p, q in zip(adversary.discriminator.parameters(), other.discriminator.parameters(), strict=True):
        assert torch.equal(p, q)
