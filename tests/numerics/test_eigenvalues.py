"""Eigenvalues against those of the linear algebra library."""

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics.eigenvalues import eigenvalues


@pytest.mark.parametrize("n", [0, 1, 2, 3, 17, 256])
def test_that_they_are_those_that_the_library_finds(n: int) -> None:
    half = np.random.default_rng(n).normal(size=(n, n + 3))
    matrix = half @ half.T
    before = matrix.copy()
    assert eigenvalues(matrix) == pytest.approx(np.linalg.eigvalsh(matrix), rel=1e-9, abs=1e-9)
    assert np.array_equal(matrix, before)


@pytest.mark.parametrize(
    "matrix", [np.zeros((5, 5)), np.eye(6), np.ones((7, 7)), np.kron(np.eye(3), np.ones((2, 2))), np.diag([3.0, -1, 0])]
)
def test_that_repeated_and_vanishing_ones_are_found(matrix: NDArray[np.float64]) -> None:
    assert eigenvalues(matrix) == pytest.approx(np.linalg.eigvalsh(matrix), abs=1e-12)
