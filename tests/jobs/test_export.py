"""Exporting a batch: which picks leave, where to, and what is never lost."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import CancelledError, ExportError, SelectionError, UsageError
from desktop_al.domain.records import Decision
from desktop_al.domain.specs import DecideSpec, ExportSpec
from desktop_al.exchange.paths import read_paths
from desktop_al.jobs.decide import run_decide
from desktop_al.jobs.export import format_infos, run_export, unreviewed
from desktop_al.store import labels
from desktop_al.store.project import Project
from tests.jobs.pictured import make_pictured

NAMES = [f"{number:02}.png" for number in range(12)]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_pictured(tmp_path, NAMES, batch="6") as made:
        yield made


def accept(project: Project, ranks: range, decision: Decision = Decision.ACCEPTED) -> list[int]:
    samples = [project.picks(1)[rank].sample for rank in ranks]
    run_decide(project, DecideSpec(1, dict.fromkeys(samples, decision)))
    return samples


def exported(project: Project, to: Path, **fields: object) -> list[str]:
    spec = ExportSpec(format="paths", to=to, **fields)  # type: ignore[arg-type]  # the fields are those of the spec
    result = run_export(project, spec, SILENT)
    paths = read_paths(to)
    assert (result.count, result.path, result.bytes) == (len(paths), to, to.stat().st_size)
    return paths


def test_that_accepted_picks_leave_in_rank_order(project: Project, tmp_path: Path) -> None:
    accepted = accept(project, range(1, 4))
    samples = project.samples()
    assert exported(project, tmp_path / "a.txt") == [str(samples.path(samples.row_of(sample))) for sample in accepted]


def test_that_everything_leaves_but_what_is_rejected(project: Project, tmp_path: Path) -> None:
    accept(project, range(2), Decision.REJECTED)
    accept(project, range(2, 3))
    assert len(exported(project, tmp_path / "a.txt", everything=True)) == 4


def test_that_a_batch_counts_as_unreviewed_until_a_pick_is_accepted(project: Project) -> None:
    accept(project, range(1), Decision.REJECTED)
    assert unreviewed(project, None)
    accept(project, range(1, 2))
    assert not unreviewed(project, 1)


def test_that_nothing_accepted_is_one_sentence(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="No pick of batch 1 is accepted"):
        exported(project, tmp_path / "a.txt")
    accept(project, range(6), Decision.REJECTED)
    with pytest.raises(ExportError, match="Every pick of batch 1 is rejected"):
        exported(project, tmp_path / "a.txt", everything=True)
    assert not (tmp_path / "a.txt").exists()


def test_that_an_unknown_batch_or_format_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match="no batch 7"):
        exported(project, tmp_path / "a.txt", batch=7)
    with pytest.raises(UsageError, match="no export format “tarot”"):
        run_export(project, ExportSpec("tarot", tmp_path / "a"), SILENT)


def test_that_nothing_is_overwritten_unasked(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine")
    with pytest.raises(ExportError, match="exists already"):
        exported(project, tmp_path / "a.txt", everything=True)
    assert (tmp_path / "a.txt").read_text() == "mine"
    assert len(exported(project, tmp_path / "a.txt", everything=True, overwrite=True)) == 6


def test_that_an_export_folder_is_replaced_but_no_other(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out"
    spec = ExportSpec("imagefolder", out, everything=True, overwrite=True)
    run_export(project, spec, SILENT)
    accept(project, range(2))
    run_export(project, ExportSpec("imagefolder", out, overwrite=True), SILENT)
    assert len(list(out.rglob("*.png"))) == 2
    (out / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match=r"files that no export wrote, such as “mine\.txt”"):
        run_export(project, spec, SILENT)
    assert (out / "mine.txt").read_text() == "mine"
    with pytest.raises(ExportError, match="is a folder"):
        run_export(project, ExportSpec("csv", out, everything=True, overwrite=True), SILENT)


@pytest.mark.parametrize("place", ["images", "images/deep/out", "pool.alproject/out", ".", "images/../images/x.csv"])
def test_that_image_folders_and_the_project_are_never_written(project: Project, tmp_path: Path, place: str) -> None:
    spec = ExportSpec("imagefolder", tmp_path / place, everything=True, overwrite=True)
    before = sorted(tmp_path.rglob("*.png"))
    with pytest.raises(ExportError, match=r"choose another|export to another"):
        run_export(project, spec, SILENT)
    assert sorted(tmp_path.rglob("*.png")) == before


def test_that_a_missing_image_stops_only_formats_that_take_it_along(project: Project, tmp_path: Path) -> None:
    first = project.picks(1)[0].sample
    samples = project.samples()
    samples.path(samples.row_of(first)).unlink()
    said: list[str] = []
    ctx = Context(on_message=said.append)
    assert run_export(project, ExportSpec("csv", tmp_path / "b.csv", everything=True), ctx).count == 6
    assert said == ["1 image is not to be found; run add to look for what moved."]
    with pytest.raises(ExportError, match="is gone"):
        run_export(project, ExportSpec("imagefolder", tmp_path / "out", everything=True), ctx)
    assert not (tmp_path / "out").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.csv", "images", "pool.alproject"]


def test_that_images_that_changed_since_the_scan_are_told(project: Project, tmp_path: Path) -> None:
    samples = project.samples()
    samples.path(samples.row_of(project.picks(1)[0].sample)).write_bytes(b"other")
    said: list[str] = []
    run_export(project, ExportSpec("csv", tmp_path / "b.csv", everything=True), Context(on_message=said.append))
    assert said == ["1 image changed since the last scan; run add and embed, then select again."]


def test_that_labels_and_rationale_leave_too(project: Project, tmp_path: Path) -> None:
    sample = project.picks(1)[0].sample
    project.write(lambda db: labels.set_labels(db, [sample], ["=cat"], origin="test"))
    run_export(project, ExportSpec("json", tmp_path / "b.json", everything=True), SILENT)
    picks = json.loads((tmp_path / "b.json").read_text())["picks"]
    assert (picks[0]["label"], picks[0]["decision"], picks[0]["stands_for"] > 0) == ("=cat", "pending", True)
    run_export(project, ExportSpec("csv", tmp_path / "b.csv", everything=True), SILENT)
    with (tmp_path / "b.csv").open(newline="") as stream:
        assert next(csv.DictReader(stream))["label"] == "'=cat"


def test_that_an_export_is_recorded(project: Project, tmp_path: Path) -> None:
    run_export(project, ExportSpec("csv", tmp_path / "b.csv", everything=True), SILENT)
    (record,) = project.exports()
    assert (record.batch, record.format, record.path, record.count) == (1, "csv", tmp_path / "b.csv", 6)


def test_that_a_cancelled_export_leaves_nothing(project: Project, tmp_path: Path) -> None:
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        run_export(project, ExportSpec("imagefolder", tmp_path / "out", everything=True), ctx)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images", "pool.alproject"]
    assert project.exports() == []


def test_that_the_formats_are_described_for_forms() -> None:
    assert [(info.name, info.folder) for info in format_infos()] == [
        ("csv", False),
        ("json", False),
        ("jsonl", False),
        ("paths", False),
        ("imagefolder", True),
    ]
