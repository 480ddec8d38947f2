"""The checks' toolbox: each tool accepts what is right, and says what is wrong with what isn't."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from unmasked.course.checks import (
    Open,
    Refused,
    Trial,
    between,
    close,
    compare_functions,
    copied_weights_agree,
    gradients_reach,
    has_columns,
    is_module,
    known_slips,
    moments_agree,
    picture_is,
    repeatable,
    rerun_agrees,
    same_parameter_count,
    shape_is,
    step_agrees,
    unchanged,
)
from unmasked.course.checks.toolbox.trial import Raised, copied


def _trial(attempt=None, reference=None, seed=3) -> Trial:
    return Trial("tools.any", attempt, lambda trial: reference, seed=seed)


# --- values -----------------------------------------------------------------------------------------------------------


def test_a_known_slip_is_refused_in_its_own_words():
    with pytest.raises(Refused, match="twice as much"):
        known_slips(np.full(3, 4.0), np.full(3, 2.0), {"another": np.zeros(3), "twice as much": np.full(3, 4.0)})


def test_what_is_no_known_slip_is_left_to_close():
    slips = {"twice as much": np.full(3, 4.0)}
    for values in (np.full(3, 2.0), np.full(3, 7.0), np.zeros((3, 1)), "words", None):
        known_slips(values, np.full(3, 2.0), slips)
    known_slips(0.0, 0.0, {"twice as much": 0.0})  # right, where the slip makes no difference


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (1.00001, 1.0),
        (np.float64(2), 2),
        (torch.tensor(2.0), 2.0),
        (2.0, torch.tensor(2.0)),
        (np.ones((2, 3)), np.ones((2, 3), np.float32)),
        (torch.ones(2, 3, requires_grad=True), torch.ones(2, 3)),
        ([1.0, (2.0, 3.0)], (1.0, [2.0, 3.0])),
        ({"a": 1.0, "b": "x"}, {"b": "x", "a": 1.0}),
        (np.array([np.nan, 1.0]), np.array([np.nan, 1.0])),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.uint8([0, 255]), np.uint8([0, 255])),
        (torch.ones(2, 3, dtype=torch.bfloat16), torch.ones(2, 3)),
        (None, None),
    ],
)
def test_close_accepts(values, expected):
    close(values, expected)


@pytest.mark.parametrize(
    ("values", "expected", "words"),
    [
        (1.1, 1.0, "should be 1; got 1.1"),
        (None, 1.0, "return` missing"),
        (np.ones((3, 2)), np.ones((2, 3)), r"shape \(2, 3\); got \(3, 2\)"),
        (np.ones((1, 2, 3)), np.ones((2, 3)), r"shape \(2, 3\); got \(1, 2, 3\)"),
        (np.ones((2, 3)), torch.ones(2, 3), "should be a tensor; got an array of shape"),
        (torch.ones(2, 3), np.ones((2, 3)), "should be an array; got a tensor"),
        (np.array([1.0, np.nan]), np.ones(2), "1 of 2 values are not a number"),
        (
            np.array([[0, 0], [0, 5.0]]),
            np.zeros((2, 2)),
            r"1 of 4 values differ; furthest off, at \[1, 1\]: expected 0, got 5",
        ),
        (np.array([np.inf, 1.0]), np.ones(2), r"at \[0\]: expected 1, got inf"),
        (np.uint8([0]), np.uint8([255]), "expected 255, got 0"),
        ([1.0], [1.0, 2.0], "should be 2 values; got a list of 1"),
        ([1.0, 3.0], [1.0, 2.0], "value 2 of the result should be 2; got 3"),
        ({"a": 1.0}, {"a": 1.0, "b": 2.0}, "entries `a`, `b`; got `a`"),
        ({"a": 2.0}, {"a": 1.0}, "entry `a` of the result should be 1"),
        ("y", "x", "should be 'x'; got 'y'"),
        (np.array(["a"]), np.ones(1), "should be numbers"),
        (object(), 1.0, "got a value of type object"),
    ],
)
def test_close_refuses_with_words(values, expected, words):
    with pytest.raises(Refused, match="(?i)" + words):
        close(values, expected)


def test_close_takes_a_stub_for_open():
    for stub in (..., (..., 1), {"a": ...}):
        with pytest.raises(Open):
            close(stub, (1, 1))


def test_shapes_and_ranges():
    shape_is(torch.ones(2, 3, 4), (2, None, 4))
    with pytest.raises(Refused, match=r"\(2, any, 5\); got a tensor of shape \(2, 3, 4\)"):
        shape_is(torch.ones(2, 3, 4), (2, None, 5), "the codes")
    between(np.linspace(0, 1, 5), 0, 1)
    for bad in (np.array([0.0, 1.1]), np.array([np.nan]), np.array([-0.1])):
        with pytest.raises(Refused, match=r"0…1"):
            between(bad, 0, 1)


def test_a_picture_is_bytes_of_its_shape():
    picture_is(np.zeros((4, 5, 3), np.uint8), (4, 5))
    for bad, words in [
        (np.zeros((5, 4, 3), np.uint8), r"The frame should have the shape \(4, 5, 3\)"),
        (np.zeros((4, 5, 3)), "picture of uint8; it is float64"),
        (torch.zeros(4, 5, 3, dtype=torch.uint8), "picture of uint8; it is a tensor"),
        ([[0, 0, 0]], "got a list of 1"),
    ]:
        with pytest.raises(Refused, match=words):
            picture_is(bad, (4, 5), "the frame")
    with pytest.raises(Open):
        picture_is(..., (4, 5))


def test_unchanged_looks_inside():
    before = {"a": [np.ones(2), torch.ones(2)]}
    unchanged(before, copy.deepcopy(before), "the batch")
    after = copy.deepcopy(before)
    after["a"][1][0] = 5
    with pytest.raises(Refused, match="The batch should have stayed"):
        unchanged(before, after, "the batch")


# --- calls ------------------------------------------------------------------------------------------------------------


def test_an_attempt_gets_copies_and_may_not_change_them():
    def attempt(values, rows):
        rows.append(1)
        return values

    values, rows = np.ones(3), [1]
    with pytest.raises(Refused, match="input `rows`"):
        _trial(attempt).call(values, rows)
    assert rows == [1], "the check's own input must stay as it was"
    assert _trial(attempt).call(values, rows, may_change=True) is not values


@pytest.mark.parametrize("kind", [np.ones((2, 3)), torch.ones(2, 3), nn.Linear(2, 2)])
def test_changes_in_place_are_noticed(kind):
    def attempt(thing):
        with torch.no_grad():
            (thing.weight if isinstance(thing, nn.Module) else thing)[0] = 7

    with pytest.raises(Refused, match="changed in place"):
        _trial(attempt).call(kind)


def test_a_batch_norm_that_runs_counts_as_unchanged():
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    _trial(lambda net, pictures: net(pictures)).call(net, torch.rand(2, 3, 8, 6))


def test_copies_share_nothing():
    weights = torch.ones(2, requires_grad=True)
    middle = weights * 2
    generator = torch.Generator().manual_seed(5)
    got = copied({"a": (weights, [middle]), "g": generator})
    got["a"][0].data[0] = 9
    assert weights[0] == 1 and torch.equal(got["a"][1][0], middle) and got["a"][1][0].requires_grad
    assert torch.equal(torch.rand(3, generator=got["g"]), torch.rand(3, generator=generator))


def test_compare_functions_names_the_call_and_needs_a_case():
    with pytest.raises(Refused, match=r"The sum of `total\(2×3, 4\)` should be"):

        def total(values, more):
            return float(values.sum()) + more + 1

        compare_functions(_trial(total, lambda v, m: float(v.sum()) + m), (np.ones((2, 3)), 4), what="the sum")
    with pytest.raises(TypeError, match="cases"):
        compare_functions(_trial(len, len))
    with pytest.raises(Refused, match="without brackets"):
        compare_functions(_trial(3, len), ([1],))
    with pytest.raises(Raised):
        compare_functions(_trial(lambda: 1, len), ([1],))


# --- modules ----------------------------------------------------------------------------------------------------------


def _net(seed=0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))


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
    copied_weights_agree(_trial(), _Named(), _net(), x)
    copied_weights_agree(_trial(), _net(1), _net(2), x)
    with pytest.raises(Refused, match="The output: the shape is right, but"):
        copied_weights_agree(_trial(), _Named("sigmoid"), _net(), x)
    with pytest.raises(Refused, match="26 parameters; it has 8"):
        copied_weights_agree(_trial(), nn.Linear(3, 2), _net(), x)
    with pytest.raises(Refused, match="sizes"):
        copied_weights_agree(_trial(), nn.Sequential(nn.Linear(5, 3), nn.Linear(3, 2)), _net(), x)
    same_parameter_count(_net(), _Named())


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
    copied_weights_agree(_trial(), _Crossed(order, together), _Crossed(), x)
    with pytest.raises(Refused, match="The output: the shape is right"):
        copied_weights_agree(_trial(), _Crossed(order, together, fault=True), _Crossed(), x)


# --- training steps ---------------------------------------------------------------------------------------------------


def _step(fault=""):
    def step(net, optimiser, x, y):
        if fault != "no zero_grad":
            optimiser.zero_grad()
        if fault == "changes the batch":
            x += 1
        loss = ((net(x) - y) ** 2).mean() if fault != "sum" else ((net(x) - y) ** 2).sum()
        loss.backward()
        if fault != "no step":
            optimiser.step()
        if fault == "moves what is frozen":
            net[0].weight.data += 1e-2
        return loss.item() if fault != "returns nothing" else None

    return step


def _state():
    net = _net()
    net[0].weight.requires_grad_(False)
    return net, torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("no zero_grad", "after step 2"),
        ("no step", "should have moved after step 1"),
        ("sum", "after step 1"),
        ("changes the batch", "changed its batch"),
        ("moves what is frozen", r"`0\.weight` should have stayed"),
        ("returns nothing", "return` missing"),
    ],
)
def test_a_training_step_is_judged_by_the_state_after(fault, words):
    batch = torch.rand(5, 3), torch.rand(5, 2)
    step_agrees(_trial(_step(), _step()), _state, batch)
    with pytest.raises(Refused, match=words):
        step_agrees(_trial(_step(fault), _step()), _state, batch)


def test_a_step_that_is_a_stub_is_open():
    with pytest.raises(Open):
        step_agrees(_trial(lambda *all: ..., _step()), _state, (torch.rand(5, 3), torch.rand(5, 2)))


# --- chance -----------------------------------------------------------------------------------------------------------


def test_random_functions_draw_from_their_generator_alone():
    pictures = (torch.zeros(2, 3),)
    repeatable(_trial(lambda p, generator: p + torch.rand(p.shape, generator=generator)), pictures)
    repeatable(_trial(lambda p, generator: p + generator.random(p.shape)), (np.zeros((2, 3)),), numpy=True)
    with pytest.raises(Refused, match="global random state"):
        repeatable(_trial(lambda p, generator: p + torch.rand(p.shape)), pictures)
    with pytest.raises(Refused, match="global random state"):
        repeatable(_trial(lambda p, generator: p + np.random.rand(*p.shape)), (np.zeros((2, 3)),), numpy=True)
    with pytest.raises(Refused, match="Is the generator used"):
        repeatable(_trial(lambda p, generator: p + 1), pictures)
    own = torch.Generator()
    with pytest.raises(Refused, match="two calls differed"):
        repeatable(_trial(lambda p, generator: p + torch.rand(p.shape, generator=own)), pictures)


@pytest.mark.parametrize("seed", range(5))
def test_moments_tell_like_from_unlike(seed):
    numbers = np.random.default_rng(seed)
    wanted = numbers.normal(0, 0.1, (200, 50))
    moments_agree(numbers.normal(0, 0.1, (200, 50)), wanted)
    moments_agree(torch.from_numpy(numbers.normal(0, 0.1, (200, 50))), torch.from_numpy(wanted))
    for mean, spread, words in [(0.02, 0.1, "mean near"), (0, 0.12, "standard deviation near")]:
        with pytest.raises(Refused, match=words):
            moments_agree(numbers.normal(mean, spread, (200, 50)), wanted)
    with pytest.raises(Refused, match="shape"):
        moments_agree(wanted.T, wanted)


# --- experiments ------------------------------------------------------------------------------------------------------


def test_a_table_has_its_columns():
    rows = [{"seed": 0, "score": 0.5, "name": "x"}, {"seed": np.int64(1), "score": torch.tensor(0.25), "name": "y"}]
    columns = {"seed": int, "score": float, "name": str}
    has_columns(rows, columns, at_least=2)
    for bad, words in [
        (rows[:1], "At least 2 rows were expected; got 1"),
        ({"seed": [0, 1]}, "list of dicts"),
        ([rows[0], {"seed": 1, "name": "y"}], "Row 2 .* missing: `score`"),
        ([rows[0], rows[1] | {"score": "high"}], "`score` in row 2 should be a number; got 'high'"),
        ([rows[0], rows[1] | {"score": float("nan")}], "got nan"),
        ([rows[0], rows[1] | {"seed": 0.5}], "a whole number"),
    ]:
        with pytest.raises(Refused, match=words):
            has_columns(bad, columns, at_least=2)
    with pytest.raises(Open):
        has_columns([rows[0], rows[1] | {"score": ...}], columns)


def test_a_row_run_again_must_agree():
    row = {"seed": 2, "score": 4.0}
    rerun_agrees(_trial(), row, lambda row: row["seed"] ** 2, "score")
    with pytest.raises(Refused, match=r"`score` for seed 2, run again, should be 4; got 5"):
        rerun_agrees(_trial(), row | {"score": 5.0}, lambda row: row["seed"] ** 2, "score")
