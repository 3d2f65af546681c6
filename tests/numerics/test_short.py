"""Short vectors in whole numbers, held against plain ones."""

import numpy as np
import pytest
from numba import njit

from desktop_al.numerics import coverage
from desktop_al.numerics.grid import UNITS, GridVectors
from desktop_al.numerics.short import SHORT, scores, short_members, short_rows, tile_of
from desktop_al.numerics.whole_products import LANES, ROWS, panels_of
from tests.numerics.kernels import vectors


@njit
def _scores(rows, panels, out):  # type: ignore[no-untyped-def]  # numba infers the types
    for first in range(0, len(rows), ROWS):
        scores(rows[first : first + ROWS], panels, out[first : first + ROWS])


@pytest.mark.parametrize("alike", [False, True])
def test_that_scores_tell_the_distance_of_short_vectors_within_the_margin_of_the_cuts(alike: bool) -> None:
    components = np.linalg.qr(vectors(160, 63))[0].T.astype(np.float32)
    matrix = vectors(300, 160)
    if alike:
        # All within the axes, and as long as can be.
        matrix = (matrix @ components.T @ components).astype(np.float32)
    matrix[:63] = components
    grid = GridVectors(matrix).integers()
    rows, halves = short_rows(grid, tile_of(components))
    assert rows.shape == (300, SHORT)
    panels = panels_of(short_members(grid[:77], tile_of(components)))
    found = np.empty((300, len(panels) * LANES), np.float32)
    _scores(rows, panels, found)
    plain = grid / UNITS @ components.T.astype(np.float64)
    squared = ((plain[:, None] - plain[None, :77]) ** 2).sum(axis=2)
    off = np.abs(2 * (halves[:, None] - found[:, :77]) - squared)
    assert off.max() < coverage._MARGIN


def test_that_short_vectors_are_padded_to_whole_groups() -> None:
    components = np.eye(63, 70, dtype=np.float32)
    rows, halves = short_rows(GridVectors(vectors(9, 70)).integers(), tile_of(components))
    assert rows.shape == (12, SHORT)
    assert halves.shape == (9,)
