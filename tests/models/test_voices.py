"""One encoder, two decoders, for voices."""

import numpy as np
import pytest
import torch

from unmasked.models.voices import VoiceSwap


def mel(count=30, seed=0):
    return np.random.default_rng(seed).normal(-6, 2, (count, 64))


@pytest.fixture
def model():
    torch.manual_seed(0)
    model = VoiceSwap()
    model.fit_scale("ada", mel(200, 1) + 1)
    model.fit_scale("bo", 3 * mel(200, 2))
    return model.eval()


def test_patches_are_eight_rows_in_order(model):
    heard = mel()
    patches = model.patches(heard, "ada")
    assert patches.shape == (23, 8, 64)
    mean, spread = model.ada_mean.numpy(), model.ada_spread.numpy()
    np.testing.assert_allclose(patches[5, 3].numpy() * spread + mean, heard[8], rtol=1e-5)


def test_standardised_neither_mean_nor_spread_is_left(model):
    for name, heard in (("ada", mel(200, 1) + 1), ("bo", 3 * mel(200, 2))):
        seen = model.patches(heard, name)
        assert seen.mean((0, 1)).abs().max() < 0.2 and (seen.std((0, 1)) - 0.95).abs().max() < 0.2


def test_a_swap_is_encoded_by_one_and_decoded_by_the_other(model):
    """Where encoder and decoders hand patches through, the swap is a change of scale."""

    class Same(VoiceSwap):
        def encode(self, patches, name):
            return patches

        def decode(self, codes, name):
            return codes

    same = Same()
    same.load_state_dict(model.state_dict())
    heard = mel()
    wanted = (heard - model.ada_mean.numpy()) / model.ada_spread.numpy() * model.bo_spread.numpy()
    np.testing.assert_allclose(same.swap(heard, "ada", "bo"), wanted + model.bo_mean.numpy(), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(same.swap(heard, "bo", "bo"), heard, rtol=1e-4, atol=1e-4)
    assert model.swap(heard, "ada", "bo").shape == heard.shape


def test_one_encoder_and_a_decoder_each(model):
    patches = torch.randn(5, 8, 64)
    codes = model.encode(patches, "ada")
    assert codes.shape == (5, 8) and torch.equal(codes, model.encode(patches, "bo"))
    assert not torch.allclose(model.decode(codes, "ada"), model.decode(codes, "bo"))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda m: m.encode(torch.zeros(2, 8, 63), "ada"), ValueError, "patches"),
        (lambda m: m.decode(torch.zeros(2, 8), "cleo"), ValueError, "name: wanted one of 'ada', 'bo', got 'cleo'"),
        (lambda m: m.patches(np.zeros((7, 64)), "ada"), ValueError, "mel: wanted 8 or more, got 7"),
        (lambda m: m.fit_scale("ada", np.zeros((9, 63))), ValueError, "mel: wanted shape"),
    ],
)
def test_wrong_input_is_worded(call, error, words, model):
    with pytest.raises(error, match=words):
        call(model)
