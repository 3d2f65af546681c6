"""Serving by way of short vectors, which must change nothing but the time it takes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.numerics import coverage
from desktop_al.numerics.coverage import climb, components_of, serve
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import ONE, factor, full_kernel, similar
from desktop_al.numerics.products import products
from desktop_al.numerics.similarity import Similarity
from tests.numerics.kernels import vectors
from tests.numerics.test_neighbours import manifold


def spread(n: int, dim: int = 160, seed: int = 0) -> NDArray[np.float32]:
    """Vectors without any structure, for which short ones say nothing."""
    return vectors(n, dim, seed)


def folded(n: int, dim: int = 160, seed: int = 0) -> NDArray[np.float32]:
    return manifold(n, dim, seed)


@pytest.mark.parametrize("draw", [spread, folded])
@pytest.mark.parametrize("width", [0.15, 0.5, 1.5])
def test_that_short_vectors_change_no_bit(draw: Callable[[int], NDArray[np.float32]], width: float) -> None:
    grid = GridVectors(draw(2600))
    pool, members = grid.subset(np.arange(300, 2600)), grid.subset(np.random.default_rng(1).permutation(2600)[:700])
    scale, axes = factor(width, grid.norm), components_of(pool)
    assert axes is not None
    before = serve(pool, grid.subset(np.arange(20)), scale).similarity
    plain, quick = (serve(pool, members, scale, components=given) for given in (None, axes))
    assert np.array_equal(plain.similarity, quick.similarity)
    assert np.array_equal(plain.by, quick.by)
    slow, fast = (climb(pool, members, scale, before, components=given) for given in (None, axes))
    assert np.array_equal(slow, fast)


def test_that_short_vectors_spare_most_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = GridVectors(folded(2000))
    members, whole = pool.subset(np.arange(0, 2000, 4)), coverage._raise_where_near
    measured: list[int] = []

    def counting(*given: object) -> int:
        measured.append(whole(*given))
        return measured[-1]

    monkeypatch.setattr(coverage, "_raise_where_near", counting)
    serve(pool, members, factor(0.4, pool.norm), components=components_of(pool))
    assert 2000 <= sum(measured) < 0.1 * 2000 * 500


def test_that_a_climb_is_the_similarity_after_each_member() -> None:
    pool = GridVectors(folded(400))
    scale = factor(0.6, pool.norm)
    table, members = full_kernel(pool, scale), np.random.default_rng(0).permutation(400)[:70]
    before = table[3]
    found = climb(pool, pool.subset(members), scale, before, components=components_of(pool))
    served = before.astype(np.int64)
    sums = [served.sum()]
    for member in members.tolist():
        served = np.maximum(served, table[member])
        sums.append(served.sum())
    assert found.tolist() == sums


def test_that_nothing_beyond_a_cut_is_more_similar() -> None:
    for width in (0.05, 0.4, 1.0, 3.0):
        scale = factor(width, 0.99)
        cuts = 2 * coverage.cuts_of(scale).astype(np.float64)
        squared = np.linspace(0, 4, 40_001).astype(np.float32)
        found = np.array([similar(value, scale) for value in squared]).astype(np.int64)
        above = found > 0
        assert np.all(squared[above] + 0.9 * coverage._MARGIN < cuts[found[above] - 1])
        assert np.all(np.diff(cuts) <= 0)
    assert cuts[ONE] < -1


def test_that_a_large_pool_is_served_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = GridVectors(folded(900))
    order, rows = np.random.default_rng(0).permutation(600)[:300], np.arange(0, 600, 2)
    small, large = (Similarity(grid.subset(np.arange(600)), grid.subset(np.arange(600, 900)), 0.5) for _ in range(2))
    small.dense()
    expected: list[NDArray[Any]] = [
        small.before().similarity,
        small.trace(order, rows),
        small.trace(order, np.arange(600)),
    ]
    monkeypatch.setattr(Similarity, "fits", False)
    found: list[NDArray[Any]] = [
        large.before().similarity,
        large.trace(order, rows),
        large.trace(order, np.arange(600)),
    ]
    assert all(np.array_equal(one, two) for one, two in zip(expected, found, strict=True))
    assert large.climb(order) is large.climb(order.copy())


def test_that_serving_hears_a_cancel_and_tells_its_progress() -> None:
    pool = GridVectors(folded(3000))
    seen: list[int] = []
    ctx = Context(on_progress=lambda progress: seen.append(progress.done))
    serve(pool, pool.subset(np.arange(500)), factor(0.5, pool.norm), ctx)
    assert seen[-1] == 3000
    ctx.cancel()
    with pytest.raises(CancelledError):
        serve(pool, pool.subset(np.arange(500)), factor(0.5, pool.norm), ctx)


@pytest.mark.parametrize("count", [1, 31, 40])
def test_that_products_are_those_of_matrices(count: int) -> None:
    rows, tile = vectors(8, 12), vectors(12, 40, seed=1)
    out = np.full((8, 40), np.nan, np.float32)
    products(rows, tile, count, out)
    assert out[:, :count] == pytest.approx((rows @ tile)[:, :count], abs=1e-5)
    assert np.isnan(out[:, count:]).all()
