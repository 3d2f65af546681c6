"""What colours the points: a column of the pool as byte codes, their colours, and the legend's entries."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from desktop_al.domain.records import SampleState
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.insight_words import INSIGHTS
from desktop_al.gui.map.patterns import Pattern
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.gui.theme import STATE_NAMES, Theme

LEVELS = 250  # of a numeric column
OTHER, NONE = 253, 254
MOST_ENTRIES = 21  # as many colours as the theme keeps apart
BINS = 28


class Kind(StrEnum):
    """What family of columns a colour comes from."""

    STATE = "state"
    LABEL = "label"
    SOURCE = "source"
    METADATA = "metadata"
    INSIGHT = "insight"
    COVERAGE = "coverage"


TITLES = {
    Kind.STATE: later("State"),
    Kind.LABEL: later("Label"),
    Kind.SOURCE: later("Source"),
    Kind.COVERAGE: later("Reach"),
}


@dataclass(frozen=True, slots=True)
class ColourBy:
    """A choice of the person: the kind, and the name of the metadata field or of the insight."""

    kind: Kind = Kind.STATE
    name: str = ""

    @property
    def title(self) -> str:
        """The choice in words."""
        if self.kind is Kind.INSIGHT:
            return tr(INSIGHTS[self.name].title)
        return self.name if self.kind is Kind.METADATA else tr(TITLES[self.kind])

    @property
    def is_computed(self) -> bool:
        """Whether it is computed from the embeddings, and not known beforehand."""
        return self.kind is Kind.INSIGHT

    @property
    def explanation(self) -> str:
        """What the choice means, in one sentence; "" where its name says it."""
        return tr(INSIGHTS[self.name].explanation) if self.kind is Kind.INSIGHT else ""


@dataclass(frozen=True, slots=True, eq=False)
class ColourColumn:
    """The column behind a choice, by reference: ``codes`` (n,) into ``names``, -1 for none, or ``values`` (n,).

    The coverage view has two columns of values: before the batch, and ``after`` it.
    """

    by: ColourBy
    codes: NDArray[np.integer] | None
    names: tuple[str, ...]
    values: NDArray[np.float64] | None
    after: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend.

    ``state`` gives its shape where it is a state, ``pattern`` what its regions are hatched with;
    ``share`` is what it makes up of all, where that is worth saying.
    """

    code: int
    name: str
    count: int
    colour: str
    state: SampleState | None = None
    pattern: Pattern = Pattern.NONE
    share: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """The colour bar of a numeric column: colours run from ``low`` to ``high``, values from ``least`` to ``most``."""

    low: float
    high: float
    least: float
    most: float
    histogram: tuple[int, ...]
    colours: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """``codes`` (n,) uint8 into ``colours`` (256, 3) float32 in the order B, G, R; what the legend shows."""

    by: ColourBy
    codes: NDArray[np.uint8]
    colours: NDArray[np.float32]
    entries: tuple[Entry, ...]
    scale: Scale | None


def choices(pool: Pool) -> list[ColourBy]:
    """What the points of ``pool`` can be coloured by."""
    kinds = [Kind.STATE, Kind.LABEL, Kind.SOURCE]
    if pool.counts.embedded > 0:
        kinds.append(Kind.COVERAGE)
    return [
        *(ColourBy(kind) for kind in kinds),
        *(ColourBy(Kind.METADATA, name) for name in pool.metadata_names),
        *(ColourBy(Kind.INSIGHT, name) for name in INSIGHTS if _offered(pool, name)),
    ]


def _offered(pool: Pool, name: str) -> bool:
    """Whether the insight ``name`` can be asked for, or explains what it still needs."""
    if "query" in INSIGHTS[name].needs:
        return pool.insight(name) is not None
    if "batch" in INSIGHTS[name].needs:
        return len(pool.picks) > 0
    return pool.counts.embedded > 0


def column_of(pool: Pool, by: ColourBy) -> ColourColumn:
    """The column of ``pool`` behind ``by``, without reading it; a field that is gone gives the state."""
    if by.kind is Kind.LABEL:
        return ColourColumn(by, pool.label_code, pool.classes, None)
    if by.kind is Kind.SOURCE:
        return ColourColumn(by, pool.source_code, pool.source_names, None)
    if by.kind is Kind.METADATA and by.name in pool.metadata_names:
        field = pool.metadata(by.name)
        return ColourColumn(by, field.codes, field.names, field.values)
    if by.kind is Kind.INSIGHT:
        found = pool.insight(by.name)
        if found is None:
            return ColourColumn(by, _nothing(len(pool)), (), None)
        return ColourColumn(by, found.codes, found.names, found.values)
    return ColourColumn(ColourBy(), pool.state, (), None)


@lru_cache(maxsize=1)
def _nothing(n: int) -> NDArray[np.int32]:
    """The codes of ``n`` samples while nobody knows any; the same array each time, for pictures compare by identity."""
    return np.full(n, -1, np.int32)


