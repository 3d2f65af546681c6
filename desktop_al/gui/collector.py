"""Keeps Python's collector of cycles from stopping the window.

Python collects on whatever thread happens to make an object. A cycle that holds a Qt object would be deleted there,
and wait for a lock of Qt that the thread of the window may hold while it waits for Python: both for ever. So cycles are
collected on the thread of the window alone, between its events.

A full collection visits every object there is while all threads wait for it: 150 ms and more, once the libraries and
the compiled kernels are loaded. What was loaded lasts as long as the program, so it is set aside, never to be visited
again.
"""

import gc
from functools import cache

from PySide6.QtCore import QObject, QTimer, Slot

# Objects made and not yet given up before a collection of the youngest, then collections of one generation before one
# of the next. A program that gives up its objects by reference counts needs few: a full one comes after five minutes
# of work without a pause at the earliest.
THRESHOLDS = (2_000, 5, 500)
LOOKS_EVERY_MS = 100


class Collector(QObject):
    """Collects cycles on the thread of ``parent`` from now on, on which events must be handled, and on no other."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOKS_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Collect the oldest generation that is due, and all younger ones with it."""
        counts = zip(gc.get_count(), THRESHOLDS, strict=True)
        due = [generation for generation, (count, limit) in enumerate(counts) if count > limit]
        if due:
            gc.collect(due[-1])


@cache
def set_aside() -> None:
    """Set all aside that there is now; later calls do nothing.

    For when the libraries are loaded, which are nearly all that is ever visited, and before there are views: an object
    that was set aside still goes with its last reference, but a cycle of such objects stays.
    """
    gc.freeze()


def forget() -> None:
    """Let all go that is out of use: once, where a window has gone for good.

    What was set aside is left alone. To collect that too ends the program now and then: among it are cycles of objects
    whose other half Qt deleted long ago.
    """
    gc.collect()
