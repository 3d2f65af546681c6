"""The thumbnail cache: quick, shared, and expendable at any moment."""

import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop_al.media import thumbs
from desktop_al.media.thumbs import PAGE_SIZE, ThumbCache


def key(number: int) -> str:
    return f"{number:016x}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "thumbs.sqlite"


def test_that_what_is_put_is_got(path: Path) -> None:
    cache = ThumbCache(path)
    assert cache.get(key(1)) is None
    cache.put_many({key(1): b"one", key(2): b"two"})
    assert cache.get(key(1)) == b"one"
    assert cache.get_many([key(2), key(3), key(2)]) == {key(2): b"two"}
    assert cache.missing([key(2), key(3)]) == {key(3)}
    assert ThumbCache(path).get(key(2)) == b"two"


def test_that_many_keys_are_read_at_once(path: Path) -> None:
    cache = ThumbCache(path)
    everything = {key(number): bytes([number % 256]) for number in range(2000)}
    cache.put_many(everything)
    assert cache.get_many(everything) == everything
    assert cache.missing([*everything, "absent"]) == {"absent"}


def test_that_the_file_has_the_layout_that_reads_fast(path: Path) -> None:
    ThumbCache(path).put_many({key(1): b"one"})
    database = sqlite3.connect(path)
    try:
        assert database.execute("PRAGMA page_size").fetchone() == (PAGE_SIZE,)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    finally:
        database.close()


def test_that_threads_share_the_cache(path: Path) -> None:
    cache = ThumbCache(path)
    barrier = threading.Barrier(8)

    def work(worker: int) -> bool:
        barrier.wait(30)
        for number in range(20):
            cache.put_many({key(worker * 100 + number): b"x" * worker, key(number): b"shared"})
        return all(cache.get(key(worker * 100 + number)) is not None for number in range(20))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(8)))


@pytest.mark.parametrize("side_files", [True, False])
def test_that_the_file_may_be_deleted_while_in_use(path: Path, side_files: bool) -> None:
    cache = ThumbCache(path)
    cache.put_many({key(number): b"old" * 5000 for number in range(50)})
    path.unlink()
    if side_files:
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
    assert cache.get(key(1)) is None
    cache.put_many({key(1): b"new"})
    assert cache.get(key(1)) == ThumbCache(path).get(key(1)) == b"new"
    assert cache.get(key(2)) is None


def test_that_the_whole_folder_may_be_deleted(path: Path) -> None:
    cache = ThumbCache(path)
    cache.put_many({key(1): b"old"})
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()
    cache.put_many({key(1): b"new"})
    assert cache.get(key(1)) == b"new"


@pytest.mark.parametrize(
    "garbage", [b"no database at all, but rather long\n" * 400, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_that_a_corrupt_file_is_replaced(path: Path, garbage: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(garbage)
    cache = ThumbCache(path)
    assert cache.get(key(1)) is None
    cache.put_many({key(1): b"new"})
    assert cache.get(key(1)) == b"new"


def test_that_damage_in_use_costs_only_thumbnails(path: Path) -> None:
    cache = ThumbCache(path)
    cache.put_many({key(number): b"old" * 9000 for number in range(60)})
    cache.close()
    with path.open("r+b") as file:
        file.seek(PAGE_SIZE)
        file.write(b"\xa5" * 20 * PAGE_SIZE)
    cache.get_many(key(number) for number in range(60))
    cache.put_many({key(number): b"new" for number in range(60)})
    cache.put_many({key(number): b"new" for number in range(60)})
    assert cache.get(key(59)) == b"new"


def test_that_the_oldest_thumbnails_go_when_the_cache_is_full(path: Path) -> None:
    cache = ThumbCache(path, max_bytes=40 * PAGE_SIZE)
    for number in range(200):
        cache.put_many({key(number): os.urandom(PAGE_SIZE // 2)})
    kept = [number for number in range(200) if cache.get(key(number)) is not None]
    assert kept == list(range(kept[0], 200))
    assert 20 <= len(kept) <= 80
    cache.close()
    assert path.stat().st_size < 60 * PAGE_SIZE


def test_that_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    cache = ThumbCache(tmp_path / "file" / "thumbs.sqlite")
    cache.put_many({key(1): b"one"})
    assert cache.get(key(1)) is None


def test_that_a_closed_cache_opens_again(path: Path) -> None:
    cache = ThumbCache(path)
    cache.put_many({key(1): b"one"})
    cache.close()
    assert cache.get(key(1)) == b"one"
    assert path.exists()


def test_that_it_lies_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbs, "cache_folder", lambda: tmp_path / "elsewhere")
    assert ThumbCache().path == tmp_path / "elsewhere" / "thumbs.sqlite"
