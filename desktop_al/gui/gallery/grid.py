"""The virtual grid: it paints what shows of an arrangement and asks for the thumbnails that show."""

from itertools import chain

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessibleInterface,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop_al.gui.gallery import keys
from desktop_al.gui.gallery.accessible import CellPlaces, GridInterface
from desktop_al.gui.gallery.area import NAMED_FROM, GridArea
from desktop_al.gui.gallery.arrange import Arrangement
from desktop_al.gui.gallery.cell import CellPainter
from desktop_al.gui.gallery.cells import cells_of
from desktop_al.gui.gallery.hand import Hand
from desktop_al.gui.gallery.header import Header, paint_header
from desktop_al.gui.gallery.layout import GridLayout
from desktop_al.gui.gallery.marking import NO_ROWS, Marker
from desktop_al.gui.i18n import tr
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import Theme, theme_watch
from desktop_al.gui.thumbs import ThumbLoader

# While whole pages fly by, cells show what is at hand, without names; so long after the last one, everything.
CALM_MS = 40


class GridView(GridArea):
    """Shows an `Arrangement` of the pool as thumbnails; marks and focuses through the pool.

    Signals: ``opened(row)`` on a double click, Enter or Space; ``menu_requested(row, where)`` with a global position;
    ``stack_asked(row)`` the stack of ``row`` is to be spread out or folded; ``hovered(row)`` the mouse is over another
    thumbnail, or over none with -1; ``jump_asked`` an image is to be gone to by its name.
    """

    opened = Signal(int)
    menu_requested = Signal(int, QPoint)
    stack_asked = Signal(int)
    hovered = Signal(int)
    jump_asked = Signal()

    def __init__(self, pool: Pool, thumbs: ThumbLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool, self._thumbs = pool, thumbs
        self._cells: CellPainter | None = None
        self._places = CellPlaces(self, pool)
        self._marker = Marker(pool)
        self._hand = Hand(self, pool, thumbs, self._marker)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self._refresh)
        self.empty_text = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Gallery"))
        self.setAccessibleDescription(tr("Thumbnails of the shown images; arrow keys move, Space enlarges"))
        pool.highlight_changed.connect(self._refresh)
        pool.columns_changed.connect(self._refresh)
        pool.focus_changed.connect(self._on_focus_changed)
        thumbs.ready.connect(self._on_thumbnail)
        theme_watch().changed.connect(self._refresh)

    def make_accessible(self) -> QAccessibleInterface:
        """Make what tells a screen reader of the cells in view."""
        return GridInterface(self._places)

    @property
    def kept(self) -> int:
        """The focused row."""
        return self._pool.focus

    def take(self, arrangement: Arrangement, folded: frozenset[int] = frozenset()) -> None:
        """Show ``arrangement``, keeping the focused sample in view where it is in it; ``folded`` are section codes."""
        self._marker.forget()
        self._hand.forget()
        self.lay(arrangement, folded)
        self._places.tell_others()
        self._places.tell_focus()

    def stack_of(self, row: int) -> NDArray[np.int64]:
        """The rows of the folded stack that ``row`` is on top of, ``row`` first; none where it is on none."""
        position = self.position_of(row)
        on_top = position >= 0 and self.rows[position] == row
        return self.arrangement.lying_at(position) if on_top else NO_ROWS

    def show_hover(self, row: int) -> None:
        """Mark ``row`` as the one under the mouse on the map, -1 for none."""
        self._hand.position = self.position_of(row)
        self._refresh()

    def fold_focused(self, folded: bool, every: bool = False) -> None:
        """Fold or unfold the section of the focused sample, or every section."""
        position = self.position_of(self._pool.focus)
        if self.arrangement.sections is not None and len(self.arrangement.codes):
            self.fold(-1 if every else self.layout_now().section_of(max(position, 0)), folded)

    def unfold_around(self, row: int) -> None:
        """Unfold the section of ``row`` and scroll there."""
        position = self.position_of(row)
        if position >= 0 and self.arrangement.sections is not None:
            self.fold(self.layout_now().section_of(position), False)
        self.ensure_visible(row)

    def highlight_section(self, section: int = -1) -> None:
        """Highlight every sample of ``section``, that of the focused sample with -1."""
        position = self.position_of(self._pool.focus)
        if self.arrangement.sections is None or (section < 0 and position < 0):
            return
        chosen = section if section >= 0 else self.layout_now().section_of(position)
        self._pool.set_highlight(self.arrangement.rows_in(chosen))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that show and ask for their thumbnails, the nearest first."""
        theme, layout, top = Theme.current(), self.layout_now(), self.top
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
            rect = self.header_rect(section)
            if rect.intersects(event.rect()):
                self._paint_header(painter, section, rect, theme)
        self._hand.band.paint(painter, theme)
        if not self._calm.isActive():
            self._request(layout, top)

    def _paint_part(self, painter: QPainter, layout: GridLayout, part: range, region: QRegion, theme: Theme) -> None:
        """Paint the cells of ``part``, consecutive positions of one section, that lie in ``region``."""
        key = (theme, self._cell, self.devicePixelRatioF())
        if self._cells is None or self._cells.key != key:
            self._cells = CellPainter(*key)
        top, stack, hovered = self.top, self.arrangement.stack, self._hand.position
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
            hovered=int(self.rows[hovered]) if hovered >= 0 else -1,
            named=self._cell >= NAMED_FROM and not self._calm.isActive(),
            stack=stack[places] if stack is not None else None,
        )
        band = self._hand.band
        if band.active:
            for (x, y), cell in zip(corners, cells, strict=True):
                cell.highlighted |= band.touches(QRect(x, y, layout.cell, layout.cell + layout.caption))
        self._cells.paint(painter, corners, cells)

    def _paint_header(self, painter: QPainter, section: int, rect: QRect, theme: Theme) -> None:
        hovered, count = section == self._hand.section, int(self.arrangement.counts[section])
        on_button = hovered and self._hand.on_button
        header = Header(self.arrangement.title(section), count, self.is_folded(section), hovered, on_button)
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
            self.viewport().update(self.cell_rect(position))

    def _on_focus_changed(self, row: int) -> None:
        self.ensure_visible(row)
        self._places.tell_focus()
        self._refresh()

    # Events

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Repaint; nothing is moved."""
        self._hand.preview.leave()
        self._places.tell_others()
        if abs(dy) > self.viewport().height():
            self._calm.start()
        self._refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys act here."""
        super().focusInEvent(event)
        # Qt tells of the grid itself once this has returned.
        QTimer.singleShot(0, self._places, self._places.tell_focus)
        self._refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, change the size of the thumbnails."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_cell(self._cell + (16 if event.angleDelta().y() > 0 else -16))
            event.accept()
            return
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Focus the sample clicked on; Ctrl marks it or takes the mark away, Shift marks the range."""
        self._hand.press(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Highlight what a drag touched."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._hand.band.release(event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the sample."""
        self._hand.double_click(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which cell or header the mouse is on."""
        self._hand.move(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the cell under the mouse."""
        self._hand.forget()
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
        self._hand.preview.leave()
        if event.key() == Qt.Key.Key_Escape and self._hand.band.cancel():
            return
        if not keys.press(self, self._pool, self._marker, event):
            super().keyPressEvent(event)
