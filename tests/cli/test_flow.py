"""The whole job through the command line, with the built-in model on small pictures."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from desktop_al.engines.local import shutdown
from desktop_al.store.project import Project
from tests.cli.running import Run
from tests.jobs.pictured import make_pictured
from tests.pictures import make_pictures, picture, shape_of

SELECT_FIELDS = {"batch", "count", "strategy", "seed", "budget", "coverage", "picks"}
PICK_FIELDS = {"rank", "sample", "path", "gain", "stands_for", "nearest_labelled", "uncertainty", "stratum"}


@pytest.fixture(scope="module", autouse=True)
def _worker() -> object:
    yield
    shutdown()


@pytest.mark.parametrize("place", ["images", "images/deep/out", "p.alproject", "p.alproject/out"])
def test_that_the_whole_job_refuses_a_place_it_may_not_write_before_any_work(
    run: Run, tmp_path: Path, place: str
) -> None:
    make_pictures(tmp_path / "images", 2)
    Project.create(tmp_path / "p.alproject").close()
    before = sorted(tmp_path.rglob("*"))
    ran = run("run", tmp_path / "images", "--to", tmp_path / place)
    assert ran.status == 1
    assert "lies inside the" in ran.err
    assert ran.err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_that_the_steps_follow_each_other_to_a_second_round(run: Run, tmp_path: Path) -> None:
    images, project = tmp_path / "images", tmp_path / "p.alproject"
    make_pictures(images, 40)
    (images / "broken.png").write_bytes(b"no picture")

    created = run("create", project, "--images", images, "--json")
    assert (created.status, created.json["added"]) == (0, 41)
    embedded = run("embed", project, "--json", "--device", "cpu")
    assert embedded.status == 0
    assert (embedded.json["embedded"], embedded.json["reused"], embedded.json["unreadable"]) == (40, 0, 1)
    assert embedded.json["dim"] == 1280
    assert embedded.json["unreadable_files"][0]["path"].endswith("broken.png")
    assert run("embed", project, "--json").json["embedded"] == 0
    assert "broken.png" in run("embed", project).out + run("info", project, "--json").out + embedded.out

    mapped = run("map", project, "--png", tmp_path / "map.png", "--seed", "3", "--json")
    assert (mapped.status, mapped.json["samples"], mapped.json["seed"]) == (0, 40, 3)
    with Image.open(tmp_path / "map.png") as png:
        assert min(png.size) > 200
    assert run("map", project, "--png", tmp_path / "map.png").status == 1

    selected = run("select", project, "--count", "20%", "--seed", "5", "--json").json
    assert selected.keys() >= SELECT_FIELDS
    assert (selected["batch"], selected["count"], selected["seed"], len(selected["picks"])) == (1, 8, 5, 8)
    assert all(pick.keys() >= PICK_FIELDS and Path(pick["path"]).is_file() for pick in selected["picks"])
    assert selected["coverage"].keys() >= {"before", "after", "random_mean", "random_sd", "certificate"}

    rejected = [str(pick["sample"]) for pick in selected["picks"][:2]]
    assert run("decide", project, "last", "--accept", "all", "--json").json["accepted"] == 8
    assert run("decide", project, 1, "--reject", *rejected, "--json").json["changed"] == 2
    exported = run("export", project, "--format", "csv", "--to", tmp_path / "b.csv", "--json").json
    assert exported["count"] == 6

    with (tmp_path / "b.csv").open(newline="") as stream:
        picks = list(csv.DictReader(stream))
    with (tmp_path / "labels.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(
            [("image", "label"), *((Path(pick["path"]).stem, shape_of(int(Path(pick["path"]).stem))) for pick in picks)]
        )
    imported = run("import-labels", project, tmp_path / "labels.csv", "--json").json
    assert (imported["matched"], imported["unmatched"], imported["conflicting"], imported["round"]) == (6, 0, 0, 1)

    again = run("select", project, "--count", "5", "--json").json
    assert again["coverage"]["before"] > 0
    assert not {pick["sample"] for pick in again["picks"]} & {int(pick["sample"]) for pick in picks}
    assert all(pick["nearest_labelled"] is not None for pick in again["picks"])
    verified = run("verify", project, "--json")
    assert (verified.status, verified.json["ok"], verified.json["replayed"]) == (0, True, 2)
    report = run("report", project, "--html", tmp_path / "r.html", "--json").json
    assert [line["number"] for line in report["rounds"]] == [1, 2]
    assert "<svg" in (tmp_path / "r.html").read_text()
    assert "agreement" in run("report", project).out
    assert "batch 2 (round 2): 5 picks" in run("info", project).out


def test_that_run_does_it_all_and_goes_on_where_it_was(run: Run, tmp_path: Path) -> None:
    images, out = tmp_path / "images", tmp_path / "out"
    make_pictures(images, 20)
    first = run("run", images, "--to", out, "--count", "4", "--json").json
    assert (first["batch"], first["count"], first["embed"]["embedded"]) == (1, 4, 20)
    files = {name: Path(path) for name, path in first["files"].items()}
    assert set(files) == {"batch", "picks", "curve", "curve_table", "map"}
    assert all(path.parent == out and path.stat().st_size > 100 for path in files.values())
    written = {path: path.stat().st_mtime_ns for path in files.values()}

    second = run("run", images, "--to", out, "--count", "4", "--json").json
    assert (second["batch"], second["embed"]["embedded"]) == (1, 0)
    assert second["select"]["picks"] == first["select"]["picks"]
    assert {path: path.stat().st_mtime_ns for path in files.values()} == written

    picture(99).save(images / "new.png")
    third = run("run", images, "--to", out, "--count", "4", "--json").json
    assert (third["batch"], third["embed"]["embedded"]) == (2, 1)
    assert len(list(out.glob("batch-*-picks.png"))) == 2


@pytest.mark.parametrize(
    ("argv", "status", "words"),
    [
        (["{images}", "--to", "{file}"], 1, "is a file"),
        (["{tmp}/gone", "--to", "{tmp}/out"], 1, "does not exist"),
        (["{images}", "--to", "{tmp}/out", "--format", "tarot"], 2, "no export format"),
    ],
)
def test_that_run_refuses_before_it_begins(run: Run, tmp_path: Path, argv: list[str], status: int, words: str) -> None:
    make_pictures(tmp_path / "images", 2)
    (tmp_path / "file").write_text("x")
    places = {"images": tmp_path / "images", "file": tmp_path / "file", "tmp": tmp_path}
    ran = run("run", *(part.format(**places) for part in argv))
    assert ran.status == status
    assert words in ran.err
    assert not list((tmp_path / "out").rglob("*.sqlite"))


def test_that_create_leaves_nothing_where_a_folder_is_wrong(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("create", tmp_path / "p.alproject", "--images", tmp_path / "empty").status == 1
    assert not (tmp_path / "p.alproject").exists()
    make_pictures(tmp_path / "images", 2)
    assert run("create", tmp_path / "p.alproject", "--images", tmp_path / "images").status == 0


def test_that_create_makes_no_folder_for_a_path_with_a_typo(run: Run, tmp_path: Path) -> None:
    typo = tmp_path / "tpyo"
    ran = run("create", typo / "p.alproject", "--images", typo)
    assert ran.status == 1
    assert f"The folder “{typo}” does not exist" in ran.err
    assert not typo.exists()


def test_that_a_project_open_elsewhere_is_refused_for_writing_and_read(run: Run, tmp_path: Path) -> None:
    with make_pictured(tmp_path, ["a.png", "b.png"]) as project:
        ran = run("add", project.path)
        assert ran.status == 1
        assert str(os.getpid()) in ran.err
        assert run("info", project.path, "--json").json["counts"]["samples"] == 2


def test_that_decisions_want_samples_of_the_batch(run: Run, tmp_path: Path) -> None:
    make_pictured(tmp_path, ["a.png", "b.png", "c.png"], batch="1").close()
    project = tmp_path / "pool.alproject"
    assert run("decide", project, 1, "--accept", "99").status == 1
    assert run("decide", project, 1, "--accept", "a.png").status == 2
    assert run("decide", project, 2, "--accept", "all").status == 1
    assert run("decide", project, "last", "--accept", "all").out == (
        "Batch 1: 1 decision changed; 1 accepted, 0 rejected, 0 pending.\n"
    )
    assert run("decide", project, "last", "--clear", "all", "--json").json["pending"] == 1


def test_that_an_export_of_an_unreviewed_batch_says_what_it_takes(run: Run, tmp_path: Path) -> None:
    make_pictured(tmp_path, [f"{n}.png" for n in range(6)], batch="3").close()
    project = tmp_path / "pool.alproject"
    assert run("export", project, "--format", "csv", "--to", tmp_path / "no.csv", "--accepted").status == 1
    ran = run("export", project, "--format", "csv", "--to", tmp_path / "a.csv", "--json")
    assert ran.json["count"] == 3
    assert "every pick that was not rejected is exported" in ran.err
    sample = json.loads(run("export", project, "--format", "json", "--to", tmp_path / "a.json", "--json").out)
    assert sample["count"] == 3
    with Project.open(project) as opened:
        first = opened.picks(1)[0].sample
    run("decide", project, 1, "--accept", first)
    ran = run("export", project, "--format", "paths", "--to", tmp_path / "b.txt", "--json")
    assert (ran.json["count"], "not rejected" in ran.err) == (1, False)
    assert run("export", project, "--format", "paths", "--to", tmp_path / "c.txt", "--all", "--json").json["count"] == 3


def test_that_a_source_is_relinked_by_its_number_or_its_folder(run: Run, tmp_path: Path) -> None:
    make_pictured(tmp_path, ["a.png", "b.png"]).close()
    project = tmp_path / "pool.alproject"
    (tmp_path / "images").rename(tmp_path / "moved")
    assert "not reachable" in run("info", project).out
    assert run("relink", project, "7", tmp_path / "moved").status == 1
    assert run("relink", project, "1", tmp_path / "moved", "--json").json["missing"] == 0
    (tmp_path / "moved").rename(tmp_path / "again")
    assert run("relink", project, tmp_path / "moved", tmp_path / "again").status == 0
    with Project.open(project) as opened:
        assert opened.samples().path(0).is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="a signal of POSIX")
def test_that_ctrl_c_while_embedding_exits_130_and_the_next_run_goes_on(run: Run, tmp_path: Path) -> None:
    images, project = tmp_path / "images", tmp_path / "p.alproject"
    make_pictures(images, 400)
    run("create", project, "--images", images)
    command = [sys.executable, "-m", "desktop_al", "embed", str(project), "--json"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stderr is not None
    for text in child.stderr:
        if text.startswith("Embedding"):
            break
    child.send_signal(signal.SIGINT)
    began = time.monotonic()
    out, _ = child.communicate(timeout=60)
    assert child.returncode == 130
    assert time.monotonic() - began < 15
    assert "Interrupted" in json.loads(out)["error"]
    resumed = run("embed", project, "--json").json
    assert resumed["embedded"] + resumed["reused"] <= 400
    with Project.open(project) as opened:
        assert opened.counts().embedded == 400
