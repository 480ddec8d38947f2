"""The one-shot swap's training and its exam: pairs of one character, what codes share, and what the measures say."""

import json
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked.experiments import judges, one_shot
from unmasked.models import weights
from unmasked.tensors import to_tensor

SMALL = {"code_size": 5, "look": 4, "width": 4}
SCORES = ["rank1", "helper", "smile", "jaw", "explained"]


@pytest.fixture(scope="module")
def strangers():
    return one_shot.draw(5, 4, 0, one_shot.NEVER_SEEN + 5_000)


@pytest.fixture(scope="module")
def asked():
    return one_shot.exam(4, 5, others=3)


def test_pairs_are_two_pictures_of_one_character(strangers):
    pictures, weight, targets = strangers.pairs(7, torch.Generator().manual_seed(0))
    assert pictures.shape == (14, 3, 64, 64) and weight.shape == (14, 1, 64, 64) and len(targets) == 14
    drawn = to_tensor(strangers.pictures.reshape(-1, 64, 64, 3))
    places = [int((drawn - one).abs().amax((1, 2, 3)).argmin()) for one in pictures]
    for one, other in zip(places[:7], places[7:], strict=True):
        assert one // 4 == other // 4 and one != other
    assert weight.min() >= one_shot.OUTSIDE - 1e-3
    assert weight.max() == pytest.approx(1 + one_shot.FEATURES, abs=1e-2)


@settings(max_examples=15, deadline=None)
@given(st.integers(3, 40), st.integers(1, 6), st.floats(0.1, 50))
def test_kinship_is_one_for_codes_that_say_only_who_and_knows_no_scale(count, size, scale):
    torch.manual_seed(count)
    codes = torch.randn(count, size)
    assert float(one_shot.kinship(codes, scale * codes + 3)) == pytest.approx(1, abs=1e-2)
    others = torch.randn(count, size)
    turned = one_shot.kinship(others, codes)
    assert torch.allclose(one_shot.kinship(codes, others), turned, atol=1e-5)
    assert torch.allclose(one_shot.kinship(codes, -scale * others), -turned, atol=1e-2)


def test_kinship_is_the_share_of_variance_between_characters():
    torch.manual_seed(0)
    who = torch.randn(4000, 3)
    codes, others = (0.6 * who + 0.8 * torch.randn(4000, 3) for _ in range(2))
    assert float(one_shot.kinship(codes, others)) == pytest.approx(0.36, abs=0.03)
    assert abs(float(one_shot.kinship(codes, torch.randn(4000, 3)))) < 0.03
    each = [np.corrcoef(codes[:, k], others[:, k])[0, 1] for k in range(3)]
    assert float(one_shot.kinship(codes, others)) == pytest.approx(np.mean(each), abs=1e-4)


def test_a_few_steps_learn_and_leave_the_identity_net_alone(strangers):
    before = torch.get_rng_state()
    losses = []
    for _ in range(2):
        model = one_shot.new_model(**SMALL)
        run = one_shot.run_of(model, strangers, 4, batch=3, say=lambda words: None)
        run.advance(4)
        losses.append(run.history.losses)
    np.testing.assert_equal(losses[0], losses[1], err_msg="a training can't be repeated")
    assert set(losses[0]) == {"rebuilt", "guide", "kinship", "same", "alike"}
    assert np.isnan(losses[0]["alike"][0]) and np.isfinite(losses[0]["alike"][1:]).all(), "it sets in a little later"
    fresh = one_shot.new_model(**SMALL).state_dict()
    idle = [name for name, value in model.state_dict().items() if torch.equal(value, fresh[name])]
    assert idle and all(name.startswith("who.") for name in idle), "the identity net alone stays as it is"
    assert torch.equal(torch.get_rng_state(), before), "the learner's own random numbers were moved"


