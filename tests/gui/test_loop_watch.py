"""The watch of the event loop sees what blocks it, and nothing else."""

import gc
import time

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests.gui.loop_watch import ALLOWED_MS, LoopWatch


def compute(milliseconds: float) -> None:
    """Keep the processor busy."""
    end = time.thread_time() + milliseconds / 1000
    while time.thread_time() < end:
        pass


def watched(qtbot: QtBot, milliseconds: float) -> list[float]:
    watch = LoopWatch()
    with watch.watching():
        QTimer.singleShot(10, lambda: compute(milliseconds))
        qtbot.wait(60)
    return watch.blocks


def test_that_a_handler_that_computes_for_long_is_seen(qtbot: QtBot) -> None:
    (block,) = watched(qtbot, 1.5 * ALLOWED_MS)
    assert block >= 1.5 * ALLOWED_MS


def test_that_a_quick_handler_is_let_be(qtbot: QtBot) -> None:
    assert watched(qtbot, 0.3 * ALLOWED_MS) == []


def test_that_what_the_test_computes_between_its_waits_is_let_be(qtbot: QtBot) -> None:
    watch = LoopWatch()
    with watch.watching():
        qtbot.wait(10)
        compute(1.5 * ALLOWED_MS)
        qtbot.wait(10)
    assert watch.blocks == []


def test_that_full_collections_are_let_be_and_what_is_computed_beside_them_is_not(qtbot: QtBot) -> None:
    def collect() -> None:
        end = time.thread_time() + 1.5 * ALLOWED_MS / 1000
        while time.thread_time() < end:
            gc.collect()

    def collect_and_compute() -> None:
        collect()
        compute(1.5 * ALLOWED_MS)

    before = list(gc.callbacks)
    watch = LoopWatch()
    with watch.watching():
        QTimer.singleShot(10, collect)
        qtbot.wait(60)
        assert watch.blocks == []
        QTimer.singleShot(10, collect_and_compute)
        qtbot.wait(60)
    (block,) = watch.blocks
    assert block < 2.5 * ALLOWED_MS
    assert gc.callbacks == before
