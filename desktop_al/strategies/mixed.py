"""A ranking with pins first and a slice of random picks; what a strategy ranks fills the rest."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import squared_distances
from desktop_al.strategies.base import Ranker, StrategyInput
from desktop_al.strategies.places import due, next_due, random_phase

ORIGINS = ("strategy", "pin", "random")
"""Where a pick can come from; its code is the place in this tuple."""

_STRATEGY, _PIN, _RANDOM = range(3)
_BLOCK = 4096


class Mixed:
    """A `Ranker` that tells another what to rank at some places.

    The first places are the ``pins``, which no limit keeps out. Of the rest a ``share``, spread evenly, is
    drawn uniformly from what may be picked, by one permutation of seed ``given.seed``, so that rankings stay nested.
    ``origins`` are those of what ``ranker`` has ranked already under the same rules.
    """

    def __init__(
        self,
        ranker: Ranker,
        given: StrategyInput,
        pins: tuple[int, ...] = (),
        share: float = 0.0,
        origins: NDArray[np.uint8] | None = None,
    ) -> None:
        self.ranker, self._given = ranker, given
        self._pins = tuple(dict.fromkeys(pins))
        self._share, self._phase = share, random_phase(len(given.references))
        self._drawn = np.random.default_rng([given.seed, 5]).permutation(len(given.pool)) if share > 0 else None
        self._next = 0
        self._origins: list[int] = [] if origins is None else origins.tolist()

    @property
    def indices(self) -> NDArray[np.int64]:
        """The positions ranked so far, (k,) int64."""
        return self.ranker.indices

    @property
    def gains(self) -> NDArray[np.float64]:
        """What each added, (k,) float64."""
        return self.ranker.gains

    @property
    def account(self) -> str:
        """What the strategy says of itself."""
        return self.ranker.account

    @property
    def origins(self) -> NDArray[np.uint8]:
        """The codes of `ORIGINS`, (k,) uint8."""
        return np.asarray(self._origins, dtype=np.uint8)

    def extend(self, count: int, ctx: Context = SILENT) -> None:
        """Go on until ``count`` samples are ranked, or all that may be; raises `CancelledError` between picks."""
        while (at := len(self._origins)) < count:
            ctx.check()
            if at < len(self._pins):
                self._force(self._pins[at], _PIN)
                continue
            if due(at, self._share, self._phase) and (drawn := self._draw()) is not None:
                self._force(drawn, _RANDOM)
                continue
            stop = next_due(at + 1, count, self._share, self._phase)
            self.ranker.extend(stop, ctx)
            self._origins += [_STRATEGY] * (len(self.ranker.indices) - at)
            if len(self.ranker.indices) < stop:
                return

    def force(self, position: int) -> None:
        """Rank ``position`` next, as a pin; nothing happens where it is ranked already."""
        if position not in self.ranker.indices:
            self._force(position, _PIN)

    def _force(self, position: int, origin: int) -> None:
        self.ranker.force(position)
        self._origins.append(origin)

    def _draw(self) -> int | None:
        """The next of the permutation that may be picked; what may not now never will."""
        assert self._drawn is not None
        while self._next < len(self._drawn):
            position = int(self._drawn[self._next])
            self._next += 1
            if self._open(position):
                return position
        return None

    def _open(self, position: int) -> bool:
        limits, ranked = self._given.limits, self.ranker.indices
        if position in ranked or (limits.barred is not None and limits.barred[position]):
            return False
        if self._given.held_out is not None and self._given.held_out[position]:
            return False
        if limits.groups is not None and limits.room is not None and (group := limits.groups[position]) >= 0:
            taken = int((limits.groups[ranked] == group).sum())
            if taken >= limits.room[group]:
                return False
        if limits.minimum_distance <= 0:
            return True
        pool = self._given.pool
        least = np.float32((limits.minimum_distance * pool.norm) ** 2)
        one = pool.block(position, position + 1)
        return not any(
            (squared_distances(one, members) < least).any()
            for others in (self._given.references, pool.subset(ranked))
            for _, members in others.blocks(_BLOCK)
        )
