"""The slim swap net: its shapes, its words, and codes that depend on their own picture alone."""

import pytest
import torch
from small_swap import pictures, small, with_averages

from unmasked.models import weights
from unmasked.models.swap import SIDE, SPREAD, SwapNet


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(5)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("aligned", [True, False])
@pytest.mark.parametrize(("code_size", "width"), [(12, 4), (7, 3)])
def test_shapes(generator, shared, aligned, code_size, width):
    net = small(shared=shared, aligned=aligned, code_size=code_size, width=width)
    seen = pictures(5, generator)
    codes = net.encode(seen, "ada")
    assert codes.shape == (5, code_size)
    assert net.decode(codes, "bo").shape == seen.shape
    assert net(seen, "bo").shape == seen.shape


def test_one_name_and_three_names(generator):
    for names in (["ada"], ["ada", "bo", "cleo"]):
        net = SwapNet(names, code_size=6, width=2)
        assert net.decode(net.encode(pictures(3, generator), names[-1]), names[0]).shape == (3, 3, SIDE, SIDE)
        assert set(net.decoders) == set(names)


def test_the_default_is_slim():
    with torch.device("meta"):
        net = SwapNet()
    assert 5e5 < sum(p.numel() for p in net.parameters()) < 1e6, "the words say: under a million parameters"


def test_shared_means_one_encoder_for_all(generator):
    seen = pictures(4, generator)
    shared, apart = small(aligned=False).eval(), small(aligned=False, shared=False).eval()
    assert torch.equal(shared.encode(seen, "ada"), shared.encode(seen, "bo")), "one encoder, yet two different codes"
    assert not torch.allclose(apart.encode(seen, "ada"), apart.encode(seen, "bo")), "two encoders gave the same codes"


@pytest.mark.parametrize("names", ["ada", [], ["ada", "ada"]])
def test_wrong_names_are_worded(names):
    with pytest.raises(ValueError, match=r"names: wanted different names"):
        SwapNet(names)


@pytest.mark.parametrize("argument", ["code_size", "width"])
@pytest.mark.parametrize("value", [0, -3, 2.5, True, "8"])
def test_wrong_sizes_are_worded(argument, value):
    with pytest.raises(ValueError, match=f"{argument}: wanted a whole number"):
        SwapNet(**{argument: value})


def test_unknown_names_are_worded(generator):
    net = small()
    seen = pictures(2, generator)
    calls = (
        lambda: net.encode(seen, "eve"),
        lambda: net.decode(torch.zeros(2, 12), "eve"),
        lambda: net.average("eve"),
        lambda: net.store_averages({"eve": seen}),
    )
    for call in calls:
        with pytest.raises(ValueError, match=r"name: this net knows ada, bo, got 'eve'"):
            call()


@pytest.mark.parametrize("shape", [(3, SIDE, SIDE), (2, 1, SIDE, SIDE), (2, 3, SIDE, 48), (2, SIDE, SIDE, 3)])
def test_wrong_pictures_are_worded(shape):
    with pytest.raises(ValueError, match=r"pictures: wanted shape \(N, 3, 64, 64\), got"):
        small().encode(torch.zeros(shape), "ada")
    with pytest.raises(ValueError, match=r"pictures: wanted shape \(N, 3, 64, 64\), got"):
        small().store_averages({"ada": torch.zeros(shape)})


def test_averages_are_stored_with_their_spread(generator):
    batch = pictures(9, generator)
    batch[:, :, 0, 0] = 0.25  # a pixel that never changes
    net = small()
    assert net.store_averages({"bo": batch}) is net
    torch.testing.assert_close(net.average("bo"), batch.mean(0))
    torch.testing.assert_close(net.characters["bo"].spread[:, 1:, 1:], batch.std(0)[:, 1:, 1:])
    assert (net.characters["bo"].spread[:, 0, 0] == 0.05).all(), (
        "a pixel that never changes would be blown up into noise"
    )
    assert (net.average("ada") == 0.5).all(), "Bo's pictures changed Ada's average"
    assert not torch.equal(small().average("bo"), net.average("bo")), "averages belong to one net, not to the class"


def test_training_starts_near_the_average_face(generator):
    net = with_averages(small(width=16, code_size=32), generator)
    for name in ("ada", "bo"):
        drawn = net.decode(net.encode(pictures(6, generator), "ada"), name)
        away = (drawn - net.average(name)).abs().mean().item()
        assert 0 < away < SPREAD / 4, f"{name}: the untrained net is {away:.3f} from the average face"


