"""The autoencoder, DF and LIAE: shapes, and which parts a picture passes through."""

import pytest
import torch

from unmasked.models import weights
from unmasked.models.autoencoder import Autoencoder
from unmasked.models.df import DF
from unmasked.models.liae import LIAE
from unmasked.models.original import Original

SWAPS = [
    lambda names=("ada", "bo"): DF(names, width=2, code_size=6),
    lambda names=("ada", "bo"): LIAE(names, width=2, code_size=6),
    lambda names=("ada", "bo"): Original(names, width=2),
]
IDS = ["df", "liae", "original"]


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(1)


def trained_by(model, loss):
    """Parameters that get a gradient from this loss."""
    model.zero_grad(set_to_none=True)
    loss.backward()
    return {name for name, p in model.named_parameters() if p.grad is not None and p.grad.abs().sum() > 0}


def parts(model, *prefixes):
    return {name for name, _ in model.named_parameters() if name.startswith(prefixes)}


def test_autoencoder_passes_its_narrow_place_and_trains_throughout():
    model, pictures = Autoencoder(code_size=7, width=3), torch.rand(5, 3, 64, 64)
    codes = model.store_average(pictures).encode(pictures)
    assert codes.shape == (5, 7)
    assert model.decode(codes).shape == pictures.shape
    assert trained_by(model, model(pictures).square().mean()) == parts(model, "")


def test_autoencoder_sees_and_draws_differences_from_the_average():
    model, pictures = Autoencoder(code_size=7, width=3), torch.rand(5, 3, 64, 64)
    model.store_average(pictures)
    assert torch.equal(model.average, pictures.mean(0))
    with torch.no_grad():
        codes = model.encode(pictures)
        drawn = model.decode(codes)
        model.average += 0.25
        assert torch.allclose(model.encode(pictures + 0.25), codes, atol=1e-4)
        assert torch.allclose(model.decode(codes), drawn + 0.25, atol=1e-5)


def test_autoencoder_can_be_kept_and_loaded(tmp_path):
    model, pictures = Autoencoder(code_size=5, width=2).eval(), torch.rand(3, 3, 64, 64)
    model.store_average(pictures)
    weights.save(model, "small", "for a test", "none", folder=tmp_path)
    again = weights.load("small", folder=tmp_path)
    assert torch.equal(again.average, model.average), "statistics are kept in 32 bits"
    with torch.no_grad():
        assert torch.allclose(again(pictures), model(pictures), atol=5e-3)


def test_autoencoder_can_learn():
    model, pictures = Autoencoder(code_size=8, width=4), torch.zeros(4, 3, 64, 64)
    pictures += torch.linspace(0.1, 0.9, 4)[:, None, None, None]
    model.store_average(pictures)
    adam = torch.optim.Adam(model.parameters(), lr=5e-3)
    mean_picture = (pictures.mean(0) - pictures).square().mean().item()  # what a net that ignores its code can reach
    for _ in range(60):
        loss = (model(pictures) - pictures).square().mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
    assert loss.item() < mean_picture / 10, f"error {loss.item():.3f}, the mean picture's is {mean_picture:.3f}"


@pytest.mark.parametrize("make", SWAPS, ids=IDS)
def test_all_swaps_have_one_face(make):
    model, pictures = make(), torch.rand(3, 3, 64, 64)
    assert model.names == ("ada", "bo")
    with torch.no_grad():
        for source in model.names:
            codes = model.encode(pictures, source)
            assert len(codes) == 3
            for target in model.names:
                out = model.decode(codes, target)
                assert out.shape == pictures.shape and out.min() >= 0 and out.max() <= 1
                assert torch.allclose(model.decode(codes[1:2], target), out[1:2], atol=1e-5), "pictures must not mix"
        assert torch.equal(model(pictures, "bo"), model.decode(model.encode(pictures, "bo"), "bo"))


@pytest.mark.parametrize("make", SWAPS, ids=IDS)
def test_both_sides_together_train_every_parameter(make):
    model, pictures = make(), torch.rand(4, 3, 64, 64)
    loss = model(pictures[:3], "ada").square().mean() + model(pictures[3:], "bo").square().mean()
    assert trained_by(model, loss) == parts(model, "")


