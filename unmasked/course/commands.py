"""What the course's commands share: how they speak to a learner, and how they end when something hinders."""

import errno
import sys
from collections.abc import Callable


class Stop(Exception):
    """What hinders, and what to do about it, in words for the learner. Ends a command with exit code 1."""


def say(text: str = "") -> None:
    """Prints a line at once."""
    print(text, flush=True)


def exit_code(work: Callable[[], int]) -> int:
    """Does a command's work; returns its exit code: 1 when something hinders (said in words), 130 after Ctrl-C."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console that lacks a character still gets the words
    try:
        return work()
    except Stop as reason:
        say(f"\n{reason}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Nothing is lost: run the same command again and it goes on from here.")
        return 130
    except OSError as error:
        if error.errno == errno.ENOSPC:
            say(f"\nThere is no room left on the disk: {error.filename or 'a file'} could not be written.")
            say("Make room, and run this again.")
            return 1
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            say(f"\nThis file or folder may not be changed: {error.filename} ({error.strerror}).")
            say("Make sure that the course's folder is yours, and run this again.")
            return 1
        raise
