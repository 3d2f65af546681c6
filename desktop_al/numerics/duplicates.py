"""Near-duplicates: who is one of a group, and who is too near to a protected sample."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import GridVectors, squared_distances

_BLOCK = 2048
_EDGES = 65_536


def near_any(vectors: GridVectors, others: GridVectors, radius: float, ctx: Context = SILENT) -> NDArray[np.bool_]:
    """Whether each vector is nearer than ``radius`` to one of ``others``, or equal to it, (n,) bool."""
    near = np.zeros(len(vectors), dtype=np.bool_)
    least = _least(vectors, radius)
    for start, rows in vectors.blocks(_BLOCK):
        ctx.report("Looking for near-duplicates", start, len(vectors), "images")
        for _, columns in others.blocks(_BLOCK):
            ctx.check()
            near[start : start + len(rows)] |= (squared_distances(rows, columns) <= least).any(axis=1)
    return near


def groups_of(
    vectors: GridVectors, radius: float, neighbours: NDArray[np.int32] | None = None, ctx: Context = SILENT
) -> NDArray[np.int32]:
    """Numbers from 0 on, one per group, (n,) int32: samples joined by steps of less than ``radius`` are of one group.

    Every pair is compared, or only the edges of the graph ``neighbours`` (n, k) with -1 for none; groups are numbered
    by their first member.
    """
    root = np.arange(len(vectors), dtype=np.int64)
    least = _least(vectors, radius)
    pairs = _all_pairs(vectors, least, ctx) if neighbours is None else _edges(vectors, neighbours, least, ctx)
    for first, second in pairs:
        _join(root, first, second)
    for position in range(len(root)):
        root[position] = root[root[position]]
    return np.unique(root, return_inverse=True)[1].astype(np.int32)


def _least(vectors: GridVectors, radius: float) -> np.float32:
    """The squared grid distance below ``radius``; copies count at any radius."""
    return np.float32(np.nextafter(np.float32((radius * vectors.norm) ** 2), np.float32(0)))


def _all_pairs(vectors: GridVectors, least: np.float32, ctx: Context) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, rows in vectors.blocks(_BLOCK):
        ctx.report("Grouping near-duplicates", start, len(vectors), "images")
        for offset in range(0, start + len(rows), _BLOCK):
            ctx.check()
            columns = vectors.block(offset, offset + _BLOCK)
            one, other = np.nonzero(squared_distances(rows, columns) <= least)
            first, second = one + start, other + offset
            kept = second < first
            found += zip(first[kept].tolist(), second[kept].tolist(), strict=True)
    return found


def _edges(
    vectors: GridVectors, neighbours: NDArray[np.int32], least: np.float32, ctx: Context
) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    step = max(1, _EDGES // max(1, neighbours.shape[1]))
    for start in range(0, len(vectors), step):
        ctx.check()
        ctx.report("Grouping near-duplicates", start, len(vectors), "images")
        others = neighbours[start : start + step].astype(np.int64)
        rows = vectors.block(start, start + step)
        gaps = vectors.subset(np.maximum(others, 0).ravel()).block().reshape(*others.shape, vectors.dim)
        gaps -= rows[:, None, :]
        near = (np.einsum("ijk,ijk->ij", gaps, gaps) <= least) & (others >= 0)
        one, edge = np.nonzero(near)
        found += zip((one + start).tolist(), others[one, edge].tolist(), strict=True)
    return found


def _join(root: NDArray[np.int64], one: int, other: int) -> None:
    a, b = _root(root, one), _root(root, other)
    if a != b:
        root[max(a, b)] = min(a, b)


def _root(root: NDArray[np.int64], position: int) -> int:
    while root[position] != position:
        root[position] = root[root[position]]
        position = int(root[position])
    return position
