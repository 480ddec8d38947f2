"""Is this machine ready for the course? `python -m unmasked.course.doctor`, or `doctor()` in a lesson."""

import argparse
import hashlib
import importlib
import importlib.metadata
import importlib.util
import itertools
import json
import multiprocessing
import os
import platform
import re
import shutil
import statistics
import struct
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from unmasked import paths

WELL, BETTER, MEND = "✓", "!", "✗"
OLDEST, NEWEST = (3, 11), (3, 14)
NAMES = {
    "c2pa-python": "c2pa",
    "pillow": "PIL",
    "opencv-python-headless": "cv2",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
}  # where import ≠ package
ENOUGH_MEMORY_GB = 2.0  # a lesson takes 1 GB at most, and the browser wants some too
ENOUGH_DISK_GB = 0.5  # checkpoints and films of the whole course
SLOW_STEPS = 15.0  # the longest training cell, in lesson 04, asks for 900 steps and stops after 60 s
AGAIN = "Run this again: python start.py"
WIDTH, INDENT = 84, " " * 17  # a line fits a notebook beside its file list


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `mark` WELL, BETTER (works, could be better) or MEND (must be mended), and what to do."""

    mark: str
    title: str
    found: str
    advice: str = ""

    def __str__(self) -> str:
        found = textwrap.wrap(self.found, WIDTH) or [""]
        lines = [f"  {self.mark} {self.title:<12} {found[0]}", *(f"{INDENT}{line}" for line in found[1:])]
        for advice in self.advice.splitlines():
            first, *rest = textwrap.wrap(advice, WIDTH - 2)
            lines += [f"{INDENT}→ {first}", *(f"{INDENT}  {line}" for line in rest)]
        return "\n".join(lines)


# --- what is looked at ------------------------------------------------------------------------------------------------


def look_at_python(version: tuple[int, ...] = sys.version_info, bits: int = struct.calcsize("P") * 8) -> Finding:
    """Version 3.11 to 3.14, 64 bits."""
    found = f"{'.'.join(map(str, version[:3]))}, {bits} bits, in {sys.prefix}"
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        return Finding(MEND, "Python", found, "Install Python 3.11, 3.12, 3.13 or 3.14 and run start.py with it.")
    if bits != 64:
        return Finding(MEND, "Python", found, "Install a 64-bit Python: PyTorch has no build for 32 bits.")
    return Finding(WELL, "Python", found)


def look_at_packages(package: str = "unmasked", load: bool = True) -> Finding:
    """Every requirement of the library: installed, within its bounds, and it loads (not `load`: it can be found)."""
    try:
        wanted = importlib.metadata.requires(package) or []
    except importlib.metadata.PackageNotFoundError:
        return Finding(MEND, "Packages", f"{package} itself is not installed in this Python", AGAIN)
    from packaging.requirements import Requirement  # comes with JupyterLab

    versions, wrong = [], []
    for requirement in map(Requirement, wanted):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue  # of the extras for classes and developers
        problem, version = _package(requirement, load)
        versions.append(f"{requirement.name} {version}")
        wrong += [problem] if problem else []
    if wrong:
        return Finding(MEND, "Packages", "; ".join(wrong), AGAIN)
    key = [text for text in versions if text.split()[0] in ("torch", "numpy", "jupyterlab", "ipywidgets")]
    return Finding(WELL, "Packages", f"all {len(versions)} within their bounds, among them {', '.join(key)}")


def _package(requirement, load: bool = True) -> tuple[str, str]:
    """(what is wrong with a package or "", its version)."""
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return f"{requirement.name} is missing", ""
    if not requirement.specifier.contains(version, prereleases=True):
        return f"{requirement.name} is {version}, and {requirement.specifier} is needed", version
    module = _module(requirement.name)
    if not load:
        return ("" if importlib.util.find_spec(module) else f"{requirement.name} has lost its files"), version
    try:
        importlib.import_module(module)
    except Exception as error:  # whatever a broken package raises is what the learner must get to know
        return f"{requirement.name} does not load ({type(error).__name__}: {error})", version
    return "", version


def _module(package: str) -> str:
    return NAMES.get(package, package).replace("-", "_")


def look_at_names(folders: tuple[Path, ...] = (paths.ROOT, paths.ROOT / "work")) -> Finding:
    """No file of the learner's is called like a module of Python or of a package, and so hides it."""
    packages = {_module(re.split(r"[^\w-]", text)[0]) for text in importlib.metadata.requires("unmasked") or []}
    own = {"start", "unmasked", "tests"}
    hidden = [
        path
        for folder in folders
        for path in sorted(folder.glob("*"))
        if path.stem in (packages | sys.stdlib_module_names) - own
        and (path.suffix == ".py" or (path / "__init__.py").exists())
    ]
    if hidden:
        advice = "\n".join(
            f"Give {path.name} another name: a notebook that imports {path.stem} gets this file instead."
            for path in hidden
        )
        return Finding(MEND, "Names", f"in the way: {', '.join(map(str, hidden))}", advice)
    return Finding(WELL, "Names", "no file of yours hides a module")