@pytest.mark.parametrize("aligned", [True, False])
def test_in_use_a_code_depends_on_its_own_picture_alone(generator, aligned):
    net = with_averages(small(aligned=aligned), generator)
    for name in ("ada", "bo"):  # so that the stored statistics are no longer those of the beginning
        net.encode(pictures(8, generator), name)
    net.eval()
    seen = pictures(7, generator)
    codes = net.encode(seen, "ada")
    for i in (0, 3, 6):
        torch.testing.assert_close(net.encode(seen[i : i + 1], "ada")[0], codes[i], rtol=1e-4, atol=1e-5)


def test_in_training_codes_are_standardised_a_character(generator):
    net = with_averages(small(), generator).train()
    for name, middle in (("ada", 0.2), ("bo", 0.8)):
        codes = net.encode(pictures(40, generator, middle), name)
        torch.testing.assert_close(codes.mean(0), torch.zeros(12), atol=1e-4, rtol=0)
        torch.testing.assert_close(codes.std(0, correction=0), torch.ones(12), atol=0.02, rtol=0)


def test_the_statistics_of_one_leave_those_of_the_other(generator):
    net = with_averages(small(), generator).train()
    before = net.characters["bo"].standardise.mean.clone()
    net.encode(pictures(8, generator), "ada")
    assert torch.equal(net.characters["bo"].standardise.mean, before)
    assert net.characters["ada"].standardise.mean.abs().sum() > 0


@pytest.mark.parametrize("shared", [True, False])
def test_gradients_reach_every_parameter(generator, shared):
    net = with_averages(small(shared=shared, aligned=False), generator)
    loss = sum(net(pictures(3, generator), name).square().mean() for name in net.names)
    loss.backward()
    left_out = [name for name, p in net.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert not left_out, f"no gradient reaches {', '.join(left_out)}"


def test_one_side_trains_what_is_shared_and_its_own_decoder(generator):
    net = with_averages(small(), generator)
    net(pictures(3, generator), "ada").square().mean().backward()
    assert all(p.grad is None for p in net.decoders["bo"].parameters()), "Ada's pictures moved Bo's decoder"
    for part in (net.encoder, net.layout, net.decoders["ada"]):
        assert all(p.grad is not None for p in part.parameters())


@pytest.mark.parametrize("options", [{}, {"aligned": False}, {"shared": False}])
def test_saved_and_loaded_it_draws_the_same(generator, tmp_path, options):
    net = with_averages(small(**options), generator)
    net.encode(pictures(8, generator), "ada")
    weights.save(net.eval(), "small-swap", "a test", "pytest", folder=tmp_path)
    again = weights.load("small-swap", folder=tmp_path)
    assert isinstance(again, SwapNet)
    assert again.config == net.config
    assert again.names == net.names
    seen = pictures(3, generator)
    drawn = net(seen, "ada")
    torch.testing.assert_close(again(seen, "ada"), drawn, atol=5e-3, rtol=0)  # kept in 16 bits
    torch.testing.assert_close(again.average("bo"), net.average("bo"), atol=1e-3, rtol=0)


def test_the_config_makes_the_same_net_again():
    net = small(aligned=False, shared=False)
    again = SwapNet(**net.config)
    shapes = {key: value.shape for key, value in net.state_dict().items()}
    assert {key: value.shape for key, value in again.state_dict().items()} == shapes
    assert isinstance(again.characters["ada"].standardise, torch.nn.Identity)


def test_weights_of_before_a_character_was_a_module_load_as_they_did(generator):
    net = with_averages(small(), generator)
    net.encode(pictures(8, generator), "ada")
    old = {}
    for key, value in net.state_dict().items():
        room, *rest = key.split(".")
        if room != "characters":
            old[key] = value
        elif rest[1] == "standardise":
            old[f"standardise.{rest[0]}.{rest[2]}"] = value
        else:
            old[f"{rest[1]}_{rest[0]}"] = value
    assert {"average_ada", "spread_bo", "turn_ada", "middle_bo", "standardise.ada.mean"} < old.keys()
    again = small()
    again.load_state_dict(old)
    assert all(torch.equal(value, again.state_dict()[key]) for key, value in net.state_dict().items())
    assert "average_ada" in old, "loading must not change what was handed in"


def test_a_net_for_128_pixels_has_the_same_face(generator):
    net = small(side=128)
    seen = torch.rand(3, 3, 128, 128, generator=generator)
    net.store_averages({"ada": seen, "bo": seen})
    assert net.encode(seen, "ada").shape == (3, 12)
    assert net(seen, "bo").shape == seen.shape
    with pytest.raises(ValueError, match=r"pictures: wanted shape \(N, 3, 128, 128\), got \(2, 3, 64, 64\)"):
        net.encode(torch.zeros(2, 3, 64, 64), "ada")


@pytest.mark.parametrize("side", [0, 32, 96, 64.5, "64"])
def test_other_sides_are_refused(side):
    with pytest.raises(ValueError, match="side: wanted 64 or 128 pixels"):
        small(side=side)
