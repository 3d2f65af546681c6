import importlib
import sys
import warnings
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.numerics import pca
from desktop_al.numerics.fuzzy import fuzzy_graph, memberships, without_weak
from desktop_al.numerics.layout_kernel import CLIP, SOFTENING, force_tables
from desktop_al.numerics.metrics import trustworthiness
from desktop_al.numerics.neighbours import neighbours
from desktop_al.numerics.umap import curve, initial_positions, lay_out, umap
from scripts.bench_parts.projection import umap_learn
from tests.jobs.pools import clusters


def drawn(data: NDArray[np.float32], seed: int = 0, **options: object) -> NDArray[np.float32]:
    graph = neighbours(data, 15)
    return umap(graph.indices, graph.distances, pca.fit(data, 2).transform(data), seed=seed, **options)  # type: ignore[arg-type]


def digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    from sklearn.datasets import load_digits

    data, classes = load_digits(return_X_y=True)
    return (data / np.linalg.norm(data, axis=1, keepdims=True)).astype(np.float32), classes


@pytest.fixture(scope="module")
def peer() -> ModuleType:
    """umap-learn without pynndescent, which it asks beyond 4,096 samples only, and which compiles for long."""
    lacking = ("", "NNDescent"), (".distances", "named_distances"), (".sparse", "sparse_named_distances")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for part, name in lacking:
            module = ModuleType(f"pynndescent{part}")
            vars(module)[name] = {}
            patch.setitem(sys.modules, module.__name__, module)
        return importlib.import_module("umap.umap_")


@pytest.mark.timeout(600)
def test_that_a_map_is_as_trustworthy_as_that_of_umap_learn(peer: ModuleType) -> None:
    written, classes = digits()
    for data in (written, clusters((100, 60, 200, 40, 100), dim=64, spread=1.0)):
        ours, theirs = drawn(data), umap_learn(data, 16)
        assert trustworthiness(data, ours, 15) > trustworthiness(data, theirs, 15) - 0.02
    near = neighbours(drawn(written), 10).indices
    assert np.mean(classes[near] == classes[:, None]) > 0.95


def test_that_the_curve_is_that_of_umap_learn(peer: ModuleType) -> None:
    for min_dist in (0.0, 0.1, 0.5, 0.9):
        assert curve(min_dist) == pytest.approx(peer.find_ab_params(1.0, min_dist), rel=1e-3)


def test_that_memberships_follow_their_definition() -> None:
    distances = neighbours(clusters((60, 60), spread=0.6), 12).distances
    strengths = memberships(distances)
    assert (strengths[:, 0] == 1).all()
    assert (np.diff(strengths, axis=1) <= 0).all()
    # The sample itself counts with strength one.
    assert strengths.sum(axis=1) + 1 == pytest.approx(np.full(120, np.log2(13)), abs=1e-4)


def test_that_the_graph_is_the_fuzzy_union_of_both_directions() -> None:
    found = neighbours(clusters((40, 40), spread=0.6), 7)
    one_way = np.zeros((80, 80))
    np.put_along_axis(one_way, found.indices.astype(np.int64), memberships(found.distances), axis=1)
    union = one_way + one_way.T - one_way * one_way.T
    graph = fuzzy_graph(found.indices, found.distances)
    dense = np.zeros((80, 80))
    for vertex in range(80):
        edges = slice(graph.starts[vertex], graph.starts[vertex + 1])
        dense[vertex, graph.heads[edges]] = graph.weights[edges]
    assert dense == pytest.approx(union, abs=1e-6)
    strong = without_weak(graph, 0.5)
    assert strong.starts[-1] == np.count_nonzero(graph.weights >= 0.5)
    assert (strong.weights >= 0.5).all()


def test_that_tabulated_forces_are_the_gradients_of_the_curve() -> None:
    a, b = curve(0.1)
    d2 = np.geomspace(1e-6, 1e4, 5000)
    exact = {
        "attraction": -2 * a * b * d2 ** (b - 1) / (1 + a * d2**b),
        "repulsion": 2 * b / ((SOFTENING + d2) * (1 + a * d2**b)),
    }
    steps = np.log2(d2) + 40
    whole, part = steps.astype(int), 2 ** (steps % 1) - 1
    place, between = (whole * 32 + (part * 32).astype(int)), (part * 32) % 1
    for table, expected in zip(force_tables(a, b), exact.values(), strict=True):
        read = table[place] * (1 - between) + table[place + 1] * between
        assert read == pytest.approx(expected, rel=1e-3)


