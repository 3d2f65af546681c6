"""Turns faults of SQLite and of the operating system into the one sentence that a user reads."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_al.domain.errors import ProjectError, StorageError, WorldError

DATABASE_NAME = "project.sqlite"


def _explain_sqlite(error: sqlite3.Error, folder: Path) -> WorldError | None:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith("SQLITE_FULL"):
        return StorageError(f"The disk that holds “{folder}” is full: free some space and try again.")
    if name.startswith("SQLITE_READONLY"):
        return StorageError(
            f"The project “{folder}” is on a disk or in a folder that cannot be written: make it writable or copy it."
        )
    if name.startswith("SQLITE_BUSY") or name.startswith("SQLITE_LOCKED"):
        return StorageError(
            f"Another program keeps the database of “{folder}” busy: close what has it open and try again."
        )
    if name.startswith("SQLITE_CANTOPEN") and not (folder / DATABASE_NAME).exists():
        return gone(folder)
    if name.startswith("SQLITE_CANTOPEN"):
        return ProjectError(
            f"The database of “{folder}” cannot be opened: check that the folder still exists and may be read."
        )
    if name.startswith("SQLITE_CORRUPT") or name.startswith("SQLITE_NOTADB"):
        return ProjectError(f"The database of “{folder}” is damaged: restore “project.sqlite” from a backup.")
    if name.startswith("SQLITE_IOERR"):
        return StorageError(
            f"Reading or writing the database of “{folder}” failed: check that its disk has space and is sound."
        )
    return None


def _explain_os(error: OSError, folder: Path) -> WorldError | None:
    if isinstance(error, FileNotFoundError) and not (folder / DATABASE_NAME).exists():
        return gone(folder)
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return StorageError(f"The disk that holds “{folder}” is full: free some space and try again.")
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return StorageError(
            f"The project “{folder}” is on a disk or in a folder that cannot be written: make it writable or copy it."
        )
    if error.errno == errno.EIO:
        return StorageError(f"The disk that holds “{folder}” reports a fault: check the disk and try again.")
    return None


def gone(folder: Path) -> ProjectError:
    """The error of a project whose folder was deleted or moved."""
    return ProjectError(
        f"The project “{folder}” was deleted or moved while it was open: open it again where it is, or restore it."
    )


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Raise faults of the disk and of the database below ``folder`` as `StorageError` or `ProjectError`.

    Everything else, for example a constraint that our own code violates, passes through as it is.
    """
    try:
        yield
    except sqlite3.Error as error:
        world = _explain_sqlite(error, folder)
        if world is None:
            raise
        raise world from error
    except OSError as error:
        world = _explain_os(error, folder)
        if world is None:
            raise
        raise world from error
