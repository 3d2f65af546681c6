"""Samples that several threads read are those that one thread reads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sqlite_utils

from desktop_al.domain.records import SampleTable
from desktop_al.store import columns, samples, sources
from desktop_al.store.project import Project
from desktop_al.store.samples import SampleFacts
from desktop_al.store.shared_reading import SharedReading
from tests.store.tables import assert_same


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.setattr(columns, "BLOCK_ROWS", 7)
    with Project.create(tmp_path / "p.alproject") as made:
        yield made


def add(project: Project, folder: str, count: int) -> None:
    def write(db: sqlite_utils.Database) -> None:
        source = sources.ensure(db, Path(folder))
        names = [f"{number}.jpg" for number in range(count)]
        ids = samples.insert(db, source, names, np.arange(count) * 2**33, np.arange(count))
        facts = [
            SampleFacts(int(i), f"{i:016x}", 2**31 - 1 - int(i), int(i), "JPEG", "torn" if i % 5 == 0 else "")
            for i in ids[:-1]
        ]
        samples.set_facts(db, facts)

    project.write(write)


def read_shared(project: Project, helpers: int) -> SampleTable:
    reading = SharedReading(project)
    with ThreadPoolExecutor(helpers) as pool:
        for done in [pool.submit(reading.help) for _ in range(helpers)]:
            done.result()
    return reading.table()


@pytest.mark.parametrize("helpers", [1, 2, 5])
@pytest.mark.parametrize("folders", [(), ("/a",), ("/a", "/b")])
def test_that_shared_samples_are_those_of_one_thread(project: Project, folders: tuple[str, ...], helpers: int) -> None:
    for folder in folders:
        add(project, folder, 40)
    shared = read_shared(project, helpers)
    with Project.open(project.path) as other:
        assert_same(shared, other.samples())
    assert len(shared) == 40 * len(folders)


def test_that_pixels_and_sizes_are_those_of_a_plain_select(project: Project) -> None:
    add(project, "/a", 40)
    table = read_shared(project, 2)
    plain = project.read(
        lambda db: db.conn.execute("SELECT id, size, width, height FROM samples ORDER BY id").fetchall()
    )
    columns_read = (table.ids, table.sizes, table.widths, table.heights)
    assert list(zip(*(column.tolist() for column in columns_read), strict=True)) == plain


def test_that_shared_samples_are_remembered(project: Project) -> None:
    add(project, "/a", 40)
    shared = read_shared(project, 2)
    assert project.samples() is shared


@pytest.mark.parametrize("folder", ["/a", "/b"])
def test_that_what_a_writer_committed_in_between_is_not_half_read(project: Project, folder: str) -> None:
    add(project, "/a", 40)
    reading = SharedReading(project)
    add(project, f"{folder}/more", 20)
    reading.help()
    table = reading.table()
    assert len(table) == 60
    with Project.open(project.path) as other:
        assert_same(table, other.samples())


def test_that_a_commit_after_the_blocks_is_seen(project: Project) -> None:
    add(project, "/a", 40)
    reading = SharedReading(project)
    reading.help()
    add(project, "/b", 20)
    assert len(reading.table()) == 60
