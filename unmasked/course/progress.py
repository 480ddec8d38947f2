"""Where a class stands, as one page: `python -m unmasked.course.progress FOLDER -o progress.html`.

From records that students handed in (`python -m unmasked.course.handin`) or that a hub's folder holds.
"""

import argparse
import statistics
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from unmasked.course import lesson, pages, records
from unmasked.course.commands import Stop, exit_code, say
from unmasked.course.lesson import Lesson
from unmasked.course.pages import escaped
from unmasked.course.records import Learner

STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --soft: #5f6368; --line: #d0d3d8; --full: #bfe3cd;
  --part: #f5e6b0; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #17181a; --soft: #a5a9af; --line: #3c4046;
  --full: #1f5136; --part: #5a4a10; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2em auto;
  max-width: 76em; padding: 0 1em; }
h1 { font-size: 1.7em; } h2 { font-size: 1.25em; margin-top: 2em; } p { max-width: 46em; }
.wide { overflow-x: auto; } .soft { color: var(--soft); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .3em .7em; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; } td.full, td.part, td.when { white-space: nowrap; }
td.full { background: var(--full); } td.part { background: var(--part); }
thead th { vertical-align: bottom; } details { max-width: 60em; }
@media print { @page { size: A4 landscape; margin: 1.2cm; } body { margin: 0; max-width: none; font-size: 11px; }
  .wide { overflow: visible; } td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr { break-inside: avoid; } }
"""
COMMON = 3  # of the check's words on an exercise, the most frequent
_ASIDE = {"open", "reference"}  # outcomes that are no attempt


@dataclass
class Hurdle:
    """One exercise over the class: names of those who `tried` and who `held`, attempts until it held, hints taken."""

    id: str
    lesson: Lesson
    tried: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)
    hints: int = 0
    said: Counter = field(default_factory=Counter)

    @property
    def stuck(self) -> list[str]:
        """Who tried it and has not held it yet."""
        return [name for name in self.tried if name not in self.held]


def hurdles(learners: list[Learner], course: list[Lesson]) -> list[Hurdle]:
    """Every exercise of the course's lessons that somebody tried, those that stop most first."""
    found = []
    for words in course:
        for id in words.exercises:
            hurdle = Hurdle(id, words)
            for learner in learners:
                entries = learner.entries.get(words.topic, [])
                checks = records.exercises(entries).get(id, [])
                real = [check for check in checks if check["outcome"] not in _ASIDE]
                if not real:
                    continue
                hurdle.tried.append(learner.name)
                if records.held(real):
                    hurdle.held.append(learner.name)
                    hurdle.attempts.append(1 + [check["outcome"] for check in real].index("holds"))
                levels = [entry.get("level") for entry in entries if _is_hint(entry, id)]
                hurdle.hints += max((level for level in levels if level in (1, 2, 3)), default=0)
                hurdle.said.update({_words(check) for check in real if check["outcome"] != "holds"} - {""})
            if hurdle.tried:
                found.append(hurdle)
    return sorted(found, key=lambda one: (-len(one.stuck), -len(one.stuck) / len(one.tried), -_middle(one.attempts)))


def report(learners: list[Learner]) -> str:
    """The page, as HTML. `learners`: what `records.collect` found."""
    course = [lesson.load(topic) for topic in lesson.topics()]
    parts = [
        "<h1>Where the class stands</h1>",
        f"<p>{len(learners)} {'learner' if len(learners) == 1 else 'learners'}. "
        "This page was made from the learners' own records. They are plain files that can be edited, so it tells you "
        "whom to help and proves nothing. It names people: keep it where their marks are kept.</p>",
        _where(learners, course),
        _stops(hurdles(learners, course)),
        _quizzes(learners, course),
        _minutes(learners, course),
        _problems(learners, course),
    ]
    return pages.page("Where the class stands", "\n".join(part for part in parts if part), STYLE)


