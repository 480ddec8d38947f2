"""An identity refuses what it cannot draw."""

import pytest

from unmasked.toons.identity import Identity


def test_an_identity_refuses_what_it_cannot_draw():
    colours = dict.fromkeys(("skin", "hair", "iris", "lips", "clothes"), (10, 120, 110))
    with pytest.raises(ValueError, match="hair_style"):
        Identity("X", **colours, hair_style="toupee")
    with pytest.raises(ValueError, match="eye_size: wanted"):
        Identity("X", **colours, eye_size=3.0)
    with pytest.raises(ValueError, match="skin"):
        Identity("X", **{**colours, "skin": (1.0, 0.5, 0.2)})
    with pytest.raises(ValueError, match="lips"):
        Identity("X", **{**colours, "lips": (0, 300, 0)})
