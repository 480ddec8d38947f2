"""A job object of Windows, as far as it can be tried anywhere: what is asked of Windows, against a stand-in."""

import ctypes
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from unmasked.forensics import isolation, windows_job
from unmasked.forensics.windows_job import BasicLimits, ExtendedLimits


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the sizes are those of 64-bit Windows")
def test_the_structures_lie_in_memory_as_windows_wants_them():
    assert (ctypes.sizeof(BasicLimits), ctypes.sizeof(ExtendedLimits)) == (64, 144)
    assert (BasicLimits.flags.offset, BasicLimits.affinity.offset) == (16, 48)
    assert (ExtendedLimits.process_memory.offset, ExtendedLimits.job_memory.offset) == (112, 120)


def _stand_in(refusing: str = "") -> tuple[SimpleNamespace, list]:
    """A kernel32 that notes what it's asked for; the function named `refusing` says no."""
    asked = []

    def create(security, name):
        asked.append(("create", security, name))
        return 0 if refusing == "create" else 0x1234_5678_9ABC

    def limit(job, kind, limits, size):
        found = limits._obj
        asked.append(("limit", job.value, kind, found.basic.flags, found.job_memory, size))
        return int(refusing != "limit")

    def assign(job, process):
        asked.append(("assign", job.value, process.value))
        return int(refusing != "assign")

    names = {"CreateJobObjectW": create, "SetInformationJobObject": limit, "AssignProcessToJobObject": assign}
    return SimpleNamespace(**names, GetCurrentProcess=lambda: 0xFFFF_FFFF_FFFF_FFFF), asked


def test_a_job_binds_memory_and_ends_what_it_holds(monkeypatch):
    monkeypatch.setattr(windows_job, "_held", [])
    kernel, asked = _stand_in()
    windows_job.bind_this_process(300, kernel)
    job, flags = 0x1234_5678_9ABC, 0x200 | 0x2000
    assert asked == [
        ("create", None, None),
        ("limit", job, 9, flags, 300 << 20, ctypes.sizeof(ExtendedLimits)),
        ("assign", job, ctypes.c_void_p(0xFFFF_FFFF_FFFF_FFFF).value),
    ], "the limits have to be set before the process is in it"
    assert kernel.CreateJobObjectW.restype is ctypes.c_void_p, "an int would cut the handle in half"
    assert windows_job._held == [job], "a closed handle would end this process at once"


@pytest.mark.parametrize("step", ["create", "limit", "assign"])
def test_a_refusal_is_said(step, monkeypatch):
    monkeypatch.setattr(windows_job, "_held", [])
    with pytest.raises(OSError, match="refused to bind this process to 300 MB"):
        windows_job.bind_this_process(300, _stand_in(step)[0])
    assert windows_job._held == []


def test_without_posix_limits_the_job_is_taken(monkeypatch):
    taken = []
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.setattr(windows_job, "bind_this_process", taken.append)
    isolation.take_limits(512)
    assert taken == [512]


@pytest.mark.skipif(os.name != "nt", reason="the real thing")
def test_on_windows_a_process_gets_no_more_than_its_memory():
    code = "from unmasked.forensics import isolation; isolation.take_limits(300); b'x' * (1 << 30)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode and "MemoryError" in done.stderr
