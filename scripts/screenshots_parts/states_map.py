"""The states of the map and of the loupe, each as a function that leads a tour there and takes its pictures."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.map.colouring import ColourBy, Kind
from desktop_al.gui.map.drawing import Tool
from scripts.screenshots_parts.story import loop
from scripts.screenshots_parts.visit import Visit

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NAMES = ("Blurred at dusk", "Faces", "Flags and a name that is much longer than there is room for on the line")


def some_rows(visit: Visit, step: int = 7) -> None:
    """Highlight every ``step``-th sample."""
    pool = visit.window.session.pool
    pool.set_highlight(np.arange(len(pool)) % step == 0)


@contextmanager
def drawing(visit: Visit, tool: Tool) -> Iterator[None]:
    """The mouse half way through a shape; it is let go afterwards."""
    canvas = visit.workspace.map.canvas
    canvas.set_tool(tool)
    area, points = canvas.viewport(), list(loop(canvas.viewport().rect()))[::8]
    QTest.mousePress(area, LEFT, NO, points[0])
    for point in points[1:]:
        QTest.mouseMove(area, point)
    visit.pause(150)
    yield
    QTest.mouseRelease(area, LEFT, NO, points[-1])
    canvas.set_tool(Tool.PAN)
    # What is enclosed is found a little later.
    visit.settle()
    visit.window.commands.highlight_none()
    visit.settle()


def lasso(visit: Visit) -> None:
    """A lasso and a rectangle while they are drawn."""
    with drawing(visit, Tool.LASSO):
        visit.take("map-lasso")
    with drawing(visit, Tool.RECTANGLE):
        visit.take("map-rectangle", visit.workspace.map)


def brush(visit: Visit) -> None:
    """The brush while it paints."""
    with drawing(visit, Tool.BRUSH):
        visit.take("map-brush", visit.workspace.map)


def highlight(visit: Visit) -> None:
    """A highlight that the gallery shows, and none."""
    some_rows(visit)
    visit.workspace.gallery.set_show(Show.HIGHLIGHT)
    visit.settle()
    visit.take("highlight")
    visit.window.commands.highlight_none()
    visit.pause(100)
    visit.take("highlight-none", visit.workspace.docks["gallery"])
    visit.workspace.gallery.set_show(Show.ALL)


def zoomed(visit: Visit) -> None:
    """The map with thumbnails and the overview, and the card of the sample below the mouse."""
    pool, widget = visit.window.session.pool, visit.workspace.map
    x, y = pool.xy[int(pool.pick_order[0])]
    widget.canvas.zoom(60.0, *widget.canvas.view.to_pixel(float(x), float(y)))
    visit.settle()
    visit.take("map-zoomed", widget)
    at = widget.canvas.view.to_pixel(float(x), float(y))
    QTest.mouseMove(widget.canvas.viewport(), QPoint(*map(round, at)))
    visit.pause(500)
    visit.take("map-card", widget)
    QTest.mouseMove(widget.canvas.viewport(), QPoint(1, 1))
    widget.canvas.fit()
    visit.settle()


def coloured(visit: Visit) -> None:
    """A legend with the histogram of a number, and one with many classes."""
    looks = visit.workspace.map.looks
    before = looks.by
    looks.set_colour(ColourBy(Kind.INSIGHT, "density"))
    visit.settle()
    visit.take("map-histogram", visit.workspace.map)
    for kind, name in ((Kind.INSIGHT, "cluster"), (Kind.LABEL, "")):
        looks.set_colour(ColourBy(kind, name))
        visit.settle()
        visit.take(f"map-{name or 'labels'}", visit.workspace.map)
    looks.set_colour(before)
    visit.settle()


def reach(visit: Visit) -> None:
    """What lies near labels and picks, and what near neither."""
    _switched(visit, "coverage", "map-reach")


def honest(visit: Visit) -> None:
    """The honest map, with the true neighbours of a sample."""
    visit.window.session.pool.set_focus(int(visit.window.session.pool.pick_order[0]))
    _switched(visit, "trust", "map-honest")


def two_maps(visit: Visit) -> None:
    """Two maps side by side."""
    _switched(visit, "pair", "map-pair")


def _switched(visit: Visit, switch: str, name: str) -> None:
    looks = visit.workspace.map.looks
    looks.switch(switch, True)
    visit.settle()
    visit.take(name)
    looks.switch(switch, False)
    visit.settle()


def saved(visit: Visit) -> None:
    """Saved highlights: none yet, then some."""
    toolbar = visit.workspace.map.toolbar
    toolbar.saved.setChecked(True)
    visit.pause(100)
    visit.take("saved-none", visit.workspace.map)
    for place, name in enumerate(NAMES):
        some_rows(visit, 5 + place)
        visit.window.annotating.save_highlight(name)
        visit.settle()
    visit.take("saved", visit.workspace.map)
    toolbar.saved.setChecked(False)
    visit.window.commands.highlight_none()


def loupe(visit: Visit) -> None:
    """The loupe: one image, pixel for pixel, several side by side, and a pick beside what is nearest."""
    pool, looking = visit.window.session.pool, visit.workspace.looking
    pool.set_focus(int(pool.pick_order[0]))
    looking.do("enlarge")
    visit.settle()
    visit.take("loupe")
    QTest.keyClick(looking.loupe, Qt.Key.Key_1)
    visit.settle()
    visit.take("loupe-pixels")
    looking.loupe.leave()
    pool.set_highlight(pool.pick_order[:4], "replace")
    looking.do("side_by_side")
    visit.settle()
    visit.take("loupe-several")
    looking.loupe.leave()
    visit.window.commands.highlight_none()
    pool.set_focus(int(pool.pick_order[-1]))
    looking.do("compare_nearest")
    visit.settle()
    visit.take("loupe-nearest")
    looking.loupe.leave()
    visit.window.messages.dismiss()
