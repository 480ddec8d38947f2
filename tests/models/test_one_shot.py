"""AdaIN against its formula, and the net that swaps by one picture of each."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from unmasked.models.one_shot import EMBEDDING, AdaIN, OneShotSwap, Styled


def small(**sizes) -> OneShotSwap:
    torch.manual_seed(0)
    return OneShotSwap(**{"code_size": 6, "look": 5, "width": 4, **sizes})


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3), st.integers(1, 5), st.integers(2, 9), st.integers(2, 9), st.integers(1, 7))
def test_a_maps_own_brightness_and_contrast_are_gone_and_the_styles_are_there(count, channels, high, wide, size):
    torch.manual_seed(count + 10 * channels)
    layer = AdaIN(channels, size)
    features, identity = torch.randn(count, channels, high, wide), torch.randn(count, size)
    styled = layer(features, identity)
    again = layer(7 * features + torch.randn(count, channels, 1, 1), identity)
    assert torch.allclose(styled, again, atol=2e-2), "what a whole map had of brightness or contrast came through"
    scale, shift = layer.style(identity).chunk(2, 1)
    assert torch.allclose(styled.mean((2, 3)), shift, atol=1e-4)
    spread = styled.std((2, 3), correction=0)
    assert torch.allclose(spread, (1 + scale).abs(), rtol=2e-2, atol=2e-2)


def test_it_is_the_papers_formula():
    torch.manual_seed(1)
    layer, features, identity = AdaIN(4, 3), 3 + 2 * torch.randn(2, 4, 5, 8), torch.randn(2, 3)
    x = features.double().numpy()
    normal = (x - x.mean((2, 3), keepdims=True)) / np.sqrt(x.var((2, 3), keepdims=True) + 1e-5)
    style = layer.style(identity).detach().double().numpy()[:, :, None, None]
    wanted = (1 + style[:, :4]) * normal + style[:, 4:]
    np.testing.assert_allclose(layer(features, identity).detach().numpy(), wanted, atol=1e-5)


def test_the_places_of_a_map_keep_their_order():
    torch.manual_seed(2)
    layer, features = AdaIN(1, 2), torch.randn(1, 1, 6, 7)
    with torch.no_grad():
        layer.style.weight.mul_(0.01)
        styled = layer(features, torch.randn(1, 2))
    assert torch.equal(styled.flatten().argsort(), features.flatten().argsort())


def test_a_styled_block_adds_to_what_came_in():
    torch.manual_seed(3)
    block, features = Styled(4, 3), torch.randn(2, 4, 6, 5)
    with torch.no_grad():
        for style in block.styles:
            style.style.weight.zero_()
            style.style.bias[:4], style.style.bias[4:] = -1.0, 0.0
    assert torch.equal(block(features, torch.randn(2, 3)), features)


@pytest.mark.parametrize("look", [0, 5])
def test_one_picture_says_who_for_all_or_for_each(look):
    model = small(look=look).eval()
    pictures, of = torch.rand(3, 3, 64, 64), torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        codes, identity = model.encode(pictures), model.identify(of)
        assert codes.shape == (3, 6) and identity.shape == (2, EMBEDDING + look)
        one = model.swap(pictures, of[0])
        assert one.shape == pictures.shape
        for same in (model.swap(pictures, of[:1]), model.swap(pictures, of[:1].expand(3, -1, -1, -1))):
            assert torch.allclose(one, same, atol=1e-5)
        assert torch.allclose(one, model.decode(codes, identity[0]), atol=1e-5)
        alone = torch.cat([model.swap(picture[None], of[0]) for picture in pictures])
        assert torch.allclose(one, alone, atol=1e-4), "a picture's swap depends on its company"
        assert not torch.allclose(one, model.swap(pictures, of[1]), atol=1e-4)


def test_who_acts_is_read_from_the_picture_alone_and_who_appears_from_the_other():
    model = small().eval()
    pictures, of = torch.rand(2, 3, 64, 64, requires_grad=True), torch.rand(2, 3, 64, 64, requires_grad=True)
    model.decode(model.encode(pictures), model.identify(of).detach()).sum().backward()
    assert of.grad is None and pictures.grad.abs().sum() > 0


def test_every_weight_but_the_identity_nets_learns():
    model = small()
    model.swap(torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64)).square().sum().backward()
    for name, weight in model.named_parameters():
        learns = weight.grad is not None and bool(weight.grad.abs().sum())
        assert learns != name.startswith("who."), name


def test_it_is_small_enough_to_ship():
    bytes_in_fp16 = 2 * sum(weight.numel() for weight in OneShotSwap().parameters())
    assert bytes_in_fp16 < 5_000_000


def test_other_pictures_and_codes_are_refused():
    model = small()
    with pytest.raises(ValueError, match="pictures"):
        model.encode(torch.rand(2, 3, 64, 48))
    with pytest.raises(TypeError, match="pictures"):
        model.identify(np.zeros((2, 3, 64, 64), np.float32))
    with pytest.raises(ValueError, match="pictures: picture 1 has one colour everywhere, so there is no face in it"):
        model.identify(torch.stack([torch.rand(3, 64, 64), torch.full((3, 64, 64), 0.6)]))
    with pytest.raises(ValueError, match="of: picture 0 has one colour"):
        model.swap(torch.rand(2, 3, 64, 64), torch.zeros(3, 64, 64))
    with pytest.raises(ValueError, match="of: wanted shape"):
        model.swap(torch.rand(2, 3, 64, 64), torch.rand(3, 32, 32))
    with pytest.raises(TypeError, match="of: wanted a floating"):
        model.swap(torch.rand(2, 3, 64, 64), None)
    with pytest.raises(ValueError, match="codes"):
        model.decode(torch.rand(2, 7), torch.rand(2, EMBEDDING + 5))
    with pytest.raises(ValueError, match="identity"):
        model.decode(torch.rand(2, 6), torch.rand(2, EMBEDDING))
    with pytest.raises(ValueError, match="identity: wanted one for all or one for each of 3"):
        model.decode(torch.rand(3, 6), torch.rand(2, EMBEDDING + 5))
    for wrong in ({"code_size": 0}, {"look": -1}, {"width": 2}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            small(**wrong)
    with pytest.raises(ValueError, match="channels"):
        AdaIN(0, 3)
    assert isinstance(model.look, nn.Module) and small(look=0).look is None
