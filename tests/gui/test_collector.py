"""What was loaded once is not visited by the collector again, and what is given up goes all the same."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from desktop_al.gui.collector import THRESHOLDS, calm, set_aside


class Thing:
    """Something that can be followed, and that can hold itself."""

    held: "Thing | None" = None


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the collector as it was."""
    thresholds = gc.get_threshold()
    set_aside.cache_clear()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
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


def test_that_collections_are_rarer_than_by_default() -> None:
    gc.set_threshold(700, 10, 10)
    calm()
    assert gc.get_threshold() == THRESHOLDS
