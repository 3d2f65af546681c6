"""Select, adjust and compare on the command line: arguments, sentences, exit statuses and JSON."""

from pathlib import Path

import pytest

from desktop_al.cli.select_text import budget_lines
from desktop_al.store import labels, metadata
from desktop_al.store.project import Project
from tests.cli.running import Run
from tests.jobs.pools import clusters, make_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    with make_project(tmp_path / "p.alproject", clusters((20,) * 6, spread=0.5)) as made:
        ids = made.samples().ids
        made.write(lambda db: metadata.set_metadata(db, "time", ids, ["night" if i % 10 == 0 else "day" for i in ids]))
        made.write(lambda db: metadata.set_metadata(db, "sharp", ids, [float(i) for i in ids]))
    return tmp_path / "p.alproject"


def picked(run: Run, *argv: object) -> list[int]:
    ran = run(*argv, "--json")
    assert ran.status == 0, ran.err
    return [int(pick["sample"]) for pick in ran.json["picks"]]


def test_that_pins_and_vetoes_are_kept(run: Run, project: Path) -> None:
    first = picked(run, "select", project, "--count", "4", "--pin", 7, 9, "--veto", 1)
    assert first[:2] == [7, 9]
    assert 1 not in first
    again = picked(run, "adjust", project, "last", "--veto", first[2], "--unpin", 9)
    assert again[0] == 7
    assert first[2] not in again
    assert len(again) == 4
    assert len(picked(run, "adjust", project, 1, "--count", 6)) == 6


def test_that_an_automatic_budget_without_an_interval_is_told_as_one() -> None:
    assert budget_lines({"interval": [3, 3]}) == ["The automatic budget is 3."]
    assert budget_lines({"interval": [3, 4]}) == ["The automatic budget lies between 3 and 4."]


def test_that_a_priority_may_weigh_nothing(run: Run, project: Path) -> None:
    assert run("select", project, "--count", 4, "--priority", "sharp", "--priority-weight", 0).status == 0
    with Project.open(project) as opened:
        assert opened.batch().spec["aims"]["priority_weight"] == 0


def test_that_the_aims_and_limits_of_the_flags_are_recorded(run: Run, project: Path) -> None:
    ran = run(
        *("select", project, "--count", "6", "--group-by", "time", "--group-cap", "3", "--min-distance", "0.1"),
        *("--strata", "time", "--target", "night=40%", "--balance", "0.5", "--priority", "sharp"),
        *("--random-share", "20%", "--least-images", "2", "--json"),
    )
    assert ran.status == 0, ran.err
    with Project.open(project) as opened:
        spec = opened.batch().spec
    assert spec["constraints"]["group_by"] == "time"
    assert spec["constraints"]["minimum_distance"] == 0.1
    assert spec["aims"] == {
        "strata": "time",
        "targets": {"night": 0.4},
        "balance": 0.5,
        "priority": "sharp",
        "priority_weight": 10.0,
    }
    assert (spec["random_share"], spec["least_images"]) == (0.2, 2.0)
    strata = [pick["stratum"] for pick in ran.json["picks"]]
    assert sorted(strata) == ["day"] * 3 + ["night"] * 3
    # A fifth of six.
    assert [pick["origin"] for pick in ran.json["picks"]].count("random") in (1, 2)
    assert ran.json["summary"]["balance"] == pytest.approx(0.1)


def test_that_a_preset_sets_the_strategy_and_flags_override_it(run: Run, project: Path) -> None:
    assert run("select", project, "--preset", "rare", "--count", "2", "--json").json["strategy"] == "k-center"
    ran = run("select", project, "--preset", "rare", "--strategy", "coverage", "--count", "2", "--json")
    assert ran.json["strategy"] == "coverage"
    refused = run("select", project, "--preset", "balance", "--count", "2")
    assert refused.status == 2
    assert "--strata COLUMN" in refused.err
    assert run("select", project, "--preset", "balance", "--strata", "time", "--count", "2").status == 0


