"""Create, open, write and read a project."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.errors import ProjectError, ProjectLockedError
from desktop_al.domain.records import SampleStatus
from desktop_al.store import models, samples, sources
from desktop_al.store.project import Project
from desktop_al.store.samples import SampleFacts

ODD_NAMES = ["plain.jpg", "a b.jpg", "quo'te\".jpg", "new\nline.jpg", "🦜.png", "bad\udcff\udc80.jpg", "sub/x.jpg"]


def filled(path: Path, names: list[str]) -> Project:
    project = Project.create(path)
    source = project.write(lambda db: sources.ensure(db, Path("/photos")))
    count = len(names)
    project.write(lambda db: samples.insert(db, source, names, range(count), range(count)))
    return project


def content(number: int) -> str:
    return f"{number + 1:016x}"


def test_that_samples_come_back_as_they_were_written(tmp_path: Path) -> None:
    with filled(tmp_path / "p.alproject", ODD_NAMES) as project:
        table = project.samples()
        assert list(table.relpaths) == ODD_NAMES
        assert table.ids.tolist() == list(range(1, len(ODD_NAMES) + 1))
        assert table.path(1) == Path("/photos/a b.jpg")
        assert project.name == "p"


def test_that_an_empty_project_reads_as_empty(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        assert len(project.samples()) == 0
        assert len(project.embeddings()) == 0
        assert project.probabilities() is None
        assert project.neighbours() is None
        assert project.projection() is None
        assert project.active_model() is None
        assert not project.batches()
        assert not project.rounds()
        assert not project.exports()
        assert not project.runs()
        assert len(project.labels().ids) == 0
        assert project.metadata() == {}
        assert project.counts().samples == 0
        assert len(project.states()[0]) == 0
        assert len(project.current_vectors()) == 0


def test_that_vectors_follow_the_content_of_a_sample(tmp_path: Path) -> None:
    with filled(tmp_path / "p", ["a", "b", "twin of a", "not embedded"]) as project:
        hashes = [content(0), content(1)]
        project.write(lambda db: models.ensure_model(db, "m", name="M", kind="test", dim=3))
        facts = [SampleFacts(n, h, 4, 3, "PNG") for n, h in zip((1, 2, 3), [*hashes, hashes[0]], strict=True)]
        matrix = np.eye(3, dtype=np.float32)[:2]
        project.append_vectors("m", "embedding", [1, 2], hashes, matrix, also=lambda db: samples.set_facts(db, facts))
        table = project.embeddings()
        assert table.ids.tolist() == [1, 2, 3]
        np.testing.assert_array_equal(table.vectors, matrix[[0, 1, 0]])
        assert project.counts().embedded == 3
        assert project.counts().duplicates == 1
        assert content(0) in project.current_vectors()
        assert content(7) not in project.current_vectors()

        before = project.embedding_digest()
        project.write(lambda db: samples.set_changed(db, [1], [9], [9]))
        assert project.embeddings().ids.tolist() == [2, 3]
        assert project.embedding_digest() != before


def test_that_a_reader_sees_what_a_writer_committed(tmp_path: Path) -> None:
    with filled(tmp_path / "p", ["a"]) as writer, Project.open(tmp_path / "p") as reader:
        assert len(reader.samples()) == 1
        writer.write(lambda db: samples.mark_missing(db, [1]))
        assert reader.samples().status.tolist() == [SampleStatus.MISSING]
        with pytest.raises(ProjectError, match="for reading"):
            reader.write(lambda db: samples.mark_missing(db, [1]))


def test_that_a_second_writer_is_told_who_has_the_project(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p"), pytest.raises(ProjectLockedError, match=r"process [0-9]+ on"):
        Project.open(tmp_path / "p", "w")
    Project.open(tmp_path / "p", "w").close()


def test_that_a_failing_write_changes_nothing(tmp_path: Path) -> None:
    def fail(db: object) -> None:
        samples.mark_missing(db, [1])  # type: ignore[arg-type]  # the lane hands out a database
        raise KeyError("planted")

    with filled(tmp_path / "p", ["a"]) as project:
        with pytest.raises(KeyError, match="planted"):
            project.write(fail)
        assert project.samples().status.tolist() == [SampleStatus.PRESENT]


def test_that_threads_write_and_read_without_a_locked_database(tmp_path: Path) -> None:
    with filled(tmp_path / "p", [f"{n}" for n in range(100)]) as project:

        def work(offset: int) -> None:
            for sample in range(1 + offset * 20, 21 + offset * 20):
                project.write(partial(samples.mark_missing, ids=[sample]))
                project.counts()

        with ThreadPoolExecutor(5) as threads:
            list(threads.map(work, range(5)))
        assert project.counts().missing == 100
