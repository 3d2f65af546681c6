"""A batch is taken out of a project and put back as it was, row by row."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import Decision
from desktop_al.domain.specs import AdjustSpec, DecideSpec, SelectSpec
from desktop_al.jobs.adjust import run_adjust
from desktop_al.jobs.batch_step import run_swap, state_of
from desktop_al.jobs.decide import run_decide
from desktop_al.jobs.select import run_select
from desktop_al.jobs.verify import run_verify
from desktop_al.store import exports, labels
from desktop_al.store.project import Project
from tests.jobs.pools import clusters, make_project

TABLES = ("batches", "picks", "batch_orders", "rounds")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "p.alproject", clusters((20, 20, 20))) as project:
        run_select(project, SelectSpec(count="6"))
        yield project


def rows_of(project: Project) -> dict[str, list[tuple[object, ...]]]:
    def read(db: sqlite_utils.Database) -> dict[str, list[tuple[object, ...]]]:
        return {table: list(map(tuple, db.conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2"))) for table in TABLES}

    return project.read(read)


def test_that_a_selection_goes_with_its_round_and_comes_back_bit_for_bit(project: Project) -> None:
    whole = rows_of(project)
    gone = run_swap(project, 1, None)
    assert (gone.batch, gone.picks) == (None, ())
    assert rows_of(project) == {table: [] for table in TABLES}
    assert project.counts().picks == 0
    back = run_swap(project, 1, gone.before)
    assert back.before is None
    assert rows_of(project) == whole
    assert back.batch == project.batch(1)
    assert run_verify(project).replayed == 1


def test_that_an_adjusted_batch_comes_back_with_every_decision_and_its_time(project: Project) -> None:
    picks = [pick.sample for pick in project.picks(1)]
    run_decide(project, DecideSpec(1, {picks[0]: Decision.ACCEPTED, picks[1]: Decision.REJECTED}))
    before, state = rows_of(project), state_of(project, 1)
    run_adjust(project, AdjustSpec(1, vetoes=tuple(picks[:2])))
    after = rows_of(project)
    assert after != before
    step = run_swap(project, 1, state)
    assert rows_of(project) == before
    run_swap(project, 1, step.before)
    assert rows_of(project) == after


def test_that_what_was_decided_since_is_not_undone_with_the_change(project: Project) -> None:
    picks = [pick.sample for pick in project.picks(1)]
    run_decide(project, DecideSpec(1, {picks[0]: Decision.ACCEPTED, picks[1]: Decision.REJECTED}))
    state = state_of(project, 1)
    run_adjust(project, AdjustSpec(1, vetoes=(picks[1],)))
    run_decide(project, DecideSpec(1, {picks[0]: Decision.PENDING, picks[2]: Decision.ACCEPTED}))
    run_swap(project, 1, state)
    decisions = {pick.sample: pick.decision for pick in project.picks(1)}
    assert [decisions[sample] for sample in picks[:3]] == [Decision.PENDING, Decision.REJECTED, Decision.ACCEPTED]


def test_that_a_round_stays_while_anything_else_belongs_to_it(project: Project) -> None:
    run_select(project, SelectSpec(count="3"))
    run_swap(project, 2, None)
    assert [record.number for record in project.rounds()] == [1]
    picks = [pick.sample for pick in project.picks(1)]
    project.write(lambda db: labels.set_labels(db, picks[:1], ["cat"], origin="labels.csv"))
    run_swap(project, 1, None)
    assert [record.labelled for record in project.rounds()] == [1]


def test_that_a_batch_that_was_exported_stays(project: Project) -> None:
    project.write(lambda db: exports.record_export(db, 1, format="csv", path=Path("/out.csv"), count=6, bytes=9))
    whole = rows_of(project)
    with pytest.raises(SelectionError, match="was exported and stays"):
        run_swap(project, 1, None)
    assert rows_of(project) == whole
    run_adjust(project, AdjustSpec(1, count=3))
    assert run_swap(project, 1, state_of(project, 1)).batch is not None
    assert len(project.exports()) == 1


def test_that_a_batch_that_is_gone_already_is_no_fault(project: Project) -> None:
    run_swap(project, 1, None)
    assert run_swap(project, 1, None).before is None
    assert state_of(project, 1) is None
