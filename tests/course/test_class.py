"""The folder class/: its sums, its tables and its files agree with the lessons."""

import ast
import importlib
import json
import re
import runpy
import shutil
import statistics
import subprocess
from pathlib import Path

import pytest

from unmasked import paths
from unmasked.course import launch, lesson, sheet

CLASS = paths.ROOT / "class"
PAGES = sorted(CLASS.rglob("*.md"))
NUMBERS = [f"{number:02}" for number in range(17)]
README = (paths.ROOT / "README.md").read_text(encoding="utf-8")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def words_of(number: str):
    """A lesson's words, or None while it isn't there."""
    found = sorted(paths.LESSONS.glob(f"{number}_*.toml"))
    return lesson.read(found[0]) if found else None


def test_every_link_leads_somewhere_and_every_page_is_found_from_the_first():
    linked = set()
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)\)", text_of(page)):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"
            linked.add((page.parent / target).resolve())
    lost = [
        page.name
        for page in PAGES
        if page != CLASS / "README.md" and not {page.resolve(), page.parent.resolve()} & linked
    ]
    assert not lost, f"no page links to {lost}"


# --- syllabi ----------------------------------------------------------------------------------------------------------

SYLLABI = re.findall(r"^### (\d+) hours: .*?\n(.*?)(?=^##)", text_of(CLASS / "first-day.md"), re.DOTALL | re.MULTILINE)


def sections(number: str) -> dict[str, tuple[str, int]]:
    """Section → its kind and minutes, with the opening and the close; empty while the lesson isn't there."""
    found = sorted(paths.LESSONS.glob(f"{number}_*.py"))
    if not found:
        return {}
    text = text_of(found[0])
    core = int(re.search(r"^# \| Time \| \d+ minutes: Core (\d+)", text, re.MULTILINE).group(1))
    parts, last = {}, ""
    for title, kind, minutes in re.findall(r"^# ##+ (.+?)  \((Core|Further), (\d+) min\)", text, re.MULTILINE):
        count = re.match(r"(\d+) · ", title)
        last = count[1] if count else "close" if title.startswith("What you can now do") else f"{last}, {title}"
        parts[last] = (kind, int(minutes))
    opening = core - sum(minutes for kind, minutes in parts.values() if kind == "Core")
    return {"opening": ("Core", opening), **parts}


def minutes_of(number: str, wanted: str) -> int:
    known = sections(number)
    if not known or wanted == "all":
        return int(re.search(rf"^\| {number} \| .+? \| (\d+) \|", README, re.MULTILINE).group(1))
    names = []
    for part in wanted.split(", "):
        first, _, last = part.partition("–")
        names += [str(one) for one in range(int(first), int(last) + 1)] if last else [part]
    return sum(known[name][1] for name in names)


@pytest.mark.parametrize("hours, text", SYLLABI, ids=[hours for hours, _ in SYLLABI])
def test_a_syllabus_adds_up(hours, text):
    rows = re.findall(r"^\| (\d\d) \| (.+?) \| (\d+) \|", text, re.MULTILINE)
    for number, wanted, said in rows:
        assert int(said) == minutes_of(number, wanted), f"{hours} hours, lesson {number}: sections {wanted}"
    total, whole = map(int, re.search(r"\*\*(\d+) minutes, with a third for discussion (\d+)\.\*\*", text).groups())
    assert total == sum(int(said) for *_, said in rows)
    assert whole == round(total * 4 / 3) and whole <= 60 * int(hours)
    assert whole > 60 * int(hours) * 0.9, "a tenth of the time is left over"


def test_there_are_three_syllabi():
    assert [hours for hours, _ in SYLLABI] == ["6", "12", "24"]


# --- worksheets and rubrics -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["worksheets", "rubrics"])
def test_every_lesson_has_one(kind):
    there = sorted((CLASS / kind).glob("*.md"))
    assert [path.name[:2] for path in there] == NUMBERS
    for path in there:
        found = sorted(paths.LESSONS.glob(f"{path.name[:2]}_*.toml"))
        assert not found or found[0].stem == path.stem, f"{path.name}: the lesson is {found[0].stem}"


@pytest.mark.parametrize("number", NUMBERS)
def test_a_worksheet_has_room_for_every_prediction_and_no_answers(number):
    (path,) = (CLASS / "worksheets").glob(f"{number}_*.md")
    text, words = text_of(path), words_of(number)
    for heading in ("Before you start", "My predictions", "While you work", "Without a computer", "To argue"):
        assert f"## {heading}\n" in text
    rows = re.findall(r"^\| \d+ \| \| \| \|$", text, re.MULTILINE)
    if words is not None:
        assert text.startswith(f"# {number} · {words.title}: worksheet")
        assert not words.predictions or len(rows) == len(words.predictions)
    (key,) = (CLASS / "rubrics").glob(f"{number}_*.md")
    answers = re.search(r"## The worksheet's answers\n\n(.*?)\n\n## ", text_of(key), re.DOTALL).group(1)
    for sentence in re.split(r"(?<=[.!?])\s+", answers):
        assert len(sentence) < 30 or sentence not in text


