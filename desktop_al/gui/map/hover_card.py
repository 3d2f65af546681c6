"""The card beside the mouse: the image under it, its file name and its state."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_al.domain.records import SampleState
from desktop_al.gui.i18n import number, tr
from desktop_al.gui.icon_view import IconView
from desktop_al.gui.map.colouring import ColourBy, Kind, column_of
from desktop_al.gui.marks import MARK_NAMES
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.gui.theme import SMALL, STATE_NAMES, TIGHT

PICTURE = 168
OFFSET = 18


class HoverCard(QFrame):
    """Shows one row; the mouse passes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.row = -1
        self._picture, self._name, self._state = QLabel(), QLabel(), QLabel()
        self._glyph, self._detail = IconView(14), QLabel()
        self._picture.setFixedSize(PICTURE, PICTURE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._detail.setProperty("kind", "small")
        self._detail.setFixedWidth(PICTURE)
        # Plain text: a file name is never markup.
        for label in (self._name, self._state, self._detail):
            label.setTextFormat(Qt.TextFormat.PlainText)
        # In some languages it takes two lines.
        self._state.setWordWrap(True)
        line = QHBoxLayout()
        line.setSpacing(TIGHT + 2)
        line.addWidget(self._glyph)
        line.addWidget(self._state, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        layout.setSpacing(TIGHT)
        self._lines = layout
        layout.addWidget(self._picture)
        layout.addWidget(self._name)
        layout.addLayout(line)
        layout.addWidget(self._detail)
        self.hide()

    def show_row(self, pool: Pool, row: int, by: ColourBy, pixmap: QPixmap | None, at: QPoint) -> None:
        """Show ``row`` beside ``at``, in the parent's pixels, with ``pixmap`` where it is at hand."""
        self.row = row
        state = SampleState(int(pool.state[row]))
        metrics = self._name.fontMetrics()
        name = readable(pool.path(row).name)
        self._name.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, PICTURE))
        rank = int(pool.rank[row])
        mark = MARK_NAMES.get(pool.badge(row), "")
        parts = [tr(STATE_NAMES[state]), tr("pick {rank:,}", rank=rank) if rank >= 0 else "", tr(mark)]
        self._state.setText(", ".join(part for part in parts if part))
        self._glyph.show_state(state)
        detail = details(pool, row, by)
        small = self._detail.fontMetrics()
        self._detail.setText(small.elidedText(detail, Qt.TextElideMode.ElideRight, PICTURE))
        self._detail.setVisible(bool(detail))
        self.set_pixmap(pixmap)
        self.setAccessibleName(f"{name}, {self._state.text()}")
        # A state that takes two lines makes it higher, which its size hint does not tell, nor a layout that was not
        # told yet of the new words.
        self._lines.activate()
        width = self.sizeHint().width()
        self.resize(width, self.heightForWidth(width))
        self._move_beside(at)
        self.show()
        self.raise_()

    def set_pixmap(self, pixmap: QPixmap | None) -> None:
        """Show ``pixmap``, or an empty place while it is not at hand."""
        if pixmap is None:
            self._picture.setText("…")
            return
        ratio = self.devicePixelRatioF()
        side = round(PICTURE * ratio)
        scaled = pixmap.scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        scaled.setDevicePixelRatio(ratio)
        self._picture.setPixmap(scaled)

    @property
    def picture_text(self) -> str:
        """What stands in the place of the image."""
        return self._picture.text()

    def set_unreadable(self) -> None:
        """Say that the file cannot be read."""
        self._picture.setText(tr("Cannot be read"))

    def _move_beside(self, at: QPoint) -> None:
        room = self._room.rect()
        x = at.x() + OFFSET
        if x + self.width() > room.width() - SMALL:
            x = at.x() - OFFSET - self.width()
        y = at.y() + OFFSET
        if y + self.height() > room.height() - SMALL:
            y = at.y() - OFFSET - self.height()
        self.move(max(x, SMALL), max(y, SMALL))


def details(pool: Pool, row: int, by: ColourBy) -> str:
    """What else is known of ``row``: its label, and its value of what the map is coloured by."""
    parts = []
    if pool.label_code[row] >= 0:
        parts.append(tr("Label: {name}", name=readable(pool.classes[pool.label_code[row]])))
    if by.kind in (Kind.SOURCE, Kind.METADATA, Kind.INSIGHT):
        column = column_of(pool, by)
        if column.values is not None:
            value = float(column.values[row])
            shown = number(value, ".4g") if value == value else tr("none")
            parts.append(f"{readable(by.title)}: {shown}")
        elif column.codes is not None and column.codes[row] >= 0 and column.names:
            parts.append(f"{readable(by.title)}: {readable(column.names[int(column.codes[row])])}")
    return "\n".join(parts)
