"""Pins, vetoes, groups, protected samples, strata and priorities, and that batches with them replay."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import PickRecord
from desktop_al.domain.specs import Aims, Constraints, SelectSpec
from desktop_al.jobs.columns import shares
from desktop_al.jobs.packing import pack_column, pack_ids, unpack_column, unpack_ids
from desktop_al.jobs.select import run_select
from desktop_al.jobs.select_record import record_of, spec_of
from desktop_al.jobs.strata import Strata, strata_of
from desktop_al.jobs.verify import run_verify
from desktop_al.store import labels, metadata
from desktop_al.store.project import Project
from desktop_al.store.values import to_json
from tests.jobs.pools import clusters, make_project

N = 240


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "p.alproject", clusters((30,) * 8, spread=0.5)) as made:
        yield made


def tell(project: Project, name: str, value: Callable[[int], str | float]) -> None:
    ids = range(1, N + 1)
    project.write(lambda db: metadata.set_metadata(db, name, list(ids), [value(i) for i in ids]))


def label(project: Project, ids: list[int]) -> None:
    project.write(lambda db: labels.set_labels(db, ids, [f"class {(i - 1) // 30}" for i in ids], origin="test"))


def picked(project: Project, spec: SelectSpec) -> list[PickRecord]:
    return list(run_select(project, spec).picks)


def away(project: Project, one: int, other: int) -> float:
    vectors = project.embeddings().vectors
    return float(np.linalg.norm(vectors[one - 1] - vectors[other - 1]))


def test_that_pins_come_first_and_vetoes_do_not_come_at_all(project: Project) -> None:
    plain = [pick.sample for pick in picked(project, SelectSpec(count="6", random_share=0))]
    project.write(lambda db: db.conn.execute("DELETE FROM picks"))
    pins, vetoes = (111, 7), (plain[0], plain[1])
    found = picked(project, SelectSpec(count="6", constraints=Constraints(pins=pins, vetoes=vetoes)))
    assert [pick.sample for pick in found[:2]] == [111, 7]
    assert [pick.origin for pick in found] == ["pin", "pin", "strategy", "strategy", "strategy", "strategy"]
    assert not {pick.sample for pick in found} & set(vetoes)


def test_that_a_pin_need_not_fit_the_filter(project: Project) -> None:
    spec = SelectSpec(count="3", where="source == 'cats'", constraints=Constraints(pins=(200,)))
    found = run_select(project, spec)
    assert found.picks[0].sample == 200
    assert {path.parent.name for path in found.paths[1:]} == {"cats"}


def test_that_a_group_is_capped_with_what_it_holds_already(project: Project) -> None:
    tell(project, "video", lambda i: f"video {i % 4}")
    label(project, [4, 8])
    spec = SelectSpec(count="7", constraints=Constraints(group_by="video", group_cap=2))
    counts = np.bincount([pick.sample % 4 for pick in picked(project, spec)], minlength=4)
    # Video 0 holds two labels.
    assert counts.tolist() == [0, 2, 2, 2]


def test_that_samples_without_a_group_are_free(project: Project) -> None:
    project.write(lambda db: metadata.set_metadata(db, "patient", [1, 2, 3], ["a", "a", "a"]))
    found = picked(project, SelectSpec(count="20", constraints=Constraints(group_by="patient")))
    assert len(found) == 20
    assert len({pick.sample for pick in found} & {1, 2, 3}) <= 1


def test_that_of_near_duplicates_one_is_picked(tmp_path: Path) -> None:
    matrix = np.repeat(clusters((3,) * 8, spread=0.8), 5, axis=0)
    with make_project(tmp_path / "d.alproject", matrix) as project:
        project.write(lambda db: labels.set_labels(db, [1], ["a"], origin="test"))
        spec = SelectSpec(count="30", constraints=Constraints(group_by="duplicates"))
        groups = [(pick.sample - 1) // 5 for pick in picked(project, spec)]
    # 24 groups of five copies, of which one has a label.
    assert sorted(groups) == list(range(1, 24))


def test_that_the_minimum_distance_is_kept(project: Project) -> None:
    label(project, [1, 2])
    spec = SelectSpec(count="40", random_share=0.2, constraints=Constraints(minimum_distance=0.4))
    found = [pick.sample for pick in picked(project, spec)]
    assert len(found) > 8
    assert all(away(project, one, other) >= 0.4 for one in found for other in [*found, 1, 2] if one != other)


def test_that_protected_samples_and_what_is_nearly_the_same_stay_unseen(tmp_path: Path) -> None:
    matrix = np.repeat(clusters((10,) * 4, spread=0.8), 2, axis=0)
    with make_project(tmp_path / "d.alproject", matrix) as project:
        held = list(range(1, 80, 8))
        project.write(lambda db: metadata.set_metadata(db, "split", held, ["test"] * len(held)))
        project.write(lambda db: labels.set_labels(db, held[:5], ["a", "b", "a", "b", "a"], origin="test"))
        spec = SelectSpec(count="100%", constraints=Constraints(protect="split == 'test'"))
        found = run_select(project, spec)
        assert {pick.sample for pick in found.picks} == set(range(1, 81)) - set(held) - {i + 1 for i in held}
        # What is held out teaches nothing.
        assert found.batch.coverage["before"] == 0
        assert found.picks[0].nearest_labelled is None


def test_that_strata_weigh_and_balance(project: Project) -> None:
    tell(project, "time", lambda i: "night" if i % 10 == 0 else "day")
    spec = SelectSpec(count="20", random_share=0)
    shares = []
    for aims in (Aims(), Aims("time"), Aims("time", {"night": 0.5, "day": 0.5}, balance=2)):
        found = run_select(project, replace(spec, aims=aims))
        shares.append(sum(pick.sample % 10 == 0 for pick in found.picks) / 20)
        project.write(lambda db: db.conn.execute("DELETE FROM picks"))
    # Weights alone let the rare stratum count more; only the balance knows when it is enough.
    assert shares[0] < 0.25 < 0.5 < shares[1]
    assert shares[2] == 0.5
    assert found.batch.summary["balance"] == pytest.approx(0)
    assert [pick.stratum for pick in found.picks] == ["night" if p.sample % 10 == 0 else "day" for p in found.picks]


def test_that_classes_that_the_labels_foretell_can_be_strata(project: Project) -> None:
    label(project, [i for start in (1, 31, 61) for i in range(start, start + 5)])
    spec = SelectSpec(count="6", where="width < 190", aims=Aims("label", balance=1), random_share=0)
    found = picked(project, spec)
    assert {pick.stratum for pick in found} == {"class 0", "class 1", "class 2"}
    assert all(pick.predicted == pick.stratum for pick in found)


def test_that_priorities_as_far_apart_as_numbers_can_be_still_count(project: Project) -> None:
    tell(project, "far", lambda i: 1e308 if i in (7, 50) else -1e308)
    spec = SelectSpec(count="2", random_share=0, aims=Aims(priority="far", priority_weight=200))
    assert {pick.sample for pick in picked(project, spec)} == {7, 50}


def test_that_priorities_nearer_than_numbers_can_tell_when_halved_are_alike(project: Project) -> None:
    tell(project, "near", lambda i: 5e-324 if i in (7, 50) else 0.0)
    ids = np.arange(1, 91, dtype=np.int64)
    assert shares(project, "near", ids).tolist() == [0.0] * 90


def test_that_a_high_priority_comes_first(project: Project) -> None:
    tell(project, "sharp", lambda i: float(i % 30))
    spec = SelectSpec(count="8", random_share=0, aims=Aims(priority="sharp", priority_weight=200))
    with_priority = [pick.sample % 30 for pick in picked(project, spec)]
    assert min(with_priority) >= 25


def strata(targets: dict[str, float]) -> Strata:
    codes = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, -1], dtype=np.int32)
    return strata_of("c", ("a", "b", "c"), codes, np.array([0, 2, 2, -1], dtype=np.int32), targets)


def test_that_targets_that_are_not_named_share_what_is_left() -> None:
    assert strata({}).shares.tolist() == pytest.approx([1 / 3] * 3)
    assert strata({"a": 0.4}).shares.tolist() == pytest.approx([0.4, 0.4, 0.2])
    assert strata({"a": 0.5, "b": 0.5, "c": 1.0}).shares.tolist() == pytest.approx([0.25, 0.25, 0.5])
    assert strata({}).counts.tolist() == [1, 0, 2]


def test_that_weights_are_target_over_observed_within_bounds() -> None:
    weights = strata({"a": 0.06, "b": 0.04, "c": 0.9}).weights()
    # Observed among those that have a stratum: 6/9, 2/9, 1/9.
    assert weights.tolist() == pytest.approx([0.2] * 6 + [0.2] * 2 + [5.0] + [1.0])
    assert strata({}).weights()[[0, 6, 8]].tolist() == pytest.approx([0.5, 1.5, 3.0])


@pytest.mark.parametrize(
    ("aims", "words"),
    [
        (Aims("time", {"dusk": 0.2}), "no stratum “dusk”; its strata are: day, night"),
        (Aims("time", {"night": 1.2}), "must be a share from 0 to 1"),
        (Aims("time", {"night": float("nan")}), "must be a share from 0 to 1"),
        (Aims("time", {"night": 0, "day": 0}), "Every target is 0"),
        (Aims("many", {"1": 0.7, "2": 0.7}), "sum to 140%"),
        (Aims("gone"), "no metadata column “gone”"),
        (Aims("label"), "once two of them have labels"),
        (Aims(balance=1), "need strata"),
        (Aims("time", balance=-1), "at least 0"),
        (Aims(priority="time", priority_weight=1), "must be a number"),
        (Aims(priority="many", priority_weight=-1), "at least 0"),
    ],
)
def test_that_wrong_aims_are_a_sentence(project: Project, aims: Aims, words: str) -> None:
    tell(project, "time", lambda i: "night" if i % 10 == 0 else "day")
    tell(project, "many", float)
    with pytest.raises(SelectionError, match=words) as caught:
        run_select(project, SelectSpec(count="3", aims=aims))
    assert "\n" not in str(caught.value)
    assert project.batches() == []


def everything(project: Project) -> SelectSpec:
    tell(project, "video", lambda i: f"video {i % 12}")
    tell(project, "time", lambda i: "night" if i % 10 == 0 else "day")
    tell(project, "sharp", lambda i: float(i % 30))
    label(project, [2, 40, 70, 72])
    return SelectSpec(
        strategy="coverage",
        count="12",
        seed=5,
        where="width > 110",
        options={"density": 1.0},
        constraints=Constraints((30, 99), (50, 51), "video", 3, 0.05, "name == '00100.jpg'"),
        aims=Aims("time", {"night": 0.3}, 0.4, "sharp", 12.0),
        random_share=0.2,
        least_images=1.0,
    )


def test_that_a_spec_comes_back_from_json(project: Project) -> None:
    spec = everything(project)
    batch = run_select(project, spec).batch
    assert spec_of(batch.spec) == spec
    assert to_json(spec_of(batch.spec)) == to_json(spec)


def test_that_a_batch_replays_although_labels_and_metadata_changed(project: Project) -> None:
    run_select(project, everything(project))
    label(project, list(range(3, 60, 5)))
    tell(project, "video", lambda i: f"other {i % 3}")
    tell(project, "time", lambda _: "dusk")
    tell(project, "sharp", lambda i: float(-i))
    project.write(lambda db: metadata.remove(db, ["video"]))
    result = run_verify(project)
    assert (result.problems, result.replayed) == ((), 1)


@pytest.mark.parametrize("strategy", ["coverage", "k-center", "random", "uncertainty-herding", "margin", "typicality"])
def test_that_each_kind_of_strategy_replays_with_limits(project: Project, strategy: str) -> None:
    run_select(project, replace(everything(project), strategy=strategy, options={}))
    label(project, list(range(3, 60, 5)))
    result = run_verify(project)
    assert (result.problems, result.replayed) == ((), 1)


def test_that_a_record_of_the_first_format_replays(project: Project) -> None:
    run_select(project, SelectSpec(count="6", random_share=0, strategy="coverage"))
    kept = "'pool', 'references', 'labelled', 'previous_bandwidth', 'classes', 'batch'"
    known = f"SELECT json_group_object(key, value) FROM json_each(result) WHERE key IN ({kept})"
    project.write(lambda db: db.conn.execute(f"UPDATE runs SET result = ({known})"))
    old = to_json({"strategy": "auto", "count": "6", "seed": 0, "where": "", "options": {}})
    project.write(lambda db: db.conn.execute("UPDATE batches SET spec = ?", (old,)))
    record = record_of(project, project.batch(1))
    assert record is not None
    assert (record.terms, record.spec.random_share) == (None, 0.0)
    assert (run_verify(project).problems, run_verify(project).replayed) == ((), 1)


@pytest.mark.parametrize("dtype", ["<i4", ">i8", "<f8", "|b1", "|u1"])
def test_that_columns_survive_packing(dtype: str) -> None:
    values = np.random.default_rng(0).integers(0, 2, 50).astype(dtype)
    back = unpack_column(pack_column(values))
    assert back is not None
    np.testing.assert_array_equal(back, values)
    assert unpack_column(pack_column(None)) is None


@pytest.mark.parametrize("ids", [[], [0], [3, 9, 1000]])
def test_that_ids_survive_packing(ids: list[int]) -> None:
    assert unpack_ids(pack_ids(np.array(ids, dtype=np.int64))).tolist() == ids
