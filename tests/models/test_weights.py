"""Shipped weights and a learner's own: what is written comes back, and what is damaged is named."""

import itertools
import json

import pytest
import torch
from torch import nn

from unmasked.models import weights
from unmasked.models.weights import WeightsError, load, load_own, own, register, save, save_own, shipped


@register
class ForTests(nn.Module):
    def __init__(self, sizes, bias=True):
        super().__init__()
        self.config = {"sizes": tuple(sizes), "bias": bias}
        self.layers = nn.Sequential(*[nn.Linear(a, b, bias=bias) for a, b in itertools.pairwise(sizes)])
        self.norm = nn.BatchNorm1d(sizes[-1])

    def forward(self, x):
        return self.norm(self.layers(x))


@pytest.fixture
def net():
    torch.manual_seed(1)
    net = ForTests((3, 5, 2))
    net(torch.rand(7, 3))
    return net


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))


def write(net, folder, name="some-net"):
    return save(net, name, "a net for tests", "python -m tests.make", folder=folder)


def test_what_was_learned_comes_back_in_half_precision_and_statistics_as_they_were(net, tmp_path):
    learned = {name for name, _ in net.named_parameters()}
    entry = write(net, tmp_path)
    again = load("some-net", folder=tmp_path)
    assert type(again) is ForTests and not again.training and again.config == net.config
    for (name, tensor), back in zip(net.state_dict().items(), again.state_dict().values(), strict=True):
        assert back.dtype == tensor.dtype, name
        assert torch.equal(back, tensor.half().float() if name in learned else tensor), name
    file = tmp_path / "some-net.safetensors"
    assert entry["bytes"] == file.stat().st_size and len(entry["sha256"]) == 64
    assert shipped(folder=tmp_path) == {"some-net": entry}
    assert {p.name for p in tmp_path.iterdir() if p.is_file()} == {"some-net.safetensors", "index.json"}


def test_the_index_keeps_the_others(net, tmp_path):
    write(net, tmp_path, "b")
    write(net, tmp_path, "a")
    write(net, tmp_path, "b")
    assert list(shipped(folder=tmp_path)) == ["a", "b"]


def test_the_same_model_gives_the_same_bytes(net, tmp_path):
    assert write(net, tmp_path) == write(net, tmp_path)


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_damaged_weights_are_named_with_the_command_that_makes_them(net, tmp_path, damage):
    write(net, tmp_path)
    file = tmp_path / "some-net.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes({"cut": data[:50], "flipped": bytes(data), "empty": b""}[damage])
    with pytest.raises(WeightsError, match=r"some-net.safetensors is damaged.*python -m tests.make"):
        load("some-net", folder=tmp_path)


def test_missing_weights_are_named(net, tmp_path):
    with pytest.raises(WeightsError, match=r"index.json is missing"):
        load("some-net", folder=tmp_path)
    write(net, tmp_path)
    with pytest.raises(WeightsError, match="no shipped weights 'other'; there are: some-net"):
        load("other", folder=tmp_path)
    (tmp_path / "some-net.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"some-net.safetensors is missing.*python -m tests.make"):
        load("some-net", folder=tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"some-net": 3}'])
def test_a_damaged_index_is_named(tmp_path, text):
    (tmp_path / "index.json").write_text(text)
    with pytest.raises(WeightsError, match=r"index.json is damaged"):
        load("some-net", folder=tmp_path)


@pytest.mark.parametrize(
    "change", [{"config": {"sizes": [3, 4, 2]}}, {"config": {"size": 1}}, {"class": "os.system"}, {"config": None}]
)
def test_an_index_that_does_not_fit_is_told(net, tmp_path, change):
    write(net, tmp_path)
    index = shipped(folder=tmp_path)
    index["some-net"] |= change
    (tmp_path / "index.json").write_text(json.dumps(index))
    with pytest.raises(WeightsError, match=r"does not fit|not known"):
        load("some-net", folder=tmp_path)


@pytest.mark.parametrize("name", ["", "../net", "Net", "a b", "a.b", "-a", 3, None])
def test_bad_names_are_refused(net, tmp_path, name):
    with pytest.raises(ValueError, match="`name` is"):
        write(net, tmp_path, name)
    with pytest.raises(ValueError, match="`name` is"):
        save_own(net, name)


def test_what_cannot_be_rebuilt_is_refused(net, tmp_path):
    with pytest.raises(ValueError, match="'Linear' is not known"):
        write(nn.Linear(2, 2), tmp_path)
    net.config = None
    with pytest.raises(ValueError, match="no dict `config`"):
        write(net, tmp_path)
    net.config = {"sizes": [3, 6, 2]}
    with pytest.raises(ValueError, match="makes other weights"):
        write(net, tmp_path)
    net.config = {"sizes": [3, 5, 2], "bias": nn.ReLU()}
    with pytest.raises(ValueError, match="more than numbers"):
        write(net, tmp_path)
    assert list(tmp_path.iterdir()) == [], "a refused model must leave nothing behind"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e6])
def test_numbers_that_half_precision_cannot_hold_are_refused(net, tmp_path, value):
    with torch.no_grad():
        net.layers[1].bias[0] = value
    with pytest.raises(ValueError, match=r"layers.1.bias"):
        write(net, tmp_path)


def test_register_does_not_take_a_name_of_the_course():
    with pytest.raises(ValueError, match="SwapNet"):
        register(type("SwapNet", (nn.Module,), {}))


def test_own_models_come_back_exactly_and_keep_the_one_before(net, tmp_path):
    path = save_own(net, "mine")
    assert path.parent == tmp_path / "home" / "models"
    first = {key: tensor.clone() for key, tensor in net.state_dict().items()}
    with torch.no_grad():
        net.layers[0].weight += 1
    save_own(net, "mine")
    assert own() == ["mine"]
    again = load_own("mine")
    assert all(torch.equal(a, b) for a, b in zip(net.state_dict().values(), again.state_dict().values(), strict=True))
    path.with_name("mine.old.safetensors").rename(path)
    again = load_own("mine")
    assert all(torch.equal(a, b) for a, b in zip(first.values(), again.state_dict().values(), strict=True))


def test_shipped_and_own_never_touch_each_other(net, tmp_path):
    path = save_own(net, "some-net")
    before = path.read_bytes()
    write(net, tmp_path)
    load("some-net", folder=tmp_path)
    assert path.read_bytes() == before
    assert weights.paths.DATA not in path.parents


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_a_damaged_own_model_is_named(net, damage):
    path = save_own(net, "mine")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes({"cut": data[:50], "flipped": bytes(data), "empty": b""}[damage])
    with pytest.raises(WeightsError, match=r"mine.safetensors is damaged.*Train it again"):
        load_own("mine")


def test_no_own_model_is_told():
    with pytest.raises(WeightsError, match="you have saved no model 'mine'"):
        load_own("mine")


def test_tied_and_channels_last_weights_can_be_kept(tmp_path):
    @register
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.config = {}
            self.a, self.b, self.c = nn.Linear(2, 2), nn.Linear(2, 2), nn.Conv2d(3, 4, 3)
            self.b.weight = self.a.weight

    net = Tied().to(memory_format=torch.channels_last)
    write(net, tmp_path, "tied")
    save_own(net, "tied")
    for again in (load("tied", folder=tmp_path), load_own("tied")):
        assert torch.allclose(again.c.weight, net.c.weight, atol=1e-3) and torch.equal(again.a.weight, again.b.weight)
