"""The writer lane: one thread that alone owns the write connection of a project."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from desktop_al.store.connection import connect_writer
from desktop_al.store.faults import explained, gone

if TYPE_CHECKING:
    import sqlite_utils

T = TypeVar("T")


class WriterLane:
    """Runs functions one after another, each in a transaction of its own, on one thread."""

    def __init__(self, database: Path) -> None:
        self._folder = database.parent
        self._database = database
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="project-writer")
        self._thread = self._executor.submit(threading.current_thread).result()
        try:
            self._db = self._executor.submit(connect_writer, database).result()
            self._identity = _identity(database)
        except BaseException:
            self._executor.shutdown()
            raise

    def run(self, fn: Callable[["sqlite_utils.Database"], T]) -> T:
        """What ``fn`` returns once its transaction is on the disk; what it raises, after rolling back.

        Raises
        ------
        ProjectError
            The project folder was deleted or replaced while it was open.
        StorageError
            The disk is full, read-only or failing.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a write was asked for inside a write")
        return self._executor.submit(self._transaction, fn).result()

    def outside(self, fn: Callable[["sqlite_utils.Database"], T]) -> T:
        """Run ``fn`` on the lane without a transaction around it, for what must manage its own."""
        return self._executor.submit(fn, self._db).result()

    def close(self) -> None:
        """Wait for what runs, and end the thread; the last connection folds the write-ahead log into the database."""
        self._executor.submit(self._db.close).result()
        self._executor.shutdown()

    def _transaction(self, fn: Callable[["sqlite_utils.Database"], T]) -> T:
        with explained(self._folder):
            if self._identity != _identity(self._database):
                raise gone(self._folder)
            connection = self._db.conn
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = fn(self._db)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return result


def _identity(database: Path) -> tuple[int, int] | None:
    """What tells this very file from another one that took its place."""
    try:
        found = os.stat(database)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
