"""What README says is so: its commands answer, its links lead somewhere, its tables agree with the repository."""

import json
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest

from unmasked.course import launch

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """Every `python …` of README, in code blocks and between backticks, once, without its comment."""
    blocks = "\n".join(re.findall(r"^```\n(.*?)^```", README, re.DOTALL | re.MULTILINE))
    prose = re.sub(r"^```\n.*?^```", "", README, flags=re.DOTALL | re.MULTILINE)
    lines = blocks.splitlines() + re.findall(r"`([^`\n]+)`", prose)
    found = [line.split("#")[0].strip() for line in lines if line.startswith("python ")]
    return list(dict.fromkeys(found))


def asks_for_help(command: str) -> list[str]:
    """The program of a command with --help in place of its options: what can be tried in a second."""
    words = command.split()[1:]
    program = words[:2] if words[0] == "-m" else words[:1]
    if program == ["start.py"] and len(words) > 1 and not words[1].startswith("-"):
        program.append(words[1])
    return [*program, "--help"]


def options(command: str) -> list[str]:
    return [word for word in command.split()[1:] if word.startswith("--")]


def test_readme_has_its_two_commands():
    assert {"python start.py", "python start.py test"} <= set(commands())
    assert len(commands()) > 8, "the search for commands is broken"


# docs/picture.py has no options; it is run below.
ASKED = sorted({tuple(asks_for_help(command)) for command in commands() if "docs/picture.py" not in command})


# Some seconds each for what a benchmark imports: only where the slow ones run, too.
ASKED_NOW = [pytest.param(asked, marks=pytest.mark.slow if "benchmarks" in asked[0] else ()) for asked in ASKED]


@pytest.mark.parametrize("asked", ASKED_NOW, ids=" ".join)
def test_every_command_answers_and_knows_its_options(asked):
    done = subprocess.run([sys.executable, *asked], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"python {' '.join(asked)}: {done.stderr[-800:]}"
    for command in commands():
        if tuple(asks_for_help(command)) == asked:
            for option in options(command):
                assert option in done.stdout, f"`{command}`: there is no option {option}"


def test_every_link_leads_to_a_file():
    targets = re.findall(r"\]\(([^)#\s]+)\)", README)
    assert "docs/picture.png" in targets
    for target in targets:
        if not target.startswith("http"):
            assert (ROOT / target).exists(), f"README links to {target}, which is not there"


def test_by_hand_ends_as_start_py_does():
    block = re.search(r"^## By hand\n.*?^```\n(.*?)^```", README, re.DOTALL | re.MULTILINE).group(1)
    assert block.splitlines()[-1] == "python -m unmasked.course.launch"
    assert f"`{launch.PROMPT_CONNECTION}`" in README, "README's setting for other servers is not the launcher's"


def test_the_folders_it_names_exist():
    block = re.search(r"^```\n(lessons/.*?)^```", README, re.DOTALL | re.MULTILINE).group(1)
    for folder in re.findall(r"(?:^|\s{3,})(\w+)/", block, re.MULTILINE):
        assert folder == "work" or (ROOT / folder).is_dir(), f"README names {folder}/, which is not there"


def test_the_picture_is_what_its_command_draws():
    drawn = runpy.run_path(str(ROOT / "docs" / "picture.py"))["picture"]()
    kept = cv2.imread(str(ROOT / "docs" / "picture.png"))[..., ::-1]
    assert kept.shape == drawn.shape, "docs/picture.png is stale: python docs/picture.py"
    far = np.abs(kept.astype(int) - drawn).max(-1) > 8
    assert far.mean() < 1e-3, f"docs/picture.png is stale ({far.mean():.1%} of its pixels): python docs/picture.py"


def table() -> dict[str, list[str]]:
    """The lesson table: number → title, minutes, Core route, state."""
    rows = re.findall(r"^\| (\d\d) \| (.+?) \| (\d+) \|(.*?)\| (ready|to come) \|$", README, re.MULTILINE)
    return {number: [title, minutes, core.strip(), state] for number, title, minutes, core, state in rows}


def test_the_lesson_table_has_seventeen_lessons():
    assert list(table()) == [f"{number:02}" for number in range(17)]
    core = [number for number, row in table().items() if row[2] == "●"]
    assert core == ["00", "01", "02", "03", "04", "08", "12", "14"]


def test_the_lesson_table_agrees_with_the_lessons():
    lessons = {
        path.stem[:2]: tomllib.loads(path.read_text(encoding="utf-8")) for path in ROOT.glob("lessons/??_*.toml")
    }
    ready = {number for number, row in table().items() if row[3] == "ready"}
    assert ready == set(lessons), "README's lesson table calls other lessons ready than there are"
    for number, lesson in lessons.items():
        title, minutes = table()[number][:2]
        assert (title, int(minutes)) == (lesson["title"], lesson["minutes"]), (
            f"README's row of lesson {number} is stale"
        )


def test_the_minutes_of_sections_make_up_the_lessons_and_the_core_route():
    core = 0
    for path in sorted(ROOT.glob("lessons/??_*.py")):
        text = path.read_text(encoding="utf-8")
        known = {kind: sum(map(int, re.findall(rf"\({kind}, (\d+) min\)", text))) for kind in ("Core", "Further")}
        card = re.search(r"^# \| Time \| (\d+) minutes: Core (\d+), Further (\d+) \|$", text, re.MULTILINE)
        minutes, *parts = map(int, card.groups())
        assert minutes == sum(parts) == int(table()[path.stem[:2]][1]), f"{path.name}: the card's minutes do not add up"
        opening = parts[0] - known["Core"]  # the first bench stands before the first section
        assert 0 <= opening <= 3 and parts[1] == known["Further"], f"{path.name}: its sections take {known} minutes"
        core += parts[0] if table()[path.stem[:2]][2] else 0
    hours, minutes = map(int, re.search(r"take (\d+) hours (\d+) minutes in all", README).groups())
    assert core == 60 * hours + minutes, f"README says {hours} h {minutes} min of Core sections; it is {core} min"


def test_every_environment_variable_is_explained():
    used = set()
    for path in (*ROOT.glob("*.py"), *ROOT.glob("unmasked/**/*.py"), *ROOT.glob("tests/*.py")):
        used |= set(re.findall(r"environ(?:\.get\(|\[)\"(UNMASKED_\w+)\"", path.read_text(encoding="utf-8")))
    assert "UNMASKED_HOME" in used, "the search for variables is broken"
    unexplained = sorted(name for name in used if f"`{name}`" not in README)
    assert not unexplained, f"README does not explain {unexplained}"


def test_the_course_benchmark_measures_a_lesson(tmp_path):
    lesson = tmp_path / "01_tiny.py"
    card = '# %% [markdown] id="tiny-card"\n# # Tiny\n\n'
    lesson.write_text(card + '# %% id="tiny-memory"\nblock = bytearray(200_000_000)\nlen(block)\n')
    benchmark = runpy.run_path(str(ROOT / "benchmarks" / "course.py"))
    measured = benchmark["measure"](lesson)
    assert set(measured) == {"seconds", "peak_mb"}
    assert measured["seconds"] > 0
    assert measured["peak_mb"] > 200, "a lesson that takes 200 MB was measured below that"
    assert json.loads(json.dumps(measured)) == measured
    with pytest.raises(ValueError, match="no lesson 99"):
        benchmark["chosen"](["99"])
