"""Checking modules: gradients, parameters, and behaviour under the same weights."""

import pytest
import torch
from toolbox_trials import small_net, trial_of
from torch import nn

from unmasked.course.checks import (
    Open,
    Refused,
    behaves_like,
    each_alone,
    gradients_reach,
    is_module,
    reached,
    same_parameter_count,
)


class _Named(nn.Module):
    """The same network under other names, optionally with something wrong."""

    def __init__(self, fault=""):
        super().__init__()
        self.first, self.second = nn.Linear(3, 4), nn.Linear(4, 2)
        self.fault = fault

    def forward(self, x):
        hidden = torch.relu(self.first(x))
        if self.fault == "detached":
            hidden = hidden.detach()
        out = self.second(hidden)
        return torch.sigmoid(out) if self.fault == "sigmoid" else out


def test_gradients_reach_every_parameter():
    x = torch.rand(5, 3)
    net = _Named()
    gradients_reach(net, net(x))
    gradients_reach(net, (net(x), net(x).softmax(1)))
    detached = _Named("detached")
    with pytest.raises(Refused, match=r"does not reach `first\.weight`, `first\.bias`"):
        gradients_reach(detached, detached(x))
    gradients_reach(detached, detached(x), among=lambda name: name.startswith("second"))
    with pytest.raises(Refused, match="cut off"):
        gradients_reach(net, net(x).detach())
    with pytest.raises(Refused, match=r"The network should be a `torch\.nn\.Module`; got"):
        gradients_reach(lambda x: x, x)
    with pytest.raises(Refused, match=r"Encoder\(…\) should be a `torch\.nn\.Module`; got 3"):
        is_module(3, "Encoder(…)")
    with pytest.raises(Open):
        gradients_reach(net, ...)


def _calls(x):
    return {"the output": lambda net: net(x)}


class _Unusual(nn.Module):
    """The small network, made last layer first, with a buffer, and its last output kept."""

    def __init__(self, fault=""):
        super().__init__()
        self.second, self.first = nn.Linear(4, 2), nn.Linear(3, 4)
        self.register_buffer("seen", torch.zeros(7))
        self.fault = fault
        if fault == "frozen":
            self.first.requires_grad_(False)

    def forward(self, x):
        out = self.second(torch.relu(self.first(x)))
        if self.fault == "dropout":
            out = nn.functional.dropout(out, 0.5, self.training)
        if self.fault == "noise":
            out = out + torch.rand_like(out)
        if self.fault == "squeezed":
            out = out.squeeze()
        self.last = out
        return out


def test_a_network_behaves_like_another_whatever_its_names_order_and_buffers():
    torch.manual_seed(0)  # some weights would leave a ReLU dead, and a dead layer has no role
    x = 3 * torch.randn(20, 3)
    for mine in (_Named(), _Unusual(), small_net(1), small_net().double()):
        inputs = x.double() if isinstance(mine, nn.Sequential) and mine[0].weight.dtype == torch.float64 else x
        behaves_like(trial_of(), mine, small_net(2).to(inputs.dtype), _calls(inputs))
    for wrong, words in [
        (_Named("sigmoid"), "The output: the shape is right, but"),
        (_Unusual("dropout"), "In training and in evaluation mode different numbers"),
        (_Unusual("noise"), "Two runs on the same input"),
        (_Unusual("frozen"), "can't learn: `requires_grad` is False"),
        (nn.Linear(3, 2), "26 parameters; it has 8.*size 2 × 3"),
        (nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 1, bias=False), nn.Linear(1, 1)), "should have the shape"),
    ]:
        with pytest.raises(Refused, match=words):
            behaves_like(trial_of(), wrong, small_net(), _calls(x))
    with pytest.raises(Refused, match=r"One row should have the shape \(1, 2\)"):
        behaves_like(trial_of(), _Unusual("squeezed"), small_net(), {"one row": lambda net: net(x[:1])})
    same_parameter_count(small_net(), _Named())


def test_a_usual_mistake_of_a_network_is_named():
    slips = {"it ends in a sigmoid": lambda net: nn.Sequential(net, nn.Sigmoid())}
    with pytest.raises(Refused, match="it ends in a sigmoid"):
        behaves_like(trial_of(), _Named("sigmoid"), small_net(), _calls(torch.rand(5, 3)), slips)


class _Crossed(nn.Module):
    """One encoder and two decoders of the same shape, as a dict or as attributes, in either order."""

    def __init__(self, order=("ada", "bo"), together=True, fault=False):
        super().__init__()
        self.encoder = nn.Linear(3, 3)
        parts = {name: nn.Linear(3, 3) for name in order}
        if together:
            self.decoders = nn.ModuleDict(parts)
        else:
            for name, part in parts.items():
                setattr(self, f"decode_{name}", part)
        self.fault = fault

    def forward(self, x, name):
        parts = self.decoders if hasattr(self, "decoders") else {n: getattr(self, f"decode_{n}") for n in ("ada", "bo")}
        return parts["ada" if self.fault else name](self.encoder(x))


@pytest.mark.parametrize("order", [("ada", "bo"), ("bo", "ada")])
@pytest.mark.parametrize("together", [True, False])
def test_parts_of_like_shape_are_told_apart_by_what_they_are_used_for(order, together):
    x = torch.rand(5, 3)
    calls = {name: lambda net, name=name: net(x, name) for name in ("ada", "bo")}
    behaves_like(trial_of(), _Crossed(order, together), _Crossed(), calls)
    with pytest.raises(Refused, match="other ones of them than expected were used for ada, bo"):
        behaves_like(trial_of(), _Crossed(order, together, fault=True), _Crossed(), calls)
    # Where the calls can't tell them apart, every order is tried.
    both = {"both": lambda net: torch.cat([net(x, "ada"), net(x, "bo")])}
    behaves_like(trial_of(), _Crossed(order, together), _Crossed(), both)


def test_where_a_gradient_arrives():
    net = _Crossed()
    arrived = reached(net, net(torch.rand(5, 3), "bo"))
    assert {name.partition(".weight")[0] for name, there in arrived.items() if there and "weight" in name} == {
        "encoder",
        "decoders.bo",
    }


def test_nobody_depends_on_company():
    x = torch.rand(5, 3)
    each_alone(trial_of(), small_net(), x, "a result")
    with pytest.raises(Refused, match="A result depends on the others"):
        each_alone(trial_of(), lambda values: values - values.mean(0), x, "a result")
    with pytest.raises(Refused, match="Two runs on the same input gave different results for a result"):
        each_alone(trial_of(), lambda values: values + torch.rand_like(values), x, "a result")
