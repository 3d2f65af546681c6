"""The query strategies by name."""

from desktop_al.domain.errors import SelectionUsageError
from desktop_al.domain.sentence import say
from desktop_al.strategies.auto import Auto
from desktop_al.strategies.badge import Badge
from desktop_al.strategies.bait import Bait
from desktop_al.strategies.base import Strategy
from desktop_al.strategies.cluster_margin import ClusterMargin
from desktop_al.strategies.coverage import Coverage
from desktop_al.strategies.dropquery import DropQuery
from desktop_al.strategies.entropy import Entropy
from desktop_al.strategies.k_center import KCenter
from desktop_al.strategies.k_means import KMeans
from desktop_al.strategies.least_confidence import LeastConfidence
from desktop_al.strategies.margin import Margin
from desktop_al.strategies.outliers import Outliers
from desktop_al.strategies.probability_coverage import ProbabilityCoverage
from desktop_al.strategies.random import Random
from desktop_al.strategies.similar import Similar
from desktop_al.strategies.typicality import Typicality
from desktop_al.strategies.uncertainty_herding import UncertaintyHerding

_STRATEGIES: tuple[Strategy, ...] = (
    Auto(),
    Coverage(),
    UncertaintyHerding(),
    KCenter(),
    Typicality(),
    ProbabilityCoverage(),
    KMeans(),
    Margin(),
    Entropy(),
    LeastConfidence(),
    Badge(),
    ClusterMargin(),
    DropQuery(),
    Bait(),
    Random(),
    Outliers(),
    Similar(),
)

AUTO = _STRATEGIES[0].name
"""The name of the default."""

_AIMS = {
    **dict.fromkeys(("auto", "coverage", "uncertainty-herding"), frozenset({"strata", "balance", "priority"})),
    "bait": frozenset({"strata"}),
}


def heeds(name: str) -> frozenset[str]:
    """The aims beside its own that the strategy called ``name`` heeds, of "strata", "balance" and "priority".

    All of them join the objective of coverage; what looks for other things has no place for them.
    """
    return _AIMS.get(name, frozenset())


def strategies() -> tuple[Strategy, ...]:
    """All strategies, the default first."""
    return _STRATEGIES


def strategy(name: str) -> Strategy:
    """The strategy called ``name``; raises `SelectionUsageError` where there is none."""
    for known in _STRATEGIES:
        if name == known.name:
            return known
    listed = ", ".join(known.name for known in _STRATEGIES)
    raise SelectionUsageError(
        say("There is no strategy called {name}; choose one of {listed}.", name=name, listed=listed)
    )
