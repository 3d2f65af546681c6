"""What every export format holds to, and what each writes; read back with readers that are not ours."""

import csv
import json
from pathlib import Path

import pytest

from desktop_al.domain.errors import ExportError, UsageError
from desktop_al.exchange.cells import original
from desktop_al.exchange.columns import head_record, record
from desktop_al.exchange.imagefolder import MANIFEST, folder_name, read_manifest, strangers
from desktop_al.exchange.json_batch import document_parts
from desktop_al.exchange.paths import read_paths
from desktop_al.exchange.paths_text import path_from_text
from desktop_al.exchange.registry import WRITERS, writer
from tests.exchange.rows import HEAD, ODD_NAMES, make_row, odd_rows, pictured_rows
from tests.pictures import undecodable_names_work


@pytest.mark.parametrize("name", WRITERS)
def test_that_a_format_describes_itself(name: str) -> None:
    form = writer(name)
    assert form.name == name
    assert len(form.summary) > 20
    assert form.folder == (form.suffix == "")


@pytest.mark.parametrize("name", WRITERS)
def test_that_the_same_rows_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    rows = pictured_rows(tmp_path / "images", ["a.png", "b.png"])

    def written(to: Path) -> list[tuple[str, bytes]]:
        writer(name).write(HEAD, rows, to, "copy")
        files = sorted(file for file in to.rglob("*") if file.is_file()) if to.is_dir() else [to]
        return [(file.relative_to(to).as_posix(), file.read_bytes()) for file in files]

    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_that_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="csv, json, jsonl, paths, imagefolder"):
        writer("tarot")


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_that_csv_gives_back_every_odd_path_and_value(tmp_path: Path) -> None:
    rows = odd_rows(tmp_path / "images")
    writer("csv").write(HEAD, rows, tmp_path / "b.csv", "copy")
    read = table(tmp_path / "b.csv")
    assert [path_from_text(original(line["path"])) for line in read] == [str(row.path) for row in rows]
    assert [path_from_text(original(line["relpath"])) for line in read] == [row.relpath for row in rows]
    assert [float(line["gain"]) for line in read] == [row.gain for row in rows]
    assert [line["nearest_labelled"] for line in read][:2] == ["", "0.2"]
    assert original(read[1]["stratum"]) == "=SUM(A1)"
    assert {line["batch"] for line in read} == {"3"}


def test_that_csv_has_one_line_a_pick_and_no_cell_that_runs(tmp_path: Path) -> None:
    writer("csv").write(HEAD, odd_rows(tmp_path), tmp_path / "b.csv", "copy")
    assert len((tmp_path / "b.csv").read_bytes().splitlines()) == len(ODD_NAMES) + 1
    for line in table(tmp_path / "b.csv"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in line.values())


def test_that_json_gives_back_every_odd_path_and_how_the_batch_came_about(tmp_path: Path) -> None:
    rows = odd_rows(tmp_path / "images")
    writer("json").write(HEAD, rows, tmp_path / "b.json", "copy")
    read = json.loads((tmp_path / "b.json").read_bytes().decode("utf-8", "strict"))
    assert [path_from_text(pick["path"]) for pick in read["picks"]] == [str(row.path) for row in rows]
    assert (read["batch"], read["strategy"], read["seed"], read["count"]) == (3, "coverage", 7, len(rows))
    assert read["picks"][0]["nearest_labelled"] is None
    assert read["picks"][1]["stratum"] == "=SUM(A1)"


def test_that_jsonl_gives_back_every_odd_path_one_a_line(tmp_path: Path) -> None:
    rows = odd_rows(tmp_path / "images")
    writer("jsonl").write(HEAD, rows, tmp_path / "b.jsonl", "copy")
    lines = (tmp_path / "b.jsonl").read_text(encoding="utf-8").splitlines()
    assert [path_from_text(json.loads(line)["path"]) for line in lines] == [str(row.path) for row in rows]


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_that_a_number_that_json_cannot_hold_is_refused(name: str, tmp_path: Path) -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match="JSON compliant"):
        writer(name).write(HEAD, [replace(make_row(tmp_path / "a.png"), gain=float("nan"))], tmp_path / "b", "copy")


def test_that_paths_gives_back_every_odd_path_one_a_line(tmp_path: Path) -> None:
    rows = odd_rows(tmp_path / "images")
    writer("paths").write(HEAD, rows, tmp_path / "b.txt", "copy")
    assert len((tmp_path / "b.txt").read_bytes().splitlines()) == len(rows)
    assert read_paths(tmp_path / "b.txt") == [str(row.path) for row in rows]


