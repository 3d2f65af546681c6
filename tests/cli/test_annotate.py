"""Tags, notes, labels by hand and saved highlights on the command line."""

import csv
import json
from pathlib import Path

import pytest

from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.select import run_select
from desktop_al.store.project import Project
from tests.cli.running import Run
from tests.jobs.pools import clusters, make_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    with make_project(tmp_path / "p.alproject", clusters((5,) * 3)) as made:
        run_select(made, SelectSpec(count="4"))
    return tmp_path / "p.alproject"


def opened(path: Path) -> Project:
    return Project.open(path, "r")


def test_that_tags_are_given_taken_and_found_again(run: Run, project: Path) -> None:
    assert run("tag", project, "blurred", 1, 2, 2, "--json").json == {"tag": "blurred", "changed": 2, "tagged": 2}
    assert run("tag", project, "odd", "all", "--where", 'tag == "blurred"', "--json").json["changed"] == 2
    assert run("tag", project, "odd", 1, 3, "--where", "tag is none", "--json").json["changed"] == 1
    assert run("tag", project, "blurred", 1, "--remove").out == "Untagged 1 sample “blurred”; 1 carry it now.\n"
    found = run("list", project, "--where", '"odd" in tags', "--json").json
    assert found["count"] == 3
    assert run("info", project, "--json").json["tags"] == {"blurred": 1, "odd": 3}
    assert "blurred (1)" in run("info", project).out


def test_that_a_note_is_written_replaced_and_taken_away(run: Run, project: Path) -> None:
    assert run("note", project, 3, "Ask the lab; “two” birds?", "--json").json["before"] == ""
    assert run("note", project, 3, "Asked.").out == "Sample 3 has this note now.\n"
    assert run("list", project, "--where", "note is not none", "--json").json["count"] == 1
    assert run("note", project, 3, "").out == "Sample 3 has no note now.\n"
    with opened(project) as found:
        assert found.notes() == {}
    ran = run("note", project, 2**63, "Too far.")
    assert (ran.status, "not a whole number" in ran.err) == (2, True)


def test_that_labels_by_hand_are_given_and_taken(run: Run, project: Path) -> None:
    ran = run("label", project, "cat", 1, 2, "--json")
    assert ran.json == {"label": "cat", "changed": 2, "round": 1, "classes": 1}
    assert run("label", project, "dog", "--where", "label is none and id > 12", "--json").json["changed"] == 3
    assert run("label", project, "cat", "all", "--clear").out.startswith("Unlabelled 2 samples; round")
    with opened(project) as found:
        assert found.labels().classes == ("dog",)
        assert found.labels().ids.tolist() == [13, 14, 15]


def test_that_highlights_are_saved_listed_and_forgotten(run: Run, project: Path) -> None:
    assert run("highlights", project).out == "No highlight is saved.\n"
    assert run("highlights", project, "--save", "ends", "--where", "id in (1, 15)", "--json").json["count"] == 2
    assert run("highlights", project, "--json").json == {"highlights": [{"name": "ends", "count": 2}]}
    assert "ends" in run("highlights", project).out
    assert run("highlights", project, "--delete", "ends").status == 0
    ran = run("highlights", project, "--delete", "ends")
    assert (ran.status, "No highlight is called “ends”" in ran.err) == (1, True)


@pytest.mark.parametrize(
    ("argv", "status", "words"),
    [
        (("tag", "x"), 2, "Name the samples"),
        (("tag", "x", "one"), 2, "by its number"),
        (("tag", "x", "99999999999999999999999"), 2, "by its number"),
        (("tag", "x", "99"), 1, "Sample 99 is not in the project"),
        (("tag", " ", "1"), 1, "needs a name"),
        (("tag", "a\nb", "1"), 1, "on one line"),
        (("tag", "x", "--where", "nonsense =="), 2, "ends too early"),
        (("note", "one", "text"), 2, "one"),
        (("note", "99", "text"), 1, "Sample 99 is not"),
        (("note", "1", "x" * 10_001), 1, "at most 10,000"),
        (("label", "cat"), 2, "Name the samples"),
        (("label", "", "1"), 1, "needs a name"),
        (("label", "cat", "1", "99"), 1, "Sample 99 is not"),
        (("highlights", "--save", "x"), 2, "go together"),
        (("highlights", "--where", "id > 1"), 2, "go together"),
        (("highlights", "--save", "x", "--delete", "x"), 2, "not allowed with"),
    ],
)
def test_that_bad_input_gets_one_sentence_and_changes_nothing(
    run: Run, project: Path, argv: tuple[str, ...], status: int, words: str
) -> None:
    verb, *rest = argv
    ran = run(verb, project, *rest)
    assert (ran.status, ran.out) == (status, "")
    assert words in ran.err
    assert "Traceback" not in ran.err
    with opened(project) as found:
        assert found.tags().names == ()
        assert found.notes() == {}
        assert found.highlights() == {}
        assert len(found.labels().ids) == 0


