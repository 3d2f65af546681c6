"""What a person can choose, described so that a form can be built from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class PresetInfo:
    """A way to select in plain words: a strategy, its ``options`` that are not at their defaults, and ``changes``.

    ``changes`` maps places of a `SelectSpec`, as in "aims.balance", to values.
    """

    key: str
    title: str
    sentence: str
    strategy: str
    options: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
