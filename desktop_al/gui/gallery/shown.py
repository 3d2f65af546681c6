"""Which samples the gallery shows: its tabs, what each is empty for, and the rows behind it."""

from collections.abc import Callable, Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import SampleState
from desktop_al.gui.i18n import later
from desktop_al.gui.marks import Mark
from desktop_al.gui.pool import Pool
from desktop_al.gui.targets import lit_count


class Show(StrEnum):
    """What the gallery shows."""

    BATCH = "Batch"
    ALL = "All"
    HIGHLIGHT = "Highlighted"
    LABELLED = "Labelled"
    VETOED = "Vetoed"
    UNREADABLE = "Unreadable"


TITLES: Mapping[Show, str] = {
    Show.BATCH: later("Batch"),
    Show.ALL: later("All"),
    Show.HIGHLIGHT: later("Highlighted"),
    Show.LABELLED: later("Labelled"),
    Show.VETOED: later("Vetoed"),
    Show.UNREADABLE: later("Unreadable"),
}
# What most pools have nothing of; its tab is there while they do.
RARE = frozenset({Show.VETOED, Show.UNREADABLE})
EMPTY_TEXTS: Mapping[Show, str] = {
    Show.BATCH: later("No batch yet. Choose a strategy and a budget in the batch panel, then press Select."),
    Show.ALL: later("No images yet. Drop a folder on the window, or use File › Add images."),
    Show.HIGHLIGHT: later("Nothing is highlighted. Draw a lasso on the map, or click thumbnails with Ctrl or Shift."),
    Show.LABELLED: later("No labels yet. Export a batch, have it labelled, then use File › Import labels."),
    Show.VETOED: later("Nothing is vetoed. V leaves the focused image out of the batch."),
    Show.UNREADABLE: later("Every image that was looked at can be read."),
}
FILTERED = later("The filters hide all of these images. Take a chip off to see more.")
# The columns of the pool whose change makes others show.
DEPENDS: Mapping[Show, frozenset[str]] = {
    Show.BATCH: frozenset(),
    Show.ALL: frozenset({"visible"}),
    Show.HIGHLIGHT: frozenset({"visible"}),
    Show.LABELLED: frozenset({"state", "label", "visible"}),
    Show.VETOED: frozenset({"marks"}),
    Show.UNREADABLE: frozenset({"status"}),
}


def empty_text(pool: Pool, show: Show) -> str:
    """Why ``show`` has no image, in English: the filter hides them, or there is none of them."""
    there = {
        Show.ALL: len(pool),
        Show.HIGHLIGHT: pool.highlighted,
        Show.LABELLED: int(pool.state_counts[SampleState.LABELLED]),
    }
    return FILTERED if there.get(show, 0) else EMPTY_TEXTS[show]


def rows_of(pool: Pool, show: Show) -> Callable[[], NDArray[np.int64]]:
    """What finds the rows (m,) of ``pool`` that ``show`` stands for, on any thread; those of a batch in rank order."""
    if show is Show.BATCH:
        order = pool.pick_order
        return lambda: order
    if show is Show.UNREADABLE:
        rows = pool.unreadable
        return lambda: rows
    visible, highlight, state, mark = pool.visible, pool.highlight, pool.state, pool.mark
    masks: dict[Show, Callable[[], NDArray[np.bool_]]] = {
        Show.ALL: lambda: visible,
        Show.HIGHLIGHT: lambda: highlight & visible,
        Show.LABELLED: lambda: (state == SampleState.LABELLED) & visible,
        Show.VETOED: lambda: mark == Mark.VETOED,
    }
    return lambda: np.flatnonzero(masks[show]()).astype(np.int64, copy=False)


def counts(pool: Pool) -> dict[Show, int]:
    """How many samples each tab has."""
    labelled = int(pool.state_counts[SampleState.LABELLED])
    if labelled and pool.shown < len(pool):
        labelled = int(np.count_nonzero((pool.state == SampleState.LABELLED) & pool.visible))
    return {
        Show.BATCH: len(pool.picks),
        Show.ALL: pool.shown,
        Show.HIGHLIGHT: lit_count(pool),
        Show.LABELLED: labelled,
        Show.VETOED: pool.vetoed,
        Show.UNREADABLE: len(pool.unreadable),
    }
