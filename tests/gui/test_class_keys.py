"""Which class is on which key."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_al.gui.class_keys import MOST, ClassKeys
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from tests.gui.pools import sample_table


@pytest.fixture
def pool(qtbot: QtBot, tmp_path: object) -> Pool:
    pool = Pool()
    pool.load(PoolPatch(samples=sample_table(tmp_path, [f"{i}.png" for i in range(30)])))  # type: ignore[arg-type]  # no file is read
    return pool


def give(pool: Pool, names: str, counts: list[int]) -> None:
    """Label rows: ``counts[i]`` of the class ``names[i]``."""
    codes = np.full(len(pool), -1, np.int32)
    codes[: sum(counts)] = np.repeat(np.arange(len(counts)), counts)
    pool.apply(PoolPatch(label_code=codes, classes=tuple(names)))


def test_that_the_classes_that_are_used_most_come_first(pool: Pool) -> None:
    give(pool, "abc", [1, 5, 3])
    assert list(ClassKeys(pool).names) == ["b", "c", "a"]


def test_that_nothing_moves_while_classes_come_and_counts_change(pool: Pool) -> None:
    keys = ClassKeys(pool)
    give(pool, "abc", [1, 5, 3])
    give(pool, "abcd", [9, 1, 1, 9])
    assert list(keys.names) == ["b", "c", "a", "d"]
    give(pool, "a", [3])
    assert (keys.on(1), keys.on(4), keys.on(5), keys.on(0)) == ("b", "d", None, None)
    keys.order_by_use()
    assert keys.key_of("a") == 1


def test_that_a_class_moves_where_it_is_put(pool: Pool) -> None:
    keys = ClassKeys(pool)
    give(pool, "abc", [3, 2, 1])
    keys.put("c", 1)
    assert list(keys.names) == ["c", "a", "b"]
    keys.put("a", 9)
    assert list(keys.names) == ["c", "b", "a"]
    keys.put("new", 2)
    assert list(keys.names) == ["c", "new", "b", "a"]


def test_that_a_class_that_was_taken_off_stays_off_until_it_is_put_back(pool: Pool) -> None:
    keys = ClassKeys(pool)
    give(pool, "abc", [3, 2, 1])
    keys.take_off("b")
    give(pool, "abcd", [3, 2, 1, 1])
    assert list(keys.names) == ["a", "c", "d"]
    assert keys.key_of("b") == 0
    keys.add("b")
    assert keys.key_of("b") == 4


def test_that_there_are_nine_keys_and_no_tenth(pool: Pool) -> None:
    keys = ClassKeys(pool)
    give(pool, "abcdefghijk", [1] * 11)
    assert len(keys.names) == MOST
    keys.add("k")
    assert keys.key_of("k") == 0
    keys.put("k", 1)
    assert (keys.on(1), len(keys.names)) == ("k", MOST)


def test_that_the_keys_come_back_and_those_of_another_project_do_not(pool: Pool) -> None:
    keys = ClassKeys(pool)
    give(pool, "abc", [3, 2, 1])
    keys.put("c", 1)
    keys.take_off("b")
    spot = keys.spot()
    pool.load(PoolPatch())
    assert list(keys.names) == []
    keys.restore_spot(spot)
    assert list(keys.names) == ["c", "a"]


@pytest.mark.parametrize(
    "spot", [{}, {"names": 7}, {"names": [1, None, "", "x" * 300, "a\nb", {}]}, {"names": {"a": 1}, "off": "abc"}]
)
def test_that_a_spot_that_makes_no_sense_changes_nothing(pool: Pool, spot: dict[str, object]) -> None:
    keys = ClassKeys(pool)
    give(pool, "ab", [2, 1])
    keys.restore_spot(spot)
    assert list(keys.names) == ["a", "b"]