def test_that_examples_are_looked_for(run: Run, project: Path) -> None:
    near = picked(run, "select", project, "--like", 3, "--count", "5")
    # Embeddings are written in the order of ids, 20 a cluster.
    assert {(sample - 1) // 20 for sample in near} == {0}


@pytest.mark.parametrize(
    ("argv", "status", "words"),
    [
        (["--option", "densiti=2"], 2, "has no option densiti"),
        (["--strategy", "coverage", "--option", "density=99"], 2, "must be a number from 0 to 8"),
        (["--strategy", "coverage", "--option", "density=2", "--option", "density=4"], 2, "says twice what “density”"),
        (["--strata", "time", "--target", "day=0.2", "--target", "day=0.4"], 2, "says twice what “day” is to be"),
        (["--balance", "1e300"], 2, "at least 0 in plain digits, such as 2.5"),
        (["--where", "colour == 'red'"], 2, "no column “colour”"),
        (["--where", "width >"], 2, "ends too early"),
        (["--protect", " "], 2, "which would limit nothing"),
        (["--group-by", ""], 2, "which would limit nothing"),
        (["--protect", "colour == 'red'"], 2, "no column “colour”"),
        (["--where", "width > 9999"], 1, "fits the filter"),
        (["--group-by", "video"], 2, "no metadata column “video”; the columns are: source, sharp, time"),
        (["--group-cap", "2"], 2, "--group-by"),
        (["--strata", "time", "--target", "dusk=0.2"], 2, "no stratum “dusk”; its strata are: day, night"),
        (["--target", "day=0.2"], 2, "name the column of the strata"),
        (["--strata", "label"], 1, "once two of them have labels"),
        (["--priority", "time"], 2, "is text, and a priority must be a number"),
        (["--priority-weight", "3"], 2, "--priority"),
        (["--pin", "5", "--veto", "5"], 1, "Sample 5 is pinned and vetoed"),
        (["--pin", "999"], 1, "no sample 999 to pin"),
        (["--veto", "999"], 1, "no sample 999 to veto"),
        (["--pin", *"123456", "--count", "2"], 1, "6 images are pinned"),
        (["--pin", "5", "--protect", "name == '00008.jpg'", "--count", "2"], 1, "protected"),
        (["--protect", "width > 0"], 1, "protect fewer images"),
        (["--like", "5", "--strategy", "coverage"], 1, "looks for no examples"),
        (["--like", "5.png", "--strategy", "coverage"], 1, "looks for no examples"),
        (["--like", "gone.png"], 1, "gone.png” to look for; check its name"),
        (["--like", "."], 1, "is a folder; name one image"),
        (["--like", __file__], 1, "cannot be looked for"),
        (["--like", "999"], 1, "no sample 999 to look for"),
        (["--like", "0"], 2, "from 1 on"),
        (["--like", ""], 2, "an empty name is no path"),
        (["--strategy", "margin", "--count", "2"], 1, "there are no labels yet"),
        (["--min-distance", "3"], 1, "between 0 and 2"),
    ],
)
def test_that_what_cannot_be_is_a_sentence(run: Run, project: Path, argv: list[str], status: int, words: str) -> None:
    ran = run("select", project, *argv)
    assert words in ran.err
    assert ran.status == status
    assert ran.err.count("desktop-al: ") == 1
    assert ran.err.endswith(".\n")
    with Project.open(project) as opened:
        assert opened.batches() == []


def test_that_a_pin_that_is_labelled_already_is_a_sentence(run: Run, project: Path) -> None:
    with Project.open(project, "w") as opened:
        opened.write(lambda db: labels.set_labels(db, [5], ["a"], origin="test"))
    ran = run("select", project, "--pin", 5)
    assert ran.status == 1
    assert "Sample 5 is pinned and cannot be picked" in ran.err


def test_that_the_answer_says_what_a_person_needs(run: Run, project: Path) -> None:
    ran = run("select", project, "--count", "8", "--label-seconds", "30", "--label-price", "0.5")
    assert "These labels take 4:00 and cost 4.00." in ran.out
    assert "Coverage of the pool: 0.0% before" in ran.out
    assert "times as varied as random picks" in ran.out
    assert "a veto costs" in ran.out
    cost = run("select", project, "--count", "8", "--label-seconds", "30", "--json").json["cost"]
    assert (cost["seconds"], cost["price"]) == (240, 0)
    assert [line["count"] for line in cost["budgets"]] == [2, 4, 8, 12, 16]
    shares = [line["coverage"] for line in cost["budgets"]]
    assert shares == sorted(shares)


def test_that_two_batches_are_compared(run: Run, project: Path) -> None:
    run("select", project, "--count", "4")
    run("select", project, "--count", "6", "--strategy", "random")
    ran = run("compare", project, 1, 2)
    assert ran.status == 0
    assert "batch 1" in ran.out
    assert "coverage on its own" in ran.out
    assert run("compare", project, 1, 2, "--json").json["counts"] == [4, 6]
    assert run("compare", project, 1, 3).status == 1


def test_that_a_batch_is_compared_with_another_strategy(run: Run, project: Path) -> None:
    run("select", project, "--count", "4")
    ran = run("compare", project, 1, "k-center")
    assert ran.status == 0
    assert "k-center" in ran.out
    found = run("compare", project, 1, "k-center", "--json").json
    assert (found["a"], found["b"], found["strategy"], found["counts"]) == (1, 0, "k-center", [4, 4])
    assert "batch 2" not in run("report", project).out


def test_that_an_adjustment_that_changes_nothing_is_wrong_usage(run: Run, project: Path) -> None:
    run("select", project, "--count", "4")
    ran = run("adjust", project, "last")
    assert ran.status == 2
    assert "--pin" in ran.err
    for argv, words in (
        (["--pin", 9999], "no sample 9999"),
        (["--pin", 3, "--veto", 3], "pinned and vetoed at once"),
        (["--count", 10**6], "select again"),
        (["--count", 1, "--pin", 3, 4], "2 images are pinned"),
    ):
        ran = run("adjust", project, 1, *argv)
        assert ran.status == 1
        assert words in ran.err
    assert run("verify", project).status == 0
