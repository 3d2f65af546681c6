"""The thumbnails of all projects in one SQLite file of the user's cache, which may be deleted at any time.

A blob store by content hash: WAL, 16 KiB pages, one connection per thread. Whatever goes wrong with the file costs
thumbnails, never an error: they are made again from the images.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop_al.domain.places import cache_folder

PAGE_SIZE = 16_384
MAX_BYTES = 8 * 2**30
_EVICT_TO = 0.8
_VARIABLES = 500
_BUSY_TIMEOUT_S = 10.0
_SIDE_FILES = ("-wal", "-shm", "-journal")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS thumbs (
    number INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    jpeg BLOB NOT NULL
) STRICT
"""


class ThumbCache:
    """JPEG thumbnails by content hash.

    Safe from several threads and processes at once. The file is created when first used, recreated when it was deleted
    or is corrupt, and kept below ``max_bytes``: when it grows beyond, the thumbnails added first go first.
    """

    def __init__(self, path: Path | None = None, max_bytes: int = MAX_BYTES) -> None:
        self.path = path if path is not None else cache_folder() / "thumbs.sqlite"
        self.max_bytes = max_bytes
        self._local = threading.local()
        self._lock = threading.Lock()
        self._generation = 0
        self._connections: list[sqlite3.Connection] = []

    def get(self, key: str) -> bytes | None:
        """Return the thumbnail of the image whose content hash is ``key``, or None."""
        return self.get_many([key]).get(key)

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return those thumbnails of ``keys`` that are there."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, bytes] = {}
        with self._tolerant():
            connection = self._connection()
            for start in range(0, len(wanted), _VARIABLES):
                part = wanted[start : start + _VARIABLES]
                marks = ",".join("?" * len(part))
                found.update(connection.execute(f"SELECT hash, jpeg FROM thumbs WHERE hash IN ({marks})", part))
        return found

    def missing(self, keys: Iterable[str]) -> set[str]:
        """Return those of ``keys`` that have no thumbnail yet, without reading the images."""
        wanted = list(dict.fromkeys(keys))
        absent = set(wanted)
        with self._tolerant():
            connection = self._connection()
            for start in range(0, len(wanted), _VARIABLES):
                part = wanted[start : start + _VARIABLES]
                marks = ",".join("?" * len(part))
                absent.difference_update(
                    key for (key,) in connection.execute(f"SELECT hash FROM thumbs WHERE hash IN ({marks})", part)
                )
        return absent

    def put_many(self, thumbnails: Mapping[str, bytes]) -> None:
        """Keep ``thumbnails`` (content hash to JPEG) in one transaction; those already there stay."""
        if not thumbnails:
            return
        with self._tolerant():
            connection = self._connection()
            with connection:
                connection.executemany(
                    "INSERT OR IGNORE INTO thumbs (hash, jpeg) VALUES (?, ?)", list(thumbnails.items())
                )
            self._evict(connection)

    def close(self) -> None:
        """Close the connections of all threads; the cache opens again when it is used."""
        with self._lock:
            self._generation += 1
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def _evict(self, connection: sqlite3.Connection) -> None:
        pages, free, size = (
            int(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        used = (pages - free) * size
        if used <= self.max_bytes:
            return
        (rows,) = connection.execute("SELECT count(*) FROM thumbs").fetchone()
        surplus = max(1, round(rows * (1 - _EVICT_TO * self.max_bytes / used)))
        with connection:
            connection.execute(
                "DELETE FROM thumbs WHERE number IN (SELECT number FROM thumbs ORDER BY number LIMIT ?)", (surplus,)
            )

    @contextmanager
    def _tolerant(self) -> Iterator[None]:
        """Let nothing but thumbnails be lost: a corrupt file is thrown away, a full or read-only disk is let be."""
        try:
            yield
        except (sqlite3.OperationalError, sqlite3.ProgrammingError, OSError):
            self._forget_own()  # busy, full, read-only, or closed by another thread
        except sqlite3.DatabaseError:
            self._discard()

    def _connection(self) -> sqlite3.Connection:
        """Return the calling thread's connection to the file that lies at the path now."""
        held: tuple[int, int, sqlite3.Connection] | None = getattr(self._local, "held", None)
        identity = self._identity()
        if held is not None and held[0] == self._generation and held[1] == identity and identity:
            return held[2]
        self._forget_own()
        with self._lock:
            connection = self._open()
            self._connections.append(connection)
            self._local.held = (self._generation, self._identity(), connection)
        return connection

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self._identity() == 0:
            self._remove_files()  # the log of a deleted file must not be replayed into a new one
        connection = sqlite3.connect(self.path, timeout=_BUSY_TIMEOUT_S, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_SCHEMA)
        except BaseException:
            connection.close()
            raise
        return connection

    def _identity(self) -> int:
        """Name the file at the path, so that a deleted one is not written to for ever; 0 where there is none."""
        try:
            return os.stat(self.path).st_ino or 1
        except OSError:
            return 0

    def _forget_own(self) -> None:
        held: tuple[int, int, sqlite3.Connection] | None = getattr(self._local, "held", None)
        self._local.held = None
        if held is not None:
            with self._lock:
                if held[2] in self._connections:
                    self._connections.remove(held[2])
            held[2].close()

    def _discard(self) -> None:
        """Throw a corrupt file away; the next use makes a new one."""
        self._forget_own()
        self._remove_files()

    def _remove_files(self) -> None:
        for suffix in ("", *_SIDE_FILES):
            with suppress(OSError):
                Path(f"{self.path}{suffix}").unlink()
