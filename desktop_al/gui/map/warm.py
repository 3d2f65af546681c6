"""Compiles the map's kernels into numba's cache, so that the first window does not wait for a compiler."""

from dataclasses import replace

import numpy as np

from desktop_al.gui.map.colouring import ColourBy, ColourColumn, Kind
from desktop_al.gui.map.frame import FrameRequest, Renderer
from desktop_al.gui.map.lane import ask_once
from desktop_al.gui.map.peaks import first_scales
from desktop_al.gui.map.regions import find_levels
from desktop_al.gui.map.style import Columns
from desktop_al.gui.map.view import View
from desktop_al.gui.theme import DARK

POINTS = 60


def warm() -> None:
    """Draw tiny maps in every way that there is, and ask them every question; needs no display."""
    rng = np.random.default_rng(0)
    xy = rng.normal(size=(POINTS, 2))
    state = (np.arange(POINTS) % 5).astype(np.uint8)
    lit, shown = np.arange(POINTS) % 7 == 0, np.ones(256, np.bool_)
    rank = np.full(POINTS, -1, np.int32)
    renderer = Renderer()
    column = ColourColumn(ColourBy(), state, (), None)
    # Near, one by one; far, as density; a hidden code and a filter leave faint points.
    visible = np.arange(POINTS) % 9 > 0
    for scale, hidden in ((60.0, 255), (1e-3, 255), (60.0, 0)):
        shown = shown.copy()
        shown[hidden] = False
        columns = Columns(state, rank, lit, visible, shown)
        view = View(0.0, 0.0, scale, 320, 240)
        request = FrameRequest(0, xy, column, columns, view, False, 1.0, DARK, True)
        ask_once(renderer.render(request))
    # Hatched by stripes and by dots.
    known = rng.random(POINTS)
    coverage = ColourColumn(ColourBy(Kind.COVERAGE), None, (), known, known)
    renderer.render(replace(request, column=coverage, trust=known))
    codes = (np.arange(POINTS) % 3).astype(np.int32)
    named = ColourColumn(ColourBy(Kind.LABEL), codes, ("a", "b", "c"), None)
    measured = ColourColumn(ColourBy(Kind.METADATA, "size"), None, (), xy[:, 0].copy())
    for column in (named, measured):
        renderer.render(replace(request, column=column))
        # Labels are measured where a font is at hand; what is slow, and compiled here, comes before.
        list(find_levels(renderer.cloud(xy), np.full(POINTS, 8, np.uint8), column))
    zeros = np.zeros(2)
    first_scales(zeros, zeros, zeros, zeros, np.zeros(2, np.int64), zeros, zeros, 1.0, 1.0)


if __name__ == "__main__":
    warm()
