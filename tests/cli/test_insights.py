"""Insights and similar images on the command line: sentences, JSON, the table, and bad input."""

import csv
from pathlib import Path

import numpy as np
import pytest

from desktop_al.cli.verbs_insights import EXPLAINED
from desktop_al.jobs.insights import DEPENDS
from desktop_al.store import labels
from desktop_al.store.project import Project
from tests.cli.running import Run
from tests.jobs.pools import clusters, make_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Three clusters with a few labels, one of which looks like a formula."""
    with make_project(tmp_path / "p.alproject", clusters((20,) * 3, spread=0.5)) as made:
        given = {1: "cat", 2: "cat", 30: "=cmd()", 31: "=cmd()"}
        made.write(lambda db: labels.set_labels(db, list(given), list(given.values()), origin="test"))
    return tmp_path / "p.alproject"


def test_that_every_insight_is_explained() -> None:
    assert set(EXPLAINED) == set(DEPENDS)


def test_that_all_insights_there_can_be_are_told_and_the_others_say_what_they_lack(run: Run, project: Path) -> None:
    ran = run("insights", project, "--json")
    assert ran.status == 0, ran.err
    assert set(ran.json["lacking"]) == {"rank", "gain", "trust", "agreement"}
    assert set(ran.json["insights"]) == set(DEPENDS) - set(ran.json["lacking"])
    novelty = ran.json["insights"]["novelty"]
    assert (novelty["known"], novelty["min"]) == (60, 0)
    assert novelty["min"] <= novelty["median"] <= novelty["max"]
    assert sum(ran.json["insights"]["guess"]["counts"].values()) == 60
    assert 0 <= ran.json["insights"]["covered"]["facts"]["covered"] <= 1
    plain = run("insights", project)
    assert "novelty" in plain.out
    assert "Within reach, at least half as alike as a copy" in plain.out
    assert "select one first" in plain.out


def test_that_the_table_has_a_line_per_sample_and_runs_nothing(run: Run, project: Path, tmp_path: Path) -> None:
    to = tmp_path / "out.csv"
    ran = run("insights", project, "guess", "novelty", "copies", "--csv", to, "--json")
    assert ran.status == 0, ran.err
    with to.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["sample", "path", "guess", "novelty", "copies"]
    assert [int(row["sample"]) for row in rows] == list(range(1, 61))
    assert {row["guess"] for row in rows} == {"cat", "'=cmd()"}
    assert float(rows[0]["novelty"]) == 0
    with Project.open(project) as opened:
        assert rows[4]["path"] == str(opened.samples().path(4))


def test_that_a_file_in_the_way_stays_and_nothing_is_computed_for_it(run: Run, project: Path, tmp_path: Path) -> None:
    to = tmp_path / "out.csv"
    to.write_text("mine", encoding="utf-8")
    ran = run("insights", project, "density", "--csv", to)
    assert ran.status == 1
    assert "exists already" in ran.err
    assert to.read_text(encoding="utf-8") == "mine"
    assert run("insights", project, "density", "--csv", to, "--overwrite").status == 0


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("beauty",), 2, "no insight “beauty”; the insights are: uncertainty"),
        (("trust",), 1, "draw the map first"),
        (("rank", "--batch", "7"), 1, "select one first"),
        (("rank", "--batch", "x"), 2, "neither last nor the number"),
        (("rank", "--batch", 2**63), 2, "neither last nor the number"),
    ],
)
def test_that_what_cannot_be_told_is_one_sentence(
    run: Run, project: Path, words: tuple[str | int, ...], status: int, said: str
) -> None:
    ran = run("insights", project, *words)
    assert ran.status == status
    assert said in ran.err


def test_that_the_most_similar_are_listed_without_the_sample_itself(run: Run, project: Path) -> None:
    ran = run("similar", project, 5, "--count", 3, "--json")
    assert ran.status == 0, ran.err
    with Project.open(project) as opened:
        rows = opened.embeddings().vectors
    values = rows @ rows[4]
    values[4] = -2
    assert ran.json["of"] == 5
    assert [one["sample"] for one in ran.json["similar"]] == (np.argsort(-values)[:3] + 1).tolist()
    assert ran.json["similar"][0]["similarity"] == pytest.approx(values.max(), abs=1e-5)
    plain = run("similar", project, 1, "--count", 2)
    assert plain.out.splitlines()[0].split() == ["cosine", "sample", "label", "path"]
    assert len(plain.out.splitlines()) == 3


@pytest.mark.parametrize(
    ("what", "status", "said"),
    [
        ("999", 2, "no sample 999"),
        ("", 2, "an empty name"),
        ("0", 2, "from 1 on"),
        ("no such.png", 1, "no such.png” to"),
        ("-1", 1, "-1” to"),
    ],
)
def test_that_what_is_not_there_is_not_looked_for(run: Run, project: Path, what: str, status: int, said: str) -> None:
    ran = run("similar", project, what)
    assert ran.status == status
    assert said in ran.err
