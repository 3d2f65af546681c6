"""Changing a batch by hand gives what a selection with these pins and vetoes gives."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError, SelectionError
from desktop_al.domain.records import Decision
from desktop_al.domain.results import PartialBatch, SelectResult
from desktop_al.domain.specs import AdjustSpec, Constraints, DecideSpec, SelectSpec
from desktop_al.jobs import adjust, answer, batch_summary, live_batch
from desktop_al.jobs.adjust import origins_of, run_adjust
from desktop_al.jobs.batch_summary import summary_of
from desktop_al.jobs.decide import run_decide
from desktop_al.jobs.select import run_select
from desktop_al.jobs.verify import run_verify
from desktop_al.store import labels, metadata
from desktop_al.store.project import Project
from desktop_al.strategies.mixed import ORIGINS
from tests.jobs.pools import clusters, make_project

SPEC = SelectSpec(strategy="coverage", count="12", seed=3, random_share=0.25)


def make(path: Path) -> Project:
    made = make_project(path, clusters((30,) * 8, spread=0.6))
    made.write(lambda db: labels.set_labels(db, [1, 2, 40, 41], ["a", "a", "b", "b"], origin="test"))
    made.write(lambda db: metadata.set_metadata(db, "video", list(range(1, 241)), [str(i % 20) for i in range(240)]))
    return made


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make(tmp_path / "p.alproject") as made:
        yield made


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[Project]:
    with make(tmp_path / "q.alproject") as made:
        yield made


def agree(adjusted: SelectResult, selected: SelectResult, project: Project, twin: Project) -> None:
    """Both are the same batch; figures that random draws give are those of the first selection."""
    assert adjusted.picks == selected.picks
    assert adjusted.batch.summary == selected.batch.summary
    assert adjusted.batch.spec == selected.batch.spec
    for key in ("before", "after"):
        assert adjusted.batch.coverage[key] == selected.batch.coverage[key]
    assert adjusted.batch.budget["curve"]["coverage"] == pytest.approx(selected.batch.budget["curve"]["coverage"])
    for one, other in zip(project.batch_order(1), twin.batch_order(1), strict=True):
        np.testing.assert_array_equal(one, other)
    assert run_verify(project).problems == ()


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("strategy", ["coverage", "k-center", "uncertainty-herding"])
def test_that_a_change_gives_what_a_selection_gives(project: Project, twin: Project, strategy: str, kept: bool) -> None:
    spec = replace(
        SPEC, strategy=strategy, constraints=Constraints(group_by="video", group_cap=3, minimum_distance=0.1)
    )
    first = [pick.sample for pick in run_select(project, spec).picks]
    spare = int(project.batch_order(1)[0][20])
    if not kept:
        live_batch._last.clear()
    adjusted = run_adjust(project, AdjustSpec(1, pins=(spare,), vetoes=(first[4], first[7])))
    limits = replace(spec.constraints, pins=(spare,), vetoes=(first[4], first[7]))
    agree(adjusted, run_select(twin, replace(spec, constraints=limits)), project, twin)


def test_that_changes_add_up_and_can_be_taken_back(project: Project, twin: Project) -> None:
    first = run_select(project, SPEC)
    samples = [pick.sample for pick in first.picks]
    run_adjust(project, AdjustSpec(1, vetoes=(samples[2],)))
    run_adjust(project, AdjustSpec(1, vetoes=(samples[5],), pins=(samples[11],)))
    both = run_adjust(project, AdjustSpec(1, count=15))
    limits = Constraints(pins=(samples[11],), vetoes=(samples[2], samples[5]))
    other = run_select(twin, replace(SPEC, constraints=limits))
    assert [pick.sample for pick in both.picks] == twin.batch_order(1)[0][:15].tolist()
    assert both.picks[:12] != other.picks  # what each stands for shrinks with every pick that joins
    back = run_adjust(project, AdjustSpec(1, unveto=(samples[2], samples[5]), unpin=(samples[11],), count=12))
    assert back.picks == first.picks
    assert back.batch.coverage["after"] == first.batch.coverage["after"]


@pytest.mark.parametrize("kept", [True, False])
def test_that_a_batch_that_grew_may_hold_more_pins_than_were_asked_for_at_first(project: Project, kept: bool) -> None:
    run_select(project, replace(SPEC, count="3", random_share=0))
    pins = tuple(project.batch_order(1)[0][10:15].tolist())
    if not kept:
        live_batch._last.clear()
    grown = run_adjust(project, AdjustSpec(1, pins=pins, count=6))
    assert [pick.sample for pick in grown.picks[:5]] == list(pins)
    assert (run_verify(project).problems, run_verify(project).replayed) == ((), 1)


def test_that_a_pin_takes_a_veto_back_and_the_other_way_round(project: Project) -> None:
    run_select(project, replace(SPEC, constraints=Constraints(pins=(100,), vetoes=(101,))))
    turned = run_adjust(project, AdjustSpec(1, pins=(101,), vetoes=(100,)))
    assert turned.batch.spec["constraints"]["pins"] == [101]
    assert turned.batch.spec["constraints"]["vetoes"] == [100]
    assert turned.picks[0].sample == 101


def test_that_decisions_on_picks_that_stay_are_kept(project: Project) -> None:
    picks = run_select(project, SPEC).picks
    run_decide(project, DecideSpec(1, {picks[0].sample: Decision.ACCEPTED, picks[6].sample: Decision.REJECTED}))
    now = {pick.sample: pick.decision for pick in run_adjust(project, AdjustSpec(1, vetoes=(picks[6].sample,))).picks}
    assert now[picks[0].sample] is Decision.ACCEPTED
    assert picks[6].sample not in now


def test_that_a_decision_made_while_a_change_is_solved_is_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    picks = run_select(project, SPEC).picks
    decided, cancelled = picks[0].sample, picks[1].sample
    run_decide(project, DecideSpec(1, {cancelled: Decision.ACCEPTED}))

    def deciding(*given: Any) -> dict[str, Any]:
        run_decide(project, DecideSpec(1, {decided: Decision.REJECTED, cancelled: Decision.PENDING}))
        return summary_of(*given)

    monkeypatch.setattr(answer, "summary_of", deciding)
    result = run_adjust(project, AdjustSpec(1, vetoes=(picks[3].sample,)))
    kept = {pick.sample: pick.decision for pick in project.picks(1)}
    assert (kept[decided], kept[cancelled]) == (Decision.REJECTED, Decision.PENDING)
    assert result.picks == tuple(project.picks(1))


def test_that_a_pick_that_was_decided_on_stays_also_if_that_was_while_the_change_was_solved(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_select(project, SPEC)
    pins = tuple(project.batch_order(1)[0][12:22].tolist())
    early, late = (pick.sample for pick in project.picks(1)[-2:])
    run_decide(project, DecideSpec(1, {early: Decision.ACCEPTED}))
    solved: list[bool] = []

    def deciding(*given: Any) -> dict[str, Any]:
        if not solved:
            run_decide(project, DecideSpec(1, {late: Decision.REJECTED}))
        solved.append(True)
        return summary_of(*given)

    monkeypatch.setattr(answer, "summary_of", deciding)
    result = run_adjust(project, AdjustSpec(1, pins=pins, keep_decided=True))
    kept = {pick.sample: pick.decision for pick in project.picks(1)}
    assert (kept[early], kept[late]) == (Decision.ACCEPTED, Decision.REJECTED)
    assert {*pins, early, late} == set(result.batch.spec["constraints"]["pins"])
    assert len(solved) == 2
    freed = run_adjust(project, AdjustSpec(1, vetoes=(early,), unpin=(late,), keep_decided=True))
    assert early not in {pick.sample for pick in freed.picks}


def test_that_a_batch_that_was_resized_while_a_change_was_solved_keeps_its_new_size(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    picks = run_select(project, SPEC).picks
    solved: list[bool] = []

    figures = adjust._figures

    def resizing(*given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        solved.append(True)
        if len(solved) == 1:
            run_adjust(project, AdjustSpec(1, count=5))
        return figures(*given)

    monkeypatch.setattr(adjust, "_figures", resizing)
    result = run_adjust(project, AdjustSpec(1, vetoes=(picks[1].sample,)))
    assert result.batch.count == len(project.picks(1)) == 5
    assert picks[1].sample not in {pick.sample for pick in project.picks(1)}


def test_that_when_a_pick_was_decided_on_outlives_a_change(project: Project) -> None:
    picks = run_select(project, SPEC).picks
    run_decide(project, DecideSpec(1, {picks[0].sample: Decision.ACCEPTED}))

    def when() -> list[tuple[int, str]]:
        found = "SELECT sample_id, decided_at FROM picks WHERE decided_at IS NOT NULL"
        return project.read(lambda db: list(map(tuple, db.conn.execute(found))))

    project.write(lambda db: db.conn.execute("UPDATE picks SET decided_at = '2026-01-01' WHERE decided_at <> ''"))
    run_adjust(project, AdjustSpec(1, vetoes=(picks[6].sample,)))
    run_adjust(project, AdjustSpec(1, count=3))
    assert when() == [(picks[0].sample, "2026-01-01")]


def test_that_a_vetoed_sample_may_come_in_a_later_batch(project: Project) -> None:
    picks = run_select(project, SPEC).picks
    run_adjust(project, AdjustSpec(1, vetoes=(picks[1].sample,)))
    later = run_select(project, SelectSpec(count="100%", strategy="coverage"))
    assert picks[1].sample in {pick.sample for pick in later.picks}


def test_that_labels_that_came_since_change_nothing(project: Project, twin: Project) -> None:
    picks = run_select(project, SPEC).picks
    project.write(lambda db: labels.set_labels(db, [220, 221], ["c", "c"], origin="test"))
    live_batch._last.clear()
    adjusted = run_adjust(project, AdjustSpec(1, vetoes=(picks[3].sample,)))
    selected = run_select(twin, replace(SPEC, constraints=Constraints(vetoes=(picks[3].sample,))))
    assert adjusted.picks == selected.picks


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (AdjustSpec(1, pins=(5,), vetoes=(5,)), "pinned and vetoed at once"),
        (AdjustSpec(1, pins=(999,)), "no sample 999 to pin"),
        (AdjustSpec(1, pins=(1,)), "cannot be picked"),
        (AdjustSpec(1, pins=tuple(range(100, 120))), "20 images are pinned"),
        (AdjustSpec(1, vetoes=tuple(range(3, 40)) + tuple(range(42, 241))), "[Nn]o image may be picked|Only"),
        (AdjustSpec(1, vetoes=tuple(range(3, 40)) + tuple(range(42, 239))), "Only 2 images may be picked"),
        (AdjustSpec(1, count=0), "at least one"),
        (AdjustSpec(2, count=3), "no batch 2"),
    ],
)
def test_that_what_cannot_be_changes_nothing(project: Project, spec: AdjustSpec, words: str) -> None:
    before = run_select(project, SPEC)
    with pytest.raises(SelectionError, match=words) as caught:
        run_adjust(project, spec)
    assert "\n" not in str(caught.value)
    assert project.picks(1) == list(before.picks)
    # Nor does it spoil the next change.
    assert run_adjust(project, AdjustSpec(1, vetoes=(before.picks[2].sample,))).batch.count == 12
    assert run_verify(project).problems == ()


def test_that_a_batch_does_not_take_what_was_labelled_since(project: Project) -> None:
    picks = run_select(project, SPEC).picks
    later = run_select(project, SelectSpec(count="30", strategy="coverage")).picks
    with pytest.raises(SelectionError, match="picked since"):
        run_adjust(project, AdjustSpec(1, pins=(later[0].sample,)))
    assert project.picks(1) == list(picks)


def test_that_cancelling_changes_nothing(project: Project) -> None:
    picks = run_select(project, SPEC).picks
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        run_adjust(project, AdjustSpec(1, vetoes=(picks[1].sample,)), ctx)
    assert project.picks(1) == list(picks)
    assert run_adjust(project, AdjustSpec(1, vetoes=(picks[1].sample,))).batch.count == 12


@pytest.mark.parametrize("share", [0.0, 0.05, 0.25, 0.4, 0.7, 1.0])
@pytest.mark.parametrize("pins", [(), (7, 9, 100, 101, 102)])
def test_that_origins_are_known_without_solving(project: Project, share: float, pins: tuple[int, ...]) -> None:
    spec = replace(SPEC, count="40", random_share=share, constraints=Constraints(pins=pins))
    found = [ORIGINS.index(pick.origin) for pick in run_select(project, spec).picks]
    assert origins_of(spec, len(project.labels().ids), 40).tolist() == found


def test_that_a_resized_batch_says_what_as_many_again_buy(project: Project) -> None:
    before = run_select(project, SPEC).batch
    curve = before.budget["curve"]
    after = run_adjust(project, AdjustSpec(1, count=5)).batch
    held = dict(zip(curve["k"], curve["heldout"], strict=True))
    assert after.budget["next_batch_buys"] == pytest.approx(held[10] - held[5])
    assert after.budget["next_batch_buys"] != before.budget["next_batch_buys"]
    assert after.budget["stop_advice"] is None


def test_that_a_project_that_is_gone_keeps_no_ranking(tmp_path: Path) -> None:
    project = make(tmp_path / "r.alproject")
    run_select(project, SPEC)
    assert live_batch._last
    project.close()
    del project
    assert not live_batch._last


@pytest.mark.parametrize("kept", [True, False])
def test_that_the_picks_are_told_before_they_are_saved(project: Project, kept: bool) -> None:
    first = [pick.sample for pick in run_select(project, SPEC).picks]
    if not kept:
        live_batch._last.clear()
    told: list[tuple[PartialBatch, list[int]]] = []

    def hear(partial: object) -> None:
        assert isinstance(partial, PartialBatch)
        told.append((partial, project.pick_table(1).samples.tolist()))

    changed = run_adjust(project, AdjustSpec(1, vetoes=(first[4],)), Context(on_partial=hear))
    [(partial, saved_then)] = told
    assert saved_then == first
    assert partial.picks == changed.picks
    assert partial.batch.spec == changed.batch.spec
    assert partial.batch.count == changed.batch.count
    assert partial.batch.coverage["after"] == changed.batch.coverage["after"]


def test_that_random_samples_are_not_drawn_again_where_as_many_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_project(tmp_path / "p.alproject", clusters((30,) * 20, spread=0.6)) as project:
        run_select(project, SelectSpec(strategy="coverage", count="300", seed=3))

        def fail(*args: object) -> float:
            raise AssertionError(args)

        with monkeypatch.context() as patch:
            patch.setattr(batch_summary, "vendi_random", fail)
            resized = run_adjust(project, AdjustSpec(1, count=280))
        live_batch._last.clear()
        drawn = run_adjust(project, AdjustSpec(1, count=100)).batch.summary["vendi_random"]
    picked = resized.batch.summary
    assert picked["vendi_random"] > drawn
