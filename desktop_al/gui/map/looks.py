"""How the map is looked at: what colours it, which lines of the legend are off, what else is switched on."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop_al.gui.map.colouring import ColourBy, Kind, choices
from desktop_al.gui.pool import Pool

SWITCHES = {"thumbs": True, "legend": True, "labels": True, "trust": False, "pair": False}
"""What can be switched on and off, and whether it is on at first."""
COVERAGE_VIEW = "coverage"


class Looks(QObject):
    """The person's choices for one map.

    Signals: ``changed`` something of it is another, and the picture with it; ``colour_changed`` the colour is;
    ``switched(name, on)`` one of `SWITCHES` is, or the coverage view.
    """

    changed = Signal()
    colour_changed = Signal()
    switched = Signal(str, bool)

    def __init__(self, pool: Pool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self.by = ColourBy()
        self.shown = np.ones(256, np.bool_)
        self._hidden: dict[ColourBy, frozenset[int]] = {}
        self._on = dict(SWITCHES)
        self._before = ColourBy()

    def is_on(self, switch: str) -> bool:
        """Whether ``switch`` is on; the coverage view is a colouring, and on while it is the one in use."""
        return self.by.kind is Kind.COVERAGE if switch == COVERAGE_VIEW else self._on[switch]

    def switch(self, name: str, on: bool) -> None:
        """Turn the switch ``name`` on or off; the coverage view gives way to the colour before it."""
        if name == COVERAGE_VIEW:
            if on != self.is_on(COVERAGE_VIEW):
                self.set_colour(ColourBy(Kind.COVERAGE) if on else self._before)
        elif self._on[name] != on:
            self._on[name] = on
            self.switched.emit(name, on)
            self.changed.emit()

    def flip(self, name: str) -> None:
        """Turn ``name`` off where it is on, and on where it is off."""
        self.switch(name, not self.is_on(name))

    def follow(self, name: str, on: bool) -> None:
        """Turn ``name`` on or off as on the map beside this one; the colour, and the map beside, are each map's own."""
        if name in SWITCHES and name != "pair":
            self.switch(name, on)

    @property
    def hidden(self) -> frozenset[int]:
        """The codes of the present colouring whose points are hidden."""
        return self._hidden.get(self.by, frozenset())

    def set_colour(self, by: ColourBy) -> None:
        """Colour the points by ``by``; what its legend hid before is hidden again."""
        if self.by.kind is not Kind.COVERAGE:
            self._before = self.by
        self.by = by
        self.colour_changed.emit()
        self.switched.emit(COVERAGE_VIEW, self.is_on(COVERAGE_VIEW))
        self.hide(self.hidden)

    def hide(self, codes: frozenset[int]) -> None:
        """Hide the points with ``codes`` of the present colouring, and no others."""
        self._hidden[self.by] = codes
        self.shown = np.ones(256, np.bool_)
        self.shown[list(codes)] = False
        self.changed.emit()

    def offers(self, by: ColourBy) -> bool:
        """Whether the points can be coloured by ``by``."""
        return by in choices(self._pool)

    def check_choice(self) -> None:
        """Give way to the state where the field that coloured the points is gone."""
        if not self.offers(self.by):
            self.by = ColourBy()
            self.switched.emit(COVERAGE_VIEW, False)
        self.colour_changed.emit()

    def forget(self) -> None:
        """Hide nothing: the samples are those of another project."""
        self._hidden.clear()
        self.shown = np.ones(256, np.bool_)
