"""The documentation names every verb, option, format and setting, and nothing that does not exist."""

import argparse
import re
from pathlib import Path

import pytest

from desktop_al.cli.parser import VERBS, build_parser
from desktop_al.exchange.registry import PARSERS, WRITERS
from desktop_al.settings import TABLE

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def sections() -> dict[str, str]:
    """The text below each heading of the second level."""
    parts = re.split(r"^## (.+)$", TEXT, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def verb_parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of each verb."""
    (action,) = [known for known in build_parser()._actions if isinstance(known, argparse._SubParsersAction)]
    return dict(action.choices)


COMMON = {"-h", "--help", "--json", "--debug"}


def options(parser: argparse.ArgumentParser) -> set[str]:
    """The option strings of ``parser``."""
    return {option for action in parser._actions for option in action.option_strings}


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_that_every_verb_and_option_is_documented(verb: str) -> None:
    text = sections()[verb]
    assert f"desktop-al {verb}" in text
    for option in options(verb_parsers()[verb]) - COMMON:
        assert re.search(rf"{option}\b", text), f"{option} of {verb} is not documented"


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_that_every_option_has_help(verb: str) -> None:
    for action in verb_parsers()[verb]._actions:
        assert action.help, action


def test_that_common_options_are_documented() -> None:
    head = TEXT.partition("## ")[0]
    assert all(f"`{option}`" in head for option in COMMON)


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_that_no_option_is_documented_that_does_not_exist(verb: str) -> None:
    assert set(re.findall(r"--[a-z][a-z-]*", sections()[verb])) <= options(verb_parsers()[verb])


def test_that_every_format_and_setting_is_documented() -> None:
    found = sections()
    assert all(f"| `{name}` |" in found["export"] for name in WRITERS)
    assert all(f"| `{name}` |" in found["import-labels"] for name in PARSERS)
    for setting in TABLE:
        assert f"| `{setting.name}` |" in found["Settings"]
        assert f"{setting.description} | {setting.range} |" in found["Settings"]