def _where(learners: list[Learner], course: list[Lesson]) -> str:
    begun = {topic for learner in learners for topic in learner.entries}
    lessons = [words for words in course if words.topic in begun]
    head = ["Who", *(f"{words.number}" for words in lessons), "Now at", "Last seen (UTC)", "Minutes"]
    rows = []
    for learner in learners:
        cells = [_cell(learner, words) for words in lessons]
        entries = [
            (when, words)
            for words in lessons
            for when in map(records.moment, learner.entries.get(words.topic, []))
            if when is not None
        ]
        when, at = max(entries, key=lambda pair: pair[0], default=(None, None))
        minutes = sum(map(records.active_minutes, learner.entries.values()))
        cells += [
            f"<td>{escaped(f'{at.number} {at.title}') if at else 'nowhere yet'}</td>",
            f'<td class="when">{when:%d %b %Y, %H:%M}</td>' if when else "<td></td>",
            f'<td class="number">{minutes:.0f}</td>',
        ]
        rows.append(f'<tr><th scope="row">{escaped(learner.name)}</th>{"".join(cells)}</tr>')
    told = (
        "<p>Exercises held, of those in the lesson; ✓ where it is all of them. <em>Now at</em> is the lesson of the "
        "newest entry.</p>"
    )
    return f"<h2>Who is where</h2>\n{told}\n{_table(head, rows)}"


def _cell(learner: Learner, words: Lesson) -> str:
    if words.topic not in learner.entries:
        return "<td></td>"
    tried = records.exercises(learner.entries[words.topic])
    count, most = sum(id in tried and records.held(tried[id]) for id in words.exercises), len(words.exercises)
    kind, mark = ("full", " ✓") if count == most else ("part", "")
    return f'<td class="{kind}">{count}/{most}{mark}</td>'


def _stops(found: list[Hurdle]) -> str:
    head = ["Exercise", "Stopped", "Tried", "Attempts until it held", "Hints a head", "Who", "What the check said"]
    rows = []
    for one in found:
        said = "".join(f"<li>{escaped(words)} <b>({count}×)</b></li>" for words, count in one.said.most_common(COMMON))
        folded = f"<details><summary>its words</summary><ul>{said}</ul></details>" if said else ""
        rows.append(
            f'<tr><th scope="row">{escaped(one.lesson.number)} {escaped(one.id)}</th>'
            f'<td class="number">{len(one.stuck)}</td><td class="number">{len(one.tried)}</td>'
            f'<td class="number">{f"{_middle(one.attempts):g}" if one.attempts else "–"}</td>'
            f'<td class="number">{one.hints / len(one.tried):.1f}</td>'
            f"<td>{escaped(', '.join(one.stuck))}</td><td>{folded}</td></tr>"
        )
    told = (
        "<p><em>Stopped</em> counts those who tried and whose answer has not held yet. <em>Attempts</em> is the median "
        "of those whose answer held. An exercise left open is no attempt.</p>"
    )
    return f"<h2>Which exercise stops whom</h2>\n{told}\n{_table(head, rows)}" if rows else ""


def _quizzes(learners: list[Learner], course: list[Lesson]) -> str:
    rows = []
    for words in course:
        for number, question in enumerate(words.quiz):
            first = [
                entry
                for learner in learners
                for entry in learner.entries.get(words.topic, [])
                if entry["kind"] == "quiz" and entry.get("question") == number and entry.get("attempt") == 1
            ]
            chosen = [entry["choice"] for entry in first if _is_choice(entry, question)]
            wrong = Counter(choice for choice in chosen if choice != question.answer)
            right = chosen.count(question.answer)
            if chosen:
                usual = question.choices[wrong.most_common(1)[0][0]] if wrong else ""
                rows.append((right / len(chosen), words, question.question, right, len(chosen), usual))
    rows.sort(key=lambda row: row[0])
    made = [
        f'<tr><th scope="row">{escaped(words.number)}</th><td>{escaped(asked)}</td><td class="number">{right} of '
        f"{count}</td><td>{escaped(usual)}</td></tr>"
        for _, words, asked, right, count, usual in rows
    ]
    head = ["Lesson", "Question", "Right at the first try", "The usual wrong answer"]
    return f"<h2>Quiz, the hardest first</h2>\n{_table(head, made)}" if made else ""


