"""Keeps torch's compiler out of memory until somebody compiles: 70 MB, and 2 s before the first step of a training.

Every optimiser of torch's asks `torch._dynamo` for two functions that do nothing where nothing is compiled, and for
that imports the whole of it. Here a stand-in answers those two; whatever else is asked of it brings the real one.
"""

import importlib
import sys
from types import ModuleType
from typing import Any

_NAME = "torch._dynamo"


class _StandIn(ModuleType):
    @staticmethod
    def graph_break(message: str = "") -> None:
        """Nothing: there is no graph."""

    @staticmethod
    def disable(function: Any = None, *arguments: Any, **named: Any) -> Any:
        """The function as it is: nobody compiles it."""
        return function if function is not None else lambda function: function

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # whoever looks through all modules; a path is for imports
            raise AttributeError(f"module {_NAME!r} has no attribute {name!r}")
        if sys.modules.get(_NAME) is self:
            del sys.modules[_NAME]
        return getattr(importlib.import_module(_NAME), name)


def postpone() -> None:
    """From here on torch's compiler is imported when it is first used; nothing if it is there already."""
    sys.modules.setdefault(_NAME, _StandIn(_NAME))
