from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError, EmbeddingError
from desktop_al.numerics import ivf
from desktop_al.numerics import neighbours as module
from desktop_al.numerics.ivf import ivf_neighbours
from desktop_al.numerics.kmeans import assign, k_means
from desktop_al.numerics.neighbours import exact_neighbours, neighbours
from tests.jobs.pools import clusters


def reference(data: NDArray[np.floating], k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Neighbours by sorting every distance, equals by index."""
    wide = data.astype(np.float64)
    distances = np.linalg.norm(wide[:, None] - wide[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(distances, order, axis=1)


def manifold(n: int, dim: int = 96, seed: int = 0) -> NDArray[np.float32]:
    """Overlapping clusters with twelve directions each and a little noise, as image embeddings have; unit norm."""
    rng = np.random.default_rng(seed)
    centres, axes = rng.normal(size=(30, dim)), rng.normal(size=(5, 12, dim))
    owner = rng.integers(0, 30, n)
    spread = rng.normal(size=(n, 12)) * 0.85 ** np.arange(12)
    rows = centres[owner] + 0.5 * np.einsum("nk,nkd->nd", spread, axes[owner % 5]) + 0.1 * rng.normal(size=(n, dim))
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def recall(found: NDArray[np.int32], true: NDArray[np.integer]) -> float:
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found.tolist(), true.tolist(), strict=True)]))


def test_that_exact_neighbours_are_those_of_a_full_sort() -> None:
    data = manifold(700)
    graph = neighbours(data, 20)
    order, distances = reference(data, 20)
    assert graph.exact
    assert graph.indices.dtype == np.int32
    assert np.array_equal(graph.indices, order)
    assert graph.distances == pytest.approx(distances, abs=1e-6)


def test_that_tiles_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    data = manifold(300)
    whole = exact_neighbours(data, 10)
    monkeypatch.setattr(module, "BLOCK", 37)
    monkeypatch.setattr(module, "TILE", 41)
    tiled = exact_neighbours(data, 10)
    assert np.array_equal(tiled.indices, whole.indices)
    assert np.array_equal(tiled.distances, whole.distances)


def test_that_duplicates_lie_at_distance_zero_and_equals_come_by_index() -> None:
    data = np.repeat(clusters((1,) * 5, dim=16), 4, axis=0)
    graph = exact_neighbours(data, 3)
    assert (graph.distances == 0).all()
    assert graph.indices[:4].tolist() == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]


def test_that_chosen_rows_of_a_mapped_file_are_numbered_among_themselves(tmp_path: Path) -> None:
    data = manifold(200)
    np.save(tmp_path / "vectors.npy", data)
    rows = np.random.default_rng(0).permutation(200)[:90]
    mapped = neighbours(np.load(tmp_path / "vectors.npy", mmap_mode="r"), 7, rows)
    assert np.array_equal(mapped.indices, exact_neighbours(data[rows], 7).indices)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_that_few_samples_have_few_neighbours(count: int) -> None:
    data = clusters((1,) * count, dim=8) if count else np.empty((0, 8), np.float32)
    k = max(0, count - 1)
    assert neighbours(data, 64).indices.shape == (count, k)
    assert ivf_neighbours(data, 64)[0].shape == (count, k)


@pytest.mark.parametrize("find", [exact_neighbours, ivf_neighbours])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_that_a_number_that_is_not_finite_is_refused(find: object, bad: float) -> None:
    data = manifold(100).copy()
    data[50, 5] = bad
    assert callable(find)
    with pytest.raises(EmbeddingError, match="not finite"):
        find(data, 5)


def test_that_a_cancelled_search_stops() -> None:
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        exact_neighbours(manifold(50), 5, ctx=ctx)
    with pytest.raises(CancelledError):
        ivf_neighbours(manifold(50), 5, ctx=ctx)


def test_that_a_search_reports_its_progress() -> None:
    seen: list[tuple[int, int | None]] = []
    ctx = Context(on_progress=lambda progress: seen.append((progress.done, progress.total)))
    exact_neighbours(manifold(50), 5, ctx=ctx, stage="Looking")
    assert seen[-1] == (50, 50)


def test_that_the_inverted_file_finds_nearly_all_neighbours() -> None:
    data = manifold(6000)
    order = exact_neighbours(data, 30).indices
    indices, distances = ivf_neighbours(data, 30, candidates=2000)
    assert recall(indices[:, :15], order[:, :15]) > 0.97
    assert recall(indices, order) > 0.95
    assert (np.diff(distances, axis=1) >= 0).all()
    true = np.linalg.norm(data[:, None] - data[indices], axis=2)
    assert distances == pytest.approx(true, abs=1e-5)


def test_that_more_candidates_find_more() -> None:
    data = manifold(4000)
    order = exact_neighbours(data, 15).indices
    few, many = (recall(ivf_neighbours(data, 15, candidates=c)[0], order) for c in (150, 4000))
    assert few < many
    assert many > 0.995


def test_that_the_inverted_file_lists_no_sample_twice_and_none_as_its_own() -> None:
    indices, _ = ivf_neighbours(manifold(1500), 40, candidates=300)
    assert (np.diff(np.sort(indices, axis=1), axis=1) > 0).all()
    assert (indices != np.arange(1500)[:, None]).all()


def test_that_a_seed_fixes_the_answer_for_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    data = manifold(3000)
    found = ivf_neighbours(data, 20, seed=4, candidates=500)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    again = ivf_neighbours(data, 20, seed=4, candidates=500)
    other = ivf_neighbours(data, 20, seed=5, candidates=500)
    assert np.array_equal(found[0], again[0])
    assert np.array_equal(found[1], again[1])
    assert not np.array_equal(found[0], other[0])


def test_that_a_pool_of_one_image_many_times_is_no_trap() -> None:
    data = np.repeat(clusters((1,), dim=16), 5000, axis=0)
    _, distances = ivf_neighbours(data, 8, candidates=200)
    assert (distances == 0).all()


def test_that_a_crowded_cell_is_cut_into_pieces() -> None:
    crowd = np.concatenate([np.repeat(clusters((1,), dim=16), 3000, axis=0), clusters((1,) * 100, dim=16, seed=1)])
    order, starts, centres = ivf._cells(np.ascontiguousarray(crowd), 0, 100, Context())
    assert np.diff(starts).max() <= 100
    assert starts[-1] == 3100
    assert len(centres) == len(starts) - 1
    assert np.array_equal(np.sort(order), np.arange(3100))


@pytest.mark.parametrize("dtype", [np.float64, np.float16])
def test_that_other_float_types_are_taken(dtype: type[np.floating]) -> None:
    data = manifold(300).astype(dtype)
    assert recall(ivf_neighbours(data, 10, candidates=300)[0], exact_neighbours(data, 10).indices) > 0.98


def test_that_large_pools_go_through_the_inverted_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXACT_UP_TO", 100)
    assert not neighbours(manifold(200), 5).exact
    assert neighbours(manifold(100), 5).exact


def test_that_points_go_to_the_nearest_centre() -> None:
    points = manifold(500, dim=24)
    centres = k_means(points, 12)
    distances = np.linalg.norm(points[:, None] - centres[None], axis=2)
    assert np.array_equal(assign(points, centres), distances.argmin(axis=1))
    # Lloyd's rounds end closer than where they began.
    assert (
        distances.min(axis=1).mean() < np.linalg.norm(points[:, None] - points[None, ::42], axis=2).min(axis=1).mean()
    )
