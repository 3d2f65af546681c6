"""What a scan and an embedding pass write."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.errors import SourceError
from desktop_al.domain.records import SampleStatus
from desktop_al.store import samples, sources
from desktop_al.store.project import Project
from desktop_al.store.samples import SampleFacts

PRESENT, MISSING, UNREADABLE = SampleStatus.PRESENT, SampleStatus.MISSING, SampleStatus.UNREADABLE


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.alproject") as made:
        made.write(lambda db: sources.ensure(db, Path("/one")))
        made.write(lambda db: samples.insert(db, 1, ["a", "b", "c"], [1, 2, 3], [10, 20, 30]))
        yield made


def test_that_a_source_is_added_once(project: Project) -> None:
    assert project.write(lambda db: sources.ensure(db, Path("/one"))) == 1
    assert project.write(lambda db: sources.ensure(db, Path("/two\udcff"))) == 2
    assert [source.root for source in project.sources()] == [Path("/one"), Path("/two\udcff")]


def test_that_a_relinked_source_moves_all_its_samples(project: Project) -> None:
    assert project.samples().path(0) == Path("/one/a")
    assert project.write(lambda db: sources.relink(db, 1, Path("/else"))) == Path("/one")
    assert project.samples().path(0) == Path("/else/a")


def test_that_a_source_is_not_relinked_to_the_folder_of_another(project: Project) -> None:
    project.write(lambda db: sources.ensure(db, Path("/two")))
    with pytest.raises(SourceError, match="already source 2"):
        project.write(lambda db: sources.relink(db, 1, Path("/two")))
    with pytest.raises(SourceError, match="no source 9"):
        project.write(lambda db: sources.relink(db, 9, Path("/three")))


def test_that_ids_are_never_used_again(project: Project) -> None:
    project.write(lambda db: db.conn.execute("DELETE FROM samples WHERE id = 3"))
    assert project.write(lambda db: samples.insert(db, 1, ["d"], [4], [40])).tolist() == [4]


def test_that_files_are_read_by_source(project: Project) -> None:
    other = project.write(lambda db: sources.ensure(db, Path("/two")))
    project.write(lambda db: samples.insert(db, other, ["x"], [9], [2**62]))
    assert project.read(lambda db: samples.files(db, other)).mtimes_ns.tolist() == [2**62]
    assert list(project.read(lambda db: samples.files(db, 1)).relpaths) == ["a", "b", "c"]
    assert len(project.read(samples.files)) == 4


def test_that_facts_make_a_sample_present_or_unreadable(project: Project) -> None:
    facts = [SampleFacts(1, "0" * 16, 7, 5, "JPEG"), SampleFacts(2, "f" * 16, 0, 0, "", "The file is cut off.")]
    project.write(lambda db: samples.set_facts(db, facts))
    table = project.samples()
    assert table.status.tolist() == [PRESENT, UNREADABLE, PRESENT]
    assert list(table.hashes) == ["0" * 16, "f" * 16, ""]
    assert (table.widths[0], table.heights[0]) == (7, 5)
    assert table.reasons[1] == "The file is cut off."
    counts = project.counts()
    assert (counts.samples, counts.present, counts.unreadable, counts.duplicates) == (3, 2, 1, 0)


def test_that_a_reason_may_quote_an_undecodable_name(project: Project) -> None:
    project.write(lambda db: samples.set_unreadable(db, [(1, "“x\udcff\0” is empty.")]))
    assert project.samples().reasons[0] == "“x\\udcff\\0” is empty."


def test_that_a_changed_file_is_forgotten_and_a_touched_one_is_not(project: Project) -> None:
    facts = [SampleFacts(n, f"{n:016x}", 7, 5, "JPEG", "bad" if n == 1 else "") for n in (1, 2)]
    project.write(lambda db: samples.set_facts(db, facts))
    project.write(lambda db: samples.set_changed(db, np.array([1]), [99], [11]))
    project.write(lambda db: samples.touch(db, [2], [21]))
    table = project.samples()
    assert list(table.hashes) == ["", f"{2:016x}", ""]
    assert (table.status[0], table.reasons[0], table.sizes[0], table.widths[0]) == (PRESENT, "", 99, 0)
    assert project.read(samples.files).mtimes_ns.tolist() == [11, 21, 30]


def test_that_missing_files_come_back_as_they_were(project: Project) -> None:
    project.write(lambda db: samples.set_unreadable(db, [(2, "It is empty.")]))
    project.write(lambda db: samples.mark_missing(db, [1, 2]))
    assert project.samples().status.tolist() == [MISSING, MISSING, PRESENT]
    assert project.counts().missing == 2
    project.write(lambda db: samples.mark_found(db, [1, 2, 3]))
    assert project.samples().status.tolist() == [PRESENT, UNREADABLE, PRESENT]


def test_that_files_may_swap_their_names(project: Project) -> None:
    project.write(lambda db: samples.move(db, [1, 2, 3], [1, 1, 1], ["b", "c", "a"], [1, 2, 3]))
    assert list(project.samples().relpaths) == ["b", "c", "a"]


def test_that_a_path_is_taken_once(project: Project) -> None:
    with pytest.raises(Exception, match="UNIQUE"):
        project.write(lambda db: samples.insert(db, 1, ["z", "a"], [1, 1], [1, 1]))
    assert len(project.samples()) == 3


def test_that_what_is_remembered_stays_where_nothing_changed(project: Project) -> None:
    before = project.samples()
    project.write(lambda db: samples.mark_missing(db, []))
    project.write(lambda db: samples.mark_found(db, [1]))
    project.write(lambda db: samples.move(db, [], [], [], []))
    assert project.samples() is before


def test_that_what_is_remembered_is_read_again_after_every_kind_of_change(project: Project) -> None:
    changes = [
        lambda db: samples.set_facts(db, [SampleFacts(1, "1" * 16, 1, 1, "PNG")]),
        lambda db: samples.set_unreadable(db, [(2, "bad")]),
        lambda db: samples.mark_missing(db, [3]),
        lambda db: samples.mark_found(db, [3]),
        lambda db: samples.set_changed(db, [1], [5], [5]),
        lambda db: samples.move(db, [1], [1], ["moved"], [5]),
        lambda db: samples.insert(db, 1, ["new"], [5], [5]),
        lambda db: sources.relink(db, 1, Path("/other")),
    ]
    for change in changes:
        before = project.samples()
        assert project.samples() is before or project.samples().roots == before.roots
        project.write(change)
        after = project.samples()
        assert after is not before
        with Project.open(project.path) as fresh:
            expected = fresh.samples()
        for name in ("ids", "status", "sizes", "widths"):
            np.testing.assert_array_equal(getattr(after, name), getattr(expected, name))
        assert after.relpaths == expected.relpaths
        assert after.hashes == expected.hashes
        assert after.roots == expected.roots
