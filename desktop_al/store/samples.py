"""The samples of a project: read as columns, written by the scan and by the embedding pass.

Each writer takes the database of a `Project.write` and changes all its rows in that transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import Ids, SampleStatus, SampleTable
from desktop_al.store import columns, revisions, sources
from desktop_al.store.columns import read_columns
from desktop_al.store.text_column import TextColumn
from desktop_al.store.values import path_value

if TYPE_CHECKING:
    import sqlite_utils


@dataclass(frozen=True, slots=True)
class FileTable:
    """What a scan compares, ordered by id.

    ``ids``, ``source_ids``, ``sizes`` (bytes) and ``mtimes_ns`` are (n,) int64, ``status`` (n,) uint8 of
    `SampleStatus`; ``relpaths`` and ``hashes`` ("" while unknown) n strings.
    """

    ids: Ids
    source_ids: NDArray[np.int64]
    relpaths: Sequence[str]
    sizes: NDArray[np.int64]
    mtimes_ns: NDArray[np.int64]
    status: NDArray[np.uint8]
    hashes: Sequence[str]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What decoding a file told.

    ``hash`` is that of its content, 16 hexadecimal digits, or "" where it could not be read at all; ``width`` and
    ``height`` are pixels after orientation; ``reason`` is the sentence that says why it cannot be used, or "".
    """

    id: int
    hash: str
    width: int
    height: int
    format: str
    reason: str = ""


