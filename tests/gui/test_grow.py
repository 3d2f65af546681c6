"""Growing the highlight adds the nearest of each highlighted image, among those shown, as one step to undo."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_al.gui.grow import grow
from desktop_al.gui.session import Session
from tests.gui.projects import settle


def nearest(session: Session, row: int, k: int) -> set[int]:
    """The k nearest others of a row, by brute force."""
    assert session.project is not None
    rows = session.project.embeddings().vectors
    away = np.linalg.norm(rows - rows[row], axis=1)
    away[row] = np.inf
    return set(np.argsort(away)[:k].tolist())


def test_that_the_nearest_of_each_highlighted_image_join_and_undo_takes_them_back(
    qtbot: QtBot, session: Session
) -> None:
    told: list[str] = []
    session.pool.set_highlight(np.array([3, 30]))
    grow(session, told.append, by=4)
    settle(qtbot, session)
    expected = {3, 30} | nearest(session, 3, 4) | nearest(session, 30, 4)
    assert set(np.flatnonzero(session.pool.highlight).tolist()) == expected
    assert told == [f"{len(expected) - 2} images joined the highlight."]
    session.undo_stack.undo()
    assert np.flatnonzero(session.pool.highlight).tolist() == [3, 30]


def test_that_what_the_filter_leaves_out_does_not_join(qtbot: QtBot, session: Session) -> None:
    told: list[str] = []
    only = np.zeros(len(session.pool), bool)
    only[[3, 30]] = True
    session.pool.set_highlight(np.array([3, 30]))
    session.pool.set_visible(only)
    grow(session, told.append)
    settle(qtbot, session)
    assert np.flatnonzero(session.pool.highlight).tolist() == [3, 30]
    assert "highlighted already, or not shown" in told[0]


def test_that_a_highlight_that_changed_meanwhile_is_left_alone(qtbot: QtBot, session: Session) -> None:
    session.pool.set_highlight(np.array([3]))
    grow(session, lambda _text: None)
    session.pool.set_highlight(np.array([20]))
    settle(qtbot, session)
    assert np.flatnonzero(session.pool.highlight).tolist() == [20]


def test_that_an_empty_highlight_grows_into_nothing(session: Session) -> None:
    grow(session, lambda _text: pytest.fail("nothing is to be told"))
    assert not session.bridge.busy
