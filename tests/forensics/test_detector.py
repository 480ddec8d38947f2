"""Splits, self-blended images, calibration, base rates, and a net as an examiner."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, log_loss

from unmasked import makers, toons
from unmasked.forensics import calibration, detector, footage, roughen, self_blended, splits
from unmasked.forensics.compression import compressed
from unmasked.forensics.examiners import examine
from unmasked.forensics.roc import auc
from unmasked.makers.whole import BentStill
from unmasked.models.meso import Meso4


@pytest.fixture(scope="module")
def clip():
    return makers.record(toons.sample_identity(51), 0, frames=3, hand=False)


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return Meso4().eval()


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


# ---- splits


@given(
    st.lists(st.integers(0, 30), min_size=6, max_size=80).filter(lambda g: len(set(g)) >= 3),
    st.integers(0, 1000),
    st.sampled_from([(0.7, 0.3), (0.5, 0.25, 0.25), (0.9, 0.1)]),
)
@settings(max_examples=60, deadline=None)
def test_nobody_is_in_two_parts_and_no_part_is_empty(groups, seed, shares):
    groups = np.array(groups)
    part = splits.by_group(groups, shares, np.random.default_rng(seed))
    assert all(len(set(part[groups == name])) == 1 for name in set(groups))
    assert set(part) == set(range(len(shares)))
    for number, share in enumerate(shares):
        dealt = len(set(groups[part == number]))
        assert abs(dealt - share * len(set(groups))) <= 1.5


def test_rows_leak():
    whose = np.repeat(np.arange(10), 6)
    part = splits.by_row(len(whose), (0.7, 0.3), np.random.default_rng(0))
    assert (part == 0).sum() == 42
    assert set(whose[part == 0]) & set(whose[part == 1]), "that is the point"


@pytest.mark.parametrize("shares", [(0.7, 0.2), (1.2, -0.2), ()])
def test_shares_must_sum_to_one(shares):
    with pytest.raises(ValueError, match="shares"):
        splits.by_group(np.arange(9), shares, np.random.default_rng(0))


def test_more_parts_than_characters_are_refused():
    with pytest.raises(ValueError, match="groups: 2 parts"):
        splits.by_group(np.zeros(5), (0.5, 0.5), np.random.default_rng(0))


# ---- self-blended images, and the fake with nothing blended


def test_a_self_blended_clip_is_a_fake_of_its_own_recording(clip):
    fakes = [makers.forge(self_blended.SelfBlended(), clip, seed) for seed in range(10)]
    inside, untouched = [], []
    for fake in fakes:
        changed = np.abs(fake.frames.astype(int) - clip.frames).max(-1)
        inside += [change[mask > 0.9].mean() for change, mask in zip(changed, fake.masks, strict=True)]
        untouched += [change[mask == 0].max() == 0 for change, mask in zip(changed, fake.masks, strict=True)]
        assert 0.01 < fake.masks.mean() < 0.6
    assert np.median(inside) > 1
    # In about one of five it is the surroundings that were changed, and the face is the recording's own.
    assert 0.6 < np.mean(untouched) < 1.0
    assert len({fake.frames.tobytes() for fake in fakes}) == 10


def test_pictures_need_not_be_square():
    clip = makers.record(toons.sample_identity(52), 0, frames=3)
    picture, landmarks = clip.frames[0][:, 4:], clip.landmarks[0] - [4, 0]
    blended, mask = self_blended.self_blend(picture, landmarks.astype(np.float32), np.random.default_rng(3))
    assert blended.shape == picture.shape == (96, 92, 3) and blended.dtype == np.uint8
    assert mask.shape == (96, 92) and mask.min() >= 0 and mask.max() <= 1


def test_masks_of_many_kinds_have_soft_edges(clip):
    numbers = np.random.default_rng(0)
    made = [self_blended.random_mask(clip.landmarks[0], (96, 96), numbers) for _ in range(12)]
    assert len({round(float(mask.sum())) for mask in made}) > 6
    assert all(mask.max() > 0.5 for mask in made)


@pytest.mark.parametrize(
    ("picture", "landmarks", "words"),
    [
        (noise(96, 96, 3), np.full((68, 2), np.nan, np.float32), "landmarks"),
        (noise(96, 96, 3), np.full((68, 2), 500, np.float32) + np.random.default_rng(0).random((68, 2)), "landmarks"),
        (noise(96, 96, 3), np.zeros((5, 2), np.float32), "landmarks"),
    ],
)
def test_a_mask_with_no_face_is_refused_in_words(picture, landmarks, words):
    with pytest.raises((TypeError, ValueError), match=words):
        self_blended.self_blend(picture, landmarks, np.random.default_rng(0))


def test_a_bent_still_has_no_seam(clip):
    fake = makers.forge(BentStill(), clip, 0)
    assert (fake.masks == 1).all(), "all of it is forged, so there is no boundary"
    assert fake.frames.shape == clip.frames.shape
    assert np.abs(fake.frames.astype(int) - clip.frames).mean() > 1
    assert makers.forge(BentStill(), clip, 0).frames.tobytes() == fake.frames.tobytes()


# ---- footage


def test_footage_holds_everything_by_maker_and_level(clip):
    other = makers.record(toons.sample_identity(53), 0, frames=3)
    some = {"self-blended": self_blended.SelfBlended()}
    made = footage.gather([clip, other], some, {"real": ("JPEG 95", "JPEG 60"), "self-blended": ("JPEG 95",)}, 0)
    assert set(made.crops) == {("real", "JPEG 95"), ("real", "JPEG 60"), ("self-blended", "JPEG 95")}
    assert all(crops.shape == (2, 3, 64, 64, 3) and crops.dtype == np.uint8 for crops in made.crops.values())
    assert made.masks["real"].max() == 0 and made.masks["self-blended"].max() > 200
    assert made.makers == ["self-blended"] and len(made) == 2
    assert list(made.characters) == [clip.identity.marks, other.identity.marks]


def test_footage_wants_clips_of_one_length(clip):
    longer = makers.record(toons.sample_identity(53), 0, frames=4)
    for clips in ([], [clip, longer]):
        with pytest.raises(ValueError, match="clips: wanted one or more of the same length"):
            footage.gather(clips, {}, ("JPEG 95",), 0)


def test_clean_pixels_alone_do_not_win():
    """Every recording went through a camera: who looks at nothing but grain must not tell real from fake for sure."""
    who = [toons.sample_identity(600 + number) for number in range(12)]
    clips = [makers.record(one, 0, frames=3) for one in who]

    def clean(films):  # the plainest detector: how little changes from frame to frame where nothing moves
        return -np.array([np.median(np.abs(np.diff(compressed(f, "JPEG 95").astype(float), axis=0))) for f in films])

    real = clean([clip.frames for clip in clips])
    for name, maker in makers.built_in().items():  # a bent still repeats one frame's grain: that is its own trace
        found = auc(real, clean([makers.forge(maker, clip, 0).frames for clip in clips]))
        assert 0.25 < found < 0.75, f"{name}: {found:.2f}"
    bare = clean([makers.record(one, 0, frames=3, filmed=False).frames for one in who])
    assert auc(real, bare) > 0.95, "the same detector sees at once what never went through a camera"


# ---- roughening


def test_mirrors_take_the_mask_along():
    pictures, masks = noise(40, 5, 7, 3), noise(40, 5, 7, seed=1)
    mirrored, along = roughen.mirrored(pictures, masks, np.random.default_rng(0))
    turned = np.array([not np.array_equal(a, b) for a, b in zip(mirrored, pictures, strict=True)])
    assert 8 < turned.sum() < 32
    np.testing.assert_array_equal(mirrored[turned], pictures[turned][:, :, ::-1])
    np.testing.assert_array_equal(along[turned], masks[turned][:, :, ::-1])
    np.testing.assert_array_equal(along[~turned], masks[~turned])


def test_colours_change_places_and_nothing_else():
    pictures = noise(60, 4, 6, 3)
    pictures[:, 0, 0] = (3, 80, 200)  # three unlike numbers, to be found again
    shuffled = roughen.recoloured(pictures, np.random.default_rng(0))
    np.testing.assert_array_equal(np.sort(shuffled, -1), np.sort(pictures, -1))
    assert len({tuple(one[0, 0]) for one in shuffled}) == 6


def test_roughening_changes_some_and_keeps_the_rest():
    pictures = noise(40, 16, 24, 3)
    rough = roughen.roughened(pictures, np.random.default_rng(0))
    same = np.array([np.array_equal(a, b) for a, b in zip(rough, pictures, strict=True)])
    assert rough.shape == pictures.shape and rough.dtype == np.uint8
    assert 0 < same.sum() < 20  # one in eight is left alone
    assert roughen.roughened(pictures[:0], np.random.default_rng(0)).shape == (0, 16, 24, 3)


# ---- thresholds and base rates


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_ppv_is_a_share_and_counts_agree(hit, alarm, rare):
    found = calibration.ppv(hit, alarm, rare)
    flagged = hit * rare + alarm * (1 - rare)
    assert math.isnan(found) if flagged == 0 else abs(found - hit * rare / flagged) < 1e-9 and 0 <= found <= 1


def test_ppv_of_the_rare_case():
    assert calibration.ppv(0.90, 0.05, 0.01) == pytest.approx(0.1538, abs=1e-4)
    for wrong in ((1.1, 0, 0), (0, -0.1, 0), (0, 0, float("nan"))):
        with pytest.raises(ValueError, match=r"wanted 0…1, got"):
            calibration.ppv(*wrong)


def test_counts_agree_with_scikit_learn():
    numbers = np.random.default_rng(0)
    real, fake = numbers.normal(0, 1, 31), numbers.normal(1, 1, 17)
    counts = calibration.confusion(real, fake, 0.4)
    answers = np.repeat([0, 1], [31, 17])
    (passes, alarms), (misses, hits) = confusion_matrix(answers, np.concatenate([real, fake]) >= 0.4)
    assert (counts.hits, counts.misses, counts.alarms, counts.passes) == (hits, misses, alarms, passes)
    assert counts.hit_rate == hits / 17 and counts.alarm_rate == alarms / 31
    assert counts.accuracy == (hits + passes) / 48


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=60), st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_a_threshold_accuses_no_more_than_allowed_and_as_many_as_it_may(scores, rate):
    real = np.array(scores, float)
    line = calibration.threshold_at(real, rate)
    accused = (real >= line).mean()
    assert accused <= rate + 1e-9
    if np.isfinite(line):
        lower = real[real < line].max()
        assert (real >= lower).mean() > rate, "a lower line would have been allowed"


# ---- calibration


def test_the_temperature_is_found_again():
    numbers = np.random.default_rng(0)
    true = numbers.normal(0, 2, 6000)
    fake = numbers.random(6000) < calibration.sigmoid(true)
    for factor in (0.25, 1.0, 3.0):
        assert calibration.fit_temperature(factor * true, fake) == pytest.approx(factor, rel=0.1)
    sure = calibration.sigmoid(3 * true)
    mended = calibration.sigmoid(3 * true / calibration.fit_temperature(3 * true, fake))
    assert calibration.calibration_error(mended, fake) < 0.03 < calibration.calibration_error(sure, fake)


def test_a_temperature_never_changes_the_order():
    numbers = np.random.default_rng(1)
    logits, fake = numbers.normal(0, 3, 80), numbers.random(80) < 0.5
    t = calibration.fit_temperature(logits, fake)
    assert auc(logits[~fake], logits[fake]) == auc(logits[~fake] / t, logits[fake] / t)


def test_losses_agree_with_scikit_learn():
    numbers = np.random.default_rng(2)
    logits, fake = numbers.normal(0, 2, 50), numbers.random(50) < 0.4
    assert calibration.log_loss(logits, fake) == pytest.approx(log_loss(fake, calibration.sigmoid(logits)))
    assert calibration.log_loss(np.array([-800.0, 800.0]), np.array([False, True])) == pytest.approx(0)


def test_the_curve_says_what_was_said_and_what_was_so():
    said = np.array([0.05, 0.15, 0.92, 0.98, 1.0])
    curve = calibration.reliability(said, np.array([False, True, True, True, False]), bins=2)
    assert [one["count"] for one in curve] == [2, 3]
    assert curve[0] == {"said": pytest.approx(0.1), "share": 0.5, "count": 2}
    assert curve[1]["share"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: calibration.confusion([], [1.0], 0), "real: wanted 1 or more, got 0"),
        (lambda: calibration.confusion([0.0], [np.nan], 0), "fake: wanted finite"),
        (lambda: calibration.confusion([0.0], [1.0], np.nan), "threshold: wanted a number, got nan"),
        (lambda: calibration.threshold_at([0.0], 1.5), "alarm_rate"),
        (lambda: calibration.threshold_at([0.0], np.nan), "alarm_rate"),
        (lambda: calibration.reliability([0.5], np.array([True]), bins=0), "bins: wanted a whole number, 1 or more"),
        (lambda: calibration.fit_temperature([1.0, 2.0], np.array([True, True])), "both recordings and fakes"),
        (lambda: calibration.fit_temperature([1.0, 2.0], np.array([1, 0])), "fake: wanted bool"),
        (lambda: calibration.reliability([1.5], np.array([True])), "probabilities"),
    ],
)
def test_bad_numbers_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# ---- a net as an examiner


def test_logits_come_in_batches_and_alike(net):
    crops = noise(7, 64, 64, 3)
    np.testing.assert_allclose(detector.logits_of(net, crops), detector.logits_of(net, crops, batch=3), atol=1e-4)


@pytest.mark.parametrize(
    ("crops", "error", "words"),
    [
        (noise(2, 64, 48, 3), ValueError, r"crops: wanted shape \(N, 64, 64, 3\), got"),
        (noise(64, 64, 3), ValueError, "crops"),
        (noise(0, 64, 64, 3), ValueError, "crops"),
        (np.zeros((1, 64, 64, 3)), TypeError, "crops: wanted a NumPy array of uint8, got ndarray of float64"),
        ("a picture", TypeError, "crops.*str"),
    ],
)
def test_other_crops_are_refused_in_words(net, crops, error, words):
    with pytest.raises(error, match=words):
        detector.logits_of(net, crops)


def test_a_net_that_learns_or_broke_down_is_refused(net):
    with pytest.raises(ValueError, match="training mode"):
        detector.logits_of(Meso4().train(), noise(1, 64, 64, 3))
    broken = Meso4().eval()
    with torch.no_grad():
        broken.head[-1].bias.fill_(float("nan"))
    with pytest.raises(ValueError, match="NaN"):
        detector.logits_of(broken, noise(1, 64, 64, 3))


def test_a_verdict_on_a_clip(net, clip):
    judge = detector.Detector(net, "mine", temperature=2.0, threshold=0.5)
    verdict = judge.verdict(clip.frames, clip.landmarks)
    assert verdict.frames.shape == (3,) and 0 <= verdict.probability <= 1
    assert verdict.flagged == (verdict.probability >= 0.5)
    assert calibration.sigmoid(judge(clip.frames, clip.landmarks)["mine"]) == pytest.approx(verdict.probability)
    hotter = detector.Detector(net, temperature=200.0).verdict(clip.frames, clip.landmarks)
    assert abs(hotter.probability - 0.5) < abs(verdict.probability - 0.5)
    assert "flagged" in str(verdict)
    assert set(examine(clip.frames, clip.landmarks, [judge])) == {"mine"}


def test_the_shipped_detectors_are_examiners(clip):
    found = examine(clip.frames, clip.landmarks, detector.shipped_detectors())
    assert set(found) == {"net, one maker", "net, self-blended"} and np.isfinite(list(found.values())).all()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"threshold": np.nan}, "threshold: wanted 0…1, got nan"),
        ({"threshold": 3.0}, "threshold: wanted 0…1, got 3"),
        ({"temperature": 0.0}, "temperature: wanted"),
        ({"temperature": np.nan}, "temperature: wanted.*nan"),
    ],
)
def test_a_detector_that_could_not_judge_is_refused(net, settings, words):
    with pytest.raises(ValueError, match=words):
        detector.Detector(net, **settings)


@pytest.mark.parametrize("frames", [0, 2])
def test_a_clip_that_is_empty_or_too_short_gets_no_verdict(net, clip, frames):
    with pytest.raises(ValueError, match="frames: wanted 3 or more"):
        detector.Detector(net).verdict(clip.frames[:frames], clip.landmarks[:frames])


def test_landmarks_with_nan_get_no_verdict(net, clip):
    with pytest.raises(ValueError, match=r"landmarks.*NaN"):
        detector.Detector(net).verdict(clip.frames, np.full_like(clip.landmarks, np.nan))


# ---- where it looks


class Corner(Meso4):
    """Its last maps are the brightness of 8 × 8 blocks, and only the upper left corner counts."""

    def __init__(self):
        super().__init__()
        self.features = torch.nn.AvgPool2d(8)
        weight = torch.zeros(1, 3, 8, 8)
        weight[:, :, :2, :2] = 1.0
        self.head = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(192, 1))
        with torch.no_grad():
            self.head[1].weight.copy_(weight.flatten(1))
            self.head[1].bias.zero_()


def test_the_heat_map_points_at_what_counts():
    crop = np.full((64, 64, 3), 60, np.uint8)
    crop[4:12, 4:12] = 255
    heat = detector.heat_map(Corner().eval(), crop)
    assert heat.shape == (64, 64) and heat.min() >= 0
    x, y = detector.hottest(heat)
    assert x < 16 and y < 16
    assert heat[32:, 32:].max() == 0


def test_hiding_what_counts_lowers_the_verdict_and_hiding_elsewhere_does_not():
    crop = np.full((64, 64, 3), 60, np.uint8)
    crop[4:12, 4:12] = 255
    model = Corner().eval()
    before, there, elsewhere = detector.logits_of(
        model, np.stack([crop, detector.hide(crop, 8, 8, 24), detector.hide(crop, 48, 48, 16)])
    )
    assert there < before - 0.1 and abs(elsewhere - before) < 1e-4
    real = np.full((1, 64, 64, 3), 60, np.uint8)
    found = detector.hiding_test(model, crop[None], real, 20, np.random.default_rng(0))
    assert found["hottest"] > 2 * abs(found["random"])
    whole = detector.hide(crop, 8, 8, 200, real[0])
    np.testing.assert_array_equal(whole, real[0])
    with pytest.raises(ValueError, match="instead"):
        detector.hide(crop, 8, 8, 5, real[0, :9])


def test_hiding_stays_within_its_disc():
    crop = noise(64, 48, 3)
    hidden = detector.hide(crop, 10, 40, 12)
    down, across = np.mgrid[:64, :48] + 0.5
    far = np.hypot(across - 10, down - 40) > 9
    np.testing.assert_array_equal(hidden[far], crop[far])
    assert not np.array_equal(hidden, crop) and np.array_equal(detector.hide(crop, 5, 5, 0), crop)
    for wrong in ((-1, 5, 3), (5, 99, 3), (5, 5, -1)):
        with pytest.raises(ValueError, match=r"(x|y|size): wanted"):
            detector.hide(crop, *wrong)
