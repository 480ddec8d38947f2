"""How the course's commands end: in words, and with an exit code that says what kind of end it was."""

import errno
import os

import pytest

from unmasked.course.commands import Stop, exit_code


def ends_with(error: BaseException) -> int:
    def work() -> int:
        raise error

    return exit_code(work)


def test_the_exit_code_of_the_work_is_passed_on():
    assert exit_code(lambda: 7) == 7


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (Stop("There is no lesson 'x'."), 1, "There is no lesson 'x'."),
        (KeyboardInterrupt(), 130, "Stopped. Nothing is lost"),
        (
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "work/00.ipynb"),
            1,
            "no room left on the disk: work/00.ipynb",
        ),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 1, "a file could not be written"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "work"), 1, "may not be changed: work"),
    ],
)
def test_what_hinders_is_said_in_words(capsys, error, code, words):
    assert ends_with(error) == code
    assert words in capsys.readouterr().out


def test_an_error_that_nobody_foresaw_is_not_hidden():
    with pytest.raises(OSError, match="odd"):
        ends_with(OSError(errno.EIO, "odd"))
