"""Far edges: who gets which, and what they are good for."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics import far_edges
from desktop_al.numerics import similarity as similarities
from desktop_al.numerics.bandwidth import cold_bandwidth
from desktop_al.numerics.far_edges import FAR_LIMIT, LED_LIMIT, far_levels, local_leaders, needs_led
from desktop_al.numerics.greedy_dense import DenseGreedy
from desktop_al.numerics.greedy_sparse import Edges, SparseGreedy
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import ONE
from desktop_al.numerics.similarity import Similarity
from scripts.bench_parts.selection_pool import write_pool
from tests.jobs.pools import clusters
from tests.numerics.kernels import NONE, unit_weights


def pool(n: int = 3000, bandwidth: float = 0.9) -> tuple[Similarity, NDArray[np.int32]]:
    """A pool of wide clusters, with the 24 nearest of each sample."""
    vectors = GridVectors(clusters((n // 30,) * 30, dim=24, spread=0.9))
    found = Similarity(vectors, vectors.subset(NONE), bandwidth)
    return found, nearest(found, 24)


def nearest(found: Similarity, count: int) -> NDArray[np.int32]:
    """The most similar others of each sample, equals by position."""
    table = found.dense().astype(np.int64)
    np.fill_diagonal(table, -1)
    return np.argsort(-table, axis=1, kind="stable")[:, :count].astype(np.int32)


def served_by(edges: Edges) -> NDArray[np.int64]:
    """What each sample serves of those that have it as a neighbour, and of itself."""
    total = np.full(len(edges.indices), ONE, dtype=np.int64)
    np.add.at(total, edges.indices, edges.values.astype(np.int64))
    return total


def far(found: Similarity, graph: NDArray[np.int32], count: int | None) -> Edges:
    return found.far_edges(graph, count)


def test_that_levels_reach_as_far_as_a_pick_and_no_farther() -> None:
    assert far_levels(30_000, 64, 1200) == ()
    assert far_levels(30_000, 64, 500) == (3750,)
    assert far_levels(30_000, 64, 100) == (3750, 937, 234)
    assert far_levels(30_000, 64, None) == (3750, 937, 234, 58)
    assert far_levels(FAR_LIMIT + 1, 64, 10) == ()
    assert far_levels(65, 64, 1) == ()
    assert far_levels(100, 64, 1) == (12,)


def test_that_those_come_first_that_lead_their_neighbours_with_equals_by_position() -> None:
    gains = np.array([5, 9, 9, 1, 7])
    neighbours = np.array([[1, 2], [0, 2], [1, -1], [4, -1], [0, 3]], dtype=np.int32)
    assert local_leaders(gains, neighbours).tolist() == [1, 4, 2, 0, 3]


def test_that_far_edges_lead_to_the_nearest_candidates_of_each_level() -> None:
    found, graph = pool(600)
    edges, near = far(found, graph, None), found.edges(graph)
    order, dense = local_leaders(served_by(near), graph), found.dense()
    assert np.array_equal(edges.indices[:, :24], near.indices)
    assert np.array_equal(edges.values[:, :24], near.values)
    for row in range(0, 600, 7):
        known, expected = {row, *graph[row].tolist()}, []
        for size in far_levels(600, 24, None):
            ranked = sorted(np.sort(order[:size]).tolist(), key=lambda other: (-int(dense[row, other]), other))
            expected += [other for other in ranked[:32] if other not in known and dense[row, other] > 0]
            known |= set(expected)
        mine = edges.indices[row, 24:]
        assert mine[mine >= 0].tolist() == expected
        assert np.array_equal(edges.values[row, 24:][mine >= 0], dense[row, expected])


@pytest.mark.parametrize("count", [10, 30])
def test_that_a_graph_with_far_edges_is_worth_what_the_dense_kernel_is_and_one_without_is_not(
    count: int, tmp_path: Path
) -> None:
    write_pool(tmp_path / "vectors.npy", 2500, 64)
    vectors = GridVectors(np.load(tmp_path / "vectors.npy"))
    found = Similarity(vectors, vectors.subset(NONE), cold_bandwidth(vectors, count))
    graph = nearest(found, 24)
    weights, nothing = unit_weights(len(found)), np.zeros(len(found), dtype=np.uint16)
    dense = DenseGreedy(found.dense(), weights, nothing)
    graphs = [SparseGreedy(edges, weights, nothing) for edges in (far(found, graph, count), found.edges(graph))]
    for solver in (dense, *graphs):
        solver.extend(count)
    with_far, without = (found.coverage(solver.indices) / found.coverage(dense.indices) for solver in graphs)
    assert without < 0.99 < with_far


def test_that_measured_and_known_similarities_give_the_same_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, graph = pool(600)
    monkeypatch.setattr(similarities, "DENSE_LIMIT", 0)
    measured = Similarity(kept.pool, kept.references, kept.bandwidth)
    kept.edges(graph)
    first, second = kept.far_edges(graph, 4), measured.far_edges(graph, 4)
    assert np.array_equal(first.indices, second.indices)
    assert np.array_equal(first.values, second.values)


def test_that_no_more_are_sought_where_neighbours_do(monkeypatch: pytest.MonkeyPatch) -> None:
    found, graph = pool(600)
    monkeypatch.setattr(far_edges, "Servers", lambda *_: 1 / 0)
    assert found.far_edges(graph, 200) is found.edges(graph)


def test_that_larger_pools_are_led_where_a_pick_stands_for_more_than_its_neighbours() -> None:
    assert needs_led(FAR_LIMIT + 1, 64, 1000)
    assert needs_led(LED_LIMIT, 64, None)
    assert not needs_led(FAR_LIMIT, 64, 100)
    assert not needs_led(LED_LIMIT + 1, 64, 100)
    assert not needs_led(FAR_LIMIT + 1, 64, 2000)


def test_that_the_graph_leads_to_candidates_around_the_nearest_and_on_from_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, graph = pool(600)
    monkeypatch.setattr(far_edges, "FAR_LIMIT", 0)
    edges, near = far(found, graph, None), found.edges(graph)
    order, dense = local_leaders(served_by(near), graph), found.dense()
    known = [row.tolist() for row in graph]
    through = [row[:8] for row in known]
    for share in (16, 64):
        candidates, fresh = set(order[: 600 // share].tolist()), []
        for row in range(600):
            ahead = dict.fromkeys(other for by in through[row] for other in known[by] if other in candidates)
            fresh.append([other for other in ahead if other not in (row, *known[row])][:8])
        known, through = [[*old, *new] for old, new in zip(known, fresh, strict=True)], fresh
    assert sum(map(len, known)) > 600 * 24
    for row, expected in enumerate(known):
        there = edges.indices[row] >= 0
        assert edges.indices[row][there].tolist() == expected
        assert np.array_equal(edges.values[row][there], dense[row, expected])


def test_that_being_led_wins_back_most_of_what_neighbours_alone_lose(monkeypatch: pytest.MonkeyPatch) -> None:
    found, graph = pool(3000, 1.2)
    monkeypatch.setattr(far_edges, "FAR_LIMIT", 0)
    weights, nothing = unit_weights(3000), np.zeros(3000, dtype=np.uint16)
    whole = DenseGreedy(found.dense(), weights, nothing)
    alone = SparseGreedy(found.edges(graph), weights, nothing)
    led = SparseGreedy(far(found, graph, 30), weights, nothing)
    for solver in (whole, alone, led):
        solver.extend(30)
    best, least, reached = (found.coverage(solver.indices) for solver in (whole, alone, led))
    assert reached > least + 0.5 * (best - least)
