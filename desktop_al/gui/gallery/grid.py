"""The virtual grid: it lays out by arithmetic, paints what shows and asks for the thumbnails that show."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from desktop_al.domain.records import SampleState
from desktop_al.gui.gallery.cell import CAPTION_HEIGHT, Cell, paint_cell
from desktop_al.gui.gallery.layout import GridLayout
from desktop_al.gui.pool import Mark, Pool
from desktop_al.gui.text import readable
from desktop_al.gui.theme import SMALL, Theme, theme_watch
from desktop_al.gui.thumbs import ThumbLoader

SMALLEST, LARGEST = 48, 256
NO_ROWS = np.empty(0, np.int64)


class GridView(QAbstractScrollArea):
    """Shows ``rows`` of the pool as thumbnails; marks and focuses through the pool.

    Signals: ``opened(row)`` on a double click, Enter or Space; ``menu_requested(row, where)`` with a global position;
    ``cell_changed(side)``.
    """

    opened = Signal(int)
    menu_requested = Signal(int, QPoint)
    cell_changed = Signal(int)

    def __init__(self, pool: Pool, thumbs: ThumbLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool, self._thumbs = pool, thumbs
        self._rows: NDArray[np.int64] = NO_ROWS
        self._positions: NDArray[np.int64] = NO_ROWS
        self._cell = 112
        self._hover = -1
        self._anchor = -1
        self.empty_text = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Gallery")
        self.setAccessibleDescription("Thumbnails of the shown samples; arrow keys move, Space enlarges")
        pool.highlight_changed.connect(self._refresh)
        pool.columns_changed.connect(self._refresh)
        pool.focus_changed.connect(self._on_focus_changed)
        thumbs.ready.connect(self._on_thumbnail)
        theme_watch().changed.connect(self._refresh)

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows of the pool that are shown, in order."""
        return self._rows

    def set_rows(self, rows: NDArray[np.int64]) -> None:
        """Show ``rows``, keeping the focused sample in view where it is among them."""
        self._rows = rows
        self._positions = np.full(len(self._pool), -1, np.int64)
        self._positions[rows] = np.arange(len(rows))
        self._anchor, self._hover = -1, -1
        self._update_range()
        if self.position_of(self._pool.focus) >= 0:
            self.ensure_visible(self._pool.focus)
        self.viewport().update()

    def position_of(self, row: int) -> int:
        """Where ``row`` stands among the shown rows, -1 where it does not."""
        return int(self._positions[row]) if 0 <= row < len(self._positions) else -1

    @property
    def cell(self) -> int:
        """The side of a thumbnail in pixels."""
        return self._cell

    def set_cell(self, side: int) -> None:
        """Change the size of the thumbnails; the focused sample, else the one at the top, stays in view."""
        side = min(max(side, SMALLEST), LARGEST)
        if side == self._cell:
            return
        shown = self.layout_now().visible(self._top(), self._top() + self.viewport().height())
        keep = self.position_of(self._pool.focus)
        if keep not in shown:
            keep = shown.start if len(shown) else -1
        self._cell = side
        self._update_range()
        if 0 <= keep < len(self._rows):
            self._show_position(keep)
        self.viewport().update()
        self.cell_changed.emit(side)

    def layout_now(self) -> GridLayout:
        """The geometry as it is."""
        caption = CAPTION_HEIGHT if self._cell >= 72 else 0
        return GridLayout(len(self._rows), self.viewport().width(), self._cell, caption, SMALL)

    def ensure_visible(self, row: int) -> None:
        """Scroll so that ``row`` shows."""
        position = self.position_of(row)
        if position >= 0:
            self._show_position(position)

    def _show_position(self, position: int) -> None:
        layout = self.layout_now()
        _, y, _, height = layout.rect(position)
        bar = self.verticalScrollBar()
        if y - layout.gap < bar.value():
            bar.setValue(y - layout.gap)
        elif y + height + layout.gap > bar.value() + self.viewport().height():
            bar.setValue(y + height + layout.gap - self.viewport().height())

    def _top(self) -> int:
        return self.verticalScrollBar().value()

    def _update_range(self) -> None:
        layout = self.layout_now()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, layout.height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(1, layout.pitch // 3))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that show and ask for their thumbnails, the nearest first."""
        theme, layout, top = Theme.current(), self.layout_now(), self._top()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(theme.canvas))
        if not len(self._rows):
            painter.setPen(QColor(theme.muted))
            area = self.viewport().rect().adjusted(24, 24, -24, -24)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty_text)
            return
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for position in layout.visible(top + event.rect().top(), top + event.rect().bottom()):
            x, y, width, height = layout.rect(position)
            paint_cell(painter, QRect(x, y - top, width, height), self._cell_of(position), theme)
        self._request(layout, top)

    def _cell_of(self, position: int) -> Cell:
        pool, row = self._pool, int(self._rows[position])
        sample, code = int(pool.ids[row]), int(pool.label_code[row])
        return Cell(
            caption=readable(pool.path(row).name),
            state=SampleState(int(pool.state[row])),
            rank=int(pool.rank[row]),
            mark=pool.badge(row),
            fresh=bool(pool.newcomers[row]),
            label=pool.classes[code] if code >= 0 else "",
            label_colour=Theme.current().class_colour(code),
            pixmap=self._thumbs.pixmap(sample),
            failed=self._thumbs.failed(sample),
            cut_out=self._thumbs.cut_out(sample),
            highlighted=bool(pool.highlight[row]),
            focused=row == pool.focus,
            hovered=position == self._hover,
            dimmed=pool.state[row] == SampleState.REJECTED or pool.mark[row] == Mark.VETOED or not pool.visible[row],
        )

    def _request(self, layout: GridLayout, top: int) -> None:
        """Ask for a page ahead first and for what shows last, since the newest requests are served first."""
        page = self.viewport().height()
        ahead = layout.visible(top + page, top + 2 * page)
        shown = layout.visible(top, top + page)
        for position in (*reversed(ahead), *reversed(shown)):
            row = int(self._rows[position])
            sample = int(self._pool.ids[row])
            if self._thumbs.pixmap(sample) is None:
                self._thumbs.request(sample, self._pool.thumb_key(row), self._pool.path(row))

    def _refresh(self) -> None:
        self.viewport().update()

    def _on_thumbnail(self, sample: int) -> None:
        row = int(self._pool.rows_of(np.array([sample], np.int64))[0])
        position = self.position_of(row)
        if position >= 0:
            x, y, width, height = self.layout_now().rect(position)
            self.viewport().update(QRect(x, y - self._top(), width, height))

    def _on_focus_changed(self, row: int) -> None:
        self.ensure_visible(row)
        self.viewport().update()

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the focused sample in view while the columns change."""
        super().resizeEvent(event)
        self._update_range()
        self.ensure_visible(self._pool.focus)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Repaint; nothing is moved."""
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, change the size of the thumbnails."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_cell(self._cell + (16 if event.angleDelta().y() > 0 else -16))
            event.accept()
            return
        super().wheelEvent(event)

    def _position_at(self, point: QPoint) -> int:
        return self.layout_now().index_at(point.x(), point.y() + self._top())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Focus the sample clicked on; Ctrl marks it or takes the mark away, Shift marks the range."""
        position = self._position_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton:
            if position >= 0:
                self._pool.set_focus(int(self._rows[position]))
            return
        if position < 0:
            self._pool.set_highlight(NO_ROWS)
            return
        self._mark(position, event.modifiers())

    def _mark(self, position: int, modifiers: Qt.KeyboardModifier) -> None:
        row = self._rows[position : position + 1]
        if modifiers & Qt.KeyboardModifier.ShiftModifier and self._anchor >= 0:
            low, high = sorted((self._anchor, position))
            self._pool.set_highlight(self._rows[low : high + 1])
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            if self._anchor >= 0 and not self._pool.highlight.any():
                # The first of a set was clicked without a key, as everywhere else.
                row = self._rows[[self._anchor, position]]
            self._pool.set_highlight(row, "subtract" if self._pool.highlight[row[-1]] else "add")
            self._anchor = position
        else:
            self._anchor = position
        self._pool.set_focus(int(self._rows[position]))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the sample."""
        position = self._position_at(event.position().toPoint())
        if position >= 0:
            self.opened.emit(int(self._rows[position]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which cell the mouse is on."""
        position = self._position_at(event.position().toPoint())
        if position != self._hover:
            self._hover = position
            self.viewport().setToolTip(
                str(self._pool.path(int(self._rows[position]))).encode("utf-8", "replace").decode()
                if position >= 0
                else ""
            )
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the cell under the mouse."""
        self._hover = -1
        self.viewport().update()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the actions on the focused sample."""
        if self.position_of(self._pool.focus) >= 0:
            self.menu_requested.emit(self._pool.focus, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows, Home, End and the page keys; Ctrl+A marks all; Space or Enter opens."""
        key, count = event.key(), len(self._rows)
        if not count:
            super().keyPressEvent(event)
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self._pool.focus >= 0:
                self.opened.emit(self._pool.focus)
        elif key == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._pool.set_highlight(self._rows)
        elif (target := self._target(key)) is not None:
            shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._mark(target, shift if self._anchor >= 0 else Qt.KeyboardModifier.NoModifier)
        else:
            super().keyPressEvent(event)

    def _target(self, key: int) -> int | None:
        layout, count = self.layout_now(), len(self._rows)
        page = max(1, self.viewport().height() // layout.pitch) * layout.columns
        steps: dict[int, int] = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -layout.columns,
            Qt.Key.Key_Down: layout.columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -count,
            Qt.Key.Key_End: count,
        }
        step = steps.get(key)
        if step is None:
            return None
        here = self.position_of(self._pool.focus)
        return 0 if here < 0 else min(max(here + step, 0), count - 1)
