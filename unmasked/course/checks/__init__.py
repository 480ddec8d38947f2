"""The checks' toolbox, and the list of exercises. One module a topic lies beside this file, loaded when needed."""

from unmasked.course.checks.toolbox.chance import moments_agree, repeatable
from unmasked.course.checks.toolbox.experiments import has_columns, rerun_agrees
from unmasked.course.checks.toolbox.modules import (
    copied_weights_agree,
    gradients_reach,
    is_module,
    same_parameter_count,
)
from unmasked.course.checks.toolbox.registry import Exercise, exercise, find
from unmasked.course.checks.toolbox.steps import step_agrees
from unmasked.course.checks.toolbox.trial import Open, Refused, Trial, refuse, require
from unmasked.course.checks.toolbox.values import (
    between,
    close,
    compare_functions,
    known_slips,
    picture_is,
    shape_is,
    unchanged,
)

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
    "is_module",
    "known_slips",
    "moments_agree",
    "picture_is",
    "refuse",
    "repeatable",
    "require",
    "rerun_agrees",
    "same_parameter_count",
    "shape_is",
    "step_agrees",
    "unchanged",
]
