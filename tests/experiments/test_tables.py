"""Kept tables: written whole, read back, and every command that they and the weights name."""

import importlib
import json

import pytest

from unmasked import paths
from unmasked.experiments import tables
from unmasked.models import weights

KEPT = sorted(path.stem for path in (paths.DATA / "tables").glob("*.json"))
COMMANDS = {tables.load_table(name)["command"] for name in KEPT} | {e["command"] for e in weights.shipped().values()}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_named_in_the_data_can_be_given(command):
    python, switch, module, *arguments = command.split()
    assert (python, switch) == ("python", "-m")
    parser = importlib.import_module(module).make_parser()
    assert parser.prog == f"python -m {module}"
    parser.parse_args(arguments)  # leaves by SystemExit where it does not know them


@pytest.mark.parametrize("name", KEPT)
def test_a_tables_name_is_its_modules(name):
    module = f"unmasked.experiments.{name.replace('-', '_')}"
    assert name == importlib.import_module(module).TABLE
    assert tables.load_table(name)["command"].startswith(f"python -m {module}")


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_table_saved_again_is_the_same_file(name, tmp_path):
    path = tables.save_table(name, tables.load_table(name), folder=tmp_path)
    assert path.read_bytes() == tables.table_path(name).read_bytes()


def test_floats_are_kept_to_four_decimals():
    row = {"variant": "none", "seed": 3, "swap": 0.123456}
    assert tables.rounded(row) == {"variant": "none", "seed": 3, "swap": 0.1235}
    assert tables.in_words(tables.rounded(row)) == "variant none  seed 3  swap 0.1235"
    assert json.loads(json.dumps(row)) == row, "the given row was changed"


@pytest.mark.parametrize("name", ["two-decoders", "noise-that-teaches", "clues"])
def test_a_missing_or_damaged_table_is_worded(name, tmp_path):
    module = f"unmasked.experiments.{name.replace('-', '_')}"
    with pytest.raises(ValueError, match=rf"no table '{name}'.*make it with: python -m {module}$"):
        tables.load_table(name, folder=tmp_path)
    with pytest.raises(ValueError, match=r"name: wanted lower-case letters"):
        tables.load_table("../weights/index", folder=tmp_path)
    for content in ("{", "[]", '{"rows": 3}', "{}"):
        (tmp_path / f"{name}.json").write_text(content)
        with pytest.raises(ValueError, match=rf"is damaged .*make it with: python -m {module}$"):
            tables.load_table(name, folder=tmp_path)


def test_a_table_with_nan_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON compliant"):
        tables.save_table("two-decoders", {"command": "", "rows": [{"explained_ab": float("nan")}]}, folder=tmp_path)
    assert not list(tmp_path.iterdir())
