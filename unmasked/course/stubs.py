"""From a lesson's answer cell to the student's: each solution block becomes a stub."""

import ast
import dis
import inspect
import re
from types import CodeType
from typing import Any

BEGIN = re.compile(r"^\s*### BEGIN SOLUTION\s*$")
END = re.compile(r"^\s*### END SOLUTION\s*$")
TURN = "# Your turn: replace the next line with your own code."
TURN_NAMES = "# Your turn: replace the ... with your own code."


def has_solution(source: str) -> bool:
    """Whether a cell holds a solution block, a broken one too."""
    return "BEGIN SOLUTION" in source or "END SOLUTION" in source


def solved(source: str) -> str:
    """The cell with its answers and without the markers."""
    blocks(source)
    return "\n".join(line for line in source.split("\n") if not (BEGIN.match(line) or END.match(line)))


def stubbed(source: str, only_outside_functions: bool = False) -> str:
    """The cell with each solution block replaced by a stub.

    In a function or method `return ...`, anywhere else `name = ...` for every name that the block binds; before it a
    comment that says whose turn it is. `only_outside_functions` leaves blocks in functions as they are, with markers.
    ValueError when markers don't match, a block is empty or the cell isn't Python.
    """
    lines = source.split("\n")
    out, at = [], 0
    for begin, end in blocks(source):
        inside = _in_function(source, begin, end)
        if inside and only_outside_functions:
            stub = lines[begin : end + 1]
        else:
            indent = re.match(r"\s*", lines[begin]).group()
            stub = [TURN, "return ..."] if inside else [TURN_NAMES, *_names_stub(source, begin, end)]
            stub = [indent + line for line in stub]
        out += [*lines[at:begin], *stub]
        at = end + 1
    result = "\n".join([*out, *lines[at:]])
    parse(result)
    return result


def blocks(source: str) -> list[tuple[int, int]]:
    """The solution blocks' first and last line (the markers), counted from 0. ValueError when they don't match."""
    found, begin = [], None
    for number, line in enumerate(source.split("\n")):
        if BEGIN.match(line):
            if begin is not None:
                raise ValueError(f"line {number + 1}: a second BEGIN SOLUTION before END SOLUTION")
            begin = number
        elif END.match(line):
            if begin is None:
                raise ValueError(f"line {number + 1}: END SOLUTION without BEGIN SOLUTION")
            found.append((begin, number))
            begin = None
        elif "BEGIN SOLUTION" in line or "END SOLUTION" in line:
            raise ValueError(
                f"line {number + 1}: a marker stands alone on its line, as '### BEGIN SOLUTION'; got {line!r}"
            )
    if begin is not None:
        raise ValueError(f"line {begin + 1}: BEGIN SOLUTION without END SOLUTION")
    return found


def parse(source: str) -> ast.Module:
    """The cell as a syntax tree, IPython's magics left out. ValueError names the line that isn't Python."""
    try:
        return ast.parse(source)
    except SyntaxError:
        # Only now: a line of Python may begin with % too.
        plain = re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)
    try:
        return ast.parse(plain)
    except SyntaxError as error:
        raise ValueError(f"line {error.lineno}: {error.msg}: {(error.text or '').strip()!r}") from error


def holds_stub(attempt: Any) -> bool:
    """Whether an attempt still is or contains a stub: `...`, or a function or method that ends in `return ...`."""
    if attempt is ...:
        return True
    if inspect.isclass(attempt):
        return attempt.__module__ == "__main__" and any(_ends_in_stub(part) for part in vars(attempt).values())
    if inspect.isroutine(attempt):
        return _ends_in_stub(attempt)
    return holds_stub(type(attempt)) if type(attempt).__module__ == "__main__" else False


def _in_function(source: str, begin: int, end: int) -> bool:
    lines = source.split("\n")
    content = [n + 1 for n in range(begin + 1, end) if lines[n].strip() and not lines[n].lstrip().startswith("#")]
    if not content:
        raise ValueError(f"line {begin + 1}: the solution block is empty")
    around = [
        node
        for node in ast.walk(parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and node.lineno < content[0]
        and (node.end_lineno or 0) >= content[-1]
    ]
    innermost = max(around, key=lambda node: node.lineno, default=None)
    return isinstance(innermost, (ast.FunctionDef, ast.AsyncFunctionDef))


def _names_stub(source: str, begin: int, end: int) -> list[str]:
    names: list[str] = []
    inside: list[ast.stmt] = []
    for node in ast.walk(parse(source)):
        # Breadth first, so a statement comes before those in it.
        if (
            isinstance(node, ast.stmt)
            and begin + 1 < node.lineno <= end
            and not any(_holds(one, node) for one in inside)
        ):
            inside.append(node)
    for node in sorted(inside, key=lambda node: (node.lineno, node.col_offset)):
        names += bound(node)
    return [f"{name} = ..." for name in dict.fromkeys(names)] or ["..."]


def _holds(outer: ast.stmt, node: ast.stmt) -> bool:
    return any(node is one for one in ast.walk(outer))


def bound(node: ast.AST) -> list[str]:
    """The names that a statement binds outside of the functions and comprehensions in it."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Lambda):
        return []
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        # Its own variables stay inside; what a walrus in it binds does not.
        return [inner.target.id for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr)]
    if isinstance(node, ast.alias):
        return [node.asname or node.name.partition(".")[0]]
    if isinstance(node, ast.Name):
        return [node.id] if isinstance(node.ctx, ast.Store) else []
    return [name for child in ast.iter_child_nodes(node) for name in bound(child)]


def _ends_in_stub(part: Any) -> bool:
    for name in ("__func__", "fget", "__wrapped__"):
        part = getattr(part, name, None) or part
    code = getattr(part, "__code__", None)
    return isinstance(code, CodeType) and _returns_ellipsis(code)


def _returns_ellipsis(code: CodeType) -> bool:
    before = None
    for step in dis.get_instructions(code):
        if step.opname == "RETURN_CONST" and step.argval is ...:
            return True
        if (
            step.opname == "RETURN_VALUE"
            and before is not None
            and before.opname == "LOAD_CONST"
            and before.argval is ...
        ):
            return True
        before = step
    return False
