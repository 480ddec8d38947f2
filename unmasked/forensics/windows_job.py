"""A job object of Windows: it binds a process and all that it starts, and ends them when the process ends."""

import ctypes
from typing import Any

_EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
_JOB_MEMORY, _KILL_ON_CLOSE = 0x200, 0x2000  # JOB_OBJECT_LIMIT_JOB_MEMORY, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
_held: list[int] = []  # a job's handle closes with the process that holds it, and its processes end with that


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION of winnt.h."""

    _fields_ = [
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("smallest_working_set", ctypes.c_size_t),
        ("largest_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    ]


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of winnt.h."""

    _fields_ = [
        ("basic", BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    ]


def bind_this_process(memory: int, kernel: Any = None) -> None:
    """Binds THIS process and all that it starts, for good, to `memory` MB in all; when it ends, they end too.

    `kernel`: kernel32 of Windows, or what stands in for it. OSError when Windows refuses.
    """
    kernel = ctypes.WinDLL("kernel32") if kernel is None else kernel
    kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = ctypes.c_void_p  # handles are pointers
    limits = ExtendedLimits()
    limits.basic.flags = _JOB_MEMORY | _KILL_ON_CLOSE
    limits.job_memory = memory << 20
    job = kernel.CreateJobObjectW(None, None)
    size = ctypes.sizeof(limits)
    if not (
        job
        and kernel.SetInformationJobObject(ctypes.c_void_p(job), _EXTENDED_LIMITS, ctypes.byref(limits), size)
        and kernel.AssignProcessToJobObject(ctypes.c_void_p(job), ctypes.c_void_p(kernel.GetCurrentProcess()))
    ):
        raise OSError(f"Windows refused to bind this process to {memory} MB")
    _held.append(job)
