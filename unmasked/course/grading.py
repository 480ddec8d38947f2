"""Under nbgrader: is this its autograder, and putting a reference where the next cells look for it."""

import ast
import inspect
import linecache
import os
import sys
from types import FrameType
from typing import Any


def under_nbgrader() -> bool:
    """Whether nbgrader is running this notebook, to grade it or to validate it."""
    return os.environ.get("NBGRADER_EXECUTION") in ("autograde", "validate") or "NBGRADER_VALIDATING" in os.environ


def user_namespace(frame: FrameType) -> dict:
    """The notebook's namespace, or outside a notebook the one of the calling frame."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell.user_ns if shell is not None else frame.f_globals


def assigned_names(frame: FrameType, id: str) -> list[str]:
    """The names that the calling line assigns the check of `id` to: `["swap"]` for `swap = check("….swap", swap)`."""
    source = "".join(linecache.getlines(frame.f_code.co_filename))
    if not source:
        try:
            source = inspect.getsource(frame)
        except OSError:
            return []
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and node.lineno <= frame.f_lineno <= (node.end_lineno or node.lineno):
            call = check_call(node)
            if call is not None and call[0] == id:
                names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names


def check_call(node: ast.AST) -> tuple[str, ast.Call] | None:
    """The id and the call when a node is `… = check("id", attempt, …)` or that call alone; else None."""
    call = node.value if isinstance(node, (ast.Assign, ast.Expr)) else None
    if not (isinstance(call, ast.Call) and isinstance(call.func, (ast.Name, ast.Attribute)) and len(call.args) >= 1):
        return None
    name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
    id = call.args[0]
    if name != "check" or not (isinstance(id, ast.Constant) and isinstance(id.value, str)):
        return None
    return id.value, call


def place(namespace: dict, names: list[str], value: Any) -> None:
    """Bind a value to these names, so that the cells after a raised one find it."""
    for name in names:
        namespace[name] = value
