"""The greedy solvers against each other, against the naive method, and against brute force."""

import math
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.numerics import greedy_dense
from desktop_al.numerics.certificate import bounds
from desktop_al.numerics.greedy import unit_of
from desktop_al.numerics.greedy_dense import DenseGreedy, all_gains, naive_greedy
from desktop_al.numerics.greedy_sparse import SparseGreedy, edges_of
from desktop_al.numerics.kernel import ONE, edge_kernel
from desktop_al.numerics.similarity import Similarity
from tests.numerics.kernels import optimum, similarity, unit_weights, value


def weights_of(n: int, seed: int) -> NDArray[np.uint32]:
    return np.random.default_rng(seed).integers(1, 300_000, n).astype(np.uint32)


def everyone(n: int) -> NDArray[np.int32]:
    """The graph in which all others are neighbours, (n, n - 1)."""
    table = np.tile(np.arange(n, dtype=np.int32), (n, 1))
    return table[~np.eye(n, dtype=bool)].reshape(n, n - 1)


def sparse(found: Similarity, graph: NDArray[np.int32], weights: NDArray[np.uint32]) -> SparseGreedy:
    values = edge_kernel(found.pool.integers(), graph, found.scale)
    return SparseGreedy(edges_of(graph, values), weights, found.before().similarity)


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 60),
    seed=st.integers(0, 10**6),
    width=st.sampled_from([0.1, 0.5, 1.0, 3.0]),
    labelled=st.integers(0, 3),
    patience=st.sampled_from([0, 1, 1000]),
)
def test_that_lazy_picks_are_naive_picks(n: int, seed: int, width: float, labelled: int, patience: int) -> None:
    found = similarity(n, 3, seed, width, labelled)
    weights, served = weights_of(n, seed), found.before().similarity
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(greedy_dense, "_PATIENCE", patience)
        lazy = DenseGreedy(found.dense(), weights, served)
        lazy.extend(n)
    assert np.array_equal(lazy.indices, naive_greedy(found.dense(), weights, served, n))


@settings(max_examples=40, deadline=None)
@given(n=st.integers(1, 60), seed=st.integers(0, 10**6), held_out=st.integers(0, 20), labelled=st.integers(0, 3))
def test_that_equal_weights_give_the_gains_that_any_weights_do(n: int, seed: int, held_out: int, labelled: int) -> None:
    found = similarity(n, 3, seed, 0.5, labelled)
    weights, served = np.full(n, 65_537, dtype=np.uint32), found.before().similarity
    weights[:held_out] = 0
    lazy = DenseGreedy(found.dense(), weights, served)
    lazy.extend(n)
    assert np.array_equal(lazy.indices, naive_greedy(found.dense(), weights, served, n))
    now = served.astype(np.int64)
    for pick, gain in zip(lazy.indices, lazy.gains, strict=True):
        after = np.maximum(now, found.dense()[pick])
        assert gain == float(((after - now) * weights).sum()) / unit_of(weights)
        now = after


@settings(max_examples=60, deadline=None)
@given(
    kernel=st.integers(2, 12).flatmap(lambda n: st.lists(st.integers(0, 3), min_size=n * n, max_size=n * n)),
    seed=st.integers(0, 9),
)
def test_that_ties_go_to_the_lowest_index(kernel: list[int], seed: int) -> None:
    n = math.isqrt(len(kernel))
    table = np.array(kernel, dtype=np.uint16).reshape(n, n) * 20_000
    table = np.maximum(table, table.T)
    np.fill_diagonal(table, ONE)
    lazy = DenseGreedy(table, unit_weights(n), np.zeros(n, dtype=np.uint16))
    lazy.extend(n)
    assert np.array_equal(lazy.indices, naive_greedy(table, unit_weights(n), np.zeros(n, dtype=np.uint16), n))


