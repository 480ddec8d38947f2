# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] id="demo-card"
# # A tiny lesson
# It is there to test the build with. Colour, …, “quotes” and *Umlaute äöü* must survive.

# %% id="demo-imports" tags=["setup"]
import demo_checks  # registers the exercises
import numpy as np

from unmasked.course import check

# %% [markdown] id="demo-note" tags=["instructor"]
# *For the instructor.* Two minutes.


# %% id="demo-double"
def double(values):
    """Twice the values. `values`: float (N, M); returns the same shape."""
    values = np.asarray(values)
    ### BEGIN SOLUTION
    return 2 * values
    ### END SOLUTION


# %% id="demo-double-check"
double = check("demo.double", double)

# %% id="demo-use"
print(double(np.ones((2, 3))).sum())


# %% id="demo-counter"
class Counter:
    """Counts."""

    def __init__(self, start):
        ### BEGIN SOLUTION
        self.value = start
        ### END SOLUTION

    def up(self):
        """One more; returns the new value."""
        ### BEGIN SOLUTION
        self.value += 1
        return self.value
        ### END SOLUTION


# %% id="demo-counter-check"
Counter = check("demo.counter", Counter)


# %% id="demo-rows"
def experiment(numbers):
    """A row a number: {"number": …, "doubled": …}."""
    ### BEGIN SOLUTION
    return [{"number": n, "doubled": float(double(n))} for n in numbers]
    ### END SOLUTION


rows = experiment([1.0, 2.5])

# %% id="demo-rows-check"
rows = check("demo.rows", rows, numbers=[1.0, 2.5])

# %% id="demo-guess"
### BEGIN SOLUTION
guess, other = 3, 4
### END SOLUTION
print(len(rows), Counter(3).up())


# %% id="demo-bench" tags=["figure"]
class Bench:
    """What a bench shows: a widget's view with a static picture beside it."""

    def _repr_mimebundle_(self, **kwargs):
        """The mime bundle."""
        view = {"version_major": 2, "version_minor": 0, "model_id": "a1b2"}
        return {
            "text/plain": "Bench(children=…)",
            "image/png": demo_checks.PIXEL,
            "application/vnd.jupyter.widget-view+json": view,
        }


Bench()
