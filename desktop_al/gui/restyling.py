"""One style sheet of the whole program in place of another."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication


class _Unheard(QObject):
    """Keeps every widget from hearing that its style changed."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let pass what is anything else."""
        return event.type() == QEvent.Type.StyleChange


def restyle(app: QApplication, sheet: str) -> None:
    """Give ``app`` the style sheet ``sheet``.

    Where one sheet takes the place of another, Qt styles a widget anew for each widget that it lies in, which blocks
    the event loop; where there was none, once. So the old one goes first. Nobody is told of that step: without a sheet
    everything is smaller, and what was scrolled to its end would be elsewhere afterwards.
    """
    if app.styleSheet() == sheet:
        return
    unheard = _Unheard()
    app.installEventFilter(unheard)
    app.setStyleSheet("")
    app.removeEventFilter(unheard)
    app.setStyleSheet(sheet)