@settings(max_examples=40, deadline=None)
@given(n=st.integers(2, 50), seed=st.integers(0, 10**6), labelled=st.integers(0, 3))
def test_that_a_full_graph_gives_the_picks_and_gains_of_the_dense_kernel(n: int, seed: int, labelled: int) -> None:
    found = similarity(n, 3, seed, 0.7, labelled)
    weights = weights_of(n, seed)
    dense = DenseGreedy(found.dense(), weights, found.before().similarity)
    graph = sparse(found, everyone(n), weights)
    dense.extend(n)
    graph.extend(n)
    assert np.array_equal(dense.indices, graph.indices)
    assert np.array_equal(dense.gains, graph.gains)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("labelled", [0, 2])
def test_that_greedy_adds_at_least_1_minus_1_over_e_of_the_best(seed: int, labelled: int) -> None:
    found = similarity(12, 3, seed, 0.6, labelled)
    weights, served = weights_of(12, seed), found.before().similarity
    start = value(found.dense(), weights, served, np.array([], dtype=np.int64))
    best = optimum(found.dense(), weights, served, 4) - start
    for solver in (DenseGreedy(found.dense(), weights, served), sparse(found, everyone(12), weights)):
        solver.extend(4)
        reached = value(found.dense(), weights, served, solver.indices) - start
        assert (1 - 1 / math.e) * best <= reached <= best


@pytest.mark.parametrize("seed", range(12))
def test_that_no_picks_exceed_the_certificate(seed: int) -> None:
    found = similarity(12, 3, seed, 0.6, seed % 3)
    served = found.before().similarity
    order = np.random.default_rng(seed).permutation(12)[:5]
    counts = np.arange(0, 6)
    ones = np.ones(12, dtype=np.uint32)
    best = np.array([optimum(found.dense(), ones, served, int(c)) for c in counts]) / (ONE * 12)
    greedy = DenseGreedy(found.dense(), ones, served)
    greedy.extend(5)
    for ranking in (order, greedy.indices):
        bound = bounds(found, ranking, counts)
        assert np.all(bound >= best - 1e-12)
    # It is worth having: greedy's own is near the best.
    assert bound[3] <= 1.4 * best[3]


