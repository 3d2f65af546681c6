"""What is read again and is as before stays the arrays that the views know."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_al.gui.columns import Column, one_of
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.pool_same import Known, settled
from tests.gui.pools import full_pool


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    made = full_pool(tmp_path, [f"{place}.png" for place in range(20)], picks=8, labelled=4)
    fields = {
        "site": Column("site", np.arange(20, dtype=np.int32) % 3, ("a", "b", "c"), None),
        "score": Column("score", None, (), np.where(np.arange(20) < 5, np.nan, 0.5)),
    }
    made.apply(PoolPatch(metadata=fields, xy=np.where(np.arange(40).reshape(20, 2) < 4, np.nan, 1.0)))
    return made


def read_again(pool: Pool) -> PoolPatch:
    """What reading all of ``pool`` anew would bring, none of it the same objects."""
    fields = {
        name: replace(
            column,
            codes=None if column.codes is None else column.codes.copy(),
            values=None if column.values is None else column.values.copy(),
        )
        for name, column in ((name, pool.metadata(name)) for name in pool.metadata_names)
    }
    return PoolPatch(
        state=pool.state.copy(),
        xy=pool.xy.copy(),
        label_code=pool.label_code.copy(),
        classes=pool.classes,
        tags=pool.tags.copy(),
        tag_names=pool.tag_names,
        metadata=fields,
        batches=pool.batches,
        batch=pool.batch,
        picks=pool.picks,
    )


def test_that_reading_what_is_shown_changes_no_array(pool: Pool) -> None:
    names = ("state", "xy", "label_code", "tags", "rank", "decision", "mark", "newcomers")
    before = {name: getattr(pool, name) for name in names}
    fields = {name: pool.metadata(name) for name in pool.metadata_names}
    pool.apply(settled(read_again(pool), Known.of(pool)))
    assert [name for name in names if getattr(pool, name) is not before[name]] == []
    assert all(pool.metadata(name) is fields[name] for name in fields)


def test_that_what_differs_in_one_row_is_taken(pool: Pool) -> None:
    patch, known = read_again(pool), Known.of(pool)
    assert patch.state is not None
    assert patch.xy is not None
    assert patch.metadata is not None
    patch.state[7], patch.xy[0, 0] = 3, 9.0
    changed = patch.metadata["score"].values
    assert changed is not None
    changed[0] = 0.1
    found = settled(patch, known)
    assert found.state is patch.state
    assert found.xy is patch.xy
    assert found.metadata is not None
    assert found.metadata["score"] is patch.metadata["score"]
    assert found.metadata["site"] is pool.metadata("site")
    assert found.label_code is pool.label_code


def test_that_columns_of_other_rows_or_names_are_taken(pool: Pool) -> None:
    patch, known = read_again(pool), Known.of(pool)
    assert patch.metadata is not None
    site = replace(patch.metadata["site"], names=("a", "b", "d"))
    longer = np.zeros(21, np.uint8)
    found = settled(replace(patch, metadata={"site": site, "new": site}, state=longer), known)
    assert found.metadata == {"site": site, "new": site}
    assert found.state is longer


def test_that_columns_that_were_not_read_stay_unread(pool: Pool) -> None:
    assert settled(PoolPatch(), Known.of(pool)) == PoolPatch()


def test_that_numbers_of_another_kind_are_no_match() -> None:
    a, b = np.zeros(3, np.int32), np.zeros(3, np.int64)
    assert one_of(a, b) is a
