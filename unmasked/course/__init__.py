"""What carries the course: checks, hints, the learner's record, the doctor and the build."""

from unmasked.course.checking import check
from unmasked.course.hints import hint

__all__ = ["check", "hint"]
