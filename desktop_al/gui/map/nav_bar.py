"""The floating column of buttons in the corner of the map: zoom, fit, and the way back and forth."""

from collections.abc import Callable

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.map.buttons import ButtonBar
from desktop_al.gui.map.keys import zoom_step
from desktop_al.gui.map.navigation import Navigation
from desktop_al.gui.map.plate import paint_plate


class NavBar(ButtonBar):
    """Steers ``canvas``; ``fit_highlight`` shows all that is highlighted."""

    def __init__(self, canvas: Navigation, fit_highlight: Callable[[], None], parent: QWidget) -> None:
        super().__init__(vertical=True, parent=parent)
        self._canvas = canvas
        self.row.setContentsMargins(3, 3, 3, 3)
        self.row.setSpacing(1)
        self.zoom_in = self.button("map-zoom-in", tr("Zoom in (+)"), tr("Zoom in; the wheel zooms at the mouse"))
        self.zoom_out = self.button("map-zoom-out", tr("Zoom out (−)"), tr("Zoom out"))
        self.fit = self.button("map-fit", tr("Fit all"), tr("Show all of the map"), command="map.fit")
        self.fit_highlight = self.button(
            "map-fit-highlight",
            tr("Fit the highlight"),
            tr("Show all that is highlighted"),
            command="map.fit_highlight",
        )
        self.back = self.button("map-back", tr("Back"), tr("Return to the view before"), command="map.back")
        self.forward = self.button(
            "map-forward", tr("Forward"), tr("Go again where you came back from"), command="map.forward"
        )
        for button, do in (
            (self.zoom_in, lambda: zoom_step(canvas, 1)),
            (self.zoom_out, lambda: zoom_step(canvas, -1)),
            (self.fit, canvas.fit),
            (self.fit_highlight, fit_highlight),
            (self.back, canvas.back),
            (self.forward, canvas.forward),
        ):
            button.setAutoRaise(True)
            button.clicked.connect(lambda _checked=False, do=do: do())
        canvas.history_changed.connect(self._update)
        self.show_highlight(False)
        self._update()

    def show_highlight(self, any_lit: bool) -> None:
        """Whether there is a highlight that could be fitted."""
        self.fit_highlight.setEnabled(any_lit)

    def _update(self) -> None:
        self.back.setEnabled(self._canvas.can_go_back)
        self.forward.setEnabled(self._canvas.can_go_forward)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plate behind the buttons."""
        paint_plate(self)
