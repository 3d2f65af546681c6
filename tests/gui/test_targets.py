"""Actions change what is highlighted and shown; what a filter hides is left alone, counted, and stays highlighted."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.gallery.shown import Show, counts, rows_of
from desktop_al.gui.pool import Pool
from desktop_al.gui.sample_menu import SampleActions, build_menu, rows_meant
from desktop_al.gui.targets import aim, hidden_highlight, lit_count, lit_rows, meant, picked, spared, sparing
from tests.gui.pools import full_pool


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    pool = full_pool(tmp_path, [f"{place}.png" for place in range(20)], picks=8, labelled=4)
    pool.set_highlight(np.arange(4, 12))
    return pool


def test_that_what_a_filter_hides_is_neither_meant_nor_forgotten(pool: Pool) -> None:
    assert meant(pool, picked(pool), name="picks").tolist() == [4, 5, 6, 7]
    assert spared(pool, picked(pool), name="picks") == 0
    pool.set_visible(np.arange(20) % 2 == 0)
    assert meant(pool, picked(pool), name="picks").tolist() == [4, 6]
    assert spared(pool, picked(pool), name="picks") == 2
    assert meant(pool).tolist() == [4, 6, 8, 10]
    assert spared(pool) == hidden_highlight(pool) == 4
    pool.set_visible(np.ones(20, bool))
    assert np.flatnonzero(pool.highlight).tolist() == lit_rows(pool).tolist() == list(range(4, 12))
    assert spared(pool) == 0


def test_that_a_focus_outside_the_highlight_is_meant_alone_and_spares_nobody(pool: Pool) -> None:
    pool.set_visible(np.arange(20) < 6)
    pool.set_focus(1)
    assert meant(pool).tolist() == [1]
    assert spared(pool) == 0
    pool.set_focus(4)
    assert meant(pool).tolist() == [4, 5]
    assert meant(pool, alone=True).tolist() == [4]
    assert (spared(pool), spared(pool, alone=True)) == (6, 0)
    pool.set_focus(19)
    assert meant(pool, picked(pool)).tolist() == []


@given(st.data())
def test_that_every_highlighted_image_is_either_meant_or_spared(data: st.DataObject) -> None:
    pool = Pool()
    n = 12
    masks = [np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n))) for _ in range(3)]
    pool.highlight, pool.visible, allowed = masks
    pool.ids = np.arange(1, n + 1)
    assert len(meant(pool, allowed)) + spared(pool, allowed) == int((pool.highlight & allowed).sum())
    assert lit_count(pool) == len(lit_rows(pool))
    assert not (set(meant(pool, allowed)) & set(np.flatnonzero(~pool.visible)))


@given(st.data())
def test_that_an_aim_counts_the_rows_that_are_meant(data: st.DataObject) -> None:
    pool = Pool()
    n = 12
    masks = [np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n))) for _ in range(4)]
    pool.highlight, pool.visible, allowed, those = masks
    pool.ids, pool.focus = np.arange(1, n + 1), data.draw(st.integers(-1, n - 1))
    alone = data.draw(st.booleans())
    for able in (allowed, None):
        rows, found = meant(pool, able, alone), aim(pool, able, alone)
        assert found.count == len(rows)
        assert found.among(those) == int(those[rows].sum())


def test_that_the_sentence_says_how_many_are_left_alone() -> None:
    assert sparing("&Accept 3 picks", 0) == "&Accept 3 picks"
    assert sparing("&Accept 3 picks", 1) == "&Accept 3 picks (1 hidden one is left alone)"
    assert sparing("&Accept 3 picks", 1200) == "&Accept 3 picks (1,200 hidden ones are left alone)"


def test_that_the_menu_of_an_image_says_so_too(qtbot: QtBot, pool: Pool) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    pool.set_visible(np.arange(20) < 6)
    done: list[list[int]] = []

    def note(rows: object, what: object) -> None:
        assert isinstance(rows, np.ndarray)
        done.append(rows.tolist())

    menu = build_menu(parent, pool, 4, SampleActions(lambda row: None, note, note))
    texts = [action.text().replace("&", "").split("\t")[0] for action in menu.actions() if action.text()]
    assert texts[:3] == ["6 hidden ones are left alone", "Enlarge", "Accept 2 picks"]
    assert not menu.actions()[0].isEnabled()
    next(action for action in menu.actions() if "Accept" in action.text()).trigger()
    assert done == [[4, 5]]
    assert rows_meant(pool, 8).tolist() == [8]


def test_that_the_gallery_shows_of_the_highlight_what_no_filter_hides(pool: Pool) -> None:
    pool.set_visible(np.arange(20) < 6)
    assert rows_of(pool, Show.HIGHLIGHT)().tolist() == [4, 5]
    assert counts(pool)[Show.HIGHLIGHT] == 2
