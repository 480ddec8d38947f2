"""A notebook's tables as the book writes them: their look comes from the book's style, not with every cell."""

from __future__ import annotations

import re

_STYLE = re.compile(r' style="([^"]*)"')


def plain(page: str) -> str:
    """A table's HTML without the styles that notebooks need; cells set to the right get the class "number"."""
    return _STYLE.sub(lambda found: ' class="number"' if "text-align: right" in found[1] else "", page)
