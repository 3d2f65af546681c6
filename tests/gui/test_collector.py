"""What was loaded once is not visited by the collector again, and what is given up goes all the same."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_al.gui.collector import Collector, set_aside


class Thing:
    """Something that can be followed, and that can hold itself."""

    held: "Thing | None" = None


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the collector as it was."""
    enabled = gc.isenabled()
    set_aside.cache_clear()
    yield
    gc.unfreeze()
    (gc.enable if enabled else gc.disable)()
    set_aside.cache_clear()


def test_that_what_was_there_is_visited_no_more() -> None:
    before = len(gc.get_objects())
    set_aside()
    assert len(gc.get_objects()) < before / 10
    assert gc.get_freeze_count() > before / 2


def test_that_a_second_time_sets_nothing_aside() -> None:
    set_aside()
    thing = Thing()
    set_aside()
    assert any(found is thing for found in gc.get_objects())


def test_that_what_was_set_aside_goes_with_its_last_reference() -> None:
    thing = Thing()
    gone = weakref.ref(thing)
    set_aside()
    del thing
    assert gone() is None


def test_that_new_cycles_are_still_found() -> None:
    set_aside()
    thing = Thing()
    thing.held = thing
    gone = weakref.ref(thing)
    del thing
    gc.collect()
    assert gone() is None


class Told:
    """A cycle that tells on which thread it is collected."""

    def __init__(self, threads: list[int]) -> None:
        self.me, self.threads = self, threads

    def __del__(self) -> None:
        self.threads.append(threading.get_ident())


def test_that_cycles_are_collected_on_the_thread_of_the_window_alone(qtbot: QtBot) -> None:
    gc.enable()
    gc.collect()
    owner, threads, kept = QObject(), list[int](), list[list[int]]()
    collector = Collector(owner)

    def work() -> None:
        Told(threads)
        kept.extend([number] for number in range(100_000))

    lane = threading.Thread(target=work)
    lane.start()
    lane.join()
    assert threads == []
    qtbot.waitUntil(lambda: threads != [])
    assert threads == [threading.get_ident()]
    assert collector.parent() is owner


def test_that_little_is_collected_where_little_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    owner, asked = QObject(), list[int]()
    collector = Collector(owner)
    monkeypatch.setattr(gc, "collect", asked.append)
    for counts, due in (((100, 3, 9), []), ((2_001, 3, 9), [0]), ((2_001, 6, 9), [1]), ((100, 6, 501), [2])):
        asked.clear()
        monkeypatch.setattr(gc, "get_count", lambda counts=counts: counts)
        collector.look()
        assert asked == due
