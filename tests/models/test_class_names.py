"""The names of a model's classes, from its file or from one beside it."""

import zipfile
from pathlib import Path

import onnx
import pytest

from desktop_al.models.class_names import SUFFIX, names_beside, names_in, names_in_archive
from desktop_al.models.onnx import read_onnx
from tests.models.files import save_onnx


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("cat\ndog\n", ("cat", "dog")),
        ('["cat", "dog"]', ("cat", "dog")),
        ("{0: 'dog', 1: 'cat'}", ("dog", "cat")),
        ('{"1": "cat", "0": "dog"}', ("dog", "cat")),
        ("{0: 'dog', 2: 'cat'}", ()),
        ("cat\ncat", ()),
        ("cat\n\ndog", ()),
        ("[__import__('os').getcwd()]", ()),
        ("[1, ", ()),
        ("[" * 100_000, ()),
        ("{[]: 'cat'}", ()),
        ('["\\ud800", "cat"]', ()),
        ('["a\\u0000b", "cat"]', ()),
        ("", ()),
    ],
)
def test_that_names_are_read_as_they_are_written(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


def test_that_a_file_beside_the_model_names_its_classes(tmp_path: Path) -> None:
    model = tmp_path / "own.onnx"
    assert names_beside(model) == ()
    model.with_suffix(SUFFIX).write_text("dog\ncat\n", encoding="utf-8")
    assert names_beside(model) == ("dog", "cat")
    model.with_suffix(SUFFIX).write_bytes(b"\xff\xfe\x00")
    assert names_beside(model) == ()
    model.with_suffix(SUFFIX).write_text("\n".join(map(str, range(200_000))), encoding="utf-8")
    assert names_beside(model) == ()


def test_that_an_onnx_file_names_its_classes_and_the_file_beside_it_wins(tmp_path: Path) -> None:
    path = save_onnx(tmp_path / "own.onnx")
    assert read_onnx(path).classes == ()
    model = onnx.load(path)
    model.metadata_props.add(key="author", value="ada")
    model.metadata_props.add(key="names", value="{0: 'dog', 1: 'cat'}")
    onnx.save(model, path)
    assert read_onnx(path).classes == ("dog", "cat")
    path.with_suffix(SUFFIX).write_text("a\nb", encoding="utf-8")
    assert read_onnx(path).classes == ("a", "b")


def test_that_the_extra_files_of_an_archive_name_its_classes(tmp_path: Path) -> None:
    path = tmp_path / "own.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("own/data.pkl", b"")
        archive.writestr("own/extra/classes.txt", "dog\ncat")
    assert names_in_archive(path) == ("dog", "cat")


def test_that_an_extra_file_that_cannot_be_unpacked_names_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("own/extra/names.txt", "dog\ncat")
    path.write_bytes(path.read_bytes().replace(b"dog\ncat", b"dog\ncow"))
    assert names_in_archive(path) == ()
