"""What the legend shows of the colours of a map, and what a person does with its lines and its bar."""

from PySide6.QtCore import QObject, Signal

from desktop_al.gui.insights import Insights
from desktop_al.gui.map.colouring import Colouring, Entry
from desktop_al.gui.map.insight_colour import InsightColour
from desktop_al.gui.map.legend import Legend
from desktop_al.gui.map.legend_filter import filter_of, range_filter
from desktop_al.gui.map.looks import Looks
from desktop_al.gui.map.wishes import Wishes
from desktop_al.gui.pool import Pool


class LegendHand(QObject):
    """Connects ``legend`` with what it is about, the ``looks`` of a map of ``pool``.

    Signals: ``filter_requested(expression)``; ``resized`` the legend may need another height.
    """

    filter_requested = Signal(str)
    resized = Signal()

    def __init__(
        self,
        pool: Pool,
        legend: Legend,
        looks: Looks,
        insights: Insights | None,
        wishes: Wishes | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._pool, self._legend, self._looks, self._wishes = pool, legend, looks, wishes
        self._colouring: Colouring | None = None
        legend.toggled.connect(self.toggle)
        legend.only.connect(self.show_only)
        legend.filter_asked.connect(self._filter_by)
        legend.range_asked.connect(self._filter_range)
        if insights is not None:
            InsightColour(insights, looks, self).told.connect(self._show_note)
        if wishes is not None:
            for changed in (wishes.told, wishes.linked):
                changed.connect(self._show_notes)

    def show_colouring(self, colouring: Colouring) -> None:
        """Show the lines of ``colouring`` where they are others than before."""
        if colouring is not self._colouring:
            self._colouring = colouring
            hidden = self._looks.hidden
            self._legend.show_colouring(colouring, lambda code: code not in hidden)
            self.resized.emit()

    def check_lines(self) -> None:
        """Check the lines whose points are shown."""
        hidden = self._looks.hidden
        for row in self._legend.rows:
            row.setChecked(row.entry.code not in hidden)

    def toggle(self, code: int) -> None:
        """Show or hide the points of one line."""
        self._looks.hide(self._looks.hidden ^ {code})

    def show_only(self, code: int) -> None:
        """Show only the points of one line; all, where only they are shown."""
        entries = self._colouring.entries if self._colouring is not None else ()
        others = frozenset(entry.code for entry in entries) - {code}
        alone = self._looks.hidden - {code} == others
        self._looks.hide(frozenset() if alone else others)

    def _filter_by(self, entry: Entry) -> None:
        expression = filter_of(self._pool, self._looks.by, entry)
        if expression:
            self.filter_requested.emit(expression)

    def _filter_range(self, low: float | None, high: float | None) -> None:
        expression = range_filter(self._looks.by, low, high)
        if expression:
            self.filter_requested.emit(expression)

    def _show_note(self, note: str) -> None:
        self._legend.set_note(note)
        self.resized.emit()

    def _show_notes(self, _linked: object = None) -> None:
        if self._wishes is not None:
            self._legend.set_notes(self._wishes.notes())
            self.resized.emit()
