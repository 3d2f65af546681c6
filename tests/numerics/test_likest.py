"""Cosines against plain numpy, over matrices in any order of rows."""

import numpy as np
import pytest

from desktop_al.domain.errors import EmbeddingError
from desktop_al.numerics.likest import BLOCK, TILE, cosines


def test_that_cosines_are_those_with_the_nearest_query() -> None:
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(BLOCK + 50, 8)).astype(np.float32)
    queries = rng.normal(size=(TILE + 3, 8)).astype(np.float32)
    rows = rng.permutation(len(matrix))[: BLOCK + 7].astype(np.int64)
    unit = matrix / np.linalg.norm(matrix, axis=1)[:, None]
    wanted = queries / np.linalg.norm(queries, axis=1)[:, None]
    expected = (unit @ wanted.T).max(axis=1)
    assert np.allclose(cosines(matrix, queries), expected, atol=1e-5)
    assert np.allclose(cosines(matrix, queries, rows), expected[rows], atol=1e-5)
    assert np.allclose(cosines(matrix, queries, np.arange(5, 90)), expected[5:90], atol=1e-5)


def test_that_a_zero_vector_is_like_nothing_and_nan_is_refused() -> None:
    matrix = np.eye(3, dtype=np.float32)
    matrix[1] = 0
    assert cosines(matrix, matrix[:1]).tolist() == [1, 0, 0]
    matrix[2, 2] = np.nan
    with pytest.raises(EmbeddingError):
        cosines(matrix, matrix[:1])
