"""A project: one folder that holds the database and the vectors.

Usage::

    with Project.create(Path("birds.alproject")) as project:
        source = project.write(lambda db: sources.ensure(db, Path("/photos/birds")))
        project.write(lambda db: samples.insert(db, source, ["wren.jpg"], [1024], [0]))
        project.samples().path(0)

    with Project.open(Path("birds.alproject")) as project:  # reads beside a writer
        project.counts().samples

Reads may come from any thread and see the last committed state. A write is a function of the store's modules that
takes the database; `Project.write` runs it in one transaction on the writer lane. Vectors that must come together
with other facts are appended inside such a function (`vectors.append`).
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import numpy as np
import sqlite_utils
import xxhash
from numpy.typing import NDArray

from desktop_al.domain.errors import ProjectError
from desktop_al.domain.records import (
    BatchRecord,
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
)
from desktop_al.store import (
    arrays,
    batches,
    counts,
    exports,
    labels,
    metadata,
    migrations,
    models,
    rounds,
    runs,
    samples,
    sources,
    vectors,
)
from desktop_al.store.connection import connect_reader, connect_writer
from desktop_al.store.faults import DATABASE_NAME, explained
from desktop_al.store.lane import WriterLane
from desktop_al.store.lock import LOCK_NAME, ProjectLock
from desktop_al.store.memory import Memory

__all__ = ["DATABASE_NAME", "SUFFIX", "Mode", "Project"]

SUFFIX = ".alproject"
T = TypeVar("T")
Mode = Literal["r", "w"]


@dataclass(frozen=True, slots=True)
class _Reader:
    """The read connection of one thread; ``busy`` is held while it reads, so that nobody closes it meanwhile."""

    db: sqlite_utils.Database
    busy: threading.RLock = field(default_factory=threading.RLock)


class Project:
    """An open project; make one with `create` or `open`.

    Attributes
    ----------
    path
        The project folder, absolute.
    name
        Its name without the suffix.
    mode
        "r" or "w".
    """

    def __init__(self, path: Path, mode: Mode, lock: ProjectLock | None, lane: WriterLane | None) -> None:
        self.path = path
        self.name = path.name.removesuffix(SUFFIX)
        self.mode = mode
        self._lock = lock
        self._lane = lane
        self._readers: dict[threading.Thread, _Reader] = {}
        self._memory = Memory()
        self._guard = threading.Lock()
        self._closed = False

    @classmethod
    def create(cls, path: str | Path) -> Self:
        """Create a project in a new or empty folder and open it for writing.

        Raises
        ------
        ProjectError
            The folder holds a project or other files already.
        StorageError
            The folder cannot be written, or the disk is full.
        """
        folder = Path(path).absolute()
        with explained(folder):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except (FileExistsError, NotADirectoryError):
                raise ProjectError(f"“{folder}” is a file: choose another place for the project.") from None
            _refuse_occupied(folder)
            lock = ProjectLock(folder)
            try:
                # Checked again under the lock: another process may just have created the same project.
                _refuse_occupied(folder)
                db = connect_writer(folder / DATABASE_NAME, create=True)
                try:
                    migrations.migrate(db)
                finally:
                    db.close()
                (folder / vectors.FOLDER).mkdir(exist_ok=True)
                vectors.sync_folder(folder)
                return cls(folder, "w", lock, WriterLane(folder / DATABASE_NAME))
            except BaseException:
                lock.release()
                raise

    @classmethod
    def open(cls, path: str | Path, mode: Mode = "r") -> Self:
        """Open a project for reading ("r", also beside a writer) or for writing ("w", alone).

        Raises
        ------
        ProjectError
            It is missing, damaged, of a newer program, or of an older one and opened for reading.
        ProjectLockedError
            Someone else has it open for writing.
        StorageError
            It cannot be written, or the disk is full.
        """
        folder = Path(path).absolute()
        database = folder / DATABASE_NAME
        if not database.is_file():
            raise ProjectError(f"“{folder}” is not a Desktop AL project: check the path, or create the project.")
        with explained(folder):
            if mode == "r":
                db = connect_reader(database)
                try:
                    _check_readable(db, folder)
                finally:
                    db.close()
                return cls(folder, "r", None, None)
            lock = ProjectLock(folder)
            try:
                _upgrade(database)
                lane = WriterLane(database)
            except BaseException:
                lock.release()
                raise
            project = cls(folder, "w", lock, lane)
            lane.outside(lambda db: arrays.sweep(db, folder))
            return project

    def close(self) -> None:
        """Wait for the reads and the write that run, then let go of everything; harmless when called twice."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
            readers = list(self._readers.values())
            self._readers.clear()
        for reader in readers:
            with reader.busy:
                reader.db.close()
        if self._lane is not None:
            self._lane.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Project({str(self.path)!r}, mode={self.mode!r})"

    # Writing

    def write(self, fn: Callable[[sqlite_utils.Database], T]) -> T:
        """Run ``fn`` in one transaction on the writer lane and return what it returns, once that is on the disk.

        Raises what ``fn`` raises, after rolling back.

        Raises
        ------
        ProjectError
            The project is open for reading, was closed, or its folder was deleted.
        StorageError
            The disk is full, read-only or failing; nothing was changed.
        """
        if self._closed:
            raise ProjectError(f"“{self.path}” was closed: open it again.")
        if self._lane is None:
            raise ProjectError(f"“{self.path}” is open for reading only: open it for writing.")
        return self._lane.run(fn)

    def append_vectors(
        self,
        model_key: str,
        kind: str,
        ids: Sequence[int] | Ids,
        hashes: Sequence[str],
        array: NDArray[np.floating[Any]],
        also: Callable[[sqlite_utils.Database], None] | None = None,
    ) -> None:
        """Append rows of vectors (see `vectors.append`) and run ``also`` in the same transaction."""

        def append(db: sqlite_utils.Database) -> None:
            vectors.append(db, self.path, model_key, kind, ids, hashes, array)
            if also is not None:
                also(db)

        self.write(append)

    def save_array(
        self,
        model_key: str,
        kind: str,
        ids: Sequence[int] | Ids,
        values: Mapping[str, NDArray[Any]],
        spec: Mapping[str, Any],
        seed: int = 0,
        input_hash: str = "",
        also: Callable[[sqlite_utils.Database], None] | None = None,
    ) -> None:
        """Save derived arrays in place of the earlier ones of the same model and kind, all or nothing.

        Parameters
        ----------
        ids
            The samples of the rows, (n,), ascending.
        values
            Arrays by name, for "neighbours": ``indices`` and ``distances`` with ``spec["exact"]``; for "projection":
            ``xy`` with ``spec["method"]``.
        also
            Runs in the same transaction.
        """
        if self._lane is None:
            raise ProjectError(f"“{self.path}” is open for reading only: open it for writing.")
        owners = np.asarray(ids, dtype=np.int64)
        if np.any(owners[1:] <= owners[:-1]):
            raise ValueError("the ids of an array must ascend")
        with explained(self.path):
            staged = arrays.stage(self.path, kind, {"ids": owners, **values})

        def record(db: sqlite_utils.Database) -> str | None:
            old = arrays.record(db, model_key, kind, staged, spec, seed, input_hash)
            if also is not None:
                also(db)
            return old

        try:
            old = self.write(record)
        except BaseException:
            arrays.drop(self.path / vectors.FOLDER / staged["file"])
            raise
        if old is not None:
            arrays.drop(self.path / vectors.FOLDER / old)

    # Reading

    def db(self) -> sqlite_utils.Database:
        """The read-only database of the calling thread; `read` hands it out too, and explains faults."""
        return self._reader().db

    def _reader(self) -> "_Reader":
        thread = threading.current_thread()
        with self._guard:
            if self._closed:
                raise ProjectError(f"“{self.path}” was closed: open it again.")
            found = self._readers.get(thread)
            if found is not None:
                return found
            for dead in [other for other in self._readers if not other.is_alive()]:
                self._readers.pop(dead).db.close()
            with explained(self.path):
                return self._readers.setdefault(thread, _Reader(connect_reader(self.path / DATABASE_NAME)))

    def read(self, fn: Callable[[sqlite_utils.Database], T]) -> T:
        """What ``fn`` reads, all from one committed state.

        Raises
        ------
        ProjectError, StorageError
            The database is damaged, or cannot be read any more.
        """
        reader = self._reader()
        db = reader.db
        with reader.busy, explained(self.path):
            if db.conn.in_transaction:
                return fn(db)
            db.conn.execute("BEGIN")
            try:
                return fn(db)
            finally:
                db.conn.execute("ROLLBACK")

    def sources(self) -> list[Source]:
        """The image folders that were added."""
        return self.read(sources.read)

    def samples(self) -> SampleTable:
        """All samples as columns."""
        return self.read(self._samples)

    def counts(self) -> Counts:
        """The counts that are always in sight; embeddings are counted for the active model."""

        def read(db: sqlite_utils.Database) -> Counts:
            model = models.active(db)
            key = (samples.revision(db), model and (model.id, vectors.last_chunk(db, model)))
            found = self._memory.recall("counts", key, lambda: counts.of_samples(db, self._index(db, model)))
            return counts.read(db, found)

        return self.read(read)

    def states(self) -> tuple[Ids, NDArray[np.uint8]]:
        """Sample ids (n,) int64 and states (n,) uint8 of `SampleState`."""

        def read(db: sqlite_utils.Database) -> tuple[Ids, NDArray[np.uint8]]:
            ids = self._samples(db).ids
            return ids, counts.states(db, ids)

        return self.read(read)

    def metadata(self, name: str | None = None) -> dict[str, MetadataColumn]:
        """Metadata fields by name: all of them, or the one called ``name`` (empty where there is none)."""
        return self.read(lambda db: metadata.read(db, name))

    def labels(self) -> LabelTable:
        """The current labels."""
        return self.read(labels.read)

    def models(self) -> list[ModelRecord]:
        """The models whose vectors the project holds."""
        return self.read(models.read)

    def active_model(self) -> ModelRecord | None:
        """The model that the map and the selection use."""
        return self.read(models.active)

    def embeddings(self, model_key: str | None = None) -> EmbeddingTable:
        """The embeddings (of the active model) of all samples whose current content has one."""
        found = self._vectors(model_key, vectors.EMBEDDING)
        if found is None:
            return EmbeddingTable(np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 0), np.float32))
        return found

    def probabilities(self, model_key: str | None = None) -> EmbeddingTable | None:
        """The class probabilities (float16) that the model gave, in the same form; None where it gives none."""
        found = self._vectors(model_key, vectors.PROBABILITIES)
        return found if found is not None and len(found) else None

    def current_vectors(self, model_key: str | None = None) -> vectors.RowIndex:
        """Which contents have an embedding of this model already (``hash in index``, ``index.find(hashes)``)."""
        return self.read(lambda db: self._index(db, models.find(db, model_key)))

    def embedding_digest(self, model_key: str | None = None) -> str:
        """A hash over the ids and contents of all embedded samples and the model: what a result depends on."""

        def read(db: sqlite_utils.Database) -> str:
            model = models.find(db, model_key)
            if model is None:
                return ""
            ids, rows = self._locate(db, model, vectors.EMBEDDING)
            digest = xxhash.xxh3_64(model.key.encode())
            digest.update(ids.astype("<i8").tobytes())
            digest.update(self._index(db, model).words_of(rows).astype("<u8").tobytes())
            return digest.hexdigest()

        return self.read(read)

    def array(self, model_key: str | None, kind: str) -> DerivedArrays | None:
        """Derived arrays of a model (None: the active one) as they were saved; None where there are none."""

        def read(db: sqlite_utils.Database) -> DerivedArrays | None:
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

    def _vectors(self, model_key: str | None, kind: str) -> EmbeddingTable | None:
        def read(db: sqlite_utils.Database) -> EmbeddingTable | None:
            model = models.find(db, model_key)
            if model is None:
                return None
            ids, rows = self._locate(db, model, kind)
            return EmbeddingTable(ids, rows, vectors.open_matrix(self.path, model, self._index(db, model, kind), kind))

        return self.read(read)

    def _samples(self, db: sqlite_utils.Database) -> SampleTable:
        table = self._memory.recall("samples", samples.revision(db), lambda: samples.read(db))
        roots = {source.id: source.root for source in sources.read(db)}
        return table if table.roots == roots else replace(table, roots=roots)

    def _index(
        self, db: sqlite_utils.Database, model: ModelRecord | None, kind: str = vectors.EMBEDDING
    ) -> vectors.RowIndex:
        if model is None:
            return vectors.RowIndex.empty()
        key = (model.id, vectors.last_chunk(db, model, kind))
        return self._memory.recall(f"index of {kind}", key, lambda: vectors.read_index(db, model, kind))

    def _locate(self, db: sqlite_utils.Database, model: ModelRecord, kind: str) -> tuple[Ids, NDArray[np.int64]]:
        key = (model.id, vectors.last_chunk(db, model, kind), samples.revision(db))
        return self._memory.recall(f"rows of {kind}", key, lambda: vectors.locate(db, self._index(db, model, kind)))


