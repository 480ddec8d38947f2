"""The true composite: one head with another's features."""

from dataclasses import replace

import numpy as np
import pytest

from unmasked import blend, extract, toons
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
