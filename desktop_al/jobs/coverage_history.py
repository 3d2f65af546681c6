"""Coverage from batch to batch on one scale: the bandwidth of the last batch, over the same images throughout.

Each batch records its coverage at its own bandwidth, over what could be picked then; those figures do not compare.
"""

from dataclasses import dataclass, field

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import BatchRecord, Decision, EmbeddingTable, Ids
from desktop_al.jobs.select_inputs import vectors_of
from desktop_al.numerics.coverage import mean, serve
from desktop_al.numerics.kernel import factor
from desktop_al.store.project import Project

_MOST = 20_000


@dataclass(frozen=True, slots=True)
class CoverageHistory:
    """``batches`` and ``rounds`` map numbers to the coverage of all embedded images after them, at ``bandwidth``.

    Of more than 20,000 images a random 20,000 are judged, the same each time. Without a batch of the active model
    ``bandwidth`` is None, and both are empty.
    """

    bandwidth: float | None = None
    batches: dict[int, float] = field(default_factory=dict)
    rounds: dict[int, float] = field(default_factory=dict)


def coverage_history(project: Project, ctx: Context = SILENT) -> CoverageHistory:
    """The coverage by all labels and picks that were not rejected, after each batch and each round."""
    table = project.embeddings()
    batches = [batch for batch in project.batches() if batch.model_key == table.model_key]
    widths = [batch.budget.get("bandwidth") for batch in batches]
    if not widths or not widths[-1] or not len(table):
        return CoverageHistory()
    found = CoverageHistory(float(widths[-1]))
    state = _State(table, float(widths[-1]))
    labels = project.labels()
    state.join(labels.ids[labels.rounds == 0], ctx)
    for record in project.rounds():
        for batch in batches:
            if batch.round == record.number:
                state.join(_picks(project, batch), ctx)
                found.batches[batch.number] = state.coverage
        state.join(labels.ids[labels.rounds == record.number], ctx)
        found.rounds[record.number] = state.coverage
    return found


def _picks(project: Project, batch: BatchRecord) -> Ids:
    picks = project.picks(batch.number)
    return np.array([pick.sample for pick in picks if pick.decision is not Decision.REJECTED], dtype=np.int64)


class _State:
    """The similarity of each judged image to the nearest of those that joined."""

    def __init__(self, table: EmbeddingTable, bandwidth: float) -> None:
        ids = table.ids
        if len(ids) > _MOST:
            ids = np.sort(np.random.default_rng(0).choice(ids, _MOST, replace=False))
        self._table, self._judged = table, vectors_of(table, ids)
        self._scale = factor(bandwidth, self._judged.norm)
        self._served = np.zeros(len(ids), dtype=np.uint16)
        self._joined = np.zeros(0, dtype=np.int64)

    @property
    def coverage(self) -> float:
        return mean(self._served)

    def join(self, samples: Ids, ctx: Context) -> None:
        """Let those of ``samples`` that are embedded and did not join yet serve the judged images too."""
        new = np.setdiff1d(np.intersect1d(samples, self._table.ids), self._joined)
        if len(new):
            similarity = serve(self._judged, vectors_of(self._table, new), self._scale, ctx).similarity
            np.maximum(self._served, similarity, out=self._served)
            self._joined = np.concatenate([self._joined, new])
