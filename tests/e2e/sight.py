"""What a person sees in the window, and where; the driver tells it to the test."""

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QMenu, QWidget

from desktop_al.domain.records import SampleState
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.map.map_widget import MapWidget
from desktop_al.gui.marks import Mark
from desktop_al.gui.sheet import Sheet, shown_sheet
from desktop_al.gui.workspace import Workspace

SOME = 20


def described(widget: QWidget | None) -> str:
    """What has the keys."""
    return "" if widget is None else widget.accessibleName() or type(widget).__name__


def state_of(window: MainWindow) -> dict[str, Any]:
    """What is shown."""
    pool = window.session.pool
    dialog = QApplication.activeModalWidget() or shown_sheet(window)
    return {
        "visible": window.isVisible(),
        "ready": window.workspace is not None,
        "project": str(window.session.project.path) if window.session.project else "",
        "busy": window.bridge.busy,
        "samples": len(pool),
        "embedded": pool.counts.embedded,
        "placed": int((pool.xy[:, 0] == pool.xy[:, 0]).sum()),
        "picks": len(pool.picks),
        "batch": pool.batch.number if pool.batch is not None else 0,
        "accepted": int((pool.decision == SampleState.ACCEPTED).sum()),
        "rejected": int((pool.decision == SampleState.REJECTED).sum()),
        "pinned": int((pool.mark == Mark.PINNED).sum()),
        "focus": pool.focus,
        "message": window.messages.sentence,
        "kind": window.messages.kind,
        "popup": QApplication.activePopupWidget() is not None,
        "dialog": type(dialog).__name__ if dialog is not None else "",
        "sheet": dialog.problem.text() if isinstance(dialog, Sheet) and dialog.problem.isVisible() else "",
        "can_act": isinstance(dialog, Sheet) and dialog.act.isEnabled(),
        "undo": window.session.undo_stack.undoText(),
        "highlighted": int(pool.highlight.sum()),
        "shown": int(pool.visible.sum()),
        "labelled": int((pool.label_code >= 0).sum()),
        "tags": list(pool.tag_names),
        "notes": list(pool.notes.values()),
        "saved": {name: len(ids) for name, ids in pool.saved_highlights.items()},
        "unreadable": len(pool.unreadable),
        "missing": pool.counts.missing,
        "right_to_left": window.isRightToLeft(),
        "in": described(QApplication.focusWidget()),
        **(_views(window, window.workspace) if window.workspace is not None else {}),
    }


def _views(window: MainWindow, views: Workspace) -> dict[str, Any]:
    """What the filters, the palette, the gallery, the loupe and the maps show."""
    palette, loupe, gallery = window.palette_view, views.looking.loupe, views.gallery
    second = views.map.pairing.second
    return {
        "chips": [chip.button.text() for chip in views.filter_bar.chips],
        "line": views.filter_bar.line.text(),
        "offered": [choice.text for choice in views.filter_bar.line.offered],
        "problem": views.filter_bar.sentence.text() if views.filter_bar.sentence.isVisible() else "",
        "palette": [choice.text for choice in palette.list.choices[:5]] if palette and palette.shown else [],
        "loupe": loupe.isVisible(),
        "loupe_rows": loupe.rows if loupe.isVisible() else [],
        "loupe_place": loupe.bar.place.text(),
        "loupe_camera": [loupe.camera.zoom, loupe.camera.u, loupe.camera.v],
        "loupe_exact": loupe.camera.exact,
        "floating": [name for name, dock in views.docks.items() if dock.isFloating()],
        "open": [name for name, dock in views.docks.items() if not dock.isHidden()],
        "gallery": gallery.show_what.value,
        "gallery_order": list(gallery.order),
        "gallery_group": gallery.group,
        "gallery_settled": gallery.settled,
        "rows": gallery.grid.rows[:SOME].tolist(),
        "cells": len(gallery.grid.rows),
        "like": gallery.bar.chip.accessibleName() if gallery.bar.chip.isVisible() else "",
        "map": _map(views.map),
        "second": _map(second) if second is not None else {},
    }


def _map(shown: MapWidget) -> dict[str, Any]:
    view, legend, frame = shown.canvas.view, shown.legend, shown.canvas.picture.frame
    return {
        "view": [view.x, view.y, view.scale],
        "colour": shown.colour.title,
        "tool": shown.canvas.tool.value,
        "mode": shown.canvas.mode,
        "active": shown.active,
        "highlighted": frame.style.highlighted if frame is not None else 0,
        "settled": shown.settled and not shown.canvas.gliding,
        "legend": [row.entry.name for row in legend.rows if row.isChecked()],
        "note": legend.note,
        "bar": legend.colour_bar is not None,
        "source": shown.toolbar.source.currentText(),
        "own": shown.places.own,
        "back": shown.canvas.can_go_back,
        "forward": shown.canvas.can_go_forward,
        "minimap": shown.minimap.isVisible(),
    }