def colouring(column: ColourColumn, theme: Theme) -> Colouring:
    """Codes, colours and legend of ``column`` in the colours of ``theme``."""
    if column.by.kind is Kind.STATE:
        return _by_state(column, theme)
    if column.values is not None:
        return _by_value(column, column.values, theme)
    return _by_category(column, theme)


def bgr(colour: str) -> NDArray[np.float32]:
    """``colour``, "#RRGGBB", as (3,) float32 in the order B, G, R."""
    value = QColor(colour)
    return np.array([value.blue(), value.green(), value.red()], np.float32)


def _table(theme: Theme) -> NDArray[np.float32]:
    colours = np.empty((256, 3), np.float32)
    colours[:] = bgr(theme.states[SampleState.UNLABELLED])
    colours[NONE] = bgr(theme.faint)
    return colours


def _by_state(column: ColourColumn, theme: Theme) -> Colouring:
    from desktop_al.gui.map.values import count_bytes

    assert column.codes is not None
    codes = column.codes.astype(np.uint8, copy=False)
    counts = count_bytes(codes)
    colours = _table(theme)
    for state in SampleState:
        colours[state] = bgr(theme.states[state])
    entries = tuple(
        Entry(int(state), tr(STATE_NAMES[state]), int(counts[state]), theme.states[state], state)
        for state in SampleState
        if counts[state] or state is SampleState.UNLABELLED
    )
    return Colouring(column.by, codes, colours, entries, None)


def _by_category(column: ColourColumn, theme: Theme) -> Colouring:
    from desktop_al.gui.map.values import count_codes, translate

    assert column.codes is not None
    codes = column.codes.astype(np.int32, copy=False)
    counts = count_codes(codes, len(column.names))
    none, counts = int(counts[0]), counts[1:]
    present = np.flatnonzero(counts)
    shown = np.sort(present[np.argsort(-counts[present], kind="stable")][:MOST_ENTRIES])
    if len(column.names) > MOST_ENTRIES:
        shown = shown[np.argsort(-counts[shown], kind="stable")]
    table = np.full(len(column.names) + 1, OTHER, np.uint8)
    table[0] = NONE
    colours, entries = _table(theme), []
    for place, code in enumerate(shown):
        place = int(code) if len(column.names) <= MOST_ENTRIES else place
        colour = theme.class_colour(place).name()
        table[code + 1], colours[place] = place, bgr(colour)
        entries.append(Entry(place, readable(column.names[code]), int(counts[code]), colour))
    rest = int(counts.sum()) - sum(entry.count for entry in entries)
    if rest:
        entries.append(Entry(OTHER, tr("Other"), rest, theme.states[SampleState.UNLABELLED]))
    if none and (column.names or column.by.kind is not Kind.INSIGHT):
        entries.append(Entry(NONE, tr("None"), none, theme.faint))
    return Colouring(column.by, translate(codes, table), colours, tuple(entries), None)


def _by_value(column: ColourColumn, values: NDArray[np.float64], theme: Theme) -> Colouring:
    from desktop_al.gui.map.values import encode, extent, quantiles

    good, least, most = extent(values)
    ranks = column.by == ColourBy(Kind.INSIGHT, "rank")
    # Of ranks the first are the most telling, and none is left out.
    colours, ramp = _table(theme), _ramp(theme)[:: -1 if ranks else 1]
    colours[:LEVELS] = np.array([bgr(colour) for colour in ramp])
    none = len(values) - good
    entries = (Entry(NONE, tr("None"), none, theme.faint),) if none else ()
    if good == 0:
        return Colouring(column.by, np.full(len(values), NONE, np.uint8), colours, entries, None)
    low, high = (least, most) if ranks else quantiles(values, (0.01, 0.99))
    if high <= low:
        low, high = least, most
    codes, counts = encode(values, low, high - low or 1.0, LEVELS, NONE)
    histogram = np.bincount(np.arange(LEVELS) * BINS // LEVELS, counts, BINS).astype(np.int64)
    scale = Scale(low, high, least, most, tuple(int(count) for count in histogram), tuple(ramp))
    return Colouring(column.by, codes, colours, entries, scale)


def _ramp(theme: Theme) -> list[str]:
    """`LEVELS` colours that grow in lightness and stay clear of the canvas."""
    # Anchors of equal steps in lightness from blue over green to yellow: told apart with any colour vision.
    dark = ("#3E4C9A", "#2F6FA8", "#20928C", "#4DB56A", "#A6D04A", "#FBE84A")
    light = ("#2D1E6B", "#28508F", "#1C7A86", "#2F9E63", "#86B82F", "#D9C21C")
    anchors = np.array([bgr(colour) for colour in (dark if theme.dark else light)], np.float64)
    at = np.linspace(0, len(anchors) - 1, LEVELS)
    mixed = np.stack([np.interp(at, np.arange(len(anchors)), anchors[:, c]) for c in range(3)], axis=1).round()
    return [QColor(int(r), int(g), int(b)).name() for b, g, r in mixed]