def _change(db: "sqlite_utils.Database", sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Run a statement for each row of parameters, and let readers read again where it changed anything."""
    if db.conn.executemany(sql, rows).rowcount > 0:
        revisions.advance(db, revisions.SAMPLES)


@dataclass(frozen=True, slots=True)
class Plan:
    """How the samples are read: where the blocks begin, and the columns of numbers."""

    starts: range
    numbers: tuple[str, ...]


TABLE, KEY, TEXTS = "samples", "id", ("relpath", "hash")
# Both in one number: written and read again once instead of twice.
PIXELS = "(width << 32) | height"
OWNER = "source_id"


def read(db: "sqlite_utils.Database") -> SampleTable:
    """All samples as columns."""
    found = plan(db)
    return table(db, found, [read_block(db, found, start) for start in found.starts])


def plan(db: "sqlite_utils.Database") -> Plan:
    """How to read all samples in blocks."""
    # What is the same for nearly every sample is not read for each of them.
    owner = () if len(sources.read(db)) == 1 else (OWNER,)
    return Plan(columns.starts(db, TABLE, KEY), ("size", PIXELS, *owner))


def read_block(db: "sqlite_utils.Database", found: Plan, start: int) -> columns.Block:
    """The block of ``found`` that begins at ``start``."""
    return columns.read_block(db, TABLE, KEY, found.numbers, TEXTS, start)


def table(db: "sqlite_utils.Database", found: Plan, blocks: Sequence[columns.Block]) -> SampleTable:
    """All samples as columns, from the blocks of ``found`` in order."""
    roots = {source.id: source.root for source in sources.read(db)}
    (ids, sizes, pixels, *owners), (relpaths, hashes) = columns.joined(TABLE, blocks, len(found.numbers), len(TEXTS))
    status, reasons = _unusual(db, ids)
    return SampleTable(
        ids=ids,
        source_ids=owners[0].astype(np.int32) if owners else np.full(len(ids), next(iter(roots)), np.int32),
        relpaths=relpaths,
        status=status,
        sizes=sizes,
        widths=(pixels >> 32).astype(np.int32),
        heights=(pixels & 0xFFFFFFFF).astype(np.int32),
        hashes=hashes,
        reasons=reasons,
        roots=roots,
    )


def _unusual(db: "sqlite_utils.Database", ids: Ids) -> tuple[NDArray[np.uint8], TextColumn]:
    """Status and reason of the samples ``ids`` (n,): of those that are present there is nothing to tell."""
    (unusual, codes), (sentences,) = read_columns(db, "samples", "id", ["status"], ["reason"], "status > 0")
    status = np.full(len(ids), SampleStatus.PRESENT, np.uint8)
    rows = np.searchsorted(ids, unusual)
    status[rows] = codes
    return status, TextColumn.sparse(len(ids), rows, sentences)


def files(db: "sqlite_utils.Database", source_id: int | None = None) -> FileTable:
    """The files of one source, or of all."""
    where, parameters = ("1", ()) if source_id is None else ("source_id = ?", (source_id,))
    (ids, source_ids, sizes, mtimes, status), (relpaths, hashes) = read_columns(
        db, "samples", "id", ["source_id", "size", "mtime_ns", "status"], ["relpath", "hash"], where, parameters
    )
    return FileTable(ids, source_ids, relpaths, sizes, mtimes, status.astype(np.uint8), hashes)


def insert(
    db: "sqlite_utils.Database",
    source_id: int,
    relpaths: Sequence[str],
    sizes: Sequence[int] | NDArray[np.int64],
    mtimes_ns: Sequence[int] | NDArray[np.int64],
) -> Ids:
    """Add new samples of one source, in the order given; returns their ids (n,) int64, ascending."""
    last = db.conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'samples'").fetchone()
    ids = np.arange(len(relpaths), dtype=np.int64) + 1 + (last[0] if last else 0)
    owners = [source_id] * len(ids)
    _change(
        db,
        "INSERT INTO samples (id, source_id, relpath, size, mtime_ns) VALUES (?, ?, ?, ?, ?)",
        zip(ids.tolist(), owners, map(path_value, relpaths), map(int, sizes), map(int, mtimes_ns), strict=True),
    )
    return ids


def set_changed(
    db: "sqlite_utils.Database",
    ids: Iterable[int],
    sizes: Iterable[int],
    mtimes_ns: Iterable[int],
) -> None:
    """Record that the content of these files changed: what was known of it is forgotten, embeddings no longer apply."""
    _change(
        db,
        "UPDATE samples SET size = ?, mtime_ns = ?, status = 0, hash = '', width = 0, height = 0, format = '', "
        "reason = '' WHERE id = ?",
        zip(map(int, sizes), map(int, mtimes_ns), map(int, ids), strict=True),
    )


def touch(db: "sqlite_utils.Database", ids: Iterable[int], mtimes_ns: Iterable[int]) -> None:
    """Record new modification times of files whose content is known to be the same."""
    _change(db, "UPDATE samples SET mtime_ns = ? WHERE id = ?", zip(map(int, mtimes_ns), map(int, ids), strict=True))


def mark_missing(db: "sqlite_utils.Database", ids: Iterable[int]) -> None:
    """Record that these files are gone; what was known of them stays, for the day when they are back."""
    _change(db, f"UPDATE samples SET status = {SampleStatus.MISSING} WHERE id = ?", ((int(i),) for i in ids))


def mark_found(db: "sqlite_utils.Database", ids: Iterable[int]) -> None:
    """Record that missing files are back, with the content that they had."""
    _change(
        db,
        f"UPDATE samples SET status = iif(reason = '', {SampleStatus.PRESENT}, {SampleStatus.UNREADABLE}) "
        f"WHERE id = ? AND status = {SampleStatus.MISSING}",
        ((int(i),) for i in ids),
    )


def move(
    db: "sqlite_utils.Database",
    ids: Sequence[int],
    source_ids: Sequence[int],
    relpaths: Sequence[str],
    mtimes_ns: Sequence[int],
) -> None:
    """Record that files were moved or renamed, also in a circle; their content is the same, and they are present."""
    # A blob that starts with NUL is no path, so these stand-ins never collide with one.
    _change(db, "UPDATE samples SET relpath = ? WHERE id = ?", ((b"\0%d" % int(sample), int(sample)) for sample in ids))
    _change(
        db,
        "UPDATE samples SET source_id = ?, relpath = ?, mtime_ns = ? WHERE id = ?",
        zip(map(int, source_ids), map(path_value, relpaths), map(int, mtimes_ns), map(int, ids), strict=True),
    )
    mark_found(db, ids)


def set_facts(db: "sqlite_utils.Database", facts: Iterable[SampleFacts]) -> None:
    """Record what decoding told; a sample with a reason becomes unreadable, one without becomes present."""
    _change(
        db,
        "UPDATE samples SET hash = ?, width = ?, height = ?, format = ?, reason = ?, status = ? WHERE id = ?",
        (
            (
                fact.hash,
                fact.width,
                fact.height,
                fact.format,
                _storable(fact.reason),
                int(SampleStatus.UNREADABLE if fact.reason else SampleStatus.PRESENT),
                int(fact.id),
            )
            for fact in facts
        ),
    )


def set_unreadable(db: "sqlite_utils.Database", reasons: Iterable[tuple[int, str]]) -> None:
    """Record why samples cannot be used: pairs of sample id and sentence."""
    _change(
        db,
        f"UPDATE samples SET reason = ?, status = {SampleStatus.UNREADABLE} WHERE id = ?",
        ((_storable(reason), int(sample)) for sample, reason in reasons),
    )


def _storable(sentence: str) -> str:
    """``sentence`` without what a text column cannot hold: a reason may quote an undecodable file name."""
    return sentence.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")
