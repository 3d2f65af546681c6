"""The nearest samples of one among some: of the labelled images, of the picks of a batch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import Ids
from desktop_al.numerics.likest import cosines
from desktop_al.store.project import Project


def nearest_among(
    project: Project, sample: int, groups: Sequence[Ids], ctx: Context = SILENT
) -> list[tuple[int, float] | None]:
    """The sample of each of ``groups`` that is nearest to ``sample``, itself left out, and how far away it is.

    By comparing all, so that it holds for labels and picks of this very moment; Euclidean distances of unit vectors.
    None where a group has no other embedded sample, and in every place where ``sample`` has no embedding.

    Raises
    ------
    CancelledError
        ``ctx`` was cancelled.
    """
    table = project.embeddings()
    at = int(np.searchsorted(table.ids, sample))
    if at >= len(table) or table.ids[at] != sample:
        return [None] * len(groups)
    query = np.asarray(table.matrix[table.rows[at]])[None]
    return [_nearest(table.ids, table.rows, table.matrix, query, np.setdiff1d(ids, [sample]), ctx) for ids in groups]


def _nearest(
    known: Ids,
    rows: NDArray[np.int64],
    matrix: NDArray[np.float32],
    query: NDArray[np.float32],
    ids: Ids,
    ctx: Context,
) -> tuple[int, float] | None:
    at = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    at = at[known[at] == ids]
    if len(at) == 0:
        return None
    values = cosines(matrix, query, rows[at], ctx)
    best = int(np.argmax(values))
    return int(known[at[best]]), float(np.sqrt(max(0.0, 2 - 2 * float(values[best]))))
