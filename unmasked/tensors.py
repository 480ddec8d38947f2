"""Pictures and batches, and the choice of device, threads and precision.

A picture is uint8 height × width × 3 (RGB, 0…255), as OpenCV, Matplotlib and files have it. A batch is float32
N × 3 × height × width in 0…1, as a network has it. The functions here go from one to the other and back.
"""

import contextlib
import ctypes
import os
import statistics
import time
from dataclasses import dataclass, field

import numpy as np
import torch

from unmasked.arguments import checked_pictures, checked_tensor

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}
_SHORT = {"fp32": "float32", "bf16": "bfloat16"}
_BATCH = 16
_SECONDS = 1.0  # the probe's own limit; one slow warm-up can take it a little further
_NEAR = 1.10  # less than this is a tie: then fewer threads and plain float32 win, being steadier
_cache: dict[tuple, "Machine"] = {}
_MMAP_THRESHOLD = -3  # its number in glibc's malloc.h
_LARGE = 4 << 20  # bytes: more than any array of a training step here, less than a batch to be scored


# --- pictures and batches ---------------------------------------------------------------------------------------------


def to_tensor(pictures: np.ndarray) -> torch.Tensor:
    """Pictures (uint8, N × H × W × 3 or H × W × 3) as a batch: float32 N × 3 × H × W in 0…1.

    The result lies in memory channels last, which is what convolutions on a CPU like best.
    Raises TypeError for anything but a uint8 array, ValueError for another shape.
    """
    checked_pictures(pictures, "pictures", ("N", "H", "W", 3), ("H", "W", 3), least=0)
    if pictures.ndim == 3:
        pictures = pictures[None]
    values = pictures.astype(np.float32, order="C")
    values /= np.float32(255)
    return torch.from_numpy(values).permute(0, 3, 1, 2)  # N×3×H×W


def masks_to_tensor(masks: np.ndarray) -> torch.Tensor:
    """Masks or grey pictures (uint8, N × H × W or H × W) as a batch: float32 N × 1 × H × W in 0…1.

    Raises TypeError for anything but a uint8 array, ValueError for another shape.
    """
    checked_pictures(masks, "masks", ("N", "H", "W"), ("H", "W"))
    if masks.ndim == 2:
        masks = masks[None]
    values = masks.astype(np.float32, order="C")
    values /= np.float32(255)
    return torch.from_numpy(values)[:, None]  # N×1×H×W


def to_pictures(tensor: torch.Tensor) -> np.ndarray:
    """A batch (float, N × 3 × H × W or 3 × H × W, 0…1) as pictures: uint8 N × H × W × 3, rounded.

    Values outside 0…1 are clipped; one grey channel is repeated to three. Raises TypeError for anything but a floating
    tensor, ValueError for another shape or for NaN.
    """
    channels = (3, 1)
    checked_tensor(tensor, "tensor", *[("N", c, "H", "W") for c in channels], *[(c, "H", "W") for c in channels])
    if tensor.ndim == 3:
        tensor = tensor[None]
    values = tensor.detach().to("cpu", torch.float32)
    if torch.isnan(values).any():
        raise ValueError(
            "tensor: it holds NaN (not a number), so there is no picture to show; did the training diverge?"
        )
    values = values.clamp(0, 1).mul(255).round().to(torch.uint8).permute(0, 2, 3, 1)
    return np.ascontiguousarray(values.expand(-1, -1, -1, 3).numpy())


# --- the machine ------------------------------------------------------------------------------------------------------


