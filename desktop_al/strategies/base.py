"""What a query strategy is: it ranks a pool, given what is labelled or picked already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError, SelectionUsageError
from desktop_al.domain.sentence import Sentence, say
from desktop_al.numerics.beliefs import Beliefs
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
        """``value``, possibly text, as this option holds it; raises `SelectionUsageError` where it does not fit."""
        try:
            parsed = self._convert(value)
        except (TypeError, ValueError):
            parsed = None
        too_low = self.low is not None and parsed is not None and parsed < self.low
        too_high = self.high is not None and parsed is not None and parsed > self.high
        if parsed is None or parsed != parsed or too_low or too_high:
            raise SelectionUsageError(
                say(
                    "The option {option} must be {range}, and “{value}” is not.",
                    option=self.name,
                    range=self._range(),
                    value=value,
                )
            )
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

    def _range(self) -> Sentence:
        if self.type == "choice":
            return say("one of {listed}", listed=", ".join(self.choices))
        if self.type == "bool":
            return say("yes or no")
        kind = say("a whole number") if self.type == "int" else say("a number")
        if self.low is not None and self.high is not None:
            return say("{kind} from {low:g} to {high:g}", kind=kind, low=self.low, high=self.high)
        return kind if self.low is None else say("{kind} of at least {low:g}", kind=kind, low=self.low)


@dataclass(frozen=True, slots=True)
class Known:
    """What is labelled: reference ``rows`` (m,) int64 with the ``codes`` (m,) int32 of their classes.

    ``classes`` are the names by code; those that no label has yet may be among them.
    """

    rows: NDArray[np.int64]
    codes: NDArray[np.int32]
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What may not be picked.

    ``barred`` (n,) bool marks vetoed and protected samples, which weigh all the same. ``groups`` (n,) int32 numbers the
    group of each sample, -1 for none, and ``room`` (g,) int64 says how many more of each group may be picked.
    ``minimum_distance`` is Euclidean between unit embeddings, kept between picks and to the references.
    """

    barred: NDArray[np.bool_] | None = None
    groups: NDArray[np.int32] | None = None
    room: NDArray[np.int64] | None = None
    minimum_distance: float = 0.0


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance term b sum_c o_c log(1 + n_c / t_c).

    ``strata`` (n,) int32 are those of the pool, -1 for none, ``counts`` (g,) int64 what the references hold of each,
    ``targets`` (g,) positive t_c, ``shares`` (g,) o_c, ``weight`` b in units of the whole coverage.
    """

    strata: NDArray[np.int32]
    counts: NDArray[np.int64]
    targets: NDArray[np.float64]
    shares: NDArray[np.float64]
    weight: float


@dataclass(frozen=True, slots=True)
class StrategyInput:
    """What a strategy ranks.

    ``similarity`` holds the pool of n samples that may be picked, the references (labelled samples and earlier picks)
    and the bandwidth; ``weights`` (n,) positive, or None for equal ones; ``held_out`` (n,) marks samples that neither
    weigh nor may be picked, or None; ``neighbours`` (n, k) int32 positions in the pool with -1 for none, needed where
    the pool is too large for a dense kernel; ``options`` are complete, as `complete` returns them.

    ``asked`` is the number of picks that were asked for, None where the budget is automatic: a strategy may scale
    itself by it, and ranks beyond it all the same.

    ``known`` says what is labelled, None where nothing is. ``beliefs`` holds the class probabilities of the pool, and
    how to find those of other vectors, None where there are none. ``limits`` says what may not be picked; ``balance``
    and ``scores`` (n,), modular scores in units of the whole coverage, join the objective of coverage; ``queries`` are
    the vectors that "similar" looks for.
    """

    similarity: Similarity
    seed: int
    weights: NDArray[np.float64] | None = None
    held_out: NDArray[np.bool_] | None = None
    neighbours: NDArray[np.int32] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    known: Known | None = None
    beliefs: Beliefs | None = None
    limits: Limits = field(default_factory=Limits)
    balance: Balance | None = None
    scores: NDArray[np.float64] | None = None
    queries: GridVectors | None = None
    asked: int | None = None

    @property
    def pool(self) -> GridVectors:
        """The vectors of the samples that may be picked."""
        return self.similarity.pool

    @property
    def references(self) -> GridVectors:
        """The vectors of labelled samples and earlier picks."""
        return self.similarity.references


class Ranker(Protocol):
    """A ranking under way; it is nested, so that a shorter one is the beginning of a longer one."""

    @property
    def indices(self) -> NDArray[np.int64]:
        """Positions in the pool, (k,) int64, none twice and none held out."""

    @property
    def gains(self) -> NDArray[np.float64]:
        """What each adds, (k,) float64, in the units of the strategy."""

    @property
    def account(self) -> str:
        """What the strategy did and why, in a sentence or two; "" where its summary says it all."""

    def extend(self, count: int, ctx: Context = SILENT) -> None:
        """Go on until ``count`` samples are ranked, or all that may be; raises `CancelledError`."""

    def force(self, position: int) -> None:
        """Rank ``position`` next, whatever its gain and the limits; nothing happens where it is ranked already."""


class Strategy(Protocol):
    """A query strategy.

    ``needs`` names what it cannot do without, ``uses`` what it takes where it is there: labels, probabilities,
    queries.
    """

    @property
    def name(self) -> str:
        """The name on the command line."""

    @property
    def summary(self) -> str:
        """One sentence for people."""

    @property
    def needs(self) -> frozenset[str]:
        """What must be there: a subset of {"labels", "probabilities", "queries"}."""

    @property
    def uses(self) -> frozenset[str]:
        """What else it takes where it is there, from the same set."""

    @property
    def options(self) -> tuple[Option, ...]:
        """The options it knows."""

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """A ranking of the pool, with nothing ranked yet."""


def require_neighbours(given: StrategyInput) -> NDArray[np.int32]:
    """The neighbours of a pool too large for a dense kernel; raises `SelectionError` where they are not known."""
    if given.neighbours is None:
        raise SelectionError(
            say(
                "This pool is too large to compare every image with every other, and its neighbours are "
                "not known yet; make the map first."
            )
        )
    return given.neighbours


def complete(strategy: Strategy, given: Mapping[str, Any]) -> dict[str, Any]:
    """All options of ``strategy``, from ``given`` or by default; raises `SelectionUsageError` for others."""
    known = {option.name: option for option in strategy.options}
    for name in given:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise SelectionUsageError(
                say(
                    "The strategy {strategy} has no option {option}; its options are: {listed}.",
                    strategy=strategy.name,
                    option=name,
                    listed=listed,
                )
            )
    return {name: option.parse(given.get(name, option.default)) for name, option in known.items()}
