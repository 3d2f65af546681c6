"""What the commands do beyond handing an operation to the session."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_al.domain.specs import SelectSpec
from desktop_al.gui.commands import Commands
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.session import Session
from tests.gui.projects import make_review_project


@pytest.fixture
def commands(qtbot: QtBot, tmp_path: Path) -> Iterator[Commands]:
    bridge, window = JobBridge(), QWidget()
    qtbot.addWidget(window)
    session = Session(bridge)
    with qtbot.waitSignal(session.opened):
        session.open(make_review_project(tmp_path))
    yield Commands(session, MessageBar(window), window)
    with qtbot.waitSignal(session.closed):
        session.close()
    assert bridge.close()


def test_that_a_selected_batch_is_shown_from_its_first_pick(qtbot: QtBot, commands: Commands) -> None:
    pool = commands.pool
    pool.set_focus(int(pool.pick_order[3]))
    pool.set_highlight(np.arange(20))
    commands.select(SelectSpec(count="5"))
    qtbot.waitUntil(lambda: pool.batch is not None and pool.batch.number == 2, timeout=20_000)
    assert pool.focus == pool.pick_order[0]
    assert not pool.highlight.any()
    # From here on the focus is the user's.
    pool.set_focus(int(pool.pick_order[2]))
    commands.session.refresh()
    qtbot.waitUntil(lambda: not commands.session.bridge.busy, timeout=20_000)
    assert pool.focus == pool.pick_order[2]
