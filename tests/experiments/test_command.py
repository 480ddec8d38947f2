"""The command line: what was asked, as the shortest command that makes the same result."""

import pytest

from unmasked.experiments.command import command_of, module_parser, settings_of


@pytest.fixture
def parser():
    parser = module_parser("unmasked.experiments.pairs", "Pairs: what it does.\n\nAnd more.")
    parser.add_argument("kind", choices=["one", "two"])
    parser.add_argument("--names", nargs="+", default=["ada", "bo"])
    parser.add_argument("--code-size", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--steps", type=int, default=None)
    parser.add_argument("--ship", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--one-seed", type=int, default=None)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--folder", default=None)
    return parser


def test_a_parser_says_what_it_is_for(parser):
    assert parser.description == "Pairs: what it does."
    assert parser.format_usage().startswith("usage: python -m unmasked.experiments.pairs ")


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("one", "one"),
        ("two --code-size 8 --names ada bo --seed 0", "two"),
        ("two --seed 3 --code-size 16", "two --code-size 16 --seed 3"),
        ("one --names gus --counts 5 6 7", "one --names gus --counts 5 6 7"),
        ("one --steps 0 --ship", "one --steps 0 --ship"),
        ("one --folder x --workers 4 --one-seed 2 --fresh", "one"),
    ],
)
def test_only_what_changes_the_result_is_named_and_parses_again(parser, asked, wanted):
    parsed = parser.parse_args(asked.split())
    command = command_of(parser, parsed, positional=["kind"])
    assert command == f"python -m unmasked.experiments.pairs {wanted}"
    assert settings_of(parser.parse_args(wanted.split())) == settings_of(parsed)


def test_what_a_result_does_not_hang_on_is_left_out_on_request(parser):
    parsed = parser.parse_args(["two", "--ship", "--seed", "3"])
    command = command_of(parser, parsed, positional=["kind"], without=["ship"])
    assert command == "python -m unmasked.experiments.pairs two --seed 3"
    settings = settings_of(parsed, without=["ship"])
    assert list(settings) == ["kind", "names", "code_size", "seed", "counts", "steps"]
