"""Checks of the demo lesson; written as a topic's module under unmasked/course/checks is."""

import numpy as np

from unmasked.course.checks import Trial, close, compare_functions, exercise, has_columns, require, rerun_agrees

# A PNG of one grey pixel.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="


def double(values):
    return 2 * np.asarray(values)


@exercise("demo.double", reference=double)
def check_double(trial: Trial) -> None:
    compare_functions(trial, (trial.normal(2, 3),), (trial.normal(5, 1),), what="the result")


class Counter:
    def __init__(self, start):
        self.value = start

    def up(self):
        self.value += 1
        return self.value


@exercise("demo.counter", reference=Counter)
def check_counter(trial: Trial) -> None:
    start = trial.whole_number(100)
    counter = trial.call(start)
    close(counter.up(), start + 1, "the first `up()`")
    require(counter.up() == start + 2, f"The second `up()` of a counter that starts at {start} should be {start + 2}.")


@exercise("demo.rows", make=lambda trial: [{"number": n, "doubled": 2 * n} for n in trial.context["numbers"]])
def check_rows(trial: Trial) -> None:
    has_columns(trial.attempt, {"number": float, "doubled": float}, at_least=2)
    row = trial.attempt[trial.whole_number(len(trial.attempt))]
    rerun_agrees(trial, row, lambda row: 2 * row["number"], "doubled")
    close([row["number"] for row in trial.attempt], trial.context["numbers"], "the numbers")