@pytest.mark.parametrize("make", SWAPS, ids=IDS)
def test_all_swaps_can_be_kept_and_loaded(make, tmp_path):
    model, pictures = make(("cleo", "dot")).eval(), torch.rand(2, 3, 64, 64)
    weights.save(model, "a-swap", "for a test", "none", folder=tmp_path)
    again = weights.load("a-swap", folder=tmp_path)
    assert type(again) is type(model) and again.names == model.names
    with torch.no_grad():
        assert torch.allclose(again(pictures, "dot"), model(pictures, "dot"), atol=5e-3)


@pytest.mark.parametrize("make", SWAPS, ids=IDS)
def test_wrong_names_and_shapes_are_told(make):
    model = make()
    with pytest.raises(ValueError, match="name: wanted one of 'ada', 'bo', got 'eli'"):
        model.encode(torch.rand(1, 3, 64, 64), "eli")
    codes = model.encode(torch.rand(1, 3, 64, 64), "ada")
    with pytest.raises(ValueError, match="name: wanted one of 'ada', 'bo', got 'eli'"):
        model.decode(codes, "eli")
    with pytest.raises(ValueError, match=r"pictures: wanted shape \(N, 3, 64, 64\), got \(1, 3, 64, 63\)"):
        model.encode(torch.rand(1, 3, 64, 63), "ada")
    with pytest.raises(TypeError, match="uint8"):
        model.encode(torch.zeros(1, 3, 64, 64, dtype=torch.uint8), "ada")
    with pytest.raises(ValueError, match="each name once"):
        make(("ada", "ada"))


def test_wrong_sizes_are_told():
    for make in (Autoencoder, DF, LIAE):
        with pytest.raises(ValueError, match=r"code_size: wanted.*got 0"):
            make(code_size=0)
        with pytest.raises(ValueError, match=r"width: wanted.*got -2"):
            make(width=-2)


def test_df_shares_encoder_and_inter():
    model, pictures = DF(("ada", "bo", "cleo"), width=2, code_size=6), torch.rand(2, 3, 64, 64)
    swap = model.decode(model.encode(pictures, "ada"), "cleo")
    assert trained_by(model, swap.mean()) == parts(model, "encoder.", "inter.", "decoders.cleo.")


class TestLIAE:
    """Source code [AB(s), AB(s)], destination code [B(d), AB(d)], swap [AB(d), AB(d)]."""

    def setup_method(self):
        torch.manual_seed(2)
        self.model = LIAE(("ada", "bo"), width=2, code_size=6)
        self.pictures = torch.rand(2, 3, 64, 64)

    def halves(self):
        features = self.model.encoder(self.pictures)
        return self.model.inter_b(features), self.model.inter_ab(features)

    def test_codes_are_put_together_as_deepfacelab_does(self):
        model = self.model
        with torch.no_grad():
            b, ab = self.halves()
            twice, mixed = model.decoder(torch.cat([ab, ab], 1)), model.decoder(torch.cat([b, ab], 1))
            assert torch.equal(model(self.pictures, "ada"), twice), "source: [AB(s), AB(s)]"
            assert torch.equal(model(self.pictures, "bo"), mixed), "destination: [B(d), AB(d)]"
            swap = model.decode(model.encode(self.pictures, "bo"), "ada")
            assert torch.equal(swap, twice), "swap: [AB(d), AB(d)]"
            assert not torch.allclose(twice, mixed)

    def test_the_source_never_trains_b(self):
        model = self.model
        shared = parts(model, "encoder.", "inter_ab.", "decoder.")
        assert trained_by(model, model(self.pictures, "ada").mean()) == shared
        assert trained_by(model, model(self.pictures, "bo").mean()) == shared | parts(model, "inter_b.")
        swap = model.decode(model.encode(self.pictures, "bo"), "ada")
        assert trained_by(model, swap.mean()) == shared

    def test_is_for_two(self):
        with pytest.raises(ValueError, match="names: wanted 2, got 3"):
            LIAE(("ada", "bo", "cleo"))
