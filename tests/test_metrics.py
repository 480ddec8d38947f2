"""Metrics: against references, against hand-made cases whose score is known, and in the words of their errors."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.metrics import r2_score

from unmasked import metrics, tensors, toons
from unmasked.faces import draw_faces

SHAPE = (4, 3, 20, 27)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def truth():
    return torch.rand(SHAPE, generator=seeded(1))


@pytest.fixture
def swap(truth):
    return (truth + 0.1 * torch.randn(SHAPE, generator=seeded(2))).clamp(0, 1)


@pytest.fixture
def mask():
    mask = torch.zeros(SHAPE[0], 1, *SHAPE[2:])
    mask[:, :, 4:15, 6:22] = 1
    mask[1, :, :8] = 0.25
    return mask


# --- references ---


def test_psnr_is_scikit_images(truth, swap):
    wanted = [peak_signal_noise_ratio(a, b, data_range=1.0) for a, b in zip(truth.numpy(), swap.numpy(), strict=True)]
    assert metrics.psnr(swap, truth) == pytest.approx(np.mean(wanted), abs=1e-4)


def test_ssim_is_scikit_images(truth, swap):
    settings_of_the_paper = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    wanted = [
        structural_similarity(a, b, channel_axis=0, data_range=1.0, full=True, **settings_of_the_paper)[1].mean()
        for a, b in zip(truth.numpy(), swap.numpy(), strict=True)
    ]
    assert metrics.ssim(swap, truth) == pytest.approx(np.mean(wanted), abs=1e-4)


def test_explained_is_its_formula(truth, swap, mask):
    baseline = truth.mean(0)
    s, t, b, m = (x.double().numpy() for x in (swap, truth, baseline[None].expand(SHAPE), mask))
    wanted = 1 - (m * (s - t) ** 2).sum() / (m * (b - t) ** 2).sum()
    assert metrics.explained(swap, truth, baseline, mask) == pytest.approx(wanted, abs=1e-9)
    assert metrics.explained(swap, truth, baseline[None], mask) == pytest.approx(wanted, abs=1e-9)
    assert metrics.explained(swap, truth, baseline.expand(SHAPE), mask) == pytest.approx(wanted, abs=1e-9)
    assert metrics.explained_swap(swap, truth, baseline, mask) == pytest.approx(wanted, abs=1e-9)
    assert metrics.explained_expression(swap, truth, baseline[None], mask) == pytest.approx(wanted, abs=1e-9)


def test_recovery_is_r2_a_parameter():
    rng = np.random.default_rng(0)
    actual = rng.normal(3, 2, (40, len(toons.PARAMETERS)))
    predicted = actual + rng.normal(0, 1, actual.shape) * np.linspace(0, 3, actual.shape[1])
    scores = metrics.recovery(torch.from_numpy(predicted).requires_grad_(), actual)
    assert tuple(scores) == tuple(toons.PARAMETERS)
    np.testing.assert_allclose(list(scores.values()), r2_score(actual, predicted, multioutput="raw_values"), rtol=1e-9)
    assert scores["yaw"] == 1.0
    mean = np.broadcast_to(actual.mean(0), actual.shape)
    assert all(abs(score) < 1e-9 for score in metrics.recovery(mean, actual).values()), "always the mean scores 0"


# --- cases whose score is known ---


def test_the_scale_of_psnr():
    a = torch.full((2, 3, 8, 8), 0.5)
    assert metrics.psnr(a + 0.1, a) == pytest.approx(20, abs=1e-4)
    assert metrics.psnr(a + 0.01, a) == pytest.approx(40, abs=1e-3)
    assert metrics.psnr(a, a) == float("inf")


def test_psnr_is_a_mean_of_pictures_not_of_errors():
    a = torch.full((2, 3, 8, 8), 0.5)
    b = a.clone()
    b[0] += 0.1
    b[1] += 0.01
    assert metrics.psnr(b, a) == pytest.approx(30, abs=1e-3)


def test_perfect_mean_and_worse(truth, mask):
    mean = truth.mean(0)
    assert metrics.explained_swap(truth, truth, mean, mask) == 1
    assert metrics.explained_swap(mean.expand(SHAPE), truth, mean, mask) == pytest.approx(0, abs=1e-9)
    assert metrics.explained_swap(1 - truth, truth, mean, mask) < -1


def test_half_of_the_error_left_is_a_quarter_of_its_square(truth, mask):
    mean = truth.mean(0)
    assert metrics.explained_swap((truth + mean) / 2, truth, mean, mask) == pytest.approx(0.75, abs=1e-6)


def test_explained_is_pooled_over_the_set():
    """One easy and one hard picture: the sums are divided, not the quotients averaged."""
    truth = torch.full((2, 3, 4, 4), 0.5)
    baseline = truth + torch.tensor([0.1, 0.4])[:, None, None, None]
    swap = truth.clone()
    swap[0] += 0.1  # nothing explained of the easy one, all of the hard one
    assert metrics.explained(swap, truth, baseline) == pytest.approx(1 - 0.01 / 0.17, abs=1e-6)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 9999))
def test_nothing_outside_the_mask_counts(seed):
    generator = seeded(seed)
    a, b = torch.rand(3, 3, 14, 17, generator=generator), torch.rand(3, 3, 14, 17, generator=generator)
    mask = (torch.rand(3, 1, 14, 17, generator=generator) > 0.5).float()
    other = torch.where(mask > 0, a, torch.rand(a.shape, generator=generator))
    assert metrics.psnr(other, b, mask) == pytest.approx(metrics.psnr(a, b, mask), abs=1e-9)
    assert metrics.explained(other, b, b.mean(0), mask) == pytest.approx(
        metrics.explained(a, b, b.mean(0), mask), abs=1e-9
    )
    assert torch.allclose(metrics.masked_mse(other, b, mask), metrics.masked_mse(a, b, mask))


def test_ssim_far_from_the_mask_does_not_count(truth):
    mask = torch.zeros(SHAPE[0], 1, *SHAPE[2:])
    mask[..., :8] = 1
    other = truth.clone()
    other[..., 16:] = 0  # more than the window's 5 pixels away
    assert metrics.ssim(other, truth, mask) == pytest.approx(1, abs=1e-9)
    assert metrics.ssim(other, truth) < 0.8


def test_half_precision_and_gradients_are_measured_too(truth, swap, mask):
    wanted = metrics.explained_swap(swap, truth, truth.mean(0), mask)
    got = metrics.explained_swap(swap.to(torch.bfloat16).requires_grad_(), truth, truth.mean(0), mask)
    assert got == pytest.approx(wanted, abs=0.01)


# --- shuffled truth ---


@settings(deadline=None, max_examples=60)
@given(count=st.integers(2, 40), seed=st.integers(0, 9999))
def test_a_derangement_leaves_nothing_in_place(count, seed):
    order = metrics.derangement(count, seeded(seed))
    assert sorted(order.tolist()) == list(range(count)), "every picture must be used once"
    assert (order != torch.arange(count)).all(), "no picture may meet its own truth"
    assert torch.equal(order, metrics.derangement(count, seeded(seed)))


def test_derangements_differ():
    orders = {tuple(metrics.derangement(6, seeded(seed)).tolist()) for seed in range(50)}
    assert len(orders) > 30
    assert {order[0] for order in orders} == {1, 2, 3, 4, 5}


def test_shuffled_tells_following_from_ignoring(truth, mask):
    mean = truth.mean(0)
    follows = metrics.shuffled(metrics.explained_swap, truth, truth, mean, mask, generator=seeded())
    assert follows < -0.5, "a perfect swap held against other truths is worse than the mean picture"
    still = mean.expand(SHAPE)
    ignores = metrics.shuffled(metrics.explained_swap, still, truth, mean, mask, generator=seeded())
    assert ignores == pytest.approx(metrics.explained_swap(still, truth, mean, mask), abs=1e-9)


def test_what_comes_with_the_truth_stays_with_it(truth, mask):
    order = metrics.derangement(SHAPE[0], seeded(3))
    neutral = truth.flip(0)
    got = metrics.shuffled(metrics.explained_expression, truth, truth, neutral, mask, generator=seeded(3))
    assert got == metrics.explained_expression(truth[order], truth, neutral, mask)


# --- eyes and mouth ---


@pytest.fixture(scope="module")
def acted():
    performances = toons.sample_performances(np.random.default_rng(0), 8)
    ada = toons.character("ada")
    return draw_faces(ada, performances), draw_faces(ada, toons.neutral_expression(performances))


def test_eyes_and_mouth_cover_what_moves_and_little_else(acted):
    faces, neutral = acted
    masks = metrics.eyes_and_mouth(faces.landmarks, neutral.landmarks)
    assert masks.shape == (8, 64, 64)
    assert set(np.unique(masks)) == {0, 255}
    labels = [toons.PARTS.index(name) for name in ("eyes", "mouth", "teeth")]
    for one in (faces, neutral):
        inside = np.isin(one.parts, labels)
        assert (masks[inside] == 255).mean() > 0.95, "nearly every pixel of eyes, mouth and teeth must be in the mask"
    assert (masks == 255).mean() < 0.3, "eyes and mouth are a small part of a face"


def test_a_neutral_swap_explains_no_expression(acted):
    faces, neutral = acted
    masks = tensors.masks_to_tensor(metrics.eyes_and_mouth(faces.landmarks, neutral.landmarks))
    truth, calm = tensors.to_tensor(faces.pictures), tensors.to_tensor(neutral.pictures)
    assert metrics.explained_expression(calm, truth, calm, masks) == 0
    assert metrics.explained_expression(truth, truth, calm, masks) == 1


def test_eyes_and_mouth_in_a_picture_that_is_not_square(acted):
    landmarks = acted[0].landmarks[:3]
    masks = metrics.eyes_and_mouth(landmarks + np.float32([20, 0]), shape=(64, 100), grow=0)
    np.testing.assert_array_equal(masks[:, :, 20:84], metrics.eyes_and_mouth(landmarks, grow=0))


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_its_share_and_mirrors(pair):
    right, count = pair
    low, high = metrics.wilson_interval(right, count)
    assert 0 <= low <= right / count <= high <= 1
    mirrored = metrics.wilson_interval(count - right, count)
    assert np.allclose([1 - high, 1 - low], mirrored)


def test_the_interval_agrees_with_statsmodels_numbers():
    assert np.allclose(metrics.wilson_interval(13, 20), (0.43286, 0.81880), atol=1e-4)
    with pytest.raises(ValueError):
        metrics.wilson_interval(3, 2)


# --- words ---

ONE = torch.full((2, 3, 12, 14), 0.5)
FULL = torch.ones(2, 1, 12, 14)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: metrics.psnr(ONE[0], ONE[0]), ValueError, r"a: wanted shape \(N, 3, H, W\), got \(3, 12, 14\)"),
        (lambda: metrics.psnr(ONE, ONE[:1]), ValueError, r"b: wanted the shape of a, \(2, 3.*\(1, 3"),
        (lambda: metrics.psnr(ONE, ONE, FULL[:, 0]), ValueError, r"mask: wanted N×1×H×W"),
        (lambda: metrics.psnr(ONE, ONE, FULL[:1]), ValueError, r"mask: wanted.*\(2, 1, 12, 14\)"),
        (lambda: metrics.psnr(ONE, ONE, FULL * 255), ValueError, r"mask: wanted values in 0…1.*255"),
        (
            lambda: metrics.psnr(ONE, ONE, torch.stack([FULL[0], 0 * FULL[0]])),
            ValueError,
            r"mask: it is empty for picture 1",
        ),
        (lambda: metrics.ssim(ONE, ONE, FULL * 0), ValueError, r"mask: it is empty for picture 0"),
        (lambda: metrics.ssim(ONE[..., :9], ONE[..., :9]), ValueError, r"at least 11×11 pixels, got 12×9"),
        (lambda: metrics.psnr(ONE * torch.nan, ONE), ValueError, r"a: it holds NaN"),
        (lambda: metrics.psnr(ONE, ONE * 255), ValueError, r"b: wanted values in 0…1"),
        (lambda: metrics.psnr(ONE.numpy(), ONE), TypeError, r"a: wanted a floating torch.Tensor, got ndarray"),
        (lambda: metrics.psnr(ONE, ONE.mul(255).byte()), TypeError, r"b: .*torch.uint8"),
        (lambda: metrics.explained(ONE, ONE, ONE, FULL), ValueError, r"truth: it is the same as the baseline"),
        (lambda: metrics.explained(ONE, ONE, 0 * ONE, 0 * FULL), ValueError, r"mask: it is empty"),
        (
            lambda: metrics.explained(ONE, ONE, torch.zeros(3, 3, 12, 14), FULL),
            ValueError,
            r"baseline: wanted one picture",
        ),
        (lambda: metrics.explained(ONE[:0], ONE[:0], ONE[0]), ValueError, r"swap: wanted 1 or more, got 0"),
        (lambda: metrics.derangement(1, seeded()), ValueError, r"with 1 pictures"),
        (lambda: metrics.derangement(5, 0), TypeError, r"generator: wanted a torch.Generator"),
        (
            lambda: metrics.recovery(np.zeros((5, 3)), np.zeros((5, 3))),
            ValueError,
            r"predicted: wanted shape \(N, 11\)",
        ),
        (lambda: metrics.recovery(np.eye(3)[:2], np.eye(3), "abc"), ValueError, r"same number of rows.*2 and 3"),
        (
            lambda: metrics.recovery(np.eye(2), np.array([[1.0, 5], [2, 5]]), ["a", "b"]),
            ValueError,
            r"actual: b is 5 in every",
        ),
        (lambda: metrics.recovery(np.eye(2) * np.nan, np.eye(2), "ab"), ValueError, r"predicted: wanted finite"),
        (lambda: metrics.eyes_and_mouth(np.zeros((68, 2))), ValueError, r"landmarks: wanted.*\(68, 2\)"),
        (lambda: metrics.eyes_and_mouth(), ValueError, r"landmarks: wanted.*none"),
        (lambda: metrics.eyes_and_mouth(np.zeros((1, 68, 2)), shape=0), ValueError, r"shape: wanted 1 or more pixels"),
        (
            lambda: metrics.eyes_and_mouth(np.zeros((2, 68, 2)), np.zeros((3, 68, 2))),
            ValueError,
            r"landmarks: wanted sets of equal length, got \[2, 3\]",
        ),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()


# --- sharpness ---


def test_the_truth_is_as_sharp_as_itself_and_half_the_contrast_is_a_quarter(truth, mask):
    assert metrics.sharpness(truth, truth, mask) == pytest.approx(1)
    half = 0.5 + (truth - 0.5) / 2
    assert metrics.sharpness(half, truth, mask) == pytest.approx(0.25, rel=1e-5)
    assert metrics.sharpness(1 - truth, truth, mask) == pytest.approx(1, rel=1e-5), "which detail it is doesn't count"


def test_blur_is_softer_the_wider_it_is_and_noise_is_sharp():
    truth = torch.rand(3, 3, 40, 28, generator=seeded())
    blurred = [torch.nn.functional.avg_pool2d(truth, n, 1, n // 2, count_include_pad=False) for n in (3, 5)]
    scores = [metrics.sharpness(one, truth) for one in blurred]
    assert 0 < scores[1] < scores[0] < 0.6
    smooth = torch.nn.functional.interpolate(torch.rand(3, 3, 4, 3, generator=seeded()), (40, 28), mode="bilinear")
    assert metrics.sharpness(truth, smooth) > 2


def test_sharpness_counts_only_inside_the_mask():
    truth = torch.rand(2, 3, 32, 24, generator=seeded(1))
    mask = torch.zeros(2, 1, 32, 24)
    mask[..., :10] = 1
    other = truth.clone()
    other[..., 20:] = 0.5
    assert metrics.sharpness(other, truth, mask) == pytest.approx(1)
    with pytest.raises(ValueError, match="truth: it has no detail inside the mask"):
        metrics.sharpness(truth, torch.full_like(truth, 0.5), mask)
