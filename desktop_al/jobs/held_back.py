"""How many images the limits of a selection kept out of a batch, so that a person sees what a limit costs."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.jobs.select_record import SelectRecord
from desktop_al.jobs.select_terms import DUPLICATES
from desktop_al.numerics.duplicates import near_any
from desktop_al.numerics.kernel import similar
from desktop_al.numerics.similarity import Similarity

_MARGIN = 2
"""Far more units of similarity than rounding could move one of them."""


def held_back(
    record: SelectRecord,
    similarity: Similarity,
    places: NDArray[np.int64],
    best: NDArray[np.uint16],
    filtered: int | None,
    ctx: Context = SILENT,
) -> dict[str, int]:
    """How many images each limit in force kept out of the batch of ``places`` (k,) in the pool; each counts once.

    ``best`` (n,) is the similarity of each of the pool to the nearest label, earlier pick or one of the batch.
    ``filter`` are the ``filtered`` images that could be picked but for the filter, None where that is not known;
    ``protected`` those of the pool that are protected or nearly the same as one that is; ``groups`` the others whose
    group is full once the batch is picked; ``distance`` the rest that is too near to a label, an earlier pick or one of
    the batch. What a person vetoed is in none. Beside them ``ungrouped`` are those of the pool, picked or not, that
    have no value in the column of the groups, so that nothing limits them.
    """
    found: dict[str, int] = {}
    spec, terms = record.spec, record.terms
    if spec.where.strip() and filtered is not None:
        found["filter"] = filtered
    left = np.ones(len(record.inputs.pool), dtype=np.bool_)
    left[places] = False
    left &= ~np.isin(record.inputs.pool, np.asarray(spec.constraints.vetoes, dtype=np.int64))
    if terms is not None and terms.protected is not None:
        found["protected"] = int((left & terms.protected).sum())
        left &= ~terms.protected
    if terms is not None and terms.groups is not None and terms.room is not None:
        mine = terms.groups[places]
        room = terms.room - np.bincount(mine[mine >= 0], minlength=len(terms.room))
        full = np.append(room <= 0, False)[terms.groups]
        found["groups"] = int((left & full).sum())
        if spec.constraints.group_by != DUPLICATES:
            found["ungrouped"] = int((terms.groups < 0).sum())
        left &= ~full
    distance = spec.constraints.minimum_distance
    if distance > 0:
        found["distance"] = count_near(similarity, np.flatnonzero(left), places, best, distance, ctx)
    return found


def count_near(
    similarity: Similarity,
    rows: NDArray[np.int64],
    places: NDArray[np.int64],
    best: NDArray[np.uint16],
    distance: float,
    ctx: Context = SILENT,
) -> int:
    """How many of ``rows`` of the pool are nearer than ``distance`` to a reference or one of ``places``.

    ``best`` is that of `held_back`; only what it leaves open is measured.
    """
    pool = similarity.pool
    at = int(similar(np.float32((distance * pool.norm) ** 2), similarity.scale))
    sure = int((best[rows] > at + _MARGIN).sum())
    rest = rows[np.abs(best[rows].astype(np.int64) - at) <= _MARGIN]
    open_ = len(rest)
    for others in (similarity.references, pool.subset(places)):
        rest = rest[~near_any(pool.subset(rest), others, distance, ctx)]
    return sure + open_ - len(rest)
