"""Grid vectors, the kernel, exact coverage and the bandwidth."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError, EmbeddingError
from desktop_al.numerics.bandwidth import bandwidth, cold_bandwidth
from desktop_al.numerics.coverage import serve
from desktop_al.numerics.density import edge_spacing, spacing
from desktop_al.numerics.grid import UNITS, GridVectors, squared_distances
from desktop_al.numerics.kernel import ONE, edge_kernel, factor, full_kernel, inner, kernel, whole_inner, whole_norms
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.terms import fixed_weights
from tests.numerics.kernels import NONE, similarity, vectors


def unit(matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    wide: NDArray[np.float64] = matrix.astype(np.float64)
    scaled: NDArray[np.float64] = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    return scaled


@pytest.mark.parametrize("dim", [1, 2, 512, 1280])
def test_that_inner_products_on_the_grid_do_not_depend_on_the_order_of_summation(dim: int) -> None:
    block = GridVectors(vectors(300, dim)).block()
    whole = block @ block.T
    shuffled = np.random.default_rng(1).permutation(dim)
    assert np.array_equal(whole, block[:, shuffled] @ block[:, shuffled].T)
    assert np.array_equal(whole[:7, :5], block[:7] @ block[:5].T)
    units = (block * UNITS).astype(np.int64)
    assert np.array_equal(whole.astype(np.float64) * UNITS**2, (units @ units.T).astype(np.float64))


def test_that_grid_distances_are_those_of_the_embeddings() -> None:
    matrix = vectors(200, 1280)
    grid = GridVectors(matrix)
    found = np.sqrt(np.maximum(squared_distances(grid.block(), grid.block()), 0)) / grid.norm
    true = np.sqrt(np.maximum(2 - 2 * unit(matrix) @ unit(matrix).T, 0))
    assert np.abs(found - true)[~np.eye(200, dtype=bool)].max() < 1e-3


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_that_scale_and_dtype_do_not_matter(dtype: type) -> None:
    matrix: NDArray[Any] = np.round(vectors(50) * 64).astype(dtype)
    assert np.array_equal(GridVectors(matrix).integers(), GridVectors(matrix.astype(np.float64) * 3).integers())


@pytest.mark.parametrize(("bad", "words"), [(np.nan, "not finite"), (np.inf, "not finite"), (0.0, "is zero")])
def test_that_a_vector_that_is_not_one_is_named(bad: float, words: str) -> None:
    matrix = vectors(9)
    matrix[5] = bad
    with pytest.raises(EmbeddingError, match=f"row 5 .*{words}"):
        GridVectors(matrix).block()


def test_that_vectors_of_no_dimension_are_refused() -> None:
    with pytest.raises(EmbeddingError, match="shape"):
        GridVectors(np.zeros((3, 0), dtype=np.float32))
    with pytest.raises(EmbeddingError, match="shape"):
        GridVectors(np.zeros(3, dtype=np.float32))


@pytest.mark.parametrize("width", [0.2, 0.8, 1.5])
def test_that_the_kernel_is_the_gaussian_of_the_distance(width: float) -> None:
    matrix = vectors(120, 64)
    grid = GridVectors(matrix)
    found = kernel(grid.block(), grid.block(), factor(width, grid.norm)) / ONE
    true = np.exp(-np.maximum(2 - 2 * unit(matrix) @ unit(matrix).T, 0) / width**2)
    assert np.abs(found - true).max() < 2e-3
    assert np.all(np.diag(found) == 1)


@pytest.mark.parametrize(("n", "dim"), [(1, 1), (15, 7), (17, 8), (150, 8), (256, 33), (1041, 5)])
def test_that_the_full_kernel_is_the_kernel_of_all_pairs(n: int, dim: int) -> None:
    grid = GridVectors(vectors(n, dim))
    scale = factor(0.7, grid.norm)
    assert np.array_equal(full_kernel(grid, scale), kernel(grid.block(), grid.block(), scale))


def test_that_the_full_kernel_hears_a_cancel_and_tells_its_progress() -> None:
    grid = GridVectors(vectors(600))
    seen: list[tuple[str, int]] = []
    ctx = Context(on_progress=lambda progress: seen.append((progress.stage, progress.done)))
    full_kernel(grid, factor(0.7, grid.norm), ctx)
    assert seen[-1] == ("Comparing images", 600)
    ctx.cancel()
    with pytest.raises(CancelledError):
        full_kernel(grid, factor(0.7, grid.norm), ctx)


def test_that_the_kernel_along_edges_equals_that_of_pairs_bit_for_bit() -> None:
    grid = GridVectors(vectors(80, 48))
    scale = factor(0.7, grid.norm)
    indices = np.random.default_rng(0).integers(-1, 80, size=(80, 6)).astype(np.int32)
    dense = full_kernel(grid, scale)
    expected = np.where(indices >= 0, np.take_along_axis(dense, np.maximum(indices, 0), axis=1), 0)
    assert np.array_equal(edge_kernel(grid.integers(), indices, scale), expected)


def test_that_serving_is_the_largest_similarity_and_the_first_that_has_it() -> None:
    found = similarity(500, labelled=0)
    members = np.array([7, 300, 7, 12])
    served = serve(found.pool, found.pool.subset(members), found.scale)
    table = found.dense()[:, members]
    assert np.array_equal(served.similarity, table.max(axis=1))
    assert np.array_equal(served.by, np.where(table.max(axis=1) > 0, table.argmax(axis=1), -1))
    assert served.coverage == pytest.approx(table.max(axis=1).mean() / ONE)


def test_that_nothing_serves_nothing() -> None:
    found = similarity(20)
    before = found.before()
    assert before.coverage == 0
    assert set(before.by.tolist()) == {-1}


def test_that_a_trace_is_the_coverage_after_each_pick() -> None:
    found = similarity(200, labelled=5)
    order, rows = np.array([3, 90, 14, 3]), np.arange(50, 150)
    trace = found.trace(order, rows)
    for k in range(5):
        members = np.concatenate([found.references.block(), found.pool.subset(order[:k]).block()])
        table = kernel(found.pool.subset(rows).block(), members, found.scale)
        assert trace[k] == pytest.approx(table.max(axis=1).mean() / ONE)
    found.dense()
    assert np.array_equal(found.trace(order, rows), trace)


def test_that_spacing_is_the_mean_distance_to_the_nearest_twenty() -> None:
    matrix = vectors(300, 16)
    distances = np.sqrt(np.maximum(2 - 2 * unit(matrix) @ unit(matrix).T, 0))
    expected = np.sort(distances, axis=1)[:, 1:21].mean(axis=1)
    assert np.abs(spacing(GridVectors(matrix)) - expected).max() < 1e-3


def test_that_spacing_of_one_or_of_copies_is_zero() -> None:
    assert spacing(GridVectors(vectors(1))).tolist() == [0]
    assert spacing(GridVectors(np.repeat(vectors(1), 5, axis=0))).tolist() == [0] * 5


def test_that_integer_weights_keep_proportions_and_never_vanish() -> None:
    whole = fixed_weights(np.array([1.0, 3.0, 1e-12, 4.0])).astype(np.int64)
    assert whole / whole[0] == pytest.approx([1, 3, 0, 4], abs=1e-3)
    assert whole[2] == 1
    assert whole.sum() == pytest.approx(4 * 65536, abs=2)


def test_that_the_cold_bandwidth_is_the_median_distance_to_the_neighbour_of_that_rank() -> None:
    matrix = vectors(400, 16)
    distances = np.sort(np.sqrt(np.maximum(2 - 2 * unit(matrix) @ unit(matrix).T, 0)), axis=1)
    assert cold_bandwidth(GridVectors(matrix), 20) == pytest.approx(np.median(distances[:, 20]), abs=1e-3)


def test_that_near_copies_leave_the_bandwidth_alone() -> None:
    matrix = vectors(400, 16)
    copies = np.concatenate([matrix, matrix + 1e-3 * vectors(400, 16, seed=1)])
    once, twice = (cold_bandwidth(GridVectors(m), 50) for m in (matrix, copies))
    assert twice == pytest.approx(once, rel=0.02)


def test_that_one_pair_of_duplicate_labels_does_not_make_the_bandwidth_collapse() -> None:
    matrix = vectors(500, 16)
    matrix[1] = matrix[0]
    pool, references = GridVectors(matrix, np.arange(40, 500)), GridVectors(matrix, np.arange(40))
    distinct = GridVectors(matrix, np.arange(1, 40))
    with_pair, without = bandwidth(pool, references, 20), bandwidth(pool, distinct, 20)
    assert with_pair == pytest.approx(without, rel=0.1)


def test_that_the_bandwidth_shrinks_with_the_labelled_set_and_never_grows() -> None:
    matrix = vectors(2000, 6)
    widths, previous = [], None
    for labelled in (0, 50, 400, 20, 1000):
        pool, references = GridVectors(matrix, np.arange(1000, 2000)), GridVectors(matrix, np.arange(labelled))
        previous = bandwidth(pool, references, 10, previous)
        widths.append(previous)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < widths[0]


@pytest.mark.parametrize("n", [1, 2, 30])
def test_that_a_pool_without_any_distance_has_a_bandwidth(n: int) -> None:
    same = GridVectors(np.repeat(vectors(1), n, axis=0))
    assert bandwidth(same, GridVectors(same.matrix, NONE), 5) == 1.0


@pytest.mark.parametrize("nearest", [1, 3, 20])
def test_that_the_spacing_over_an_exact_graph_is_the_spacing(nearest: int) -> None:
    pool = GridVectors(vectors(40))
    table = squared_distances(pool.block(), pool.block())
    np.fill_diagonal(table, -1)
    graph = np.argsort(table, axis=1)[:, 1:].astype(np.int32)
    assert edge_spacing(pool, graph, nearest) == pytest.approx(spacing(pool, nearest), rel=1e-5)
    graph[7] = -1
    assert edge_spacing(pool, graph, nearest)[7] == edge_spacing(pool, graph, nearest).max()


@pytest.mark.parametrize("dim", [1, 7, 64, 513])
def test_that_whole_products_are_those_of_64_bits(dim: int) -> None:
    grid = GridVectors(np.random.default_rng(dim).normal(size=(12, dim)).astype(np.float32)).integers()
    whole = grid.astype(np.int64) @ grid.astype(np.int64).T
    found = [[whole_inner(a, b) for b in grid] for a in grid]
    assert np.array_equal(found, whole)
    assert np.array_equal(whole_norms(grid), np.diagonal(whole))
    assert [[float(inner(a, b)) for b in grid] for a in grid] == (whole / UNITS**2).tolist()


@pytest.mark.parametrize("fits", [True, False])
def test_that_traces_of_parts_are_the_trace_of_each(fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_al.numerics.similarity.DENSE_LIMIT", 1000 if fits else 0)
    pool = GridVectors(np.random.default_rng(0).normal(size=(400, 130)).astype(np.float32))
    found = Similarity(pool, pool.subset(np.arange(3)), 0.9)
    if fits:
        found.dense()
    parts, order = [np.arange(5, 30), np.array([7]), np.arange(100, 400, 7)], np.arange(20, 380)
    traces = found.traces(order, parts)
    assert np.array_equal(traces, [found.trace(order, part) for part in parts])
    assert found.traces(order, []).shape == (0, len(order) + 1)


def test_that_kept_vectors_are_those_that_are_made_anew() -> None:
    matrix = np.random.default_rng(0).normal(size=(300, 24)).astype(np.float32)
    kept, fresh = (GridVectors(matrix, np.arange(299, 9, -2)) for _ in range(2))
    kept.keep()
    some = np.array([3, 100, 3, 7])
    for a, b in ((kept, fresh), (kept.subset(some), fresh.subset(some))):
        assert np.array_equal(a.integers(), b.integers())
        assert np.array_equal(a.block(1, 3), b.block(1, 3))
    twice = fresh.subset(some).subset(np.array([1, 0]))
    assert np.array_equal(kept.subset(some).subset(np.array([1, 0])).integers(), twice.integers())


def test_that_a_bad_vector_is_named_where_all_are_kept() -> None:
    matrix = np.ones((10, 4), dtype=np.float32)
    matrix[6] = np.nan
    with pytest.raises(EmbeddingError, match="row 6"):
        GridVectors(matrix).keep()
