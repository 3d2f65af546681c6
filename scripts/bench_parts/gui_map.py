"""The map under a hand: pan, zoom, colours, classes, lasso, hover."""

import math
import time
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF

from desktop_al.gui.map.colouring import ColourBy, Kind
from desktop_al.gui.map.drawing import Tool
from scripts.bench_parts.gui_desk import FRAME_MS, Desk
from scripts.bench_parts.gui_figures import Figure

LASSO_POINTS = 60
LASSO_SHARE = 0.3


def measure_map(desk: Desk, n: int, repeats: int) -> list[Figure]:
    """Measure ``repeats`` gestures of each kind."""
    figures = [
        Figure.of("pan frame", n, _pan(desk, 20 * repeats)),
        Figure.of("zoom frame", n, _zoom(desk, 8 * repeats)),
        Figure.of("recolour", n, _recolour(desk, repeats)),
        Figure.of("toggle a class", n, _toggle(desk, repeats)),
    ]
    lasso, inside = _lasso(desk, repeats)
    name = "lasso of 300,000" if n >= 1_000_000 else "lasso of three tenths"
    figures.append(Figure.of(name, n, lasso, remark=f"{inside:,} points, exact"))
    figures.append(Figure.of("hover pick", n, _hover(desk, 50 * repeats)))
    return figures


def _pan(desk: Desk, frames: int) -> list[float]:
    viewport = desk.workspace.map.canvas.viewport()
    centre = QPointF(viewport.width() / 2, viewport.height() / 2)
    desk.mouse(viewport, QEvent.Type.MouseButtonPress, centre)
    found = []
    for step in range(frames):
        turn = 2 * math.pi * step / 60
        at = centre + QPointF(160 * math.sin(turn) + 8, 120 * math.sin(2 * turn))
        found.append(desk.frame(viewport, partial(desk.mouse, viewport, QEvent.Type.MouseMove, at)))
        desk.live(max(0.0, FRAME_MS - found[-1]))
    desk.mouse(viewport, QEvent.Type.MouseButtonRelease, centre)
    desk.settle()
    # The first move begins the gesture; it may come before there is anything to move.
    return found[1:]


def _zoom(desk: Desk, frames: int) -> list[float]:
    viewport = desk.workspace.map.canvas.viewport()
    at = QPointF(viewport.width() * 0.4, viewport.height() * 0.45)
    found = []
    for step in range(frames):
        way = 120 if step % 16 < 8 else -120
        found.append(desk.frame(viewport, partial(desk.wheel, viewport, at, way)))
        desk.live(max(0.0, FRAME_MS - found[-1]))
    desk.workspace.map.canvas.fit()
    desk.settle()
    return found


def _recolour(desk: Desk, repeats: int) -> list[float]:
    shown, found = desk.workspace.map, []
    ways = [
        ColourBy(Kind.LABEL),
        ColourBy(Kind.METADATA, "site"),
        ColourBy(Kind.METADATA, "exposure"),
        ColourBy(),
    ]
    for step in range(max(repeats, len(ways))):
        found.append(desk.redrawn(partial(shown.set_colour, ways[step % len(ways)])))
        desk.settle()
    return found


def _toggle(desk: Desk, repeats: int) -> list[float]:
    shown, found = desk.workspace.map, []
    shown.set_colour(ColourBy(Kind.METADATA, "site"))
    desk.settle()
    for step in range(repeats):
        row = shown.legend.rows[step // 2 % len(shown.legend.rows)]
        found.append(desk.redrawn(row.click))
        desk.settle()
    shown.set_colour(ColourBy())
    desk.settle()
    return found


def _lasso(desk: Desk, repeats: int) -> tuple[list[float], int]:
    """Milliseconds from the release of the mouse until the highlight is there, and how many points it has."""
    shown, pool = desk.workspace.map, desk.window.session.pool
    canvas, viewport = shown.canvas, shown.canvas.viewport()
    canvas.set_tool(Tool.LASSO)
    polygon = _polygon(desk)
    found, inside = [], 0
    for _ in range(repeats):
        pool.set_highlight(np.zeros(len(pool), bool))
        desk.settle()
        desk.mouse(viewport, QEvent.Type.MouseButtonPress, polygon[0])
        for at in polygon[1:]:
            desk.mouse(viewport, QEvent.Type.MouseMove, at)
            desk.app.processEvents()
        desk.until("the count while drawing", lambda: shown.settled)
        changed: list[float] = []
        tell = partial(_note_time, changed)
        pool.highlight_changed.connect(tell)
        began = time.perf_counter()
        desk.mouse(viewport, QEvent.Type.MouseButtonRelease, polygon[-1])
        desk.until("the lasso", partial(bool, changed))
        found.append(1000 * (changed[0] - began))
        pool.highlight_changed.disconnect(tell)
        inside = int(np.count_nonzero(pool.highlight))
    _check_exact(pool.xy, pool.highlight, np.array([canvas.view.to_map(p.x(), p.y()) for p in polygon]))
    canvas.set_tool(Tool.PAN)
    desk.settle()
    return found, inside


def _note_time(times: list[float]) -> None:
    times.append(time.perf_counter())


def _polygon(desk: Desk) -> list[QPointF]:
    """A star around the middle of the map that encloses about `LASSO_SHARE` of the points, in pixels."""
    view, xy = desk.workspace.map.canvas.view, desk.window.session.pool.xy
    left, top = view.to_map(0, 0)
    right, bottom = view.to_map(view.width, view.height)
    centre = np.array([(left + right) / 2, (top + bottom) / 2])
    away = np.linalg.norm(xy - centre, axis=1)
    radius = float(np.nanquantile(away, LASSO_SHARE))
    turns = np.linspace(0, 2 * math.pi, LASSO_POINTS, endpoint=False)
    reach = radius * (1 + 0.15 * np.cos(5 * turns))
    corners = centre + reach[:, None] * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return [QPointF(*(round(value) for value in view.to_pixel(x, y))) for x, y in corners.tolist()]


def _check_exact(xy: NDArray[np.float64], found: NDArray[np.bool_], polygon: NDArray[np.float64]) -> None:
    """Compare with the winding number of every point, edge by edge."""
    turns = np.zeros(len(xy), np.int32)
    x, y = xy[:, 0], xy[:, 1]
    for (ax, ay), (bx, by) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        side = (bx - ax) * (y - ay) - (x - ax) * (by - ay)
        turns += (ay <= y) & (y < by) & (side > 0)
        turns -= (by <= y) & (y < ay) & (side < 0)
    wrong = int(np.count_nonzero((turns != 0) != found))
    if wrong:
        raise SystemExit(f"the lasso is wrong about {wrong} points")


def _hover(desk: Desk, points: int) -> list[float]:
    shown = desk.workspace.map
    rng = np.random.default_rng(4)
    width, height = shown.canvas.viewport().width(), shown.canvas.viewport().height()
    found = []
    for x, y in (rng.random((points, 2)) * (width, height)).tolist():
        began = time.perf_counter()
        shown.row_at(x, y)
        found.append(1000 * (time.perf_counter() - began))
    return found
