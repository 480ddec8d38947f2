"""A colour transfer in two steps is the transfer, and as a track it can be steadied."""

import numpy as np
import pytest

from unmasked import blend, film


def faces(count=3, seed=0):
    """Soft pictures with different colours."""
    numbers = np.random.default_rng(seed)
    tint, grain = numbers.uniform(60, 190, (count, 1, 1, 3)), numbers.normal(0, 15, (count, 24, 24, 3))
    return np.clip(tint + grain, 0, 255).astype(np.uint8)


MASKS = np.zeros((3, 24, 24), np.uint8)
MASKS[:, 4:20, 6:22] = 255


def test_both_steps_together_are_reinhards_transfer():
    drawn, seen = faces(), faces(seed=1)
    track = film.transfers(drawn, seen, MASKS)
    assert track.shape == (3, 2, 3)
    for made, new, old, mask in zip(film.recoloured(drawn, track), drawn, seen, MASKS, strict=True):
        assert np.abs(made.astype(int) - blend.reinhard(new, old, mask)).max() <= 1


def test_a_steadied_transfer_no_longer_follows_each_frame():
    drawn = np.repeat(faces(1), 8, 0)
    seen = np.clip(drawn.astype(int) + 12 * (-1) ** np.arange(8)[:, None, None, None], 0, 255).astype(np.uint8)
    masks = np.repeat(MASKS[:1], 8, 0)
    track = film.transfers(drawn, seen, masks)
    jumping, steady = (film.recoloured(drawn, one) for one in (track, film.forward_backward(track, 1e-3)))
    assert film.flicker(steady, masks) < 0.2 * film.flicker(jumping, masks)


def test_a_flat_face_is_moved_and_not_stretched():
    flat = np.full((1, 24, 24, 3), 90, np.uint8)
    track = film.transfers(flat, faces(1), MASKS[:1])
    assert np.isfinite(track).all() and (track[0, 0] == 1).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: film.transfers(faces(), faces(2), MASKS), "seen: wanted shape"),
        (lambda: film.transfers(faces(), faces(), MASKS[:2]), "masks: wanted shape"),
        (lambda: film.transfers(faces(), faces(), 0 * MASKS), "no face"),
        (lambda: film.recoloured(faces(), np.ones((2, 2, 3))), "track: wanted shape"),
        (lambda: film.recoloured(faces(), np.full((3, 2, 3), np.nan)), "track: wanted finite"),
    ],
)
def test_wrong_input_is_worded(call, words):
    with pytest.raises(ValueError, match=words):
        call()
