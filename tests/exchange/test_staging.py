"""Files and folders appear whole or not at all."""

import errno
from pathlib import Path

import pytest

from desktop_al.domain.errors import ExportError, StorageError
from desktop_al.exchange.staging import staged


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_that_a_file_appears_with_what_was_written(tmp_path: Path) -> None:
    with staged(tmp_path / "new/a.txt", overwrite=False) as place:
        place.write_text("whole")
        assert not (tmp_path / "new/a.txt").exists()
    assert (tmp_path / "new/a.txt").read_text() == "whole"
    assert names(tmp_path / "new") == ["a.txt"]


def test_that_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")

    def fail() -> None:
        with staged(tmp_path / "a.txt", overwrite=True) as place:
            place.write_text("half")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        fail()
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_that_nothing_is_replaced_unasked(tmp_path: Path, kind: str) -> None:
    to = tmp_path / "a"
    if kind == "file":
        to.write_text("old")
    elif kind == "folder":
        to.mkdir()
    else:
        to.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ExportError, match="exists already"), staged(to, overwrite=False):
        pytest.fail("the block must not run")


def test_that_what_appears_meanwhile_is_not_replaced_either(tmp_path: Path) -> None:
    def race() -> None:
        with staged(tmp_path / "a.txt", overwrite=False) as place:
            place.write_text("ours")
            (tmp_path / "a.txt").write_text("theirs")

    with pytest.raises(ExportError):
        race()
    assert (tmp_path / "a.txt").read_text() == "theirs"


def test_that_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/old.txt").write_text("old")
    with staged(tmp_path / "out", overwrite=True) as place:
        place.mkdir()
        (place / "new.txt").write_text("new")
    assert names(tmp_path / "out") == ["new.txt"]
    assert names(tmp_path) == ["out"]


def test_that_a_folder_comes_back_where_its_replacement_fails(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/old.txt").write_text("old")
    with pytest.raises(StorageError), staged(tmp_path / "out", overwrite=True):
        # Nothing was staged, so that the last move fails after the old folder stepped aside.
        pass
    assert (tmp_path / "out/old.txt").read_text() == "old"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "you may not write there"),
        (errno.EIO, "could not be written"),
    ],
)
def test_that_a_fault_of_the_disk_is_one_sentence(tmp_path: Path, number: int, words: str) -> None:
    def fail() -> None:
        with staged(tmp_path / "a.txt", overwrite=False):
            raise OSError(number, "from the system")

    with pytest.raises(StorageError, match=words) as caught:
        fail()
    assert str(tmp_path / "a.txt") in str(caught.value)
    assert str(caught.value).endswith(".")
    assert names(tmp_path) == []


def test_that_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError), staged(tmp_path / "file/a.txt", overwrite=False):
        pytest.fail("the block must not run")
