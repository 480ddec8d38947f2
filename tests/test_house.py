"""The house rules of the code: who may import whom, what is never used, how much the data may weigh."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "unmasked"
# The one list of the rooms: each imports only from rooms above it. README prints the same.
ROOMS = (
    "paths",
    "storage",
    "fingerprints",
    "arguments",
    "toons",
    "digits",
    "tensors",
    "augment",
    "losses",
    "metrics",
    "models",
    "training",
    "extract",
    "faces",
    "blend",
    "sound",
    "film",
    "makers",
    "forensics",
    "provenance",
    "experiments",
    "course",
    "widgets",
)
RANK = {room: rank for rank, room in enumerate(ROOMS)}
MODULES = sorted(LIBRARY.rglob("*.py"))
PROGRAMS = [
    *MODULES,
    *chain.from_iterable(sorted((ROOT / part).rglob("*.py")) for part in ("benchmarks", "book", "lessons")),
]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(path: Path) -> str:
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def imports(path: Path):
    """(line, dotted name) of everything imported anywhere in a file, also inside functions."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (base, node.module) if part)
            yield from ((node.lineno, f"{source}.{alias.name}") for alias in node.names)


def calls(path: Path):
    """(line, dotted name, keyword arguments) of every call in a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            parts, function = [], node.func
            while isinstance(function, ast.Attribute):
                parts.append(function.attr)
                function = function.value
            if isinstance(function, ast.Name):
                parts.append(function.id)
            yield node.lineno, ".".join(reversed(parts)), {word.arg: word.value for word in node.keywords}


# --- who may import whom ----------------------------------------------------------------------------------------------


def test_every_room_is_listed_once_and_is_there():
    there = {room(path) for path in MODULES} - {"__init__"}
    assert sorted(ROOMS) == sorted(there), "give each room of unmasked/ one place in ROOMS, above all that import it"


def test_readme_lists_the_rooms_in_the_same_order():
    words = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    listed = re.search(r"imports only from rooms above it: ([\w, ]+)\.", words).group(1)
    assert tuple(listed.split(", ")) == ROOMS


def test_rooms_import_only_from_above():
    wrong = []
    for path in MODULES:
        here = room(path)
        for line, imported in imports(path):
            parts = imported.split(".")
            if parts[0] != "unmasked" or len(parts) < 2 or here == "__init__":
                continue
            there = parts[1]
            if there in RANK and there != here and RANK[there] >= RANK[here]:
                wrong.append(f"{name(path)}:{line}: {here} imports from {there}, which stands below it")
    assert not wrong, "\n".join(wrong)


def test_the_toons_take_numpy_and_opencv_only():
    wrong = [
        f"{name(path)}:{line}: imports {imported}"
        for path in MODULES
        if room(path) == "toons"
        for line, imported in imports(path)
        if imported.split(".")[0] not in {*sys.stdlib_module_names, "numpy", "cv2", "joblib", "unmasked"}
    ]
    assert not wrong, "unmasked.toons takes NumPy and OpenCV (and joblib to share work) only:\n" + "\n".join(wrong)


@pytest.mark.parametrize("place", ["toons", "course"])
def test_it_loads_without_torch(place):
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in MODULES
        if room(path) == place
        # A topic's checks are loaded only when one of its exercises is checked, and may need torch then.
        and not (
            path.parent.name == "checks" and (ROOT / "tests" / "wrong" / path.name).exists() and path.stem != "__init__"
        )
    ]
    code = f"import sys, {', '.join(modules)}\nsys.exit('torch was loaded' if 'torch' in sys.modules else 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"unmasked.{place}: {done.stderr.strip()[-600:]}"


# --- what is never used -----------------------------------------------------------------------------------------------

PICKLES = {"pickle", "cloudpickle", "dill", "shelve", "marshal"}
NETWORK = {"urllib", "http", "socket", "requests", "httpx", "ftplib", "aiohttp", "urllib3", "websocket", "smtplib"}


def test_nothing_is_pickled():
    wrong = [
        f"{name(p)}:{line}: {what}" for p in PROGRAMS for line, what in imports(p) if what.split(".")[0] in PICKLES
    ]
    for path in PROGRAMS:
        for line, called, named in calls(path):
            if called in ("torch.save", "torch.load", "joblib.dump", "joblib.load"):
                wrong.append(f"{name(path)}:{line}: {called}")
            if "allow_pickle" in named and getattr(named["allow_pickle"], "value", True):
                wrong.append(f"{name(path)}:{line}: allow_pickle")
    assert not wrong, "a pickled file can run code when it is opened; safetensors can't:\n" + "\n".join(wrong)


def test_no_test_takes_the_time():
    clocks = {"perf_counter", "process_time", "thread_time", "time", "timeit", "perf_counter_ns", "time_ns"}
    wrong = [
        f"{name(path)}:{line}: {called}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for line, called, _ in calls(path)
        if called.rpartition(".")[2] in clocks
    ]
    assert not wrong, "count the work, or measure it in benchmarks/: another machine has another clock\n" + "\n".join(
        wrong
    )


def test_no_text_is_run_as_code():
    wrong = [
        f"{name(path)}:{line}: {called}"
        for path in PROGRAMS
        for line, called, named in calls(path)
        if called in ("eval", "exec", "os.system", "os.popen") or getattr(named.get("shell"), "value", False)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_library_and_the_lessons_work_unplugged():
    wrong = [
        f"{name(path)}:{line}: imports {imported}"
        for path in PROGRAMS
        # A benchmark may drive a browser on this machine; MNIST comes through scikit-learn's own fetcher, if asked for;
        # the launcher looks which ports of this machine are free.
        if path.parts[-2] != "benchmarks" and path.name not in ("digits.py", "launch.py")
        for line, imported in imports(path)
        if imported.split(".")[0] in NETWORK
    ]
    assert not wrong, "the course needs no network once installed:\n" + "\n".join(wrong)


def test_no_exception_is_swallowed():
    wrong = []
    for path in PROGRAMS:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException")
                if broad and all(isinstance(step, ast.Pass | ast.Continue) for step in node.body):
                    wrong.append(f"{name(path)}:{node.lineno}")
    assert not wrong, "every exception is passed over in silence at:\n" + "\n".join(wrong)


# --- what everything has ----------------------------------------------------------------------------------------------


def test_public_functions_and_classes_say_what_they_do():
    silent = [
        f"{name(path)}:{node.lineno}: {node.name}"
        for path in MODULES
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and node.name != "main"
        and not ast.get_docstring(node)
    ]
    assert not silent, "no docstring:\n" + "\n".join(silent)


def test_modules_say_what_they_are():
    silent = [name(path) for path in MODULES if path.stat().st_size and not ast.get_docstring(tree(path))]
    assert not silent, f"no docstring at the top: {silent}"


def test_the_code_is_in_style():
    for arguments in (["check", "--output-format", "concise"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, "."], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode == 0, f"ruff {' '.join(arguments)}:\n{(done.stdout + done.stderr)[-2000:]}"


def test_all_that_is_imported_is_installed_for_students():
    """From a package of the students' set, or from one that such a package always brings along."""
    modules = {
        "opencv-python-headless": "cv2",
        "scikit-image": "skimage",
        "scikit-learn": "sklearn",
        "c2pa-python": "c2pa",
    }
    brought = {
        "jupyterlab": {
            "packaging",
            "jupyter_core",
            "jupyter_server",
            "jupyterlab_server",
            "jupyter_client",
            "traitlets",
        }
    }
    brought |= {"ipywidgets": {"IPython"}, "matplotlib": {"PIL"}, "scikit-learn": {"scipy"}}
    brought |= {"c2pa-python": {"cryptography"}, "jupytext": {"markdown_it"}}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = [re.match(r"[\w-]+", wanted).group() for wanted in project["dependencies"]]
    known = {modules.get(package, package) for package in packages}.union(*(brought.get(p, set()) for p in packages))
    foreign = [
        f"{name(path)}:{line}: {imported}"
        for path in MODULES
        for line, imported in imports(path)
        if imported.split(".")[0] not in {*sys.stdlib_module_names, "unmasked", *known}
    ]
    assert not foreign, "not among pyproject.toml's dependencies:\n" + "\n".join(foreign)


def test_the_data_is_small_enough_to_clone():
    sizes = {path: path.stat().st_size / 1e6 for path in (ROOT / "data").rglob("*") if path.is_file()}
    toons = sum(size for path, size in sizes.items() if path.is_relative_to(ROOT / "data" / "toons"))
    assert sum(sizes.values()) <= 60, f"data/ has {sum(sizes.values()):.1f} MB, 60 are the most"
    assert toons <= 10, f"data/toons has {toons:.1f} MB, 10 are the most"


def test_the_students_set_stands_once():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == ["-e ."]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    unbounded = [
        wanted
        for wanted in chain(project["dependencies"], *project["optional-dependencies"].values())
        if ">=" not in wanted or "<" not in wanted
    ]
    assert not unbounded, f"a least and a greatest version are wanted of: {unbounded}"
