"""The engine: pins, the random slice, limits, and replay."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_al.domain.errors import SelectionError
from desktop_al.numerics.grid import GridVectors
from desktop_al.strategies.base import Balance, Limits
from desktop_al.strategies.coverage import Coverage
from desktop_al.strategies.engine import Ranking, Request, rank, rank_again
from desktop_al.strategies.k_center import KCenter
from desktop_al.strategies.mixed import ORIGINS
from desktop_al.strategies.random import Random
from tests.numerics.kernels import vectors

N, LABELLED = 90, 4
BARRED = np.arange(N) % 9 == 0
GROUPS = (np.arange(N) // 6).astype(np.int32)
LIMITS = Limits(BARRED, GROUPS, np.full(15, 4), 0.1)
STRATA = (np.arange(N) % 3 - 1).astype(np.int32)
BALANCE = Balance(STRATA, np.array([3, 1]), np.ones(2), np.full(2, 0.5), 0.05)


def selected(strategy: Coverage | KCenter | Random = Coverage(), **kwargs: Any) -> Ranking:  # noqa: B008
    matrix = vectors(N + LABELLED, 6)
    pool, references = GridVectors(matrix, np.arange(N)), GridVectors(matrix, np.arange(N, N + LABELLED))
    return rank(strategy, pool, references, Request(**kwargs))


def origin(name: str, ranking: Ranking) -> list[int]:
    """The ranks whose picks come from ``name``."""
    return np.flatnonzero(ranking.origins == ORIGINS.index(name)).tolist()


def test_that_pins_come_first_and_are_told_from_the_rest() -> None:
    ranking = selected(count=10, pins=(40, 7, 40))
    assert ranking.order[:2].tolist() == [40, 7]
    assert origin("pin", ranking) == [0, 1]
    assert ranking.count == 10
    assert len(set(ranking.order.tolist())) == len(ranking.order)


def test_that_an_automatic_count_rises_to_hold_the_pins() -> None:
    pins = tuple(range(70))
    ranking = selected(pins=pins)
    assert ranking.count >= 70
    assert ranking.order[:70].tolist() == list(pins)


@pytest.mark.parametrize("strategy", [Coverage(), KCenter(), Random()], ids=lambda strategy: strategy.name)
def test_that_every_tenth_pick_is_drawn_at_random(strategy: Coverage | KCenter | Random) -> None:
    ranking = selected(strategy, count=40, random_share=0.1, pins=(3,))
    first = origin("random", ranking)[0]
    assert first < 11
    assert origin("random", ranking) == list(range(first, len(ranking.order), 10))
    assert not np.array_equal(ranking.order, selected(strategy, count=40, pins=(3,)).order)


def test_that_random_picks_are_drawn_uniformly_from_what_may_be_picked() -> None:
    drawn = np.concatenate(
        [
            selected(count=1, random_share=1.0, seed=seed, limits=Limits(BARRED), judged=False).order
            for seed in range(2000)
        ]
    )
    counts = np.bincount(drawn, minlength=N)
    assert (counts[BARRED] == 0).all()
    expected = 2000 / (~BARRED).sum()
    assert np.abs(counts[~BARRED] - expected).max() < 5 * np.sqrt(expected)


def test_that_a_seed_moves_only_the_random_picks_of_an_empty_share() -> None:
    assert np.array_equal(selected(count=20, seed=1).order, selected(count=20, seed=2).order)
    first, second = (selected(count=20, seed=seed, random_share=0.05) for seed in (1, 2))
    (at,) = origin("random", first)[:1]
    assert at < 20
    assert np.array_equal(first.order[:at], second.order[:at])
    assert first.order[at] != second.order[at]


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 1000),
    share=st.sampled_from([0.0, 0.05, 0.3, 0.5, 1.0]),
    pins=st.lists(st.integers(0, N - 1).filter(lambda i: i % 9), max_size=5),
    limited=st.booleans(),
)
def test_that_all_of_a_ranking_comes_out_again_and_shorter_ones_begin_it(
    seed: int, share: float, pins: list[int], limited: bool
) -> None:
    matrix = vectors(N + LABELLED, 6)
    pool, references = GridVectors(matrix, np.arange(N)), GridVectors(matrix, np.arange(N, N + LABELLED))
    request = Request(
        count=20,
        seed=seed,
        pins=tuple(pins),
        random_share=share,
        limits=LIMITS if limited else Limits(),
        balance=BALANCE if limited else None,
        scores=0.01 * np.arange(N) / N,
        judged=False,
    )
    whole = rank_again(Coverage(), pool, references, request, N)
    again = rank_again(Coverage(), pool, references, request, N)
    short = rank(Coverage(), pool, references, request)
    for found in (again.order, short.order):
        assert np.array_equal(found, whole.order[: len(found)])
    assert np.array_equal(again.gains, whole.gains)
    assert np.array_equal(again.origins, whole.origins)
    assert np.array_equal(short.gains, whole.gains[: short.count])
    assert np.array_equal(short.origins, whole.origins[: short.count])
    assert short.count == 20


@pytest.mark.parametrize("strategy", [Coverage(), KCenter(), Random()], ids=lambda strategy: strategy.name)
@pytest.mark.parametrize("count", ["auto", 30, 80])
def test_that_a_judged_batch_keeps_its_limits(strategy: Coverage | KCenter | Random, count: str | int) -> None:
    ranking = selected(strategy, count=count, limits=LIMITS, balance=BALANCE, random_share=0.1)
    head = ranking.order[: ranking.count]
    assert not BARRED[head].any()
    assert np.bincount(GROUPS[head], minlength=15).max() <= 4
    assert ranking.verdict.coverage["before"] < ranking.verdict.coverage["after"] <= ranking.verdict.certificate
    if count == 80:
        assert ranking.count == len(ranking.order) < 80


def test_that_the_certificate_knows_of_no_limits() -> None:
    free, bound = selected(count=20), selected(count=20, limits=LIMITS, balance=BALANCE)
    assert bound.verdict.certificate == free.verdict.certificate
    assert bound.verdict.coverage["after"] <= free.verdict.coverage["after"]


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"pins": (9,), "limits": Limits(BARRED)}, "row 9 "),
        ({"pins": (N,)}, "cannot be picked"),
        ({"pins": (1, 2, 3), "count": 2}, "3 images are pinned and the batch is to have 2:"),
        ({"limits": Limits(np.ones(N, dtype=bool))}, "No image may be picked"),
        ({"limits": Limits(minimum_distance=2.0)}, "No image may be picked"),
        ({"limits": Limits(minimum_distance=-1.0)}, "between 0 and 2"),
        ({"limits": Limits(minimum_distance=float("nan"))}, "between 0 and 2"),
        ({"limits": Limits(np.zeros(3, dtype=bool))}, "each of the 90 images"),
        ({"limits": Limits(groups=GROUPS)}, "how many of its images"),
        ({"limits": Limits(groups=GROUPS, room=np.ones(3, dtype=np.int64))}, "how many of its images"),
        ({"random_share": 1.5}, "between 0 and 1"),
        ({"scores": np.full(N, np.nan)}, "Priorities must be"),
        ({"scores": np.full(N, -1.0)}, "Priorities must be"),
        ({"scores": np.ones(3)}, "Priorities must be"),
        ({"weights": np.zeros(N)}, "Weights must be"),
        ({"balance": Balance(STRATA, np.zeros(2, np.int64), np.zeros(2), np.ones(2), 1.0)}, "target above 0"),
        ({"balance": Balance(STRATA[:3], np.zeros(2, np.int64), np.ones(2), np.ones(2), 1.0)}, "Strata must be"),
        ({"balance": Balance(STRATA, np.zeros(2, np.int64), np.ones(2), np.ones(2), -1.0)}, "weight of the balance"),
    ],
)
def test_that_what_does_not_fit_is_refused_in_one_sentence(kwargs: dict[str, Any], words: str) -> None:
    with pytest.raises(SelectionError, match=words) as caught:
        selected(**kwargs)
    assert "\n" not in str(caught.value)
