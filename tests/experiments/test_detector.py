"""Lesson 13's experiment: footage, batches, training that repeats, rows, and the kept table."""

import numpy as np
import pytest
import torch

from unmasked.experiments import detector
from unmasked.experiments.tables import load_table
from unmasked.forensics.detector import logits_of
from unmasked.models import weights
from unmasked.models.meso import Meso4
from unmasked.models.xray import XRay

FEW = ("box paste", "bent still")


@pytest.fixture(scope="module")
def footage():
    return detector.draw(5, first=8_000_000, who=FEW, levels=("JPEG 95",), copies=2)


def test_footage_for_an_experiment(footage):
    assert set(footage.crops) == {(who, "JPEG 95") for who in ("real", *FEW, "self-blended")}
    assert footage.crops["real", "JPEG 95"].shape == (5, 3, 64, 64, 3)
    assert footage.crops["self-blended", "JPEG 95"].shape == (5, 6, 64, 64, 3), "two copies stand beside each other"
    crops, masks = detector.chosen(footage, FEW, "JPEG 95", np.array([0, 2]))
    assert crops.shape == (12, 64, 64, 3) and masks.shape == (12, 64, 64)
    np.testing.assert_array_equal(crops[3], footage.crops["box paste", "JPEG 95"][2, 0])
    assert (masks[6:] == 255).all(), "a bent still is forged all over"


def test_seeds_film_strangers_of_their_own():
    some = [detector.draw_for(seed, 2, 2, (), (), progress=lambda who: None) for seed in (0, 1)]
    whose = [set(part.characters.tolist()) for pair in some for part in pair]
    assert len(set.union(*whose)) == 8, "nobody is filmed twice, for no seed and on no side"


def test_batches_are_half_and_half(footage):
    real, _ = detector.chosen(footage, ["real"], "JPEG 95", np.arange(5))
    batches = detector.Batches(real, *detector.chosen(footage, ["box paste"], "JPEG 95", np.arange(5)), seed=3)
    pictures, fake, masks = batches.draw(10)
    assert pictures.shape == (10, 3, 64, 64) and masks.shape == (10, 1, 64, 64)
    assert fake.tolist() == [0] * 5 + [1] * 5
    assert masks[:5].max() == 0 and (masks[5:].amax((1, 2, 3)) > 0.9).all()
    again = detector.Batches(real, *detector.chosen(footage, ["box paste"], "JPEG 95", np.arange(5)), seed=3)
    torch.testing.assert_close(again.draw(10)[0], pictures)
    with pytest.raises(ValueError, match="pictures of both kinds, got 15 and 0"):
        detector.Batches(real, real[:0], real[:0, :, :, 0], seed=0)


@pytest.mark.parametrize("kind", [Meso4, XRay])
def test_training_repeats_and_leaves_other_dice_alone(footage, kind):
    def trained(seed):
        rows = np.arange(5)
        real, _ = detector.chosen(footage, ["real"], "JPEG 95", rows)
        batches = detector.Batches(real, *detector.chosen(footage, ["box paste"], "JPEG 95", rows), seed=seed)
        model, history = detector.train_detector(kind, batches, 3, seed)
        assert history.steps == 3 and not model.training
        return logits_of(model, real)

    torch.manual_seed(7)
    before = torch.get_rng_state()
    one, again, other = trained(0), trained(0), trained(1)
    assert torch.equal(torch.get_rng_state(), before)
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_collected_as_careless_people_do(footage):
    frames, fake, whose = detector.collected(footage, "box paste", seed=0, clips=4)
    assert frames.shape == (12, 64, 64, 3) and fake.sum() == 6
    assert not set(whose[fake]) & set(whose[~fake]), "who is faked is not recorded, and the other way round"


def test_a_split_with_one_kind_on_a_side_is_refused(footage):
    frames, fake, _ = detector.collected(footage, "box paste", seed=0, clips=4)
    with pytest.raises(ValueError, match="learn: wanted recordings and fakes"):
        detector.split_scores(frames, fake, fake.copy(), 1, 0)


def test_rows_have_what_the_table_needs():
    rows = detector.maker_rows("self-blended", 0, 2, learned=3, judged=2, who=("box paste",))
    assert [row["level"] for row in rows] == [detector.TRAINED, detector.HARD]
    assert all(0 <= row["auc"] <= 1 and 0 <= row["auc_clip"] <= 1 and row["steps"] == 2 for row in rows)


