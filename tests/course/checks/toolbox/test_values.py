"""Comparing values: what agrees is accepted, and whatever doesn't is told in words."""

import copy
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from toolbox_trials import trial_of

from unmasked.course.checks import (
    Open,
    Refused,
    agrees,
    array_of,
    between,
    close,
    compare_functions,
    known_slips,
    numbers_of,
    picture_is,
    shape_is,
    tensor_of,
    unchanged,
)
from unmasked.course.checks.toolbox.trial import Raised


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
        (Fraction(1, 4), 0.25),
        (Decimal("0.25"), 0.25),
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


def test_results_to_compute_with_are_plain_and_precise():
    with_graph = torch.ones(2, 3, requires_grad=True) * 2
    for values in (with_graph, with_graph.double(), torch.full((2, 3), 2, dtype=torch.bfloat16)):
        got = tensor_of(values, (2, None))
        assert (
            got.dtype == torch.float64 and not got.requires_grad and torch.equal(got, torch.full((2, 3), 2.0).double())
        )
    assert array_of(np.uint8([1, 2]), (2,)).dtype == np.float64
    for kind, bad, words in [
        (tensor_of, np.ones((2, 3)), "should be a tensor; got an array .*from_numpy"),
        (array_of, torch.ones(2, 3), r"should be an array; got a tensor .*\.numpy"),
        (array_of, [[1, 2, 3]] * 2, r"got a list of 2\. `np\.array"),
        (tensor_of, torch.ones(3, 2), r"should have the shape \(2, 3\)"),
    ]:
        with pytest.raises(Refused, match=words):
            kind(bad, (2, 3))
        with pytest.raises(Open):
            kind(..., (2, 3))


def test_a_few_numbers_come_in_any_clothes():
    for values in (
        (1, 2.0),
        [Fraction(1), torch.tensor(2.0, requires_grad=True)],
        np.array([1, 2]),
        torch.tensor([1, 2]),
    ):
        assert numbers_of(values, 2).tolist() == [1.0, 2.0]
    for bad in (1.0, (1.0,), (1.0, "2"), (np.ones(2), 1.0), np.ones((2, 1)), None):
        with pytest.raises(Refused, match="should be 2 numbers; got"):
            numbers_of(bad, 2)
    assert agrees(1.0, 1.00001) and not agrees(1.0, 1.1) and not agrees(None, 1.0)


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


def test_compare_functions_names_the_call_and_needs_a_case():
    with pytest.raises(Refused, match=r"The sum of `total\(2×3, 4\)` should be"):

        def total(values, more):
            return float(values.sum()) + more + 1

        compare_functions(trial_of(total, lambda v, m: float(v.sum()) + m), (np.ones((2, 3)), 4), what="the sum")
    with pytest.raises(TypeError, match="cases"):
        compare_functions(trial_of(len, len))
    with pytest.raises(Refused, match="without brackets"):
        compare_functions(trial_of(3, len), ([1],))
    with pytest.raises(Raised):
        compare_functions(trial_of(lambda: 1, len), ([1],))
