"""The person comes back the next day to the very spot, whatever was kept of it."""

import json
import zlib
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tests
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import Decision
from desktop_al.domain.specs import SelectSpec
from desktop_al.gui.gallery.orders import Order
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.session import restored_batch
from desktop_al.gui.spot import LONGEST, PanelSpot, PoolSpot, pack_mask, unpack_mask
from desktop_al.jobs.select import run_select
from desktop_al.store import view_state
from desktop_al.store.project import Project
from tests.gui.pools import full_pool
from tests.gui.projects import make_review_project
from tests.gui.test_main_window import make, settle  # noqa: F401  # the fixture is used by name

pytestmark = pytest.mark.may_block("builds the window and shows every panel for the first time")

Make = Callable[[], MainWindow]


def open_in(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.session.opened):
        window.open(path)
    settle(qtbot, window)


def other_top(window: MainWindow) -> object:
    """The sample in the first line of the gallery."""
    assert window.workspace is not None
    return window.workspace.gallery.spot()["top"]


def leave(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.closed):
        window.session.close()


def test_that_panels_are_as_high_as_they_were_however_often_one_comes_back(
    qtbot: QtBot,
    make: Make,  # noqa: F811
    tmp_path: Path,
) -> None:
    window = make()
    open_in(qtbot, window, make_review_project(tmp_path))
    views = window.workspace
    assert views is not None
    gallery, part = views.docks["gallery"], PanelSpot(window, views.docks)
    qtbot.waitUntil(lambda: not gallery.visibleRegion().isEmpty())
    before = gallery.height()
    for _ in range(2):
        part.restore_spot(part.spot())
        settle(qtbot, window)
        assert gallery.height() == before


def test_that_one_comes_back_to_the_very_spot(qtbot: QtBot, make: Make, tmp_path: Path) -> None:  # noqa: F811
    path = make_review_project(tmp_path)
    with Project.open(path, "w") as project:
        run_select(project, SelectSpec(count="5"))
    window = make()
    open_in(qtbot, window, path)
    views, pool = window.workspace, window.session.pool
    assert views is not None
    window.session.show_batch(1)
    settle(qtbot, window)
    row = int(pool.pick_order[3])
    window.session.decide(pool.pick_order[:3], Decision.ACCEPTED)
    pool.set_highlight(np.array([2, 5, 7]))
    pool.set_focus(row)
    views.filter_bar.add("id < 30")
    views.gallery.set_show(Show.ALL)
    views.gallery.set_order(Order.NAME, descending=True)
    views.docks["batch"].hide()
    for name in ("cat", "dog"):
        window.annotating.keys.add(name)
    window.annotating.keys.put("dog", 1)
    settle(qtbot, window)
    before = views.spots.collect()
    leave(qtbot, window)
    assert not pool.highlight.any()

    other = make()
    open_in(qtbot, other, path)
    views, pool = other.workspace, other.session.pool
    assert views is not None
    assert pool.batch is not None
    assert (pool.batch.number, pool.focus) == (1, row)
    assert np.flatnonzero(pool.highlight).tolist() == [2, 5, 7]
    assert [chip.text for chip in views.filters.chips] == ["id < 30"]
    assert views.gallery.show_what is Show.ALL
    assert views.docks["batch"].isHidden()
    assert list(other.annotating.keys.names) == ["dog", "cat"]
    assert other.messages.sentence == "You are back where you left: 5 picks of batch 1 are still to be decided."
    assert not other.session.undo_stack.canUndo()
    qtbot.waitUntil(lambda: other_top(other) == before["gallery"]["top"])
    after = views.spots.collect()
    for part in ("session", "keys", "pool", "filters", "gallery"):
        assert after[part] == before[part]


def test_that_the_spot_is_kept_now_and_then_and_only_when_it_is_another(
    qtbot: QtBot,
    make: Make,  # noqa: F811
    tmp_path: Path,
) -> None:
    window = make()
    open_in(qtbot, window, make_review_project(tmp_path))
    assert window.workspace is not None
    assert window.session.project is not None
    spots, pool = window.workspace.spots, window.session.pool
    pool.set_focus(3)
    spots.keep()
    settle(qtbot, window)
    assert window.session.project.view_state()["pool"]["focus"] == pool.ids[3]
    runs = []
    for focus in (3, 4):
        pool.set_focus(focus)
        spots.keep()
        runs.append(window.bridge.busy)
    assert runs == [False, True]
    settle(qtbot, window)


