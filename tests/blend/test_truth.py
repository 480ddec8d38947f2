"""The true composite: one head with another's features."""

from dataclasses import replace

import numpy as np
import pytest

from unmasked import blend, toons


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
