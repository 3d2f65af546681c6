"""SQLite connections to a project's database, with the pragmas that every one of them needs."""

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_al.domain.errors import ProjectError
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown

if TYPE_CHECKING:
    import sqlite_utils

BUSY_TIMEOUT_S = 10.0
# "AlPr" in ASCII: tells our databases from other programs' ones.
APPLICATION_ID = 0x416C5072


def _connect(database: Path, parameters: str) -> "sqlite_utils.Database":
    # Only now: it takes a while, and the start page needs no project.
    import sqlite_utils

    # isolation_level=None: no statement opens a transaction behind our back.
    connection = sqlite3.connect(
        f"{database.absolute().as_uri()}?{parameters}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        return sqlite_utils.Database(connection, execute_plugins=False, strict=True)
    except BaseException:
        connection.close()
        raise


def connect_writer(database: Path, *, create: bool = False) -> "sqlite_utils.Database":
    """The write connection: write-ahead log, and each commit is on the disk when it returns."""
    db = _connect(database, "mode=rwc" if create else "mode=rw")
    try:
        db.conn.execute("PRAGMA journal_mode = WAL")
        db.conn.execute("PRAGMA synchronous = FULL")
    except BaseException:
        db.close()
        raise
    return db


def connect_reader(database: Path) -> "sqlite_utils.Database":
    """A connection that cannot write, also on a disk that cannot be written.

    Raises
    ------
    ProjectError
        The disk is read-only and the last writer did not close the project, so that its last changes cannot be read.
    sqlite3.Error
        As SQLite raises it.
    """
    try:
        return _opened(_connect(database, "mode=ro"))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname == "SQLITE_READONLY_ROLLBACK":
            # A creation was killed before the write-ahead log was on; only a writer can roll it back.
            _opened(_connect(database, "mode=rw")).close()
            return _opened(_connect(database, "mode=ro"))
        # A write-ahead log needs a file beside the database, which a read-only disk cannot give.
        if not database.is_file() or os.access(database.parent, os.W_OK):
            raise
        log = database.with_name(database.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise ProjectError(
                say(
                    "“{folder}” was not closed properly and lies on a read-only disk: copy it to another "
                    "disk and open the copy.",
                    folder=shown(database.parent),
                )
            ) from error
        return _opened(_connect(database, "mode=ro&immutable=1"))


def _opened(db: "sqlite_utils.Database") -> "sqlite_utils.Database":
    """``db`` after a first read, since SQLite opens files only then."""
    try:
        db.conn.execute("PRAGMA query_only = ON")
        db.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db