def look_at_processor() -> Finding:
    """Cores, and the threads and precision that the probe chooses."""
    from unmasked import tensors

    cores = tensors.cores()
    name = platform.machine()
    return Finding(WELL, "Processor", f"{cores} core{'s' if cores != 1 else ''} ({name}); {tensors.probe()}")


def look_at_memory() -> Finding:
    """At least 2 GB available."""
    import psutil

    memory = psutil.virtual_memory()
    available = memory.available / 1e9
    found = f"{available:.1f} GB available of {memory.total / 1e9:.1f}"
    if available < ENOUGH_MEMORY_GB:
        return Finding(BETTER, "Memory", found, "Close other programs: a lesson takes up to 1 GB, the browser as much.")
    return Finding(WELL, "Memory", found)


def look_at_graphics_card() -> Finding:
    """A GPU that PyTorch can use; none is needed."""
    import torch

    if torch.cuda.is_available():
        return Finding(WELL, "GPU", f"{torch.cuda.get_device_name(0)}; not needed, UNMASKED_DEVICE=cuda uses it")
    if torch.backends.mps.is_available():
        return Finding(WELL, "GPU", "Apple; not needed, UNMASKED_DEVICE=mps uses it")
    return Finding(WELL, "GPU", "none that PyTorch can use, and none is needed")


def look_at_disk(folder: Path = paths.ROOT) -> Finding:
    """At least 0.5 GB free where the course lies."""
    free = shutil.disk_usage(folder).free / 1e9
    if free < ENOUGH_DISK_GB:
        advice = f"Make room: {ENOUGH_DISK_GB} GB are enough for all that the lessons save."
        return Finding(MEND, "Disk", f"{free:.2f} GB free at {folder}", advice)
    return Finding(WELL, "Disk", f"{free:.0f} GB free")


def look_at_training(seconds: float = 1.0) -> Finding:
    """Trains the swap net of lesson 04 on noise for a second, and says how fast that went."""
    steps = training_speed(seconds)
    found = f"{steps:.0f} steps a second of lesson 04's network: {60 * steps:,.0f} in a training cell's minute"
    capped = os.environ.get("UNMASKED_MAX_STEPS")
    if capped:
        advice = f"UNMASKED_MAX_STEPS={capped} is set: trainings stop after that many steps."
        return Finding(BETTER, "Training", found, advice)
    if steps < SLOW_STEPS:
        advice = (
            "That is slow: the longest trainings end after their 60 s with fewer steps, and results are blurrier. "
            "Close other programs, plug a laptop in, and look again."
        )
        return Finding(BETTER, "Training", found, advice)
    return Finding(WELL, "Training", found)


