"""Everything that is read from a project; safe from any thread."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import xxhash
from numpy.typing import NDArray

from desktop_al.domain.records import (
    BatchRecord,
    CodedColumn,
    Counts,
    DerivedArrays,
    EmbeddingTable,
    ExportRecord,
    Ids,
    LabelTable,
    MetadataColumn,
    ModelRecord,
    Neighbours,
    PickRecord,
    Projection,
    RoundRecord,
    RunRecord,
    SampleTable,
    Source,
    TagTable,
)
from desktop_al.store import (
    arrays,
    batches,
    counts,
    exports,
    filters,
    highlights,
    kept_samples,
    labels,
    metadata,
    models,
    notes,
    revisions,
    rounds,
    runs,
    samples,
    sources,
    tags,
    vectors,
    view_state,
)
from desktop_al.store.columns import Block
from desktop_al.store.counts import SampleCounts
from desktop_al.store.memory import Memory
from desktop_al.store.pick_table import PickTable
from desktop_al.store.readers import Readers
from desktop_al.store.samples import Plan

if TYPE_CHECKING:
    import sqlite_utils

T = TypeVar("T")


class ProjectReads:
    """The reading side of a project in the folder ``path``. Each read sees one committed state.

    Columns that a million samples make large are read again only once they changed; treat them as read-only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = Readers(path)
        self._memory = Memory()

    def db(self) -> "sqlite_utils.Database":
        """The read-only database of the calling thread; `read` hands it out too, and explains faults."""
        return self._readers.get()

    def read(self, fn: Callable[["sqlite_utils.Database"], T]) -> T:
        """What ``fn`` reads, all from one committed state.

        Raises
        ------
        ProjectError, StorageError
            The database is damaged, or cannot be read any more.
        """
        return self._readers.read(fn)

    def sources(self) -> list[Source]:
        """The image folders that were added."""
        return self.read(sources.read)

    def samples(self) -> SampleTable:
        """All samples as columns."""
        return self.read(self._samples)

    def samples_at_hand(self) -> SampleTable | None:
        """All samples as columns, unless every row of them had to be read; then None."""

        def read(db: "sqlite_utils.Database") -> SampleTable | None:
            revision = revisions.read(db, revisions.SAMPLES)
            if not self._memory.knows("samples", revision):
                kept = kept_samples.read(db, self.path)
                if kept is None:
                    return None
                self._memory.recall("samples", revision, lambda: kept)
            return self._samples(db)

        return self.read(read)

    def samples_of(self, revision: int, plan: Plan, blocks: Sequence[Block]) -> SampleTable:
        """All samples as columns, from ``blocks`` that were read at ``revision``, if they still are as they were."""

        def read(db: "sqlite_utils.Database") -> SampleTable:
            if revisions.read(db, revisions.SAMPLES) == revision and samples.plan(db) == plan:
                self._memory.recall("samples", revision, lambda: samples.table(db, plan, blocks))
            return self._samples(db)

        return self.read(read)

    def counts(self) -> Counts:
        """The counts that are always in sight; embeddings are counted for the active model."""

        def read(db: "sqlite_utils.Database") -> Counts:
            return counts.read(db, self._sample_counts(db, models.active(db)))

        return self.read(read)

    def states(self) -> tuple[Ids, NDArray[np.uint8]]:
        """Sample ids (n,) int64 and states (n,) uint8 of `SampleState`."""

        def read(db: "sqlite_utils.Database") -> tuple[Ids, NDArray[np.uint8]]:
            ids = self._samples(db).ids
            return ids, counts.states(db, ids)

        return self.read(read)

    def metadata(self, name: str | None = None) -> dict[str, MetadataColumn]:
        """Metadata fields by name: all of them, or the one called ``name`` (empty where there is none)."""

        def read(db: "sqlite_utils.Database") -> dict[str, MetadataColumn]:
            key = revisions.read(db, revisions.METADATA)
            return dict(self._memory.recall(f"metadata {name}", key, lambda: metadata.read(db, name)))

        return self.read(read)

    def coded_metadata(self, name: str | None = None) -> dict[str, CodedColumn]:
        """The same as codes into the texts that occur: for a million samples the quick and small form."""

        def read(db: "sqlite_utils.Database") -> dict[str, CodedColumn]:
            key = revisions.read(db, revisions.METADATA)
            return dict(self._memory.recall(f"coded {name}", key, lambda: metadata.read_coded(db, name)))

        return self.read(read)

    def metadata_kinds(self) -> dict[str, bool]:
        """Whether each metadata field is numeric, by name, in order."""
        return self.read(metadata.kinds)

    def metadata_names(self) -> tuple[str, ...]:
        """The names of the metadata fields, in order."""
        return self.read(metadata.names)

    def labels(self) -> LabelTable:
        """The current labels."""
        return self.read(labels.read)

    def tags(self) -> TagTable:
        """The tags and who carries them."""
        return self.read(tags.read)

    def notes(self) -> dict[int, str]:
        """The notes by sample id."""
        return self.read(notes.read)

    def highlights(self) -> dict[str, Ids]:
        """The named highlights: sample ids (m,) by name."""
        return self.read(highlights.read)

    def filters(self) -> dict[str, str]:
        """The saved filters: expressions by name."""
        return self.read(filters.read)

    def view_state(self) -> dict[str, dict[str, Any]]:
        """Where the person was, by part of the window."""
        return self.read(view_state.read)

    def models(self) -> list[ModelRecord]:
        """The models whose vectors the project holds."""
        return self.read(models.read)

    def active_model(self) -> ModelRecord | None:
        """The model that the map and the selection use."""
        return self.read(models.active)

    def embeddings(self, model_key: str | None = None) -> EmbeddingTable:
        """The embeddings (of the active model) of all samples whose current content has one."""

        def read(db: "sqlite_utils.Database") -> EmbeddingTable:
            model = models.find(db, model_key)
            if model is None:
                return EmbeddingTable(np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 0), np.float32))
            return replace(self._vectors(db, model, vectors.EMBEDDING), digest=self._digest(db, model))

        return self.read(read)

    def probabilities(self, model_key: str | None = None) -> EmbeddingTable | None:
        """The class probabilities (float16) that the model gave, in the same form; None where it gives none."""

        def read(db: "sqlite_utils.Database") -> EmbeddingTable | None:
            model = models.find(db, model_key)
            found = None if model is None else self._vectors(db, model, vectors.PROBABILITIES)
            return found if found is not None and len(found) else None

        return self.read(read)

    def current_vectors(self, model_key: str | None = None) -> vectors.RowIndex:
        """Which contents have an embedding of this model already (``hash in index``, ``index.find(hashes)``)."""
        return self.read(lambda db: self._index(db, models.find(db, model_key)))

    def embedding_digest(self, model_key: str | None = None) -> str:
        """A hash over the ids and contents of all embedded samples and the model: what a result depends on."""

        def read(db: "sqlite_utils.Database") -> str:
            model = models.find(db, model_key)
            return "" if model is None else self._digest(db, model)

        return self.read(read)

    def array(self, model_key: str | None, kind: str) -> DerivedArrays | None:
        """Derived arrays of a model (None: the active one) as they were saved; None where there are none."""

        def read(db: "sqlite_utils.Database") -> DerivedArrays | None:
            model = models.find(db, model_key)
            return None if model is None else arrays.read(db, self.path, model, kind)

        return self.read(read)

    def neighbours(self, model_key: str | None = None) -> Neighbours | None:
        """The kNN graph, as of when it was computed; None where there is none."""
        saved = self.array(model_key, "neighbours")
        if saved is None:
            return None
        return Neighbours(
            saved.ids, saved.arrays["indices"], saved.arrays["distances"], bool(saved.spec.get("exact", False))
        )

    def projection(self, model_key: str | None = None) -> Projection | None:
        """The 2-D coordinates, as of when they were computed; None where there are none."""
        saved = self.array(model_key, "projection")
        if saved is None:
            return None
        return Projection(saved.ids, saved.arrays["xy"], str(saved.spec.get("method", "")), saved.seed)

    def batches(self) -> list[BatchRecord]:
        """All batches by number."""
        return self.read(batches.read)

    def batch(self, number: int | None = None) -> BatchRecord:
        """The batch with this number, or the last one; `SelectionError` where there is none."""
        return self.read(lambda db: batches.read_one(db, number))

    def picks(self, number: int) -> list[PickRecord]:
        """The picks of a batch by rank; `SelectionError` where there is no such batch."""
        return self.read(lambda db: batches.read_picks(db, number))

    def decisions(self, number: int) -> tuple[Ids, NDArray[np.uint8]]:
        """The samples (k,) of a batch, ascending, and the `SampleState` (k,) uint8 that the decision on each means."""
        return self.read(lambda db: batches.read_decisions(db, number))

    def pick_table(self, number: int) -> PickTable:
        """The same with ids, ranks and states as columns, whose records are made when they are asked for."""
        return self.read(lambda db: batches.read_pick_table(db, number))

    def batch_order(self, number: int) -> tuple[Ids, NDArray[np.float64]]:
        """The greedy order of a batch up to the horizon of its solver: ids and gains."""
        return self.read(lambda db: batches.read_order(db, number))

    def rounds(self) -> list[RoundRecord]:
        """All rounds in order."""
        return self.read(rounds.read)

    def exports(self) -> list[ExportRecord]:
        """All exports, oldest first."""
        return self.read(exports.read)

    def runs(self) -> list[RunRecord]:
        """All recorded runs, oldest first."""
        return self.read(runs.read)

    def _vectors(self, db: "sqlite_utils.Database", model: ModelRecord, kind: str) -> EmbeddingTable:
        ids, rows = self._locate(db, model, kind)
        matrix = vectors.open_matrix(self.path, model, self._index(db, model, kind), kind)
        return EmbeddingTable(ids, rows, matrix, model.key)

    def _sample_counts(self, db: "sqlite_utils.Database", model: ModelRecord | None) -> SampleCounts:
        embedded = last_embedded(db, model)
        key = (revisions.read(db, revisions.SAMPLES), embedded)

        def read() -> SampleCounts:
            kept = kept_samples.read_counts(db, embedded)
            return counts.of_samples(db, self._index(db, model)) if kept is None else kept

        return self._memory.recall("counts", key, read)

    def _samples(self, db: "sqlite_utils.Database") -> SampleTable:
        table = self._memory.recall("samples", revisions.read(db, revisions.SAMPLES), lambda: self._read_samples(db))
        roots = {source.id: source.root for source in sources.read(db)}
        return table if table.roots == roots else replace(table, roots=roots)

    def _read_samples(self, db: "sqlite_utils.Database") -> SampleTable:
        kept = kept_samples.read(db, self.path)
        return samples.read(db) if kept is None else kept

    def _index(
        self, db: "sqlite_utils.Database", model: ModelRecord | None, kind: str = vectors.EMBEDDING
    ) -> vectors.RowIndex:
        if model is None:
            return vectors.RowIndex.empty()
        key = (model.id, vectors.last_chunk(db, model, kind))
        return self._memory.recall(f"index of {kind}", key, lambda: vectors.read_index(db, model, kind))

    def _digest(self, db: "sqlite_utils.Database", model: ModelRecord) -> str:
        def compute() -> str:
            ids, rows = self._locate(db, model, vectors.EMBEDDING)
            digest = xxhash.xxh3_64(model.key.encode())
            digest.update(ids.astype("<i8").tobytes())
            digest.update(self._index(db, model).words_of(rows).astype("<u8").tobytes())
            return digest.hexdigest()

        key = (model.id, vectors.last_chunk(db, model), revisions.read(db, revisions.SAMPLES))
        return self._memory.recall("digest", key, compute)

    def _locate(self, db: "sqlite_utils.Database", model: ModelRecord, kind: str) -> tuple[Ids, NDArray[np.int64]]:
        key = (model.id, vectors.last_chunk(db, model, kind), revisions.read(db, revisions.SAMPLES))
        return self._memory.recall(f"rows of {kind}", key, lambda: vectors.locate(db, self._index(db, model, kind)))


def last_embedded(db: "sqlite_utils.Database", model: ModelRecord | None) -> kept_samples.CountsKey:
    """What changes with every embedding of ``model``."""
    return None if model is None else (model.id, vectors.last_chunk(db, model))
