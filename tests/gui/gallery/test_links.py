"""Drags, hovering and stacks in the gallery, and what the rest of the window learns of them."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop_al.gui.columns import Column
from desktop_al.gui.gallery.gallery import GalleryWidget
from desktop_al.gui.gallery.grid import GridView
from desktop_al.gui.gallery.orders import Order
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.gallery.stack_scope import StackScope
from desktop_al.gui.pool import Pool
from desktop_al.gui.targets import is_one, meant

LEFT, CONTROL, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def gallery(gallery: GalleryWidget) -> GalleryWidget:
    gallery.set_show(Show.ALL)
    gallery.set_order(Order.ADDED)
    return gallery


def middle(grid: GridView, position: int) -> QPoint:
    return grid.cell_rect(position).center()


def drag(qtbot: QtBot, grid: GridView, start: QPoint, end: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
    view = grid.viewport()
    QTest.mousePress(view, LEFT, held, start)
    # The test library moves the mouse without a button on some platforms.
    for point in ((start + end) / 2, end):
        move(grid, point, held)
    QTest.mouseRelease(view, LEFT, held, end)


def move(grid: GridView, point: QPoint, held: Qt.KeyboardModifier = NONE, pressed: bool = True) -> None:
    view = grid.viewport()
    where = QPointF(point)
    buttons = LEFT if pressed else Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, QPointF(view.mapToGlobal(point)), Qt.MouseButton.NoButton, buttons, held
    )
    grid.mouseMoveEvent(event)


def lit(pool: Pool) -> list[int]:
    return np.flatnonzero(pool.highlight).tolist()


def test_that_a_drag_highlights_what_it_touches_and_keys_add_and_take(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool
) -> None:
    grid = gallery.grid
    columns = grid.layout_now().columns
    changes: list[None] = []
    pool.highlight_changed.connect(lambda: changes.append(None))
    drag(qtbot, grid, middle(grid, 1), middle(grid, columns + 2))
    assert lit(pool) == [1, 2, columns + 1, columns + 2]
    assert len(changes) == 1
    drag(qtbot, grid, middle(grid, 3) + QPoint(0, 61), middle(grid, 3), CONTROL)
    assert lit(pool) == sorted([1, 2, 3, columns + 1, columns + 2])
    drag(qtbot, grid, middle(grid, 1), middle(grid, 2), ALT)
    assert lit(pool) == sorted([3, columns + 1, columns + 2])


def test_that_a_small_slip_of_the_hand_is_a_click_and_escape_calls_a_drag_off(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool
) -> None:
    grid = gallery.grid
    drag(qtbot, grid, middle(grid, 4), middle(grid, 4) + QPoint(2, 1))
    assert pool.focus == 4
    assert lit(pool) == []
    QTest.mousePress(grid.viewport(), LEFT, NONE, middle(grid, 1))
    move(grid, middle(grid, 3))
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    QTest.mouseRelease(grid.viewport(), LEFT, NONE, middle(grid, 3))
    assert lit(pool) == []


def test_that_a_drag_beyond_the_edge_scrolls(qtbot: QtBot, gallery: GalleryWidget, pool: Pool) -> None:
    grid = gallery.grid
    QTest.mousePress(grid.viewport(), LEFT, NONE, middle(grid, 0))
    bottom = QPoint(grid.viewport().width() - 10, grid.viewport().height() + 200)
    move(grid, bottom)
    bar = grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    QTest.mouseRelease(grid.viewport(), LEFT, NONE, bottom)
    assert len(lit(pool)) == len(grid.rows)


def test_that_hovering_is_told_and_shown_from_elsewhere(qtbot: QtBot, gallery: GalleryWidget) -> None:
    grid = gallery.grid
    told: list[int] = []
    grid.hovered.connect(told.append)
    move(grid, middle(grid, 2), pressed=False)
    move(grid, middle(grid, 2) + QPoint(3, 3), pressed=False)
    move(grid, middle(grid, 3), pressed=False)
    grid.show_hover(7)
    assert told == [2, 3]
    before = grid.viewport().grab(grid.cell_rect(7)).toImage()
    grid.show_hover(-1)
    assert grid.viewport().grab(grid.cell_rect(7)).toImage() != before


def test_that_a_card_shows_a_small_thumbnail_larger_and_goes_with_the_mouse(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool
) -> None:
    grid = gallery.grid
    preview = grid._hand.preview
    move(grid, middle(grid, 2), pressed=False)
    qtbot.waitUntil(lambda: preview.card is not None and preview.card.isVisible())
    assert preview.card is not None
    assert preview.card.row == 2
    assert pool.path(2).name in preview.card.accessibleName()
    move(grid, middle(grid, 3), pressed=False)
    assert preview.card.row == 3
    move(grid, QPoint(1, 1), pressed=False)
    assert not preview.card.isVisible()
    grid.set_cell(200)
    move(grid, middle(grid, 1), pressed=False)
    assert not preview._pause.isActive()


def stack(gallery: GalleryWidget, pool: Pool) -> None:
    """Lay rows 0 to 2, which are picks, on one stack, and 20 and 21 on another."""
    codes = np.full(60, -1, np.int32)
    codes[:3], codes[20:22] = 0, 1
    pool.set_insight("copies", Column("copies", codes, ("Group 1", "Group 2"), None))
    gallery.set_stacked(True)


def test_that_an_action_on_a_folded_stack_is_about_all_that_lie_on_it(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool
) -> None:
    other = QLineEdit(gallery)
    other.show()
    scope = StackScope(gallery, other, gallery)
    stack(gallery, pool)
    gallery.grid.setFocus()
    pool.set_focus(0)
    assert meant(pool).tolist() == [0, 1, 2]
    assert meant(pool, pool.rank >= 0, name="picks").tolist() == [0, 1, 2]
    assert meant(pool, alone=True).tolist() == [0]
    assert is_one(pool, np.array([0, 1, 2]))
    assert not is_one(pool, np.array([0, 3]))
    pool.set_focus(1)
    assert meant(pool).tolist() == [1]
    pool.set_focus(0)
    gallery.toggle_stack(0)
    assert meant(pool).tolist() == [0]
    gallery.toggle_stack(0)
    assert meant(pool).tolist() == [0, 1, 2]
    other.setFocus()
    assert meant(pool).tolist() == [0]
    gallery.grid.setFocus()
    assert meant(pool).tolist() == [0, 1, 2]
    gallery.set_stacked(False)
    assert meant(pool).tolist() == [0]
    assert scope.parent() is gallery


def test_that_what_is_looked_for_is_shown_among_all_and_unfolded(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool
) -> None:
    gallery.set_group("meta:site")
    gallery.grid.fold(-1, True)
    gallery.set_show(Show.BATCH)
    pool.set_focus(40)
    gallery.reveal(40)
    assert gallery.show_what is Show.ALL
    rect = gallery.grid.cell_rect(gallery.grid.position_of(40))
    assert rect.height() > 100
    assert gallery.grid.viewport().rect().contains(rect)
