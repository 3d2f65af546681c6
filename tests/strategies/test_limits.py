"""Limits: what may not be picked is not, and the solvers agree on the rest with a naive method."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.numerics.greedy_dense import all_gains
from desktop_al.numerics.grid import GridVectors, squared_distances
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.base import Balance, Limits, Ranker, StrategyInput, complete
from desktop_al.strategies.coverage import Coverage, integer_weights, terms_of
from desktop_al.strategies.k_center import KCenter
from desktop_al.strategies.random import Random
from tests.numerics.kernels import similarity, vectors
from tests.numerics.test_greedy import everyone

ALL = (Coverage(), KCenter(), Random())


def limits_of(n: int, seed: int, distance: float, cap: int) -> Limits:
    """Random vetoes, groups with ``cap`` rooms (one group full from the start) and a minimum distance."""
    rng = np.random.default_rng([seed, 1])
    groups = rng.integers(-1, 6, n).astype(np.int32)
    return Limits(rng.random(n) < 0.15, groups, np.array([cap, cap, cap, cap, cap, 0]), distance)


def given_of(n: int, seed: int, limits: Limits, labelled: int = 2, terms: bool = True) -> StrategyInput:
    rng = np.random.default_rng([seed, 2])
    balance = Balance(
        rng.integers(-1, 3, n).astype(np.int32), np.array([1, 0, 2]), np.array([0.5, 1.0, 1.0]), np.full(3, 1 / 3), 0.1
    )
    found = similarity(n, 4, seed, 0.8, labelled)
    return StrategyInput(
        found,
        seed,
        weights=rng.uniform(0.1, 3, n),
        options=complete(Coverage(), {}),
        limits=limits,
        balance=balance if terms else None,
        scores=0.02 * rng.random(n) if terms else None,
    )


def near(given: StrategyInput) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which samples are too near to which, (n, n), and to a reference, (n,), by the table of all distances."""
    pool = given.pool.block()
    least = np.float32((given.limits.minimum_distance * given.pool.norm) ** 2)
    nearest = squared_distances(pool, given.references.block()).min(axis=1)
    return squared_distances(pool, pool) < least, nearest < least


def naive(given: StrategyInput, count: int) -> list[int]:
    """Each pick by computing every gain, and asking every limit, afresh."""
    weights, limits = integer_weights(given), given.limits
    terms = terms_of(given, weights)
    kernel, served = given.similarity.dense(), given.similarity.before().similarity.copy()
    table, closed = near(given)
    assert limits.barred is not None
    assert limits.groups is not None
    assert limits.room is not None
    picks: list[int] = []
    found = np.zeros(len(weights), dtype=np.uint64)
    for _ in range(count):
        all_gains(kernel, weights, served, found)
        gains = found.astype(np.int64)
        best = (-1, -1)
        for c in range(len(weights)):
            group, stratum = int(limits.groups[c]), int(terms.strata[c]) if len(terms.strata) else -1
            full = group >= 0 and (limits.groups[picks] == group).sum() >= limits.room[group]
            if c in picks or limits.barred[c] or full or closed[c] or table[c, picks].any():
                continue
            gain = int(gains[c]) + (int(terms.scores[c]) if len(terms.scores) else 0)
            if stratum >= 0:
                gain += int(terms.steps[terms.starts[stratum] + (terms.strata[picks] == stratum).sum()])
            best = max(best, (gain, -c))
        if best[0] < 0:
            break
        picks.append(-best[1])
        served = np.maximum(served, kernel[picks[-1]])
    return picks


def ranked(strategy: Coverage | KCenter | Random, given: StrategyInput, count: int) -> Ranker:
    ranker = strategy.start(given)
    ranker.extend(count)
    return ranker


