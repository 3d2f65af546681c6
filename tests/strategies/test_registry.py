"""The registry of strategies, and counts as people write them."""

from importlib import import_module
from pathlib import Path

import pytest

from desktop_al.domain.errors import SelectionError
from desktop_al.strategies.count import parse_count
from desktop_al.strategies.registry import AUTO, strategies, strategy
from tests.strategies.conformance import Conformance


def test_that_auto_is_the_default_strategy() -> None:
    assert strategies()[0].name == AUTO == "auto"


def test_that_an_unknown_strategy_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SelectionError, match="choose one of auto, coverage, ") as caught:
        strategy("guess")
    for known in strategies():
        assert f" {known.name}" in str(caught.value)


def test_that_names_are_unique() -> None:
    names = [known.name for known in strategies()]
    assert len(set(names)) == len(names)


def test_that_every_strategy_is_held_to_the_suite() -> None:
    modules = [import_module(f"tests.strategies.{file.stem}") for file in Path(__file__).parent.glob("test_*.py")]
    suites = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    held = {suite.name for suite in suites if issubclass(suite, Conformance) and suite is not Conformance}
    assert held == {known.name for known in strategies()}


@pytest.mark.parametrize(
    ("count", "pool", "wanted"),
    [
        ("auto", 50, None),
        (" Auto ", 50, None),
        ("12", 50, 12),
        (12, 50, 12),
        ("5%", 1000, 50),
        ("5 %", 1000, 50),
        ("0.1%", 50, 1),
        ("7%", 100, 7),
        ("33.4%", 10, 4),
        ("100%", 50, 50),
        ("500", 50, 500),
    ],
)
def test_that_a_count_is_understood(count: str | int, pool: int, wanted: int | None) -> None:
    assert parse_count(count, pool) == wanted


@pytest.mark.parametrize("count", ["", "many", "-3", "1.5", "5%%", "101%", "1e3", "0", "0%", "٣%x"])
def test_that_another_count_is_refused_in_one_sentence(count: str) -> None:
    with pytest.raises(SelectionError, match="count") as caught:
        parse_count(count, 50)
    assert "\n" not in str(caught.value)
