"""A panel around the map, under a title bar: a name, and buttons that let it float, put it back and close it."""

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QMoveEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QMainWindow, QToolButton, QWidget

from desktop_al.gui.eliding import Elided
from desktop_al.gui.enter import enter_clicks
from desktop_al.gui.i18n import tr
from desktop_al.gui.icons import icon
from desktop_al.gui.theme import SMALL, Theme, theme_watch

# The least that WCAG 2.2 asks of what one hits with a mouse (2.5.8), and what is drawn in it.
TARGET, PICTURE = 24, 16


class Panel(QDockWidget):
    """Shows ``content`` under ``title`` in ``window``; ``name`` is what the layout of the window is kept by."""

    def __init__(self, name: str, title: str, content: QWidget, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.setObjectName(name)
        # Before the content, so that Tab comes by the title first.
        self.title = PanelTitle(self)
        self.setTitleBarWidget(self.title)
        self.setWidget(content)
        for part in (self.title, content):
            # Behind others, too, the panel is as large as what it holds.
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
        self.topLevelChanged.connect(self._hide_behind)

    def event(self, event: QEvent) -> bool:
        """Have everything drawn anew where it floats to a screen of another resolution than that of the window."""
        if event.type() == QEvent.Type.DevicePixelRatioChange and self.isFloating():
            theme_watch().changed.emit()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a line around a panel that floats, which would have no edge over others of its colour."""
        super().paintEvent(event)
        if self.isFloating():
            painter = QPainter(self)
            painter.setPen(Theme.current().faint)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter click the button that has the keys."""
        if not enter_clicks(event, self):
            super().keyPressEvent(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        """Follow where Qt puts the panel: out of the window while it lies behind another one."""
        super().moveEvent(event)
        self._hide_behind()

    @Slot()
    def _hide_behind(self) -> None:
        """Let neither Tab nor a screen reader come to what lies behind another panel."""
        ahead = self.isFloating() or self.geometry().bottom() >= 0
        for part in (self.title, self.widget()):
            if part is not None:
                part.setVisible(ahead)

    @Slot()
    def turn(self) -> None:
        """Let the panel float, or put it back, before those that lie in its place."""
        self.setFloating(not self.isFloating())
        self.raise_()


class PanelTitle(QFrame):
    """Stands above what ``panel`` holds.

    It takes no press of the mouse beside its buttons: Qt lets the panel be moved by what its title bar leaves over.
    """

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self._panel = panel
        self.setProperty("kind", "panelTitle")
        self.text = Elided(panel.windowTitle(), self, Qt.TextElideMode.ElideRight)
        self.text.setProperty("kind", "strong")
        row = QHBoxLayout(self)
        # Unlike its spaces, the margins of a row do not turn with the direction.
        row.setContentsMargins(2, 1, 2, 1)
        row.setSpacing(2)
        row.addSpacing(SMALL - 2)
        row.addWidget(self.text, 1)
        self.float_button, self.close_button = self._button(), self._button()
        for button in (self.float_button, self.close_button):
            row.addWidget(button)
        self.float_button.clicked.connect(panel.turn)
        self.close_button.clicked.connect(panel.close)
        panel.windowTitleChanged.connect(self._say)
        panel.topLevelChanged.connect(self._say)
        theme_watch().changed.connect(self._say)
        self._say()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "panelTitle")
        button.setFixedSize(TARGET, TARGET)
        button.setIconSize(QSize(PICTURE, PICTURE))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    @Slot()
    def _say(self) -> None:
        """Tell what the buttons do now, in words and icons."""
        name, floats = self._panel.windowTitle(), self._panel.isFloating()
        self.text.setText(name)
        self.float_button.setIcon(icon("panel-dock" if floats else "panel-float"))
        self.float_button.setToolTip(tr("Put back into the window") if floats else tr("Float above the window"))
        said = tr("Put {panel} back into the window", panel=name) if floats else tr("Float {panel}", panel=name)
        self.float_button.setAccessibleName(said)
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip(tr("Close; the menu View opens it again"))
        self.close_button.setAccessibleName(tr("Close {panel}", panel=name))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Do what the first button does: Qt would put the panel back behind others."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._panel.turn()
        else:
            super().mouseDoubleClickEvent(event)
