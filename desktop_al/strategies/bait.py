"""BAIT: the samples whose labels leave the least error to expect over the pool (Ash et al., NeurIPS 2021).

Greedily lowers tr(M^-1 F), F the Fisher information of the pool about a linear classifier and M that of the labelled
samples and the picks. Two approximations make it fit for pools: classes are independent (see
`desktop_al.numerics.fisher`), and embeddings are projected to the leading directions of the pool. The paper's backward
steps, which throw picks out again, are left out: a ranking must be nested.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.beliefs import Beliefs
from desktop_al.numerics.fisher import Fisher
from desktop_al.numerics.subspace import coordinates_in
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.knowledge import require_beliefs
from desktop_al.strategies.one_by_one import OneByOne

_RANK = Option(
    name="rank",
    type="int",
    default=64,
    help="the number of leading directions of the pool that count",
    low=2,
    high=1024,
)
_PRIOR = Option(
    name="prior",
    type="float",
    default=0.01,
    help="how much is known of the model beforehand; more makes picks more alike to the pool",
    low=1e-6,
    high=1e3,
)


class _Trace(OneByOne):
    """``gains`` are falls of the trace, as a share of what it was before the first pick."""

    def __init__(self, given: StrategyInput, beliefs: Beliefs, ctx: Context) -> None:
        super().__init__(given)
        x, known = coordinates_in(given.pool, int(given.options["rank"]), given.references, ctx)
        information = spread_of(beliefs.probabilities)
        self._fisher = Fisher(
            x,
            information,
            _shares(given),
            float(given.options["prior"]),
            known,
            _known_information(given, beliefs, information),
            ctx,
        )
        self._unit = self._fisher.trace or 1.0

    def best(self) -> tuple[int, float]:
        """The sample that lowers the trace most, the first of equals."""
        falls = self._falls()
        position = int(np.where(self.gate.free, falls, -1.0).argmax())
        return position, float(falls[position])

    def took(self, position: int) -> None:
        """Add the information of the pick."""
        self._fisher.add(position)

    def gain_of(self, position: int) -> float:
        """The fall of the trace."""
        return float(self._falls()[position])

    def _falls(self) -> NDArray[np.float64]:
        return self._fisher.falls() / self._unit


def spread_of(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """The variance p (1 - p) of each class, (n, c) float64."""
    wide = probabilities.astype(np.float64)
    return wide * (1 - wide)


def _shares(given: StrategyInput) -> NDArray[np.float64]:
    """What each sample counts in the information of the pool; held-out samples do not."""
    shares = np.ones(len(given.pool)) if given.weights is None else np.asarray(given.weights, dtype=np.float64).copy()
    if given.held_out is not None:
        shares[given.held_out] = 0
    scaled: NDArray[np.float64] = shares / max(float(shares.sum()), 1e-300)
    return scaled


def _known_information(given: StrategyInput, beliefs: Beliefs, information: NDArray[np.float64]) -> NDArray[np.float64]:
    """The information of the references, (m, c); where the model cannot be asked, the mean of the pool."""
    if beliefs.predict is None:
        return np.tile(information.mean(axis=0), (len(given.references), 1))
    parts = [spread_of(beliefs.predict(block)) for _, block in given.references.blocks()]
    return np.concatenate(parts) if parts else np.zeros((0, information.shape[1]))


@dataclass(frozen=True, slots=True)
class Bait:
    """Strong in late rounds, with a model that is right in the main."""

    name: str = "bait"
    summary: str = "Ask what leaves the least error to expect over the whole pool, by the information of each label."
    needs: frozenset[str] = frozenset({"probabilities"})
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = (_RANK, _PRIOR)

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by the greedy fall of the trace; O(n r c) a pick."""
        ctx.check()
        return _Trace(given, require_beliefs(self, given), ctx)
