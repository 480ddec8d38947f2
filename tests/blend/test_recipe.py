"""The whole chain, the true composite, and the measures."""

from dataclasses import replace

import numpy as np
import pytest
from soft_pictures import blobs, disc

from unmasked import blend, extract, toons
from unmasked.blend import Recipe
from unmasked.toons import scenes

SHAPE = (180, 210)


@pytest.fixture(scope="module")
def scene():
    """A recording of Kit, the true composite with Bo's face, and Bo's face as a perfect network would draw it."""
    performance = toons.Performance(yaw=8, smile=0.6, jaw=0.3)
    layout = scenes.Layout(SHAPE, 105, 95, 160, 4.0, 5, 7)
    truth = blend.wearing_the_face_of(toons.CAST["kit"], toons.CAST["bo"])
    kit, true, bo = (scenes.render(who, performance, layout) for who in (toons.CAST["kit"], truth, toons.CAST["bo"]))
    crop, matrix = extract.align(bo.picture, bo.landmarks), extract.align_matrix(bo.landmarks)
    return {
        "kit": kit,
        "true": true,
        "crop": crop,
        "matrix": extract.align_matrix(kit.landmarks),
        "given": {
            "mask": kit.mask,
            "landmarks": kit.landmarks,
            "crop_landmarks": extract.move(bo.landmarks, matrix),
        },
    }


def put(scene, recipe):
    return blend.put_back(scene["kit"].picture, scene["crop"], scene["matrix"], recipe, **scene["given"])


# ---- the truth


def test_the_true_composite_agrees_with_the_frame_outside_the_face(scene):
    outside = blend.grow(scene["kit"].mask, 3) == 0
    difference = np.abs(scene["kit"].picture.astype(int) - scene["true"].picture)
    assert difference[outside].mean() < 0.3, "JPEG's blocks may differ a little, nothing else"
    assert difference[~outside].mean() > 10
    np.testing.assert_allclose(scene["true"].landmarks[:17], scene["kit"].landmarks[:17], atol=1e-3)


def test_features_come_from_the_face_and_the_rest_from_the_body():
    body, face = toons.CAST["kit"], toons.CAST["bo"]
    both = blend.wearing_the_face_of(body, face)
    assert (both.mouth_width, both.glasses, both.iris) == (face.mouth_width, face.glasses, face.iris)
    assert (both.skin, both.hair, both.width, both.clothes) == (body.skin, body.hair, body.width, body.clothes)
    assert blend.wearing_the_face_of(body, body) == replace(body, name="Kit on Kit")
    with pytest.raises(TypeError, match=r"face.*str"):
        blend.wearing_the_face_of(body, "bo")


# ---- the chain


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(box=0.5, opacity=0.5),
        Recipe("hull", forehead=0.2, feather=5),
        Recipe("new hull", grow=4, sharpen=1),
        Recipe("given", grow=-3, feather=8, colour="reinhard", brightness=10, contrast=0.9),
        Recipe("given", colour="histogram", warp=1, scale=0.9),
        Recipe("given", grow=-2, poisson=True, opacity=0.8),
        Recipe(box=0.7, poisson=True),
    ],
)
def test_every_stage_runs_and_changes_nothing_outside_its_mask(scene, recipe):
    kept = scene["kit"].picture.copy()
    made = put(scene, recipe)
    assert made.picture.shape == (*SHAPE, 3) and made.picture.dtype == np.uint8
    assert made.mask.shape == SHAPE and made.mask.dtype == np.float32 and made.mask.max() <= recipe.opacity
    assert (made.picture != kept).any()
    np.testing.assert_array_equal(made.picture[made.mask == 0], kept[made.mask == 0])
    np.testing.assert_array_equal(scene["kit"].picture, kept)


def test_each_better_mask_comes_nearer_to_the_truth(scene):
    def score(recipe):
        return blend.explained_composite(put(scene, recipe).picture, scene["true"].picture, scene["kit"].picture)

    box, given = score(Recipe()), score(Recipe("given"))
    blended = score(Recipe("given", grow=-2, feather=5, colour="reinhard"))
    assert box < given < blended
    assert box < 0 < blended


