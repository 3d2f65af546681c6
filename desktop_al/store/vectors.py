"""Vectors on disk: one file per model and kind, appended in chunks that count once SQLite knows them.

A row of a file belongs to an image content. A sample has the row of its current content hash, so exact duplicates
share a row, a moved file keeps its row, and a changed file has none until it is embedded again. Where a content
was written twice, the later row counts.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from desktop_al.domain.errors import ProjectError
from desktop_al.domain.records import Ids, ModelRecord, SampleStatus
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.store.columns import read_columns
from desktop_al.store.values import hash_words, now, to_blob

if TYPE_CHECKING:
    import sqlite_utils

EMBEDDING = "embedding"
PROBABILITIES = "probabilities"
DTYPES: dict[str, np.dtype[Any]] = {EMBEDDING: np.dtype("<f4"), PROBABILITIES: np.dtype("<f2")}
_SUFFIXES = {EMBEDDING: "f32", PROBABILITIES: "f16"}
FOLDER = "vectors"
CHECK_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class RowIndex:
    """Which row of a vectors file holds which content.

    ``words`` (m,) uint64 are content hashes, ascending, without repeats, and ``rows`` (m,) int64 where they lie;
    ``total`` rows of ``columns`` numbers are recorded in all.
    """

    words: NDArray[np.uint64]
    rows: NDArray[np.int64]
    total: int
    columns: int

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, content: str) -> bool:
        return bool(self.find([content])[0] >= 0)

    @classmethod
    def empty(cls) -> "RowIndex":
        """The index of a model without vectors."""
        return cls(np.empty(0, np.uint64), np.empty(0, np.int64), 0, 0)

    def words_of(self, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The content hashes of rows of the file, 0 for superseded ones."""
        by_row = np.zeros(self.total, dtype=np.uint64)
        by_row[self.rows] = self.words
        return by_row[rows]

    def find(self, hashes: Sequence[str]) -> NDArray[np.int64]:
        """The row of each content hash, -1 where it has none; shape (n,)."""
        known = [row for row, content in enumerate(hashes) if content]
        found = np.full(len(hashes), -1, dtype=np.int64)
        found[known] = self.find_words(hash_words([hashes[row] for row in known]))
        return found

    def find_words(self, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The row of each content hash as a number (n,), -1 where it has none; shape (n,)."""
        if len(self.words) == 0:
            return np.full(len(words), -1, dtype=np.int64)
        # Looked up in ascending order, a million hashes stay in the cache of the processor.
        order = slice(None) if np.all(words[:-1] <= words[1:]) else np.argsort(words)
        ordered = words[order]
        places = np.minimum(np.searchsorted(self.words, ordered), len(self.words) - 1)
        found = np.empty(len(words), dtype=np.int64)
        found[order] = np.where(self.words[places] == ordered, self.rows[places], -1)
        return found


def file_name(model_key: str, kind: str) -> str:
    """The name of a vectors file; keys that a file system might not take are replaced and told apart by their hash."""
    safe = re.sub(r"[^a-z0-9._-]", "_", model_key.lower())[:80]
    if safe != model_key or safe.startswith("."):
        safe = f"{safe.lstrip('.')}-{xxhash.xxh3_64_hexdigest(model_key.encode())}"
    return f"{safe}.{kind}.{_SUFFIXES[kind]}"


def append(
    db: "sqlite_utils.Database",
    folder: Path,
    model_key: str,
    kind: str,
    ids: Sequence[int] | Ids,
    hashes: Sequence[str],
    array: NDArray[np.floating[Any]],
) -> None:
    """Append rows to the vectors of a model, inside the transaction of ``db`` that makes them count.

    The rows are on the disk before they are recorded. What an interrupted append left behind the recorded rows is
    written over.

    Parameters
    ----------
    folder
        The project folder.
    kind
        "embedding" (kept as float32) or "probabilities" (kept as float16).
    ids, hashes
        The samples that the rows were computed from, and the hashes of their content.
    array
        Shape (n, d), finite.
    """
    model_id = db.conn.execute("SELECT id FROM models WHERE key = ?", (model_key,)).fetchone()
    if model_id is None:
        raise ValueError(f"no model {model_key} is recorded")
    rows = np.ascontiguousarray(array, dtype=DTYPES[kind])
    if rows.ndim != 2 or not len(ids) == len(hashes) == len(rows):
        raise ValueError(f"{len(ids)} ids, {len(hashes)} hashes and an array of shape {rows.shape} do not fit together")
    if len(rows) == 0:
        return
    if not np.isfinite(rows).all():
        raise ValueError("vectors must be finite")
    first_row, columns = db.conn.execute(
        "SELECT first_row + rows, columns FROM chunks WHERE model_id = ? AND kind = ? ORDER BY first_row DESC LIMIT 1",
        (model_id[0], kind),
    ).fetchone() or (0, None)
    if columns is not None and columns != rows.shape[1]:
        raise ValueError(f"rows of {rows.shape[1]} numbers do not fit a file with rows of {columns}")
    data = rows.tobytes()
    _write_at(folder / FOLDER / file_name(model_key, kind), first_row * rows.shape[1] * rows.itemsize, data)
    db.conn.execute(
        "INSERT INTO chunks (model_id, kind, first_row, rows, columns, sample_ids, hashes, checksum, written_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            model_id[0],
            kind,
            first_row,
            *rows.shape,
            to_blob(ids, "<i8"),
            to_blob(hash_words(hashes), "<u8"),
            xxhash.xxh3_64_hexdigest(data),
            now(),
        ),
    )


def _write_at(file: Path, offset: int, data: bytes) -> None:
    """Write and flush ``data`` at ``offset`` of a file that is created where it is missing."""
    created = not file.exists()
    if created and offset:
        raise _lost(file)
    file.parent.mkdir(exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    with os.fdopen(handle, "r+b", buffering=0) as out:
        size = out.seek(0, os.SEEK_END)
        if size < offset:
            raise _lost(file)
        out.seek(offset)
        view = memoryview(data)
        while view:
            view = view[out.write(view) :]
        os.fsync(out.fileno())
    if created:
        sync_folder(file.parent)


def _lost(file: Path) -> ProjectError:
    return ProjectError(
        say(
            "“{file}” is missing or shorter than the project recorded: restore the folder “{folder}” from a backup.",
            file=shown(file),
            folder=FOLDER,
        )
    )


def sync_folder(folder: Path) -> None:
    """Make new and renamed files in ``folder`` survive a power cut; Windows does so by itself."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_index(db: "sqlite_utils.Database", model: ModelRecord, kind: str = EMBEDDING) -> RowIndex:
    """Which contents have a vector of this model."""
    chunks = db.conn.execute(
        "SELECT rows, columns, hashes FROM chunks WHERE model_id = ? AND kind = ? ORDER BY first_row", (model.id, kind)
    ).fetchall()
    if not chunks:
        return RowIndex.empty()
    words = np.frombuffer(b"".join(chunk[2] for chunk in chunks), dtype="<u8")
    order = np.argsort(words, kind="stable")
    ordered = words[order]
    last = np.ones(len(words), dtype=bool)
    last[:-1] = ordered[:-1] != ordered[1:]
    return RowIndex(ordered[last].astype(np.uint64), order[last], len(words), chunks[0][1])


def last_chunk(db: "sqlite_utils.Database", model: ModelRecord, kind: str = EMBEDDING) -> int:
    """A number that changes with every append to the vectors of a model."""
    (last,) = db.conn.execute(
        "SELECT coalesce(max(first_row), -1) FROM chunks WHERE model_id = ? AND kind = ?", (model.id, kind)
    ).fetchone()
    return int(last)


def locate(db: "sqlite_utils.Database", index: RowIndex) -> tuple[Ids, NDArray[np.int64]]:
    """The ids (n,) of the samples whose current content is in ``index``, ascending, and their rows (n,).

    Unreadable samples are left out, missing ones are not.
    """
    (ids,), (hashes,) = read_columns(
        db, "samples", "id", [], ["hash"], f"hash > '' AND status <> {SampleStatus.UNREADABLE}"
    )
    rows = index.find(hashes)
    return ids[rows >= 0], rows[rows >= 0]


def open_matrix(folder: Path, model: ModelRecord, index: RowIndex, kind: str = EMBEDDING) -> NDArray[Any]:
    """All recorded rows of a vectors file, (m, d), memory-mapped.

    Raises
    ------
    ProjectError
        The file is missing or shorter than it was.
    """
    if index.total == 0:
        return np.empty((0, model.dim if kind == EMBEDDING else model.n_classes), DTYPES[kind])
    return _map(folder / FOLDER / file_name(model.key, kind), index, kind)


def _map(file: Path, index: RowIndex, kind: str) -> NDArray[Any]:
    try:
        return np.memmap(file, dtype=DTYPES[kind], mode="r", shape=(index.total, index.columns))
    except (FileNotFoundError, ValueError) as error:
        raise _lost(file) from error


def problems(db: "sqlite_utils.Database", folder: Path) -> list[str]:
    """One sentence for each chunk of vectors on disk that is not what was recorded."""
    found: list[str] = []
    chunks = db.conn.execute(
        "SELECT key, chunks.kind, first_row, rows, columns, checksum FROM chunks JOIN models ON models.id = model_id "
        "ORDER BY key, chunks.kind, first_row"
    )
    for key, kind, first_row, rows, columns, checksum in chunks:
        file = folder / FOLDER / file_name(key, kind)
        width = columns * DTYPES[kind].itemsize
        if checksum_of(file, first_row * width, rows * width) != checksum:
            found.append(
                say(
                    "Rows {first} to {last} of “{file}” are damaged: embed again.",
                    first=first_row,
                    last=first_row + rows - 1,
                    file=file.name,
                )
            )
    return found


def checksum_of(file: Path, offset: int, size: int) -> str | None:
    """The checksum of ``size`` bytes of a file; None where the file does not hold that many."""
    digest = xxhash.xxh3_64()
    try:
        with file.open("rb") as data:
            data.seek(offset)
            while size > 0 and (block := data.read(min(size, CHECK_BYTES))):
                digest.update(block)
                size -= len(block)
    except FileNotFoundError:
        return None
    return None if size else digest.hexdigest()
