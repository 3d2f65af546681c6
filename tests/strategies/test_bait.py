"""BAIT."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics.beliefs import Beliefs
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.subspace import NORM, UNIT, coordinates_in
from desktop_al.strategies.bait import Bait
from desktop_al.strategies.base import StrategyInput
from tests.strategies.conformance import Conformance, make_input


def fisher_of(vectors: NDArray[np.float64], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The information (n, d c, d c) of each sample about a multinomial classifier: x x^T (x) (diag p - p p^T)."""
    spread = np.einsum("nk,kl->nkl", probabilities, np.eye(probabilities.shape[1]))
    spread -= probabilities[:, :, None] * probabilities[:, None, :]
    whole = np.einsum("ni,nj,nkl->nikjl", vectors, vectors, spread)
    size = vectors.shape[1] * probabilities.shape[1]
    return np.asarray(whole.reshape(len(vectors), size, size), dtype=np.float64)


def by_class(vectors: NDArray[np.float64], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same with classes taken to be independent."""
    count = probabilities.shape[1]
    spread = np.einsum("nk,kl->nkl", probabilities * (1 - probabilities), np.eye(count))
    whole = np.einsum("ni,nj,nkl->nikjl", vectors, vectors, spread)
    size = vectors.shape[1] * count
    return np.asarray(whole.reshape(len(vectors), size, size), dtype=np.float64)


def greedy_trace(
    each: NDArray[np.float64], known: NDArray[np.float64], prior: float, count: int
) -> tuple[list[int], list[float]]:
    """The picks that lower tr(M^-1 F) most, by computing every trace, and these falls as shares of the first trace."""
    pooled, now = each.mean(axis=0), prior * np.eye(each.shape[1]) + known.sum(axis=0)
    picks: list[int] = []
    falls: list[float] = []
    first = before = float(np.trace(np.linalg.solve(now, pooled)))
    for _ in range(count):
        traces = [np.inf if i in picks else np.trace(np.linalg.solve(now + one, pooled)) for i, one in enumerate(each)]
        picks.append(int(np.argmin(traces)))
        falls.append((before - float(min(traces))) / first)
        before = float(min(traces))
        now = now + each[picks[-1]]
    return picks, falls


def small(classes: int, seed: int) -> tuple[StrategyInput, NDArray[np.float64], NDArray[np.float64]]:
    """An input of 4 dimensions whose model is a softmax of directions; the pool's and the references' vectors."""
    rng = np.random.default_rng(seed)
    directions = 3 * rng.normal(size=(4, classes))

    def predict(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        powers = np.exp(vectors.astype(np.float64) @ directions)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)

    matrix = rng.normal(size=(30, 4)).astype(np.float32)
    given = make_input(matrix, Bait(), (3, 4, 5))
    given = replace(given, beliefs=Beliefs(predict(given.pool.block()), predict))
    return given, given.pool.block().astype(np.float64), given.references.block().astype(np.float64)


class TestBait(Conformance):
    name = "bait"

    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("classes", [2, 3, 5])
    def test_that_each_pick_lowers_the_trace_most(self, classes: int, seed: int) -> None:
        given, pool, known = small(classes, seed)
        assert given.beliefs is not None
        assert given.beliefs.predict is not None
        of_known = given.beliefs.predict(given.references.block()).astype(np.float64)
        believed = given.beliefs.probabilities.astype(np.float64)
        picks, falls = greedy_trace(by_class(pool, believed), by_class(known, of_known), 0.01, 8)
        ranker = self.ranked(given, 8)
        assert ranker.indices.tolist() == picks
        assert np.abs(ranker.gains - falls).max() < 1e-6

    @pytest.mark.parametrize("seed", range(4))
    def test_that_two_classes_are_the_published_objective(self, seed: int) -> None:
        given, pool, known = small(2, seed)
        assert given.beliefs is not None
        assert given.beliefs.predict is not None
        of_known = given.beliefs.predict(given.references.block()).astype(np.float64)
        believed = given.beliefs.probabilities.astype(np.float64)
        # The two rows of weights are one direction twice as long, for which the prior is half as strong.
        picks, _ = greedy_trace(fisher_of(pool, believed), fisher_of(known, of_known), 0.02, 8)
        assert self.ranked(given, 8).indices.tolist() == picks

    def test_that_it_lowers_the_published_objective_of_more_classes_far_below_chance(self) -> None:
        given, pool, _ = small(4, 7)
        assert given.beliefs is not None
        each = fisher_of(pool, given.beliefs.probabilities.astype(np.float64))

        def trace(picks: NDArray[np.int64]) -> float:
            now = 0.02 * np.eye(16) + each[picks].sum(axis=0)
            return float(np.trace(np.linalg.solve(now, each.mean(axis=0))))

        ours = trace(self.ranked(given, 6).indices)
        chance = [trace(np.random.default_rng(seed).permutation(27)[:6]) for seed in range(200)]
        assert ours < np.quantile(chance, 0.05)

    def test_that_a_projection_that_keeps_the_pool_keeps_the_gains(self) -> None:
        rng = np.random.default_rng(0)
        flat = rng.normal(size=(60, 4)) @ rng.normal(size=(4, 40)) + 0.01 * rng.normal(size=(60, 40))
        given = make_input(flat.astype(np.float32), Bait())
        few = self.ranked(replace(given, options={"rank": 4, "prior": 0.01}), 10)
        whole = self.ranked(replace(given, options={"rank": 40, "prior": 0.01}), 10)
        assert few.gains[:4] == pytest.approx(whole.gains[:4], rel=0.03)
        assert few.gains.sum() == pytest.approx(whole.gains.sum(), rel=0.03)

    def test_that_fixed_probabilities_do(self) -> None:
        given, _, _ = small(3, 0)
        assert given.beliefs is not None
        ranker = self.ranked(replace(given, beliefs=Beliefs(given.beliefs.probabilities)), 27)
        assert sorted(ranker.indices.tolist()) == list(range(27))


def test_that_coordinates_are_those_of_the_leading_directions() -> None:
    rng = np.random.default_rng(0)
    matrix = (rng.normal(size=(300, 40)) * np.geomspace(10, 0.01, 40)).astype(np.float32)
    pool = GridVectors(matrix)
    found, others = coordinates_in(pool, 6, pool.subset(np.arange(5)))
    assert np.array_equal(found[:5], others)
    assert np.array_equal(np.rint(found / UNIT), found / UNIT)
    assert np.sqrt((found**2).sum(axis=1)).max() <= NORM
    vectors = pool.block().astype(np.float64)
    best = np.linalg.svd(vectors, compute_uv=False)[:6]
    assert 0.98 * (best**2).sum() <= (found**2).sum() <= (best**2).sum() + 1e-2
    assert np.linalg.svd(found, compute_uv=False)[:5] == pytest.approx(best[:5], rel=1e-3)
