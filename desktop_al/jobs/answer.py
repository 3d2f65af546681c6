"""What is told of a changed batch as soon as its picks are known, while the ranking behind them is still under way."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import BatchRecord, Decision, Ids, PickRecord, SampleState
from desktop_al.domain.results import PartialBatch
from desktop_al.domain.sentence import say
from desktop_al.jobs.batch_summary import summary_of
from desktop_al.jobs.held_back import held_back
from desktop_al.jobs.rationale import Chosen, pick_records
from desktop_al.jobs.select import chosen_of
from desktop_al.jobs.select_record import SelectRecord
from desktop_al.jobs.unheeded import unheeded
from desktop_al.numerics.coverage import mean
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import varied_size
from desktop_al.store import batches
from desktop_al.store.project import Project
from desktop_al.store.values import to_json
from desktop_al.strategies.live import Head


class Answer:
    """The picks of ``batch`` once it has changed to ``count`` picks of what ``record`` says.

    Called with the head of a ranking it publishes a `PartialBatch`; from then on ``told`` is true and ``picks`` are the
    changed batch. What it returns finds the ``summary``, what a person sees of it as a whole. It is called once.
    """

    def __init__(
        self, project: Project, batch: BatchRecord, record: SelectRecord, count: int, ctx: Context = SILENT
    ) -> None:
        self._project, self._batch, self._record, self._count, self._ctx = project, batch, record, count, ctx
        self.told = False
        self.picks: tuple[PickRecord, ...] = ()
        self.summary: dict[str, Any] = {}

    def __call__(self, similarity: Similarity, head: Head) -> Callable[[], None]:
        """Tell the picks of ``head``, positions in the pool.

        Raises
        ------
        SelectionError
            Where a pick that the batch did not have was labelled or picked since.
        """
        batch, record, ctx = self._batch, self._record, self._ctx
        decisions = self._project.read(lambda db: batches.decisions_of(db, batch.number))
        _require_free(self._project, batch.number, record.inputs.pool[head.places], decisions)
        picked = chosen_of(record, similarity, head.places, head.gains, head.origins, head.served, ctx)
        self.told, self.picks = True, pick_records(picked, decisions, ctx)
        ctx.publish(PartialBatch(self._told(mean(head.served.best)), self.picks))
        return partial(self._summarise, picked)

    def _summarise(self, picked: Chosen) -> None:
        batch, record, ctx = self._batch, self._record, self._ctx
        # So many random samples are alike in number, and drawn from the same pool.
        same = varied_size(self._count) == varied_size(batch.count)
        varied = batch.summary.get("vendi_random") if same else None
        risk = self._project.read(batches.random_labels)
        self.summary = summary_of(picked, batch.budget.get("account", ""), risk, record.spec.seed, varied, ctx)
        known = batch.summary.get("held_back") or {}
        best, places = picked.standing.best, picked.places
        self.summary["held_back"] = held_back(record, picked.similarity, places, best, known.get("filter"), ctx)
        self.summary["unheeded"] = unheeded(record)

    def _told(self, after: float) -> BatchRecord:
        """The batch as far as it is known: what is not is that of before."""
        batch = self._batch
        spec = json.loads(to_json(self._record.spec))
        return replace(batch, spec=spec, count=self._count, coverage={**batch.coverage, "after": after})


def _require_free(project: Project, number: int, picks: Ids, here: Mapping[int, Decision]) -> None:
    fresh = [sample for sample in picks.tolist() if sample not in here]
    ids, states = project.states()
    taken = int((states[np.searchsorted(ids, np.asarray(fresh, dtype=np.int64))] != SampleState.UNLABELLED).sum())
    if taken:
        raise SelectionError(
            say(
                "{taken:,} of the images that batch {number} would gain were labelled or picked since; "
                "select again instead.",
                taken=taken,
                number=number,
            )
        )
