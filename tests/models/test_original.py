"""faceswap's Original, layer by layer."""

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d

from unmasked.models.original import Downscale, Original


def count(module):
    return sum(p.numel() for p in module.parameters())


@pytest.fixture(scope="module")
def original():
    with torch.device("meta"):  # shapes without 330 MB of numbers
        return Original()


@pytest.fixture(scope="module")
def small():
    torch.manual_seed(1)
    return Original(("ada", "bo", "cleo"), width=4)


def test_has_the_parameters_of_the_original(original):
    assert count(original) == 82_062_470
    assert count(original.encoder) == 69_662_976
    assert [count(decoder) for decoder in original.decoders.values()] == [6_199_747, 6_199_747]
    assert count(original.encoder) + count(original.decoders["bo"]) == 75_862_723, "one swap path"


def test_has_the_layers_of_the_original(original):
    weights = [tuple(p.shape) for p in original.encoder.parameters() if p.dim() > 1]
    assert weights == [
        (128, 3, 5, 5),
        (256, 128, 5, 5),
        (512, 256, 5, 5),
        (1024, 512, 5, 5),
        (1024, 16384),
        (16384, 1024),
        (2048, 1024, 3, 3),
    ]
    weights = [tuple(p.shape) for p in original.decoders["ada"].parameters() if p.dim() > 1]
    assert weights == [(1024, 512, 3, 3), (512, 256, 3, 3), (256, 128, 3, 3), (3, 64, 5, 5)]
    assert not [m for m in original.modules() if "Norm" in type(m).__name__], "Original has no normalisation"


def test_shapes_of_the_original(original):
    pictures = torch.empty(3, 3, 64, 64, device="meta")
    assert original.encoder.bottleneck(pictures).shape == (3, 1024)
    codes = original.encode(pictures, "ada")
    assert codes.shape == (3, 512, 8, 8)
    assert original.decode(codes, "bo").shape == (3, 3, 64, 64)


def test_a_net_of_its_shape_with_a_width_of_16_has_1_3_million():
    with torch.device("meta"):
        assert count(Original(width=16)) == 1_287_062


def test_pads_as_tensorflow_does():
    """Output (0, 0) sees input rows −1…3: TensorFlow's "same" for 5×5, stride 2, even sizes, by its own rule."""
    torch.manual_seed(1)
    layer = Downscale(2, 3)
    picture = torch.rand(1, 2, 8, 12)
    with torch.no_grad():
        got = layer(picture)
        wide = torch.zeros(1, 2, 11, 15)
        wide[:, :, 1:9, 1:13] = picture  # one before; and two after, which stride 2 needs to make 8/2 and 12/2
        want = conv2d(wide, layer.convolution.weight, layer.convolution.bias, stride=2)
    assert got.shape == (1, 3, 4, 6)
    assert torch.allclose(got, torch.where(want > 0, want, 0.1 * want), atol=1e-6)
    only = torch.zeros(1, 2, 8, 12)
    only[..., 3, 3] = 1.0
    seen = (layer(only) - layer(torch.zeros_like(only))).abs().sum(1)[0] > 1e-7
    assert seen[:3, :3].all() and seen.sum() == 9, "pixel 3 lies in windows −1…3, 1…5 and 3…7"


def test_the_bottleneck_is_linear(small):
    """No activation between the two dense layers: features in, features out is one affine map."""
    a, b = torch.rand(2, 512), torch.rand(2, 512)
    encoder = small.encoder

    def through(x):
        return encoder.widen(encoder.narrow(x))

    with torch.no_grad():
        assert torch.allclose(through((a + b) / 2), (through(a) + through(b)) / 2, atol=1e-5)
        rank = torch.linalg.matrix_rank(encoder.widen.weight.double() @ encoder.narrow.weight.double())
    assert rank == 32


def test_pictures_come_out_between_0_and_1_for_every_name(small):
    pictures = torch.rand(5, 3, 64, 64)
    with torch.no_grad():
        codes = small.encode(pictures, "ada")
        assert torch.equal(codes, small.encode(pictures)), "the encoder is shared: names change nothing"
        outs = [small.decode(codes, name) for name in small.names]
        assert torch.equal(small(pictures, "bo"), outs[1])
    for out in outs:
        assert out.shape == pictures.shape and out.min() >= 0 and out.max() <= 1
    assert not torch.allclose(outs[0], outs[1])


def test_a_swap_path_trains_its_own_decoder_and_the_shared_encoder_only(small):
    small.zero_grad(set_to_none=True)
    small(torch.rand(2, 3, 64, 64), "bo").square().mean().backward()
    trained = {name for name, p in small.named_parameters() if p.grad is not None and p.grad.abs().sum() > 0}
    assert trained == {n for n, _ in small.named_parameters() if n.startswith(("encoder.", "decoders.bo."))}


def test_begins_as_keras_does(small):
    layers = [m for m in small.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    for layer in layers:
        limit = (6 / sum(nn.init._calculate_fan_in_and_fan_out(layer.weight))) ** 0.5
        assert not layer.bias.any() and 0.9 * limit < layer.weight.abs().max() <= limit


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Original(width=3), "width: wanted an even whole number, 2 or more, got 3"),
        (lambda: Original(width=0), "width: wanted.*got 0"),
        (lambda: Original(width=2, code_size=0), "code_size: wanted.*got 0"),
        (lambda: Original(names="ada", width=2), "names: wanted several names.*'ada'"),
        (lambda: Original(names=(), width=2), "names: wanted 1 or more, got 0"),
        (lambda: Original(names=("ada", "ada"), width=2), "each name once"),
        (lambda: Original(names=("a.b",), width=2), "'a.b'"),
        (
            lambda: Original(width=2).encode(torch.rand(2, 3, 32, 64)),
            r"\(N, 3, 64, 64\), got \(2, 3, 32, 64\)",
        ),
        (lambda: Original(width=2).encode(torch.rand(3, 64, 64)), r"pictures: wanted.*got \(3, 64, 64\)"),
        (lambda: Original(width=2).encode(torch.zeros(2, 3, 64, 64, dtype=torch.uint8)), "uint8"),
        (
            lambda: Original(width=2).encode(torch.rand(2, 3, 64, 64), "eli"),
            "one of 'ada', 'bo', got 'eli'",
        ),
        (lambda: Original(width=2).decode(torch.rand(2, 8, 8, 8), "eli"), "one of 'ada', 'bo', got 'eli'"),
    ],
)
def test_wrong_arguments_are_told(make, words):
    with pytest.raises((ValueError, TypeError), match=words):
        make()
