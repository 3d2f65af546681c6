"""BADGE: k-means++ over the gradients that the likeliest label would cause (Ash et al., ICLR 2020)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import GridVectors, squared_norms
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.knowledge import require_beliefs
from desktop_al.strategies.one_by_one import OneByOne

_BLOCK = 4096
# Up to 1 GB of vectors are kept between picks.
_KEPT = 2**28


class _Gradients:
    """The gradient embeddings g = (p - e) x^T, e the likeliest class, of a pool; never made, only their products.

    |g|^2 = |p - e|^2 |x|^2 and <g, h> = <p - e, q - f> <x, y>: O(c + d) for a pair instead of O(c d).
    """

    def __init__(self, pool: GridVectors, probabilities: NDArray[np.float32]) -> None:
        self._pool, self._probabilities = pool, probabilities
        self._likeliest = probabilities.argmax(axis=1)
        self._whole = pool.block() if len(pool) * pool.dim <= _KEPT else None
        self._all: NDArray[np.float64] | None = None
        if probabilities.size <= _KEPT // 2:
            self._all = self._slopes(0, len(pool))
        self.squared = np.empty(len(pool))
        for start in range(0, len(pool), _BLOCK):
            stop = start + _BLOCK
            slopes = self._slopes(start, stop)
            norms = squared_norms(self._vectors(start, stop)).astype(np.float64)
            self.squared[start:stop] = (slopes * slopes).sum(axis=1) * norms

    def distances(self, position: int) -> NDArray[np.float64]:
        """The squared distance of each gradient to that of ``position``, (n,) float64."""
        out = np.empty(len(self._pool))
        slope, vector = self._slopes(position, position + 1)[0], self._vectors(position, position + 1)[0]
        for start in range(0, len(out), _BLOCK):
            stop = start + _BLOCK
            # Products of grid vectors are exact in float32, sums of slopes are in the order of numpy.
            along = (self._slopes(start, stop) * slope).sum(axis=1) * (self._vectors(start, stop) @ vector)
            out[start:stop] = self.squared[start:stop] + self.squared[position] - 2 * along
        out[position] = 0.0
        return np.maximum(out, 0.0)

    def _slopes(self, start: int, stop: int) -> NDArray[np.float64]:
        if self._all is not None:
            return self._all[start:stop]
        rows = self._probabilities[start:stop].astype(np.float64)
        rows[np.arange(len(rows)), self._likeliest[start:stop]] -= 1
        return rows

    def _vectors(self, start: int, stop: int) -> NDArray[np.float32]:
        return self._pool.block(start, stop) if self._whole is None else self._whole[start:stop]


class _PlusPlus(OneByOne):
    """Draws in proportion to the squared distance to the nearest pick; ``gains`` are these distances.

    The first pick has the largest gradient. The draw of a rank depends on the seed and the rank alone.
    """

    def __init__(self, given: StrategyInput, probabilities: NDArray[np.float32]) -> None:
        super().__init__(given)
        self._gradients = _Gradients(given.pool, probabilities)
        self._nearest = self._gradients.squared.copy()

    def best(self) -> tuple[int, float]:
        """The next draw; where all that is left is as near as can be, the first."""
        weights = np.where(self.gate.free, self._nearest, 0.0)
        total = weights.sum()
        if not self._picks or total <= 0:
            position = int(np.where(self.gate.free, weights, -1.0).argmax())
            return position, float(self._nearest[position])
        sums = np.cumsum(weights)
        drawn = np.random.default_rng([self.given.seed, 13, len(self._picks)]).random() * sums[-1]
        position = int(np.searchsorted(sums, drawn, side="right"))
        # A draw at the very end can pass the last weight by rounding.
        position = min(position, int(np.flatnonzero(weights)[-1]))
        return position, float(self._nearest[position])

    def took(self, position: int) -> None:
        """Measure all gradients against the new pick."""
        distances = self._gradients.distances(position)
        self._nearest = np.minimum(self._nearest, distances) if len(self._picks) > 1 else distances

    def gain_of(self, position: int) -> float:
        """The squared distance to the nearest pick, or the squared norm before there is one."""
        return float(self._nearest[position])


@dataclass(frozen=True, slots=True)
class Badge:
    """Large gradients are uncertain samples, distant gradients different ones."""

    name: str = "badge"
    summary: str = "Ask what would move the model most, and in many directions at once."
    needs: frozenset[str] = frozenset({"probabilities"})
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by seeded k-means++ draws (Arthur and Vassilvitskii 2007); one pass over the pool a pick."""
        ctx.check()
        return _PlusPlus(given, require_beliefs(self, given).probabilities)
