"""What may still be picked: vetoes, protected samples, held-out samples, group caps and the minimum distance."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics.near import Near
from desktop_al.strategies.base import StrategyInput


class Gate:
    """Keeps ``free`` (n,) bool, the samples that may be picked now.

    ``trivial`` says that a pick closes nothing but itself, so that a solver may make many picks between two calls. Over
    a graph the minimum distance closes at once only what the graph knows to be near: ask `allows` before a pick.
    """

    def __init__(self, given: StrategyInput) -> None:
        limits, n = given.limits, len(given.pool)
        self._room = np.zeros(0, dtype=np.int64) if limits.room is None else limits.room.copy()
        self._groups = limits.groups
        self.free = np.ones(n, dtype=np.bool_)
        for barred in (limits.barred, given.held_out):
            if barred is not None:
                self.free &= ~barred
        if self._groups is not None:
            self.free &= ~np.append(self._room <= 0, False)[self._groups]
            self._members = np.argsort(self._groups, kind="stable")
            self._starts = np.searchsorted(self._groups[self._members], np.arange(len(self._room) + 1))
        self._near: Near | None = None
        if limits.minimum_distance > 0:
            self._near = Near(given.similarity, given.neighbours, limits.minimum_distance)
            self.free[self._near.to_references(np.flatnonzero(self.free))] = False

    @property
    def trivial(self) -> bool:
        """Whether picks close nothing beside themselves."""
        return self._groups is None and self._near is None

    def take(self, position: int) -> NDArray[np.int64]:
        """Note that ``position`` was picked; returns the positions that it closed, itself first."""
        closed = [np.array([position], dtype=np.int64)]
        self.free[position] = False
        if self._groups is not None and self._groups[position] >= 0:
            group = int(self._groups[position])
            self._room[group] -= 1
            if self._room[group] <= 0:
                closed.append(self._members[self._starts[group] : self._starts[group + 1]])
        if self._near is not None:
            closed.append(self._near.around(position, self.free))
        found = np.concatenate(closed)
        self.free[found] = False
        return found

    def allows(self, position: int) -> bool:
        """Whether ``position`` may be picked now, exactly; where not, it is closed."""
        if self.free[position] and self._near is not None and self._near.too_near(position):
            self.free[position] = False
        return bool(self.free[position])
