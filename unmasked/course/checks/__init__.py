"""The checks' toolbox, and the list of exercises. One module a topic lies beside this file, loaded when needed."""

from unmasked.course.checks.toolbox.chance import each_its_own, independent, moments_agree, repeatable
from unmasked.course.checks.toolbox.experiments import has_columns, rerun_agrees
from unmasked.course.checks.toolbox.modules import (
    behaves_like,
    each_alone,
    gradients_reach,
    is_module,
    reached,
    same_parameter_count,
)
from unmasked.course.checks.toolbox.pictures import mixed_well, nearly
from unmasked.course.checks.toolbox.registry import Exercise, exercise, find
from unmasked.course.checks.toolbox.steps import step_agrees
from unmasked.course.checks.toolbox.trial import Open, Refused, Trial, explaining, refuse, require
from unmasked.course.checks.toolbox.values import (
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
    together,
    unchanged,
)

__all__ = [
    "Exercise",
    "Open",
    "Refused",
    "Trial",
    "agrees",
    "array_of",
    "behaves_like",
    "between",
    "close",
    "compare_functions",
    "each_alone",
    "each_its_own",
    "exercise",
    "explaining",
    "find",
    "gradients_reach",
    "has_columns",
    "independent",
    "is_module",
    "known_slips",
    "mixed_well",
    "moments_agree",
    "nearly",
    "numbers_of",
    "picture_is",
    "reached",
    "refuse",
    "repeatable",
    "require",
    "rerun_agrees",
    "same_parameter_count",
    "shape_is",
    "step_agrees",
    "tensor_of",
    "together",
    "unchanged",
]
