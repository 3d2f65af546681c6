"""Inner products in whole numbers, held against those of numpy."""

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from desktop_al.numerics.grid import UNITS, GridVectors
from desktop_al.numerics.whole_products import LANES, ROWS, inner_products, panels_of, rows_of, whole_products
from tests.numerics.kernels import vectors


@njit
def _first(rows, panel, out):  # type: ignore[no-untyped-def]  # numba infers the types
    whole_products(rows[:ROWS], panel, out)


def products(rows: NDArray[np.int16], columns: NDArray[np.int16]) -> NDArray[np.int32]:
    """The products of the first four rows with the first sixteen columns."""
    out = np.full((ROWS, LANES), -1, dtype=np.int32)
    _first(rows_of(rows), panels_of(columns)[0], out)
    return out


@pytest.mark.parametrize(("m", "dim"), [(1, 1), (3, 2), (4, 7), (4, 512)])
def test_that_whole_products_are_those_of_matrices(m: int, dim: int) -> None:
    rng = np.random.default_rng(0)
    rows = rng.integers(-170, 170, (m, dim)).astype(np.int16)
    columns = rng.integers(-170, 170, (LANES, dim)).astype(np.int16)
    found = products(rows, columns)
    assert np.array_equal(found[:m], rows.astype(np.int32) @ columns.astype(np.int32).T)
    assert not found[m:].any()


def test_that_the_longest_vectors_of_the_grid_fit() -> None:
    axes = (UNITS * np.eye(4)).astype(np.int16)
    found = products(axes, np.concatenate([axes, -axes]))
    assert np.array_equal(found[:, :4], UNITS**2 * np.eye(4))
    assert np.array_equal(found[:, 4:8], -(UNITS**2) * np.eye(4))
    assert not found[:, 8:].any()


def test_that_panels_hold_every_vector_and_zeros_beside() -> None:
    rows = np.arange(1, 17 * 3 + 1, dtype=np.int16).reshape(17, 3)
    panels = panels_of(rows)
    assert panels.shape == (2, 2, 32)
    back = panels.reshape(2, 2, 16, 2).transpose(0, 2, 1, 3).reshape(32, 4)
    assert np.array_equal(back[:17, :3], rows)
    assert not back[17:].any()
    assert not back[:, 3].any()


@pytest.mark.parametrize(("p", "q", "dim"), [(1, 1, 1), (9, 33, 20), (40, 16, 7)])
def test_that_inner_products_are_those_of_matrices_bit_for_bit(p: int, q: int, dim: int) -> None:
    a, b = GridVectors(vectors(p, dim)), GridVectors(vectors(q, dim, seed=1))
    assert np.array_equal(inner_products(a.integers(), b.integers()), a.block() @ b.block().T)
