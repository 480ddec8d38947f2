# ruff: noqa: F811
"""Answers to the demo lesson's exercises, as a file under tests/wrong holds them."""

import numpy as np
from wrong import context, right_answer, wrong_answer


@wrong_answer("demo.double", "adds two")
def double(values):
    return values + 2


@wrong_answer("demo.double", "transposed")
def double(values):
    return 2 * values.T


@wrong_answer("demo.double", "in place")
def double(values):
    values *= 2
    return values


@wrong_answer("demo.double", "forgets to return")
def double(values):
    2 * values


@wrong_answer("demo.double", "stops with an error")
def double(values):
    return values @ values @ values


wrong_answer("demo.double", "called already")(np.ones((2, 3)))
wrong_answer("demo.double", "too many arguments")(lambda values, factor: factor * values)


@right_answer("demo.double", "adds it to itself, in double precision")
def double(values):
    return values.astype(np.float64) + values


@wrong_answer("demo.counter", "returns the value before")
class Counter:
    def __init__(self, start):
        self.value = start

    def up(self):
        self.value += 1
        return self.value - 1


@wrong_answer("demo.counter", "all counters share one value")
class Counter:
    value = 0

    def __init__(self, start):
        pass

    def up(self):
        Counter.value += 1
        return Counter.value


@wrong_answer("demo.counter", "forgets")
class Counter:
    def __init__(self, start):
        self.start = start

    def up(self):
        return self.start + 1


@right_answer("demo.counter", "a generator inside")
class Counter:
    def __init__(self, start):
        self.values = iter(range(start + 1, start + 1000))

    def up(self):
        return next(self.values)


@context("demo.rows")
def numbers():
    return {"numbers": [1.0, 2.5, 4.0]}


@wrong_answer("demo.rows", "one row missing", build=True)
def rows(context):
    return [{"number": n, "doubled": 2 * n} for n in context["numbers"][:-1]]


@wrong_answer("demo.rows", "made up", build=True)
def rows(context):
    return [{"number": n, "doubled": n} for n in context["numbers"]]


wrong_answer("demo.rows", "a dict")({"number": [1.0], "doubled": [2.0]})


@right_answer("demo.rows", "NumPy's numbers, and a column more", build=True)
def rows(context):
    return [{"number": np.float32(n), "doubled": np.float64(2 * n), "note": "x"} for n in context["numbers"]]
