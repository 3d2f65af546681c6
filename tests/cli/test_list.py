"""List on the command line; and every example of the page on filters."""

import re
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.records import SampleState, SampleStatus
from desktop_al.gui.filter_complete import NUMBER_OPERATORS, TEXT_OPERATORS
from desktop_al.jobs.where import Columns, matching
from desktop_al.jobs.where_columns import Categories, Numbers, Sets
from desktop_al.jobs.where_project import STATES, STATUSES
from desktop_al.jobs.where_syntax import OPERATORS
from desktop_al.jobs.where_texts import Texts
from desktop_al.store import labels, metadata, notes, tags
from tests.cli.running import Run
from tests.jobs.pools import clusters, make_project

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "filters.md").read_text(encoding="utf-8")
PATHS = ["2024/garden Wren.jpg", "2024/night/IMG_1.jpg", "2023/IMG_22.jpg", "wren in the garden.png"]
TAGS = Sets(np.array([0, 0b11, 0b10, 0], np.uint64), ("blurred", "not blurred"))
COLUMNS: Columns = {
    "source": Categories(np.array([0, 0, 1, 1]), ("garden", "wood")),
    "path": Texts(PATHS),
    "name": Texts(PATHS, last=True),
    "state": Categories(np.array([0, 2, 3, 4]), STATES),
    "label": Categories(np.array([-1, 0, 1, 2]), ("cat", "dog", "owl")),
    "width": Numbers(np.array([640.0, 800.0, 900.0, np.nan])),
    "height": Numbers(np.array([480.0, 600.0, 4000.0, np.nan])),
    "size": Numbers(np.array([3_000_000, 100, 200, 300])),
    "weather": Categories(np.array([-1, 0, 0, 0]), ("rain",)),
    "taken at": Numbers(np.array([2014.0, 2015.0, np.nan, 2020.0])),
    "id": Numbers(np.array([1, 17, 204, 300])),
    "status": Categories(np.array([0, 0, 1, 2]), STATUSES),
    "tag": TAGS,
    "tags": TAGS,
    "note": Categories(np.array([-1, -1, 0, -1]), ("ask the lab",)),
}
FOUND = {
    "wren": [0, 3],
    "wren garden": [0, 3],
    '"garden wren"': [0],
    'label == "cat"': [1],
    "label == cat": [1],
    "label in (cat, dog)": [1, 2],
    "label is none": [0],
    "label is not none": [1, 2, 3],
    'label != "cat"': [0, 2, 3],
    "width >= 800": [1, 2],
    "700 < width < 1000": [1, 2],
    "size > 2_000_000 or height > 3000": [0, 2],
    'name like "IMG_*.jpg"': [1, 2],
    'path startswith "2024/"': [0, 1],
    'path endswith ".png"': [3],
    '"night" in path': [1],
    "path contains night": [1],
    'not "night" in path': [0, 2, 3],
    'source == "garden" and state == unlabelled': [0],
    'state in ("pending", "accepted")': [1, 2],
    "(label == cat or label == dog) and width < 500": [],
    'meta["taken at"] < 2015': [0],
    "weather is none": [0],
    "status == unreadable": [3],
    "id in (17, 204)": [1, 2],
    'tag == "blurred"': [1],
    '"blurred" in tags': [1],
    "tag is none": [0, 3],
    "note is not none": [2],
}


