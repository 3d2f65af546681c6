"""The pool keeps what a person marked by sample, not by row, and tells what changed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_al.domain.records import Decision, PickRecord, SampleState
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from tests.gui.pools import batch_record, sample_table

NAMES = [f"{number}.png" for number in range(10)]


def pick(rank: int, sample: int, decision: Decision = Decision.PENDING) -> PickRecord:
    return PickRecord(rank, sample, 1.0, 1, (), None, None, None, None, decision)


@pytest.fixture
def pool() -> Pool:
    pool = Pool()
    pool.load(PoolPatch(samples=sample_table(Path("/photos"), NAMES, first_id=5)))
    picks = (pick(1, 8), pick(2, 6, Decision.REJECTED), pick(3, 14))
    state = np.zeros(10, np.uint8)
    state[[3, 9]], state[1] = SampleState.PENDING, SampleState.REJECTED
    pool.apply(PoolPatch(state=state, batches=(batch_record(3),), batch=batch_record(3), picks=picks))
    return pool


def test_that_picks_know_their_rows_and_order(pool: Pool) -> None:
    assert pool.pick_order.tolist() == [3, 1, 9]
    assert pool.rank[[3, 1, 9, 0]].tolist() == [1, 2, 3, -1]
    found = pool.pick(1)
    assert found is not None
    assert found.sample == 6
    assert pool.pick(0) is None


def test_that_new_samples_keep_highlight_focus_positions_and_filter(pool: Pool) -> None:
    pool.set_highlight(np.array([1, 9]))
    pool.set_focus(9)
    pool.set_positions(pool.ids, np.arange(20.0).reshape(10, 2))
    visible = np.ones(10, bool)
    visible[2] = False
    pool.set_visible(visible)
    pool.load(PoolPatch(samples=sample_table(Path("/photos"), [*NAMES, "new.png"], first_id=4)))
    assert np.flatnonzero(pool.highlight).tolist() == [2, 10]
    assert pool.focus == 10
    assert pool.xy[10].tolist() == [18.0, 19.0]
    assert np.isnan(pool.xy[0]).all()
    assert np.flatnonzero(~pool.visible).tolist() == [3]


def test_that_a_patch_for_other_rows_resets(pool: Pool) -> None:
    told: list[str] = []
    pool.reset.connect(lambda: told.append("reset"))
    pool.columns_changed.connect(lambda names: told.append("columns"))
    assert pool.samples is not None
    pool.apply(PoolPatch(samples=replace(pool.samples)))
    pool.apply(PoolPatch(samples=sample_table(Path("/photos"), NAMES[:4])))
    assert told == ["columns", "reset"]
    assert len(pool) == len(pool.state) == len(pool.rank) == 4


def test_that_a_decision_shows_at_once_on_picks_only(pool: Pool) -> None:
    pool.set_decisions(np.array([0, 3]), SampleState.ACCEPTED)
    assert pool.state[[0, 3]].tolist() == [SampleState.UNLABELLED, SampleState.ACCEPTED]
    assert pool.decision[[0, 3]].tolist() == [0, SampleState.ACCEPTED]


def test_that_a_labelled_pick_stays_labelled(pool: Pool) -> None:
    state = pool.state.copy()
    state[3] = SampleState.LABELLED
    pool.apply(PoolPatch(state=state))
    pool.set_decisions(np.array([3]), SampleState.REJECTED)
    assert pool.state[3] == SampleState.LABELLED
    assert pool.decision[3] == SampleState.REJECTED


def test_that_a_focus_outside_the_rows_is_none(pool: Pool) -> None:
    pool.set_focus(2)
    pool.set_focus(99)
    assert pool.focus == -1


def test_that_an_empty_pool_answers_everything() -> None:
    pool = Pool()
    assert len(pool) == 0
    assert pool.pick_order.tolist() == pool.unreadable.tolist() == []
    assert pool.rows_of(np.array([3], np.int64)).tolist() == [-1]
    pool.set_highlight(np.zeros(0, bool))


@given(st.lists(st.booleans(), min_size=10, max_size=10), st.lists(st.booleans(), min_size=10, max_size=10))
def test_that_highlight_modes_are_set_operations(old: list[bool], new: list[bool]) -> None:
    before, given_rows = set(np.flatnonzero(old).tolist()), set(np.flatnonzero(new).tolist())
    expected = {
        "replace": given_rows,
        "add": before | given_rows,
        "subtract": before - given_rows,
        "intersect": before & given_rows,
    }
    for mode, wanted in expected.items():
        pool = Pool()
        pool.load(PoolPatch(samples=sample_table(Path("/photos"), NAMES)))
        pool.set_highlight(np.array(old))
        pool.set_highlight(np.flatnonzero(new), mode)
        assert set(np.flatnonzero(pool.highlight).tolist()) == wanted


def test_that_an_unknown_mode_is_refused(pool: Pool) -> None:
    with pytest.raises(ValueError, match="unknown mode"):
        pool.set_highlight(np.array([1]), "xor")


def test_that_a_mask_of_other_rows_highlights_nothing(pool: Pool) -> None:
    with pytest.raises(ValueError, match="broadcast"):
        pool.set_highlight(np.ones(3, bool))
    assert not pool.highlight.any()
