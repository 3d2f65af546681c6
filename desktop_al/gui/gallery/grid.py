"""The virtual grid: it lays out by arithmetic, paints what shows and asks for the thumbnails that show."""

from itertools import chain

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from desktop_al.gui.gallery.arrange import Arrangement, nothing
from desktop_al.gui.gallery.cell import CAPTION_HEIGHT, CellPainter, stack_chip
from desktop_al.gui.gallery.cells import cells_of, spoken
from desktop_al.gui.gallery.header import HEADER_HEIGHT, Header, button_rect, paint_header
from desktop_al.gui.gallery.layout import GridLayout
from desktop_al.gui.gallery.marking import NO_ROWS, Marker
from desktop_al.gui.i18n import tr
from desktop_al.gui.key_hints import pressed
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.gui.theme import SMALL, Theme, theme_watch
from desktop_al.gui.thumbs import ThumbLoader

SMALLEST, LARGEST = 48, 256
NAMED_FROM = 72
# In a window that is full of other things, at least most of one line shows.
LOWEST = 120
# While whole pages fly by, cells show what is at hand, without names; so long after the last one, everything.
CALM_MS = 40


class GridView(QAbstractScrollArea):
    """Shows an `Arrangement` of the pool as thumbnails; marks and focuses through the pool.

    Signals: ``opened(row)`` on a double click, Enter or Space; ``menu_requested(row, where)`` with a global position;
    ``cell_changed(side)``; ``stack_asked(row)`` the stack of ``row`` is to be spread out or folded.
    """

    accessible_role = QAccessible.Role.List

    opened = Signal(int)
    menu_requested = Signal(int, QPoint)
    cell_changed = Signal(int)
    stack_asked = Signal(int)

    def __init__(self, pool: Pool, thumbs: ThumbLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool, self._thumbs = pool, thumbs
        self.arrangement = nothing()
        self._folded = np.zeros(0, bool)
        self._layout: GridLayout | None = None
        self._cells: CellPainter | None = None
        self._marker = Marker(pool)
        self._cell = 112
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self._refresh)
        self._hover = -1
        self._hover_header, self._on_button = -1, False
        self.empty_text = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setMinimumHeight(LOWEST)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Gallery"))
        self._describe()
        pool.highlight_changed.connect(self._refresh)
        pool.columns_changed.connect(self._refresh)
        pool.focus_changed.connect(self._on_focus_changed)
        thumbs.ready.connect(self._on_thumbnail)
        theme_watch().changed.connect(self._refresh)

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows of the pool that are shown, in order."""
        return self.arrangement.rows

    def take(self, arrangement: Arrangement, folded: frozenset[int] = frozenset()) -> None:
        """Show ``arrangement``, keeping the focused sample in view where it is in it; ``folded`` are section codes."""
        self.arrangement = arrangement
        self._folded = np.isin(arrangement.codes, np.fromiter(folded, np.int64, len(folded)))
        self._marker.forget()
        self._hover, self._hover_header = -1, -1
        self._layout = None
        self._update_range()
        self.ensure_visible(self._pool.focus)
        self._describe()
        self._refresh()

    def position_of(self, row: int) -> int:
        """Where ``row`` stands among the shown rows, -1 where it does not."""
        return self.arrangement.position_of(row)

    # Sections

    @property
    def folded(self) -> frozenset[int]:
        """The codes of the sections that are folded."""
        return frozenset(self.arrangement.codes[self._folded].tolist())

    def fold(self, section: int, folded: bool) -> None:
        """Fold ``section``, or all of them with -1, or unfold."""
        if self.arrangement.sections is None:
            return
        self._folded = self._folded.copy()
        self._folded[slice(None) if section < 0 else section] = folded
        self._layout = None
        self._update_range()
        self.ensure_visible(self._pool.focus)
        self._refresh()

    def fold_focused(self, folded: bool, every: bool = False) -> None:
        """Fold or unfold the section of the focused sample, or every section."""
        position = self.position_of(self._pool.focus)
        if self.arrangement.sections is not None and len(self._folded):
            self.fold(-1 if every else self.layout_now().section_of(max(position, 0)), folded)

    def highlight_section(self, section: int = -1) -> None:
        """Highlight every sample of ``section``, that of the focused sample with -1."""
        position = self.position_of(self._pool.focus)
        if self.arrangement.sections is None or (section < 0 and position < 0):
            return
        chosen = section if section >= 0 else self.layout_now().section_of(position)
        self._pool.set_highlight(self.arrangement.rows_in(chosen))

    # Geometry

    @property
    def cell(self) -> int:
        """The side of a thumbnail in pixels."""
        return self._cell

    def set_cell(self, side: int) -> None:
        """Change the size of the thumbnails; the focused sample, else the one at the top, stays in view."""
        side = min(max(side, SMALLEST), LARGEST)
        if side == self._cell:
            return
        keep = self.position_of(self._pool.focus)
        if not any(keep in cells for cells in self._shown()):
            keep = self.first_shown
        self._cell, self._layout = side, None
        self._update_range()
        if 0 <= keep < len(self.rows):
            self._show_position(keep)
        self._refresh()
        self.cell_changed.emit(side)

    def layout_now(self) -> GridLayout:
        """The geometry as it is."""
        width = self.viewport().width()
        if self._layout is None or self._layout.width != width:
            self._layout = GridLayout(
                self.arrangement.counts,
                self._folded,
                width=width,
                cell=self._cell,
                caption=CAPTION_HEIGHT if self._cell >= NAMED_FROM else 0,
                gap=SMALL,
                header=HEADER_HEIGHT if self.arrangement.sections is not None else 0,
            )
        return self._layout

    def _shown(self) -> list[range]:
        return self.layout_now().visible(self._top(), self._top() + self.viewport().height())

    @property
    def first_shown(self) -> int:
        """The first position of the first line of which half or more is in view, -1 where there is none."""
        layout, shown = self.layout_now(), self._shown()
        if not shown:
            return -1
        first = shown[0].start
        _, y, _, height = layout.rect(first)
        return first if y + height // 2 > self._top() + layout.header else layout.moved(first, 0, 1)

    def ensure_visible(self, row: int) -> None:
        """Scroll so that ``row`` shows."""
        position = self.position_of(row)
        if position >= 0:
            self._show_position(position)

    def show_first(self, row: int) -> None:
        """Scroll so that ``row`` is in the first line."""
        position = self.position_of(row)
        if position >= 0:
            layout = self.layout_now()
            self.verticalScrollBar().setValue(layout.rect(position)[1] - layout.gap - layout.header)

    def _show_position(self, position: int) -> None:
        layout = self.layout_now()
        _, y, _, height = layout.rect(position)
        above, bar = layout.gap + layout.header, self.verticalScrollBar()
        if y - above < bar.value():
            bar.setValue(y - above)
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
        if not len(self.rows):
            painter.setPen(QColor(theme.muted))
            area = self.viewport().rect().adjusted(24, 24, -24, -24)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty_text)
            return
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        with self._thumbs.held():
            for part in layout.visible(top + event.rect().top(), top + event.rect().bottom() + 1):
                self._paint_part(painter, layout, part, event.region(), theme)
        for section in layout.headers(top, top + self.viewport().height()):
            rect = self._header_rect(section)
            if rect.intersects(event.rect()):
                self._paint_header(painter, section, rect, theme)
        if not self._calm.isActive():
            self._request(layout, top)

    def _paint_part(self, painter: QPainter, layout: GridLayout, part: range, region: QRegion, theme: Theme) -> None:
        """Paint the cells of ``part``, consecutive positions of one section, that lie in ``region``."""
        key = (theme, self._cell, self.devicePixelRatioF())
        if self._cells is None or self._cells.key != key:
            self._cells = CellPainter(*key)
        top, stack = self._top(), self.arrangement.stack
        places = np.arange(part.start, part.stop)
        corners = [(x, y - top) for x, y in layout.corners(part)]
        if region.rectCount() > 1:
            # Thumbnails came in here and there: what lies between them stays.
            height = layout.cell + layout.caption
            inside = [region.intersects(QRect(x, y, layout.cell, height)) for x, y in corners]
            places, corners = places[inside], [c for c, kept in zip(corners, inside, strict=True) if kept]
        cells = cells_of(
            self._pool,
            self._thumbs,
            self.rows[places],
            hovered=int(self.rows[self._hover]) if self._hover >= 0 else -1,
            named=self._cell >= NAMED_FROM and not self._calm.isActive(),
            stack=stack[places] if stack is not None else None,
        )
        self._cells.paint(painter, corners, cells)

    def _header_rect(self, section: int) -> QRect:
        """Where the header of ``section`` shows: it sticks to the top until the next one pushes it out."""
        layout, top = self.layout_now(), self._top()
        y = layout.header_top(section) - top
        if y < 0:
            y = min(0, layout.header_top(section + 1) - layout.header - top) if section + 1 < layout.sections else 0
        return QRect(0, y, self.viewport().width(), layout.header)

    def _paint_header(self, painter: QPainter, section: int, rect: QRect, theme: Theme) -> None:
        hovered = section == self._hover_header
        count, folded = int(self.arrangement.counts[section]), bool(self._folded[section])
        header = Header(self.arrangement.title(section), count, folded, hovered, hovered and self._on_button)
        paint_header(painter, rect, header, theme)

    def _request(self, layout: GridLayout, top: int) -> None:
        """Ask for a page ahead first and for what shows last, since the newest requests are served first."""
        page = self.viewport().height()
        shown, ahead = (layout.visible(at, at + page) for at in (top, top + page))
        rows = self.rows[np.fromiter(chain(*shown, *ahead), np.int64)][::-1]
        for row, sample in zip(rows.tolist(), self._pool.ids[rows].tolist(), strict=True):
            if self._thumbs.lacks(sample):
                self._thumbs.request(sample, self._pool.thumb_key(row), self._pool.path(row))

    def _refresh(self) -> None:
        self.viewport().update()

    def _on_thumbnail(self, sample: int) -> None:
        position = self.position_of(self._pool.row_of(sample))
        if position >= 0:
            x, y, width, height = self.layout_now().rect(position)
            self.viewport().update(QRect(x, y - self._top(), width, height))

    def _on_focus_changed(self, row: int) -> None:
        self.ensure_visible(row)
        self._describe()
        self._refresh()

    def _describe(self) -> None:
        words = spoken(self._pool, self._pool.focus) if self.position_of(self._pool.focus) >= 0 else ""
        self.setAccessibleDescription(words or tr("Thumbnails of the shown samples; arrow keys move, Space enlarges"))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the focused sample in view while the columns change."""
        super().resizeEvent(event)
        self._update_range()
        self.ensure_visible(self._pool.focus)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Repaint; nothing is moved."""
        if abs(dy) > self.viewport().height():
            self._calm.start()
        self._refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys act here."""
        super().focusInEvent(event)
        self._describe()
        self._refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, change the size of the thumbnails."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_cell(self._cell + (16 if event.angleDelta().y() > 0 else -16))
            event.accept()
            return
        super().wheelEvent(event)

    def _position_at(self, point: QPoint) -> int:
        return -1 if self._header_at(point) >= 0 else self.layout_now().index_at(point.x(), point.y() + self._top())

    def _header_at(self, point: QPoint) -> int:
        layout = self.layout_now()
        shown = layout.headers(self._top(), self._top() + self.viewport().height())
        return next((section for section in shown if self._header_rect(section).contains(point)), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Focus the sample clicked on; Ctrl marks it or takes the mark away, Shift marks the range."""
        point = event.position().toPoint()
        section, position = self._header_at(point), self._position_at(point)
        if event.button() != Qt.MouseButton.LeftButton:
            if position >= 0:
                self._pool.set_focus(int(self.rows[position]))
        elif section >= 0 and button_rect(self._header_rect(section)).contains(point):
            self.highlight_section(section)
        elif section >= 0:
            self.fold(section, not self._folded[section])
        elif position < 0:
            self._pool.set_highlight(NO_ROWS)
        elif self._on_stack(position, point):
            self.stack_asked.emit(int(self.rows[position]))
        else:
            self._marker.mark(self.rows, position, event.modifiers())

    def _on_stack(self, position: int, point: QPoint) -> bool:
        stack = self.arrangement.stack
        if stack is None or stack[position] == 1:
            return False
        x, y, width, _ = self.layout_now().rect(position)
        return stack_chip(x, y - self._top(), width).adjusted(-SMALL, -SMALL, SMALL, SMALL).contains(point)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the sample."""
        point = event.position().toPoint()
        position = self._position_at(point)
        if position < 0 or self._on_stack(position, point):
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(int(self.rows[position]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which cell or header the mouse is on."""
        point = event.position().toPoint()
        position, section = self._position_at(point), self._header_at(point)
        on_button = section >= 0 and button_rect(self._header_rect(section)).contains(point)
        if (position, section, on_button) == (self._hover, self._hover_header, self._on_button):
            return
        self._hover, self._hover_header, self._on_button = position, section, on_button
        tip = readable(self._pool.path(int(self.rows[position]))) if position >= 0 else ""
        self.viewport().setToolTip(self.arrangement.title(section) if section >= 0 else tip)
        self._refresh()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the cell under the mouse."""
        self._hover, self._hover_header = -1, -1
        self._refresh()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the actions on the focused sample."""
        if self.position_of(self._pool.focus) >= 0:
            self.menu_requested.emit(self._pool.focus, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows, Home, End and the page keys; Ctrl+A marks all; Space or Enter opens.

        Ctrl+Left folds the section of the focused sample and Ctrl+Right unfolds it, with Shift all sections;
        keys of its own highlight it and spread out a stack.
        """
        key, held, focus = event.key(), event.modifiers(), self._pool.focus
        plainly = not held & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        shown, command = self.position_of(focus) >= 0, pressed("gallery", event)
        if not len(self.rows):
            super().keyPressEvent(event)
        elif command == "gallery.section" and self.arrangement.sections is not None:
            self.highlight_section()
        elif command == "gallery.stack" and self.arrangement.stack is not None and shown:
            self.stack_asked.emit(focus)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and plainly:
            if focus >= 0:
                self.opened.emit(focus)
        elif key == Qt.Key.Key_A and held & Qt.KeyboardModifier.ControlModifier:
            self._pool.set_highlight(self.rows)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and held & Qt.KeyboardModifier.ControlModifier:
            self.fold_focused(key == Qt.Key.Key_Left, bool(held & Qt.KeyboardModifier.ShiftModifier))
        elif (target := self._target(key)) >= 0:
            self._marker.step(self.rows, target, held)
        else:
            super().keyPressEvent(event)

    def _target(self, key: int) -> int:
        """The position that ``key`` leads to, -1 where it leads nowhere."""
        layout, here = self.layout_now(), self.position_of(self._pool.focus)
        page = max(1, self.viewport().height() // layout.pitch)
        ends: dict[int, int] = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: layout.lines - 1}
        steps: dict[int, tuple[int, int]] = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
            Qt.Key.Key_PageUp: (0, -page),
            Qt.Key.Key_PageDown: (0, page),
        }
        if key in ends:
            return layout.position_in(ends[key], 0 if key == Qt.Key.Key_Home else layout.columns)
        if key not in steps:
            return -1
        return layout.moved(here, *steps[key]) if here >= 0 else layout.position_in(0, 0)
