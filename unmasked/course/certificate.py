"""The certificate page: what the learner's own record shows, as one HTML file; nothing is sent anywhere."""

import hashlib
import html
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from unmasked.course import lesson, pages, record, records

FILE = "certificate.html"
LONGEST = 80  # characters of a name
_STYLE = """
body { font: 16px/1.5 Georgia, "Times New Roman", serif; color: #1f2328; background: #fff; margin: 2.5em auto;
  max-width: 46em; padding: 0 1.5em; }
h1 { font-size: 2em; margin: 0; } .under { color: #57606a; margin: 0 0 1.6em; }
.who { font-size: 1.4em; border-bottom: 1px solid #8c959f; display: inline-block; min-width: 12em; padding: 0 .3em; }
table { border-collapse: collapse; width: 100%; font: 14px/1.4 system-ui, sans-serif; margin: 1.2em 0; }
th, td { text-align: right; padding: .3em .6em; border-bottom: 1px solid #d0d7de; }
th:nth-child(2), td:nth-child(2) { text-align: left; } tr { break-inside: avoid; }
tfoot td { font-weight: 600; border-bottom: 0; } td:last-child { white-space: nowrap; }
.not { border-left: 4px solid #8c959f; padding: .2em 1em; margin: 1.6em 0; break-inside: avoid; }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; font-size: 12pt; } a { color: inherit; } }
@media screen and (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117; } .under { color: #9198a1; } th, td { border-color: #3d444d; } }
"""
_NOT = (
    "that a certain person did the work: a record knows no names, and whoever sat at the computer left these lines.",
    "that the answers were the learner's own: a check sees what an answer does, and not where it comes from.",
    "that the record is as it was written: it's plain text in the learner's own folder, and an editor can change it.",
    "how much was understood: the quiz has answers to choose from, and the checks try one way of asking.",
)


@dataclass(frozen=True)
class Progress:
    """What the record of one lesson shows.

    `held` of `exercises` whose check held at least once; `guesses` of `predictions` that were made, right or wrong;
    `right` of `quiz` questions answered right at the first try; `minutes` of work, pauses left out; `first` and `last`
    day, "" where no entry has a time.
    """

    number: str
    title: str
    held: int
    exercises: int
    guesses: int
    predictions: int
    right: int
    quiz: int
    minutes: float
    first: str
    last: str


def progress(topic: str) -> Progress | None:
    """What the learner's record of a topic shows; None where there's nothing in it. ValueError for an unknown topic."""
    words = lesson.load(topic)
    path = record.file(topic)
    entries = records.read_file(path)[0] if path.exists() else []
    if not entries:
        return None
    tried = records.exercises(entries)
    said = {str(entry.get("id")) for entry in entries if entry["kind"] == "prediction"}
    first_tries: dict[str, bool] = {}
    for entry in entries:
        if entry["kind"] == "quiz":
            first_tries.setdefault(str(entry.get("question")), entry.get("right") is True)
    known = {str(number) for number in range(len(words.quiz))}
    days = sorted(when.date().isoformat() for when in map(records.moment, entries) if when is not None)
    return Progress(
        number=words.number,
        title=words.title,
        held=sum(records.held(tried.get(id, ())) for id in words.exercises),
        exercises=len(words.exercises),
        guesses=len(said & set(words.predictions)),
        predictions=len(words.predictions),
        right=sum(right for number, right in first_tries.items() if number in known),
        quiz=len(words.quiz),
        minutes=records.active_minutes(entries),
        first=days[0] if days else "",
        last=days[-1] if days else "",
    )


def fingerprint(topics: list[str] | None = None) -> str:
    """SHA-256 over the record's files of these topics (all, where None): 64 digits. Another line, another number."""
    digest = hashlib.sha256()
    for topic in lesson.topics() if topics is None else topics:
        path = record.file(topic)
        data = path.read_bytes() if path.is_file() else b""
        digest.update(f"{topic} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def page(name: str = "") -> str:
    """The certificate as HTML. `name`: whose, in the learner's own words; a line to sign on where it is left out.

    Raises TypeError or ValueError for a name that is no line of text.
    """
    if not isinstance(name, str):
        raise TypeError(f"name: wanted text, got {type(name).__name__}")
    if len(name) > LONGEST or "\n" in name:
        raise ValueError(f"name: wanted one line of up to {LONGEST} characters, got {len(name)}")
    done = [found for found in map(progress, lesson.topics()) if found is not None]
    today = datetime.now(UTC).date().isoformat()
    who = f'<span class="who">{pages.escaped(name.strip()) or "&nbsp;"}</span>'
    body = [
        "<h1>Unmasked</h1>",
        '<p class="under">How synthetic faces are made, and how they are caught: a course on drawn faces.</p>',
        f"<p>The record of {who} shows, as of {today}:</p>",
        _table(done),
        '<div class="not"><p><strong>What this page doesn\'t prove</strong></p><ul>',
        *(f"<li>{pages.escaped(words)}</li>" for words in _NOT),
        "</ul><p>Lesson 14 says what it would take: somebody who vouches for it with a signature.</p></div>",
        "<p>Made from the learner's own record on the learner's own computer, by "
        f"<code>python -m unmasked.course.certificate</code>. SHA-256 of that record: <code>{fingerprint()}</code></p>",
    ]
    return pages.page("Unmasked: a record of work", "\n".join(body), _STYLE)


def _table(done: list[Progress]) -> str:
    if not done:
        return "<p>Nothing yet: no lesson has left an entry.</p>"
    heads = ("", "Lesson", "Exercises held", "Predictions made", "Quiz, right at once", "Minutes at least", "Days")
    rows = []
    for one in done:
        days = one.first if one.first == one.last else f"{one.first} to {one.last}"
        counts = ((one.held, one.exercises), (one.guesses, one.predictions), (one.right, one.quiz))
        cells = [one.number, one.title, *(f"{got} of {all}" for got, all in counts), f"{one.minutes:.0f}", days]
        rows.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
    sums = [
        f"{sum(getattr(one, got) for one in done)} of {sum(getattr(one, all) for one in done)}"
        for got, all in (("held", "exercises"), ("guesses", "predictions"), ("right", "quiz"))
    ]
    total = ["", f"{len(done)} lesson{'' if len(done) == 1 else 's'}", *sums, f"{sum(o.minutes for o in done):.0f}", ""]
    return (
        "<table><thead><tr>"
        + "".join(f'<th scope="col">{head}</th>' for head in heads)
        + "</tr></thead><tbody>"
        + "\n".join(rows)
        + "</tbody><tfoot><tr>"
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in total)
        + "</tr></tfoot></table>"
    )


def write(path: str | Path = FILE, name: str = "") -> Path:
    """Writes the certificate page; returns the file. Raises as `page`, and OSError where it can't be written."""
    path = Path(path)
    pages.write(path, page(name))
    return path


def main(arguments: list[str] | None = None) -> int:
    import argparse

    from unmasked.course.commands import exit_code, say

    parser = argparse.ArgumentParser(prog="python -m unmasked.course.certificate", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=Path(FILE), help=f"where to write (default: {FILE})")
    parser.add_argument("--name", default="", help="whose record it is; without it a line is left to sign on")
    asked = parser.parse_args(arguments)

    def work() -> int:
        try:
            say(f"The certificate page is in {write(asked.file, asked.name)}.")
        except ValueError as error:
            parser.error(str(error))
        return 0

    return exit_code(work)


if __name__ == "__main__":
    raise SystemExit(main())
