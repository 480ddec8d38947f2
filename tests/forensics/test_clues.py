"""Crops, clues, ROC, combination and the contest; detectors have tests of their own."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from unmasked import extract, makers, toons
from unmasked.forensics import clues, combine, contest, face_crops, regions, roc
from unmasked.forensics.compression import LEVELS, compressed
from unmasked.forensics.crops import crop_matrices
from unmasked.forensics.examiners import examine, shipped
from unmasked.makers import Fake, MakerError


@pytest.fixture(scope="module")
def clip():
    return makers.record(toons.sample_identity(61), 2, frames=4, hand=False)


@pytest.fixture(scope="module")
def seen(clip):
    return face_crops(clip.frames, clip.landmarks, 96), *regions(clip.landmarks, 96)


# ---- crops


def test_crops_put_every_face_in_the_same_place(clip):
    eyes = [36, 45]
    for side in (64, 96):
        assert face_crops(clip.frames, clip.landmarks, side).shape == (4, side, side, 3)
        moved = np.stack(
            [
                one @ m[:, :2].T + m[:, 2]
                for one, m in zip(clip.landmarks, crop_matrices(clip.landmarks, side), strict=True)
            ]
        )
        middle = moved[:, eyes].mean(1) / side
        assert np.abs(middle - middle.mean(0)).max() < 0.03
        assert (middle > 0.3).all() and (middle < 0.7).all()


def test_crops_follow_the_skull_not_the_expression(clip):
    talking = clip.landmarks.copy()
    talking[:, toons.LANDMARKS["lips"]] += 5
    talking[:, toons.LANDMARKS["left_brow"]] -= 5
    np.testing.assert_array_equal(face_crops(clip.frames, talking), face_crops(clip.frames, clip.landmarks))
    for mine, other in zip(regions(talking), regions(clip.landmarks), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_regions_lie_on_the_face_and_around_it(clip, seen):
    _, inside, around = seen
    assert not (inside & around).any()

    faces = np.stack(
        [extract.warp(m, k, 96) for m, k in zip(clip.masks, crop_matrices(clip.landmarks, 96), strict=True)]
    )
    assert (faces[inside] > 127).mean() > 0.85, "the inner region leaves the face"
    assert (faces[around] > 127).mean() < 0.6
    assert inside.mean() > 0.08 and around.mean() > 0.08


@pytest.mark.parametrize("shape", [(80, 120), (120, 64)])
def test_frames_need_not_be_square(shape):
    frames = np.random.default_rng(0).integers(0, 256, (3, *shape, 3), dtype=np.uint8)
    points = makers.record(toons.sample_identity(1), 0, frames=3, side=64).landmarks
    assert face_crops(frames, points, 48).shape == (3, 48, 48, 3)


BAD = np.full((2, 68, 2), np.nan, np.float32)


@pytest.mark.parametrize(
    ("frames", "landmarks", "error", "words"),
    [
        (np.zeros((0, 96, 96, 3), np.uint8), np.zeros((0, 68, 2)), ValueError, "frames: wanted 1 or more, got 0"),
        (np.zeros((2, 96, 96), np.uint8), np.zeros((2, 68, 2)), ValueError, r"frames.*\(T, H, W, 3\).*\(2, 96, 96\)"),
        (np.zeros((2, 8, 8, 3), np.uint8), np.zeros((2, 68, 2)), ValueError, "16 × 16.*8 × 8"),
        (np.zeros((2, 96, 96, 3)), np.zeros((2, 68, 2)), TypeError, "frames.*float64"),
        (np.zeros((2, 96, 96, 3), np.uint8), BAD, ValueError, "landmarks.*NaN"),
        (np.zeros((2, 96, 96, 3), np.uint8), np.zeros((2, 67, 2)), ValueError, r"landmarks.*\(2, 68, 2\)"),
        (np.zeros((2, 96, 96, 3), np.uint8), np.zeros((2, 68, 2), int), TypeError, "landmarks.*floats"),
        (np.zeros((2, 96, 96, 3), np.uint8), np.zeros((2, 68, 2)), ValueError, "coincide"),
    ],
)
def test_a_clip_that_is_none_is_worded(frames, landmarks, error, words):
    for function in (face_crops, clues.clue_values):
        with pytest.raises(error, match=words):
            function(frames, landmarks)


def test_too_few_frames_for_a_flicker_are_worded(clip):
    with pytest.raises(ValueError, match="at least 3 frames"):
        clues.clue_values(clip.frames[:2], clip.landmarks[:2])
    with pytest.raises(ValueError, match=r"side.*16…1024"):
        face_crops(clip.frames, clip.landmarks, 8)
    with pytest.raises(ValueError, match=r"landmarks.*\(T, 68, 2\)"):
        regions(clip.landmarks[0])


# ---- clues: each answers to the fault that it is made for


def test_the_seven_give_finite_numbers(clip):
    values = clues.clue_values(clip.frames, clip.landmarks)
    assert list(values) == list(clues.CLUES) and len(values) == 7
    assert np.isfinite(list(values.values())).all()


def faulty(seen, fault):
    crops, inside, around = seen
    return fault(crops.copy(), inside), inside, around


def softened(crops, inside):
    soft = np.stack([cv2.GaussianBlur(one, (0, 0), 2.0) for one in crops])
    return np.where(inside[..., None], soft, crops)


def tinted(crops, inside):
    return np.where(inside[..., None], np.clip(crops.astype(int) + np.array([18, -12, 6]), 0, 255), crops).astype(
        np.uint8
    )


def boxed(crops, inside):
    crops[:, 12:80, 14:82] = np.clip(crops[:, 12:80, 14:82].astype(int) + 25, 0, 255)
    return crops


def grainy(crops, inside):
    noise = np.random.default_rng(0).normal(0, 14, crops.shape)
    return np.where(inside[..., None], np.clip(crops + noise, 0, 255), crops).astype(np.uint8)


def shaken(crops, inside):
    moved = np.stack([np.roll(one, 2 * (t % 2) - 1, 1) for t, one in enumerate(crops)])
    return np.where(inside[..., None], moved, crops)


@pytest.mark.parametrize(
    ("clue", "fault"),
    [
        ("blur ratio", softened),
        ("boundary step", tinted),
        ("boundary step", boxed),
        ("spectrum", softened),
        ("noise residual", softened),
        ("flicker", shaken),
    ],
)
def test_a_clue_rises_with_its_fault(seen, clue, fault):
    before = clues.CLUES[clue](*seen)
    after = clues.CLUES[clue](*faulty(seen, fault))
    assert after > before, f"{clue}: {before:.3f} on the recording, {after:.3f} with the fault"


def test_grain_is_missed_when_it_lacks_and_forgiven_when_it_abounds(seen):
    value = clues.CLUES["noise residual"]
    assert value(*faulty(seen, grainy)) < value(*seen) < value(*faulty(seen, softened))


def test_news_that_stops_at_the_face_is_told_from_news_that_goes_on(seen):
    crops, inside, around = seen
    through, stopped = crops.copy(), crops.copy()
    for t in range(len(crops)):
        strip = np.zeros(crops.shape[1:3], bool)
        strip[:, 20 * t : 20 * t + 20] = True
        through[t][strip] = 250
        stopped[t][strip & ~inside[t]] = 250
    values = [clues.occlusion(one, inside, around) for one in (through, stopped)]
    assert values[1] > values[0] + 0.3


def test_a_second_jaw_raises_the_double_edge():
    side = 96
    y, x = np.mgrid[:side, :side]
    radius = np.hypot(x - 48, y - 40)
    inside = np.repeat((radius < 30)[None], 3, 0)
    around = np.repeat(((radius >= 30) & (radius < 40))[None], 3, 0)
    one = np.where(radius < 34, 200, 80)
    two = np.where(radius < 27, 150, one)
    values = [
        clues.double_edge(np.repeat(np.repeat(face[None, ..., None], 3, -1), 3, 0).astype(np.uint8), inside, around)
        for face in (one, two)
    ]
    assert values[1] > values[0] + 0.2


def test_a_hand_in_front_is_no_fault():
    """A real hand crosses the outline: far less is missing inside than when the face was painted over it."""
    real = makers.record(toons.sample_identity(28), 3, frames=6, hand=True)
    painted = makers.forge(makers.built_in()["feathered swap"], real, 0)
    values = [clues.clue_values(frames, real.landmarks)["occlusion"] for frames in (real.frames, painted.frames)]
    assert values[1] > values[0]


def test_brighter_recordings_do_not_look_forged(seen):
    """Ratios: a camera with more gain changes the clues far less than a fault does."""
    crops, inside, around = seen
    for name in ("blur ratio", "spectrum", "flicker"):
        dark = clues.CLUES[name]((crops * 0.7).astype(np.uint8), inside, around)
        assert dark == pytest.approx(clues.CLUES[name](crops, inside, around), abs=0.35), name


# ---- ROC


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=12), st.lists(st.integers(0, 6), min_size=1, max_size=9))
def test_auc_agrees_with_scikit_learn_and_with_the_curve(real, fake):
    real, fake = np.array(real, float), np.array(fake, float)
    expected = roc_auc_score([0] * len(real) + [1] * len(fake), [*real, *fake])
    assert roc.auc(real, fake) == pytest.approx(expected)
    alarms, hits = roc.roc(real, fake)
    assert (alarms[0], hits[0], alarms[-1], hits[-1]) == (0, 0, 1, 1)
    assert (np.diff(alarms) >= 0).all() and (np.diff(hits) >= 0).all()
    area = np.sum(np.diff(alarms) * (hits[1:] + hits[:-1]) / 2)
    assert area == pytest.approx(expected)


def test_the_interval_holds_the_area_and_narrows_with_more_characters():
    generator = np.random.default_rng(0)
    widths = []
    for count in (10, 160):
        real, fake = generator.normal(0, 1, count), generator.normal(1, 1, count)
        groups = np.arange(count)
        low, high = roc.auc_interval(real, fake, groups, groups)
        assert low <= roc.auc(real, fake) <= high
        widths.append(high - low)
    assert widths[1] < 0.5 * widths[0]


def test_clips_of_one_character_do_not_count_as_many():
    generator = np.random.default_rng(1)
    real, fake = np.repeat(generator.normal(0, 1, 8), 10), np.repeat(generator.normal(0.5, 1, 8), 10)
    whose = np.repeat(np.arange(8), 10)
    alone = roc.auc_interval(real, fake, np.arange(80), np.arange(80))
    together = roc.auc_interval(real, fake, whose, whose)
    assert together[1] - together[0] > 1.5 * (alone[1] - alone[0])


def test_roc_refuses_in_words():
    with pytest.raises(ValueError, match=r"real: wanted 1 or more, got 0"):
        roc.auc([], [1.0])
    with pytest.raises(ValueError, match=r"fake.*NaN"):
        roc.roc([1.0], [np.nan])
    with pytest.raises(ValueError, match="two characters"):
        roc.auc_interval([1.0], [2.0], [7], [7])


def test_d_prime_is_zero_for_guessing_and_mirrors():
    assert roc.d_prime(5, 10, 5, 10) == 0
    assert roc.d_prime(9, 10, 2, 10) == pytest.approx(-roc.d_prime(2, 10, 9, 10))
    assert np.isfinite(roc.d_prime(10, 10, 0, 10)) and roc.d_prime(10, 10, 0, 10) > 3
    # Rates 16.5/22 and 5.5/22, three quarters and one: z is ±0.6745 by any table of the normal distribution.
    assert roc.d_prime(16, 21, 5, 21) == pytest.approx(2 * 0.6745, abs=1e-3)
    with pytest.raises(ValueError, match="hits"):
        roc.d_prime(11, 10, 0, 10)


# ---- compression


def test_levels_keep_shape_and_lose_more_and_more(clip):
    error = {}
    for level in LEVELS:
        sent = compressed(clip.frames, level)
        assert sent.shape == clip.frames.shape and sent.dtype == np.uint8
        error[level] = np.abs(sent.astype(float) - clip.frames).mean()
    assert error["JPEG 95"] < error["JPEG 60"] and error["H.264 23"] < error["H.264 40"]
    with pytest.raises(ValueError, match=r"level.*JPEG 95.*got 'GIF'"):
        compressed(clip.frames, "GIF")


# ---- combination


def test_the_combination_finds_the_clue_that_matters():
    generator = np.random.default_rng(2)
    fake = np.arange(200) % 2 == 1
    values = generator.normal(0, [1.0, 5.0, 0.1], (200, 3))
    values[fake, 2] += 0.3
    found = combine.fit(values, fake, ["a", "b", "c"])
    assert abs(found.weights[2]) > 3 * max(abs(found.weights[0]), abs(found.weights[1]))
    assert roc.auc(found.score(values)[~fake], found.score(values)[fake]) > 0.95
    again = combine.Combination(**found.to_dict())
    np.testing.assert_allclose(again.score(values), found.score(values))


def test_no_clip_is_scored_by_what_saw_its_character():
    """Labels by character and a number that names the character: whoever peeks is perfect, whoever does not guesses."""
    generator = np.random.default_rng(3)
    characters = np.repeat(np.arange(40), 6)
    signature = generator.normal(0, 1, (40, 4))[characters]
    fake = (generator.random(40) < 0.5)[characters]
    scores = combine.held_out_scores(signature, fake, characters, list("abcd"))
    assert 0.2 < roc.auc(scores[~fake], scores[fake]) < 0.8
    order = generator.permutation(len(fake))
    again = combine.held_out_scores(signature[order], fake[order], characters[order], list("abcd"))
    np.testing.assert_allclose(again, scores[order], atol=1e-4)


def test_the_combination_refuses_in_words():
    values, fake = np.zeros((4, 2)), np.array([True, False, True, False])
    with pytest.raises(ValueError, match=r"values.*NaN"):
        combine.fit(values * np.nan, fake, ["a", "b"])
    with pytest.raises(ValueError, match="both recordings and fakes"):
        combine.fit(values, fake | True, ["a", "b"])
    with pytest.raises(ValueError, match=r"values.*\(4, 3\)"):
        combine.fit(values, fake, ["a", "b", "c"])
    with pytest.raises(ValueError, match="5 folds"):
        combine.held_out_scores(values, fake, np.arange(4), ["a", "b"])


def test_the_shipped_combination_takes_the_seven_clues():
    assert combine.shipped().names == tuple(clues.CLUES)


# ---- the contest


class Tint:
    name = "tint"

    def make(self, clip, rng):
        masks = (clip.masks > 127).astype(np.float32)
        frames = np.clip(clip.frames + 40 * masks[..., None], 0, 255).astype(np.uint8)
        return Fake(frames, masks)


class Late:
    """Right for the first clip, wrong for the second."""

    name = "late"

    def make(self, clip, rng):
        if clip.identity.marks % 2:
            raise RuntimeError("no more ideas")
        return Tint().make(clip, rng)


@pytest.fixture(scope="module")
def tried():
    clips = [makers.record(toons.sample_identity(70 + i), 0, frames=3) for i in range(3)]
    return contest.run({"tint": Tint(), "late": Late()}, clips, [clues.clue_values], 0, ["JPEG 95", "H.264 40"])


def test_a_maker_that_fails_drops_out_and_the_rest_are_scored(tried):
    assert list(tried.errors) == ["late"] and "no more ideas" in tried.errors["late"]
    assert {row["maker"] for row in tried.rows} == {"real", "tint"}
    assert len(tried.rows) == 2 * 3 * 2
    assert tried.names == list(clues.CLUES)
    found = tried.area("boundary step", "tint", "JPEG 95", draws=20)
    assert 0 <= found["low"] <= found["auc"] <= found["high"] <= 1


def test_recordings_go_through_the_same_compression(tried):
    real = [tried.column("spectrum", "real", level) for level in ("JPEG 95", "H.264 40")]
    assert not np.allclose(*real)


def test_an_examiner_that_gives_no_number_is_worded(clip):
    with pytest.raises(ValueError, match=r"mystery.*nan"):
        examine(clip.frames, clip.landmarks, [lambda frames, landmarks: {"mystery": float("nan")}])
    assert set(examine(clip.frames, clip.landmarks, shipped())) >= {*clues.CLUES, combine.NAME}


def test_other_seeds_film_other_strangers():
    assert contest.film(1, 1)[0].identity != contest.film(1, 2)[0].identity
    for arguments in ((0, 1), (2000, 1), (3, -1), (3, 10_000)):
        with pytest.raises(ValueError):
            contest.film(*arguments)


# ---- clean pixels


def too_clean(frames):
    """How little a picture changes from frame to frame where nothing moves, in most of its pixels: grain does."""
    return -np.median(np.abs(np.diff(compressed(frames, "JPEG 95").astype(float), axis=0)))


def clean_face(frames, landmarks):
    """How little fine grain the face alone has, by what its neighbours in time do not explain."""
    crops = face_crops(compressed(frames, "JPEG 95"), landmarks, 96).astype(np.float32)
    rest = crops[1:-1] - (crops[:-2] + crops[2:]) / 2
    fine = np.stack([np.abs(one - cv2.blur(one, (3, 3))).mean(-1) for one in rest])
    flat = clues.flat_ground(crops.astype(np.uint8))[1:-1]
    return -np.median(fine[flat & regions(landmarks, 96)[0][1:-1]])


def test_clean_pixels_alone_do_not_win():
    """What never saw a camera is found at once by its lack of grain; the fakes of the five makers are not."""
    people = [toons.sample_identity(700 + i) for i in range(20)]
    clips = [makers.record(one, 0, frames=4) for one in people]
    drawn = [makers.record(one, 0, frames=4, filmed=False) for one in people]
    real = [too_clean(clip.frames) for clip in clips]
    faces = [clean_face(clip.frames, clip.landmarks) for clip in clips]
    assert roc.auc(real, [too_clean(clip.frames) for clip in drawn]) > 0.95, "the test itself is blind"
    for name, maker in makers.built_in().items():
        fakes = [makers.forge(maker, clip, 0).frames for clip in clips]
        whole = roc.auc(real, [too_clean(frames) for frames in fakes])
        assert 0.35 < whole < 0.65, f"{name} is given away by the picture's grain: AUC {whole:.2f}"
        face = roc.auc(faces, [clean_face(f, c.landmarks) for f, c in zip(fakes, clips, strict=True)])
        assert face < 0.9, f"the face's grain alone gives {name} away: AUC {face:.2f}"


def test_outside_the_mask_a_fake_is_the_recording(clip):
    """So no detector can win by the wall's pixels either: they are the camera's own."""
    for maker in makers.built_in().values():
        fake = makers.forge(maker, clip, 0)
        untouched = fake.masks == 0
        assert untouched.mean() > 0.3
        np.testing.assert_array_equal(fake.frames[untouched], clip.frames[untouched], err_msg=maker.name)


def test_makers_error_is_a_value_error():
    assert issubclass(MakerError, ValueError)
