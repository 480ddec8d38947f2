"""Kept tables: written whole, read back, and every command that they and the weights name."""

import importlib
import json

import numpy as np
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


def test_rows_are_kept_in_the_order_asked_and_made_only_once(tmp_path):
    table, columns = {"command": "python -m x", "settings": {"pair": (1, 2)}}, ("variant", "seed")
    wanted = [(variant, seed) for seed in (0, 1) for variant in ("a", "b")]
    made = []

    def make(missing, dies_at=None):
        for variant, seed in missing:
            if (variant, seed) == dies_at:
                raise KeyboardInterrupt
            made.append((variant, seed))
            yield {"variant": variant, "seed": seed, "score": 1 / 3}

    with pytest.raises(KeyboardInterrupt):
        tables.keep_rows("two-decoders", table, columns, wanted, lambda keys: make(keys, ("a", 1)), folder=tmp_path)
    assert [row["variant"] for row in tables.load_table("two-decoders", folder=tmp_path)["rows"]] == ["a", "b"]
    rows = tables.keep_rows("two-decoders", table, columns, wanted, make, folder=tmp_path)
    assert made == wanted and [(row["variant"], row["seed"]) for row in rows] == wanted
    assert rows[0]["score"] == 0.3333 and tables.load_table("two-decoders", folder=tmp_path)["rows"] == rows
    tables.keep_rows("two-decoders", table, columns, wanted, make, folder=tmp_path)
    assert made == wanted, "kept rows were made again"
    tables.keep_rows("two-decoders", table, columns, wanted, make, fresh=True, folder=tmp_path)
    other = table | {"settings": {"pair": (1, 3)}}
    tables.keep_rows("two-decoders", other, columns, wanted, make, folder=tmp_path)
    assert len(made) == 12, "rows of other settings were kept"


def test_strips_come_back_and_others_are_worded(tmp_path):
    numbers = np.random.default_rng(0)
    strips = {name: numbers.integers(0, 256, (3, 16, 16, 3), dtype=np.uint8) for name in ("a", "b")}
    tables.save_strips("two-decoders", strips, folder=tmp_path)
    again = tables.load_strips("two-decoders", ["a", "b"], 3, 16, folder=tmp_path)
    assert list(again) == ["a", "b"]
    assert all(np.array_equal(again[name], strips[name]) for name in strips)
    for names, count in ((["a"], 3), (["a", "b"], 4)):
        with pytest.raises(ValueError, match=r"make it with: python -m unmasked\.experiments\.two_decoders"):
            tables.load_strips("two-decoders", names, count, 16, folder=tmp_path)
    with pytest.raises(ValueError, match="missing"):
        tables.load_strips("clues", ["a"], 3, folder=tmp_path)
    with pytest.raises(ValueError, match="strips: wanted some, all of one shape"):
        tables.save_strips("clues", {"a": strips["a"], "b": strips["b"][:2]}, folder=tmp_path)
