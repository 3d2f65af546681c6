"""How each point looks: its colour code and its role, gathered from the columns of the pool into the cloud's order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import SampleState
from desktop_al.gui.map.cloud import Cloud
from desktop_al.gui.map.colouring import Colouring
from desktop_al.gui.map.cores import in_parts
from desktop_al.gui.theme import STATE_SHAPES, Shape

# In the numbers of the kernels.
SHAPE_NUMBERS = {Shape.DISC: 0, Shape.CROSS: 1, Shape.DIAMOND: 2, Shape.TRIANGLE: 3, Shape.SQUARE: 4}
# What lies on top of what, lowest first.
LAYERS = (SampleState.LABELLED, SampleState.REJECTED, SampleState.ACCEPTED, SampleState.PENDING)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns (n,) of the pool that decide how a point looks, by reference; ``shown`` is (256,) bool by code."""

    state: NDArray[np.uint8]
    rank: NDArray[np.int32]
    highlight: NDArray[np.bool_]
    visible: NDArray[np.bool_]
    shown: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """``code`` and ``role`` (m,) uint8 in the cloud's order; counts; positions of ``labelled`` and ``picks``.

    ``picks`` holds all that was ever picked, the shown batch last and so on top.
    """

    code: NDArray[np.uint8]
    role: NDArray[np.uint8]
    active: int
    highlighted: int
    labelled: NDArray[np.int32]
    picks: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The positions (m,) int32 of all that is ``labelled`` and of all ``picks``, those on top last."""

    labelled: NDArray[np.int32]
    picks: NDArray[np.int32]


def find_marks(cloud: Cloud, state: NDArray[np.uint8], rank: NDArray[np.int32]) -> Marks:
    """Which points of ``cloud`` are drawn above the raster by their ``state`` and ``rank`` (n,)."""
    rows = np.flatnonzero((state != 0) | (rank >= 0))
    marks = np.sort(cloud.position[rows])
    marks = marks[np.searchsorted(marks, 0) :]
    row = cloud.row[marks]
    states, picked = state[row], rank[row] >= 0
    # In bytes, which numpy sorts by counting.
    height = np.zeros(len(SampleState), np.uint8)
    height[list(LAYERS)] = np.arange(len(LAYERS))
    level = height[states] + np.uint8(len(LAYERS)) * picked.astype(np.uint8)
    labelled = (states == SampleState.LABELLED) & ~picked
    picks = marks[~labelled]
    return Marks(marks[labelled], picks[np.argsort(level[~labelled], kind="stable")])


def build_style(cloud: Cloud, colouring: Colouring, columns: Columns, marks: Marks) -> Style:
    """Gather the looks of every point of ``cloud``, whose ``marks`` are those of the same columns."""
    from desktop_al.gui.map.raster import ACTIVE, gather, pack

    shapes = np.array([SHAPE_NUMBERS[STATE_SHAPES[state]] for state in SampleState], np.uint8)
    packed = np.empty(len(columns.state), np.uint16)

    def fill(low: int, high: int) -> None:
        part = slice(low, high)
        pack(
            colouring.codes[part],
            columns.state[part],
            columns.rank[part],
            columns.highlight[part],
            columns.visible[part],
            columns.shown,
            shapes,
            packed[part],
        )

    in_parts(len(packed), fill)
    code, role = np.empty(len(cloud), np.uint8), np.empty(len(cloud), np.uint8)
    counts = in_parts(len(cloud), lambda low, high: gather(cloud.row[low:high], packed, code[low:high], role[low:high]))
    labelled, picks = (which[role[which] & ACTIVE != 0] for which in (marks.labelled, marks.picks))
    active, highlighted = (sum(count) for count in zip(*counts, strict=True))
    return Style(code, role, active, highlighted, labelled, picks)
