"""One frame of the map against pyqtgraph's ScatterPlotItem, both painted into a window of 1200 x 800 pixels."""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 1200, 800
REPEATS = 9


def measure(n: int) -> dict[str, float]:
    """Medians in milliseconds, and the ratios of ScatterPlotItem's to ours.

    ``frame_ms`` draws n points anew, ``moved_ms`` moves the last picture as a gesture does, ``scatter_ms`` is what
    ScatterPlotItem needs for either.
    """
    import pyqtgraph as pg
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    pg.setConfigOption("antialias", False)
    rng = np.random.default_rng(0)
    xy = rng.normal(size=(n, 2)) + 6 * rng.normal(size=(12, 2))[rng.integers(0, 12, n)]
    frame, moved = _raster(xy)
    scatter = _scatter(xy)
    app.processEvents()
    return {
        "points": n,
        "frame_ms": frame,
        "moved_ms": moved,
        "scatter_ms": scatter,
        "ratio": scatter / frame,
        "moved_ratio": scatter / moved,
    }


def _median_ms(run: Callable[[], None], repeats: int = REPEATS) -> float:
    run()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        run()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _raster(xy: NDArray[np.float64]) -> tuple[float, float]:
    from PySide6.QtWidgets import QApplication

    from desktop_al.gui.map.canvas import MapCanvas
    from desktop_al.gui.map.colouring import ColourBy, ColourColumn
    from desktop_al.gui.map.frame import FrameRequest, Renderer
    from desktop_al.gui.map.style import Columns
    from desktop_al.gui.theme import DARK

    n = len(xy)
    canvas = MapCanvas(lambda painter: None)
    canvas.resize(WIDTH, HEIGHT)
    canvas.show()
    QApplication.processEvents()  # a window that was never exposed is not painted
    state, yes = np.zeros(n, np.uint8), np.ones(n, np.bool_)
    column = ColourColumn(ColourBy(), state, (), None)
    columns = Columns(state, np.full(n, -1, np.int32), ~yes, yes, np.ones(256, np.bool_))
    renderer = Renderer()
    request = FrameRequest(0, xy, column, columns, canvas.view, True, 1.0, DARK, False)

    def draw() -> None:
        canvas.take(renderer.render(request))
        canvas.viewport().repaint()

    frame = _median_ms(draw)
    view = canvas.view
    canvas.is_fitted = False
    step = [0]

    def move() -> None:
        step[0] = (step[0] + 1) % 20
        canvas.set_view(replace(view, x=view.x + step[0] / view.scale))
        canvas.viewport().repaint()

    moved = _median_ms(move, 3 * REPEATS)
    canvas.close()
    return frame, moved


def _scatter(xy: NDArray[np.float64]) -> float:
    import pyqtgraph as pg
    from PySide6.QtWidgets import QApplication

    view = pg.GraphicsView()
    box = pg.ViewBox(enableMenu=False)
    view.setCentralItem(box)
    view.resize(WIDTH, HEIGHT)
    box.addItem(pg.ScatterPlotItem(x=xy[:, 0], y=xy[:, 1], size=3, pen=None, brush=pg.mkBrush(124, 135, 151)))
    view.show()
    QApplication.processEvents()
    time_taken = _median_ms(lambda: view.viewport().repaint(), 3)
    view.close()
    return time_taken