def _minutes(learners: list[Learner], course: list[Lesson]) -> str:
    rows = []
    for words in course:
        took = [records.active_minutes(one.entries[words.topic]) for one in learners if words.topic in one.entries]
        took = [minutes for minutes in took if minutes > 0]
        if took:
            rows.append(
                f'<tr><th scope="row">{escaped(words.number)} {escaped(words.title)}</th><td class="number">{len(took)}'
                f'</td><td class="number">{_middle(took):.0f}</td><td class="number">{max(took):.0f}</td>'
                f'<td class="number">{words.minutes:g}</td></tr>'
            )
    told = (
        f"<p>Minutes between a learner's entries in a lesson, gaps of more than {records.PAUSE:g} minutes left out. "
        "Reading before the first entry and after the last one leaves no trace, so these are least values.</p>"
    )
    head = ["Lesson", "Learners", "Median", "Longest", "The lesson says"]
    return f"<h2>Minutes measured</h2>\n{told}\n{_table(head, rows)}" if rows else ""


def _problems(learners: list[Learner], course: list[Lesson]) -> str:
    rows = [
        f"<li><b>{escaped(learner.name)}</b>: {escaped(words)}</li>"
        for learner in learners
        for words in [*learner.problems, *_strange(learner, course)]
    ]
    return f"<h2>Odd or broken</h2>\n<ul>{''.join(rows)}</ul>" if rows else ""


def _strange(learner: Learner, course: list[Lesson]) -> list[str]:
    """Entries that can be read and say something that this course doesn't know, in words."""
    said = []
    exercises = {words.topic: words.exercises for words in course}
    for topic, entries in learner.entries.items():
        known = exercises[topic]
        checks = [entry for entry in entries if entry["kind"] == "check"]
        gone = {str(entry.get("exercise"))[:60] for entry in checks} - set(known)
        if gone:
            said.append(f"{topic}.jsonl: exercises that the lesson doesn't have: {', '.join(sorted(gone)[:5])}")
        odd = sum(entry.get("outcome") not in records.OUTCOMES for entry in checks)
        if odd:
            said.append(f"{topic}.jsonl: {odd} checks say neither that they held nor that they didn't")
    return said


def _table(head: list[str], rows: list[str]) -> str:
    titles = "".join(f'<th scope="col">{escaped(title)}</th>' for title in head)
    return f'<div class="wide"><table><thead><tr>{titles}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _is_hint(entry: dict, id: str) -> bool:
    return entry["kind"] == "hint" and entry.get("exercise") == id


def _is_choice(entry: dict, question) -> bool:
    choice = entry.get("choice")
    return isinstance(choice, int) and not isinstance(choice, bool) and 0 <= choice < len(question.choices)


def _words(check: dict) -> str:
    words = check.get("words")
    return " ".join(words.split())[:200] if isinstance(words, str) else ""


def _middle(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 well, 1 when something hinders."""
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.course.progress",
        description="One HTML page on where a class stands, from a folder of learners' records.",
    )
    parser.add_argument("folder", help="a folder with a folder or a zip file a learner, or a hub's home folder")
    parser.add_argument("-o", "--output", default="progress.html", help="the page to write; without it progress.html")
    options = parser.parse_args(argv)

    def work() -> int:
        folder = Path(options.folder)
        if not folder.is_dir():
            raise Stop(f"{folder} is no folder. A folder is wanted that holds a record or a zip file for each learner.")
        learners = records.collect(folder, say)
        if not learners:
            raise Stop(
                f"There are no records in {folder}. A record is a file such as two-decoders.jsonl in a folder named "
                "record; students pack theirs by: python -m unmasked.course.handin NAME"
            )
        pages.write(Path(options.output), report(learners))
        troubled = sum(bool(learner.problems) for learner in learners)
        said = f", {troubled} with something that can't be read (see the page's end)" if troubled else ""
        say(f"Written: {options.output} ({len(learners)} learners{said})")
        return 0

    return exit_code(work)


if __name__ == "__main__":
    sys.exit(main())
