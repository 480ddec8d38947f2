"""Grading asks what an answer does, so of the course's own cells it runs those that an answer or a check needs.

Always run: the checks, the answers, the imports, and whatever a learner has written or changed. Of the course's own
cells those that bind a name, or visibly change what it stands for, that a cell which runs looks up. So no figure is
drawn, no bench is made and most nets aren't trained, while every name that an answer builds on is there. What no text
shows goes unnoticed: an optimiser changes its net, so a net may be asked untrained. (Under grading a training stops
after a few steps in any case.)
"""

import ast
import builtins
import dis
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

import nbformat

from unmasked import paths
from unmasked.course import mend, stubs

SKIP = "skip-execution"  # nbclient's own tag
_UNTOLD = frozenset({"eval", "exec", "globals", "locals", "vars", "get_ipython", "setattr", "delattr", "__import__"})
_SHOWS = frozenset({"print", "display"})
_BINDS = (ast.Assign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass
class Names:
    """Of a cell: the names that it `binds` (`surely`: whatever happens), and what it `changes` in place.

    `reads`: what it looks up as it runs, and `later`, what its functions do when they are called. `calls`: the names
    that stand in its calls; `functions`: of those that it defines, what each changes and calls.
    """

    binds: set[str] = field(default_factory=set)
    surely: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    functions: dict[str, tuple[set[str], set[str]]] = field(default_factory=dict)


def only_needed(notebook: nbformat.NotebookNode, resources: dict) -> tuple[nbformat.NotebookNode, dict]:
    """A step of nbgrader's before it runs a submission: tags the cells that needn't run, as nbclient wants it.

    Such a tag that came along is taken off first, because a check that doesn't run counts as held.
    """
    for cell in notebook.cells:
        if SKIP in cell.metadata.get("tags", []):
            cell.metadata.tags = [tag for tag in cell.metadata.tags if tag != SKIP]
    for cell in unneeded(notebook):
        cell.metadata.tags = [*cell.metadata.get("tags", []), SKIP]
    return notebook, resources


def unneeded(notebook: nbformat.NotebookNode, root: Path = paths.ROOT) -> list[nbformat.NotebookNode]:
    """The cells of a submission that grading can leave out; none where a text doesn't tell what it looks up.

    `root`: the folder of the course that the lesson is from.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    own = _own_texts(notebook.metadata.get("unmasked", {}).get("lesson"), root)
    imported = dict(pair for cell in code for pair in _imported(cell.source).items())
    found = [names_of(cell.source, _grades(cell), imported) for cell in code]
    if None in found:
        return []
    functions = {name: body for names in found for name, body in names.functions.items()}
    for names in found:
        names.changes = _changes(names, functions) - functions.keys() - imported.keys() - vars(builtins).keys()
    runs = [number for number, cell in enumerate(code) if cell.source not in own]
    for reader in runs:  # which grows meanwhile
        runs += [number for number in _givers(found, reader) if number not in runs]
    return [cell for number, cell in enumerate(code) if number not in runs]


def _givers(found: list[Names], reader: int) -> set[int]:
    """The cells that a cell builds on: for a name that it reads, back to the one that surely binds it."""
    givers = set()
    for name in found[reader].reads:
        for number in range(reader - 1, -1, -1):
            if name in found[number].binds | found[number].changes:
                givers.add(number)
            if name in found[number].surely:
                break
    for name in found[reader].later:
        givers |= {number for number, names in enumerate(found) if name in names.binds | names.changes}
    return givers


def names_of(text: str, is_check: bool = False, imported: dict[str, bool] | None = None) -> Names | None:
    """The names in a cell's text; none if it can't run, and None where they can't be told (magics, `exec`, a star).

    `imported`: the lesson's imported names, and whether a call of each shows something and changes nothing.
    """
    try:
        tree = ast.parse(text)
        code = compile(tree, "<cell>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None if _has_magic(text) else Names()
    names = Names()
    _bound_and_read(code, names)
    if is_check:
        # Its attempt is looked up by name: globals().get("swap", ...).
        names.reads |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value}
    elif (names.reads | names.later) & _UNTOLD or any(
        isinstance(node, ast.alias) and node.name == "*" for node in ast.walk(tree)
    ):
        return None
    names.surely = {name for node in tree.body if isinstance(node, _BINDS) for name in stubs.bound(node)}
    names.changes, names.calls = _changed_and_called(tree.body, imported or {})
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            changed, called = _changed_and_called(node.body, imported or {})
            names.functions[node.name] = changed - _local(node), called
    return names


def _grades(cell: nbformat.NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def _own_texts(slug: str | None, root: Path) -> set[str]:
    """The texts of a lesson's cells as they are handed out, but for answers, checks and what is set up."""
    if not slug or not (root / "lessons" / f"{slug}.py").is_file():
        return set()
    return {cell.source for cell in mend.released_notebook(slug, root).cells if "nbgrader" not in cell.metadata}


def _has_magic(text: str) -> bool:
    try:
        stubs.parse(text)  # which leaves magics out
    except ValueError:
        return False
    return True


def _bound_and_read(code: CodeType, names: Names, inside: bool = False) -> None:
    """Adds what a cell's code binds, and what it or its functions read that it didn't bind before."""
    reads = names.later if inside else names.reads
    for step in dis.get_instructions(code):
        if step.opname in ("STORE_NAME", "STORE_GLOBAL") and not (inside and step.opname == "STORE_NAME"):
            names.binds.add(step.argval)
        elif step.opname in ("LOAD_NAME", "LOAD_GLOBAL", "DELETE_NAME", "LOAD_FROM_DICT_OR_GLOBALS"):
            if step.argval not in names.binds:
                reads.add(step.argval)
        elif isinstance(step.argval, CodeType):
            _bound_and_read(step.argval, names, inside=True)


def _changed_and_called(body: Iterable[ast.AST], imported: dict[str, bool]) -> tuple[set[str], set[str]]:
    """Names of what statements change in place, functions in them left out; and all names that stand in calls."""
    changed, called = set(), set()
    for node in _walk(body):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            changed |= _root(node)
        elif isinstance(node, ast.AugAssign):
            changed |= _root(node.target)
        elif isinstance(node, ast.Call) and not _shows(node, imported):
            called |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and not _shows(node.value, imported):
            # A call whose result nobody takes is there for what it does: a method to its object, a function to what
            # it is given.
            call = node.value
            if isinstance(call.func, ast.Attribute) and not _root(call.func) & imported.keys():
                changed |= _root(call.func)
            else:
                given = [*call.args, *(keyword.value for keyword in call.keywords)]
                changed = changed.union(*(_root(part) for one in given for part in getattr(one, "elts", [one])))
    return changed, called


def _changes(names: Names, functions: dict[str, tuple[set[str], set[str]]]) -> set[str]:
    """What a cell changes, through the lesson's functions that it calls or hands on, too."""
    changed, todo, seen = set(names.changes), [*names.calls], set()
    while todo:
        name = todo.pop()
        if name in functions and name not in seen:
            seen.add(name)
            changed |= functions[name][0]
            todo += functions[name][1]
    return changed


def _imported(text: str) -> dict[str, bool]:
    """The names that a cell imports, and of each whether it only shows: the widgets as a whole, or one of them."""
    try:
        found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    except (SyntaxError, ValueError):
        return {}
    return {
        name: getattr(node, "module", "") == "unmasked.widgets" or name == "widgets"
        for node in found
        for name in stubs.bound(node)
    }


def _shows(call: ast.Call, imported: dict[str, bool]) -> bool:
    return any(name in _SHOWS or imported.get(name, False) for name in _root(call.func))


def _walk(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    todo = list(body)
    while todo:
        node = todo.pop()
        if not isinstance(node, _FUNCTIONS):
            yield node
            todo += ast.iter_child_nodes(node)


def _root(node: ast.AST) -> set[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _local(function: ast.AST) -> set[str]:
    inner = list(ast.walk(function))
    outside = {name for node in inner if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    stored = {node.id for node in inner if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return (stored | {node.arg for node in inner if isinstance(node, ast.arg)}) - outside
