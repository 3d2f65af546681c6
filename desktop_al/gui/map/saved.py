"""Saved highlights: give the present one a name, bring one back, join it to what is highlighted, or forget it."""

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.map.buttons import ButtonBar
from desktop_al.gui.map.toolbar import MODES
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.gui.theme import MEDIUM, SMALL, TIGHT

WIDTH = 320
LINE = 34
MOST_LINES = 8  # in sight at once


class SavedLine(ButtonBar):
    """One saved highlight. Signals: ``recalled(mode)``; ``forgotten``."""

    recalled = Signal(str)
    forgotten = Signal()

    def __init__(self, name: str, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.name = name
        self.row.setContentsMargins(TIGHT, 0, 0, 0)
        shown = readable(name)
        text = QPushButton()
        text.setProperty("kind", "row")
        metrics = text.fontMetrics()
        text.setText(tr("{name} · {count:,}", name=shown, count=count))
        text.setText(metrics.elidedText(text.text(), Qt.TextElideMode.ElideMiddle, WIDTH - 170))
        images = trn("{count:,} image", "{count:,} images", count)
        text.setToolTip(tr("{name}: {images}\nClick to highlight them", name=shown, images=images))
        text.setAccessibleName(tr("Highlight {name}, {images}", name=shown, images=images))
        text.clicked.connect(lambda: self.recalled.emit("replace"))
        self.row.addWidget(text, 1)
        for mode in ("add", "subtract", "intersect"):
            title, _ = MODES[mode]
            tip = {
                "add": tr("Add {name} to the highlight", name=shown),
                "subtract": tr("Take {name} out of the highlight", name=shown),
                "intersect": tr("Highlight only what is in {name} too", name=shown),
            }[mode]
            button = self.button(f"map-{mode}", tr(title), tip)
            button.setAutoRaise(True)
            button.clicked.connect(lambda _checked=False, mode=mode: self.recalled.emit(mode))
        forget = self.button("close", tr("Forget"), tr("Forget {name}; the images stay as they are", name=shown))
        forget.setAutoRaise(True)
        forget.clicked.connect(lambda: self.forgotten.emit())
        for each in self.findChildren(QWidget):
            if each is not text:
                each.setFixedHeight(LINE - 6)

    def sizeHint(self) -> QSize:
        """The size of a line."""
        return QSize(WIDTH - 2 * SMALL, LINE)


class SavedPanel(QFrame):
    """Floats over the map; lists ``pool.saved_highlights``.

    Signals: ``save_asked(name)``, ``forget_asked(name)``; ``closed`` the panel was left.
    """

    save_asked = Signal(str)
    forget_asked = Signal(str)
    closed = Signal()

    def __init__(self, pool: Pool, parent: QWidget) -> None:
        super().__init__(parent)
        self._pool = pool
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("Saved highlights"))
        self.setFixedWidth(WIDTH)
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name the highlight"))
        self.name.setAccessibleName(tr("Name of the highlight"))
        self.name.setMaxLength(60)
        self.save = QPushButton(tr("Save"))
        self.save.setToolTip(tr("Keep what is highlighted under this name; a name that exists is replaced"))
        top = QHBoxLayout()
        top.setSpacing(TIGHT)
        top.addWidget(self.name, 1)
        top.addWidget(self.save)
        self._hint = QLabel()
        self._hint.setProperty("kind", "small")
        self._hint.setWordWrap(True)
        self._list = QScrollArea()
        self._list.setWidgetResizable(True)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.viewport().setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        layout.setSpacing(TIGHT)
        layout.addLayout(top)
        layout.addWidget(self._hint)
        layout.addWidget(self._list)
        self.name.returnPressed.connect(self._on_save)
        self.name.textChanged.connect(self._update)
        self.save.clicked.connect(self._on_save)
        pool.columns_changed.connect(self._on_columns)
        pool.reset.connect(self.refresh)
        pool.highlight_changed.connect(self._update)
        self.hide()

    @property
    def lines(self) -> list[SavedLine]:
        """The saved highlights that are listed."""
        content = self._list.widget()
        return content.findChildren(SavedLine) if content is not None else []

    def open(self) -> None:
        """Show what is saved, ready to name what is highlighted."""
        self.refresh()
        self.show()
        self.raise_()
        self.name.setFocus()

    def refresh(self) -> None:
        """List what is saved now."""
        saved = self._pool.saved_highlights
        keys = QApplication.focusWidget()
        inside = keys is not None and self.isAncestorOf(keys)
        content = QWidget()
        content.setAutoFillBackground(False)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for name, ids in saved.items():
            rows = self._pool.rows_of(ids)
            line = SavedLine(name, int(np.count_nonzero(rows >= 0)))
            line.recalled.connect(lambda mode, name=name: self._recall(name, mode))
            line.forgotten.connect(lambda name=name: self.forget_asked.emit(name))
            column.addWidget(line)
        column.addStretch(1)
        if inside:
            # The button that was pressed goes with its line.
            self.name.setFocus()
        self._list.setWidget(content)
        self._list.setVisible(bool(saved))
        self._list.setFixedHeight(LINE * min(max(len(saved), 1), MOST_LINES) + 2)
        self._update()

    def set_shown(self, on: bool) -> None:
        """Come to the corner of the map, or go."""
        if not on:
            self.hide()
            return
        self.open()
        parent, turned = self.parentWidget(), self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.move(parent.width() - self.width() - MEDIUM if turned and parent is not None else MEDIUM, MEDIUM)

    def _on_columns(self, names: frozenset[str]) -> None:
        if "saved" in names and self.isVisible():
            self.refresh()

    def _update(self) -> None:
        lit = self._pool.highlighted
        self.save.setEnabled(lit > 0 and bool(self.name.text().strip()))
        if lit == 0:
            text = tr("Highlight images to save them under a name.")
        else:
            text = trn("{count:,} image is highlighted.", "{count:,} images are highlighted.", lit)
        self._hint.setText(text)
        self.adjustSize()

    def _recall(self, name: str, mode: str) -> None:
        ids = self._pool.saved_highlights.get(name)
        if ids is not None:
            rows = self._pool.rows_of(ids)
            self._pool.set_highlight(rows[rows >= 0], mode)

    def _on_save(self) -> None:
        if self.save.isEnabled():
            self.save_asked.emit(self.name.text().strip())
            self.name.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by Escape; what the name has no use for, as Enter, is not for the map below."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.closed.emit()
        event.accept()
