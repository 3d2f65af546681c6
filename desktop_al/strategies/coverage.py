"""Weighted generalized coverage: each pick raises the similarity of the pool to what is labelled the most.

With equal weights this is MaxHerding (Bae et al., ECCV 2024), the facility location of a Gaussian kernel.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.numerics.coverage import fixed_weights
from desktop_al.numerics.density import spacing
from desktop_al.numerics.greedy_dense import DenseGreedy
from desktop_al.numerics.greedy_sparse import SparseGreedy
from desktop_al.numerics.kernel import edge_kernel
from desktop_al.strategies.base import Option, Ranker, StrategyInput

_DENSITY = Option(
    name="density",
    type="float",
    default=0.0,
    help="0 picks what is typical; 2 to 4 reach out to rare images; 8 takes only the outliers",
    low=0.0,
    high=8.0,
)


def integer_weights(given: StrategyInput) -> NDArray[np.uint32]:
    """The weights of a pool, (n,) uint32 of mean 2^16: as given, times local density to the power of -``density``."""
    weights = np.ones(len(given.pool)) if given.weights is None else np.asarray(given.weights, dtype=np.float64)
    exponent = float(given.options.get("density", 0.0))
    if exponent > 0 and len(given.pool) > 1:
        gaps = spacing(given.pool)
        # Copies have no distance at all; a floor keeps their weight above zero.
        gaps = np.maximum(gaps, 1e-3 * max(float(gaps.max()), 1e-12))
        weights = weights * (gaps / np.median(gaps)) ** exponent
    whole = fixed_weights(weights)
    if given.held_out is not None:
        whole[given.held_out] = 0
    return whole


@dataclass(frozen=True, slots=True)
class Coverage:
    """The default strategy."""

    name: str = "coverage"
    summary: str = "Cover everything: each pick stands for as many images as possible that nothing stands for yet."
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = (_DENSITY,)

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by greedy gain in coverage; ``gains`` are shares of the weighted pool, in [0, 1]."""
        similarity, weights = given.similarity, integer_weights(given)
        served = similarity.before(ctx).similarity
        if similarity.fits:
            return DenseGreedy(similarity.dense(ctx), weights, served, given.held_out)
        if given.neighbours is None:
            raise SelectionError(
                "This pool is too large to compare every image with every other, and its neighbours are not known yet; "
                "make the map first."
            )
        integers = given.pool.integers()
        values = edge_kernel(integers, given.neighbours, similarity.scale)
        return SparseGreedy(given.neighbours, values, weights, served, given.held_out)
