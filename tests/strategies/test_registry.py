"""The registry of strategies, and counts as people write them."""

import pytest

from desktop_al.domain.errors import SelectionError
from desktop_al.strategies.count import parse_count
from desktop_al.strategies.registry import strategies, strategy


def test_that_auto_is_the_default_strategy() -> None:
    assert strategy("auto") is strategies()[0] is strategy("coverage")


def test_that_an_unknown_strategy_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SelectionError, match="auto, coverage, k-center, random"):
        strategy("guess")


def test_that_names_are_unique() -> None:
    names = [known.name for known in strategies()]
    assert len(set(names)) == len(names)


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
