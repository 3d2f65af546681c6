"""A file from anywhere is embedded as the pool was, or refused in one sentence; nothing of it stays."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.errors import EmbeddingError, ModelError
from desktop_al.domain.specs import AddSpec, EmbedSpec
from desktop_al.jobs.add import run_add
from desktop_al.jobs.embed import run_embed
from desktop_al.jobs.similar import SimilarSpec, run_similar
from desktop_al.store.project import Project
from tests.models.files import save_onnx
from tests.pictures import make_pictures, picture


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_onnx(tmp_path / "small.onnx", gives="both")


@pytest.fixture
def project(tmp_path: Path, model: Path) -> Iterator[Project]:
    """Six pictures, embedded by a model of the user's."""
    make_pictures(tmp_path / "images", 6)
    with Project.create(tmp_path / "p.alproject") as made:
        run_add(made, AddSpec((tmp_path / "images",)), Context())
        run_embed(made, EmbedSpec(model=str(model)), Context())
        yield made


def test_that_a_picture_of_the_pool_under_another_name_is_most_like_itself(project: Project, tmp_path: Path) -> None:
    there = project.samples().path(2)
    copy = tmp_path / "elsewhere" / "ünrelated name.png"
    copy.parent.mkdir()
    copy.write_bytes(there.read_bytes())
    before = (project.counts(), len(project.runs()))
    found = run_similar(project, SimilarSpec(file=copy))
    assert found.ids[found.values.argmax()] == project.samples().ids[2]
    assert found.values.max() == pytest.approx(1, abs=1e-4)
    assert (project.counts(), len(project.runs())) == before


def test_that_a_new_picture_is_compared_with_all(project: Project, tmp_path: Path) -> None:
    new = tmp_path / "new.png"
    picture(99).save(new)
    found = run_similar(project, SimilarSpec(file=new))
    assert len(found.values) == 6
    assert np.isfinite(found.values).all()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.png", None, "There is no file"),
        ("empty.png", b"", "cannot be looked for"),
        ("text.jpg", b"these are words", "cannot be looked for"),
        ("cut.png", "half", "cannot be looked for"),
    ],
)
def test_that_what_is_no_picture_is_told_in_one_sentence(
    project: Project, tmp_path: Path, name: str, content: bytes | str | None, words: str
) -> None:
    file = tmp_path / name
    if content == "half":
        picture(5).save(file)
        file.write_bytes(file.read_bytes()[:200])
    elif isinstance(content, bytes):
        file.write_bytes(content)
    with pytest.raises(EmbeddingError, match=words):
        run_similar(project, SimilarSpec(file=file))


def test_that_a_folder_and_a_picture_that_is_too_large_are_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="is a folder"):
        run_similar(project, SimilarSpec(file=tmp_path))
    large = tmp_path / "large.png"
    picture(1).save(large)
    with pytest.raises(EmbeddingError, match="cannot be looked for"):
        run_similar(project, SimilarSpec(file=large, embed=EmbedSpec(max_pixels=10)))


def test_that_the_cap_on_pixels_is_that_of_the_settings_before_the_model_is_asked(
    project: Project, model: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.png"
    picture(1).save(large)
    model.unlink()
    with pytest.raises(EmbeddingError, match="raise max_pixels in settings"):
        run_similar(project, SimilarSpec(file=large, embed=EmbedSpec(max_pixels=10)))


def test_that_a_model_that_is_gone_or_another_one_is_told(project: Project, model: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.png"
    picture(7).save(new)
    save_onnx(model, gives="logits")
    with pytest.raises(ModelError):
        run_similar(project, SimilarSpec(file=new))
    model.unlink()
    with pytest.raises(ModelError):
        run_similar(project, SimilarSpec(file=new))
