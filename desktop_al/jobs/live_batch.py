"""The ranking of the batch that was selected or changed last, kept so that a veto is answered at once."""

import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import BatchRecord, Ids
from desktop_al.domain.specs import SelectSpec
from desktop_al.numerics.similarity import Similarity
from desktop_al.store.project import Project
from desktop_al.strategies.live import Head, Live


@dataclass(frozen=True, slots=True)
class _Kept:
    """``live`` was started with the vetoes of ``spec``, and ranks batch ``number`` of a project that is open still."""

    project: "weakref.ref[Project]"
    number: int
    input_hash: str
    spec: SelectSpec
    live: Live


_lock = threading.Lock()
_last: list[_Kept] = []


def keep(project: Project, batch: BatchRecord, spec: SelectSpec, live: Live) -> None:
    """Keep ``live``, which ranks ``batch`` with the vetoes of ``spec``, in place of what was kept before.

    It is let go once ``project`` is.
    """
    # Let go at once, for a dense kernel takes gigabytes.
    owner = weakref.ref(project, lambda _: _last.clear())
    with _lock:
        _last[:] = [_Kept(owner, batch.number, batch.input_hash, spec, live)]


def adjusted(
    project: Project,
    batch: BatchRecord,
    spec: SelectSpec,
    pool: Ids,
    count: int,
    ctx: Context = SILENT,
    on_head: Callable[[Similarity, Head], Callable[[], object]] | None = None,
) -> Live | None:
    """The kept ranking with the pins and vetoes of ``spec``, samples of ``pool``; None where another one was kept.

    ``count`` is the size of the batch, ``on_head`` hears of its picks as `Live.adjust` says.

    A veto that the ranking was started with cannot be taken back.
    """
    with _lock:
        kept = _last[0] if _last else None
        if kept is None or kept.project() is not project or kept.number != batch.number:
            return None
        known, wanted = kept.spec.constraints, spec.constraints
        if kept.input_hash != batch.input_hash or not set(known.vetoes) <= set(wanted.vetoes):
            return None
        vetoes = [sample for sample in wanted.vetoes if sample not in known.vetoes]
        hears = None if on_head is None else partial(on_head, kept.live.similarity)
        kept.live.adjust(_places(pool, wanted.pins), _places(pool, vetoes), ctx, count, hears)
        return kept.live


def _places(pool: Ids, samples: Sequence[int]) -> tuple[int, ...]:
    """The positions of ``samples`` in ``pool``, without those that are not in it."""
    ids = np.asarray(samples, dtype=np.int64)
    return tuple(np.searchsorted(pool, ids[np.isin(ids, pool)]).tolist())
