"""The placed points of the pool, shuffled once and sorted into a grid, with the queries that need the grid."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_CELLS = 1024 * 1024
MOST_COLUMNS = 2048
SHUFFLE_SEED = 20_260_101
# What a polygon is painted into before points are looked up; points in its boundary cells are tested one by one.
POLYGON_CELLS = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """The m placed points of n rows, in the order of the grid.

    ``x``, ``y`` (m,) float64; ``row`` (m,) int32; ``position`` (n,) int32 is the inverse, -1 where unplaced; ``start``
    (cells + 1,) int32 where each cell begins; ``grid`` (5,) float64: left, bottom, cell side, columns, rows; ``bounds``
    left, bottom, right, top; ``density`` points per unit of area around a typical point.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    row: NDArray[np.int32]
    position: NDArray[np.int32]
    start: NDArray[np.int32]
    grid: NDArray[np.float64]
    bounds: tuple[float, float, float, float]
    density: float

    def __len__(self) -> int:
        return len(self.x)

    def nearest(self, role: NDArray[np.uint8], bits: int, x: float, y: float, reach: float) -> int:
        """The row of the point with all ``bits`` of ``role`` nearest to (x, y) within ``reach``, or -1."""
        from desktop_al.gui.map.index import nearest

        found = nearest(self.x, self.y, role, self.start, self.grid, bits, bits, x, y, reach)
        return int(self.row[found]) if found >= 0 else -1

    def step(self, role: NDArray[np.uint8], bits: int, row: int, dx: float, dy: float) -> int:
        """The row of the next point from ``row`` in the unit direction (dx, dy), y upwards, or -1."""
        from desktop_al.gui.map.index import step

        at = int(self.position[row])
        found = step(self.x, self.y, role, bits, bits, at, dx, dy) if at >= 0 else -1
        return int(self.row[found]) if found >= 0 else -1

    def inside(self, role: NDArray[np.uint8], bits: int, polygon: NDArray[np.float64]) -> NDArray[np.bool_]:
        """The rows (n,) bool whose points have all ``bits`` and lie in ``polygon`` (v, 2), non-zero rule; exact."""
        from desktop_al.gui.map.index import paint_polygon, points_in_polygon

        out = np.zeros(len(self.position), np.bool_)
        low, high = polygon.min(axis=0), polygon.max(axis=0)
        if len(polygon) < 3 or not np.all(np.isfinite(polygon)) or np.any(high <= low):
            return out
        # One cell of margin on each side keeps rounding at the rim inside the mask.
        cell = float((high - low).max()) / (POLYGON_CELLS - 2)
        left, bottom = float(low[0]) - cell, float(low[1]) - cell
        vx, vy = np.ascontiguousarray(polygon[:, 0]), np.ascontiguousarray(polygon[:, 1])
        painted = paint_polygon(vx, vy, left, bottom, cell, POLYGON_CELLS)
        points_in_polygon(
            self.x, self.y, self.row, role, self.start, self.grid, bits, vx, vy, painted, left, bottom, cell, out
        )
        return out

    def near(self, role: NDArray[np.uint8], bits: int, path: NDArray[np.float64], radius: float) -> NDArray[np.bool_]:
        """The rows (n,) bool whose points have all ``bits`` and lie within ``radius`` of the open ``path`` (v, 2)."""
        from desktop_al.gui.map.index import points_near_path

        out = np.zeros(len(self.position), np.bool_)
        if len(path) and np.all(np.isfinite(path)):
            vx, vy = np.ascontiguousarray(path[:, 0]), np.ascontiguousarray(path[:, 1])
            points_near_path(self.x, self.y, self.row, role, self.start, self.grid, bits, vx, vy, radius, out)
        return out


def shuffled(n: int) -> NDArray[np.int32]:
    """The one order in which n rows overplot each other."""
    return np.random.default_rng(SHUFFLE_SEED).permutation(n).astype(np.int32)


def build_cloud(xy: NDArray[np.float64], order: NDArray[np.int32]) -> Cloud:
    """Sort the finite points of ``xy`` (n, 2) into a grid, keeping ``order`` (n,), a permutation, within each cell."""
    from desktop_al.gui.map.index import sort_into_grid

    xs, ys = np.ascontiguousarray(xy[:, 0], np.float64), np.ascontiguousarray(xy[:, 1], np.float64)
    placed = np.isfinite(xs) & np.isfinite(ys)
    order = order[placed[order]]
    bounds = _bounds(xs[placed], ys[placed])
    grid = _grid(bounds, len(order))
    start, x, y, row = sort_into_grid(order, xs, ys, grid)
    position = np.full(len(xy), -1, np.int32)
    position[row] = np.arange(len(row), dtype=np.int32)
    return Cloud(x, y, row, position, start, grid, bounds, _typical_density(np.diff(start), float(grid[2])))


def _bounds(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> tuple[float, float, float, float]:
    if len(xs) == 0:
        return (0.0, 0.0, 1.0, 1.0)
    return float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())


def _grid(bounds: tuple[float, float, float, float], count: int) -> NDArray[np.float64]:
    left, bottom, right, top = bounds
    width, height = right - left, top - bottom
    cells = min(max(count, 64), MOST_CELLS)
    cell = max(math.sqrt(width * height / cells), max(width, height) / MOST_COLUMNS)
    if cell <= 0 or left + cell == left or bottom + cell == bottom:
        cell = max(1.0, abs(left), abs(bottom))
    return np.array([left, bottom, cell, math.floor(width / cell) + 1, math.floor(height / cell) + 1], np.float64)


def _typical_density(counts: NDArray[np.integer], cell: float) -> float:
    """Points per unit of area in the cell of a typical point: three fifths of the points lie where it is no denser."""
    filled = np.sort(counts[counts > 0])
    if len(filled) == 0:
        return 1.0
    through = np.cumsum(filled)
    typical = filled[np.searchsorted(through, 0.6 * through[-1])]
    return float(typical) / cell**2
