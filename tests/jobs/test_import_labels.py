"""Importing labels: what matches, what is rejected, and what the project holds afterwards."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import CancelledError, LabelError
from desktop_al.domain.results import ImportLabelsResult
from desktop_al.domain.specs import ImportLabelsSpec
from desktop_al.jobs.import_labels import preview_import_labels, run_import_labels
from desktop_al.jobs.import_undo import run_redo_labels, run_undo_labels
from desktop_al.jobs.match import AMBIGUOUS, SampleIndex
from desktop_al.jobs.where_project import SHADOWING, lazy_columns
from desktop_al.store.project import Project
from tests.jobs.pictured import make_pictured

NAMES = ["a.png", "b.png", "cats/c.png", "dogs/c.png", "dogs/d.e.png", "caf\u00e9.png", "007.png", "z.png"]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_pictured(tmp_path, NAMES, batch="3") as made:
        yield made


def load(project: Project, text: str, **fields: object) -> ImportLabelsResult:
    file = project.path.parent / "labels.csv"
    file.write_text(text, encoding="utf-8")
    spec = ImportLabelsSpec(file, **fields)  # type: ignore[arg-type]  # the fields are those of the spec
    return run_import_labels(project, spec, SILENT)


def labels_of(project: Project) -> dict[str, str]:
    samples, table = project.samples(), project.labels()
    return {
        samples.relpaths[samples.row_of(int(sample))]: table.classes[code]
        for sample, code in zip(table.ids, table.codes, strict=True)
    }


class TestMatching:
    @pytest.mark.parametrize(
        ("key", "name"),
        [
            ("a.png", "a.png"),
            ("a", "a.png"),
            (" a.png ", "a.png"),
            ("images/a.png", "a.png"),
            ("/elsewhere/images/a.png", "a.png"),
            ("C:\\photos\\images\\a.png", "a.png"),
            ("cats/c.png", "cats/c.png"),
            ("cats/c", "cats/c.png"),
            ("/other/root/dogs/c.png", "dogs/c.png"),
            ("d.e", "dogs/d.e.png"),
            ("cafe\u0301.png", "caf\u00e9.png"),
            ("007", "007.png"),
        ],
    )
    def test_that_a_name_finds_its_sample(self, project: Project, key: str, name: str) -> None:
        samples = project.samples()
        assert SampleIndex(samples).find(key) == samples.ids[list(samples.relpaths).index(name)]

    def test_that_every_path_finds_its_own_sample(self, project: Project) -> None:
        samples = project.samples()
        index = SampleIndex(samples)
        assert [index.find(str(samples.path(row))) for row in range(len(samples))] == samples.ids.tolist()
        assert [index.find(relpath) for relpath in samples.relpaths] == samples.ids.tolist()

    @pytest.mark.parametrize("key", ["c.png", "c", "birds/c.png"])
    def test_that_a_name_of_several_samples_is_ambiguous(self, project: Project, key: str) -> None:
        assert SampleIndex(project.samples()).find(key) == AMBIGUOUS

    @pytest.mark.parametrize("key", ["x.png", "d", "png", "", "/", "A.png"])
    def test_that_a_name_of_no_sample_finds_none(self, project: Project, key: str) -> None:
        assert SampleIndex(project.samples()).find(key) is None

    def test_that_an_id_finds_its_sample_and_nothing_else(self, project: Project) -> None:
        index = SampleIndex(project.samples())
        assert [index.find(key, "id") for key in ("1", "8", "9", "0", "-1", "1.0", "x", "9" * 30)] == [1, 8] + [
            None
        ] * 6


def test_that_labels_and_metadata_come_in(project: Project) -> None:
    result = load(project, "image,label,age,place\na,cat,3,x\nb.png,dog,4.5,y\n")
    assert (result.matched, result.unmatched, result.conflicting, result.skipped) == (2, 0, 0, 0)
    assert labels_of(project) == {"a.png": "cat", "b.png": "dog"}
    assert project.metadata("age")["age"].values.tolist() == [3.0, 4.5]
    assert project.metadata("place")["place"].values.tolist() == ["x", "y"]
    assert (result.round, result.classes, result.metadata_fields) == (1, 2, ("age", "place"))


def test_that_codes_with_leading_zeros_stay_text(project: Project) -> None:
    load(project, "image,label,ward\na,cat,007\nb,dog,12\n")
    assert project.metadata("ward")["ward"].values.tolist() == ["007", "12"]


def test_that_rows_of_other_images_are_counted_and_stop_nothing(project: Project) -> None:
    result = load(project, "image,label\na,cat\nelsewhere,dog\n")
    assert (result.matched, result.unmatched) == (1, 1)
    assert [(problem.line, problem.reason) for problem in result.problems] == [(3, "no sample is called “elsewhere”")]


def test_that_labels_that_mean_none_are_skipped_but_their_metadata_kept(project: Project) -> None:
    result = load(project, "image,label,age\na,Not sure,1\nb,cat,2\nz,,3\n", skip=("not sure",))
    assert (result.matched, result.skipped) == (1, 2)
    assert labels_of(project) == {"b.png": "cat"}
    assert project.metadata("age")["age"].values.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("c.png,dog", "several samples are called “c.png”"),
        ("a.png,dog", "it says “dog” where line 2 says “cat”"),
        ("b.png", "it has 1 cell where the header has 2"),
    ],
)
def test_that_a_rejected_row_stops_the_import_and_is_named(project: Project, row: str, reason: str) -> None:
    text = f"image,label\na,cat\nz,bird\n{row}\n"
    with pytest.raises(LabelError, match="nothing was imported") as caught:
        load(project, text)
    assert f"line 4: {reason}" in str(caught.value)
    assert labels_of(project) == {}
    result = load(project, text, partial=True)
    assert labels_of(project)["z.png"] == "bird"
    assert reason in result.problems[0].reason


def test_that_rows_that_contradict_each_other_give_no_label(project: Project) -> None:
    result = load(project, "image,label\na,cat\na.png,dog\nb,cat\nb.png,cat\n", partial=True)
    assert (result.matched, result.conflicting) == (2, 2)
    assert labels_of(project) == {"b.png": "cat"}


def test_that_a_different_label_of_the_project_is_a_conflict_until_it_may_be_replaced(project: Project) -> None:
    load(project, "image,label\na,cat\n")
    with pytest.raises(LabelError, match="it says “dog” where the project says “cat”"):
        load(project, "image,label\na,dog\nb,dog\n")
    result = load(project, "image,label\na,dog\nb,dog\n", partial=True)
    assert (result.matched, result.conflicting) == (1, 1)
    assert labels_of(project) == {"a.png": "cat", "b.png": "dog"}
    load(project, "image,label\na,dog\nb,dog\n", replace=True)
    assert labels_of(project) == {"a.png": "dog", "b.png": "dog"}


def test_that_importing_twice_changes_nothing(project: Project) -> None:
    text = "image,label,age\na,cat,1\nb,dog,2\n"
    load(project, text)
    before = (project.labels().rounds.tolist(), labels_of(project))
    result = load(project, text)
    assert (result.matched, result.unchanged, result.change.samples) == (2, 2, 0)
    assert (project.labels().rounds.tolist(), labels_of(project)) == before


def test_that_a_file_of_other_images_is_one_sentence(project: Project) -> None:
    with pytest.raises(LabelError, match=r"No row of .* names a sample .* line 2: no sample is called “x”"):
        load(project, "image,label\nx,cat\n")


def test_that_a_missing_file_is_one_sentence(project: Project, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="does not exist"):
        run_import_labels(project, ImportLabelsSpec(tmp_path / "gone.csv"), SILENT)


def test_that_labels_of_a_folder_per_class_come_in(project: Project, tmp_path: Path) -> None:
    for name in ("cat/a.png", "dog/b.png"):
        (tmp_path / "sorted" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "sorted" / name).touch()
    result = run_import_labels(project, ImportLabelsSpec(tmp_path / "sorted"), SILENT)
    assert (result.format, result.matched) == ("folder", 2)
    assert labels_of(project) == {"a.png": "cat", "b.png": "dog"}


def test_that_an_import_can_be_undone(project: Project) -> None:
    load(project, "image,label\na,cat\n")
    result = load(project, "image,label\na,dog\nb,dog\n", replace=True)
    run_undo_labels(project, result.undo, SILENT)
    assert labels_of(project) == {"a.png": "cat"}


def test_that_a_cancelled_import_changes_nothing(project: Project, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("image,label\na,cat\n")
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        run_import_labels(project, ImportLabelsSpec(tmp_path / "labels.csv"), ctx)
    assert labels_of(project) == {}


def test_that_labels_close_the_round_and_the_next_batch_opens_another(project: Project) -> None:
    from desktop_al.domain.specs import SelectSpec
    from desktop_al.jobs.select import run_select

    load(project, "image,label\na,cat\n")
    assert run_select(project, SelectSpec(count="2")).batch.round == 2
    assert [(line.number, line.labelled) for line in project.rounds()] == [(1, 1), (2, 0)]


def test_that_the_order_of_rows_does_not_matter(project: Project) -> None:
    lines = ["a,cat", "b,dog", "cats/c,cat", "dogs/c,dog", "x,none", "z,"]
    counts = set()
    for seed in range(4):
        random.Random(seed).shuffle(lines)
        result = load(project, "image,label\n" + "\n".join(lines) + "\n")
        counts.add((result.matched, result.unmatched, result.skipped, tuple(sorted(labels_of(project).items()))))
    assert len(counts) == 1


SENDERS = "image,sender,kids\na,7,yes\nb,7,no\nelsewhere,9,no\n"


def fields(project: Project) -> dict[str, dict[str, object]]:
    samples = project.samples()
    return {
        name: {
            samples.relpaths[samples.row_of(int(sample))]: value
            for sample, value in zip(field.ids, field.values.tolist(), strict=True)
        }
        for name, field in project.metadata().items()
    }


def test_that_metadata_come_without_labels_and_close_no_round(project: Project) -> None:
    with pytest.raises(LabelError, match="or import metadata only"):
        load(project, SENDERS)
    result = load(project, SENDERS, metadata_only=True)
    assert (result.matched, result.unmatched, result.described) == (2, 1, 2)
    assert fields(project) == {"sender": {"a.png": 7.0, "b.png": 7.0}, "kids": {"a.png": "yes", "b.png": "no"}}
    assert (labels_of(project), result.change.sentence) == ({}, "Import the metadata of 2 images")
    assert result.change.kinds == {"metadata"}
    # The round of the batch is open still.
    load(project, "image,label\na,cat\n")
    assert [(line.number, line.labelled) for line in project.rounds()] == [(1, 1)]


def test_that_a_column_of_labels_is_no_metadata_and_an_empty_one_stops_nothing(project: Project) -> None:
    result = load(project, "image,label,age\na,cat,1\nb,,2\n", metadata_only=True)
    assert (result.metadata_fields, result.described, labels_of(project)) == (("age",), 2, {})
    result = load(project, "image,label,age\na,,1\nb,,3\n")
    assert (result.matched, result.skipped, result.described) == (0, 2, 2)
    assert result.change.sentence == "Import the metadata of 2 images"


def test_that_rows_that_say_something_else_of_an_image_are_rejected_and_others_join(project: Project) -> None:
    text = "image,sender,kids\na,7,\na.png,,yes\nb,1,no\nb.png,2,no\n"
    with pytest.raises(LabelError, match="line 5: its sender is “2” where line 4 says “1”; mend them, or import"):
        load(project, text, metadata_only=True)
    result = load(project, text, metadata_only=True, partial=True)
    assert (result.matched, result.conflicting) == (3, 1)
    assert fields(project)["sender"] == {"a.png": 7.0, "b.png": 1.0}
    assert fields(project)["kids"] == {"a.png": "yes", "b.png": "no"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("image\na\n", "has no column with metadata beside image"),
        ("image,label\na,cat\n", "has no column with metadata beside image"),
        ("who,sender\na,7\n", "has no column that names the image"),
        ("image,sender\nx,7\n", "No row of"),
    ],
)
def test_that_a_table_without_metadata_for_these_images_is_one_sentence(
    project: Project, text: str, reason: str
) -> None:
    with pytest.raises(LabelError, match=reason):
        load(project, text, metadata_only=True)
    assert fields(project) == {}


def test_that_a_folder_per_class_holds_no_metadata(project: Project, tmp_path: Path) -> None:
    (tmp_path / "sorted" / "cat").mkdir(parents=True)
    with pytest.raises(LabelError, match="choose a table"):
        run_import_labels(project, ImportLabelsSpec(tmp_path / "sorted", metadata_only=True), SILENT)


def test_that_a_column_that_filters_mean_otherwise_is_told(project: Project) -> None:
    names = [name for name in lazy_columns(project) if name not in ("path", "name", "source", "rank")]
    result = load(project, f"image,{','.join(names)}\na{',own' * len(names)}\n", metadata_only=True)
    columns, row = lazy_columns(project), list(project.samples().relpaths).index("a.png")
    meant_otherwise = {name for name in result.metadata_fields if columns[name].load().at(row) != "own"}
    assert set(result.shadowed) == meant_otherwise == SHADOWING - {"path", "name", "source", "label"}


@pytest.mark.parametrize("first", ["", "image,age,kids\na,1,yes\nz,2.5,no\n", "image,age\na,old\n"])
@pytest.mark.parametrize("labels", [True, False])
def test_that_undo_brings_the_metadata_back_as_they_were_and_redo_again(
    project: Project, first: str, labels: bool
) -> None:
    if first:
        load(project, first, metadata_only=True)
    before = fields(project)
    text = "image,label,age,kids\na,cat,young,no\nb,dog,4,no\n"
    result = load(project, text, metadata_only=not labels)
    after = fields(project)
    assert after != before
    step = run_undo_labels(project, result.undo, SILENT)
    assert (fields(project), labels_of(project)) == (before, {})
    assert "metadata" in step.change.kinds
    assert ("labels" in step.change.kinds) == labels
    again = run_redo_labels(project, step.undo, result.undo.closed_round, SILENT)
    assert fields(project) == after
    assert len(labels_of(project)) == (2 if labels else 0)
    run_undo_labels(project, again.undo, SILENT)
    assert fields(project) == before


def test_that_a_preview_counts_the_classes_that_would_come_in(project: Project, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("image,label\na,cat\nb,Skip\nz,dog\nelsewhere,bird\n")
    spec = ImportLabelsSpec(tmp_path / "labels.csv", skip=("skip",))
    assert preview_import_labels(project, spec, SILENT).classes == 2
