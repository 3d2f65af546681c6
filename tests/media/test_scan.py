"""The scan: what it lists, what it leaves out, and that no link makes it list a file twice or walk for ever."""

import os
from pathlib import Path

import pytest

from desktop_al.domain.errors import CancelledError, SourceError
from desktop_al.media.scan import IMAGE_ENDINGS, scan
from scripts.bench_parts.scan import measure
from tests.pictures import make_messy, make_pictures


def listed(folder: Path, *others: Path) -> list[str]:
    return sorted(scan(folder, others=others).relpaths)


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_that_images_are_listed_at_any_depth(tmp_path: Path) -> None:
    for name in ("a.jpg", "b/c.PNG", "b/d/e/f.Tiff", "b/d.avif/g.webp", "a.b.gif"):
        touch(tmp_path / name)
    assert listed(tmp_path) == ["a.b.gif", "a.jpg", "b/c.PNG", "b/d.avif/g.webp", "b/d/e/f.Tiff"]


def test_that_every_promised_format_is_listed() -> None:
    promised = {"jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "heic", "avif"}
    assert {f".{ending}" for ending in promised} <= IMAGE_ENDINGS


def test_that_hidden_and_other_files_are_left_out(tmp_path: Path) -> None:
    for name in (
        *("a.txt", "png", "b.jpg.part", ".hidden.jpg", "._a.jpg", ".git/c.png", "__MACOSX/d.jpg"),
        *("p.alproject/x.jpg", "good.jpg"),
    ):
        touch(tmp_path / name)
    found = scan(tmp_path)
    assert (list(found.relpaths), found.skipped) == (["good.jpg"], 6)


def test_that_a_hidden_folder_may_itself_be_scanned(tmp_path: Path) -> None:
    touch(tmp_path / ".cache" / "a.jpg")
    assert listed(tmp_path / ".cache") == ["a.jpg"]


def test_that_sizes_and_times_are_those_of_the_files(tmp_path: Path) -> None:
    paths = make_pictures(tmp_path, 5)
    os.utime(paths[2], ns=(1, 1_234_567_890_123_456_700))
    found = scan(tmp_path)
    for relpath, size, mtime in zip(found.relpaths, found.sizes.tolist(), found.mtimes.tolist(), strict=True):
        status = (tmp_path / relpath).stat()
        assert (size, mtime) == (status.st_size, status.st_mtime_ns)


def test_that_odd_names_are_listed(tmp_path: Path) -> None:
    expected = make_messy(tmp_path)
    assert listed(tmp_path) == sorted(expected)


def test_that_loops_of_links_end(tmp_path: Path) -> None:
    touch(tmp_path / "a" / "b" / "x.jpg")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
    (tmp_path / "again").symlink_to(tmp_path)
    assert listed(tmp_path) == ["a/b/x.jpg"]


def test_that_a_linked_folder_elsewhere_is_listed_once(tmp_path: Path) -> None:
    touch(tmp_path / "far" / "deep" / "x.jpg")
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "one").symlink_to(tmp_path / "far")
    (tmp_path / "near" / "two").symlink_to(tmp_path / "far")
    (tmp_path / "near" / "three").symlink_to(tmp_path / "far" / "deep")
    assert len(listed(tmp_path / "near")) == 1


def test_that_a_real_path_is_preferred_to_a_link(tmp_path: Path) -> None:
    touch(tmp_path / "z" / "x.jpg")
    (tmp_path / "a").symlink_to(tmp_path / "z")
    (tmp_path / "a.jpg").symlink_to(tmp_path / "z" / "x.jpg")
    assert listed(tmp_path) == ["z/x.jpg"]


def test_that_links_to_hidden_or_outer_files_are_listed_once(tmp_path: Path) -> None:
    annex = touch(tmp_path / "pool" / ".git" / "annex" / "key.jpg")
    outer = touch(tmp_path / "outer.blob")
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "pool" / name).symlink_to(annex)
        (tmp_path / "pool" / f"outer {name}").symlink_to(outer)
    assert listed(tmp_path / "pool") == ["a.jpg", "outer a.jpg"]


def test_that_a_broken_link_is_a_problem_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to(tmp_path / "nowhere.jpg")
    found = scan(tmp_path)
    assert found.problems == ((str(tmp_path / "a.jpg"), "The link points to a file that is not there."),)
    assert len(found) == 0


def test_that_other_folders_are_left_out_by_any_way(tmp_path: Path) -> None:
    touch(tmp_path / "pool" / "a.jpg")
    inner = touch(tmp_path / "pool" / "inner" / "b.jpg").parent
    other = touch(tmp_path / "other" / "c.jpg").parent
    (tmp_path / "pool" / "link").symlink_to(other)
    (tmp_path / "pool" / "link.jpg").symlink_to(other / "c.jpg")
    assert listed(tmp_path / "pool", inner, other) == ["a.jpg"]
    assert listed(tmp_path / "pool", inner) == ["a.jpg", "link/c.jpg"]  # and not link.jpg


@pytest.mark.skipif(os.name != "posix", reason="pipes in the file system are of POSIX")
def test_that_pipes_are_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    assert (listed(tmp_path), scan(tmp_path).skipped) == ([], 1)


def test_that_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "locked" / "a.jpg")
    touch(tmp_path / "open" / "b.jpg")
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = scan(tmp_path)
    assert (list(found.relpaths), found.unlisted) == (["open/b.jpg"], ("locked",))
    assert found.problems == ((str(tmp_path / "locked"), "The folder cannot be listed: permission denied."),)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (PermissionError(13, "Permission denied"), "cannot be read: change its permissions"),
        (OSError(5, "Input/output error"), r"cannot be read \(Input/output error\): check the disk"),
        (FileNotFoundError(2, "No such file"), "does not exist"),
    ],
)
def test_that_a_root_that_cannot_be_listed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: OSError, sentence: str
) -> None:
    def scandir(_: object) -> object:
        raise fault

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(SourceError, match=sentence):
        scan(tmp_path)


def test_that_progress_counts_and_can_end_the_scan(tmp_path: Path) -> None:
    for number in range(2500):
        (tmp_path / f"{number}.jpg").touch()
    counts: list[int] = []
    scan(tmp_path, counts.append)
    assert counts == [0, 1000, 2000, 2500]

    def stop(count: int) -> None:
        if count:
            raise CancelledError

    with pytest.raises(CancelledError):
        scan(tmp_path, stop)


def test_that_a_very_deep_tree_is_walked(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(300):
        folder = folder / "deeper"
    touch(folder / "x.jpg")
    assert len(listed(tmp_path)) == 1


def test_that_the_benchmark_measures_the_scan() -> None:
    # The ratio is asserted loosely here, on few files; scripts/bench prints it for 100,000.
    found = measure(2000)
    assert found["files"] == 2000
    assert found["ratio"] > 0.25
