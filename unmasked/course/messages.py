"""Short messages under a cell: a symbol, a word and a colour, as HTML on a page and as plain text elsewhere."""

import html
import re
import sys
from dataclasses import dataclass

# State → symbol and colour of the edge. The word says the same: colour never stands alone.
STATES = {
    "holds": ("✓", "#1a7f4b"),
    "open": ("○", "#8a6d00"),
    "refused": ("✗", "#b3261e"),
    "reference": ("↺", "#3b5ba9"),
    "hint": ("?", "#6b4fa0"),
    "guess": ("●", "#1c63b7"),
    "note": ("i", "#5f6368"),
}


@dataclass(frozen=True)
class Message:
    """A message: `state` (a key of STATES), `title` (a few words), `lines` (sentences; `backticks` mark code)."""

    state: str
    title: str
    lines: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "\n".join([f"{STATES[self.state][0]} {self.title}", *(f"  {line}" for line in self.lines)])

    def _repr_html_(self) -> str:
        symbol, colour = STATES[self.state]
        body = "".join(f'<div style="margin-top:.25em">{marked(line)}</div>' for line in self.lines)
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:.35em .8em;margin:.3em 0;'
            f'max-width:48em;line-height:1.45">'
            f'<span style="font-weight:700" aria-hidden="true">{symbol}</span> '
            f"<strong>{marked(self.title)}</strong>{body}</div>"
        )


def in_notebook() -> bool:
    """Whether a notebook shows what this process puts out."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return getattr(shell, "kernel", None) is not None


def show(message: Message) -> None:
    """Show a message under the running cell, or print it where there is no notebook."""
    if in_notebook():
        from IPython.display import display

        display(message)
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    # A Windows console may know neither the symbols nor the dots; a question mark there beats a traceback.
    print(repr(message).encode(encoding, errors="replace").decode(encoding))


def marked(text: str) -> str:
    """A sentence as HTML, what stands in `backticks` as code."""
    escaped = html.escape(text, quote=False).replace("\n", "<br>")
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped)