def thinned(given: StrategyInput, monkeypatch: pytest.MonkeyPatch) -> StrategyInput:
    """The same over a graph of all neighbours."""
    monkeypatch.setattr(Similarity, "fits", False)
    found = given.similarity
    return replace(
        given,
        similarity=Similarity(found.pool, found.references, found.bandwidth),
        neighbours=everyone(len(found.pool)),
    )


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(2, 40),
    seed=st.integers(0, 10**6),
    distance=st.sampled_from([0.0, 0.05, 0.4, 0.9]),
    cap=st.integers(1, 4),
)
def test_that_all_terms_and_limits_give_the_naive_picks_dense_and_sparse(
    n: int, seed: int, distance: float, cap: int
) -> None:
    given_ = given_of(n, seed, limits_of(n, seed, distance, cap))
    expected = naive(given_, n)
    dense = ranked(Coverage(), given_, n)
    with pytest.MonkeyPatch.context() as patch:
        sparse = ranked(Coverage(), thinned(given_, patch), n)
    assert dense.indices.tolist() == expected
    assert sparse.indices.tolist() == expected
    assert np.array_equal(dense.gains, sparse.gains)


@pytest.mark.parametrize("strategy", ALL, ids=lambda strategy: strategy.name)
@pytest.mark.parametrize("seed", range(4))
def test_that_every_strategy_keeps_the_limits(strategy: Coverage | KCenter | Random, seed: int) -> None:
    given_ = replace(given_of(40, seed, limits_of(40, seed, 0.4, 2)), options=complete(strategy, {}))
    ranker = ranked(strategy, given_, 40)
    keeps_limits(given_, ranker.indices)
    # What is left out has a reason: nothing more fits.
    table, closed = near(given_)
    limits = given_.limits
    assert limits.barred is not None
    assert limits.groups is not None
    assert limits.room is not None
    taken = np.bincount(limits.groups[ranker.indices] + 1, minlength=7)[1:]
    for c in np.setdiff1d(np.arange(40), ranker.indices).tolist():
        full = limits.groups[c] >= 0 and taken[limits.groups[c]] >= limits.room[limits.groups[c]]
        assert limits.barred[c] or full or closed[c] or table[c, ranker.indices].any()


def keeps_limits(given_: StrategyInput, picks: NDArray[np.int64]) -> None:
    table, closed = near(given_)
    limits = given_.limits
    assert limits.barred is not None
    assert limits.groups is not None
    assert limits.room is not None
    assert not limits.barred[picks].any()
    assert not closed[picks].any()
    assert table[np.ix_(picks, picks)].sum() == (len(picks) if limits.minimum_distance else 0)
    taken = np.bincount(limits.groups[picks] + 1, minlength=7)[1:]
    assert np.all(taken <= limits.room)


def test_that_a_graph_that_misses_neighbours_still_keeps_the_minimum_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    given_ = thinned(given_of(60, 3, limits_of(60, 3, 0.6, 9), terms=False), monkeypatch)
    others = np.random.default_rng(0).permuted(everyone(60), axis=1)[:, :4]
    ranker = ranked(Coverage(), replace(given_, neighbours=np.ascontiguousarray(others)), 60)
    keeps_limits(given_, ranker.indices)


@pytest.mark.parametrize("dense", [True, False])
def test_that_copies_of_labelled_samples_are_kept_out_by_the_smallest_distance(dense: bool) -> None:
    matrix = np.repeat(vectors(10), 2, axis=0)
    pool, references = GridVectors(matrix, np.arange(0, 20)), GridVectors(matrix, np.arange(0, 3))
    given_ = StrategyInput(Similarity(pool, references, 0.8), 0, limits=Limits(minimum_distance=1e-3))
    if dense:
        given_.similarity.dense()
    assert len(ranked(KCenter(), given_, 20).indices) == 8


@pytest.mark.parametrize("strategy", ALL, ids=lambda strategy: strategy.name)
def test_that_a_forced_sample_is_ranked_whatever_the_limits_and_counts_for_them(
    strategy: Coverage | KCenter | Random,
) -> None:
    given_ = replace(given_of(30, 1, limits_of(30, 1, 0.0, 1)), options=complete(strategy, {}))
    assert given_.limits.barred is not None
    assert given_.limits.groups is not None
    barred = int(np.flatnonzero(given_.limits.barred)[0])
    grouped = int(np.flatnonzero((given_.limits.groups == 2) & ~given_.limits.barred)[0])
    ranker = strategy.start(given_)
    for position in (barred, grouped, grouped):
        ranker.force(position)
    ranker.extend(30)
    assert ranker.indices[:2].tolist() == [barred, grouped]
    assert (given_.limits.groups[ranker.indices[1:]] == 2).sum() == 1
    assert len(set(ranker.indices.tolist())) == len(ranker.indices)
