"""The map job, on made-up embeddings; its stages run in the worker process."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlite_utils
from numpy.typing import NDArray
from PIL import Image

from desktop_al.domain.colours import ON_DARK, ON_LIGHT
from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError, EmbeddingError, ExportError
from desktop_al.domain.records import SampleState
from desktop_al.domain.specs import MapSpec
from desktop_al.jobs import map_stages
from desktop_al.jobs.map import run_map
from desktop_al.jobs.map_png import DARK, draw_map, pixel, write_map_png
from desktop_al.jobs.map_stages import vectors_of
from desktop_al.jobs.verify import run_verify
from desktop_al.numerics.metrics import trustworthiness
from desktop_al.store import models, samples, vectors
from desktop_al.store.project import Project
from tests.jobs.pools import KEY, clusters, make_project

LIGHT_GREY = sum(pixel(ON_LIGHT.states[SampleState.UNLABELLED])) / 3


def add_samples(project: Project, embeddings: NDArray[np.float32]) -> None:
    """Give the project new samples with these embeddings."""
    source = project.sources()[0].id
    offset = len(project.samples())

    def insert(db: sqlite_utils.Database) -> list[int]:
        names = [f"new-{i:05}.jpg" for i in range(len(embeddings))]
        ids = samples.insert(db, source, names, [100] * len(names), [0] * len(names)).tolist()
        samples.set_facts(db, [samples.SampleFacts(i, f"{i + offset:016x}", 10, 10, "JPEG", "") for i in ids])
        return list(ids)

    ids = project.write(insert)
    project.append_vectors(KEY, vectors.EMBEDDING, ids, [f"{i + offset:016x}" for i in ids], embeddings)


def positions(project: Project) -> NDArray[np.float32]:
    projection = project.projection()
    assert projection is not None
    return np.array(projection.xy)


def test_that_a_map_is_saved_and_keeps_neighbours_together(tmp_path: Path) -> None:
    embeddings = clusters((40, 40, 40), spread=0.3)
    with make_project(tmp_path / "p.alproject", embeddings) as project:
        published: list[Any] = []
        result = run_map(project, MapSpec(), Context(on_partial=published.append))
        assert (result.samples, result.placed, result.method) == (120, 0, "umap")
        projection = project.projection()
        assert projection is not None
        assert projection.method == "umap"
        assert trustworthiness(project.embeddings().vectors, projection.xy, 10) > 0.85
        graph = project.neighbours()
        assert graph is not None
        assert graph.exact
        assert graph.indices.shape == (120, 64)
        # The principal components came first, then positions on the way.
        assert len(published) >= 2
        assert all(np.array_equal(part.ids, projection.ids) for part in published)
        assert [run.job for run in project.runs()] == ["map"]


def test_that_the_same_seed_gives_the_same_map_and_another_one_another(tmp_path: Path) -> None:
    embeddings = clusters((30, 30))
    maps = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        with make_project(tmp_path / f"{name}.alproject", embeddings) as project:
            run_map(project, MapSpec(seed=seed))
            maps.append(positions(project))
    assert np.array_equal(maps[0], maps[1])
    assert not np.array_equal(maps[0], maps[2])


def test_that_a_fresh_map_owes_nothing_to_the_old_one(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", clusters((30, 30))) as project:
        run_map(project, MapSpec())
        first = positions(project)
        run_map(project, MapSpec(seed=5))
        run_map(project, MapSpec(fresh=True))
        assert np.array_equal(positions(project), first)


def test_that_each_model_has_its_own_map(tmp_path: Path) -> None:
    embeddings = clusters((30, 30))
    with make_project(tmp_path / "p.alproject", embeddings) as project:
        run_map(project, MapSpec())
        first = positions(project)
        project.write(lambda db: models.ensure_model(db, "other", name="Other", kind="test", dim=16))
        project.write(lambda db: models.set_active(db, "other"))
        with pytest.raises(EmbeddingError, match="Nothing is embedded"):
            run_map(project, MapSpec())
        ids = project.samples().ids
        hashes = [f"{i:016x}" for i in ids.tolist()]
        project.append_vectors("other", vectors.EMBEDDING, ids, hashes, clusters((20, 20, 20), dim=16, seed=7))
        assert run_map(project, MapSpec()).samples == 60
        assert not np.array_equal(positions(project), first)
        kept = project.projection(KEY)
        assert kept is not None
        assert np.array_equal(kept.xy, first)


def test_that_nothing_is_done_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_project(tmp_path / "p.alproject", clusters((30, 30))) as project:
        run_map(project, MapSpec())
        before = positions(project)

        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("a stage ran again")

        monkeypatch.setattr("desktop_al.engines.worker.WorkerProcess.call", refuse)
        run_map(project, MapSpec())
        assert np.array_equal(positions(project), before)


def test_that_another_parameter_costs_only_its_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_project(tmp_path / "p.alproject", clusters((30, 30))) as project:
        run_map(project, MapSpec())

        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("the neighbours were searched again")

        monkeypatch.setattr(map_stages, "find_neighbours", refuse)
        run_map(project, MapSpec(min_dist=0.4))


def test_that_new_samples_are_placed_and_old_points_stay(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", clusters((40, 40), seed=1)) as project:
        run_map(project, MapSpec())
        before = positions(project)
        add_samples(project, clusters((40, 40), seed=1)[::8])
        result = run_map(project, MapSpec())
        after = positions(project)
        assert (result.placed, result.samples) == (10, 90)
        assert np.array_equal(after[:80], before)
        # Each copy lies in the cluster of its original.
        centres = np.stack([before[:40].mean(axis=0), before[40:].mean(axis=0)])
        nearest = np.linalg.norm(after[80:, None] - centres, axis=2).argmin(axis=1)
        assert nearest.tolist() == [0] * 5 + [1] * 5


def test_that_a_changed_image_is_placed_anew(tmp_path: Path) -> None:
    embeddings = clusters((40, 40), seed=1)
    with make_project(tmp_path / "p.alproject", embeddings) as project:
        run_map(project, MapSpec())
        before = positions(project)
        project.write(lambda db: samples.set_facts(db, [samples.SampleFacts(1, "f" * 16, 10, 10, "JPEG", "")]))
        project.append_vectors(KEY, vectors.EMBEDDING, [1], ["f" * 16], embeddings[-1:])
        assert run_map(project, MapSpec()).placed == 1
        after = positions(project)
        assert np.array_equal(after[1:], before[1:])
        assert np.linalg.norm(after[0] - before[40:].mean(axis=0)) < np.linalg.norm(
            after[0] - before[1:40].mean(axis=0)
        )


def test_that_a_map_with_another_seed_lies_on_the_old_one(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", clusters((40, 40, 40))) as project:
        run_map(project, MapSpec(seed=0))
        before = positions(project)
        run_map(project, MapSpec(seed=3))
        after = positions(project)
        assert not np.array_equal(before, after)
        assert np.linalg.norm(after.mean(axis=0) - before.mean(axis=0)) < 1e-3
        centres = [np.stack([xy[i : i + 40].mean(axis=0) for i in (0, 40, 80)]) for xy in (before, after)]
        matched = np.linalg.norm(centres[1][:, None] - centres[0], axis=2).argmin(axis=1)
        assert matched.tolist() == [0, 1, 2]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_that_a_handful_of_images_has_a_map(tmp_path: Path, count: int) -> None:
    with make_project(tmp_path / "p.alproject", clusters((1,) * count)) as project:
        assert run_map(project, MapSpec()).samples == count
        assert np.isfinite(positions(project)).all()


def test_that_identical_images_have_a_map(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", np.repeat(clusters((1,)), 50, axis=0)) as project:
        run_map(project, MapSpec())
        assert np.isfinite(positions(project)).all()


@pytest.mark.parametrize("kind", ["projection", "neighbours"])
def test_that_a_lost_file_is_computed_again(tmp_path: Path, kind: str) -> None:
    with make_project(tmp_path / "p.alproject", clusters((20, 20))) as project:
        run_map(project, MapSpec())
        before = positions(project)
        for file in (project.path / "vectors").glob(f"{kind}-*"):
            file.unlink()
        assert run_verify(project, Context()).problems
        run_map(project, MapSpec())
        np.testing.assert_array_equal(positions(project), before)
        if kind == "neighbours":
            run_map(project, MapSpec(fresh=True))
        assert not run_verify(project, Context()).problems


def test_that_without_embeddings_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.alproject") as project, pytest.raises(EmbeddingError, match="embed the images"):
        run_map(project, MapSpec())


def test_that_numbers_that_are_not_finite_are_refused() -> None:
    embeddings = clusters((20,)).copy()
    embeddings[3, 4] = np.nan
    given = map_stages.Vectors(embeddings, "", 0, (), "", np.arange(20))
    with pytest.raises(EmbeddingError, match="not finite"):
        map_stages.principal_map(given, Context())


def test_that_a_cancelled_map_keeps_its_finished_stages(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", clusters((60, 60))) as project:
        ctx = Context()
        shown: list[object] = []

        def stop_at_second(part: object) -> None:
            shown.append(part)
            if len(shown) == 2:
                ctx.cancel()

        ctx = Context(on_partial=stop_at_second)
        with pytest.raises(CancelledError):
            run_map(project, MapSpec(), ctx)
        projection = project.projection()
        assert projection is not None
        assert projection.method == "pca"
        assert project.neighbours() is not None
        assert run_map(project, MapSpec()).method == "umap"


def test_that_large_pools_are_laid_out_by_landmarks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_stages, "LANDMARKS", 60)
    embeddings = clusters((40, 40, 40), spread=0.2)
    with make_project(tmp_path / "p.alproject", embeddings) as project:
        found = map_stages.find_neighbours(vectors_of(project.embeddings()), 15, 0, Context())
        start = map_stages.principal_map(vectors_of(project.embeddings()), Context())
        graph = (found.indices, found.distances)
        published: list[Any] = []
        ctx = Context(on_partial=published.append)
        xy = map_stages.draw_landmarks(vectors_of(project.embeddings()), graph, start, 0.1, 0, ctx)
        # The landmarks are shown under way, then everybody.
        assert np.isfinite(published[0][:, 0]).sum() == 60
        assert np.isfinite(xy).all()
        assert trustworthiness(embeddings, xy, 10) > 0.8


def test_that_vectors_are_handed_over_as_a_place_in_a_file(tmp_path: Path) -> None:
    embeddings = clusters((10, 10))
    with make_project(tmp_path / "p.alproject", embeddings) as project:
        given = vectors_of(project.embeddings())
        assert given.array is None
        assert np.array_equal(given.matrix()[given.rows], project.embeddings().vectors)


def test_that_the_picture_shows_every_state(tmp_path: Path) -> None:
    xy = np.random.default_rng(0).normal(size=(500, 2))
    states = np.zeros(500, np.uint8)
    states[:5] = SampleState.PENDING
    states[5:10] = SampleState.ACCEPTED
    states[10:15] = SampleState.REJECTED
    states[15:25] = SampleState.LABELLED
    colours = set(draw_map(xy, states).get_flattened_data())
    for state in (SampleState.PENDING, SampleState.ACCEPTED, SampleState.REJECTED, SampleState.LABELLED):
        assert pixel(ON_LIGHT.states[state]) in colours


def test_that_the_picture_can_be_dark_and_coloured_by_class() -> None:
    xy = np.random.default_rng(0).normal(size=(300, 2))
    codes = np.arange(300) % 10 - 1
    image = draw_map(xy, np.zeros(300, np.uint8), (codes, [f"class {i}" for i in range(9)]), "A title", dark=True)
    assert image.getpixel((0, 0)) == DARK.back
    colours = set(image.get_flattened_data())
    # The legend shows each class in full colour.
    assert all(pixel(ON_DARK.of_class(code)) in colours for code in range(7))


def test_that_crowds_of_a_large_pool_are_darker_than_its_outskirts() -> None:
    rng = np.random.default_rng(0)
    xy = np.concatenate([rng.normal(size=(150_000, 2)), rng.uniform(-12, 12, size=(50_000, 2))])
    pixels = np.asarray(draw_map(xy, np.zeros(len(xy), np.uint8)).convert("L"), np.float64)
    middle = pixels[480:520, 680:720].mean()
    edge = pixels[100:140, 680:720].mean()
    assert middle < 0.75 * LIGHT_GREY < edge


@pytest.mark.parametrize("count", [0, 1])
def test_that_an_empty_map_is_a_picture_too(count: int) -> None:
    assert draw_map(np.zeros((count, 2)), np.zeros(count, np.uint8)).size == (1400, 1000)


def test_that_the_picture_is_written_once_unless_told(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", clusters((20,))) as project:
        with pytest.raises(EmbeddingError, match="no map yet"):
            write_map_png(project, tmp_path / "map.png")
        run_map(project, MapSpec())
        write_map_png(project, tmp_path / "map.png")
        with Image.open(tmp_path / "map.png") as image:
            assert image.size == (1400, 1000)
        with pytest.raises(ExportError):
            write_map_png(project, tmp_path / "map.png")
        write_map_png(project, tmp_path / "map.png", overwrite=True)