def controls(window: MainWindow) -> dict[str, QWidget]:
    """The parts that a test names by what they are, not by what is written on them."""
    views = window.workspace
    assert views is not None
    bar, shown = views.filter_bar, views.map
    found: dict[str, QWidget] = {
        "gallery": views.gallery.grid.viewport(),
        "map": shown.canvas.viewport(),
        "minimap": shown.minimap,
        "colour": shown.toolbar.colour,
        "filter": bar.line,
        "instead": bar.instead,
        "loupe": views.looking.loupe.panes[0],
    }
    if shown.legend.colour_bar is not None:
        found["histogram"] = shown.legend.colour_bar
    if shown.pairing.second is not None:
        found["second"] = shown.pairing.second.canvas.viewport()
    for name, dock in views.docks.items():
        if (title := dock.titleBarWidget()) is not None:
            found[f"title {name}"] = title
    for place, chip in enumerate(bar.chips):
        found |= {f"chip {place}": chip.button, f"cross {place}": chip.cross}
    return found


def place_of(window: MainWindow, name: str) -> dict[str, int]:
    """Where on the screen the centre of the control ``name`` is, and how large it is.

    ``cell ROW`` is the sample of a row in the gallery, ``point ROW`` the one on the map, ``points`` the room that all
    of them take there; ``choice TEXT`` is a line of the list that is open; anything else is a part out of `controls`,
    or else what has that accessible name, text or tip.
    """
    kind, _, number = name.partition(" ")
    if kind in ("cell", "point") and number.isdigit():
        return _sample_place(window, kind, int(number))
    if kind == "choice":
        return _choice_place(name.removeprefix("choice "))
    if name == "points":
        return _all_points(window)
    named = controls(window)
    widget = named[name] if name in named else by_words(name)
    if widget is None:
        raise KeyError(name)
    seen = widget.visibleRegion().boundingRect()
    centre = widget.mapToGlobal(seen.center())
    return {"x": centre.x(), "y": centre.y(), "width": seen.width(), "height": seen.height()}


def _sample_place(window: MainWindow, kind: str, row: int) -> dict[str, int]:
    views = window.workspace
    assert views is not None
    if kind == "cell":
        grid = views.gallery.grid
        rect = grid.cell_rect(grid.position_of(row))
        at = grid.viewport().mapToGlobal(rect.center())
        return {"x": at.x(), "y": at.y(), "width": rect.width(), "height": rect.height()}
    canvas = views.map.canvas
    x, y = canvas.view.to_pixel(*np.asarray(views.map.places.xy[row], float).tolist())
    at = canvas.viewport().mapToGlobal(QPointF(x, y)).toPoint()
    return {"x": at.x(), "y": at.y(), "width": 1, "height": 1}


def _choice_place(text: str) -> dict[str, int]:
    """Where the line ``text`` of the list that is open is; KeyError where there is none."""
    popup = QApplication.activePopupWidget()
    for view in popup.findChildren(QAbstractItemView) if popup is not None else ():
        model = view.model()
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            if index.data() == text:
                view.scrollTo(index)
                rect = view.visualRect(index)
                at = view.viewport().mapToGlobal(rect.center())
                return {"x": at.x(), "y": at.y(), "width": rect.width(), "height": rect.height()}
    raise KeyError(text)


def _all_points(window: MainWindow) -> dict[str, int]:
    views = window.workspace
    assert views is not None
    canvas, xy = views.map.canvas, views.map.places.xy
    left, top = canvas.view.to_pixel(float(np.nanmin(xy[:, 0])), float(np.nanmax(xy[:, 1])))
    right, bottom = canvas.view.to_pixel(float(np.nanmax(xy[:, 0])), float(np.nanmin(xy[:, 1])))
    at = canvas.viewport().mapToGlobal(QPointF((left + right) / 2, (top + bottom) / 2)).toPoint()
    return {"x": at.x(), "y": at.y(), "width": round(right - left), "height": round(bottom - top)}


def by_words(words: str) -> QWidget | None:
    """The visible widget with the accessible name, the text or the tip ``words``: the smallest, of those in front."""
    fitting = [
        widget
        for widget in QApplication.allWidgets()
        if not widget.visibleRegion().isEmpty() and not isinstance(widget, QMenu) and words in _words(widget)
    ]
    fitting.sort(
        key=lambda widget: (not widget.isActiveWindow(), not widget.isEnabled(), widget.width() * widget.height())
    )
    return fitting[0] if fitting else None


def _words(widget: QWidget) -> tuple[str, ...]:
    text = widget.text().replace("&", "") if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName(), text, *widget.toolTip().split("\n")


def picture(path: str) -> None:
    """Write what the screen shows to ``path``."""
    QGuiApplication.primaryScreen().grabWindow(0).save(path)
