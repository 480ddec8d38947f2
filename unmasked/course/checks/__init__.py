"""The checks' toolbox, and the list of exercises. One module a topic lies beside this file, loaded when needed."""

from unmasked.course.checks.chance import moments_agree, repeatable
from unmasked.course.checks.experiments import has_columns, rerun_agrees
from unmasked.course.checks.modules import copied_weights_agree, gradients_reach, same_parameter_count
from unmasked.course.checks.registry import Exercise, exercise, find
from unmasked.course.checks.steps import step_agrees
from unmasked.course.checks.trial import Open, Refused, Trial, refuse, require
from unmasked.course.checks.values import between, close, compare_functions, known_slips, shape_is, unchanged

__all__ = [
    "Exercise",
    "Open",
    "Refused",
    "Trial",
    "between",
    "close",
    "compare_functions",
    "copied_weights_agree",
    "exercise",
    "find",
    "gradients_reach",
    "has_columns",
    "known_slips",
    "moments_agree",
    "refuse",
    "repeatable",
    "require",
    "rerun_agrees",
    "same_parameter_count",
    "shape_is",
    "step_agrees",
    "unchanged",
]
