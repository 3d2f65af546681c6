"""Keeps a widget lying over the views of a window, between its menu bar and its status bar."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QMainWindow, QWidget


class Cover(QObject):
    """Lays ``widget`` over the views of ``window`` while it shows."""

    def __init__(self, widget: QWidget, window: QMainWindow) -> None:
        super().__init__(widget)
        self._widget, self._window = widget, window
        window.installEventFilter(self)

    def lay(self) -> None:
        """Lie where the views are now."""
        window, status = self._window, self._window.statusBar()
        top = window.menuBar().geometry().bottom() + 1 if window.menuBar().isVisible() else 0
        bottom = status.geometry().top() if status.isVisible() else window.height()
        self._widget.setGeometry(0, top, window.width(), max(1, bottom - top))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window as it changes its size."""
        moved = event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest)
        if watched is self._window and moved and self._widget.isVisible():
            self.lay()
        return super().eventFilter(watched, event)
