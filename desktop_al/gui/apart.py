"""What sets the highlighted images apart: each value's share among them, beside its share among all that are shown."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.distribution import Distribution, distribution
from desktop_al.jobs.where_columns import Column


@dataclass(frozen=True, slots=True)
class Share:
    """One value: how many of the highlighted images have it, which share of them, and of all that are shown.

    ``most`` is the largest share of either kind in its field, which the bars are drawn by.
    """

    count: int
    share: float
    usual: float
    most: float


def apart(
    found: Distribution, column: Column, visible: NDArray[np.bool_], lit: NDArray[np.bool_]
) -> Mapping[str, Share]:
    """The shares, by its filter, of each value of ``found``: the distribution of the ``visible`` rows (n,).

    Its values are those that are most usual among the rows ``lit`` (n,), which are highlighted and visible. Empty where
    there is no such row.
    """
    lits, shows = int(np.count_nonzero(lit)), int(np.count_nonzero(visible))
    if not lits:
        return {}
    counts = {bar.expression: bar.shown for bar in distribution(found.name, column, lit, lit).bars}
    rows = [(bar.expression, counts[bar.expression], bar.shown) for bar in found.bars]
    most = max((max(count / lits, shown / shows) for _, count, shown in rows), default=0.0) or 1.0
    return {name: Share(count, count / lits, shown / shows, most) for name, count, shown in rows}
