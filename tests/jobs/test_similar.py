"""Similar images against plain numpy, by samples and by files, good and hostile."""

from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.errors import EmbeddingError, UsageError
from desktop_al.jobs.graph import graph_of, stored_graph
from desktop_al.jobs.similar import SimilarSpec, nearest_of, run_similar
from desktop_al.store.project import Project
from tests.jobs.pools import clusters, make_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "p.alproject", clusters((30, 20, 10), spread=0.5))


def test_that_similarity_is_the_cosine_to_the_nearest_example(project: Project) -> None:
    with project:
        rows = project.embeddings().vectors
        found = run_similar(project, SimilarSpec(samples=(7, 3)))
        assert np.allclose(found.values, (rows @ rows[[2, 6]].T).max(axis=1), atol=1e-5)
        order = np.argsort(-found.values, kind="stable")
        assert found.first(3).tolist() == order[:3].tolist()
        assert not set(found.ids[found.first(50, (3, 7))]) & {3, 7}


@pytest.mark.parametrize("kept", [False, True])
def test_that_the_nearest_are_those_of_brute_force_with_and_without_a_graph(project: Project, kept: bool) -> None:
    with project:
        if kept:
            graph_of(project, project.embeddings())
        assert (stored_graph(project) is not None) is kept
        rows = project.embeddings().vectors.astype(np.float64)
        away = np.linalg.norm(rows - rows[9], axis=1)
        away[9] = np.inf
        ids, distances = nearest_of(project, 10, 8)
        assert ids.tolist() == (np.argsort(away, kind="stable")[:8] + 1).tolist()
        assert np.allclose(distances, np.sort(away)[:8], atol=1e-3)


def test_that_a_graph_of_other_embeddings_does_not_count(project: Project) -> None:
    with project:
        graph = graph_of(project, project.embeddings())
        values = {"indices": graph.indices, "distances": graph.distances}
        project.save_array("made-up", "neighbours", graph.ids, values, {"exact": True}, 0, "of something else")
        assert stored_graph(project) is None


def test_that_what_is_not_embedded_has_no_neighbours(project: Project) -> None:
    with project:
        ids, distances = nearest_of(project, 999, 5)
        assert len(ids) == len(distances) == 0


def test_that_samples_without_an_embedding_are_refused(project: Project, tmp_path: Path) -> None:
    with project:
        with pytest.raises(EmbeddingError, match="have no embedding"):
            run_similar(project, SimilarSpec(samples=(999,)))
        with pytest.raises(UsageError):
            run_similar(project, SimilarSpec())
    with Project.create(tmp_path / "empty.alproject") as empty, pytest.raises(EmbeddingError, match="embed the images"):
        run_similar(empty, SimilarSpec(file=tmp_path / "x.png"))
