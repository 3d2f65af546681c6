"""The tail of a pool."""

import numpy as np
import pytest

from desktop_al.numerics.density import spacing
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.outskirts import quantiles, tail


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


def test_that_quantiles_count_copies_once() -> None:
    lone = np.arange(1.0, 101.0)
    copied = np.concatenate([lone, np.full(300, 1.0)])
    copies = np.concatenate([[301], np.ones(99), np.full(300, 301)]).astype(np.int64)
    assert quantiles(copied, [0.5, 0.9], copies) == pytest.approx(quantiles(lone, [0.5, 0.9]), abs=0.01)
    assert quantiles(copied, [0.5]) == [1.0]
