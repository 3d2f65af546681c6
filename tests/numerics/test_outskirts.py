"""The outskirts of a pool, and what labels say of them."""

import numpy as np
import pytest

from desktop_al.numerics.density import spacing
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.outskirts import outness, rarity_outside, spacing_beside, tail


def test_that_outness_rises_from_the_densest_to_the_loosest_sample() -> None:
    values = np.random.default_rng(0).permutation(1000).astype(np.float64)
    found = outness(values, values)
    assert np.array_equal(np.argsort(found), np.argsort(values))
    assert 0 <= found.min() < 1e-6 < 0.99 < found.max() <= 1
    assert found.mean() == pytest.approx(0.2, abs=0.01)


def test_that_spacing_beside_a_pool_is_that_of_a_full_sort() -> None:
    rng = np.random.default_rng(1)
    pool, others = rng.normal(size=(5000, 6)).astype(np.float32), rng.normal(size=(7, 6)).astype(np.float32)
    found = spacing_beside(GridVectors(others), GridVectors(pool), nearest=5)
    a, b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (others, pool))
    slow = np.sort(np.linalg.norm(a[:, None] - b[None], axis=2), axis=1)[:, :5].mean(axis=1)
    assert found == pytest.approx(slow, abs=1e-3)


def test_that_a_cloud_has_no_tail_and_a_dense_mass_with_outskirts_has_one() -> None:
    rng = np.random.default_rng(2)
    for dim in (8, 64):
        cloud = rng.normal(size=(1500, dim)).astype(np.float32)
        assert tail(spacing(GridVectors(cloud))) == 0
        centres = np.repeat(rng.normal(size=(30, dim)), 40, axis=0)
        assert tail(spacing(GridVectors((centres + 0.3 * rng.normal(size=(1200, dim))).astype(np.float32)))) < 0.3
    mass = np.ones(32) + 0.02 * rng.normal(size=(1300, 32))
    far = np.ones(32) + 0.5 * rng.normal(size=(200, 32))
    assert tail(spacing(GridVectors(np.concatenate([mass, far]).astype(np.float32)))) == 1
    # Few are far, so that the ninth decile does not see them.
    few = np.concatenate([mass, far[:25]]).astype(np.float32)
    assert tail(spacing(GridVectors(few))) == 1
    assert tail(np.zeros(50)) == 0


def test_that_a_burst_of_copies_counts_as_one_sample_in_the_tail() -> None:
    lone = np.sort(np.random.default_rng(4).random(200)) + 0.5
    ones = np.ones(200, dtype=np.int64)
    # Copies that count as one leave the tail where it was, wherever they lie.
    assert tail(np.repeat(lone, 3), 3 * np.repeat(ones, 3)) == pytest.approx(tail(lone), abs=0.02)
    burst = np.concatenate([lone, np.full(400, 0.01)])
    assert tail(burst) == 1
    assert tail(burst, np.concatenate([ones, np.full(400, 400)])) == pytest.approx(tail(lone, ones), abs=0.05)
    assert tail(np.zeros(0)) == 0


def test_that_rarity_outside_is_seen_from_labels_picked_with_any_preference() -> None:
    rng = np.random.default_rng(3)
    # Of the inside 95 % are of class 0, of the outside 40 %; a fifth of the pool lies outside.
    for taken_out in (0.1, 0.5, 0.9):
        out = (rng.random(400) < taken_out).astype(np.float64)
        common = rng.random(400) < np.where(out > 0, 0.4, 0.95)
        codes = np.where(common, 0, rng.integers(1, 4, 400)).astype(np.int32)
        assert rarity_outside(out, codes, 0.2) > 2
        assert rarity_outside(1 - out, codes, 0.8) < 0.7


def test_that_classes_that_are_alike_everywhere_say_nothing() -> None:
    rng = np.random.default_rng(4)
    ratios = [rarity_outside(rng.random(60), rng.integers(0, 4, 60).astype(np.int32), 0.2) for _ in range(40)]
    assert np.median(ratios) == pytest.approx(1, abs=0.1)
    assert rarity_outside(np.array([0.2, 0.9]), np.array([1, 1], dtype=np.int32), 0.2) == 1
    assert rarity_outside(np.zeros(0), np.zeros(0, dtype=np.int32), 0.2) == 1