def section(title: str) -> str:
    parts = re.split(r"^## (.+)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[title]


def test_that_every_example_of_the_page_finds_what_it_says() -> None:
    found = re.findall(r"^\| `(.+?)` \|", section("Examples"), re.MULTILINE)
    # What a project keeps by name, and what the window alone writes, is tested where it is made.
    assert [one for one in found if "@" not in one and "packed(" not in one] == list(FOUND)
    for expression, rows in FOUND.items():
        assert np.flatnonzero(matching(expression, COLUMNS, 4)).tolist() == rows, expression


def test_that_every_column_and_operator_is_on_the_page() -> None:
    columns = section("Columns")
    assert all(f"`{name}`" in columns for name in set(COLUMNS) - {"weather", "taken at"})
    assert all(f"`{state.name.lower()}`" in columns for state in (*SampleState, *SampleStatus))
    words = {word for operator in (*OPERATORS, *NUMBER_OPERATORS, *TEXT_OPERATORS) for word in operator.split()}
    assert all(word in section("Operators") for word in words)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    with make_project(tmp_path / "p.alproject", clusters((3, 3))) as made:
        made.write(lambda db: labels.set_labels(db, [2, 4], ["tabby", "pug"], origin="test"))
        made.write(lambda db: metadata.set_metadata(db, "sky", [1, 2], ["blue", "grey"]))
        made.write(lambda db: metadata.set_metadata(db, "sharp", [1, 2, 3], [0.5, 2.0, 1e9]))
        made.write(lambda db: tags.set_tag(db, "blurry", np.array([3, 5]), True))
        made.write(lambda db: tags.set_tag(db, "odd", np.array([5]), True))
        made.write(lambda db: notes.set_note(db, 6, "Ask Ada"))
    return tmp_path / "p.alproject"


def test_that_what_fits_is_listed(run: Run, project: Path) -> None:
    ran = run("list", project, "--where", "source == cats")
    assert ran.status == 0, ran.err
    assert ran.out.splitlines() == [
        "id  path       state       label",
        " 1  00000.jpg  unlabelled  -",
        " 2  00002.jpg  labelled    tabby",
        " 3  00004.jpg  unlabelled  -",
        "3 of 6 samples fit.",
    ]


def test_that_the_fields_are_chosen_and_the_number_is_limited(run: Run, project: Path) -> None:
    ran = run("list", project, "--fields", "id, sky,sharp,sky", "--limit", 2)
    assert ran.out.splitlines() == [
        "id  sky   sharp",
        " 1  blue    0.5",
        " 2  grey      2",
        "6 samples, the first 2 of them are listed.",
    ]
    assert run("list", project, "--fields", "id", "--limit", "all").out.splitlines()[-1] == "6 samples."


def test_that_the_answer_is_one_object(run: Run, project: Path) -> None:
    ran = run("list", project, "--where", "tabby", "--fields", "id,sharp,label,file", "--json")
    assert ran.json == {
        "total": 6,
        "count": 1,
        "samples": [{"id": 2, "sharp": 2, "label": "tabby", "file": str(project.parent / "cats" / "00002.jpg")}],
        "hint": "",
    }
    none = run("list", project, "--where", "sharp is none", "--fields", "sharp", "--json").json["samples"]
    assert none == [{"sharp": None}] * 3


def test_that_tags_and_notes_can_be_named_and_searched(run: Run, project: Path) -> None:
    found = run("list", project, "--where", "tag == blurry", "--fields", "id,tag,note", "--json").json["samples"]
    assert found == [{"id": 3, "tag": ["blurry"], "note": None}, {"id": 5, "tag": ["blurry", "odd"], "note": None}]
    assert [row["id"] for row in run("list", project, "--where", "ada or odd", "--json").json["samples"]] == [5, 6]
    assert "blurry, odd" in run("list", project, "--where", "tag == odd", "--fields", "tag").out


def test_that_a_misspelt_value_is_hinted_at(run: Run, project: Path) -> None:
    ran = run("list", project, "--where", "label == taby")
    assert ran.status == 0
    assert ran.out == "0 of 6 samples fit.\n"
    assert ran.err == "No image has the label “taby”; did you mean tabby?\n"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--where", "widht > 3"), "There is no column “widht” (character 1); did you mean width?"),
        (("--where", "width >"), "ends too early"),
        (("--fields", "lable"), "There is no column “lable” to list; did you mean label?"),
        (("--fields", "qqq"), "the columns are: source"),
        (("--limit", "0"), "not a whole number from 1"),
    ],
)
def test_that_wrong_usage_is_told(run: Run, project: Path, argv: tuple[str, ...], words: str) -> None:
    ran = run("list", project, *argv)
    assert ran.status == 2
    assert words in ran.err
    assert ran.out == ""


def test_that_an_empty_project_lists_nothing(run: Run, tmp_path: Path) -> None:
    run("create", tmp_path / "e.alproject")
    ran = run("list", tmp_path / "e.alproject", "--where", "wren or width > 3")
    assert (ran.status, ran.out) == (0, "0 of 0 samples fit.\n")


def test_that_no_fields_only_count(run: Run, project: Path) -> None:
    assert run("list", project, "--fields", "", "--where", "tabby").out == "1 of 6 samples fit.\n"
