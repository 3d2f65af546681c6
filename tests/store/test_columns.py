"""Columns that SQLite joins are those of a plain SELECT."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest
import sqlite_utils

from desktop_al.store import columns
from desktop_al.store.columns import read_columns, read_reals
from desktop_al.store.values import path_text

TEXTS: list[str | bytes] = ["", "a", "ä🦜", "line\nbreak", "comma, 'quote\"", b"bad\xff\x80", "\x01", "x" * 5000]


@pytest.fixture
def db() -> sqlite_utils.Database:
    made = sqlite_utils.Database(sqlite3.connect(":memory:"), execute_plugins=False)
    made.conn.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, number INTEGER, text ANY, kind INTEGER) STRICT")
    return made


def plain(db: sqlite_utils.Database, where: str = "1") -> list[tuple[int, int, str]]:
    """The slow reference."""
    rows = db.conn.execute(f"SELECT id, number, text FROM t WHERE {where} ORDER BY id").fetchall()
    return [(number, value, path_text(text)) for number, value, text in rows]


@pytest.mark.parametrize("block", [1, 3, 100_000])
def test_that_joined_columns_are_those_of_a_plain_select(
    db: sqlite_utils.Database, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "BLOCK_ROWS", block)
    rng = np.random.default_rng(7)
    ids = np.unique(rng.integers(-50, 200, 120))
    extremes = [2**63 - 1, -(2**63), 0, 1_700_000_000_123_456_789]
    rows = [(int(i), extremes[n % 4] + (n % 4 == 2) * n, TEXTS[n % len(TEXTS)], n % 3) for n, i in enumerate(ids)]
    db.conn.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
    for where in ("1", "kind = 1", "kind = 9"):
        (keys, numbers), (texts,) = read_columns(db, "t", "id", ["number"], ["text"], where)
        assert list(zip(keys.tolist(), numbers.tolist(), texts, strict=True)) == plain(db, where)
        assert keys.dtype == numbers.dtype == np.int64


def test_that_columns_are_in_order_where_an_index_is_not(db: sqlite_utils.Database) -> None:
    db.conn.execute("CREATE INDEX by_number ON t (number, kind, text)")
    db.conn.executemany("INSERT INTO t VALUES (?, ?, ?, 1)", [(n, -n, str(n)) for n in range(1, 500)])
    (keys, numbers), (texts,) = read_columns(db, "t", "id", ["number"], ["text"], "number < 0 AND kind = ?", (1,))
    assert list(zip(keys.tolist(), numbers.tolist(), texts, strict=True)) == plain(db)


def test_that_an_empty_table_gives_empty_columns(db: sqlite_utils.Database) -> None:
    (keys, numbers), (texts,) = read_columns(db, "t", "id", ["number"], ["text"])
    assert (len(keys), len(numbers), list(texts)) == (0, 0, [])


def test_that_a_column_with_nulls_is_not_read_as_something_else(db: sqlite_utils.Database, tmp_path: Path) -> None:
    db.conn.executemany("INSERT INTO t VALUES (?, ?, 'x', 1)", [(1, 5), (2, None)])
    with pytest.raises(AssertionError, match="integers"):
        read_columns(db, "t", "id", ["number"], [])


def test_that_a_text_with_nul_is_not_read_as_two(db: sqlite_utils.Database) -> None:
    db.conn.execute("INSERT INTO t VALUES (1, 5, ?, 1)", ("a\0b",))
    with pytest.raises(AssertionError, match="NUL"):
        read_columns(db, "t", "id", [], ["text"])


def test_that_reals_come_back_to_the_last_bit(db: sqlite_utils.Database) -> None:
    db.conn.execute("CREATE TABLE r (id INTEGER PRIMARY KEY, value REAL)")
    values = [0.1, -0.3, 1e308, 5e-324, float("inf"), float("-inf"), 2.0**53 + 2, np.pi, 3.0]
    db.conn.executemany("INSERT INTO r VALUES (?, ?)", enumerate(values))
    keys, found = read_reals(db, "r", "id", "value", "id <> ?", (8,))
    assert keys.tolist() == list(range(8))
    assert found.tobytes() == np.array(values[:8]).tobytes()