def test_that_tags_and_notes_leave_with_a_batch(run: Run, project: Path, tmp_path: Path) -> None:
    with opened(project) as found:
        first = found.picks(1)[0].sample
    run("tag", project, "odd", first)
    run("tag", project, "=cmd()", first)
    run("note", project, first, "=1+1")
    for form in ("csv", "json", "jsonl"):
        assert run("export", project, "--format", form, "--to", tmp_path / f"out.{form}").status == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        row, other, *_ = csv.DictReader(stream)
    assert (row["tags"], row["note"]) == ("'=cmd(); odd", "'=1+1")
    assert (other["tags"], other["note"]) == ("", "")
    pick, without, *_ = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["picks"]
    assert (pick["tags"], pick["note"]) == (["=cmd()", "odd"], "=1+1")
    assert (without["tags"], without["note"]) == ([], None)
    line = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert line == pick


def test_that_filters_are_saved_used_and_forgotten(run: Run, project: Path) -> None:
    assert run("filters", project).out == "No filter is saved.\n"
    saved = run("filters", project, "--save", "late dogs", "--where", "source == dogs and id > 12")
    assert saved.out == "Saved the filter “late dogs”, which 3 samples fit now.\n"
    assert run("list", project, "--where", '@"late dogs" and id < 15', "--json").json["count"] == 2
    assert run("tag", project, "--where", '@"late dogs"', "late", "--json").json["changed"] == 3
    again = run("filters", project, "--save", "others", "--where", 'not @"late dogs"', "--json").json
    assert again == {"filter": "others", "where": "not (source == dogs and id > 12)", "count": 12}
    assert "others" in run("info", project).out
    assert run("select", project, "--count", 2, "--where", "@others", "--json").json["count"] == 2
    assert run("filters", project, "--delete", "late dogs").out == "Forgot the filter “late dogs”.\n"
    listed = run("filters", project, "--json").json["filters"]
    assert listed == [{"name": "others", "where": "not (source == dogs and id > 12)"}]


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--save", "x"), 2, "go together"),
        (("--where", "id < 3"), 2, "go together"),
        (("--save", "x", "--where", "colour == red"), 2, "no column"),
        (("--save", " ", "--where", "id < 3"), 1, "needs a name"),
        (("--delete", "x"), 1, "No filter is called “x”"),
    ],
)
def test_that_wrong_filters_are_told_in_a_sentence(
    run: Run, project: Path, words: tuple[str, ...], status: int, told: str
) -> None:
    ran = run("filters", project, *words)
    assert (ran.status, told in ran.err) == (status, True)


@pytest.mark.parametrize(
    "words",
    [
        ("tag", "P", "x", "--remove", 1, 2),
        ("tag", "P", "x", 1, "--remove", 2),
        ("tag", "--remove", "P", "x", 1, 2),
        ("tag", "P", "--remove", "x", 1, 2, "--where", "id < 9"),
    ],
)
def test_that_options_and_samples_come_in_any_order(run: Run, project: Path, words: tuple[object, ...]) -> None:
    run("tag", project, "x", 1, 2, 3)
    ran = run(*(project if word == "P" else word for word in words), "--json")
    assert ran.json == {"tag": "x", "changed": 2, "tagged": 1}


def test_that_a_decision_may_stand_before_or_behind_what_it_is_about(run: Run, project: Path) -> None:
    with opened(project) as found:
        first, second = (pick.sample for pick in found.picks(1)[:2])
    assert run("decide", project, "--accept", "last", first, "--json").json["accepted"] == 1
    assert run("decide", project, "last", first, "--accept", second, "--json").json["accepted"] == 2
    ran = run("decide", project, "last", first)
    assert (ran.status, "required" in ran.err) == (2, True)
