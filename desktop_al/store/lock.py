"""The writer's lock of a project: a lock of the operating system, so that a crash never leaves a stale one."""

import errno
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

from desktop_al.domain.errors import ProjectError, ProjectLockedError
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown

LOCK_NAME = "project.lock"
_BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}

if sys.platform == "win32":
    import msvcrt

    # Windows locks bytes against reading too, so the locked byte lies far behind the text that names the owner.
    _LOCKED_BYTE = 1 << 30

    def _lock(handle: int) -> None:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)

    def _unlock(handle: int) -> None:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        # Closing is not enough: a child that was forked a moment ago has the file open until its own program starts.
        fcntl.flock(handle, fcntl.LOCK_UN)


class ProjectLock:
    """Held from construction to `release` by the only writer of the project in ``folder``.

    The text in the file names the owner for the message of the next one; it decides nothing. The file stays
    when the lock is released: removing it would let two writers lock two different files of the same name.

    Raises
    ------
    ProjectLockedError
        Another process, or another `Project` of this one, holds the lock.
    ProjectError
        The file system does not offer locks.
    """

    def __init__(self, folder: Path) -> None:
        handle = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(handle)
        except OSError as error:
            owner = _read_owner(handle)
            os.close(handle)
            if error.errno in _BUSY:
                raise ProjectLockedError(
                    say(
                        "“{folder}” is open for writing in {owner}: close it there, or open it for reading.",
                        folder=shown(folder),
                        owner=owner,
                    )
                ) from None
            raise ProjectError(
                say(
                    "The disk that holds “{folder}” cannot lock files: copy the project to a local disk.",
                    folder=shown(folder),
                )
            ) from error
        self._handle: int | None = handle
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode())

    def release(self) -> None:
        """Let the next writer in; harmless when called twice."""
        if self._handle is not None:
            _unlock(self._handle)
            os.close(self._handle)
            self._handle = None


def _read_owner(handle: int) -> str:
    """Who holds the lock, in words; another process may be about to write its name."""
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        owner: Any = json.loads(os.read(handle, 4096))
        return say("process {number} on {host}", number=int(owner["pid"]), host=owner["host"])
    except (ValueError, KeyError, TypeError):
        return say("another process")
