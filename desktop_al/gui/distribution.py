"""How often each value of a column occurs: among all samples, and among those that are shown."""

from dataclasses import dataclass
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from desktop_al.jobs.where_columns import Categories, Column, Numbers, Sets
from desktop_al.jobs.where_syntax import column_text, equals

MOST_BARS = 8
BINS = 8
LOOKED_AT = 50_000  # values that decide where the bars of numbers begin and end
ENDS = (1.0, 99.0)  # per cent of the values, beyond which the outermost bars take in everything
NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One value, or a span of numbers: its name, the filter that keeps it, how many are shown, and of how many."""

    value: str | None
    low: float | None
    high: float | None
    expression: str
    shown: int
    total: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """The bars of column ``name``, and how many values have none for there are too many of them.

    ``texts`` tells of a column of which nearly each value is another, so that there are no bars.
    """

    name: str
    bars: tuple[Bar, ...]
    others: int = 0
    texts: bool = False


def distribution(
    name: str, column: Column, visible: NDArray[np.bool_], first: NDArray[np.bool_] | None = None
) -> Distribution:
    """The distribution of ``column`` where ``visible`` (n,).

    Values that are most usual come first: among all samples, or with ``first`` (n,) among those.
    """
    if isinstance(column, Numbers):
        return _of_numbers(name, column.values, visible)
    if isinstance(column, Categories):
        return _of_categories(name, column, visible, first)
    if isinstance(column, Sets):
        return _of_sets(name, column, visible, first)
    return Distribution(name, (), texts=True)


def _of_categories(
    name: str, column: Categories, visible: NDArray[np.bool_], first: NDArray[np.bool_] | None
) -> Distribution:
    codes, names = np.asarray(column.codes), column.names
    # The first place is that of samples without a value.
    total = np.bincount(codes.astype(np.int64) + 1, minlength=len(names) + 1)
    shown = total if visible.all() else np.bincount(codes[visible].astype(np.int64) + 1, minlength=len(names) + 1)
    among = total if first is None else np.bincount(codes[first].astype(np.int64) + 1, minlength=len(names) + 1)
    order = np.lexsort((-total[1:], -among[1:]))
    order = order[total[1:][order] > 0]
    bars = [_value(name, names[code], shown[code + 1], total[code + 1]) for code in order[:MOST_BARS].tolist()]
    if total[0]:
        bars.append(_value(name, None, shown[0], total[0]))
    return Distribution(name, tuple(bars), max(len(order) - MOST_BARS, 0))


def _of_sets(name: str, column: Sets, visible: NDArray[np.bool_], first: NDArray[np.bool_] | None) -> Distribution:
    bars, among = [], dict[str | None, int]()
    for place, value in enumerate(column.names):
        holds = (column.bits >> np.uint64(place) & np.uint64(1)).astype(bool)
        bars.append(_value(name, value, int(np.count_nonzero(holds & visible)), int(np.count_nonzero(holds))))
        among[value] = 0 if first is None else int(np.count_nonzero(holds & first))
    bars = sorted((bar for bar in bars if bar.total), key=lambda bar: (-among[bar.value], -bar.total))
    return Distribution(name, tuple(bars[:MOST_BARS]), max(len(bars) - MOST_BARS, 0))


def _of_numbers(name: str, values: NDArray[np.generic], visible: NDArray[np.bool_]) -> Distribution:
    edges = edges_of(values)
    known = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), bool)
    total = _counted(edges, values[known])
    shown = total if visible.all() else _counted(edges, values[known & visible])
    bars = []
    if not edges and known.any():
        value = float(values[known][0])
        bars.append(Bar(None, value, value, equals(name, value), int(shown[0]), int(total[0])))
    for place in range(len(edges) + 1 if edges else 0):
        low = edges[place - 1] if place else None
        high = edges[place] if place < len(edges) else None
        bars.append(Bar(None, low, high, span(name, low, high), int(shown[place]), int(total[place])))
    if not known.all():
        lacking = ~known
        bars.append(_value(name, None, int(np.count_nonzero(lacking & visible)), int(np.count_nonzero(lacking))))
    return Distribution(name, tuple(bar for bar in bars if bar.total))


def _counted(edges: list[float], values: NDArray[np.generic]) -> NDArray[np.int64]:
    places = np.searchsorted(np.array(edges, np.float64), values, side="right")
    return np.bincount(places, minlength=len(edges) + 1).astype(np.int64)


def edges_of(values: NDArray[np.generic]) -> list[float]:
    """Round numbers, ascending, that part ``values`` (n,) into some `BINS` spans; none where all are the same."""
    some = np.asarray(values[:: max(len(values) // LOOKED_AT, 1)], np.float64)
    some = some[np.isfinite(some)]
    if len(some) == 0:
        return []
    low, high = np.percentile(some, ENDS).tolist()
    if low == high:
        low, high = float(some.min()), float(some.max())
    if low == high:
        return []
    rough = (high - low) / BINS
    power = 10.0 ** floor(log10(rough))
    step = next(nice * power for nice in NICE if nice * power >= rough * (1 - 1e-9))
    first = floor(low / step) + 1
    # Written with few digits, so that the filter says what was counted.
    return [float(f"{at * step:.10g}") for at in range(first, first + BINS + 2) if at * step < high]


def span(name: str, low: float | None, high: float | None) -> str:
    """The filter that keeps values from ``low`` up to but not ``high``, None for an end that is open."""
    ends = ((">=", low), ("<", high))
    return " and ".join(
        f"{column_text(name)} {sign} {repr(end).removesuffix('.0')}" for sign, end in ends if end is not None
    )


def _value(name: str, value: str | None, shown: int, total: int) -> Bar:
    return Bar(value, None, None, equals(name, value), int(shown), int(total))