def _refuse_occupied(folder: Path) -> None:
    """Raise where ``folder`` holds anything but an unfinished creation."""
    names = {file.name for file in folder.iterdir()}
    database = folder / DATABASE_NAME
    if database.exists() and not _unfinished(database):
        raise ProjectError(f"“{folder}” holds a project already: open it, or choose another folder.")
    database_files = {f"{DATABASE_NAME}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")}
    if names - database_files - {LOCK_NAME, vectors.FOLDER}:
        raise ProjectError(f"“{folder}” is not empty: choose a new or an empty folder for the project.")


def _unfinished(database: Path) -> bool:
    """Whether a creation ended before its one transaction was committed."""
    if database.stat().st_size == 0:
        return True
    db = connect_reader(database)
    try:
        return migrations.version_of(db) == 0 and not db.conn.execute("SELECT 1 FROM sqlite_master").fetchone()
    finally:
        db.close()


def _check_readable(db: sqlite_utils.Database, folder: Path) -> None:
    if migrations.check_version(db, folder) < len(migrations.MIGRATIONS):
        raise ProjectError(f"“{folder}” was written by an older Desktop AL: open it for writing once to bring it up.")


def _upgrade(database: Path) -> None:
    """Check the database and bring it to the present version, after copying it."""
    db = connect_reader(database)
    try:
        # Before anything is written: the file may be damaged, of a newer program or not ours at all.
        version = migrations.check_version(db, database.parent)
    finally:
        db.close()
    if version == len(migrations.MIGRATIONS):
        return
    db = connect_writer(database)
    try:
        migrations.back_up(db, database, version)
        migrations.migrate(db)
    finally:
        db.close()
