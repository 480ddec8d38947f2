"""Checking modules: gradients, parameters, and behaviour under the same weights."""

import pytest
import torch
from toolbox_trials import small_net, trial_of
from torch import nn

from unmasked.course.checks import Open, Refused, copied_weights_agree, gradients_reach, is_module, same_parameter_count


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


def test_copied_weights_agree_for_other_names_but_not_for_another_network():
    x = (torch.rand(5, 3),)
    copied_weights_agree(trial_of(), _Named(), small_net(), x)
    copied_weights_agree(trial_of(), small_net(1), small_net(2), x)
    with pytest.raises(Refused, match="The output: the shape is right, but"):
        copied_weights_agree(trial_of(), _Named("sigmoid"), small_net(), x)
    with pytest.raises(Refused, match="26 parameters; it has 8"):
        copied_weights_agree(trial_of(), nn.Linear(3, 2), small_net(), x)
    with pytest.raises(Refused, match="sizes"):
        copied_weights_agree(trial_of(), nn.Sequential(nn.Linear(5, 3), nn.Linear(3, 2)), small_net(), x)
    same_parameter_count(small_net(), _Named())


class _Crossed(nn.Module):
    """One encoder and two decoders of the same shape, as a dict or as attributes, in either order."""

    def __init__(self, order=("ada", "bo"), together=True, fault=False):
        super().__init__()
        self.encoder = nn.Linear(3, 2)
        parts = {name: nn.Linear(2, 3) for name in order}
        if together:
            self.decoders = nn.ModuleDict(parts)
        else:
            for name, part in parts.items():
                setattr(self, f"decode_{name}", part)
        self.fault = fault

    def forward(self, x):
        parts = self.decoders if hasattr(self, "decoders") else {n: getattr(self, f"decode_{n}") for n in ("ada", "bo")}
        ada, bo = parts["ada"](self.encoder(x)), parts["bo"](self.encoder(x))
        return torch.cat([ada, ada if self.fault else bo])


@pytest.mark.parametrize("order", [("ada", "bo"), ("bo", "ada")])
@pytest.mark.parametrize("together", [True, False])
def test_parts_of_like_shape_may_stand_in_any_order(order, together):
    x = (torch.rand(5, 3),)
    copied_weights_agree(trial_of(), _Crossed(order, together), _Crossed(), x)
    with pytest.raises(Refused, match="The output: the shape is right"):
        copied_weights_agree(trial_of(), _Crossed(order, together, fault=True), _Crossed(), x)
