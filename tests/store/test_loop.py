"""Labels, rounds, batches, decisions, exports, metadata and runs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.errors import ModelError, SelectionError
from desktop_al.domain.records import BatchRecord, Decision, PickRecord, SampleState
from desktop_al.domain.specs import SelectSpec
from desktop_al.store import batches, exports, labels, metadata, models, pick_rows, rounds, runs, samples, sources
from desktop_al.store.pick_table import STATES, PickTable
from desktop_al.store.project import Project

ACCEPTED, REJECTED, PENDING = Decision.ACCEPTED, Decision.REJECTED, Decision.PENDING


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.alproject") as made:
        made.write(lambda db: sources.ensure(db, Path("/one")))
        made.write(lambda db: samples.insert(db, 1, [f"{n}" for n in range(10)], [1] * 10, [1] * 10))
        yield made


def pick(rank: int, sample: int, decision: Decision = PENDING) -> PickRecord:
    return PickRecord(rank, sample, 0.1 * rank, 3, (1, 2), None, None, None, None, decision)


def select(project: Project, *chosen: int) -> BatchRecord:
    picks = [pick(rank, sample) for rank, sample in enumerate(chosen, 1)]
    return project.write(
        lambda db: batches.save_batch(
            db,
            picks,
            strategy="coverage",
            seed=3,
            model_key="m",
            spec=SelectSpec(options={"e": np.float32(2)}),
            budget={"curve": [[1, np.float64(0.5)]], "bad": float("nan")},
            coverage={"before": 0.1},
            input_hash="abc",
            order=[*chosen, 9],
            gains=[0.5] * (len(chosen) + 1),
        )
    )


def test_that_a_batch_comes_back_as_it_was_saved(project: Project) -> None:
    saved = select(project, 4, 2)
    assert (saved.number, saved.round, saved.count, saved.seed) == (1, 1, 2, 3)
    assert saved.spec["options"] == {"e": 2.0}
    assert saved.budget == {"curve": [[1, 0.5]], "bad": None}
    assert saved.versions == runs.versions()
    assert project.batch() == project.batch(1) == saved
    assert project.picks(1) == [pick(1, 4), pick(2, 2)]
    order, gains = project.batch_order(1)
    assert (order.tolist(), gains.tolist()) == ([4, 2, 9], [0.5] * 3)


def test_that_every_field_of_a_pick_survives(project: Project) -> None:
    full = PickRecord(1, 5, 0.1 + 0.2, 7, (3, 1), 2, 1 / 3, 0.7, "night", REJECTED, "cat", 4, 0.3, False, "pin", 1e-9)
    select(project, 1)
    project.write(lambda db: batches.replace_picks(db, 1, [full], spec={}, budget={}, coverage={}))
    assert project.picks(1) == [full]
    assert project.batch_order(1)[0].tolist() == [1, 9]


def test_that_a_batch_is_given_another_order_and_summary(project: Project) -> None:
    select(project, 1)
    project.write(
        lambda db: batches.replace_picks(
            db, 1, [pick(1, 3)], spec={}, budget={}, coverage={}, summary={"a": 1}, order=[3, 2], gains=[0.2, 0.1]
        )
    )
    assert project.batch(1).summary == {"a": 1}
    order, gains = project.batch_order(1)
    assert (order.tolist(), gains.tolist()) == ([3, 2], [0.2, 0.1])


def test_that_a_batch_that_is_not_there_is_named(project: Project) -> None:
    with pytest.raises(SelectionError, match="no batch yet"):
        project.batch()
    select(project, 1)
    with pytest.raises(SelectionError, match="no batch 2"):
        project.picks(2)


def test_that_a_resized_batch_keeps_its_number_and_given_decisions(project: Project) -> None:
    select(project, 4, 2)
    smaller = [replace(pick(1, 4), decision=ACCEPTED)]
    changed = project.write(
        lambda db: batches.replace_picks(db, 1, smaller, spec={"count": "1"}, budget={}, coverage={})
    )
    assert (changed.number, changed.count, changed.spec) == (1, 1, {"count": "1"})
    assert project.picks(1) == smaller


def test_that_decisions_return_what_undoes_them(project: Project) -> None:
    select(project, 1, 2, 3)
    undo, _ = project.write(lambda db: batches.set_decisions(db, 1, {1: ACCEPTED, 2: REJECTED, 3: PENDING}))
    assert undo == {1: PENDING, 2: PENDING}
    counts = project.counts()
    assert (counts.picks, counts.accepted, counts.rejected) == (3, 1, 1)
    redo, _ = project.write(lambda db: batches.set_decisions(db, 1, undo))
    assert redo == {1: ACCEPTED, 2: REJECTED}
    assert {each.decision for each in project.picks(1)} == {PENDING}


def test_that_a_decision_on_a_stranger_changes_nothing(project: Project) -> None:
    select(project, 1, 2)
    with pytest.raises(SelectionError, match="Sample 7 is not in batch 1"):
        project.write(lambda db: batches.set_decisions(db, 1, {1: ACCEPTED, 7: ACCEPTED}))
    with pytest.raises(SelectionError, match="2 samples, 7 among them"):
        project.write(lambda db: batches.set_decisions(db, 1, {7: ACCEPTED, 8: ACCEPTED}))
    assert project.counts().accepted == 0


def test_that_the_highest_state_applies(project: Project) -> None:
    select(project, 1, 2, 3, 4)
    select(project, 1, 2, 5)
    project.write(lambda db: batches.set_decisions(db, 1, {1: REJECTED, 2: REJECTED, 3: REJECTED, 4: ACCEPTED}))
    project.write(lambda db: batches.set_decisions(db, 2, {1: ACCEPTED}))
    project.write(lambda db: labels.set_labels(db, [4, 6], ["x", "y"], origin="t"))
    ids, state = project.states()
    expected = dict.fromkeys(range(1, 11), SampleState.UNLABELLED) | {
        1: SampleState.ACCEPTED,
        2: SampleState.PENDING,
        3: SampleState.REJECTED,
        4: SampleState.LABELLED,
        5: SampleState.PENDING,
        6: SampleState.LABELLED,
    }
    assert dict(zip(ids.tolist(), state.tolist(), strict=True)) == expected
    assert state.dtype == np.uint8


def test_that_labels_close_the_round_and_the_next_batch_opens_another(project: Project) -> None:
    first = project.write(lambda db: labels.set_labels(db, [1], ["seed"], origin="before"))
    assert (first.round, first.closed_round, project.rounds()) == (0, None, [])
    assert select(project, 2).round == 1
    assert select(project, 3).round == 1
    second = project.write(lambda db: labels.set_labels(db, [2, 3], ["a", "b"], origin="f.csv"))
    assert (second.round, second.closed_round) == (1, 1)
    late = project.write(lambda db: labels.set_labels(db, [4], ["a"], origin="g.csv"))
    assert (late.round, late.closed_round) == (1, None)
    assert select(project, 5).round == 2
    assert [(r.number, r.batches, r.picks, r.labelled) for r in project.rounds()] == [
        (1, (1, 2), 2, 3),
        (2, (3,), 1, 0),
    ]
    assert project.counts().rounds == 2


def test_that_labels_are_undone_and_redone_with_their_round(project: Project) -> None:
    project.write(lambda db: labels.set_labels(db, [1], ["old"], origin="o"))
    select(project, 1, 2)
    before, states = project.labels(), project.states()[1]
    change = project.write(lambda db: labels.set_labels(db, [1, 2, 3], ["new", "new", None], origin="f.csv"))
    after = project.labels()
    assert after.classes == ("new",)
    assert after.rounds.tolist() == [1, 1]

    back = project.write(lambda db: labels.undo(db, change))
    assert project.labels().classes == before.classes == ("old",)
    assert project.labels().rounds.tolist() == [0]
    np.testing.assert_array_equal(project.states()[1], states)
    assert project.read(rounds.last) == (1, True)

    project.write(lambda db: labels.redo(db, back, change.closed_round))
    np.testing.assert_array_equal(project.labels().codes, after.codes)
    np.testing.assert_array_equal(project.labels().ids, after.ids)
    assert project.read(rounds.last) == (1, False)


def test_that_an_undo_does_not_reopen_a_round_that_was_followed(project: Project) -> None:
    select(project, 1)
    change = project.write(lambda db: labels.set_labels(db, [1], ["a"], origin="f"))
    select(project, 2)
    project.write(lambda db: labels.undo(db, change))
    assert project.read(rounds.last) == (2, True)
    assert len(project.rounds()) == 2


def test_that_classes_are_named_in_order_and_any_text_is_a_class(project: Project) -> None:
    names = ["zebra", "Äpfel", "a\nb", "😀", "=1+1", "", "0"]
    project.write(lambda db: labels.set_labels(db, range(1, 8), names, origin="t"))
    table = project.labels()
    assert [table.classes[code] for code in table.codes] == names
    assert list(table.classes) == sorted(names)
    assert project.counts().classes == 7


def test_that_metadata_keeps_numbers_exactly_and_text_as_it_is(project: Project) -> None:
    numbers = [0.1, 1 / 3, -1e300, 5, 2.0**53, float("inf")]
    texts = ["", "a,b", "new\nline", "ä", "x", "1.0"]
    project.write(lambda db: metadata.set_metadata(db, "n", range(1, 7), numbers))
    project.write(lambda db: metadata.set_metadata(db, "t", np.arange(1, 7), np.array(texts)))
    fields = project.metadata()
    assert list(fields) == ["n", "t"]
    assert fields["n"].numeric
    assert fields["n"].values.tolist() == numbers
    assert fields["t"].values.tolist() == texts
    assert not fields["t"].numeric
    assert fields["t"].ids.tolist() == [1, 2, 3, 4, 5, 6]
    assert list(project.metadata("n")) == ["n"]
    assert project.metadata("absent") == {}


def test_that_the_first_text_makes_a_field_text(project: Project) -> None:
    project.write(lambda db: metadata.set_metadata(db, "f", [1, 2], [1.0, 2.5]))
    project.write(lambda db: metadata.set_metadata(db, "f", [3], ["three"]))
    assert project.metadata()["f"].values.tolist() == ["1", "2.5", "three"]
    project.write(lambda db: metadata.set_metadata(db, "f", [1, 2], [7, None]))
    assert project.metadata()["f"].values.tolist() == ["7", "three"]
    assert project.metadata("f")["f"].values.tolist() == ["7", "three"]
    project.write(lambda db: metadata.remove(db, ["f"]))
    assert project.metadata() == project.metadata("f") == {}


def test_that_a_number_that_is_none_clears_the_value(project: Project) -> None:
    project.write(lambda db: metadata.set_metadata(db, "f", [1, 2], [1.0, 2.0]))
    project.write(lambda db: metadata.set_metadata(db, "f", [1], [float("nan")]))
    assert project.metadata()["f"].ids.tolist() == [2]
    assert project.metadata()["f"].numeric


def test_that_models_live_side_by_side_and_are_switched(project: Project) -> None:
    project.write(lambda db: models.ensure_model(db, "a", name="A", kind="builtin", dim=4))
    made = project.write(
        lambda db: models.ensure_model(
            db, "b", name="B", kind="onnx", dim=8, n_classes=3, path="/m\udcff.onnx", details={"x": (1, 2)}
        )
    )
    assert (made.path, made.details, made.active) == ("/m\udcff.onnx", {"x": [1, 2]}, True)
    project.write(lambda db: models.set_active(db, "a"))
    assert [(m.key, m.active) for m in project.models()] == [("a", True), ("b", False)]
    active = project.active_model()
    assert active is not None
    assert active.key == "a"
    with pytest.raises(ModelError, match="no embeddings of a model “z”"):
        project.write(lambda db: models.set_active(db, "z"))
    with pytest.raises(ModelError, match="vectors of 4 numbers"):
        project.write(lambda db: models.ensure_model(db, "a", name="A", kind="builtin", dim=5))


def test_that_exports_and_runs_are_recorded(project: Project) -> None:
    select(project, 1)
    path = Path("/out\udcff/b.csv")
    project.write(lambda db: exports.record_export(db, 1, format="csv", path=path, count=1, bytes=99))
    (export,) = project.exports()
    assert (export.batch, export.format, export.path, export.count, export.bytes) == (1, "csv", path, 1, 99)
    number = project.write(
        lambda db: runs.record_run(db, "select", SelectSpec(), seed=5, input_hash="h", result={"p": Path("/x")})
    )
    (run,) = project.runs()
    assert (run.id, run.job, run.seed, run.input_hash) == (number, "select", 5, "h")
    assert run.spec["strategy"] == "auto"
    assert run.result == {"p": "/x"}
    assert run.versions["numpy"] == np.__version__


def test_that_coded_metadata_are_the_plain_ones(project: Project) -> None:
    ids = list(range(1, 8))
    project.write(lambda db: metadata.set_metadata(db, "site", ids, ["b", "ä", None, "b", "", "a b", "B"]))
    project.write(lambda db: metadata.set_metadata(db, "iso", ids[:3], [0.1, 3, 1e300]))
    plain, coded = project.metadata(), project.coded_metadata()
    assert project.metadata_kinds() == {"iso": True, "site": False}
    assert coded["site"].codes is not None
    assert [coded["site"].names[code] for code in coded["site"].codes] == plain["site"].values.tolist()
    assert coded["site"].names == tuple(sorted(set(plain["site"].values.tolist())))
    assert coded["iso"].values is not None
    assert coded["iso"].values.tolist() == plain["iso"].values.tolist()
    for name, column in coded.items():
        assert column.ids.tolist() == plain[name].ids.tolist()


@pytest.mark.parametrize("block", [1, 2, 256])
def test_that_a_table_of_picks_holds_the_records(project: Project, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pick_rows, "BLOCK", block)
    saved = select(project, 1, 2, 3)
    project.write(lambda db: batches.set_decisions(db, saved.number, {2: ACCEPTED, 3: REJECTED}))
    records, table = project.picks(saved.number), project.pick_table(saved.number)
    for found in (table, PickTable.of(records), PickTable.of(table)):
        assert list(found) == found[:] == [found[place] for place in range(3)] == records
        assert (found[-1], found[::-1]) == (records[-1], records[::-1])
        with pytest.raises(IndexError):
            found[3]
        assert found.samples.tolist() == [record.sample for record in records]
        assert found.ranks.tolist() == [record.rank for record in records]
        assert found.gains.tolist() == [record.gain for record in records]
        assert found.strata == tuple(record.stratum for record in records)
        assert found.states.tolist() == [STATES[record.decision] for record in records]