def training_speed(seconds: float = 1.0, batch: int = 16) -> float:
    """Joint training steps a second of the slim swap net, `batch` pictures a character, on the probe's threads.

    By the middle one of all steps that were timed: a moment in which another program had the processor does not count,
    a machine that is busy all the time does.
    """
    import torch

    from unmasked import tensors
    from unmasked.models.swap import SwapNet

    machine, before = tensors.probe(precision="float32"), torch.get_num_threads()  # as lesson 04 does
    generator = torch.Generator().manual_seed(0)
    pictures = torch.rand(batch, 3, 64, 64, generator=generator).to(machine.device, memory_format=torch.channels_last)
    with torch.random.fork_rng(devices=[]):  # the weights' first draw must not disturb the learner's own seed
        torch.manual_seed(0)
        model = SwapNet().to(machine.device, memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(model.parameters())

    def step() -> None:
        optimiser.zero_grad()
        loss = sum((model.decode(model.encode(pictures, name), name) - pictures).abs().mean() for name in model.names)
        loss.backward()
        optimiser.step()
        loss.item()  # on a GPU this waits until the step is done

    try:
        machine.apply()
        step()  # the first one sets everything up
        marks = [time.perf_counter()]
        while marks[-1] - marks[0] < seconds:
            step()
            marks.append(time.perf_counter())
    finally:
        torch.set_num_threads(before)
    return 1 / statistics.median(after - before for before, after in itertools.pairwise(marks))


def look_at_sliders() -> Finding:
    """The browser's half of the widgets: there, and not switched off in JupyterLab."""
    from jupyter_core.paths import jupyter_path
    from jupyterlab_server.config import get_federated_extensions, get_page_config

    folders = jupyter_path("labextensions")
    there = get_federated_extensions(folders)
    rules = get_page_config(folders).get("disabledExtensions", ())  # a list of names, or name → whether it is off
    off = {name.split(":")[0] for name in rules if not isinstance(rules, dict) or rules[name]}
    wanted = {"@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets", "anywidget": "anywidget"}
    missing = [package for extension, package in wanted.items() if extension not in there]
    if missing:
        advice = f"They are part of the packages ipywidgets and anywidget. {AGAIN}"
        return Finding(MEND, "Sliders", f"JupyterLab does not find {' and '.join(missing)}", advice)
    disabled = [extension for extension in wanted if extension in off]
    if disabled:
        advice = "\n".join(f"jupyter labextension enable {extension}" for extension in disabled)
        return Finding(MEND, "Sliders", f"{' and '.join(disabled)} switched off in JupyterLab", advice)
    return Finding(WELL, "Sliders", "JupyterLab has what they need")


def look_at_notebooks() -> Finding:
    """A notebook for every lesson, each a whole JSON file."""
    lessons = sorted(path.stem for path in paths.LESSONS.glob("[0-9][0-9]_*.py"))
    broken = []
    for stem in lessons:
        path = paths.NOTEBOOKS / f"{stem}.ipynb"
        try:
            cells = json.loads(path.read_bytes())["cells"]
        except FileNotFoundError:
            broken.append(f"{path.name} is missing")
        except (ValueError, KeyError, TypeError):
            broken.append(f"{path.name} is damaged")
        else:
            broken += [] if cells else [f"{path.name} is empty"]
    if broken:
        return Finding(
            MEND, "Notebooks", "; ".join(broken), "Get a fresh copy of the course, or run: git checkout notebooks"
        )
    if not lessons:
        return Finding(MEND, "Notebooks", f"there are no lessons in {paths.LESSONS}", "Get a fresh copy of the course.")
    return Finding(WELL, "Notebooks", f"{len(lessons)} lesson{'s' if len(lessons) != 1 else ''}, all there")


def look_at_weights(folder: Path = paths.DATA / "weights") -> Finding:
    """Every shipped network as long and with the hash that index.json says."""
    advice = "Get a fresh copy of the course, or run: git checkout data"
    try:
        index = json.loads((folder / "index.json").read_bytes())
        named = [(folder / entry["file"], entry["sha256"]) for entry in index.values()]
    except FileNotFoundError:
        return Finding(MEND, "Weights", "the list of shipped networks, data/weights/index.json, is missing", advice)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Finding(MEND, "Weights", "the list of shipped networks, data/weights/index.json, is damaged", advice)
    broken = []
    for path, sha256 in named:
        if not path.exists():
            broken.append(f"{path.name} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            broken.append(f"{path.name} is damaged")
    if broken:
        return Finding(MEND, "Weights", "; ".join(broken), advice)
    return Finding(WELL, "Weights", f"{len(named)} shipped network{'s' if len(named) != 1 else ''}, all intact")


def look_at_own_folder() -> Finding:
    """The learner's own folder can be written."""
    named = os.environ.get("UNMASKED_HOME")
    advice = "Set UNMASKED_HOME to a folder of your own: progress, predictions and scores are kept there."
    try:
        folder = paths.user_folder()
        paths.try_folder(folder)
    except OSError as error:
        return Finding(
            MEND, "Your folder", f"{named or '~/.unmasked'} cannot be written ({error.strerror or error})", advice
        )
    return Finding(WELL, "Your folder", f"{folder}{' (UNMASKED_HOME)' if named else ''}")


# --- the round --------------------------------------------------------------------------------------------------------

ROUND: tuple[tuple[str, Callable[[], Finding]], ...] = (
    ("Python", look_at_python),
    ("Packages", look_at_packages),
    ("Names", look_at_names),
    ("Processor", look_at_processor),
    ("Memory", look_at_memory),
    ("GPU", look_at_graphics_card),
    ("Disk", look_at_disk),
    ("Training", look_at_training),
    ("Sliders", look_at_sliders),
    ("Notebooks", look_at_notebooks),
    ("Weights", look_at_weights),
    ("Your folder", look_at_own_folder),
)
SLOW = ("Processor", "Training")  # each takes a second


def examine(quick: bool = False, report: Callable[[Finding], object] | None = None) -> list[Finding]:
    """Looks at everything, in order; `quick` leaves out the two probes. `report` hears each finding at once.

    A look that breaks down is itself a finding, to be mended.
    """
    findings = []
    for title, look in ROUND:
        if quick and title in SLOW:
            continue
        try:
            finding = look()
        except Exception as error:  # the doctor must get through its round on a broken machine of all places
            finding = Finding(MEND, title, f"could not be looked at ({type(error).__name__}: {error})", AGAIN)
        findings.append(finding)
        if report:
            report(finding)
    return findings


def examine_apart(quick: bool = False, report: Callable[[Finding], object] | None = None) -> list[Finding]:
    """`examine` in a process of its own, so that the packages it loads and the net it trains (200 MB) end with it.

    A process that ends before its round is over is itself a finding, to be mended.
    """
    context = multiprocessing.get_context("spawn")
    heard, told = context.Pipe(duplex=False)
    child = context.Process(target=_examine_and_tell, args=(quick, told), daemon=True)
    child.start()
    told.close()  # the child's end is now the only one, so its death is heard
    findings = []

    def hear(finding: Finding) -> None:
        findings.append(finding)
        if report:
            report(finding)

    try:
        while True:
            hear(heard.recv())
    except EOFError:
        child.join()
    finally:
        if child.is_alive():  # the learner pressed stop
            child.terminate()
    if child.exitcode:
        hear(Finding(MEND, "Doctor", f"its process ended with exit code {child.exitcode}", AGAIN))
    return findings


def _examine_and_tell(quick: bool, told) -> None:
    examine(quick, report=told.send)


def verdict(findings: list[Finding]) -> str:
    """The closing line, in words."""
    mend = [finding.title for finding in findings if finding.mark == MEND]
    better = [finding.title for finding in findings if finding.mark == BETTER]
    if mend:
        return f"{MEND} To be mended before you begin: {', '.join(mend)}. What to do stands beside each arrow."
    if better:
        return f"{BETTER} This machine is ready. It could be better: {', '.join(better)}."
    return f"{WELL} This machine is ready."


def doctor(quick: bool = False) -> None:
    """In a lesson: prints what was found and what to do, and shows a slider to drag."""
    from IPython import get_ipython
    from IPython.display import display

    in_notebook = hasattr(get_ipython(), "kernel")
    _round(quick, examine_apart if in_notebook else examine)
    if in_notebook:
        print("Now drag the slider below, or focus it and press the arrow keys: the sentence beside it should follow.")
        print("No slider, or no answer? Save the notebook, close its tab, and open it again.")
        display(slider())


def slider():
    """A slider whose number is answered by Python: what you see move has been to the kernel and back."""
    import ipywidgets

    handle = ipywidgets.IntSlider(value=3, min=0, max=10, description="Drag me")
    answer = ipywidgets.Label()

    def reply(change: dict | None = None) -> None:
        answer.value = f"Python has heard {handle.value}, and its square is {handle.value**2}."

    handle.observe(reply, names="value")
    reply()
    return ipywidgets.HBox([handle, answer])


def _round(quick: bool, examined: Callable[..., list[Finding]] = examine) -> list[Finding]:
    print("The doctor looks at this machine.", flush=True)
    findings = examined(quick, report=lambda finding: print(finding, flush=True))
    print(verdict(findings), flush=True)
    return findings


def main(argv: list[str] | None = None) -> int:
    """The exit code: 1 when something must be mended, else 0."""
    parser = argparse.ArgumentParser(prog="python -m unmasked.course.doctor", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the two probes of a second each")
    parser.add_argument("--packages", action="store_true", help="only look whether every package is there; quick")
    options = parser.parse_args(argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console that lacks ✓ still gets the words
    if options.packages:
        finding = look_at_packages(load=False)
        print(finding.found)
        return int(finding.mark == MEND)
    return int(any(finding.mark == MEND for finding in _round(options.quick)))


if __name__ == "__main__":
    sys.exit(main())
