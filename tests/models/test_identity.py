"""The identity net: the shape of what it says, its margin, and what the shipped one tells apart."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cosine_similarity, cross_entropy, normalize

from unmasked import tensors, toons
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.models.identity import IdentityNet, MarginHead, embed, likeness


def test_embeddings_have_length_one_and_each_picture_its_own():
    torch.manual_seed(0)
    model, pictures = IdentityNet(size=7, width=4), torch.rand(5, 3, 64, 64)
    codes = model(pictures)
    assert codes.shape == (5, 7)
    torch.testing.assert_close(codes.norm(dim=1), torch.ones(5))
    torch.testing.assert_close(embed(model, pictures, part=2), codes.detach(), rtol=1e-4, atol=1e-5)


def test_the_margin_is_taken_from_the_right_cosine_alone():
    torch.manual_seed(1)
    head = MarginHead(6, 4, margin=0.3, scale=10.0)
    codes, whose = normalize(torch.randn(3, 6), dim=1), torch.tensor([2, 0, 3])
    plain = 10 * torch.stack([cosine_similarity(codes, one[None]) for one in head.directions], 1)
    less = plain - head(codes, whose)
    wanted = torch.zeros(3, 4)
    wanted[range(3), whose] = 3.0
    torch.testing.assert_close(less, wanted, atol=1e-4, rtol=1e-4)
    assert cross_entropy(head(codes, whose), whose) > cross_entropy(plain, whose)


def test_likeness_is_the_cosine_with_the_mean():
    codes, known = normalize(torch.randn(4, 6), dim=1), normalize(torch.randn(5, 6), dim=1)
    torch.testing.assert_close(likeness(codes, known), cosine_similarity(codes, known.mean(0)[None]))


def test_other_pictures_are_refused():
    with pytest.raises(ValueError, match="pictures"):
        IdentityNet(width=2)(torch.rand(2, 3, 32, 64))
    with pytest.raises(ValueError, match="characters"):
        MarginHead(4, 1)


def test_the_shipped_one_knows_the_cast_apart():
    model = weights.load("identity")
    acted = toons.sample_performances(np.random.default_rng(3), 12)
    codes = {name: embed(model, tensors.to_tensor(draw_faces(one, acted).pictures)) for name, one in toons.CAST.items()}
    for name, mine in codes.items():
        scores = {other: float(likeness(mine[6:], theirs[:6]).mean()) for other, theirs in codes.items()}
        assert max(scores, key=scores.get) == name
