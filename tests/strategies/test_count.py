"""What a person asks for: counts, shares, and images that each label must stand for."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_al.domain.errors import SelectionError
from desktop_al.numerics.budget import Stop
from desktop_al.numerics.stop import stabilising
from desktop_al.strategies.budget_words import Chosen, note, stop_advice, with_stability
from desktop_al.strategies.count import check_least_images, parse_count


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_that_a_number_is_taken_as_it_is(count: int, pool: int) -> None:
    assert parse_count(count, pool) == parse_count(f" {count} ", pool) == count


@given(st.integers(1, 100), st.integers(1, 10**6))
def test_that_a_share_is_rounded_up(share: int, pool: int) -> None:
    assert parse_count(f"{share}%", pool) == parse_count(f"{share} %", pool) == -(-share * pool // 100)


def test_that_small_shares_do_not_suffer_from_binary_fractions() -> None:
    assert parse_count("0.1%", 1000) == 1
    assert parse_count("0.1%", 1001) == 2
    assert parse_count("7%", 100) == 7


@pytest.mark.parametrize("text", ["auto", "AUTO", " Auto "])
def test_that_auto_asks_for_no_number(text: str) -> None:
    assert parse_count(text, 10) is None


@pytest.mark.parametrize("text", ["", "many", "-3", "1.5", "1e3", "5%%", "%", "½", "9" * 5000, "nan", "inf"])
def test_that_what_is_no_count_is_named(text: str) -> None:
    with pytest.raises(SelectionError, match="count must be") as caught:
        parse_count(text, 100)
    assert f"“{text}”" in str(caught.value)


@pytest.mark.parametrize("text", [0, "0", "0%", "000"])
def test_that_a_count_of_zero_has_its_own_sentence(text: str | int) -> None:
    with pytest.raises(SelectionError, match="at least one image"):
        parse_count(text, 100)


def test_that_more_than_the_whole_is_refused_as_a_share_and_taken_as_a_number() -> None:
    with pytest.raises(SelectionError, match="more than 100%"):
        parse_count("101%", 100)
    assert parse_count("101", 100) == 101


@pytest.mark.parametrize("least", [-0.1, math.nan, math.inf, -math.inf])
def test_that_a_label_cannot_stand_for_such_a_number_of_images(least: float) -> None:
    with pytest.raises(SelectionError, match="0 or more"):
        check_least_images(least)


def test_that_every_budget_is_told_in_one_sentence() -> None:
    found = Stop(120, 90, 150)
    cases = [
        (Chosen(120, None, 5000, 5000, found), "From 120 picks on, 10 %"),
        (Chosen(1, None, 50, 50, Stop(1, 1, 1)), "From 1 pick on, 10 %"),
        (Chosen(200, None, 5000, 5000, found), "120 would do by coverage; 200 are picked"),
        (Chosen(300, None, 600, 300, Stop(300, 300, 300)), "No image stands for others"),
        (Chosen(40, None, 5000, 5000, Stop(40, 35, 44), 3), "fewer than 3 images"),
        (Chosen(1, None, 50, 50, Stop(1, 1, 1), 51), "No label can stand for 51 images"),
        (Chosen(50, 60, 50, 50, found), "the pool holds 50"),
        (Chosen(40, 60, 500, 500, found), "leave no more than 40"),
        (Chosen(40, 600, 500, 500, found), "600 images were asked for, and the limits leave no more than 40"),
        (Chosen(60, 60, 500, 500, None), "more would still buy coverage"),
        (Chosen(1, 1, 500, 500, None), "1 image was asked for; more would"),
        (Chosen(60, 60, 500, 500, Stop(12, 9, 14)), "by coverage alone 12 would do"),
        (Chosen(1, 1, 500, 500, found), "1 image was asked for; by coverage alone 120 would do"),
        (Chosen(8, None, 500, 500, found, ended=True), "By coverage 120 would do, and the limits leave no more than 8"),
        (Chosen(1, None, 50, 50, Stop(1, 1, 1), 1_000_000), "stand for 1,000,000 images"),
        (Chosen(40, None, 5000, 5000, Stop(40, 35, 44), 0.5), "fewer than 0.5 images"),
    ]
    for chosen, words in cases:
        assert words in note(chosen)
        assert note(chosen).count(". ") == 0


def test_that_stopping_is_advised_only_where_rule_and_next_batch_agree() -> None:
    found = Stop(100, 90, 110)
    assert stop_advice(100, found, 0.004) == (
        "This batch can be the last: another 100 labels would buy less than 1 % more coverage of unseen images."
    )
    assert "last: another label would buy" in str(stop_advice(1, Stop(1, 1, 1), 0.0))
    assert stop_advice(99, found, 0.004) is None
    assert stop_advice(100, found, 0.01) is None
    assert stop_advice(100, found, None) is None
    assert stop_advice(100, None, 0.0) is None


def test_that_settled_predictions_are_the_second_opinion_from_the_third_round_on() -> None:
    budget = {"second_opinion": 70, "second_opinion_rule": "delta coverage", "count": 9}
    same, other = [0, 1, 2, 1, 0, 2], [0, 1, 2, 2, 1, 0]
    a, b = np.array(same), np.array(other)
    assert with_stability(budget, stabilising([a, a])) == budget
    settled = with_stability(budget, stabilising([a, a, a]))
    assert settled == {**budget, "second_opinion": 0, "second_opinion_rule": "stable predictions", "kappa": 1.0}
    assert with_stability(budget, stabilising([a, b, a]))["second_opinion"] is None
