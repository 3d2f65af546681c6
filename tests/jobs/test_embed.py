"""The embedding pass on real files: what it records, reuses, resumes and refuses."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from desktop_al.domain.context import Context
from desktop_al.domain.errors import (
    CancelledError,
    EmbeddingError,
    ModelError,
    ProjectError,
    SourceError,
    WorkerLostError,
)
from desktop_al.domain.records import SampleStatus
from desktop_al.domain.results import EmbedResult, PartialMap
from desktop_al.domain.specs import AddSpec, EmbedSpec
from desktop_al.engines.embedding import NOT_FINITE
from desktop_al.engines.local import get_worker
from desktop_al.jobs.add import run_add
from desktop_al.jobs.early_map import two_axes
from desktop_al.jobs.embed import run_embed
from desktop_al.jobs.models import content_hints, describe_model, switch_model, try_model
from desktop_al.media.decode import decode
from desktop_al.media.model_input import model_input
from desktop_al.media.thumbs import ThumbCache
from desktop_al.models.registry import load
from desktop_al.numerics import pca
from desktop_al.store.project import Project
from tests.models.files import CLASSES, FEATURES, SIDE, Small, save_onnx, save_torchscript
from tests.pictures import make_identical, make_pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "images"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "test.alproject") as made:
        yield made


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_onnx(tmp_path_factory.mktemp("models") / "small.onnx", gives="both"))


def add(project: Project, *folders: Path) -> None:
    run_add(project, AddSpec(folders), Context())


def embed(project: Project, model: str, ctx: Context | None = None, **options: Any) -> EmbedResult:
    return run_embed(project, EmbedSpec(model, **options), ctx or Context())


def by_name(project: Project, model_key: str | None = None) -> dict[str, Any]:
    """The embedding of each sample by the name of its file."""
    table, embeddings = project.samples(), project.embeddings(model_key)
    rows = dict(zip(embeddings.ids.tolist(), embeddings.vectors, strict=True))
    return {Path(table.relpaths[row]).name: rows[i] for row, i in enumerate(table.ids.tolist()) if i in rows}


def expected(model: str, paths: list[Path]) -> Any:
    """The slow reference: one image after the other, in this process."""
    embedder = load(EmbedSpec(model))
    size = embedder.input.size
    return {path.name: embedder.forward(model_input(decode(path).rgb, size)[None]).embedding[0] for path in paths}


def test_that_each_image_gets_the_embedding_that_it_gets_alone(project: Project, folder: Path, model: str) -> None:
    paths = make_pictures(folder, 75)
    add(project, folder)
    result = embed(project, model, chunk=20)
    found, reference = by_name(project), expected(model, paths)
    assert (result.embedded, result.reused, result.unreadable, result.dim) == (75, 0, 0, FEATURES)
    assert found.keys() == reference.keys()
    assert all(np.allclose(found[name], reference[name], atol=1e-5) for name in reference)


def test_that_facts_probabilities_thumbnails_and_the_run_are_recorded(
    project: Project, folder: Path, model: str
) -> None:
    folder.mkdir()
    Image.new("RGB", (90, 40), "red").save(folder / "wide.png")
    make_pictures(folder, 3)
    add(project, folder)
    result = embed(project, model)
    table = project.samples()
    wide = list(table.relpaths).index("wide.png")
    assert (table.widths[wide], table.heights[wide]) == (90, 40)
    probabilities = project.probabilities()
    assert probabilities is not None
    assert probabilities.vectors.shape == (4, CLASSES)
    assert probabilities.matrix.dtype == np.float16
    assert np.allclose(probabilities.vectors.astype(np.float64).sum(axis=1), 1, atol=0.01)
    assert len(ThumbCache().get_many(table.hashes)) == 4
    assert project.runs()[-1].job == "embed"
    active = project.active_model()
    assert active is not None
    assert active.key == result.model
    assert result.change.kinds == {"samples", "models", "embeddings"}


def test_that_a_second_pass_embeds_nothing_and_a_new_image_alone(project: Project, folder: Path, model: str) -> None:
    make_pictures(folder, 5)
    add(project, folder)
    embed(project, model)
    again = embed(project, model)
    assert (again.embedded, again.reused) == (0, 5)
    make_pictures(folder, 6)
    add(project)
    more = embed(project, model)
    assert (more.embedded, more.reused) == (1, 5)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_that_few_images_are_no_special_case(project: Project, folder: Path, model: str, count: int) -> None:
    if count:
        make_pictures(folder, count)
        add(project, folder)
    assert embed(project, model).embedded == count
    assert len(project.embeddings()) == count


def test_that_identical_images_are_computed_once_and_all_have_their_embedding(
    project: Project, folder: Path, model: str
) -> None:
    make_identical(folder, 40)
    add(project, folder)
    result = embed(project, model, chunk=16)
    assert (result.embedded, result.reused) == (1, 39)
    embeddings = project.embeddings()
    assert len(embeddings) == 40
    assert len(embeddings.matrix) == 1


def test_that_a_copy_of_an_embedded_image_is_reused(project: Project, folder: Path, model: str) -> None:
    paths = make_pictures(folder, 3)
    add(project, folder)
    embed(project, model)
    shutil.copy(paths[0], folder / "copy.png")
    add(project)
    result = embed(project, model)
    assert (result.embedded, result.reused) == (0, 4)
    found = by_name(project)
    assert np.array_equal(found["copy.png"], found["0000.png"])


def test_that_an_image_changed_after_embedding_loses_its_embedding_until_it_is_embedded_again(
    project: Project, folder: Path, model: str
) -> None:
    paths = make_pictures(folder, 3)
    add(project, folder)
    embed(project, model)
    before = by_name(project)
    Image.new("RGB", (50, 60), "blue").save(paths[1])
    add(project)
    assert set(by_name(project)) == {"0000.png", "0002.png"}
    assert embed(project, model).embedded == 1
    after = by_name(project)
    assert np.allclose(after["0001.png"], expected(model, paths)["0001.png"], atol=1e-5)
    assert np.array_equal(after["0000.png"], before["0000.png"])
    assert not np.allclose(after["0001.png"], before["0001.png"])


def test_that_an_image_changed_between_scan_and_embedding_is_embedded_as_it_is(
    project: Project, folder: Path, model: str
) -> None:
    paths = make_pictures(folder, 2)
    add(project, folder)
    Image.new("RGB", (50, 60), "blue").save(paths[0])
    embed(project, model)
    assert np.allclose(by_name(project)["0000.png"], expected(model, paths)["0000.png"], atol=1e-5)


def test_that_broken_files_become_reasons_and_are_tried_again(project: Project, folder: Path, model: str) -> None:
    paths = make_pictures(folder, 6)
    whole = paths[1].read_bytes()
    paths[1].write_bytes(whole[: len(whole) // 2])
    paths[2].write_bytes(b"")
    paths[3].write_text("no image")
    add(project, folder)
    result = embed(project, model)
    assert (result.embedded, result.unreadable) == (3, 3)
    assert {Path(path).name for path, _ in result.unreadable_files} == {"0001.png", "0002.png", "0003.png"}
    table = project.samples()
    assert [bool(reason) for reason in table.reasons] == [False, True, True, True, False, False]
    assert table.status.tolist() == [0, 2, 2, 2, 0, 0]
    paths[1].write_bytes(whole)
    again = embed(project, model)
    assert (again.embedded, again.reused, again.unreadable) == (1, 3, 2)
    assert project.samples().reasons[1] == ""


def test_that_a_cap_on_pixels_can_be_raised(project: Project, folder: Path, model: str) -> None:
    make_pictures(folder, 2)
    add(project, folder)
    assert embed(project, model, max_pixels=100).unreadable == 2
    assert embed(project, model).embedded == 2


def test_that_a_file_that_went_is_marked_missing(project: Project, folder: Path, model: str) -> None:
    paths = make_pictures(folder, 3)
    add(project, folder)
    paths[0].unlink()
    result = embed(project, model)
    assert (result.embedded, result.unreadable) == (2, 1)
    assert project.samples().status.tolist() == [SampleStatus.MISSING, 0, 0]


def test_that_a_folder_that_went_is_one_sentence_and_changes_nothing(
    project: Project, folder: Path, model: str
) -> None:
    make_pictures(folder, 3)
    add(project, folder)
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(SourceError, match="connect its disk, or relink"):
        embed(project, model)
    assert project.samples().status.tolist() == [0, 0, 0]


def test_that_a_folder_that_goes_during_the_pass_marks_nothing_missing(
    project: Project, folder: Path, model: str
) -> None:
    make_pictures(folder, 400)
    add(project, folder)

    def unplug(_: object) -> None:
        if folder.exists():
            folder.rename(folder.with_name("unplugged"))

    with pytest.raises(SourceError, match="what was done is kept"):
        embed(project, model, Context(on_partial=unplug), chunk=32)
    assert not project.samples().status.any()
    folder.with_name("unplugged").rename(folder)
    done = len(project.embeddings())
    assert 0 < done < 400
    result = embed(project, model)
    assert (result.embedded, result.reused) == (400 - done, done)


@pytest.mark.parametrize("name", ["with space.png", "quote'\".png", "new\nline.png", "émoji 🦉.png", b"bytes-\xff.png"])
def test_that_odd_names_are_embedded(project: Project, folder: Path, model: str, name: str | bytes) -> None:
    path = make_pictures(folder, 1)[0]
    os.rename(os.fsencode(path), os.path.join(os.fsencode(folder), os.fsencode(name)))
    add(project, folder)
    assert embed(project, model).embedded == 1


def test_that_images_without_a_finite_embedding_are_listed_with_the_reason(
    project: Project, folder: Path, tmp_path: Path
) -> None:
    folder.mkdir()
    for number, colour in enumerate(["black", "white", "black", "grey"]):
        Image.new("RGB", (40 + number, 40), colour).save(folder / f"{number}.png")
    shutil.copy(folder / "0.png", folder / "4.png")
    add(project, folder)
    result = embed(project, str(save_torchscript(Small("nan"), tmp_path / "nan.pt")))
    assert (result.embedded, result.unreadable) == (2, 3)
    assert {(Path(path).name, reason) for path, reason in result.unreadable_files} == {
        (f"{number}.png", NOT_FINITE) for number in (0, 2, 4)
    }
    assert set(by_name(project)) == {"1.png", "3.png"}
    assert np.isfinite(project.embeddings().vectors).all()


def test_that_a_model_without_any_finite_embedding_is_one_sentence(
    project: Project, folder: Path, model: str, tmp_path: Path
) -> None:
    folder.mkdir()
    Image.new("RGB", (40, 40), "black").save(folder / "0.png")
    add(project, folder)
    good = embed(project, model).model
    with pytest.raises(EmbeddingError, match="no finite embedding for any image"):
        embed(project, str(save_torchscript(Small("nan"), tmp_path / "nan.pt")))
    active = project.active_model()
    assert active is not None
    assert active.key == good


def test_that_what_one_model_cannot_embed_stays_usable_with_another(
    project: Project, folder: Path, model: str, tmp_path: Path
) -> None:
    folder.mkdir()
    for number, colour in enumerate(["black", "white"]):
        Image.new("RGB", (40, 40), colour).save(folder / f"{number}.png")
    add(project, folder)
    good = embed(project, model).model
    assert embed(project, str(save_torchscript(Small("nan"), tmp_path / "nan.pt"))).unreadable == 1
    assert len(project.embeddings(good)) == 2
    assert len(project.embeddings()) == 1


def test_that_several_models_live_side_by_side_and_can_be_switched(
    project: Project, folder: Path, model: str, tmp_path: Path
) -> None:
    paths = make_pictures(folder, 4)
    other = str(save_torchscript(Small("logits"), tmp_path / "other.pt"))
    add(project, folder)
    first, second = embed(project, model).model, embed(project, other).model
    assert {record.key for record in project.models()} == {first, second}
    active = project.active_model()
    assert active is not None
    assert active.key == second
    switched = switch_model(project, first)
    assert (switched.undo, switched.model) == (second, first)
    active = project.active_model()
    assert active is not None
    assert active.key == first
    for key, file in ((first, model), (second, other)):
        found, reference = by_name(project, key), expected(file, paths)
        assert all(np.allclose(found[name], reference[name], atol=1e-5) for name in reference)
    with pytest.raises(ModelError, match="holds no embeddings"):
        switch_model(project, "absent")


def test_that_a_model_that_cannot_be_used_leaves_the_project_as_it_was(
    project: Project, folder: Path, tmp_path: Path
) -> None:
    make_pictures(folder, 2)
    add(project, folder)
    with pytest.raises(ModelError, match="no model file"):
        embed(project, str(tmp_path / "absent.onnx"))
    assert project.models() == []


def test_that_maps_come_early_and_at_growing_intervals(project: Project, folder: Path, model: str) -> None:
    make_pictures(folder, 300)
    add(project, folder)
    maps: list[Any] = []
    embed(project, model, Context(on_partial=maps.append), chunk=64)
    assert all(isinstance(found, PartialMap) for found in maps)
    counts = [len(found.ids) for found in maps]
    assert counts[0] <= 96
    assert counts[-1] == 300
    assert counts == sorted(set(counts))
    assert all(np.isfinite(found.xy).all() and found.xy.shape == (len(found.ids), 2) for found in maps)
    quiet: list[Any] = []
    embed(project, model, Context(on_partial=quiet.append))
    assert quiet == []


def test_that_no_early_map_replaces_a_map_that_is_there(project: Project, folder: Path, model: str) -> None:
    make_pictures(folder, 40)
    add(project, folder)
    key = embed(project, model).model
    ids = project.samples().ids
    project.save_array(key, "projection", ids, {"xy": np.zeros((40, 2), np.float32)}, {"method": "umap"})
    make_pictures(folder, 90)
    add(project)
    maps: list[Any] = []
    assert embed(project, model, Context(on_partial=maps.append)).embedded == 50
    assert maps == []


def test_that_no_early_map_of_another_model_is_mixed_into_that_of_the_active_one(
    project: Project, folder: Path, model: str, tmp_path: Path
) -> None:
    other = str(save_torchscript(Small("logits"), tmp_path / "other.pt"))
    make_pictures(folder, 40)
    add(project, folder)
    embed(project, model)
    maps: list[Any] = []
    assert embed(project, other, Context(on_partial=maps.append)).embedded == 40
    assert maps == []


def test_that_progress_counts_up_to_the_end_with_a_rate(project: Project, folder: Path, model: str) -> None:
    make_pictures(folder, 120)
    add(project, folder)
    reports: list[Any] = []
    embed(project, model, Context(reports.append), chunk=32)
    counted = [report for report in reports if report.stage == "Embedding"]
    assert [report.done for report in counted] == sorted(report.done for report in counted)
    assert (counted[-1].done, counted[-1].total, counted[-1].unit) == (120, 120, "images")


def test_that_a_cancelled_pass_keeps_what_it_committed_and_goes_on_from_there(
    project: Project, folder: Path, model: str
) -> None:
    make_pictures(folder, 400)
    add(project, folder)
    ctx = Context(on_partial=lambda _: ctx.cancel())
    with pytest.raises(CancelledError):
        embed(project, model, ctx, chunk=32)
    done = len(project.embeddings())
    assert 0 < done < 400
    result = embed(project, model)
    assert (result.embedded, result.reused) == (400 - done, done)


def test_that_a_dead_worker_is_one_sentence_and_the_next_pass_goes_on(
    project: Project, folder: Path, model: str
) -> None:
    make_pictures(folder, 400)
    add(project, folder)

    def kill(_: object) -> None:
        pid = get_worker().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    with pytest.raises(WorkerLostError, match="what was done is kept"):
        embed(project, model, Context(on_partial=kill), chunk=32)
    done = len(project.embeddings())
    assert 0 < done < 400
    result = embed(project, model)
    assert (result.embedded, result.reused) == (400 - done, done)


def test_that_a_project_deleted_during_the_pass_is_one_sentence(project: Project, folder: Path, model: str) -> None:
    make_pictures(folder, 200)
    add(project, folder)
    with pytest.raises(ProjectError):
        embed(project, model, Context(on_partial=lambda _: shutil.rmtree(project.path)), chunk=32)


def test_that_a_project_open_for_reading_is_refused(project: Project, folder: Path, model: str) -> None:
    make_pictures(folder, 1)
    add(project, folder)
    with Project.open(project.path) as reader, pytest.raises(ProjectError, match="reading only"):
        embed(reader, model)


def test_that_segments_share_what_is_known(
    project: Project, folder: Path, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_al.jobs.embed.SEGMENT", 10)
    make_identical(folder, 25)
    make_pictures(folder / "more", 12, seed=1)
    add(project, folder)
    result = embed(project, model, chunk=4)
    assert (result.embedded, result.reused) == (13, 24)
    assert len(project.embeddings()) == 37


@pytest.mark.parametrize(("rows", "dim"), [(40, 12), (2, 12), (1, 5), (30, 1)])
def test_that_the_quick_axes_are_the_principal_ones(rows: int, dim: int) -> None:
    sample = np.random.default_rng(0).normal(size=(rows, dim)).astype(np.float32) * np.arange(1, dim + 1)
    found = two_axes(sample.astype(np.float32)).transform(sample)
    assert found.shape == (rows, 2)
    slow = pca.fit(sample, 2).transform(sample)
    assert np.allclose(found[:, : slow.shape[1]], slow, atol=1e-3)


def test_that_a_model_file_is_described_and_tried_on_an_image(folder: Path, model: str) -> None:
    image = make_pictures(folder, 1)[0]
    about = describe_model(Path(model))
    assert (about.size, about.features) == (SIDE, FEATURES)
    trial = try_model(EmbedSpec(model), image)
    assert trial.image.shape == (SIDE, SIDE, 3)
    assert trial.dim == FEATURES
    assert len(trial.classes) == CLASSES
    assert trial.classes[0][1] == max(share for _, share in trial.classes)
    assert trial.value_range[0] >= (0 - 123.675) / 58.395
    with pytest.raises(ModelError):
        describe_model(image)


def test_that_only_imagenet_classes_are_named_as_content(project: Project, folder: Path, model: str) -> None:
    make_pictures(folder, 1)
    add(project, folder)
    embed(project, model)
    assert content_hints(project, int(project.samples().ids[0])) == []
    embed(project, "builtin")
    hints = content_hints(project, int(project.samples().ids[0]))
    assert len(hints) == 3
    assert hints[0][1] >= hints[1][1] >= hints[2][1] > 0
    assert content_hints(project, 999) == []
