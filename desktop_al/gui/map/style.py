"""How each point looks: its colour code and its role, gathered from the columns of the pool into the cloud's order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import SampleState
from desktop_al.gui.map.cloud import Cloud
from desktop_al.gui.map.colouring import Colouring
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


def build_style(cloud: Cloud, colouring: Colouring, columns: Columns) -> Style:
    """Gather the looks of every point of ``cloud``."""
    from desktop_al.gui.map.raster import ACTIVE, MARK, PICKED, gather, pack

    shapes = np.array([SHAPE_NUMBERS[STATE_SHAPES[state]] for state in SampleState], np.uint8)
    packed = np.empty(len(columns.state), np.uint16)
    pack(
        colouring.codes,
        columns.state,
        columns.rank,
        columns.highlight,
        columns.visible,
        columns.shown,
        shapes,
        packed,
    )
    code, role = np.empty(len(cloud), np.uint8), np.empty(len(cloud), np.uint8)
    active, highlighted = gather(cloud.row, packed, code, role)
    marks = np.flatnonzero(role & (ACTIVE | MARK) == (ACTIVE | MARK)).astype(np.int32)
    state = columns.state[cloud.row[marks]]
    # In bytes, which numpy sorts by counting.
    height = np.zeros(len(SampleState), np.uint8)
    height[list(LAYERS)] = np.arange(len(LAYERS))
    level = height[state] + np.uint8(len(LAYERS)) * (role[marks] & PICKED > 0).astype(np.uint8)
    labelled = (state == SampleState.LABELLED) & (role[marks] & PICKED == 0)
    picks = marks[~labelled]
    return Style(
        code,
        role,
        int(active),
        int(highlighted),
        marks[labelled],
        picks[np.argsort(level[~labelled], kind="stable")],
    )