def test_means_are_taken_within_a_seed_first():
    rows = [
        {"seed": s, "maker": m, "auc": a} for s, m, a in ((0, "a", 0.5), (0, "b", 0.7), (1, "a", 0.8), (1, "b", 1.0))
    ]
    mean, spread = detector.mean_and_spread(rows, maker=("a", "b"))
    assert mean == pytest.approx(0.75) and spread == pytest.approx(0.3 / 2**0.5)  # the sample's
    assert detector.mean_and_spread(rows, maker="a") == (pytest.approx(0.65), pytest.approx(0.3 / 2**0.5))
    assert np.isnan(detector.mean_and_spread(rows[:2])[1]), "one seed says nothing of how far seeds lie apart"
    with pytest.raises(ValueError, match="none agrees"):
        detector.mean_and_spread(rows, maker="c")


# ---- what is kept


def test_the_kept_table_is_whole():
    table = load_table(detector.TABLE)
    assert (
        table["variants"] == list(detector.VARIANTS) and table["command"] == "python -m unmasked.experiments.detector"
    )
    seeds = range(table["settings"]["seeds"])
    assert len(seeds) >= 3, "one run is an anecdote"
    wanted = {
        (name, maker, level, seed)
        for name in detector.VARIANTS
        for maker in (*detector.BLENDED, detector.WHOLE)
        for level in (detector.TRAINED, detector.HARD)
        for seed in seeds
    }
    found = [(r["variant"], r["maker"], r["level"], r["seed"]) for r in table["rows"] if r["experiment"] == "makers"]
    assert set(found) == wanted and len(found) == len(wanted)
    split = [(r["variant"], r["seed"]) for r in table["rows"] if r["experiment"] == "split"]
    assert sorted(split) == sorted((name, seed) for name in ("leaky", "clean") for seed in seeds)


def test_what_the_lesson_says_of_the_table_holds():
    found = detector.summary(load_table(detector.TABLE)["rows"])
    assert found["known"] >= 0.95
    assert found["unseen_maker"] < found["known"] - 0.1, "the fall that the lesson is about"
    assert found["leaky"] > 0.95 and found["clean"] < found["leaky"] - 0.2
    rows = load_table(detector.TABLE)["rows"]
    four = (*detector.SAME_NETWORK, *detector.OTHERS)

    def auc(variant, maker=four, level=detector.TRAINED):
        return np.array(detector.mean_and_spread(rows, variant=variant, maker=maker, level=level))

    assert auc("one maker", detector.KNOWN, detector.HARD)[0] < found["known"] - 0.03, "it falls when compressed, too"
    assert auc("every maker")[0] > auc("one maker")[0] + 0.03, "what was met is found better"
    assert auc("every maker", detector.WHOLE)[0] < auc("one maker", detector.WHOLE)[0] + 0.02, "no seam, for nobody"
    assert auc("self-blended")[0] < auc("one maker")[0], "Meso4 gains nothing by self-blending"
    apart = [abs(auc("self-blended", m)[0] - auc("one maker", m)[0]) <= auc("self-blended", m)[1] for m in four]
    assert sum(apart) >= 3, "most of the differences are no larger than the ±"
    assert auc("self-blended", "splice")[0] > auc("one maker", "splice")[0] - 0.02, "the advantage is gone"
    assert auc("X-ray, one maker")[0] < 0.6, "near guessing elsewhere"
    gain = auc("X-ray, self-blended") - auc("X-ray, one maker")
    assert gain[0] > 3 * auc("X-ray, self-blended")[1] and auc("X-ray, every maker")[0] < auc("X-ray, self-blended")[0]


def test_what_the_lesson_says_of_roughening_holds():
    rows = load_table(detector.TABLE)["rows"]
    four, gained, lost = (*detector.SAME_NETWORK, *detector.OTHERS), [], []
    for plain in ("one maker", "self-blended"):
        for level in (detector.TRAINED, detector.HARD):
            for maker in (detector.KNOWN, four):
                (before, _), (after, spread) = (
                    detector.mean_and_spread(rows, variant=name, maker=maker, level=level)
                    for name in (plain, f"{plain}, roughened")
                )
                gained += [(plain, level, maker)] if after - before > max(spread, 0.01) else []
                lost += [(plain, level, maker)] if before - after > max(spread, 0.01) else []
    assert gained == [("one maker", detector.HARD, detector.KNOWN)]
    assert len(lost) >= 2


@pytest.mark.parametrize("name", ["detector-one-maker", "detector-self-blended"])
def test_shipped_detectors_load_and_say_how_they_are_made(name):
    model = weights.load(name)
    assert isinstance(model, Meso4) and not model.training
    assert weights.shipped()[name]["command"] == "python -m unmasked.experiments.detector --ship"


def test_the_shipped_detector_knows_its_maker():
    footage = detector.draw(8, first=8_100_000, who=("box paste",), levels=("JPEG 95",), copies=0)
    found = detector.areas(weights.load("detector-one-maker"), footage, np.arange(8), "box paste", "JPEG 95")
    assert found["auc"] > 0.95
