"""Vectors and derived arrays on disk."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.errors import ProjectError
from desktop_al.store import arrays, models, samples, sources, vectors
from desktop_al.store.project import Project
from desktop_al.store.samples import SampleFacts
from desktop_al.store.vectors import file_name

RNG = np.random.default_rng(0)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.alproject") as made:
        made.write(lambda db: sources.ensure(db, Path("/one")))
        made.write(lambda db: samples.insert(db, 1, [f"{n}" for n in range(10)], [1] * 10, [1] * 10))
        made.write(lambda db: models.ensure_model(db, "m", name="M", kind="t", dim=4, n_classes=3))
        yield made


def content(sample: int) -> str:
    return f"{sample * 7919:016x}"


def embed(project: Project, *ids: int, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed + sum(ids)).normal(size=(len(ids), 4)).astype(np.float32)
    facts = [SampleFacts(sample, content(sample), 1, 1, "PNG") for sample in ids]
    hashes = [content(sample) for sample in ids]
    project.append_vectors("m", "embedding", ids, hashes, rows, also=lambda db: samples.set_facts(db, facts))
    return rows


def vectors_file(project: Project) -> Path:
    return project.path / "vectors" / file_name("m", "embedding")


def test_that_chunks_come_back_in_the_order_of_the_samples(project: Project) -> None:
    late, early = embed(project, 5, 6), embed(project, 1, 2)
    table = project.embeddings()
    assert table.ids.tolist() == [1, 2, 5, 6]
    np.testing.assert_array_equal(table.vectors, np.concatenate([early, late]))
    assert isinstance(table.matrix, np.memmap)


def test_that_the_later_row_of_a_content_counts(project: Project) -> None:
    embed(project, 1, 2)
    again = embed(project, 2, seed=9)
    np.testing.assert_array_equal(project.embeddings().vectors[1], again[0])


def test_that_rows_that_were_never_recorded_are_written_over(project: Project) -> None:
    embed(project, 1)

    def fail(db: object) -> None:
        raise KeyError("planted")

    with pytest.raises(KeyError, match="planted"):
        project.append_vectors(
            "m", "embedding", [2, 3], [content(2), content(3)], np.ones((2, 4), np.float32), also=fail
        )
    assert vectors_file(project).stat().st_size == 3 * 16
    assert project.embeddings().ids.tolist() == [1]
    rows = embed(project, 4)
    np.testing.assert_array_equal(project.embeddings().vectors[1], rows[0])
    assert project.read(lambda db: vectors.problems(db, project.path)) == []


def test_that_probabilities_are_kept_in_half_precision(project: Project) -> None:
    embed(project, 1)
    assert project.probabilities() is None
    chances = np.array([[0.2, 0.3, 0.5]])
    project.append_vectors("m", "probabilities", [1], [content(1)], chances)
    table = project.probabilities()
    assert table is not None
    assert table.matrix.dtype == np.float16
    np.testing.assert_allclose(table.vectors, chances, atol=1e-3)


def test_that_models_have_rows_of_their_own(project: Project) -> None:
    first = embed(project, 1, 2)
    project.write(lambda db: models.ensure_model(db, "other", name="O", kind="t", dim=2))
    assert len(project.embeddings()) == 0
    assert project.embeddings().matrix.shape == (0, 2)
    project.append_vectors("other", "embedding", [2], [content(2)], np.ones((1, 2), np.float32))
    assert project.embeddings().ids.tolist() == [2]
    np.testing.assert_array_equal(project.embeddings("m").vectors, first)
    assert project.counts().embedded == 1
    assert len(project.embeddings("unknown")) == 0


def test_that_unreadable_samples_have_no_embedding_and_missing_ones_do(project: Project) -> None:
    embed(project, 1, 2, 3)
    project.write(lambda db: samples.mark_missing(db, [1]))
    project.write(lambda db: samples.set_unreadable(db, [(2, "bad")]))
    assert project.embeddings().ids.tolist() == [1, 3]
    assert project.counts().embedded == 2


@pytest.mark.parametrize(
    ("ids", "array", "complaint"),
    [
        ([1], np.full((1, 4), np.nan), "finite"),
        ([1, 2], np.ones((1, 4)), "fit together"),
        ([1], np.ones(4), "fit together"),
        ([1], np.ones((1, 5)), "rows of 5"),
    ],
)
def test_that_rows_that_do_not_fit_are_refused(
    project: Project, ids: list[int], array: NDArray[np.float64], complaint: str
) -> None:
    embed(project, 9)
    with pytest.raises(ValueError, match=complaint):
        project.append_vectors("m", "embedding", ids, [content(n) for n in ids], array)
    with pytest.raises(ValueError, match="no model x"):
        project.append_vectors("x", "embedding", [1], [content(1)], np.ones((1, 4)))


def test_that_a_short_vectors_file_is_named_and_not_filled_up(project: Project) -> None:
    embed(project, 1, 2)
    file = vectors_file(project)
    with file.open("r+b") as data:
        data.truncate(20)
    with pytest.raises(ProjectError, match="shorter than the project recorded"):
        project.embeddings()
    with pytest.raises(ProjectError, match="shorter than the project recorded"):
        embed(project, 3)
    file.unlink()
    with pytest.raises(ProjectError, match="missing"):
        project.embeddings()
    with pytest.raises(ProjectError, match="missing or shorter"):
        embed(project, 3)
    assert not file.exists()


def test_that_damaged_rows_are_found(project: Project) -> None:
    embed(project, 1, 2)
    embed(project, 3)
    assert project.read(lambda db: vectors.problems(db, project.path)) == []
    with vectors_file(project).open("r+b") as data:
        data.seek(40)
        data.write(b"\x55")
    (problem,) = project.read(lambda db: vectors.problems(db, project.path))
    assert "Rows 2 to 2" in problem


@pytest.mark.parametrize("key", ["Ab", "a/b", "..", ".x", "ü", "con:1", "x" * 300, "a b"])
def test_that_any_key_gives_a_safe_file_name_of_its_own(key: str) -> None:
    name = file_name(key, "embedding")
    assert all((c.isalnum() and c.isascii() and not c.isupper()) or c in "._-" for c in name)
    assert len(name) < 150
    assert not name.startswith(".")
    assert name != file_name(key.lower() + "x", "embedding")
    assert file_name("builtin-lite0.5f", "probabilities") == "builtin-lite0.5f.probabilities.f16"


def test_that_contents_are_found_one_by_one_as_in_bulk(project: Project) -> None:
    embed(project, *range(1, 9))
    index = project.current_vectors()
    wanted = [content(n) for n in range(12)] + ["", "f" * 16]
    reference = {content(n): n - 1 for n in range(1, 9)}
    assert index.find(wanted).tolist() == [reference.get(each, -1) for each in wanted]
    assert [each in index for each in wanted] == [each in reference for each in wanted]


def neighbours(count: int, k: int = 2) -> dict[str, NDArray[np.generic]]:
    return {
        "indices": RNG.integers(0, count, (count, k)).astype(np.int32),
        "distances": RNG.random((count, k)).astype(np.float32),
    }


def test_that_derived_arrays_come_back_mapped(project: Project) -> None:
    values = neighbours(3)
    project.save_array("m", "neighbours", [1, 2, 5], values, {"k": 2, "exact": True}, seed=4, input_hash="h")
    project.save_array("m", "projection", [1, 2], {"xy": np.ones((2, 2))}, {"method": "pca"}, seed=7)
    graph, projection = project.neighbours(), project.projection()
    assert graph is not None
    assert projection is not None
    np.testing.assert_array_equal(graph.indices, values["indices"])
    np.testing.assert_array_equal(graph.distances, values["distances"])
    assert graph.exact
    assert graph.ids.tolist() == [1, 2, 5]
    assert (projection.method, projection.seed) == ("pca", 7)
    saved = project.array(None, "neighbours")
    assert saved is not None
    assert (saved.spec, saved.seed, saved.input_hash) == ({"k": 2, "exact": True}, 4, "h")
    assert project.array("m", "absent") is None


def test_that_a_new_array_replaces_the_old_file(project: Project) -> None:
    project.save_array("m", "neighbours", [1, 2, 3], neighbours(3), {})
    old = list((project.path / "vectors").glob("neighbours*"))
    kept = project.neighbours()
    assert kept is not None
    before = kept.indices.copy()
    project.save_array("m", "neighbours", [1, 2, 3, 4], neighbours(4), {})
    new = list((project.path / "vectors").glob("neighbours*"))
    assert len(old) == len(new) == 1
    assert old != new
    # What was read before stays readable.
    np.testing.assert_array_equal(kept.indices, before)


def test_that_a_failed_save_leaves_the_old_array(project: Project) -> None:
    project.save_array("m", "projection", [1], {"xy": np.ones((1, 2))}, {"method": "pca"})

    def fail(db: object) -> None:
        raise KeyError("planted")

    with pytest.raises(KeyError, match="planted"):
        project.save_array("m", "projection", [1], {"xy": np.zeros((1, 2))}, {"method": "umap"}, also=fail)
    projection = project.projection()
    assert projection is not None
    assert projection.method == "pca"
    assert len(list((project.path / "vectors").glob("projection*"))) == 1


def test_that_ids_of_an_array_ascend(project: Project) -> None:
    with pytest.raises(ValueError, match="ascend"):
        project.save_array("m", "projection", [2, 1], {"xy": np.ones((2, 2))}, {})


def test_that_empty_arrays_are_kept(project: Project) -> None:
    project.save_array("m", "projection", [], {"xy": np.empty((0, 2), np.float32)}, {"method": "umap"})
    projection = project.projection()
    assert projection is not None
    assert projection.xy.shape == (0, 2)


def test_that_leftover_array_files_are_swept_at_the_next_open(project: Project) -> None:
    project.save_array("m", "projection", [1], {"xy": np.ones((1, 2))}, {})
    leftover = project.path / "vectors" / f"projection-0{arrays.SUFFIX}"
    leftover.write_bytes(b"half")
    project.close()
    with Project.open(project.path):
        assert leftover.exists()
    with Project.open(project.path, "w") as again:
        assert not leftover.exists()
        assert again.projection() is not None


def test_that_a_damaged_array_is_found_and_a_missing_one_counts_as_never_made(project: Project) -> None:
    project.save_array("m", "projection", [1, 2], {"xy": np.ones((2, 2))}, {})
    assert project.read(lambda db: arrays.problems(db, project.path)) == []
    (file,) = (project.path / "vectors").glob("projection*")
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    assert len(project.read(lambda db: arrays.problems(db, project.path))) == 1
    file.unlink()
    assert project.projection() is None
    assert len(project.read(lambda db: arrays.problems(db, project.path))) == 1
    project.save_array("m", "projection", [1, 2], {"xy": np.ones((2, 2))}, {})
    assert project.read(lambda db: arrays.problems(db, project.path)) == []
