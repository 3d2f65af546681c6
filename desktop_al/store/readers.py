"""The read connections of a project: one per thread."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from desktop_al.domain.errors import ProjectError
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.store.connection import connect_reader
from desktop_al.store.faults import DATABASE_NAME, explained

if TYPE_CHECKING:
    import sqlite_utils

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Reader:
    """A read connection; ``busy`` is held while its thread reads, so that nobody closes it meanwhile."""

    db: "sqlite_utils.Database"
    busy: threading.RLock = field(default_factory=threading.RLock)


class Readers:
    """Opens a read-only connection for each thread that reads, and closes those of threads that ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._readers: dict[threading.Thread, _Reader] = {}
        self._guard = threading.Lock()
        self._closed = False

    def get(self) -> "sqlite_utils.Database":
        """The read-only database of the calling thread."""
        return self._mine().db

    def read(self, fn: Callable[["sqlite_utils.Database"], T]) -> T:
        """What ``fn`` reads, all from one committed state; reads may nest."""
        reader = self._mine()
        connection = reader.db.conn
        with reader.busy, explained(self._folder):
            if connection.in_transaction:
                return fn(reader.db)
            connection.execute("BEGIN")
            try:
                return fn(reader.db)
            finally:
                connection.execute("ROLLBACK")

    def close(self) -> None:
        """Wait for the reads that run and close all connections."""
        with self._guard:
            self._closed = True
            readers = list(self._readers.values())
            self._readers.clear()
        for reader in readers:
            with reader.busy:
                reader.db.close()

    def _mine(self) -> _Reader:
        thread = threading.current_thread()
        with self._guard:
            if self._closed:
                raise ProjectError(say("“{folder}” was closed: open it again.", folder=shown(self._folder)))
            found = self._readers.get(thread)
            if found is not None:
                return found
            for dead in [other for other in self._readers if not other.is_alive()]:
                self._readers.pop(dead).db.close()
            with explained(self._folder):
                return self._readers.setdefault(thread, _Reader(connect_reader(self._folder / DATABASE_NAME)))
