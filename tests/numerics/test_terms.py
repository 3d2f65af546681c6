"""Scores and balance beside coverage: the solvers agree with the naive method and keep their guarantee."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.numerics import greedy_dense
from desktop_al.numerics.greedy import unit_of
from desktop_al.numerics.greedy_dense import DenseGreedy, naive_greedy
from desktop_al.numerics.greedy_sparse import SparseGreedy, edges_of
from desktop_al.numerics.kernel import edge_kernel
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.terms import Terms, balance_steps, logarithm, modular
from tests.numerics.kernels import similarity, value
from tests.numerics.test_greedy import everyone, weights_of


def terms_of(n: int, seed: int, weights: NDArray[np.uint32], balance: float, priority: float) -> Terms:
    """Random scores and three strata, some samples in none."""
    rng = np.random.default_rng(seed)
    unit = unit_of(weights)
    strata = rng.integers(-1, 3, n).astype(np.int32)
    counts, targets = rng.integers(0, 3, 3), rng.uniform(0.2, 3, 3)
    steps, starts = balance_steps(strata, counts, targets, np.full(3, 1 / 3), balance, unit)
    return Terms(modular(priority * rng.random(n), unit), strata, steps, starts)


def total(found: Similarity, weights: NDArray[np.uint32], terms: Terms, picks: NDArray[np.int64]) -> int:
    """The whole objective, less what it was before any pick, in plain integers."""
    served = found.before().similarity
    none = np.zeros(0, dtype=np.int64)
    sum_ = value(found.dense(), weights, served, picks) - value(found.dense(), weights, served, none)
    sum_ += int(terms.scores[picks].sum())
    for stratum, start in enumerate(terms.starts):
        members = int((terms.strata[picks] == stratum).sum())
        sum_ += int(terms.steps[start : start + members].sum())
    return sum_


def solvers_of(
    found: Similarity, weights: NDArray[np.uint32], terms: Terms, barred: NDArray[np.bool_] | None = None
) -> tuple[DenseGreedy, SparseGreedy]:
    n, served = len(weights), found.before().similarity
    graph = everyone(n)
    edges = edges_of(graph, edge_kernel(found.pool.integers(), graph, found.scale))
    return DenseGreedy(found.dense(), weights, served, barred, terms), SparseGreedy(
        edges, weights, served, barred, terms
    )


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 50),
    seed=st.integers(0, 10**6),
    balance=st.sampled_from([0.0, 0.05, 1.0]),
    priority=st.sampled_from([0.0, 0.01, 0.5]),
    labelled=st.integers(0, 3),
    patience=st.sampled_from([0, 1, 1000]),
)
def test_that_dense_sparse_and_naive_pick_alike_with_all_terms(
    n: int, seed: int, balance: float, priority: float, labelled: int, patience: int
) -> None:
    found = similarity(n, 3, seed, 0.7, labelled)
    weights = weights_of(n, seed)
    terms = terms_of(n, seed, weights, balance, priority)
    expected = naive_greedy(found.dense(), weights, found.before().similarity, n, terms)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(greedy_dense, "_PATIENCE", patience)
        dense, sparse = solvers_of(found, weights, terms)
    for solver in (dense, sparse):
        solver.extend(n)
        assert np.array_equal(solver.indices, expected)
    assert np.array_equal(dense.gains, sparse.gains)
    assert dense.gains.sum() == pytest.approx(total(found, weights, terms, expected) / unit_of(weights))
    assert np.all(np.diff(dense.gains) <= 0)


@pytest.mark.parametrize("seed", range(10))
def test_that_the_whole_objective_keeps_the_guarantee_of_greedy(seed: int) -> None:
    found = similarity(11, 3, seed, 0.6, seed % 3)
    weights = weights_of(11, seed)
    terms = terms_of(11, seed, weights, 0.3, 0.1)
    best = max(total(found, weights, terms, np.array(picks)) for picks in combinations(range(11), 4))
    for solver in solvers_of(found, weights, terms):
        solver.extend(4)
        reached = total(found, weights, terms, solver.indices)
        assert (1 - 1 / math.e) * best <= reached <= best


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    forced=st.lists(st.integers(0, 29), max_size=5),
    at=st.integers(0, 10),
    patience=st.sampled_from([0, 1, 1000]),
)
def test_that_forcing_closing_and_rewinding_are_alike_in_both_solvers(
    seed: int, forced: list[int], at: int, patience: int
) -> None:
    found, weights = similarity(30, 3, seed, 0.7, 1), weights_of(30, seed)
    terms = terms_of(30, seed, weights, 0.2, 0.05)
    closed = np.unique(np.random.default_rng(seed).integers(0, 30, 4))
    ran = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(greedy_dense, "_PATIENCE", patience)
        solvers = solvers_of(found, weights, terms)
    for solver in solvers:
        solver.extend(at)
        mark = solver.mark()
        begun = solver.indices.copy()
        for position in forced:
            solver.force(position)
        solver.close(closed)
        solver.extend(30)
        first = (solver.indices.copy(), solver.gains.copy())
        assert set(closed.tolist()).isdisjoint(set(first[0].tolist()) - set(forced) - set(begun.tolist()))
        solver.rewind(mark)
        assert np.array_equal(solver.indices, begun)
        for position in forced:
            solver.force(position)
        solver.close(closed)
        solver.extend(30)
        assert np.array_equal(solver.indices, first[0])
        assert np.array_equal(solver.gains, first[1])
        ran.append(first)
    assert np.array_equal(ran[0][0], ran[1][0])
    assert np.array_equal(ran[0][1], ran[1][1])


def test_that_best_is_what_is_picked_next() -> None:
    found, weights = similarity(40, 3, 0, 0.7), weights_of(40, 0)
    terms = terms_of(40, 0, weights, 0.2, 0.05)
    for asked, once in zip(solvers_of(found, weights, terms), solvers_of(found, weights, terms), strict=True):
        once.extend(40)
        for expected in once.indices.tolist():
            assert asked.best() == expected
            asked.force(expected)
        assert asked.best() == -1
        assert np.array_equal(asked.gains, once.gains)


def test_that_balance_gains_fall_and_sum_to_the_balance() -> None:
    strata = np.array([0] * 7 + [1] * 3 + [-1] * 4, dtype=np.int32)
    counts, targets, shares = np.array([2, 0]), np.array([0.5, 4.0]), np.array([0.3, 0.7])
    steps, starts = balance_steps(strata, counts, targets, shares, 0.1, 1e12)
    for c, members in enumerate((7, 3)):
        gains = steps[starts[c] : starts[c] + members]
        assert np.all(np.diff(gains) <= 0)
        expected = 0.1 * shares[c] * math.log((targets[c] + counts[c] + members) / (targets[c] + counts[c]))
        assert gains.sum() / 1e12 == pytest.approx(expected)


@given(st.floats(1e-9, 1e12))
def test_that_the_logarithm_is_one(number: float) -> None:
    assert logarithm(np.array([number]))[0] == pytest.approx(math.log(number), rel=1e-13, abs=1e-15)


def test_that_balance_turns_picks_to_the_strata_that_lack() -> None:
    found, weights = similarity(60, 3, 0, 0.7), np.full(60, 65536, dtype=np.uint32)
    strata = (np.arange(60) >= 55).astype(np.int32)
    shares = []
    for weight in (0.0, 1.0):
        steps, starts = balance_steps(strata, np.array([5, 0]), np.ones(2), np.full(2, 0.5), weight, unit_of(weights))
        terms = Terms(np.zeros(0, dtype=np.int64), strata, steps, starts)
        solver = solvers_of(found, weights, terms)[0]
        solver.extend(8)
        shares.append(int((solver.indices >= 55).sum()))
    assert shares[0] < shares[1] == 5
