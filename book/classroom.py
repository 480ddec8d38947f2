"""What class/ has for instructors, as pages of the book."""

from __future__ import annotations

import re
from pathlib import Path

# A page of the book → the files of class/ that make it, in order. The second and later ones become its sections.
PAGES = {
    "instructors": ("README.md",),
    "first-day": ("first-day.md",),
    "worksheets": ("worksheets/*.md",),
    "rubrics": ("rubrics/*.md",),
    "before-and-after": ("questions/README.md", "questions/form-a.md", "questions/form-b.md", "questions/key.md"),
    "letter-to-parents": ("letter-to-parents.md",),
    "assistant": ("assistant.md",),
    "accessibility": ("accessibility.md",),
    "hub": ("hub/README.md",),
}
HEADS = {
    "worksheets": "# Worksheets\n\nOne page a lesson, for pupils, on paper or on a screen.",
    "rubrics": "# Rubrics\n\nFor each lesson what the checks count, what they can't, and the worksheet's answers.",
}
# What links in class/ lead to → the page of the book that holds it.
LINKS = {
    "worksheets/": "worksheets",
    "rubrics/": "rubrics",
    "questions/": "before-and-after",
    "hub/": "hub",
    "first-day.md": "first-day",
    "letter-to-parents.md": "letter-to-parents",
    "assistant.md": "assistant",
    "accessibility.md": "accessibility",
}
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def pages(folder: Path) -> dict[str, str]:
    """Page → its Markdown, from the folder class/. ValueError names a page whose files aren't there."""
    made = {}
    for name, patterns in PAGES.items():
        files = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
        if not files:
            raise ValueError(f"folder: {folder} has none of {', '.join(patterns)}")
        texts = [rewritten(path.read_text(encoding="utf-8").strip()) for path in files]
        head = [HEADS[name]] if name in HEADS else [texts.pop(0)]
        made[name] = "\n\n".join([*head, *map(_lowered, texts)]) + "\n"
    made["instructors"] += "\n" + _contents()
    return made


def rewritten(text: str) -> str:
    """Markdown whose links lead to the book's own pages; where there is no such page the words stay without a link."""

    def link(found: re.Match) -> str:
        words, target = found[1], found[2]
        if target.startswith(("https://", "#")):
            return found[0]
        if words == target:  # a path is no name
            words = words.removesuffix(".md").rstrip("/").replace("-", " ")
        return f"[{words}]({LINKS[target]}.md)" if target in LINKS else words

    return _LINK.sub(link, text)


def _lowered(text: str) -> str:
    """The text with every heading a level lower, but for lines of code that look like one."""
    lines, code = [], False
    for line in text.split("\n"):
        code ^= line.startswith("```")
        lines.append(f"#{line}" if line.startswith("#") and not code else line)
    return "\n".join(lines)


def _contents() -> str:
    return "```{toctree}\n:hidden:\n\n" + "\n".join(name for name in PAGES if name != "instructors") + "\n```\n"
