"""The widgets load what a lesson asks for, and a bench it doesn't ask for costs it nothing."""

import subprocess
import sys

import pytest

from unmasked import paths, widgets


def test_every_name_that_the_widgets_promise_is_there():
    assert {*widgets.BENCHES} < {*widgets.__all__} <= {*dir(widgets)}
    for name in widgets.__all__:
        assert callable(getattr(widgets, name)), name


def test_a_name_that_is_none_is_refused_as_python_does():
    with pytest.raises(AttributeError, match="has no attribute 'pupet'"):
        _ = widgets.pupet
    with pytest.raises(ImportError, match="pupet"):
        exec("from unmasked.widgets import pupet")


def test_a_lesson_without_a_bench_brings_none():
    code = "import sys, unmasked.widgets, unmasked.film; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT, capture_output=True, text=True)
    loaded = done.stdout.split()
    assert done.returncode == 0, done.stderr
    brought = [
        name for name in loaded if name.startswith(("unmasked.widgets.benches.", "scipy.interpolate", "scipy.stats"))
    ]
    assert brought == [], "tens of megabytes in every learner's memory"