@pytest.mark.parametrize("seed", range(8))
def test_that_the_certificate_over_a_graph_of_nearest_neighbours_holds_too(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = similarity(12, 3, seed, 0.6)
    table = found.dense().astype(np.int64)
    np.fill_diagonal(table, -1)
    graph = np.argsort(-table, axis=1, kind="stable")[:, :4].astype(np.int32)
    monkeypatch.setattr(Similarity, "fits", False)
    ones = np.ones(12, dtype=np.uint32)
    best = [optimum(found.dense(), ones, found.before().similarity, c) / (ONE * 12) for c in range(5)]
    assert np.all(bounds(found, np.arange(4), np.arange(5), graph) >= np.array(best) - 1e-12)


def test_that_a_sparse_graph_loses_little() -> None:
    found = similarity(600, 6, 0, 0.5)
    table = found.dense().astype(np.int64)
    np.fill_diagonal(table, -1)
    graph = np.argsort(-table, axis=1)[:, :64].astype(np.int32)
    exact, thin = (
        DenseGreedy(found.dense(), unit_weights(600), found.before().similarity),
        sparse(found, graph, unit_weights(600)),
    )
    exact.extend(50)
    thin.extend(50)
    assert found.coverage(thin.indices) >= 0.98 * found.coverage(exact.indices)


def test_that_extending_in_steps_gives_the_same_as_at_once() -> None:
    found = similarity(100)
    steps, once = (DenseGreedy(found.dense(), unit_weights(100), found.before().similarity) for _ in range(2))
    for count in (1, 2, 7, 7, 40):
        steps.extend(count)
        assert len(steps.indices) == count
    once.extend(40)
    assert np.array_equal(steps.indices, once.indices)
    assert np.array_equal(steps.gains, once.gains)


def test_that_gains_fall_and_sum_to_the_coverage() -> None:
    found = similarity(150, labelled=4)
    solver = DenseGreedy(found.dense(), unit_weights(150), found.before().similarity)
    solver.extend(150)
    assert np.all(np.diff(solver.gains) <= 0)
    assert sorted(solver.indices.tolist()) == list(range(150))
    assert solver.gains[:30].sum() == pytest.approx(found.coverage(solver.indices[:30]) - found.before().coverage)


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_that_barred_samples_are_never_picked(kind: str) -> None:
    found = similarity(30)
    barred = np.zeros(30, dtype=bool)
    barred[::2] = True
    served = found.before().similarity
    values = edge_kernel(found.pool.integers(), everyone(30), found.scale)
    solver: DenseGreedy | SparseGreedy = (
        DenseGreedy(found.dense(), unit_weights(30), served, barred)
        if kind == "dense"
        else SparseGreedy(edges_of(everyone(30), values), unit_weights(30), served, barred)
    )
    solver.extend(30)
    assert sorted(solver.indices.tolist()) == list(range(1, 30, 2))


def test_that_ranking_hears_a_cancel() -> None:
    found = similarity(200)
    ctx = Context()
    ctx.cancel()
    solver = DenseGreedy(found.dense(), unit_weights(200), found.before().similarity)
    with pytest.raises(CancelledError):
        solver.extend(100, ctx)


def test_that_two_threads_rank_at_once_and_alike() -> None:
    found = similarity(400)
    kernel, served = found.dense(), found.before().similarity
    solvers = [DenseGreedy(kernel, unit_weights(400), served) for _ in range(2)]
    threads = [threading.Thread(target=solver.extend, args=(200,)) for solver in solvers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert np.array_equal(solvers[0].indices, solvers[1].indices)


@pytest.mark.parametrize("levels", [2, 50_000])
def test_that_sparse_picks_are_naive_picks_over_many_segments(levels: int) -> None:
    n, k = 1200, 6
    rng = np.random.default_rng(levels)
    offsets = rng.permuted(np.tile(np.arange(1, n), (n, 1)), axis=1)[:, :k]
    graph = ((np.arange(n)[:, None] + offsets) % n).astype(np.int32)
    graph[rng.random((n, k)) < 0.1] = -1
    values = (rng.integers(0, levels, (n, k)) * (ONE // levels)).astype(np.uint16)
    weights, served = rng.integers(1, 3, n).astype(np.uint32), np.zeros(n, dtype=np.uint16)
    solver = SparseGreedy(edges_of(graph, values), weights, served)
    solver.extend(n)
    table = np.zeros((n, n))
    np.fill_diagonal(table, ONE)
    for row, (others, near) in enumerate(zip(graph, values, strict=True)):
        np.maximum.at(table[:, row], others[others >= 0], near[others >= 0])
    now, free = np.zeros(n), np.ones(n, dtype=bool)
    for pick in solver.indices[:60].tolist():
        gains = np.maximum(table - now, 0) @ weights.astype(np.float64)
        assert pick == int(np.where(free, gains, -1).argmax())
        free[pick] = False
        now = np.maximum(now, table[pick])


@pytest.mark.parametrize("most", [1, 7, 65535])
@pytest.mark.parametrize("alike", [True, False])
def test_that_gains_are_the_weighted_rises_of_every_sample(alike: bool, most: int) -> None:
    rng, n = np.random.default_rng(most), 2**16 + 9
    kernel = rng.integers(0, 65536, (3, n), dtype=np.uint16)
    kernel[0] = 65535
    served = rng.integers(0, most + 1, n).astype(np.uint16)
    weights = np.full(n, 65536, np.uint32) if alike else rng.integers(0, 2**32, n, dtype=np.uint32)
    found = np.empty(3, dtype=np.uint64)
    all_gains(kernel, weights, served, found)
    rises = np.maximum(kernel.astype(np.int64) - served, 0).astype(object) * weights.astype(object)
    assert found.tolist() == rises.sum(axis=1).tolist()


@pytest.mark.parametrize("n", [5, 6, 7, 8, 41])
def test_that_rows_taken_four_at_a_time_leave_the_gains_that_computing_anew_gives(n: int) -> None:
    table = np.random.default_rng(n).integers(0, 65536, (n, n), dtype=np.uint16)
    kernel = np.maximum(table, table.T)
    np.fill_diagonal(kernel, 65535)
    weights, served = unit_weights(n), np.zeros(n, dtype=np.uint16)
    greedy = DenseGreedy(kernel, weights, served)
    greedy.extend(n)
    assert np.array_equal(greedy.indices, naive_greedy(kernel, weights, served, n))