HOSTILE: dict[str, Any] = {
    "session": {"batch": "1; DROP"},
    "pool": {"focus": 1e99, "highlight": "%%%"},
    "keys": {"names": {"a": []}, "off": 3},
    "filters": {"chips": [{"text": "((("}, 4, None, {"text": "x", "ids": "AAAA"}], "scopes": "yes"},
    "gallery": {"show": [], "order": {}, "group": 5, "cell": 10**30, "top": "x", "stacked": 1},
    "map": {"view": [1e308, "x", None], "colour": ["insight", "no such"], "switches": [], "brush": -1},
    "panels": {"open": 3, "front": {"a": 1}, "sizes": {"batch": 10**12, "none": "x"}},
    "unknown": {"a": 1},
}


HUGE: dict[str, Any] = {
    "session": {"batch": 10**400},
    "pool": {"focus": 10**400},
    "gallery": {"top": 10**400, "cell": 10**400},
    "map": {"view": [0, 10**400, 1], "brush": 10**400, "hidden": [10**400]},
    "panels": {"sizes": {"batch": 10**400}},
}


@pytest.mark.parametrize("form", ["wrong kinds", "huge numbers", "other shapes", "no JSON"])
def test_that_a_hostile_spot_opens_all_the_same(qtbot: QtBot, make: Make, tmp_path: Path, form: str) -> None:  # noqa: F811
    path = make_review_project(tmp_path)
    with Project.open(path, "w") as project:
        if form in ("wrong kinds", "huge numbers"):
            project.write(lambda db: view_state.write(db, HOSTILE if form == "wrong kinds" else HUGE))
        else:
            text = '{"a": ' if form == "no JSON" else json.dumps({"chips": {}, "names": 0, "focus": [], "view": {}})
            project.write(
                lambda db: db.conn.executemany(
                    "INSERT INTO view_state (section, value) VALUES (?, ?)", [(part, text) for part in HOSTILE]
                )
            )
    window = make()
    open_in(qtbot, window, path)
    pool = window.session.pool
    assert len(pool) == 40
    assert pool.batch is not None
    assert window.workspace is not None
    assert not window.workspace.docks["gallery"].isHidden()
    assert len(window.annotating.keys.names) == 0


def test_that_only_the_number_of_a_batch_is_taken_for_one() -> None:
    assert [restored_batch({"session": {"batch": number}}) for number in (3, 0, -1, "3", None, 2.0)] == [3] + [None] * 5
    assert restored_batch({}) is None


@given(st.sets(st.integers(1, 5_000), max_size=50))
@tests(suppress_health_check=[HealthCheck.too_slow])
def test_that_a_mask_comes_back_as_it_was(ids: set[int]) -> None:
    given_ids = np.array(sorted(ids), np.int64)
    assert unpack_mask(pack_mask(given_ids), 5_000).tolist() == given_ids.tolist()


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: b64encode(raw).decode()))
@tests(suppress_health_check=[HealthCheck.too_slow])
def test_that_a_damaged_mask_is_none_and_none_is_unpacked_beyond_need(text: str) -> None:
    assert (unpack_mask(text, 100) <= 107).all()


def test_that_a_mask_that_unpacks_to_gigabytes_does_not() -> None:
    bomb = b64encode(zlib.compress(b"\xff" * 50_000_000, 9)).decode()
    assert len(unpack_mask(bomb, 1_000)) <= 1_008


def test_that_a_filter_of_samples_that_unpacks_to_gigabytes_does_not(
    qtbot: QtBot,
    make: Make,  # noqa: F811
    tmp_path: Path,
) -> None:
    bomb = b64encode(zlib.compress(b"\xff" * 50_000_000, 9)).decode()
    path = make_review_project(tmp_path)
    with Project.open(path, "w") as project:
        spot = {"filters": {"chips": [{"text": "many", "ids": bomb}]}}
        project.write(lambda db: view_state.write(db, spot))
    window = make()
    open_in(qtbot, window, path)
    assert window.workspace is not None
    (chip,) = window.workspace.filters.chips
    assert chip.samples is not None
    assert len(chip.samples.ids) <= 48


def test_that_a_highlight_is_packed_once_and_never_too_long(qtbot: QtBot, tmp_path: Path) -> None:
    pool = full_pool(tmp_path, [f"{i}.png" for i in range(12)])
    part = PoolSpot(pool)
    pool.set_highlight(np.array([1, 2]))
    assert part.spot()["highlight"] is part.spot()["highlight"]
    noise = np.flatnonzero(np.random.default_rng(0).random(8_000_000) < 0.5)
    assert pack_mask(noise) == ""
    assert 0 < len(pack_mask(noise[:1000])) < LONGEST