@pytest.mark.parametrize("number", NUMBERS)
def test_a_rubric_counts_what_the_checks_count(number):
    (path,) = (CLASS / "rubrics").glob(f"{number}_*.md")
    text, words = text_of(path), words_of(number)
    if words is None:
        pytest.skip("the lesson isn't there yet")
    rows = {
        id: (int(points), float(minutes))
        for id, points, minutes in re.findall(r"^\| `([\w.-]+)` \| (\d) \| ([\d.]+) \|$", text, re.MULTILINE)
    }
    assert rows == {id: (one.difficulty, one.minutes) for id, one in words.exercises.items()}
    together = re.search(r"^\| together \| (\d+) \| ([\d.]+) \|$", text, re.MULTILINE)
    assert int(together[1]) == sum(points for points, _ in rows.values())
    assert float(together[2]) == sum(minutes for _, minutes in rows.values())
    judged = re.findall(r"^\| \*\*(.+?)\*\* \| .+ \| .+ \| .+ \|$", text, re.MULTILINE)
    assert len(judged) >= 3


# --- the test before and after ----------------------------------------------------------------------------------------


def questions(form: str) -> list[tuple[str, list[str]]]:
    text = text_of(CLASS / "questions" / f"form-{form.lower()}.md").partition("## Questions")[2]
    parts = re.split(r"^\d+\. ", text, flags=re.MULTILINE)[1:]
    return [(part.partition("\n")[0], re.findall(r"^ +- [a-d]\. (.+)$", part, re.MULTILINE)) for part in parts]


KEY = text_of(CLASS / "questions" / "key.md")
ANSWERS = re.findall(r"^\| (\d+) \| ([a-c]) \| ([a-c]) \|", KEY, re.MULTILINE)


def test_the_two_forms_correspond_question_by_question():
    first, second = questions("A"), questions("B")
    assert len(first) == len(second) == len(ANSWERS) == 10
    for (asked, choices), (other, others) in zip(first, second, strict=True):
        assert asked != other and len(choices) == len(others) == 4
        assert choices[-1] == others[-1] == "I don't know"
        assert len(set(choices)) == 4


@pytest.mark.parametrize("form, column", [("A", 0), ("B", 1)])
def test_neither_place_nor_length_gives_an_answer_away(form, column):
    asked = questions(form)
    letters = [row[1 + column] for row in ANSWERS]
    assert max(map(letters.count, "abc")) <= 5 and min(map(letters.count, "abc")) >= 2
    right = [choices["abc".index(letter)] for (_, choices), letter in zip(asked, letters, strict=True)]
    longest = sum(one == max(choices[:3], key=len) for one, (_, choices) in zip(right, asked, strict=True))
    assert longest <= 5


def test_no_question_is_one_of_a_quiz():
    quiz = {asked.question for topic in lesson.topics() for asked in lesson.load(topic).quiz}
    assert not quiz & {asked for form in "AB" for asked, _ in questions(form)}


