"""What is drawn for measuring a swap, and how much of the truth is explained."""

import numpy as np
import pytest
import torch

from unmasked import tensors
from unmasked.experiments import pairs
from unmasked.models.swap import SwapNet


def test_a_seed_decides_what_is_drawn():
    first, again, other = (pairs.draw(seed, 4, 2) for seed in (1, 1, 2))
    for one, same, new, count in zip(first, again, other, (4, 2), strict=True):
        assert list(one) == list(pairs.NAMES)
        for name in one:
            assert len(one[name]) == count
            assert np.array_equal(one[name].pictures, same[name].pictures)
            assert not np.array_equal(one[name].performances, new[name].performances)


def test_codes_come_in_the_order_of_the_faces(faces):
    torch.manual_seed(0)
    model = SwapNet(code_size=6, width=4).eval()
    codes = pairs.codes_of(model, faces["bo"], "bo")
    assert codes.shape == (120, 6)
    with torch.no_grad():
        last = model.encode(tensors.to_tensor(faces["bo"].pictures[-1:]), "bo")
    torch.testing.assert_close(codes[-1:], last, atol=1e-4, rtol=1e-3)


def test_the_average_face_explains_nothing_and_the_truth_all(truth):
    class Perfect(torch.nn.Module):
        """Knows the truth by heart: the code is the face's number."""

        def encode(self, pictures, name):
            return torch.arange(len(pictures))

        def decode(self, codes, name):
            return tensors.to_tensor(truth[name].pictures)[codes]

    class Still(Perfect):
        def decode(self, codes, name):
            return super().decode(codes, name).mean(0).expand(len(codes), -1, -1, -1)

    assert set(pairs.explained_table(Perfect(), truth).values()) == {1.0}
    assert list(pairs.explained_table(Still(), truth).values()) == pytest.approx([0, 0, 0, 0], abs=1e-6)