class TestImageFolder:
    def test_that_images_lie_in_a_folder_per_class(self, tmp_path: Path) -> None:
        rows = pictured_rows(tmp_path / "in", ["a.png", "b.png", "c.png"], ["cat", "dog", ""])
        writer("imagefolder").write(HEAD, rows, tmp_path / "out", "copy")
        found = {file.relative_to(tmp_path / "out").as_posix() for file in (tmp_path / "out").rglob("*.png")}
        assert found == {"cat/a.png", "dog/b.png", "unlabelled/c.png"}
        assert (tmp_path / "out/cat/a.png").read_bytes() == (tmp_path / "in/a.png").read_bytes()

    def test_that_links_lead_to_the_images(self, tmp_path: Path) -> None:
        rows = pictured_rows(tmp_path / "in", ["a.png"])
        writer("imagefolder").write(HEAD, rows, tmp_path / "out", "link")
        link = tmp_path / "out/unlabelled/a.png"
        assert link.is_symlink()
        assert link.resolve() == (tmp_path / "in/a.png").resolve()

    def test_that_no_two_files_have_the_same_name_wherever_they_lie(self, tmp_path: Path) -> None:
        names = ["x/a.png", "y/a.png", "z/A.PNG", "x/a-102.png"]
        rows = pictured_rows(tmp_path / "in", names, ["cat", "cat", "dog", "cat"])
        writer("imagefolder").write(HEAD, rows, tmp_path / "out", "copy")
        files = [file.name.casefold() for file in (tmp_path / "out").rglob("*.[pP]*")]
        assert len(files) == len(set(files)) == 4
        origins = read_manifest(tmp_path / "out")
        assert sorted(origins.values()) == sorted(str(row.path) for row in rows)
        for place, origin in origins.items():
            assert (tmp_path / "out" / place).read_bytes() == Path(origin).read_bytes()

    def test_that_class_names_never_leave_the_folder(self, tmp_path: Path) -> None:
        labels = ["../up", "a/b", "..", ".hidden", "CON", "x" * 300, "a?b", "a:b", "batch.csv", "unlabelled"]
        rows = pictured_rows(tmp_path / "in", [f"{i}.png" for i in range(len(labels))], labels)
        writer("imagefolder").write(HEAD, rows, tmp_path / "out", "copy")
        places = [file.relative_to(tmp_path / "out") for file in (tmp_path / "out").rglob("*.png")]
        assert {len(place.parts) for place in places} == {2}
        assert len({place.parts[0] for place in places}) == len(labels)
        assert not any(place.parts[0].startswith(".") for place in places)

    def test_that_odd_file_names_survive(self, tmp_path: Path) -> None:
        if not undecodable_names_work(tmp_path):
            pytest.skip("this file system takes UTF-8 names only")
        rows = pictured_rows(tmp_path / "in", ODD_NAMES)
        writer("imagefolder").write(HEAD, rows, tmp_path / "out", "copy")
        for place, origin in read_manifest(tmp_path / "out").items():
            assert (tmp_path / "out" / place).read_bytes() == Path(origin).read_bytes()
        assert len(read_manifest(tmp_path / "out")) == len(ODD_NAMES)

    def test_that_a_missing_image_is_named(self, tmp_path: Path) -> None:
        rows = [make_row(tmp_path / "gone.png")]
        with pytest.raises(ExportError, match=r"gone\.png.* is gone"):
            writer("imagefolder").write(HEAD, rows, tmp_path / "out", "copy")

    def test_that_files_of_others_are_seen(self, tmp_path: Path) -> None:
        rows = pictured_rows(tmp_path / "in", ["a.png"])
        writer("imagefolder").write(HEAD, rows, tmp_path / "out", "copy")
        assert strangers(tmp_path / "out") == []
        (tmp_path / "out/unlabelled/notes.txt").write_text("mine")
        assert strangers(tmp_path / "out") == ["unlabelled/notes.txt"]
        (tmp_path / "out" / MANIFEST).unlink()
        assert set(strangers(tmp_path / "out")) == {"unlabelled/notes.txt", "unlabelled/a.png"}


@pytest.mark.parametrize(
    ("label", "name"), [("cat", "cat"), (" a ", "a"), ("ß/ö", "ß_ö"), ("nul.txt", "_nul.txt"), ("...", "_")]
)
def test_that_a_label_becomes_a_folder_name(label: str, name: str) -> None:
    assert folder_name(label) == name


@pytest.mark.parametrize("count", [0, 1, 3])
def test_that_json_is_written_pick_by_pick_as_it_would_be_at_once(tmp_path: Path, count: int) -> None:
    picks = [record(row) for row in odd_rows(tmp_path)][:count]
    head = {**head_record(HEAD, []), "nothing": {}, "list": [1, 2]}
    whole = json.dumps({**head, "picks": picks}, ensure_ascii=False, indent=1, allow_nan=False)
    assert "".join(document_parts(head, picks)) == whole
