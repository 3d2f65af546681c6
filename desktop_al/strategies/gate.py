"""What may still be picked: vetoes, protected samples, held-out samples, group caps and the minimum distance."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics.grid import squared_distances
from desktop_al.strategies.base import StrategyInput

_BLOCK = 4096


class Gate:
    """Keeps ``free`` (n,) bool, the samples that may be picked now.

    ``trivial`` says that a pick closes nothing but itself, so that a solver may make many picks between two calls.
    """

    def __init__(self, given: StrategyInput) -> None:
        limits = given.limits
        self._pool, self._squared = given.pool, np.float32((limits.minimum_distance * given.pool.norm) ** 2)
        self._groups = limits.groups
        self._room = np.zeros(0, dtype=np.int64) if limits.room is None else limits.room.copy()
        self.free = np.ones(len(given.pool), dtype=np.bool_)
        for barred in (limits.barred, given.held_out):
            if barred is not None:
                self.free &= ~barred
        if self._groups is not None:
            full = np.append(self._room <= 0, False)
            self.free &= ~full[self._groups]
        if self._squared > 0:
            for _, members in given.references.blocks(_BLOCK):
                self._close_near(members)

    @property
    def trivial(self) -> bool:
        """Whether picks close nothing beside themselves."""
        return self._groups is None and not self._squared > 0

    def take(self, position: int) -> None:
        """Note that ``position`` was picked."""
        self.free[position] = False
        if self._groups is not None and self._groups[position] >= 0:
            group = self._groups[position]
            self._room[group] -= 1
            if self._room[group] <= 0:
                self.free[self._groups == group] = False
        if self._squared > 0:
            self._close_near(self._pool.block(position, position + 1))

    def _close_near(self, members: NDArray[np.float32]) -> None:
        open_now = np.flatnonzero(self.free)
        for start in range(0, len(open_now), _BLOCK):
            part = open_now[start : start + _BLOCK]
            near = squared_distances(self._pool.subset(part).block(), members).min(axis=1) < self._squared
            self.free[part[near]] = False
