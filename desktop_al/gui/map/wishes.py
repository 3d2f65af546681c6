"""Which insights a map needs for its views, and what its legend says of them: reach, and trust in the map."""

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from desktop_al.gui.i18n import tr
from desktop_al.gui.insights import Insights, InsightState
from desktop_al.gui.map.colouring import Kind
from desktop_al.gui.map.coverage import NEEDED
from desktop_al.gui.map.looks import Looks
from desktop_al.gui.map.patterns import Pattern
from desktop_al.gui.pool import Pool

TRUST = "trust"
NEIGHBOURS = 8  # true neighbours that the honest map links to the focused sample


class Wishes(QObject):
    """Wants the insights of what is switched on in ``looks``, and gives up the others.

    Signals: ``told`` what `notes` says is another; ``linked(rows)`` the true neighbours of the focused sample, none
    where they are not asked for.
    """

    told = Signal()
    linked = Signal(object)

    def __init__(self, pool: Pool, insights: Insights, looks: Looks, parent: QObject) -> None:
        super().__init__(parent)
        self._pool, self._insights, self._looks = pool, insights, looks
        self._by = f"map {id(self)}"
        self._wanted: set[str] = set()
        looks.colour_changed.connect(self._follow)
        looks.switched.connect(self._follow)
        insights.state_changed.connect(self._on_state)
        pool.focus_changed.connect(self.link)
        pool.reset.connect(self.link)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        wanted = set(NEEDED) if self._looks.by.kind is Kind.COVERAGE else set()
        trusts = self._looks.is_on(TRUST)
        if trusts:
            wanted.add(TRUST)
        before, self._wanted = self._wanted, wanted
        for name in before - wanted:
            self._insights.release(name, self._by)
        for name in wanted - before:
            self._insights.want(name, self._by)
        if (TRUST in before) != trusts:
            self.link()
        self.told.emit()

    @Slot(str)
    def _on_state(self, name: str) -> None:
        if name in self._wanted:
            self.told.emit()

    def link(self) -> None:
        """Ask for the true neighbours of the focused sample, where the honest map is on."""
        self.linked.emit(())
        row = self._pool.focus
        if TRUST not in self._wanted or row < 0:
            return

        def take(rows: object, _distances: object) -> None:
            # A second map may have been closed meanwhile.
            if isValid(self) and self._pool.focus == row and TRUST in self._wanted:
                self.linked.emit(rows)

        self._insights.neighbours(row, NEIGHBOURS, take, self._by)

    def notes(self) -> list[tuple[Pattern, str]]:
        """What the legend says below its lines, each with the pattern that it explains."""
        found: list[tuple[Pattern, str]] = []
        if self._wanted & set(NEEDED):
            # Without labels nothing is covered by them, which is no fault: the batch may still add something.
            note = self._standing("covered_after")
            found.append((Pattern.NONE, note or tr("Near: at least half as alike as a copy. Coverage is the mean.")))
        if TRUST in self._wanted:
            standing = self._standing(TRUST)
            if standing:
                found.append((Pattern.NONE, standing))
            else:
                misleads = tr(
                    "Misleading: fewer than half of the neighbours here are neighbours in the embedding space"
                )
                found.append((Pattern.STRIPES, misleads))
            if self._pool.focus >= 0:
                lines = tr("Lines lead to the {count} true neighbours of the focused sample", count=NEIGHBOURS)
                found.append((Pattern.NONE, lines))
        return found

    def _standing(self, name: str) -> str:
        state = self._insights.state(name)
        if state is InsightState.COMPUTING:
            return tr("Computing…")
        return self._insights.reason(name) if state is InsightState.FAILED else ""
