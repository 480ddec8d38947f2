"""The whole chain, by a recipe."""

import numpy as np
import pytest

from unmasked import blend
from unmasked.blend import Recipe

SHAPE = (180, 210)


def put(scene, recipe):
    return blend.put_back(scene["kit"].picture, scene["crop"], scene["matrix"], recipe, **scene["given"])


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
