"""Shows the window on made-up screens, one after another, and keeps what it looks like on each.

A process of its own, given PROJECT FOLDER SCREENS VISITS: Qt takes screens and scales once. Screens are named by how
fine they are: "1" has one pixel to a unit, "2" has two.
"""

import json
import os
import sys
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from unittest import mock

from PySide6.QtCore import QDeadlineTimer, QPoint
from PySide6.QtGui import QFont, QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_al.gui import app as program
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.theme import apply_appearance

WIDTH, HEIGHT = 1600, 1000
STILL = 4
INSET = QPoint(20, 20)


def make_screens(folder: Path, names: list[str]) -> None:
    """Let there be a screen for each of ``names`` beside the last."""
    widths = [WIDTH * int(name) for name in names]
    lefts = [0, *accumulate(widths)]
    screens = [
        {
            "name": name,
            "x": x,
            "y": 0,
            "width": width,
            "height": HEIGHT * int(name),
            "logicalDpi": 96,
            "dpr": 1,
        }
        for name, x, width in zip(names, lefts, widths, strict=False)
    ]
    config = folder / "screens.json"
    config.write_text(json.dumps({"screens": screens}))
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={config}"
    os.environ["QT_SCREEN_SCALE_FACTORS"] = ";".join(f"{name}={name}" for name in names)


def wait_for(true: Callable[[], bool]) -> None:
    """Handle events until ``true``."""
    late = QDeadlineTimer(100_000)
    while not true():
        assert not late.hasExpired()
        QTest.qWait(20)


def place(widget: QWidget, name: str, size: tuple[int, int]) -> None:
    """Put ``widget`` on the screen ``name``."""
    (screen,) = (screen for screen in QApplication.screens() if screen.name() == name)
    widget.move(screen.geometry().topLeft() + INSET)
    widget.resize(*size)
    wait_for(lambda: widget.devicePixelRatioF() == float(name))


def at_rest(window: MainWindow, widget: QWidget) -> QImage:
    """What ``widget`` looks like once nothing runs and nothing changes."""
    assert window.workspace is not None
    drawn, seen = window.workspace.map, [QImage()] * STILL

    def still() -> bool:
        seen[:] = [*seen[1:], widget.grab().toImage()]
        settled = not window.bridge.busy and (drawn.settled or window.session.project is None)
        return settled and all(one == seen[0] for one in seen)

    wait_for(still)
    return seen[0]


def show(project: Path) -> MainWindow:
    """The window on ``project``, with a pick in the inspector and a message."""
    app = program.make_application()
    app.setCursorFlashTime(0)
    # Which is how Qt draws text on all screens where one of them is fine.
    font = app.font()
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)
    apply_appearance(app, "light")
    window = MainWindow()
    window.show()
    ready = QSignalSpy(window.ready)
    window.prepare()
    wait_for(lambda: ready.count() > 0)
    opened = QSignalSpy(window.session.opened)
    window.open(project)
    wait_for(lambda: opened.count() > 0)
    assert window.workspace is not None
    window.session.pool.set_focus(int(window.session.pool.pick_order[0]))
    window.messages.show_message("warning", "Something to look at.", "More of it.")
    return window


def main(project: Path, folder: Path, names: list[str], visits: list[str]) -> None:
    """Keep pictures of the window, of a floating panel and of the start page for each of ``visits``."""
    make_screens(folder, names)
    with mock.patch("desktop_al.gui.main_window.warm_worker"):
        window = show(project)
    assert window.workspace is not None
    for at, name in enumerate(visits):
        place(window, name, (1400, 900))
        window.workspace.map.canvas.fit()
        at_rest(window, window).save(str(folder / f"{at}-window.png"))
    for title in ("inspector", "compare"):
        panel = window.workspace.docks[title]
        window.show_panel(title)
        panel.turn()
        for at, name in enumerate(visits):
            place(panel, name, (360, 800))
            at_rest(window, panel).save(str(folder / f"{at}-{title}.png"))
        panel.turn()
    window.session.close()
    wait_for(lambda: window.session.project is None)
    for at, name in enumerate(visits):
        place(window, name, (1400, 900))
        at_rest(window, window).save(str(folder / f"{at}-start.png"))
    window.close()
    wait_for(lambda: window.closed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3].split(","), sys.argv[4].split(","))
