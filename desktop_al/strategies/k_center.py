"""k-center by farthest-first traversal (Gonzalez 1985), the CoreSet of Sener & Savarese (ICLR 2018).

The largest distance to the nearest pick is at most twice the optimum.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import squared_distances
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.one_by_one import OneByOne

_BLOCK = 4096
_DIAMETER = 2.0
# Up to 1 GB of vectors are kept between picks.
_KEPT = 2**28


class _FarthestFirst(OneByOne):
    """``gains`` are distances, at the time of the pick, to the nearest reference or earlier pick; 2 for a first."""

    def __init__(self, given: StrategyInput, ctx: Context) -> None:
        super().__init__(given)
        self._pool = given.pool
        self._whole = self._pool.block() if len(self._pool) * self._pool.dim <= _KEPT else None
        self._squared = np.full(len(self._pool), np.inf, dtype=np.float32)
        for _, members in given.references.blocks(1024):
            ctx.check()
            self._near(members)

    def _block(self, start: int) -> NDArray[np.float32]:
        stop = start + _BLOCK
        return self._pool.block(start, stop) if self._whole is None else self._whole[start:stop]

    def _near(self, members: NDArray[np.float32]) -> None:
        for start in range(0, len(self._pool), _BLOCK):
            nearest = squared_distances(self._block(start), members).min(axis=1)
            part = self._squared[start : start + len(nearest)]
            np.minimum(part, np.maximum(nearest, 0), out=part)

    def _first(self) -> int:
        """The candidate nearest to the mean of the pool, where nothing is labelled or picked yet."""
        total = np.zeros(self._pool.dim, dtype=np.int64)
        for start in range(0, len(self._pool), _BLOCK):
            total += self._pool.integers(start, start + _BLOCK).sum(axis=0, dtype=np.int64)
        away = np.empty(len(self._pool), dtype=np.int64)
        for start in range(0, len(self._pool), _BLOCK):
            rows = self._pool.integers(start, start + _BLOCK).astype(np.int64)
            # |x - mean|^2 up to a constant, times n, in integers: exact.
            away[start : start + _BLOCK] = len(self._pool) * (rows * rows).sum(axis=1) - 2 * (rows @ total)
        candidates = np.flatnonzero(self.gate.free)
        return int(candidates[away[candidates].argmin()])

    def best(self) -> tuple[int, float]:
        """The farthest; one pass over the pool a pick."""
        if np.isinf(self._squared[0]):
            return self._first(), _DIAMETER
        position = int(np.where(self.gate.free, self._squared, -1).argmax())
        return position, self.gain_of(position)

    def gain_of(self, position: int) -> float:
        """The distance to the nearest reference or pick; no two unit vectors are farther apart than 2."""
        return min(_DIAMETER, float(np.sqrt(self._squared[position])) / self._pool.norm)

    def took(self, position: int) -> None:
        """Measure how much nearer the pool is now."""
        self._near(self._pool.block(position, position + 1))


@dataclass(frozen=True, slots=True)
class KCenter:
    """Finds what is rare, and outliers first of all."""

    name: str = "k-center"
    summary: str = "Reach the outskirts: each pick is the image farthest from everything labelled or picked."
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank farthest first, from the references or, without any, from the most central sample."""
        return _FarthestFirst(given, ctx)
