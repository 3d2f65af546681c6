"""Turns faults of SQLite and of the operating system into the one sentence that a user reads."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_al.domain.errors import ProjectError, StorageError, WorldError
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown

DATABASE_NAME = "project.sqlite"


def _full(folder: Path) -> StorageError:
    return StorageError(
        say("The disk that holds “{folder}” is full: free some space and try again.", folder=shown(folder))
    )


def _read_only(folder: Path) -> StorageError:
    return StorageError(
        say(
            "The project “{folder}” is on a disk or in a folder that cannot be written: make it "
            "writable, or copy the project to another disk.",
            folder=shown(folder),
        )
    )


def gone(folder: Path) -> ProjectError:
    """The error of a project whose folder was deleted or moved."""
    return ProjectError(
        say(
            "The project “{folder}” was deleted or moved while it was open: open it again where it is, or restore it.",
            folder=shown(folder),
        )
    )


def _explain_sqlite(error: sqlite3.Error, folder: Path) -> WorldError | None:
    # The extended codes of SQLite begin with the name of the code that they refine.
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith("SQLITE_FULL"):
        return _full(folder)
    if name.startswith("SQLITE_READONLY"):
        return _read_only(folder)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StorageError(
            say(
                "Another program keeps the database of “{folder}” busy: close what has it open and try again.",
                folder=shown(folder),
            )
        )
    if name.startswith("SQLITE_CANTOPEN"):
        if not (folder / DATABASE_NAME).exists():
            return gone(folder)
        return ProjectError(
            say(
                "The database of “{folder}” cannot be opened: check that its folder may be read and written.",
                folder=shown(folder),
            )
        )
    # A text whose bytes are no text has no code of SQLite's: the module refuses it.
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or str(error).startswith("Could not decode to UTF-8"):
        return ProjectError(
            say(
                "The database of “{folder}” is damaged: restore “{file}” from a backup.",
                folder=shown(folder),
                file=DATABASE_NAME,
            )
        )
    if name.startswith("SQLITE_IOERR"):
        return StorageError(
            say(
                "Reading or writing the database of “{folder}” failed: check that its disk has space and is sound.",
                folder=shown(folder),
            )
        )
    return None


def _explain_os(error: OSError, folder: Path) -> WorldError | None:
    if isinstance(error, FileNotFoundError) and not (folder / DATABASE_NAME).exists():
        return gone(folder)
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return _full(folder)
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return _read_only(folder)
    if error.errno == errno.EIO:
        return StorageError(
            say("The disk that holds “{folder}” reports a fault: check the disk and try again.", folder=shown(folder))
        )
    return None


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
