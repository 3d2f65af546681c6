"""Scanning folders into the pool: what is new, changed, moved, missing, and what is refused."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_al.domain.context import SILENT, Context, Progress
from desktop_al.domain.errors import CancelledError, SourceError
from desktop_al.domain.records import SampleStatus
from desktop_al.domain.results import AddResult
from desktop_al.domain.specs import AddSpec
from desktop_al.jobs.add import run_add
from desktop_al.jobs.relink import run_relink
from desktop_al.media.content import content_hash
from desktop_al.store import samples, sources
from desktop_al.store.project import Project
from tests.pictures import make_messy, make_pictures, picture, undecodable_names_work


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.alproject") as made:
        yield made


def counts(result: AddResult) -> dict[str, int]:
    """The counts that are not zero."""
    names = ("added", "unchanged", "changed", "moved", "missing", "unreadable")
    return {name: getattr(result, name) for name in names if getattr(result, name)}


def add(project: Project, *folders: Path) -> AddResult:
    return run_add(project, AddSpec(folders), SILENT)


def know_contents(project: Project) -> dict[str, int]:
    """Do what the embedding pass does to the facts: record the hash of every file; returns ids by relative path."""
    table = project.samples()
    facts = [
        samples.SampleFacts(int(table.ids[row]), content_hash(table.path(row)), 64, 64, "PNG")
        for row in range(len(table))
        if table.status[row] == SampleStatus.PRESENT
    ]
    project.write(lambda db: samples.set_facts(db, facts))
    return ids_by_path(project)


def ids_by_path(project: Project) -> dict[str, int]:
    table = project.samples()
    return {
        relpath: int(number)
        for relpath, number, status in zip(table.relpaths, table.ids, table.status, strict=True)
        if status != SampleStatus.MISSING
    }


def test_that_a_second_scan_finds_nothing_new(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "images", 5)
    first = add(project, tmp_path / "images")
    assert counts(first) == {"added": 5}
    assert first.change.kinds == {"samples"}
    again = add(project, tmp_path / "images")
    assert counts(again) == {"unchanged": 5}
    assert again.change.kinds == frozenset()
    assert len(project.sources()) == 1


def test_that_samples_are_numbered_in_the_order_of_their_names(project: Project, tmp_path: Path) -> None:
    for name in ("z", "a/y", "m"):
        make_pictures(tmp_path / "images" / name, 3)
    add(project, tmp_path / "images")
    relpaths = list(project.samples().relpaths)
    assert relpaths == sorted(relpaths)
    assert len(relpaths) == 9


def test_that_with_no_folder_the_sources_are_scanned_again(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "one", 2)
    make_pictures(tmp_path / "two", 3, seed=1)
    add(project, tmp_path / "one", tmp_path / "two")
    picture(99).save(tmp_path / "two" / "new.png")
    assert counts(add(project)) == {"added": 1, "unchanged": 5}


def test_that_a_project_without_sources_says_what_to_do(project: Project) -> None:
    with pytest.raises(SourceError, match="has no image folder yet; add one"):
        add(project)


def test_that_a_changed_file_is_known_anew(project: Project, tmp_path: Path) -> None:
    paths = make_pictures(tmp_path / "images", 3)
    add(project, tmp_path / "images")
    before = know_contents(project)
    picture(50, side=80).save(paths[1])
    assert counts(add(project)) == {"unchanged": 2, "changed": 1}
    table = project.samples()
    assert ids_by_path(project) == before
    assert [name == "" for name in table.hashes] == [False, True, False]


def test_that_a_touched_file_is_unchanged(project: Project, tmp_path: Path) -> None:
    paths = make_pictures(tmp_path / "images", 2)
    add(project, tmp_path / "images")
    know_contents(project)
    os.utime(paths[0], ns=(1, 1))
    assert counts(add(project)) == {"unchanged": 2}
    assert all(project.samples().hashes)


def test_that_a_missing_file_keeps_its_sample_and_comes_back(project: Project, tmp_path: Path) -> None:
    paths = make_pictures(tmp_path / "images", 3)
    add(project, tmp_path / "images")
    before = know_contents(project)
    kept = paths[2].rename(tmp_path / "kept")
    assert counts(add(project)) == {"unchanged": 2, "missing": 1}
    assert counts(add(project)) == {"unchanged": 2, "missing": 1}
    kept.rename(paths[2])
    assert counts(add(project)) == {"unchanged": 3}
    assert ids_by_path(project) == before


def test_that_a_renamed_file_is_a_move(project: Project, tmp_path: Path) -> None:
    paths = make_pictures(tmp_path / "images", 3)
    add(project, tmp_path / "images")
    before = know_contents(project)
    (tmp_path / "images" / "deep" / "er").mkdir(parents=True)
    paths[0].rename(tmp_path / "images" / "deep" / "er" / "renamed.png")
    assert counts(add(project)) == {"unchanged": 3, "moved": 1}
    assert ids_by_path(project)["deep/er/renamed.png"] == before["0000.png"]


def test_that_a_move_found_after_the_file_went_missing_keeps_the_sample(project: Project, tmp_path: Path) -> None:
    paths = make_pictures(tmp_path / "images", 2)
    add(project, tmp_path / "images")
    before = know_contents(project)
    away = paths[0].rename(tmp_path / "away.png")
    add(project)
    away.rename(tmp_path / "images" / "back.png")
    assert counts(add(project)) == {"unchanged": 2, "moved": 1}
    assert ids_by_path(project)["back.png"] == before["0000.png"]


def test_that_a_copy_is_new_and_not_a_move(project: Project, tmp_path: Path) -> None:
    paths = make_pictures(tmp_path / "images", 2)
    add(project, tmp_path / "images")
    know_contents(project)
    shutil.copy(paths[0], tmp_path / "images" / "copy.png")
    assert counts(add(project)) == {"added": 1, "unchanged": 2}


def test_that_of_two_copies_of_a_moved_file_one_is_the_move(project: Project, tmp_path: Path) -> None:
    paths = make_pictures(tmp_path / "images", 2)
    add(project, tmp_path / "images")
    know_contents(project)
    shutil.copy(paths[0], tmp_path / "images" / "copy.png")
    paths[0].rename(tmp_path / "images" / "moved.png")
    assert counts(add(project)) == {"added": 1, "unchanged": 2, "moved": 1}


def test_that_swapped_names_follow_the_content(project: Project, tmp_path: Path) -> None:
    first, second = make_pictures(tmp_path / "images", 2)
    add(project, tmp_path / "images")
    before = know_contents(project)
    first.rename(tmp_path / "spare")
    second.rename(first)
    (tmp_path / "spare").rename(second)
    os.utime(first, ns=(5, 5))
    assert counts(add(project)) == {"unchanged": 2, "moved": 2}
    assert ids_by_path(project) == {"0000.png": before["0001.png"], "0001.png": before["0000.png"]}


def test_that_names_shifted_by_one_follow_the_content(project: Project, tmp_path: Path) -> None:
    paths = make_pictures(tmp_path / "images", 4)
    add(project, tmp_path / "images")
    before = know_contents(project)
    for number in (3, 2, 1, 0):
        paths[number].rename(tmp_path / "images" / f"{number + 1:04d}.png")
    picture(77, side=70).save(paths[0])
    assert counts(add(project)) == {"added": 1, "unchanged": 4, "moved": 4}
    after = ids_by_path(project)
    assert {f"{number + 1:04d}.png": before[f"{number:04d}.png"] for number in range(4)}.items() <= after.items()


def test_that_a_file_moved_over_another_is_a_change(project: Project, tmp_path: Path) -> None:
    first, second = make_pictures(tmp_path / "images", 2)
    add(project, tmp_path / "images")
    before = know_contents(project)
    second.rename(first)
    assert counts(add(project)) == {"changed": 1, "missing": 1}
    assert ids_by_path(project) == {"0000.png": before["0000.png"]}


def test_that_a_file_moved_to_another_source_keeps_its_sample(project: Project, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    paths = make_pictures(one, 2)
    make_pictures(two, 2, seed=4)
    add(project, one, two)
    know_contents(project)
    sample = {f"{project.samples().path(row)}": int(n) for row, n in enumerate(project.samples().ids)}[str(paths[0])]
    paths[0].rename(two / "arrived.png")
    assert counts(add(project)) == {"unchanged": 4, "moved": 1}
    table = project.samples()
    assert table.path(table.row_of(sample)) == two / "arrived.png"


def test_that_a_folder_moved_elsewhere_and_added_again_keeps_its_samples(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "old", 3)
    add(project, tmp_path / "old")
    before = know_contents(project)
    (tmp_path / "old").rename(tmp_path / "new")
    assert counts(add(project, tmp_path / "new")) == {"unchanged": 3, "moved": 3}
    assert ids_by_path(project) == before


def test_that_a_folder_whose_images_were_all_found_elsewhere_stops_no_scan(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "old", 3)
    add(project, tmp_path / "old")
    know_contents(project)
    (tmp_path / "old").rename(tmp_path / "new")
    told: list[str] = []
    run_add(project, AddSpec((tmp_path / "new",)), Context(on_message=told.append))
    assert [source.root for source in project.sources()] == [tmp_path / "new"]
    assert len(told) == 1
    assert f"“{tmp_path / 'old'}” is not there, and all its images were found elsewhere" in told[0]
    picture(40).save(tmp_path / "new" / "more.png")
    assert counts(add(project)) == {"added": 1, "unchanged": 3}


def test_that_a_folder_without_samples_that_is_gone_stops_no_scan(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "new", 3)
    # As a project has it whose images were all found elsewhere before such a folder was forgotten.
    project.write(lambda db: sources.ensure(db, tmp_path / "old"))
    add(project, tmp_path / "new")
    project.write(lambda db: sources.ensure(db, tmp_path / "old"))
    assert counts(add(project)) == {"unchanged": 3}
    assert [source.root for source in project.sources()] == [tmp_path / "new"]


def test_that_a_folder_that_is_gone_stays_while_one_of_its_images_is_not_found(
    project: Project, tmp_path: Path
) -> None:
    make_pictures(tmp_path / "old", 3)
    add(project, tmp_path / "old")
    know_contents(project)
    (tmp_path / "old").rename(tmp_path / "new")
    next((tmp_path / "new").iterdir()).unlink()
    assert counts(add(project, tmp_path / "new")) == {"unchanged": 2, "moved": 2}
    assert [source.root for source in project.sources()] == [tmp_path / "old", tmp_path / "new"]


def test_that_a_copy_of_another_source_is_new(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "old", 3)
    add(project, tmp_path / "old")
    know_contents(project)
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    assert counts(add(project, tmp_path / "new")) == {"added": 3}


def test_that_messy_files_are_added_and_nothing_stops_the_scan(project: Project, tmp_path: Path) -> None:
    expected = make_messy(tmp_path / "images")
    result = add(project, tmp_path / "images")
    assert result.added == len(expected)
    assert set(project.samples().relpaths) == set(expected)
    assert result.unreadable_files == ((str(tmp_path / "images" / "empty.jpg"), "The file is empty."),)
    assert result.skipped == 2
    assert counts(add(project)) == {"unchanged": len(expected), "unreadable": 1}


def test_that_an_empty_file_that_is_filled_becomes_readable(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "images", 1)
    (tmp_path / "images" / "late.png").touch()
    assert counts(add(project, tmp_path / "images")) == {"added": 2, "unreadable": 1}
    picture(7).save(tmp_path / "images" / "late.png")
    assert counts(add(project)) == {"unchanged": 1, "changed": 1}


def test_that_undecodable_names_survive(project: Project, tmp_path: Path) -> None:
    if not undecodable_names_work(tmp_path):
        pytest.skip("this file system takes only UTF-8 names")
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/images \xff"))
    folder.mkdir()
    picture(1).save(folder / "a.png")
    (folder / "a.png").rename(os.fsdecode(os.fsencode(folder) + b"/\xfe.png"))
    add(project, folder)
    know_contents(project)
    assert project.samples().path(0).read_bytes()[:4] == b"\x89PNG"
    assert counts(add(project)) == {"unchanged": 1}


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.write_text("x"), "is not a folder"),
        (lambda path: path.mkdir(), "There is no image in"),
        (lambda path: (path.mkdir(), (path / "notes.txt").write_text("x")), "There is no image in"),
    ],
)
def test_that_a_folder_that_cannot_be_used_changes_nothing(
    project: Project, tmp_path: Path, make: object, sentence: str
) -> None:
    make_pictures(tmp_path / "good", 2)
    assert callable(make)
    make(tmp_path / "bad")
    with pytest.raises(SourceError, match=sentence):
        add(project, tmp_path / "good", tmp_path / "bad")
    assert len(project.samples()) == 0
    assert project.sources() == []


def test_that_a_source_whose_disk_is_away_loses_nothing(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "disk", 2)
    add(project, tmp_path / "disk")
    (tmp_path / "disk").rename(tmp_path / "away")
    with pytest.raises(SourceError, match="where it lies now"):
        add(project)
    assert project.counts().missing == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_that_samples_below_an_unreadable_folder_are_not_missing(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "images" / "locked", 2)
    make_pictures(tmp_path / "images" / "open", 2, seed=1)
    add(project, tmp_path / "images")
    (tmp_path / "images" / "locked").chmod(0)
    try:
        result = add(project)
    finally:
        (tmp_path / "images" / "locked").chmod(0o755)
    assert counts(result) == {"unchanged": 4, "unreadable": 1}


def test_that_nested_folders_hold_no_image_twice(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "outer", 2)
    make_pictures(tmp_path / "outer" / "inner", 3, seed=1)
    messages: list[str] = []
    ctx = Context(on_message=messages.append)
    assert counts(run_add(project, AddSpec((tmp_path / "outer" / "inner", tmp_path / "outer")), ctx)) == {"added": 5}
    assert len(project.sources()) == 1
    assert "is scanned as part of it; no image is added twice" in messages[0]


def test_that_a_folder_around_a_source_adds_only_the_rest(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "outer", 2)
    make_pictures(tmp_path / "outer" / "inner", 3, seed=1)
    add(project, tmp_path / "outer" / "inner")
    messages: list[str] = []
    result = run_add(project, AddSpec((tmp_path / "outer",)), Context(on_message=messages.append))
    assert counts(result) == {"added": 2}
    assert "is in the project already" in messages[0]
    assert counts(add(project)) == {"unchanged": 5}
    assert counts(add(project, tmp_path / "outer" / "inner")) == {"unchanged": 3}


def test_that_a_link_to_another_source_adds_nothing_twice(project: Project, tmp_path: Path) -> None:
    paths = make_pictures(tmp_path / "one", 2)
    make_pictures(tmp_path / "two", 1, seed=1)
    (tmp_path / "two" / "link").symlink_to(tmp_path / "one")
    (tmp_path / "two" / "link.png").symlink_to(paths[0])
    assert counts(add(project, tmp_path / "one", tmp_path / "two")) == {"added": 3}


def test_that_a_cancelled_scan_changes_nothing(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "images", 2)
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        run_add(project, AddSpec((tmp_path / "images",)), ctx)
    assert project.sources() == []


def test_that_progress_counts_at_once(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "images", 4)
    reports: list[Progress] = []
    run_add(project, AddSpec((tmp_path / "images",)), Context(on_progress=reports.append))
    assert (reports[0].stage, reports[0].done, reports[0].unit) == ("Scanning", 0, "images")
    assert (reports[-1].stage, reports[-1].done) == ("Saving", 4)


def test_that_a_relinked_source_keeps_its_samples(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "old", 3)
    add(project, tmp_path / "old")
    before = ids_by_path(project)
    (tmp_path / "old").rename(tmp_path / "new")
    picture(40).save(tmp_path / "new" / "more.png")
    result = run_relink(project, project.sources()[0].id, tmp_path / "new", SILENT)
    assert counts(result) == {"added": 1, "unchanged": 3}
    assert before.items() <= ids_by_path(project).items()
    assert project.sources()[0].root == tmp_path / "new"


def test_that_a_wrong_folder_is_not_relinked(project: Project, tmp_path: Path) -> None:
    make_pictures(tmp_path / "one", 2)
    make_pictures(tmp_path / "two", 2, seed=1)
    add(project, tmp_path / "one", tmp_path / "two")
    (tmp_path / "other").mkdir()
    source = project.sources()[0]
    for folder, sentence in [
        (tmp_path / "nowhere", "is not a folder"),
        (tmp_path / "other", "holds none of the 2 images"),
        (tmp_path / "two", "overlaps"),
        (tmp_path, "overlaps"),
    ]:
        with pytest.raises(SourceError, match=sentence):
            run_relink(project, source.id, folder, SILENT)
    assert project.sources()[0] == source
