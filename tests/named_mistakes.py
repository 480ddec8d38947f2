"""A usual mistake is on file as a wrong answer, and the check that refuses it says which mistake it is."""

import wrong

from unmasked.course import checking
from unmasked.course.checks import find


def assert_named(id: str, name: str, words: str) -> None:
    """The wrong answer `name` of exercise `id` is refused in `words`, whatever the seed."""
    attempt = next(answer.attempt for answer in wrong.ON_FILE[id].wrong if answer.name == name)({})
    for seed in range(3):
        outcome = checking.judge(find(id), attempt, {}, seed)
        assert outcome.state == "refused" and words in outcome.words, f"seed {seed}: {outcome.words}"
