"""What the playground is built from: its lattice, and the swap as plain matrices."""

import numpy as np
import pytest
import torch

from book.playground import codes, gallery, network, pack
from book.playground.lattice import Lattice, holds
from unmasked.models.swap import SwapNet

TINY = Lattice(yaw=(-10, 15), smile=(0, 1), jaw=(0, 0.5, 1))


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    net = SwapNet(code_size=8, width=4).eval()
    for character in net.characters.values():
        character.standardise.mean.normal_()
        character.standardise.variance.uniform_(0.5, 2)
        character.middle.normal_()
        character.turn_by(torch.eye(8) + 0.1 * torch.randn(8, 8))
    return net


def numbers(block, place):
    if place["bits"] < 16:
        return rounded(block, place)
    kind = np.float16 if place["bits"] == 16 else np.float32
    return np.frombuffer(block, kind, place["count"], place["at"]).astype(np.float64)


def rounded(block, place):
    bits, count, rows = place["bits"], place["count"], place["rows"]
    found = np.unpackbits(np.frombuffer(block, np.uint8, -(-bits * count // 8), place["at"]))[: bits * count]
    whole = found.reshape(count, bits) @ (1 << np.arange(bits - 1, -1, -1)) - (2 ** (bits - 1) - 1)
    unit = np.frombuffer(block, np.float32, count // rows, place["unit"])
    return (whole.reshape(-1, rows, network.PANEL) * unit.reshape(-1, 1, network.PANEL)).ravel()


def exported(model):
    block = pack.Pack()
    return network.exported(model, block), block.bytes()


def matrix(block, layer, inputs):
    panels = numbers(block, layer["w"]).reshape(-1, inputs, network.PANEL)
    return panels.swapaxes(0, 1).reshape(inputs, -1)


@pytest.mark.parametrize("name", ["ada", "bo"])
def test_a_characters_ways_are_two_dense_layers(model, name):
    codes_of = torch.randn(5, 8)
    ways = network.alignment(model.characters[name])
    there = codes_of.double().numpy() @ ways["to"][0] + ways["to"][1]
    np.testing.assert_allclose(there, model.characters[name].to_common(codes_of).detach(), atol=1e-5)
    back = there @ ways["out"][0] + ways["out"][1]
    np.testing.assert_allclose(back, model.characters[name].from_common(torch.tensor(there).float()), atol=1e-4)


def test_an_exported_layer_reads_maps_with_the_channels_last(model):
    plan, block = exported(model)
    convolution, layer = plan["encoder"][1], model.encoder.layers[3]
    taken = torch.randn(1, 4, 3, 3)
    rows = taken[0].permute(1, 2, 0).reshape(1, -1).double().numpy()  # one place, whole neighbourhood
    found = rows @ matrix(block, convolution, 36) + numbers(block, convolution["b"])
    wanted = torch.nn.functional.conv2d(taken, layer.weight, layer.bias)[0, :, 0, 0].detach()
    np.testing.assert_allclose(found[0], wanted, atol=5e-3)


def test_the_block_holds_what_the_plan_names(model):
    plan, block = exported(model)
    places = []

    def collect(part):
        if isinstance(part, dict):
            if "bits" in part:
                places.append(part)
            else:
                for one in part.values():
                    collect(one)
        elif isinstance(part, list):
            for one in part:
                collect(one)

    collect(plan)
    at = 0
    for place in sorted(places, key=lambda place: place["at"]):
        assert place["at"] == at and at % 4 == 0
        at += -(-place["count"] * place["bits"] // 32) * 4
    assert at == len(block)
    assert len(plan["decoders"]["ada"]) == 3 and plan["encoder"][0]["stride"] == 1


def test_a_matrix_that_panels_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="multiple of 4"):
        network.packed(np.zeros((3, 6)))


@pytest.mark.parametrize("bits", [10, 12])
def test_rounded_weights_are_off_by_half_a_unit_at_most(bits):
    panels = np.random.default_rng(bits).normal(size=(3, 7, 4))
    panels[1, :, 2] = 0  # an output that nothing reaches
    block = pack.Pack()
    block.put(b"something before")
    place = network.Block(block).put_rounded(panels, bits)
    found = rounded(block.bytes(), place).reshape(panels.shape)
    half = np.abs(panels).max(1, keepdims=True) / (2 ** (bits - 1) - 1) / 2
    assert (np.abs(found - panels) <= half * 1.001 + 1e-12).all()


def test_a_strip_of_differences_adds_up_to_every_face():
    faces = TINY.draw("bo", 15).pictures
    strip = TINY.strip(faces).reshape(-1, 64, 64, 3)
    mouths = strip[:6].astype(int)
    for mouth in range(1, 6):
        mouths[mouth] += mouths[mouth - 1 if mouth % 3 else mouth - 3]
    eyes, rest = strip[6:9], strip[9:].reshape(6, 3, 64, 64, 3)
    for mouth in range(6):
        assert (mouths[mouth] % 256 == faces[4 * mouth + 1]).all()
        for number, eye in enumerate((0, 2, 3)):
            found = (mouths[mouth] + eyes[number] + rest[mouth, number]) % 256
            assert (found == faces[4 * mouth + eye]).all(), f"mouth {mouth}, eyes {eye}"


def test_masks_that_eyes_change_are_refused():
    masks = np.zeros((24, 8, 8), np.uint8)
    assert TINY.masks(masks).shape == (6 * 8, 8)
    masks[5, 3, 3] = 1
    with pytest.raises(ValueError, match="same for all eyes"):
        TINY.masks(masks)


def test_grips_lie_on_the_face():
    found = holds(TINY.draw("ada", -10)) / 4
    mouth, chin, pupil = found[0]
    assert chin[1] > mouth[1] > pupil[1] and (found > 0).all() and (found < 64).all()


def test_what_goes_into_a_picture_comes_out_again():
    import io

    from PIL import Image

    pixels = np.random.default_rng(0).integers(0, 255, (9, 14, 3), dtype=np.uint8)
    block = pack.Pack()
    block.put(b"x")
    place = block.put_picture(pixels)
    kept = block.bytes()[place["at"] :][: place["count"]]
    assert (np.array(Image.open(io.BytesIO(kept)).convert("RGB")) == pixels).all()


@pytest.mark.parametrize("size", [0, 1, 6, 7, 8, 1000])
def test_bytes_come_back_from_their_text(size):
    raw = np.random.default_rng(size).integers(0, 256, size, dtype=np.uint8).tobytes()
    text = pack.text(raw)
    assert pack.unpacked(text, size) == raw
    with pytest.raises(ValueError, match="characters"):
        pack.unpacked(text, size + 8)


def test_the_text_has_nothing_that_an_html_parser_changes():
    everything = np.packbits(np.unpackbits(np.arange(128, dtype=np.uint8)[:, None], axis=1)[:, 1:]).tobytes()
    text = pack.text(everything)
    assert len(set(text)) == 128 and not set(text) & set("\0\r<")
    assert len(text.encode()) == 128 + 3


def test_directions_are_the_principal_components_of_codes():
    net = SwapNet(code_size=16, width=4).eval()
    mean, found, spread = codes.directions(net, count=30)
    assert mean.shape == (16,) and found.shape == (16, 16) and (np.diff(spread) <= 1e-6).all()
    np.testing.assert_allclose(found @ found.T, np.eye(16), atol=1e-4)
    assert (found[np.arange(16), np.abs(found).argmax(1)] > 0).all()


def test_a_line_errs_about_equally_often_both_ways():
    generator = np.random.default_rng(0)
    real, fake = generator.normal(size=100), generator.normal(1, size=80)
    line = gallery.line(real, fake)
    assert abs((real >= line).mean() - (fake < line).mean()) < 0.02


def test_the_pages_game_is_none_of_the_lessons():
    assert gallery.GAME > 100 and gallery.GAME != gallery.LINE
