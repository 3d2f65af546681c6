"""Picks that are to be like image files from anywhere: as the pool embeds them, and replayed without the files."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.errors import EmbeddingError, ModelError, Remedy, SelectionError, UntrustedModelError
from desktop_al.domain.specs import AddSpec, AdjustSpec, EmbedSpec, SelectSpec
from desktop_al.jobs.add import run_add
from desktop_al.jobs.adjust import run_adjust
from desktop_al.jobs.embed import run_embed
from desktop_al.jobs.embed_one import embed_one
from desktop_al.jobs.select import run_select
from desktop_al.jobs.verify import run_verify
from desktop_al.store.project import Project
from desktop_al.strategies.api import select
from tests.cli.running import runner
from tests.models.files import Small, save_onnx, save_reaching, save_torchscript
from tests.pictures import make_pictures, picture


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_onnx(tmp_path / "small.onnx", gives="both")


@pytest.fixture
def project(tmp_path: Path, model: Path) -> Iterator[Project]:
    """Twelve pictures, embedded by a model of the user's."""
    with embedded(tmp_path, EmbedSpec(model=str(model))) as made:
        yield made


def embedded(folder: Path, spec: EmbedSpec) -> Project:
    make_pictures(folder / "images", 12)
    made = Project.create(folder / "p.alproject")
    run_add(made, AddSpec((folder / "images",)), Context())
    run_embed(made, spec, Context())
    return made


def new_file(folder: Path, seed: int) -> Path:
    picture(seed).save(folder / f"new {seed}.png")
    return folder / f"new {seed}.png"


def wanted(*files: Path, samples: tuple[int, ...] = ()) -> SelectSpec:
    return SelectSpec("similar", "4", random_share=0, like=samples, like_files=files)


def order(project: Project, number: int = 1) -> list[int]:
    return [int(sample) for sample in project.batch_order(number)[0]]


def test_that_files_are_looked_for_beside_samples_as_their_embeddings_are(project: Project, tmp_path: Path) -> None:
    files, table = [new_file(tmp_path, seed) for seed in (90, 91)], project.embeddings()
    run_select(project, wanted(*files, samples=(3,)))
    queries = np.stack([table.vectors[2], *(embed_one(project, file, EmbedSpec()) for file in files)])
    picks = select(table.vectors, 4, strategy="similar", like=queries)
    assert order(project)[:4] == table.ids[picks.indices].tolist()
    assert project.batch_order(1)[1][:4].tolist() == picks.gains.tolist()
    assert order(project)[0] == 3


def test_that_a_batch_is_replayed_without_file_and_model(project: Project, model: Path, tmp_path: Path) -> None:
    file = new_file(tmp_path, 90)
    run_select(project, wanted(file))
    run_select(project, wanted(file, samples=(2,)))
    file.unlink()
    model.unlink()
    found = run_verify(project)
    assert (found.problems, found.replayed) == ((), 2)


def test_that_other_examples_than_those_recorded_are_seen(project: Project, tmp_path: Path) -> None:
    run_select(project, wanted(new_file(tmp_path, 90)))
    run_select(project, wanted(new_file(tmp_path, 4), samples=(8,)))
    (first, second) = [run.id for run in project.runs() if run.job == "select"]
    exchanged = (
        "UPDATE runs SET result = json_set(result, '$.like_files', "
        "(SELECT json_extract(result, '$.like_files') FROM runs WHERE id = ?)) WHERE id = ?"
    )
    project.write(lambda db: db.conn.execute(exchanged, (second, first)))
    assert ["comes out differently" in problem for problem in run_verify(project).problems] == [True]


def test_that_a_veto_is_answered_without_the_file(project: Project, tmp_path: Path) -> None:
    file = new_file(tmp_path, 90)
    run_select(project, wanted(file))
    first, path = order(project), project.path
    file.unlink()
    project.close()
    # What was ranked is kept while a project is open; here it is ranked again.
    with Project.open(path, "w") as again:
        run_adjust(again, AdjustSpec(vetoes=(first[0],)))
        assert order(again)[:4] == first[1:5]
        assert run_verify(again).problems == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "There is no file"), (b"words", "cannot be looked for"), (b"", "cannot be looked for")],
)
def test_that_a_file_that_is_no_picture_selects_nothing(
    project: Project, tmp_path: Path, content: bytes | None, words: str
) -> None:
    file = tmp_path / "bad.png"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(EmbeddingError, match=words):
        run_select(project, wanted(new_file(tmp_path, 90), file))
    large = new_file(tmp_path, 91)
    with pytest.raises(EmbeddingError, match="cannot be looked for"):
        run_select(project, wanted(large), embed=EmbedSpec(max_pixels=10))
    with pytest.raises(SelectionError, match="looks for no examples"):
        run_select(project, SelectSpec("coverage", "4", like_files=(large,)))
    assert project.batches() == []


def test_that_a_model_that_is_gone_is_told(project: Project, model: Path, tmp_path: Path) -> None:
    model.unlink()
    with pytest.raises(ModelError):
        run_select(project, wanted(new_file(tmp_path, 90)))
    assert project.batches() == []


def test_that_a_model_that_is_not_trusted_here_is_not_run(tmp_path: Path) -> None:
    file = save_torchscript(Small("features"), tmp_path / "small.pt")
    with embedded(tmp_path, EmbedSpec(model=str(file))) as project:
        shutil.copy(save_reaching(tmp_path / "other.pt", tmp_path / "made"), file)
        with pytest.raises(UntrustedModelError, match="reaches out of the model") as refused:
            run_select(project, wanted(new_file(tmp_path, 90)))
        assert refused.value.remedies == (Remedy.TRUST_MODEL,)
        assert (project.batches(), (tmp_path / "made").exists()) == ([], False)


def test_that_the_file_is_recorded_and_what_is_trusted_here_is_not(project: Project, tmp_path: Path) -> None:
    like = new_file(tmp_path, 90)
    run_select(project, wanted(like), embed=EmbedSpec(trusted=("f" * 64,)))
    kept = [project.batch().spec, *(run.spec for run in project.runs() if run.job == "select")]
    assert all("f" * 64 not in json.dumps(spec) for spec in kept)
    assert [spec["like_files"] for spec in kept] == [[str(like)]] * 2


def test_that_the_command_line_takes_a_file(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there, path = project.samples().path(4), project.path
    copy = tmp_path / "12"
    copy.write_bytes(there.read_bytes())
    project.close()
    ran = runner(capsys)("select", path, "--like", copy, "--count", 3, "--json")
    assert ran.status == 0, ran.err
    assert ran.json["strategy"] == "similar"
    assert ran.json["picks"][0]["path"] == str(there)
    assert "image that you named" in ran.json["summary"]["account"]
