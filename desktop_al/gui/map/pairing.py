"""Two maps side by side: linked in highlight, focus and hover, and where both show the same projection in view."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSplitter

from desktop_al.gui.map.colouring import ColourBy, Kind
from desktop_al.gui.map.looks import SWITCHES
from desktop_al.gui.map.projections import Projections, Source

if TYPE_CHECKING:
    from desktop_al.gui.map.map_widget import MapWidget

PAIR = "pair"
LEAST_WIDTH = 240
COVERED = ColourBy(Kind.INSIGHT, "covered")


class Pairing(QObject):
    """Opens and closes a second map beside ``first`` in ``splitter``; ``make`` makes one.

    Signal: ``opened(MapWidget)`` a second map was made.
    """

    opened = Signal(object)

    def __init__(
        self,
        first: "MapWidget",
        splitter: QSplitter,
        make: Callable[[], "MapWidget"],
        projections: Projections | None,
    ) -> None:
        super().__init__(first)
        self._first, self._splitter, self._make, self._projections = first, splitter, make, projections
        self.second: MapWidget | None = None
        self._following = self._from_coverage = False
        first.looks.switched.connect(self._on_switch)
        if projections is not None:
            projections.changed.connect(self._offer)
            projections.missing.connect(self._offer_present)

    def _on_switch(self, name: str, on: bool) -> None:
        if name == PAIR and on != (self.second is not None):
            self._open() if on else self.close()

    def _open(self) -> None:
        first, second = self._first, self._make()
        self.second = second
        self._splitter.addWidget(second)
        half = self._splitter.width() // 2
        self._splitter.setSizes([half, half])
        self._choose_colours(first, second)
        first.canvas.view_changed.connect(self._follow_first)
        second.canvas.view_changed.connect(self._follow_second)
        first.canvas.tool_changed.connect(second.canvas.set_tool)
        first.canvas.mode_changed.connect(second.canvas.set_mode)
        first.looks.switched.connect(second.looks.follow)
        first.hovered.connect(second.show_hover)
        second.hovered.connect(first.show_hover)
        second.toolbar.source_chosen.connect(self._show_source)
        first.canvas.led = lambda: self.linked and second.canvas.moves_itself
        second.canvas.led = lambda: self.linked and first.canvas.moves_itself
        second.setMinimumWidth(LEAST_WIDTH)
        for name in SWITCHES:
            second.looks.follow(name, first.looks.is_on(name))
        second.canvas.set_tool(first.canvas.tool)
        second.canvas.set_mode(first.canvas.mode)
        self._offer()
        self.opened.emit(second)
        second.show()
        self._follow_first()

    def close(self) -> None:
        """Take the second map away and let its thread end."""
        second, self.second = self.second, None
        if second is None:
            return
        first = self._first
        first.canvas.view_changed.disconnect(self._follow_first)
        first.canvas.tool_changed.disconnect(second.canvas.set_tool)
        first.canvas.mode_changed.disconnect(second.canvas.set_mode)
        first.looks.switched.disconnect(second.looks.follow)
        first.hovered.disconnect(second.show_hover)
        first.canvas.led = lambda: False
        if self._from_coverage and first.looks.by == COVERED:
            first.looks.set_colour(ColourBy(Kind.COVERAGE))
        second.stop()
        if second.canvas.hasFocus():
            first.canvas.setFocus()
        second.hide()
        second.deleteLater()

    def _choose_colours(self, first: "MapWidget", second: "MapWidget") -> None:
        """Before and after the batch where the first map shows coverage; else labels beside whatever it shows."""
        self._from_coverage = first.looks.by.kind is Kind.COVERAGE
        if self._from_coverage:
            first.looks.set_colour(COVERED)
            second.looks.set_colour(ColourBy(Kind.INSIGHT, "covered_after"))
        elif first.looks.by.kind is not Kind.LABEL:
            second.looks.set_colour(ColourBy(Kind.LABEL))

    def _offer(self) -> None:
        if self.second is not None and self._projections is not None:
            self.second.toolbar.set_sources(self._projections.sources())

    def _offer_present(self, _title: str) -> None:
        """A model has no map: what was chosen cannot be shown, and the present map is."""
        if self.second is not None:
            self.second.toolbar.source.setCurrentIndex(0)
            self.second.places.show(None, None)

    def _show_source(self, source: Source) -> None:
        if self.second is not None and self._projections is not None:
            second = self.second
            second.canvas.forget_history()
            self._projections.load(source, second.places.show)

    @property
    def linked(self) -> bool:
        """Whether both maps show the same projection, and so move together."""
        return self.second is not None and not self.second.places.own

    def _follow_first(self) -> None:
        if self.second is not None:
            self._follow(self._first, self.second)

    def _follow_second(self) -> None:
        if self.second is not None:
            self._follow(self.second, self._first)

    def _follow(self, leader: "MapWidget", other: "MapWidget") -> None:
        if not self.linked or self._following:
            return
        self._following = True
        canvas, view = other.canvas, leader.canvas.view
        canvas.stop_glide()
        # Each fits into its own room; anything else is shown at the same scale.
        canvas.is_fitted = leader.canvas.is_fitted and not leader.canvas.gliding
        target = replace(view, width=canvas.view.width, height=canvas.view.height)
        if canvas.is_fitted:
            target = canvas.fitting()
        if target != canvas.view:
            canvas.set_view(target)
        self._following = False
