"""A class as a chip: the key that gives it, its colour and its name; a click gives it, a drag moves it."""

from PySide6.QtCore import QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QIcon, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.key_hints import key_of, with_key
from desktop_al.gui.targets import sparing
from desktop_al.gui.text import readable
from desktop_al.gui.theme import Theme

DOT = 12


class ClassChip(QToolButton):
    """The class ``name`` on ``key``.

    Signals: ``chosen`` it is to be given; ``moved(by)`` it is to stand so many places on; ``dropped(where)`` it was
    dragged to a position of the screen; ``taken_off`` it is to be on no key; ``order_asked`` the keys are to be given
    anew, by use.
    """

    chosen = Signal()
    moved = Signal(int)
    dropped = Signal(QPoint)
    taken_off = Signal()
    order_asked = Signal()

    def __init__(self, name: str, key: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.key, self._action = name, key, f"label_{key}"
        self._pressed: QPoint | None = None
        self._dragged = False
        self._dot: tuple[int, float, Theme] | None = None
        self.show_name(readable(name))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(DOT, DOT))
        self.setProperty("kind", "class")
        self.setCheckable(True)
        self.clicked.connect(self._on_clicked)

    def sizeHint(self) -> QSize:
        """As Qt has it, without the blanks that it reserves beside the text: the edge of a chip is room enough."""
        return super().sizeHint() - QSize(2 * self.fontMetrics().horizontalAdvance(" "), 0)

    def show_name(self, short: str) -> None:
        """Write the key and ``short`` for the name, with "" the key alone; the tip says all."""
        key = key_of(self._action)
        self.setText(f"{key} {short}".strip().replace("&", "&&") if short else key or str(self.key))

    def show_class(self, code: int, given: bool, count: int, hidden: int = 0) -> None:
        """Show the colour of class ``code``, whether the focused image is ``given`` it, and how many it would go to.

        ``hidden`` highlighted ones are left alone.
        """
        dot = code, self.devicePixelRatioF(), Theme.current()
        if dot != self._dot:
            # Drawn once: the counts beside it change with every highlight.
            self._dot = dot
            self.setIcon(class_icon(code, dot[1]))
        self.setChecked(given)
        name = readable(self.name)
        text = trn(
            "Label the image “{name}”",
            "Label {count:,} images “{name}”",
            count,
            name=name,
        )
        text = with_key(sparing(text, hidden), self._action)
        self.setToolTip("\n".join([text, tr("Drag it to another place, or Ctrl+arrow; the menu has more")]))
        self.setAccessibleName(text)
        self.setEnabled(count > 0)

    def _on_clicked(self) -> None:
        # What is checked follows the label, not the click.
        self.setChecked(not self.isChecked())
        self.chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag would begin."""
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        self._dragged = False
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag once it is meant."""
        if self._pressed is not None and not self._dragged:
            far = (event.position().toPoint() - self._pressed).manhattanLength()
            if far >= QApplication.startDragDistance():
                self._dragged = True
                self.setDown(False)
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if not self._dragged:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop it where it was dragged to, else take the click."""
        dragged, self._dragged, self._pressed = self._dragged, False, None
        self.unsetCursor()
        if dragged:
            self.dropped.emit(event.globalPosition().toPoint())
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl and an arrow move it; Delete takes it off its key."""
        ahead = Qt.Key.Key_Left if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else Qt.Key.Key_Right
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
        ):
            self.moved.emit(1 if event.key() == ahead else -1)
        elif event.key() == Qt.Key.Key_Delete:
            self.taken_off.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the key."""
        menu = self.menu_of()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def menu_of(self) -> QMenu:
        """What can be done with the key."""
        menu = QMenu(self)
        menu.addAction(tr("Move &forward"), lambda: self.moved.emit(-1)).setEnabled(self.key > 1)
        menu.addAction(tr("Move &back"), lambda: self.moved.emit(1))
        menu.addAction(tr("&Take it off its key\tDel"), self.taken_off.emit)
        menu.addSeparator()
        menu.addAction(tr("&Order all by use"), self.order_asked.emit)
        return menu


def class_icon(code: int, ratio: float) -> QIcon:
    """A dot in the colour that the map gives class ``code``."""
    pixmap = QPixmap(round(DOT * ratio), round(DOT * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(Theme.current().class_colour(code)))
    painter.drawEllipse(QPointF(DOT / 2, DOT / 2), DOT / 2 - 1, DOT / 2 - 1)
    painter.end()
    return QIcon(pixmap)
