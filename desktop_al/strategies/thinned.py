"""The frame of strategies whose score of a sample falls as picks come near to it.

Only the samples of a window, those with the highest scores, are measured against every pick; the scores of all others
are bounds from above, for scores never rise. The window moves on once another sample may be better than all in it.
"""

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.numerics.grid import GridVectors, squared_distances, squared_norms
from desktop_al.strategies.base import StrategyInput
from desktop_al.strategies.one_by_one import OneByOne

WINDOW = 4096
_BLOCK = 1024


class Thinned(OneByOne):
    """Takes the best score, the first of equals; ``gains`` are scores at the time of the pick.

    ``scores`` (n,) float64 are those without any pick or reference.
    """

    def __init__(self, given: StrategyInput, scores: NDArray[np.float64], ctx: Context) -> None:
        super().__init__(given)
        self._scores, self._bounds, self._ctx = scores, scores.copy(), ctx
        self._squared = np.full(len(scores), np.inf, dtype=np.float32)
        # How many of the picks each sample was measured against; -1 where the references are still to come.
        self._met = np.full(len(scores), -1, dtype=np.int64)
        self._window = np.zeros(0, dtype=np.int64)
        self._rows = np.zeros((0, given.pool.dim), dtype=np.float32)
        self._norms = np.zeros(0, dtype=np.float32)
        self._outside = np.inf

    @abstractmethod
    def lowered(self, scores: NDArray[np.float64], distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """``scores`` (p,) of samples at ``distances`` (p,) from the nearest, never above them; inf for no nearest."""

    def rivals(self) -> GridVectors:
        """What lowers scores beside picks."""
        return self.given.references

    def best(self) -> tuple[int, float]:
        """The best of the window, moved where it must be."""
        while True:
            free = self.gate.free[self._window]
            if free.any():
                at = int(np.where(free, self._bounds[self._window], -np.inf).argmax())
                position = int(self._window[at])
                # Of equals the first wins, and it may be outside.
                if self._bounds[position] > self._outside:
                    return position, float(self._bounds[position])
            self._move()

    def took(self, position: int) -> None:
        """Measure the window, which has met all picks before, against the new one."""
        if not len(self._window):
            return
        pick = self.given.pool.block(position, position + 1)[0]
        squared = self._norms + (pick @ pick - 2 * (self._rows @ pick))
        nearest = np.minimum(self._squared[self._window], np.maximum(squared, 0))
        self._squared[self._window], self._met[self._window] = nearest, len(self._picks)
        self._lower(self._window)

    def gain_of(self, position: int) -> float:
        """The score of a sample that is forced."""
        self._measure(np.array([position]), self.given.pool.block(position, position + 1))
        return float(self._bounds[position])

    def _move(self) -> None:
        """Put the highest bounds into the window and measure them."""
        free = np.flatnonzero(self.gate.free)
        self._outside = -np.inf
        if len(free) > WINDOW:
            bounds = self._bounds[free]
            edge = np.partition(bounds, len(free) - WINDOW - 1)[len(free) - WINDOW - 1]
            # Ties at the edge stay outside, unless nothing is above them.
            inside = bounds > edge if bounds.max() > edge else bounds >= edge
            free, rest = free[inside], bounds[~inside]
            self._outside = float(rest.max(initial=-np.inf))
        self._window, self._rows = free, self.given.pool.subset(free).block()
        self._norms = squared_norms(self._rows)
        self._measure(self._window, self._rows)

    def _measure(self, positions: NDArray[np.int64], rows: NDArray[np.float32]) -> None:
        """Bring the scores of ``positions`` (p,), whose vectors are ``rows`` (p, d), up to date."""
        for start in range(0, len(positions), _BLOCK):
            self._ctx.check()
            part, vectors = positions[start : start + _BLOCK], rows[start : start + _BLOCK]
            new = self._met[part] < 0
            if new.any():
                for _, others in self.rivals().blocks():
                    self._nearer(part[new], vectors[new], others)
                self._met[part[new]] = 0
            picks = np.asarray(self._picks[int(self._met[part].min()) :], dtype=np.int64)
            for at in range(0, len(picks), _BLOCK):
                self._nearer(part, vectors, self.given.pool.subset(picks[at : at + _BLOCK]).block())
            self._met[part] = len(self._picks)
        self._lower(positions)

    def _lower(self, positions: NDArray[np.int64]) -> None:
        """Give ``positions`` the scores that fit their distances."""
        distances = np.sqrt(self._squared[positions].astype(np.float64)) / self.given.pool.norm
        self._bounds[positions] = self.lowered(self._scores[positions], distances)

    def _nearer(self, positions: NDArray[np.int64], rows: NDArray[np.float32], others: NDArray[np.float32]) -> None:
        nearest = np.maximum(squared_distances(rows, others).min(axis=1), 0)
        self._squared[positions] = np.minimum(self._squared[positions], nearest)
