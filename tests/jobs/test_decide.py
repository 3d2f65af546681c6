"""Deciding on picks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import Decision
from desktop_al.domain.specs import DecideSpec, SelectSpec
from desktop_al.jobs.decide import run_decide
from desktop_al.jobs.select import run_select
from desktop_al.store.project import Project
from tests.jobs.pools import clusters, make_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "p.alproject", clusters((10,) * 4)) as made:
        run_select(made, SelectSpec(count="4"))
        yield made


def test_that_decisions_are_counted_and_saved(project: Project) -> None:
    a, b, _, _ = (pick.sample for pick in project.picks(1))
    result = run_decide(project, DecideSpec(1, {a: Decision.ACCEPTED, b: Decision.REJECTED}))
    assert (result.changed, result.accepted, result.rejected, result.pending) == (2, 1, 1, 2)
    assert [pick.decision for pick in project.picks(1)][:2] == [Decision.ACCEPTED, Decision.REJECTED]
    assert result.change.kinds == {"decisions"}


def test_that_undo_restores_what_was(project: Project) -> None:
    picks = [pick.sample for pick in project.picks(1)]
    run_decide(project, DecideSpec(1, {picks[0]: Decision.ACCEPTED}))
    before = project.picks(1)
    result = run_decide(project, DecideSpec(1, dict.fromkeys(picks, Decision.REJECTED)))
    run_decide(project, DecideSpec(1, {sample: Decision(was) for sample, was in result.undo.items()}))
    assert project.picks(1) == before


def test_that_a_decision_already_made_changes_nothing(project: Project) -> None:
    sample = project.picks(1)[0].sample
    run_decide(project, DecideSpec(1, {sample: Decision.ACCEPTED}))
    again = run_decide(project, DecideSpec(1, {sample: Decision.ACCEPTED}))
    assert (again.changed, dict(again.undo)) == (0, {})


def test_that_a_stranger_changes_nothing(project: Project) -> None:
    picks = {pick.sample for pick in project.picks(1)}
    stranger = min(set(range(1, 41)) - picks)
    with pytest.raises(SelectionError, match="not in batch 1"):
        run_decide(project, DecideSpec(1, {min(picks): Decision.ACCEPTED, stranger: Decision.ACCEPTED}))
    assert {pick.decision for pick in project.picks(1)} == {Decision.PENDING}


def test_that_strangers_are_left_out_and_told_where_that_is_asked_for(project: Project) -> None:
    picks = [pick.sample for pick in project.picks(1)]
    strangers = sorted(set(range(1, 41)) - set(picks))[:2]
    told: list[str] = []
    ctx = Context(on_message=told.append)
    spec = DecideSpec(1, dict.fromkeys([*strangers, picks[0], picks[1]], Decision.ACCEPTED), spare=True)
    result = run_decide(project, spec, ctx)
    assert (result.changed, result.accepted, result.spared) == (2, 2, tuple(strangers))
    assert result.change.sentence == "Accept 2 picks of batch 1"
    assert told == ["2 images are no picks of batch 1 any more: nothing was decided on them."]
    with pytest.raises(SelectionError, match="not in batch 1"):
        run_decide(project, DecideSpec(1, dict.fromkeys(strangers, Decision.REJECTED), spare=True))
    assert [pick.decision for pick in project.picks(1)][:2] == [Decision.ACCEPTED] * 2


def test_that_an_unknown_batch_says_so(project: Project) -> None:
    with pytest.raises(SelectionError, match="no batch 9"):
        run_decide(project, DecideSpec(9, {1: Decision.ACCEPTED}))


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (Decision.ACCEPTED, "Accept 1 pick of batch 1"),
        (Decision.REJECTED, "Reject 1 pick of batch 1"),
        (Decision.PENDING, "Clear 1 pick of batch 1"),
    ],
)
def test_that_a_decision_has_a_name_for_undo(project: Project, decision: Decision, sentence: str) -> None:
    result = run_decide(project, DecideSpec(1, {project.picks(1)[0].sample: decision}))
    assert result.change.sentence == sentence
