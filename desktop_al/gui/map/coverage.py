"""The view “Reach”: what lies near a label, what near a pick of the batch alone, and what near neither.

It counts samples, where coverage is the mean of the same similarity: two numbers, and so two names.
"""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import SampleState
from desktop_al.gui.batch_words import percent
from desktop_al.gui.columns import Column
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.map.colouring import NONE, ColourBy, ColourColumn, Colouring, Entry, Kind, bgr
from desktop_al.gui.map.patterns import Pattern
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import Theme

COVERAGE = ColourBy(Kind.COVERAGE)
COVERED, ADDED, UNCOVERED = 0, 1, 2
HALF = 0.5  # the similarity from which on a sample counts as near, as in the insights' own shares
NAMES = {
    COVERED: later("Near a label"),
    ADDED: later("Near a pick"),
    UNCOVERED: later("Out of reach"),
}
PATTERNS = {COVERED: Pattern.NONE, ADDED: Pattern.DOTS, UNCOVERED: Pattern.STRIPES}
NEEDED = ("covered", "covered_after")


def coverage_column(pool: Pool) -> ColourColumn:
    """The two similarities, by reference; where one is not known yet, as good as none."""
    before, after = (_values(pool.insight(name)) for name in NEEDED)
    return ColourColumn(COVERAGE, None, (), before, after)


def _values(column: Column | None) -> NDArray[np.float64] | None:
    return column.values if column is not None else None


def coverage_colouring(column: ColourColumn, n: int, theme: Theme) -> Colouring:
    """Three classes of ``n`` samples: by the similarity to what is labelled, and to what is labelled or picked.

    Shares are of the samples whose similarities are known.
    """
    before, after = column.values, column.after
    codes = np.full(n, NONE, np.uint8)
    if after is not None:
        known = np.isfinite(after)
        codes[known] = UNCOVERED
        codes[known & (after >= HALF)] = ADDED
        if before is not None:
            codes[known & (before >= HALF)] = COVERED
    colours = np.empty((256, 3), np.float32)
    colours[:] = bgr(theme.faint)
    looks = {
        COVERED: theme.states[SampleState.LABELLED],
        ADDED: theme.states[SampleState.PENDING],
        UNCOVERED: theme.states[SampleState.REJECTED],
    }
    counts = np.bincount(codes, minlength=256)
    total = max(int(counts[:3].sum()), 1)
    entries = []
    for code, colour in looks.items():
        colours[code] = bgr(colour)
        if after is not None:
            share = percent(int(counts[code]) / total)
            entries.append(Entry(code, tr(NAMES[code]), int(counts[code]), colour, None, PATTERNS[code], share))
    if counts[NONE]:
        entries.append(Entry(NONE, tr("None"), int(counts[NONE]), theme.faint))
    return Colouring(COVERAGE, codes, colours, tuple(entries), None)
