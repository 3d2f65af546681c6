"""Insights as columns of the pool: what a job found, and what the pool knows itself of the shown batch."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.columns import Column, moved
from desktop_al.gui.pool import Pool
from desktop_al.jobs.insights import InsightResult


def aligned_column(ids: NDArray[np.int64], result: InsightResult) -> Column:
    """The column over the samples ``ids`` (n,) that holds ``result``; samples without a value have none."""
    column = Column(result.name, result.codes, result.names, result.values)
    if np.array_equal(ids, result.ids):
        return column
    _, rows, places = np.intersect1d(ids, result.ids, assume_unique=True, return_indices=True)
    return moved(column, rows, places, len(ids))


def of_the_batch(pool: Pool, name: str) -> Column:
    """Rank or gain of the picks of the shown batch."""
    values, rows = np.full(len(pool), np.nan), pool.rows_of(pool.picks.samples)
    found = pool.picks.ranks if name == "rank" else pool.picks.gains
    values[rows[rows >= 0]] = found[rows >= 0]
    return Column(name, None, (), values)
