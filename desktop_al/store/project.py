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
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import ProjectError, StorageError
from desktop_al.domain.records import Ids, SampleTable
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.store import arrays, kept_samples, migrations, models, revisions, vectors
from desktop_al.store.connection import connect_reader, connect_writer
from desktop_al.store.counts import SampleCounts
from desktop_al.store.faults import DATABASE_NAME, explained
from desktop_al.store.lane import WriterLane
from desktop_al.store.lock import LOCK_NAME, ProjectLock
from desktop_al.store.reads import ProjectReads, last_embedded

if TYPE_CHECKING:
    import sqlite_utils

__all__ = ["DATABASE_NAME", "SUFFIX", "Mode", "Project"]

SUFFIX = ".alproject"
T = TypeVar("T")
Mode = Literal["r", "w"]


class Project(ProjectReads):
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
        super().__init__(path)
        self.name = path.name.removesuffix(SUFFIX)
        self.mode = mode
        self._lock = lock
        self._lane = lane
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
                raise ProjectError(
                    say("“{folder}” is a file: choose another place for the project.", folder=shown(folder))
                ) from None
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
        version = cls.format_of(path)
        folder = Path(path).absolute()
        database = folder / DATABASE_NAME
        with explained(folder):
            if mode == "r":
                _check_readable(version, folder)
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

    @staticmethod
    def format_of(path: str | Path) -> int:
        """The format of the project at ``path``; nothing is changed, and an older one needs no writer.

        Raises
        ------
        ProjectError
            It is missing, damaged, or of a newer program.
        """
        folder = Path(path).absolute()
        if not (folder / DATABASE_NAME).is_file():
            raise ProjectError(
                say(
                    "“{folder}” is not a Desktop AL project: check the path, or create the project.",
                    folder=shown(folder),
                )
            )
        with explained(folder):
            db = connect_reader(folder / DATABASE_NAME)
            try:
                return migrations.check_version(db, folder)
            finally:
                db.close()

    def close(self) -> None:
        """Wait for the reads and the write that run, then let go of everything; harmless when called twice."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
        if self._lane is not None:
            self._keep_samples(self._lane)
        self._readers.close()
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

    def write(self, fn: Callable[["sqlite_utils.Database"], T]) -> T:
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
            raise ProjectError(say("“{path}” was closed: open it again.", path=shown(self.path)))
        if self._lane is None:
            raise ProjectError(say("“{path}” is open for reading only: open it for writing.", path=shown(self.path)))
        return self._lane.run(fn)

    def append_vectors(
        self,
        model_key: str,
        kind: str,
        ids: Sequence[int] | Ids,
        hashes: Sequence[str],
        array: NDArray[np.floating[Any]],
        also: Callable[["sqlite_utils.Database"], None] | None = None,
    ) -> None:
        """Append rows of vectors (see `vectors.append`) and run ``also`` in the same transaction."""

        def append(db: "sqlite_utils.Database") -> None:
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
        also: Callable[["sqlite_utils.Database"], None] | None = None,
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
            raise ProjectError(say("“{path}” is open for reading only: open it for writing.", path=shown(self.path)))
        owners = np.asarray(ids, dtype=np.int64)
        if np.any(owners[1:] <= owners[:-1]):
            raise ValueError("the ids of an array must ascend")
        with explained(self.path):
            staged = arrays.stage(self.path, kind, {"ids": owners, **values})

        def record(db: "sqlite_utils.Database") -> str | None:
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

    def _keep_samples(self, lane: WriterLane) -> None:
        """Leave many samples in one file, so that the next opening need not read each row."""

        def read(db: "sqlite_utils.Database") -> tuple[SampleTable, int, SampleCounts, kept_samples.CountsKey] | None:
            model = models.active(db)
            key = last_embedded(db, model)
            if not kept_samples.wanted(db, key):
                return None
            return self._samples(db), revisions.read(db, revisions.SAMPLES), self._sample_counts(db, model), key

        try:
            if (found := self.read(read)) is None:
                return
            table, revision, counted, key = found
            with explained(self.path):
                staged = kept_samples.stage(self.path, table)
            old = lane.run(lambda db: kept_samples.record(db, staged, revision, counted, key))
        except (ProjectError, StorageError):
            # Nothing is lost: what the file would hold is in the database. A staged file is swept at the next opening.
            return
        if old is not None:
            arrays.drop(self.path / vectors.FOLDER / old)


def _refuse_occupied(folder: Path) -> None:
    """Raise where ``folder`` holds anything but an unfinished creation."""
    names = {file.name for file in folder.iterdir()}
    database = folder / DATABASE_NAME
    if database.exists() and not _unfinished(database):
        raise ProjectError(
            say("“{folder}” holds a project already: open it, or choose another folder.", folder=shown(folder))
        )
    database_files = {f"{DATABASE_NAME}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")}
    if names - database_files - {LOCK_NAME, vectors.FOLDER}:
        raise ProjectError(
            say("“{folder}” is not empty: choose a new or an empty folder for the project.", folder=shown(folder))
        )


def _unfinished(database: Path) -> bool:
    """Whether a creation ended before its one transaction was committed."""
    if database.stat().st_size == 0:
        return True
    db = connect_reader(database)
    try:
        return migrations.version_of(db) == 0 and not db.conn.execute("SELECT 1 FROM sqlite_master").fetchone()
    finally:
        db.close()


def _check_readable(version: int, folder: Path) -> None:
    if version < len(migrations.MIGRATIONS):
        raise ProjectError(
            say(
                "“{folder}” was written by an older Desktop AL: open it for writing once to bring it up.",
                folder=shown(folder),
            )
        )


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