def test_the_other_picture_says_who_and_swaps_are_held_against_nobodys_truth(strangers):
    """The identity of every rebuilt picture comes from its pair's other one; that of a swap from another pair."""
    model, seen = one_shot.new_model(**SMALL), []
    size = one_shot.EMBEDDING + SMALL["look"]
    model.decode = lambda codes, identity: seen.append(identity[:, 0]) or torch.rand(len(codes), 3, 64, 64)
    model.identify = lambda pictures: torch.arange(len(pictures)).float()[:, None].expand(-1, size)
    guide = torch.nn.Linear(SMALL["code_size"], strangers.targets.shape[2])
    draw = partial(one_shot.parts_of_loss, model, guide, strangers, 3)
    assert list(draw(torch.Generator().manual_seed(1), apart=0.0)) == ["rebuilt", "guide"]
    assert seen[0].tolist() == [3, 4, 5, 0, 1, 2] and len(seen) == 1
    draw(torch.Generator().manual_seed(1))
    assert seen[2].tolist() == [5, 3, 4], "a swap takes the identity of its own pair"


def test_recoloured_pictures_keep_what_is_lighter_lighter():
    generator = torch.Generator().manual_seed(0)
    grey = torch.linspace(0, 1, 64).expand(5, 3, 64, 64)
    after = one_shot.recoloured(grey, generator)
    assert (after.diff(dim=3) > 0).all(), "a grey ramp turned round"
    pictures = torch.rand(4, 3, 64, 64, generator=generator)
    once, again = (one_shot.recoloured(pictures, torch.Generator().manual_seed(seed)) for seed in (1, 2))
    assert once.shape == pictures.shape and not torch.allclose(once, again, atol=0.05)


def test_truth_scores_what_it_must_and_the_wrong_one_does_not(asked):
    truth = [to_tensor(faces.pictures) for faces in asked.truth]
    found = one_shot.measured(truth, asked)
    assert list(found) == SCORES
    assert found["explained"] == 1 and found["rank1"] > 0.9 and found["smile"] > 0.8 and found["jaw"] > 0.8
    wrong = one_shot.measured(truth[1:] + truth[:1], asked)
    assert wrong["rank1"] < 0.3 and wrong["explained"] < 0 and wrong["smile"] < 0.5
    few = one_shot.measured(truth[:2], asked.first(2))
    assert few["explained"] == 1 and few["rank1"] > 0.9
    assert len(asked.first(2)) == 2 and len(asked.first(2).others) == 4


def test_actor_and_target_do_the_same_and_the_still_something_else(asked):
    for acted, truth in zip(asked.acted, asked.truth, strict=True):
        np.testing.assert_array_equal(acted.performances, truth.performances)
        assert (acted.pictures != truth.pictures).any()
    assert len(asked.performances) == 20 and asked.stills.shape == (4, 3, 64, 64)
    assert not np.allclose(asked.truth[0].performances, asked.truth[1].performances)


def test_the_command_ships_what_it_trained_and_refuses_a_shortened_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(one_shot.paths, "user_folder", lambda: tmp_path)
    threads = torch.get_num_threads()
    sizes = {"characters": 3, "each": 3, "steps": 2, "batch": 2, "held-out": 3, "width": 4, "look": 3, "code-size": 4}
    asked = [part for name, value in sizes.items() for part in (f"--{name}", str(value))]
    asked += ["--precision", "float32", "--folder", str(tmp_path)]
    try:
        one_shot.main(asked)
        last = capsys.readouterr().out.splitlines()[-1]
        monkeypatch.setenv("UNMASKED_MAX_STEPS", "1")
        with pytest.raises(SystemExit):
            one_shot.main([*asked, "--seed", "1"])
    finally:
        torch.set_num_threads(threads)
    assert list(json.loads(last)[one_shot.WEIGHTS]) == SCORES
    entry = weights.shipped(folder=tmp_path)[one_shot.WEIGHTS]
    assert entry["class"] == "OneShotSwap" and "--width 4" in entry["command"]


def test_the_shipped_net_swaps_strangers_by_one_picture():
    asked = one_shot.exam(12, 4, seed=5, first=one_shot.NEVER_SEEN + 3_000)
    found = one_shot.measured(one_shot.swapped(weights.load(one_shot.WEIGHTS), asked), asked)
    assert found["rank1"] > 0.8 and found["smile"] > 0.6 and found["jaw"] > 0.6 and found["explained"] > 0.3
    assert judges.WHO != "identity"
