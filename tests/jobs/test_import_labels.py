"""Importing labels: what matches, what is rejected, and what the project holds afterwards."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import CancelledError, LabelError
from desktop_al.domain.results import ImportLabelsResult
from desktop_al.domain.specs import ImportLabelsSpec
from desktop_al.jobs.import_labels import run_import_labels, run_undo_labels
from desktop_al.jobs.match import AMBIGUOUS, SampleIndex
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