@pytest.mark.parametrize("form", "AB")
def test_the_question_on_the_base_rate_is_computed_right(form):
    asked, choices = questions(form)[8]
    _, fakes, found, accused = (int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", asked)[:4])
    answer = choices["abc".index(ANSWERS[8][1 + "AB".index(form)])]
    assert int(re.search(r"\d+", answer)[0]) == round(100 * found / (found + accused)) and found <= fakes


@pytest.mark.slow
def test_the_key_knows_the_pictures_and_both_sets_are_as_hard():
    from unmasked.makers import stills

    hard = {}
    for form in sheet.SEEDS:
        items = sheet.game(form)
        row = re.search(rf"^\| {form} \| ([rF ]+) \| ([rF ]+) \|$", KEY, re.MULTILINE)
        assert "".join("F" if item.fake else "r" for item in items) == (row[1] + row[2]).replace(" ", "")
        assert sum(item.fake and item.character == "ada" for item in items) == 5
        hard[form] = stills.difficulty(items)
        page = sheet.sheet(items, form)
        assert page.count("<img") == 20 and "fake=" not in page and "://" not in page
    assert abs(hard["A"] - hard["B"]) < 0.1
    assert f"{hard['A']:.1f} in both" in text_of(CLASS / "questions" / "README.md")


# --- commands ---------------------------------------------------------------------------------------------------------

COMMANDS = sorted({line for page in PAGES for line in re.findall(r"python -m (unmasked\.[^`\n]+)", text_of(page))})


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_these_pages_is_one(command, capsys):
    module, *words = command.split()
    if module.endswith(".workspace"):
        return
    with pytest.raises(SystemExit) as end:
        importlib.import_module(module).main(["--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in words if word.startswith("--")), command


# --- the hub ----------------------------------------------------------------------------------------------------------

HUB = CLASS / "hub"
ONE_THREAD = {"UNMASKED_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"}
WANTED = dict.fromkeys(ONE_THREAD, "1") | {"UNMASKED_CHECK_SECONDS": "30"}
FLAG = launch.PROMPT_CONNECTION


def configured(monkeypatch, systemd: bool):
    """The hub's configuration, run against a stand-in for JupyterHub's own."""
    config = importlib.import_module("traitlets.config").Config()
    found = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/systemctl" if systemd else None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: systemd or None)
    runpy.run_path(str(HUB / "jupyterhub_config.py"), init_globals={"get_config": lambda: config})
    monkeypatch.setattr(shutil, "which", found)
    return config


@pytest.mark.parametrize("systemd", [True, False])
def test_the_hubs_configuration_runs_and_sets_what_sliders_want(monkeypatch, systemd, capsys):
    config = configured(monkeypatch, systemd)
    assert FLAG in config.Spawner.args
    assert WANTED.items() <= config.Spawner.environment.items()
    assert ("Systemd" in config.JupyterHub.spawner_class) == systemd
    assert ("nothing limits their memory" in capsys.readouterr().out) != systemd
    assert Path(config.Spawner.cmd[0]).exists()
    assert config.Spawner.default_url == "/lab/tree/unmasked/00_start.ipynb"


def test_the_clusters_values_agree_with_the_machines(monkeypatch):
    yaml = pytest.importorskip("yaml")
    values = yaml.safe_load(text_of(HUB / "values.yaml"))
    config = configured(monkeypatch, False)
    user = values["singleuser"]
    assert user["memory"] == {"limit": config.Spawner.mem_limit, "guarantee": config.Spawner.mem_guarantee}
    assert FLAG in values["hub"]["config"]["KubeSpawner"]["args"]
    assert WANTED.items() <= user["extraEnv"].items()
    assert all(isinstance(value, str) for value in user["extraEnv"].values())
    assert user["extraEnv"]["UNMASKED_HOME"].startswith(user["storage"]["homeMountPath"])
    assert user["cmd"][0] == "/opt/unmasked/class/hub/start.sh" and user["defaultUrl"] == config.Spawner.default_url


# What the chart's schema allows of it (jupyterhub/zero-to-jupyterhub-k8s, jupyterhub/values.schema.yaml, read 2026):
# everything that isn't named there makes `helm` refuse the file. A dict's None key stands for any name.
NUMBER, ANYTHING = (int, float), {None: object}
POLICY = {
    "egress": list,
    "egressAllowRules": dict.fromkeys(
        ("cloudMetadataServer", "dnsPortsPrivateIPs", "dnsPortsKubeSystemNamespace", "nonPrivateIPs", "privateIPs"),
        bool,
    ),
}
CHART = {
    "hub": {"config": ANYTHING},
    "singleuser": {
        "image": {"name": str, "tag": str},
        "cmd": (list, str),
        "defaultUrl": str,
        "startTimeout": int,
        "memory": {"limit": (int, float, str), "guarantee": (int, float, str)},
        "cpu": {"limit": NUMBER, "guarantee": NUMBER},
        "uid": int,
        "fsGid": int,
        "storage": {"type": str, "capacity": str, "homeMountPath": str},
        "extraEnv": ANYTHING,
        "networkPolicy": POLICY,
    },
    "cull": {"enabled": bool, "timeout": int, "every": int, "maxAge": int},
    "scheduling": {"userPlaceholder": {"enabled": bool, "replicas": int}},
    "prePuller": {"continuous": {"enabled": bool}, "hook": {"enabled": bool}},
}


def refused(values, allowed, where="") -> list[str]:
    """The places in some values that a table of allowed names and types refuses."""
    if not isinstance(allowed, dict):
        right = isinstance(values, allowed) and (allowed is bool or not isinstance(values, bool) or allowed is object)
        return [] if right else [f"{where}: {values!r}"]
    if not isinstance(values, dict):
        return [f"{where}: {values!r}"]
    found = [f"{where}.{name}" for name in values if name not in allowed and None not in allowed]
    for name in values.keys() & allowed.keys() if None not in allowed else values:
        found += refused(values[name], allowed.get(name, allowed.get(None)), f"{where}.{name}")
    return found


def test_the_chart_knows_every_one_of_the_clusters_values():
    yaml = pytest.importorskip("yaml")
    assert refused(yaml.safe_load(text_of(HUB / "values.yaml")), CHART) == []
    assert refused({"singleuser": {"uid": "1000", "Cmd": []}}, CHART) == [".singleuser.Cmd", ".singleuser.uid: '1000'"]


def test_the_memory_that_the_page_promises_is_what_the_files_give(monkeypatch):
    text, config = text_of(HUB / "README.md"), configured(monkeypatch, False)
    promised = float(re.search(r"promise every person \*\*([\d.]+) GB\*\*", text)[1])
    assert config.Spawner.mem_guarantee == f"{promised * 1000:.0f}M"
    assert f"stop them at **{config.Spawner.mem_limit.removesuffix('G')} GB**" in text
    assert "some 0.6 GB a student" in README
    for people, memory in re.findall(r"(\d+) for (\d+) GB", text):
        assert int(people) == int((int(memory) - 2) / promised)


def test_the_dockerfile_copies_what_there_is_and_sets_the_same():
    text = re.sub(r"\\\n", " ", text_of(HUB / "Dockerfile"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    known = {"FROM", "ARG", "ENV", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "ENTRYPOINT", "CMD"}
    assert {line.split()[0] for line in lines} <= known and lines[0].startswith("FROM ")
    settings = dict(re.findall(r"(\w+)=(\S+)", next(line for line in lines if line.startswith("ENV "))))
    assert WANTED.items() <= settings.items()
    for line in lines:
        if line.startswith(("ENTRYPOINT", "CMD")):
            assert json.loads(line.partition(" ")[2])
    for file in re.findall(r"class/hub/[\w.]+", text):
        assert (paths.ROOT / file).exists()
    run = next(line for line in lines if line.startswith("RUN"))
    assert run.count("\\") == 0 and not run.rstrip().endswith("&&")
    ignored = text_of(HUB / "Dockerfile.dockerignore").split()
    assert {".git", ".venv", "work"} <= set(ignored)


def test_jupyters_setting_is_the_launchers():
    settings = json.loads(text_of(HUB / "jupyter_server_config.json"))
    assert (
        f"--ServerApp.kernel_websocket_connection_class={settings['ServerApp']['kernel_websocket_connection_class']}"
        == FLAG
    )


def test_scripts_and_configuration_can_be_read_by_what_runs_them():
    ast.parse(text_of(HUB / "jupyterhub_config.py"))
    for script in (HUB / "start.sh", HUB / "binder" / "postBuild", HUB / "binder" / "start"):
        first = text_of(script).split("\n")[0]
        assert first in ("#!/bin/sh", "#!/bin/bash") and b"\r" not in script.read_bytes()
        if shutil.which("bash"):
            assert subprocess.run(["bash", "-n", str(script)], capture_output=True).returncode == 0
    assert re.fullmatch(r"python-3\.1[1-4]\n", text_of(HUB / "binder" / "runtime.txt"))
    assert "-r ../requirements.txt" in text_of(HUB / "binder" / "requirements.txt")
    started = text_of(HUB / "binder" / "start")
    assert all(f"{name}={value}" in started for name, value in WANTED.items())


@pytest.mark.skipif(shutil.which("sh") is None, reason="wants a shell")
def test_the_start_lays_notebooks_once_and_passes_on(tmp_path):
    environment = {"HOME": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    command = ["sh", str(HUB / "start.sh"), "echo", "a  b", "c"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "a  b c\n"
    laid = sorted(path.name for path in (tmp_path / "unmasked").iterdir())
    assert laid == sorted(path.name for path in paths.NOTEBOOKS.glob("*.ipynb"))
    (tmp_path / "unmasked" / laid[0]).write_text("mine", encoding="utf-8")
    subprocess.run(command, env=environment, capture_output=True, check=True)
    assert (tmp_path / "unmasked" / laid[0]).read_text(encoding="utf-8") == "mine"


# --- voice ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["first-day.md", "letter-to-parents.md", "assistant.md", "accessibility.md"])
def test_a_page_is_written_in_sentences(name):
    text = re.sub(r"^[|#].*$|`[^`]*`", "", text_of(CLASS / name), flags=re.MULTILINE)
    counts = [len(part.split()) for part in re.split(r"(?<=[.!?:])\s+", text) if len(part.split()) > 1]
    assert statistics.median(counts) >= 10
