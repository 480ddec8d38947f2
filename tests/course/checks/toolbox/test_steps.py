"""Checking training steps by the state that they leave."""

import pytest
import torch
from toolbox_trials import small_net, trial_of

from unmasked.course.checks import Open, Refused, step_agrees


def _step(fault=""):
    def step(net, optimiser, x, y):
        if fault not in ("no zero_grad", "clears only afterwards"):
            optimiser.zero_grad()
        if fault == "changes the batch":
            x += 1
        loss = ((net(x) - y) ** 2).mean() if fault != "sum" else ((net(x) - y) ** 2).sum()
        loss.backward()
        if fault != "no step":
            optimiser.step()
        if fault == "two steps":
            optimiser.step()
        if fault == "clears only afterwards":
            optimiser.zero_grad()
        if fault == "moves what is frozen":
            net[0].weight.data += 1e-2
        return loss.item() if fault != "returns nothing" else None

    return step


def _state():
    net = small_net()
    net[0].weight.requires_grad_(False)
    for parameter in net.parameters():
        parameter.grad = torch.ones_like(parameter)
    return net, torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1, momentum=0.5)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("no zero_grad", "after step 1"),
        ("clears only afterwards", "after step 1"),
        ("no step", "asked for one step here; it was asked for 0 steps"),
        ("two steps", "asked for 2 steps"),
        ("sum", "after step 1"),
        ("changes the batch", "changed its batch"),
        ("moves what is frozen", r"`0\.weight` should have stayed"),
        ("returns nothing", "return` missing"),
    ],
)
def test_a_training_step_is_judged_by_the_state_after(fault, words):
    batch = torch.rand(5, 3), torch.rand(5, 2)
    step_agrees(trial_of(_step(), _step()), _state, batch)
    with pytest.raises(Refused, match=words):
        step_agrees(trial_of(_step(fault), _step()), _state, batch)


def test_weights_moved_by_hand_are_noticed():
    def by_hand(net, optimiser, x, y):
        gradients = torch.autograd.grad(((net(x) - y) ** 2).mean(), [net[2].weight, net[2].bias])
        net[2].weight.data -= 0.1 * gradients[0]

    with pytest.raises(Refused, match="asked for 0 steps"):
        step_agrees(trial_of(by_hand, _step()), _state, (torch.rand(5, 3), torch.rand(5, 2)))


def test_a_usual_mistake_is_named_by_the_weights_that_it_leaves():
    slips = {"the sum went backwards": _step("sum"), "never": _step("no step")}
    with pytest.raises(Refused, match="the sum went backwards"):
        step_agrees(trial_of(_step("sum"), _step()), _state, (torch.rand(5, 3), torch.rand(5, 2)), slips=slips)
    step_agrees(trial_of(_step(), _step()), _state, (torch.rand(5, 3), torch.rand(5, 2)), slips=slips)


def test_a_step_that_is_a_stub_is_open():
    with pytest.raises(Open):
        step_agrees(trial_of(lambda *all: ..., _step()), _state, (torch.rand(5, 3), torch.rand(5, 2)))