def _return_large_memory() -> None:
    """Lets glibc hand large arrays back to the system as soon as they are freed.

    By itself it raises the size from which it does so up to 32 MB, and keeps what lies below: a kernel would grow with
    every batch that is scored, by a third of a gigabyte in lesson 04. Where there is no glibc, nothing happens.
    Source: mallopt(3), M_MMAP_THRESHOLD.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # other C libraries; Windows
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


_return_large_memory()


@dataclass(frozen=True)
class Machine:
    """What to compute on: `device` ("cpu", "cuda" or "mps"), `threads`, `precision` ("float32" or "bfloat16").

    `speeds` holds what the probe measured, images/s for every (threads, precision) that it tried; it is empty when
    nothing had to be tried.
    """

    device: str
    threads: int
    precision: str
    speeds: dict[tuple[int, str], float] = field(default_factory=dict, compare=False)
    note: str = field(default="", compare=False)

    def apply(self) -> "Machine":
        """Set the number of threads that torch uses from now on; returns the machine itself."""
        torch.set_num_threads(self.threads)
        return self

    def autocast(self) -> contextlib.AbstractContextManager:
        """A context for the forward pass: bfloat16 where that was chosen, nothing where it was not."""
        if self.precision == "float32":
            return contextlib.nullcontext()
        return torch.autocast(self.device, dtype=PRECISIONS[self.precision])

    def __str__(self) -> str:
        threads = f"{self.threads} thread" + ("s" if self.threads != 1 else "")
        tried = ", ".join(
            f"{count}×{name} {speed:,.0f}/s" if self.device == "cpu" else f"{name} {speed:,.0f}/s"
            for (count, name), speed in sorted(self.speeds.items())
        )
        reason = f"probe: {tried}" if tried else "as asked, no probe"
        return f"{threads}, {self.precision}, {self.device.upper()} ({reason}{'; ' + self.note if self.note else ''})"


def probe(
    threads: int | None = None, precision: str | None = None, device: str | None = None, *, again: bool = False
) -> Machine:
    """Choose threads and precision by measuring a small convolution net, forward and backward, for about a second.

    Beside another busy program two threads can be far slower than one, and bfloat16 is a gain only on chips that have
    it: so nothing is assumed and every combination is tried, unless `threads` (1 or more), `precision` ("float32" or
    "bfloat16") or the environment (UNMASKED_THREADS, UNMASKED_PRECISION) say which. The device is the CPU unless
    `device` or UNMASKED_DEVICE names another: "cuda", "mps" or "auto" (a GPU if there is one). OMP_NUM_THREADS, if set,
    is the most threads tried. The answer is kept for the process; `again=True` measures anew. The thread count of torch
    is left as it was: `Machine.apply` sets it.
    Raises ValueError for a thread count, precision or device that makes no sense here, and says where it came from.
    """
    threads = _threads(threads)
    precision = _precision(precision)
    device = _device(device)
    key = (threads, precision, device)
    if again or key not in _cache:
        _cache[key] = _probe(threads, precision, device)
    return _cache[key]


def cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # inside a container or on a hub it may be fewer than the machine has
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _probe(threads: int | None, precision: str | None, device: str) -> Machine:
    note = ""
    if device == "cpu":
        counts = [threads] if threads else _thread_counts()
        names = [precision] if precision else list(PRECISIONS)
        found = _gpu()
        note = f"a GPU is here too: UNMASKED_DEVICE={found} uses it" if found else ""
    else:  # the graphics card does the work: the threads only feed it
        counts = [threads or min(2, _most_threads())]
        # bfloat16 autocast is not on every Mac, and a CUDA card before 2020 only pretends
        fast = device == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        names = [precision] if precision else list(PRECISIONS) if fast else ["float32"]
    candidates = [(count, name) for count in counts for name in names]
    if len(candidates) == 1:
        return Machine(device, *candidates[0], note=note)
    speeds = _measure(candidates, device)
    return Machine(device, *choose(speeds), speeds=speeds, note=note)


def choose(speeds: dict[tuple[int, str], float]) -> tuple[int, str]:
    """The (threads, precision) to use, given images/s of each: the fastest, but within 10 % fewer threads and float32.

    Raises ValueError when `speeds` is empty.
    """
    if not speeds:
        raise ValueError("speeds: wanted at least one measurement, got none")
    best = max(speeds.values())
    near = [candidate for candidate, speed in speeds.items() if speed * _NEAR >= best]
    return min(near, key=lambda candidate: (candidate[0], candidate[1] != "float32"))


def _measure(candidates: list[tuple[int, str]], device: str) -> dict[tuple[int, str], float]:
    """Images/s of each candidate: the median of short repeats, taken in turns so that a passing load hits all alike."""
    before = torch.get_num_threads()
    generator = torch.Generator().manual_seed(0)
    pictures = torch.rand(_BATCH, 3, 64, 64, generator=generator).to(device, memory_format=torch.channels_last)
    with torch.random.fork_rng(
        devices=[]
    ):  # the layers draw their first weights: the learner's own seed must not notice
        net = torch.nn.Sequential(
            torch.nn.PixelUnshuffle(4),  # 48×16×16
            torch.nn.Conv2d(48, 64, 3, padding=1),  # 64×16×16
            torch.nn.LeakyReLU(0.1),
            torch.nn.Conv2d(64, 96, 3, stride=2, padding=1),  # 96×8×8
            torch.nn.LeakyReLU(0.1),
            torch.nn.Conv2d(96, 192, 3, padding=1),  # 192×8×8
            torch.nn.PixelShuffle(8),  # 3×64×64
        )
    net = net.to(device, memory_format=torch.channels_last)

    def step(threads: int, precision: str) -> float:
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        start = time.perf_counter()
        with Machine(device, threads, precision).autocast():
            loss = (net(pictures) - pictures).square().mean()
        loss.backward()
        if device != "cpu":
            loss.item()  # waits until the card has really done it
        return time.perf_counter() - start

    times: dict[tuple[int, str], list[float]] = {candidate: [] for candidate in candidates}
    end = time.perf_counter() + _SECONDS
    try:
        # Plain float32 on few threads comes first: a candidate that is hopeless beside it is dropped at once.
        for candidate in sorted(candidates, key=lambda candidate: (candidate[1] != "float32", candidate[0])):
            step(*candidate)  # the first one sets up threads and kernels: not counted
            times[candidate].append(step(*candidate))
            if time.perf_counter() > end:
                break
        measured = [candidate for candidate in candidates if times[candidate]]
        quickest = min(times[candidate][0] for candidate in measured)
        hopeful = [candidate for candidate in measured if times[candidate][0] < 4 * quickest]
        while time.perf_counter() < end and any(len(times[candidate]) < 15 for candidate in hopeful):
            for candidate in hopeful:
                step(*candidate)  # after a change of thread count one step is out of step
                times[candidate] += [step(*candidate), step(*candidate)]
    finally:
        torch.set_num_threads(before)
    return {candidate: _BATCH / statistics.median(times[candidate]) for candidate in measured}


def _most_threads() -> int:
    wish = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return min(cores(), int(wish)) if wish.isdecimal() and int(wish) > 0 else cores()


def _thread_counts() -> list[int]:
    most = _most_threads()
    counts = {most}
    count = 1
    while count < most:  # 1, 2, 4, 8 … and all
        counts.add(count)
        count *= 2
    return sorted(counts)


def _gpu() -> str | None:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else None


def _asked(argument: object, name: str, variable: str) -> tuple[object, str]:
    if argument is not None:
        return argument, name
    return (os.environ.get(variable) or "").strip() or None, f"the environment variable {variable}"


def _threads(argument: int | None) -> int | None:
    value, source = _asked(argument, "threads", "UNMASKED_THREADS")
    if value is None:
        return None
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise ValueError(f"{source}: wanted a whole number of threads from 1 to 1024, got {value!r}")
    return int(text)


def _precision(argument: str | None) -> str | None:
    value, source = _asked(argument, "precision", "UNMASKED_PRECISION")
    if value is None:
        return None
    name = _SHORT.get(str(value).lower(), str(value).lower())
    if name not in PRECISIONS:
        raise ValueError(f"{source}: wanted float32 (or fp32) or bfloat16 (or bf16), got {value!r}")
    return name


def _device(argument: str | None) -> str:
    value, source = _asked(argument, "device", "UNMASKED_DEVICE")
    name = str(value or "cpu").lower()
    if name == "auto":
        return _gpu() or "cpu"
    if name not in ("cpu", "cuda", "mps"):
        raise ValueError(f"{source}: wanted cpu, cuda, mps or auto, got {value!r}")
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            f"{source}: wanted cuda, but torch sees no CUDA graphics card here; leave it out to use the CPU"
        )
    if name == "mps" and not torch.backends.mps.is_available():
        raise ValueError(f"{source}: wanted mps, but torch sees no Apple GPU here; leave it out to use the CPU")
    return name