def test_that_the_same_seed_gives_the_same_map_for_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    data = clusters((900, 900, 900), spread=0.7)
    first = drawn(data, seed=3, epochs=20)
    again = drawn(data, seed=3, epochs=20)
    monkeypatch.setattr("os.cpu_count", lambda: 7)
    seven = drawn(data, seed=3, epochs=20)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    single = drawn(data, seed=3, epochs=20)
    assert np.array_equal(first, again)
    assert np.array_equal(first, seven)
    assert np.array_equal(first, single)
    assert not np.array_equal(first, drawn(data, seed=4, epochs=20))


def test_that_a_cancel_is_heeded_within_one_epoch() -> None:
    ctx, epochs = Context(), []

    def stop(xy: NDArray[np.float32]) -> None:
        epochs.append(xy.copy())
        if len(epochs) == 3:
            ctx.cancel()

    with pytest.raises(CancelledError):
        drawn(clusters((50, 50)), on_positions=stop, ctx=ctx)
    assert len(epochs) == 3


def test_that_positions_are_told_epoch_by_epoch_and_end_where_the_map_ends() -> None:
    told: list[NDArray[np.float32]] = []
    xy = drawn(clusters((50, 50)), epochs=30, on_positions=lambda positions: told.append(positions.copy()))
    assert len(told) == 30
    assert np.array_equal(told[-1], xy)
    assert not np.array_equal(told[0], told[1])


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_that_few_samples_have_a_map(count: int) -> None:
    data = clusters((1,) * count, dim=8) if count else np.empty((0, 8), np.float32)
    xy = drawn(data)
    assert xy.shape == (count, 2)
    assert np.isfinite(xy).all()
    assert len(np.unique(xy, axis=0)) == count


@pytest.mark.parametrize("copies", [2, 3, 40])
def test_that_identical_samples_come_apart_on_the_map(copies: int) -> None:
    xy = drawn(np.repeat(clusters((1,)), copies, axis=0))
    assert np.isfinite(xy).all()
    assert np.abs(xy).max() < 100
    assert len(np.unique(xy, axis=0)) == copies


def test_that_groups_of_duplicates_stay_together() -> None:
    xy = drawn(np.repeat(clusters((1,) * 12), 20, axis=0))
    groups = xy.reshape(12, 20, 2)
    radius = np.linalg.norm(groups - groups.mean(axis=1, keepdims=True), axis=2).max()
    centres = groups.mean(axis=1)
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2)[~np.eye(12, dtype=bool)].min()
    assert radius < apart


def test_that_vertices_before_the_first_do_not_move() -> None:
    data = clusters((60, 60), spread=0.4)
    found = neighbours(data, 10)
    start = initial_positions(pca.fit(data, 2).transform(data), 0)
    moved = lay_out(fuzzy_graph(found.indices, found.distances), start, curve(0.1), 20, first=70)
    assert np.array_equal(moved[:70], start[:70])
    assert (moved[70:] != start[70:]).any(axis=1).all()


def test_that_an_epoch_moves_as_the_definition_says() -> None:
    """Two vertices and one edge, no repulsion: the kernel against the step written out."""
    from desktop_al.numerics.layout_kernel import advance

    a, b = curve(0.1)
    old = np.array([[0.0, 0.0], [3.0, 1.0]], np.float32)
    new = old.copy()
    edges = (np.array([0, 1, 2], np.int64), np.array([1, 0], np.int32), np.ones(2, np.float32), np.ones(2, np.float32))
    advance(0, 2, 1, 0.5, 1, 0, 0, *edges, *force_tables(a, b), old, new)
    offset = old[0] - old[1]
    d2 = float(offset @ offset)
    step = 0.5 * np.clip(-2 * a * b * d2 ** (b - 1) / (1 + a * d2**b) * offset, -CLIP, CLIP)
    assert new == pytest.approx(np.stack([old[0] + step, old[1] - step]), abs=1e-3)
