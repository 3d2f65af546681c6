"""What holds for every test of the window: no Qt warning, no widget left behind, no exception swallowed."""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent, QUndoStack
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.collector import Collector
from desktop_al.gui.commands import Commands
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.keys_in_force import keys_in_force
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.session import Session
from tests.gui.loop_watch import ALLOWED_MS, LoopWatch
from tests.gui.projects import make_review_project

# Before the first application object: these tests need no screen. Those of tests/e2e bring one.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

# The offscreen platform says this for every window with a minimum size; it is no fault of ours.
HARMLESS = "This plugin does not support propagateSizeHints"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let Qt warnings fail the tests of this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(HARMLESS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test in which a handler took the event loop for too long, see `LoopWatch`; its set-up may take longer."""
    watch = LoopWatch()
    with watch.watching():
        yield
    if watch.blocks and item.get_closest_marker("may_block") is None:
        times = ", ".join(f"{block:.0f} ms" for block in watch.blocks)
        pytest.fail(f"the GUI thread computed for {times} at a stretch; at most {ALLOWED_MS:.0f} ms are allowed")


def _of_a_plot(widget: QWidget) -> bool:
    """Whether ``widget`` is a context menu of a pyqtgraph plot: they have no parent and go with a later collection."""
    return isinstance(widget, QMenu) and widget.isHidden()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What a screen reader is told from now on: "say" or "say at once" and the words, or an event and whose it is."""
    told: list[tuple[str, str]] = []

    def take(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            urgent = event.politeness() == QAccessible.AnnouncementPoliteness.Assertive
            told.append(("say at once" if urgent else "say", event.message()))
        elif (interface := event.accessibleInterface()) is not None:
            told.append((event.type().name, interface.text(QAccessible.Text.Name)))

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", take)
    return told


@pytest.fixture
def stack() -> Iterator[QUndoStack]:
    """An undo stack that is empty in the end.

    Where a collection of cycles comes by a step before the stack that the step leads to, Qt deletes the step twice.
    """
    stack = QUndoStack()
    yield stack
    stack.clear()


@pytest.fixture(scope="package", autouse=True)
def collector(qapp: QApplication) -> Iterator[Collector]:
    """Collect cycles on the thread of the window alone, as the program does: else a lane deletes what Qt still uses."""
    collector = Collector(qapp)
    yield collector
    collector.deleteLater()
    gc.enable()


@pytest.fixture(autouse=True)
def collected(collector: Collector) -> Iterator[None]:
    """Collect what a test left behind, which may have let no event be handled."""
    yield
    collector.look()


@pytest.fixture(autouse=True)
def keys_as_they_came() -> Iterator[None]:
    """Let no test leave its keys to the next."""
    keys_in_force().forget()
    yield
    keys_in_force().forget()


@pytest.fixture(autouse=True)
def no_leaked_windows(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a top-level widget behind."""
    before = {id(widget) for widget in QApplication.topLevelWidgets()}
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in QApplication.topLevelWidgets() if id(widget) not in before and not _of_a_plot(widget)]
    names = [f"{type(widget).__name__} {widget.objectName()}" for widget in left]
    for widget in left:
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not names, f"top-level widgets were left behind: {names}"


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[JobBridge]:
    """Where the jobs of a test run; they have ended after it."""
    bridge = JobBridge()
    yield bridge
    assert bridge.close()


@pytest.fixture
def session(qtbot: QtBot, bridge: JobBridge, tmp_path: Path) -> Iterator[Session]:
    """A session with the project of `make_review_project` open."""
    session = Session(bridge)
    with qtbot.waitSignal(session.opened):
        session.open(make_review_project(tmp_path))
    yield session
    if session.project is not None:
        with qtbot.waitSignal(session.closed):
            session.close()


@pytest.fixture
def commands(qtbot: QtBot, session: Session) -> Commands:
    """What is done in the window, over ``session``."""
    window = QWidget()
    qtbot.addWidget(window)
    return Commands(session, MessageBar(window), window)
