"""What a person can choose, described so that a form can be built from it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OptionInfo:
    """An option of a query strategy; ``type`` is int, float, bool or choice; ``low`` and ``high`` bound numbers."""

    name: str
    type: str
    default: Any
    help: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StrategyInfo:
    """A query strategy; ``needs`` names what it cannot do without (labels, probabilities)."""

    name: str
    summary: str
    needs: frozenset[str]
    options: tuple[OptionInfo, ...]
