"""What a reader opens: hints behind each other and the answer behind them, predictions, quizzes, notes."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from unmasked.course.lesson import Exercise, Prediction, Question
from unmasked.course.messages import marked

NUMBERS = ("First hint", "Second hint", "Third hint")


def exercise(stub: str, answer: str, words: Exercise, said: str = "") -> str:
    """An exercise as Markdown: its stub, each hint inside the one before it, and the answer inside the last.

    `stub`, `answer`: Python; `said`: the check's HTML about the answer.
    """
    parts = ['<div class="turn">', "", _python(stub), ""]
    for title, hint in zip(NUMBERS, words.hints, strict=True):
        parts += [_opened("hint", title), f"<p>{marked(hint)}</p>", ""]
    parts += [_opened("answer", "Answer"), "", _python(answer), "", said, "</details>"]
    parts += ["</details>"] * len(words.hints) + ["</div>"]
    return "\n".join(parts)


def prediction(asked: Prediction, outcome: str) -> str:
    """A prediction as HTML; `outcome` (HTML) is folded away."""
    parts = [f'<div class="ask"><p class="kind">Predict</p><p>{marked(asked.question)}</p>', _choices(asked.choices)]
    if outcome:
        parts.append(_opened("answer", "What happened") + f"<p>{outcome}</p></details>")
    return "\n".join([*parts, "</div>"])


def quiz(questions: Sequence[Question]) -> str:
    """A quiz as HTML: each question with its choices, and folded below it which one is right and a word on each."""
    parts = []
    for number, asked in enumerate(questions, start=1):
        told = "".join(
            f"<li{' class=right' if index == asked.answer else ''}>{marked(why)}</li>"
            for index, why in enumerate(asked.why)
        )
        right = f"<p><strong>{_letter(asked.answer)}: {marked(asked.choices[asked.answer])}</strong></p>"
        parts.append(
            f'<div class="ask"><p><strong>{number}.</strong> {marked(asked.question)}</p>\n{_choices(asked.choices)}\n'
            f'{_opened("answer", "Answer")}{right}<ol class="choices">{told}</ol></details></div>'
        )
    return "\n".join(parts)


def instructor(note: str) -> str:
    """An instructor's note (Markdown), folded away."""
    said = re.sub(r"^\*For the instructor\.\*\s*", "", note)
    return f"{_opened('note', 'For the instructor')}\n\n{said}\n\n</details>"


def outcomes(page: str) -> dict[str, str]:
    """Question → what came out (both HTML), of the table that shows predictions beside what came out.

    ValueError where the table isn't as the course writes it.
    """
    head = [_plain(cell) for cell in re.findall(r"<th\b[^>]*>(.*?)</th>", page.partition("<tbody>")[0], re.S)]
    if head != ["Question", "You predicted", "What came out"]:
        raise ValueError(f"page: wanted the table of predictions, got columns {head}")
    rows = re.findall(r"<tr\b[^>]*>(.*?)</tr>", page.partition("<tbody>")[2], re.S)
    cells = [re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row, re.S) for row in rows]
    return {_plain(question): outcome for question, _, outcome in cells}


def outcome_table(found: dict[str, str]) -> str:
    """Questions and what came out, as HTML."""
    rows = "".join(f"<tr><td>{html.escape(asked)}</td><td>{came}</td></tr>" for asked, came in found.items())
    head = '<thead><tr><th scope="col">Question</th><th scope="col">What came out</th></tr></thead>'
    return f'<table class="outcomes">{head}<tbody>{rows}</tbody></table>'


def _opened(kind: str, title: str) -> str:
    return f'<details class="{kind}"><summary>{title}</summary>'


def _choices(choices: Sequence[str]) -> str:
    return f'<ol class="choices">{"".join(f"<li>{marked(choice)}</li>" for choice in choices)}</ol>'


def _letter(index: int) -> str:
    return "ABCDEFGH"[index]


def _python(text: str) -> str:
    return f"```python\n{text.strip()}\n```"


def _plain(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page)).strip()