def test_scale_keeps_the_middle(scene):
    plain, small = (put(scene, Recipe(scale=scale)).mask for scale in (0.9, 0.72))
    assert small.sum() == pytest.approx(0.64 * plain.sum(), rel=0.03)
    middles = [np.argwhere(mask >= 0.5).mean(0) for mask in (plain, small)]
    np.testing.assert_allclose(middles[0], middles[1], atol=0.6)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"mask": None}, ValueError, "mask.*needed"),
        ({"mask": np.zeros(SHAPE, np.uint8)}, ValueError, "mask.*no face"),
        ({"mask": np.ones((9, 9), np.float32)}, ValueError, "mask.*shape"),
        ({"crop": np.zeros((64, 48, 3), np.uint8)}, ValueError, "crop.*64 × 48"),
        ({"crop": np.full((64, 64, 3), np.nan)}, TypeError, "crop.*float64"),
        ({"frame": np.zeros(SHAPE, np.uint8)}, ValueError, "frame.*shape"),
        ({"matrix": np.zeros((2, 3))}, ValueError, "no way back"),
        ({"matrix": np.eye(3)}, ValueError, "matrix.*shape"),
        ({"crop_landmarks": None, "recipe": Recipe(warp=0.5)}, ValueError, "crop_landmarks.*warp"),
        ({"landmarks": np.full((68, 2), np.nan), "recipe": Recipe("hull")}, ValueError, "landmarks.*finite"),
        ({"recipe": Recipe("given", grow=-90)}, ValueError, r"mask \(after grow=-90\).*no face"),
    ],
)
def test_wrong_input_is_worded(scene, change, error, words):
    call = {"frame": scene["kit"].picture, "crop": scene["crop"], "matrix": scene["matrix"], "recipe": Recipe("given")}
    call |= scene["given"] | change
    with pytest.raises(error, match=words):
        blend.put_back(**call)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"mask": "circle"}, "mask.*circle"),
        ({"colour": "lct"}, "colour.*lct"),
        ({"feather": -1}, "feather.*-1"),
        ({"opacity": np.nan}, "opacity.*nan"),
        ({"scale": 3}, "scale.*3"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused(values, words):
    with pytest.raises(ValueError, match=words):
        Recipe(**values)


# ---- the measures


def test_boundary_step_of_a_known_picture():
    mask = np.zeros((40, 60), np.float32)
    mask[10:30, 15:40] = 1
    picture = np.full((40, 60, 3), 100, np.uint8)
    assert blend.boundary_step(picture, mask) == 0
    picture[mask > 0] = 160
    step = blend.delta_e(picture[:1, :1], picture[20:21, 20:21])[0, 0]
    assert blend.boundary_step(picture, mask) == pytest.approx(step, abs=1e-3)
    assert blend.boundary_step(picture, mask, reach=1) == pytest.approx(step, abs=1e-3)


def test_a_feather_lowers_the_step():
    frame, face, mask = blobs(1), blobs(2), disc()
    steps = [blend.boundary_step(blend.composite(frame, face, blend.feather(mask, w)), mask) for w in (0, 4, 12)]
    assert steps[0] > steps[1] > steps[2]


def test_errors_against_the_truth():
    truth, frame = blobs(1), blobs(2)
    assert blend.composite_error(truth, truth) == 0
    assert blend.explained_composite(truth, truth, frame) == 1
    assert blend.explained_composite(frame, truth, frame) == 0
    assert blend.explained_composite(blobs(3), truth, blend.composite(truth, frame, disc(), 0.3)) < 0
    only = truth.copy()
    only[disc() > 0] = 255 - only[disc() > 0]
    assert blend.composite_error(only, truth, 1 - disc()) == 0 < blend.composite_error(only, truth, disc())
    assert blend.mask_error(disc(), disc()) == 0
    assert blend.mask_error(0 * disc(), disc()) == 1


def test_flicker_counts_jumps_of_colour():
    frame, mask = blobs(), disc()
    still = np.stack([frame] * 5)
    assert blend.flicker(still, mask) == 0
    jumping = still.copy()
    jumping[1::2] = blend.brightness_contrast(frame, 15)
    assert blend.flicker(jumping, mask) > 3
    assert blend.flicker(jumping, np.stack([mask] * 5)) == blend.flicker(jumping, mask)
    assert blend.flicker(jumping, mask, jumping) == 0, "what the truth does too is no flicker"
    assert blend.flicker(jumping, mask, still) == blend.flicker(jumping, mask)
    assert blend.flicker(np.concatenate([still, still[:, ::-1, ::-1]]), disc(radius=500)) == pytest.approx(0, abs=1e-3)


def test_sharpness_falls_with_blur():
    sharp = [blend.sharpness(blend.sharpen(blobs(), amount), disc()) for amount in (-1, 0, 1)]
    assert sharp[0] < sharp[1] < sharp[2]


CLIP = np.zeros((3, 20, 30, 3), np.uint8)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: blend.boundary_step(CLIP[0], np.zeros((20, 30), np.float32)), ValueError, "mask.*no face"),
        (lambda: blend.boundary_step(CLIP[0], np.ones((20, 30), np.float32)), ValueError, "mask.*no edge"),
        (lambda: blend.boundary_step(CLIP[0], np.ones((9, 9), np.float32)), ValueError, "mask.*shape"),
        (lambda: blend.composite_error(CLIP[0], CLIP[0, :9]), ValueError, "second"),
        (lambda: blend.explained_composite(CLIP[0], CLIP[0], CLIP[0]), ValueError, "frame.*nothing to explain"),
        (lambda: blend.mask_error(np.ones((9, 9), np.float32), np.zeros((9, 9), np.uint8)), ValueError, "true_mask"),
        (lambda: blend.flicker(CLIP[:0], np.ones((20, 30), np.float32)), ValueError, "clip: wanted 2 or more, got 0"),
        (lambda: blend.flicker(CLIP / 255, np.ones((20, 30), np.float32)), TypeError, "clip.*float64"),
        (lambda: blend.flicker(CLIP, np.zeros((20, 30), np.float32)), ValueError, "masks.*no face"),
        (lambda: blend.flicker(CLIP, np.ones((20, 30), np.float32), CLIP[:2]), ValueError, "truth.*shape"),
        (lambda: blend.sharpness(CLIP[0], np.zeros((20, 30), np.float32)), ValueError, "mask.*no face"),
        (lambda: blend.flicker(CLIP, np.ones((9, 9), np.float32)), ValueError, "masks.*shape"),
    ],
)
def test_wrong_measurements_are_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
