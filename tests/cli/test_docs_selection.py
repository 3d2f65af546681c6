"""The guide to selection names every strategy with what it needs, every option with its default, and every preset."""

import re
from pathlib import Path

from desktop_al.jobs.catalogue import presets, strategy_infos
from tests.cli.test_docs import options, verb_parsers

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "selection.md").read_text(encoding="utf-8")


def rows(section: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    part = TEXT.partition(f"## {section}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_that_every_strategy_is_described_with_what_it_needs() -> None:
    told = {row[0].strip("`"): set(filter(None, row[2].split(", "))) for row in rows("Strategies")}
    assert told == {info.name: set(info.needs) for info in strategy_infos()}


def test_that_every_option_is_described_as_the_help_does() -> None:
    told = [tuple(cell.strip("`") for cell in row) for row in rows("Options")]
    known = [
        (info.name, option.name, str(option.default), option.help)
        for info in strategy_infos()
        for option in info.options
    ]
    assert told == known


def test_that_every_preset_is_described() -> None:
    told = [(row[0].strip("`"), row[1].split("`")[1]) for row in rows("Which strategy")]
    assert told == [(preset.key, preset.strategy) for preset in presets()]


def test_that_every_flag_that_is_named_exists() -> None:
    known = options(verb_parsers()["select"])
    named = set(re.findall(r"--[a-z][a-z-]*", TEXT))
    assert named
    assert named <= known
