"""Embed the samples of a project: the worker decodes and computes, this side commits chunk by chunk."""

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import EmbeddingError, Remedy, SourceError
from desktop_al.domain.records import Change, ModelRecord, SampleStatus, SampleTable
from desktop_al.domain.results import EmbedResult
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import EmbedSpec
from desktop_al.engines.embedding import NOT_FINITE, EmbeddedChunk, ModelFacts, embed_files, load_model
from desktop_al.engines.local import get_worker
from desktop_al.jobs.early_map import EarlyMap
from desktop_al.store import models, runs, samples, vectors
from desktop_al.store.project import Project
from desktop_al.store.values import hash_words

if TYPE_CHECKING:
    import sqlite_utils

SEGMENT = 16_384
"""Samples whose paths the worker is given at once."""


@dataclass(slots=True)
class _Pass:
    """One embedding pass: what it works on, and what it found so far."""

    project: Project
    model: ModelRecord
    table: SampleTable
    early_map: EarlyMap
    known: NDArray[np.uint64]
    reused: int
    embedded: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)

    def commit(self, chunk: EmbeddedChunk) -> None:
        """Record the vectors and the facts of one chunk, all or nothing."""
        has = chunk.rows >= 0
        hashes = np.array(chunk.hashes, dtype=object)
        elsewhere = self._useful_elsewhere(chunk)
        facts = [
            samples.SampleFacts(number, content, width, height, form, "" if content in elsewhere else reason)
            for number, content, width, height, form, reason, gone in zip(
                chunk.ids.tolist(),
                chunk.hashes,
                chunk.widths.tolist(),
                chunk.heights.tolist(),
                chunk.formats,
                chunk.reasons,
                chunk.missing.tolist(),
                strict=True,
            )
            if not gone
        ]
        gone = chunk.ids[chunk.missing]
        gone_for_a_disk = self._of_absent_folders(gone)

        def record(db: "sqlite_utils.Database") -> None:
            for kind, array in ((vectors.EMBEDDING, chunk.embedding), (vectors.PROBABILITIES, chunk.probabilities)):
                if array is not None:
                    order = chunk.rows[has]
                    vectors.append(
                        db, self.project.path, self.model.key, kind, chunk.ids[has], list(hashes[has]), array[order]
                    )
            samples.set_facts(db, facts)
            samples.mark_missing(db, gone[~gone_for_a_disk].tolist())

        self.project.write(record)
        self._count(chunk, has)
        if gone_for_a_disk.any():
            raise SourceError(
                say(
                    "The folder “{folder}” is gone; connect its disk, or relink the source, and embed again: "
                    "what was done is kept.",
                    folder=self._root(int(gone[gone_for_a_disk][0])),
                ),
                (Remedy.RELINK_FOLDER,),
            )
        self.early_map.update(self.embedded + self.reused)

    def _count(self, chunk: EmbeddedChunk, has: NDArray[np.bool_]) -> None:
        self.embedded += int(has.sum())
        new = [content for content, new in zip(chunk.hashes, has.tolist(), strict=True) if new]
        self.known = np.concatenate([self.known, hash_words(new)])
        for number, reason in zip(chunk.ids.tolist(), chunk.reasons, strict=True):
            if reason:
                self.problems.append((str(self.table.path(self.table.row_of(number))), reason))
        self.reused += sum(
            1 for row, reason in zip(chunk.rows.tolist(), chunk.reasons, strict=True) if row < 0 and not reason
        )

    def _useful_elsewhere(self, chunk: EmbeddedChunk) -> set[str]:
        """Contents that this model cannot embed but another one of the project did: they stay readable."""
        useless = sorted({h for h, reason in zip(chunk.hashes, chunk.reasons, strict=True) if reason == NOT_FINITE})
        found: set[str] = set()
        for model in self.project.models() if useless else []:
            if model.key != self.model.key:
                rows = self.project.current_vectors(model.key).find(useless)
                found.update(content for content, row in zip(useless, rows.tolist(), strict=True) if row >= 0)
        return found

    def _root(self, sample: int) -> Path:
        return self.table.roots[int(self.table.source_ids[self.table.row_of(sample)])]

    def _of_absent_folders(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.array([not self._root(number).is_dir() for number in ids.tolist()], np.bool_)


def run_embed(project: Project, spec: EmbedSpec, ctx: Context) -> EmbedResult:
    """Embed every present sample that has no current embedding of the model; unreadable ones are tried again.

    What is done is committed every ``spec.chunk`` samples, so that a pass that is stopped or killed goes on from there.
    Content that was embedded before, under whatever path, is reused. While the pass runs, maps of what is embedded so
    far are published as `PartialMap`. The model becomes the active one.

    Raises
    ------
    ModelError
        The model cannot be used.
    EmbeddingError
        The model gives no finite embedding for any image.
    SourceError
        An image folder is gone, for example because its disk is not connected.
    ProjectError, StorageError
        The project cannot be written.
    WorkerLostError
        The worker process died.
    """
    began = time.monotonic()
    facts = get_worker().call(load_model, spec, ctx=ctx)
    model = project.write(lambda db: _ensure(db, facts, activate=models.active(db) is None))
    table = project.samples()
    todo, reused = _todo(project, table, model)
    run = _Pass(
        project,
        model,
        table,
        EarlyMap(project, model.key, reused, ctx),
        project.current_vectors(model.key).words,
        reused,
    )
    pass_began = time.monotonic()
    for start in range(0, len(todo), SEGMENT):
        rows = todo[start : start + SEGMENT]
        get_worker().call(
            embed_files,
            spec,
            table.ids[rows],
            [str(table.path(row)) for row in rows.tolist()],
            run.known,
            (start, len(todo)),
            ctx=ctx,
            partial=run.commit,
        )
    seconds = time.monotonic() - pass_began
    if not run.embedded + run.reused and any(reason == NOT_FINITE for _, reason in run.problems):
        raise EmbeddingError(
            say(
                "The model “{model}” gives no finite embedding for any image: check its size and "
                "normalisation, or embed with another model.",
                model=model.name,
            )
        )
    run.early_map.update(run.embedded + run.reused, last=True)
    result = EmbedResult(
        embedded=run.embedded,
        reused=run.reused,
        unreadable=len(run.problems),
        unreadable_files=tuple(run.problems),
        dim=model.dim,
        model=model.key,
        device=facts.device,
        precision=facts.precision,
        seconds=time.monotonic() - began,
        images_per_second=len(todo) / seconds if len(todo) and seconds > 0 else 0.0,
        change=_change(run, model),
    )
    project.write(lambda db: _finish(db, model, spec, result))
    return result


def _ensure(db: "sqlite_utils.Database", facts: ModelFacts, activate: bool) -> ModelRecord:
    return models.ensure_model(
        db,
        facts.key,
        name=facts.name,
        kind=facts.kind,
        dim=facts.dim,
        n_classes=facts.n_classes,
        path=facts.path,
        details=facts.details,
        activate=activate,
    )


def _todo(project: Project, table: SampleTable, model: ModelRecord) -> tuple[NDArray[np.int64], int]:
    """The rows of the samples to embed, and how many have their embedding already."""
    has = project.current_vectors(model.key).find(table.hashes) >= 0
    present = table.status == SampleStatus.PRESENT
    unreadable = table.status == SampleStatus.UNREADABLE
    todo = (present & ~has) | unreadable
    absent = {number: root for number, root in table.roots.items() if not root.is_dir()}
    if absent and np.isin(table.source_ids[todo], list(absent)).any():
        raise SourceError(
            say(
                "The folder “{folder}” is not there; connect its disk, or relink the source, and embed again.",
                folder=next(iter(absent.values())),
            ),
            (Remedy.RELINK_FOLDER,),
        )
    return np.flatnonzero(todo), int((present & has).sum())


def _change(run: _Pass, model: ModelRecord) -> Change:
    return Change(
        frozenset({"samples", "models", "embeddings"}),
        say("{embedded:,} samples embedded with {model}", embedded=run.embedded, model=model.name),
        run.embedded + len(run.problems),
    )


def _finish(db: "sqlite_utils.Database", model: ModelRecord, spec: EmbedSpec, result: EmbedResult) -> None:
    models.set_active(db, model.key)
    counts = {key: value for key, value in result.to_json().items() if key != "unreadable_files"}
    runs.record_run(db, "embed", replace(spec, trusted=()), input_hash=model.key, result=counts, seconds=result.seconds)
