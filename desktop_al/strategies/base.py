"""What a query strategy is: it ranks a pool, given what is labelled or picked already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a strategy; forms and ``--option`` are made from it. ``low`` and ``high`` bound numbers."""

    name: str
    type: Literal["int", "float", "bool", "choice"]
    default: Any
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    def parse(self, value: object) -> Any:
        """``value``, possibly text, as this option holds it; raises `SelectionError` where it does not fit."""
        try:
            parsed = self._convert(value)
        except (TypeError, ValueError):
            parsed = None
        too_low = self.low is not None and parsed is not None and parsed < self.low
        too_high = self.high is not None and parsed is not None and parsed > self.high
        if parsed is None or parsed != parsed or too_low or too_high:
            raise SelectionError(f"The option {self.name} must be {self._range()}, and “{value}” is not.")
        return parsed

    def _convert(self, value: object) -> Any:
        text = str(value).strip()
        if self.type == "int":
            return int(text)
        if self.type == "float":
            return float(text)
        if self.type == "bool":
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower())
        return text if text in self.choices else None

    def _range(self) -> str:
        if self.type == "choice":
            return "one of " + ", ".join(self.choices)
        if self.type == "bool":
            return "yes or no"
        kind = "a whole number" if self.type == "int" else "a number"
        if self.low is not None and self.high is not None:
            return f"{kind} from {self.low:g} to {self.high:g}"
        return kind if self.low is None else f"{kind} of at least {self.low:g}"


@dataclass(frozen=True, slots=True)
class StrategyInput:
    """What a strategy ranks.

    ``similarity`` holds the pool of n samples that may be picked, the references (labelled samples and earlier picks)
    and the bandwidth; ``weights`` (n,) positive, or None for equal ones; ``held_out`` (n,) marks samples that neither
    weigh nor may be picked, or None; ``neighbours`` (n, k) int32 positions in the pool with -1 for none, needed where
    the pool is too large for a dense kernel; ``options`` are complete, as `complete` returns them.
    """

    similarity: Similarity
    seed: int
    weights: NDArray[np.float64] | None = None
    held_out: NDArray[np.bool_] | None = None
    neighbours: NDArray[np.int32] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pool(self) -> GridVectors:
        """The vectors of the samples that may be picked."""
        return self.similarity.pool

    @property
    def references(self) -> GridVectors:
        """The vectors of labelled samples and earlier picks."""
        return self.similarity.references


class Ranker(Protocol):
    """A ranking under way; it is nested, so that a shorter one is the beginning of a longer one.

    ``indices`` (k,) int64 are positions in the pool, none twice and none held out; ``gains`` (k,) float64 are in the
    units of the strategy.
    """

    indices: NDArray[np.int64]
    gains: NDArray[np.float64]

    def extend(self, count: int, ctx: Context = SILENT) -> None:
        """Go on until ``count`` samples are ranked, or all that may be; raises `CancelledError`."""


class Strategy(Protocol):
    """A query strategy. ``needs`` names what it cannot do without: labels, probabilities."""

    @property
    def name(self) -> str:
        """The name on the command line."""

    @property
    def summary(self) -> str:
        """One sentence for people."""

    @property
    def needs(self) -> frozenset[str]:
        """What must be there: a subset of {"labels", "probabilities"}."""

    @property
    def options(self) -> tuple[Option, ...]:
        """The options it knows."""

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """A ranking of the pool, with nothing ranked yet."""


def complete(strategy: Strategy, given: Mapping[str, Any]) -> dict[str, Any]:
    """All options of ``strategy``, from ``given`` or by default; raises `SelectionError` for unknown or unfit ones."""
    known = {option.name: option for option in strategy.options}
    for name in given:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise SelectionError(f"The strategy {strategy.name} has no option {name}; its options are: {listed}.")
    return {name: option.parse(given.get(name, option.default)) for name, option in known.items()}
