"""A pool of twelve birds and the filters over it, for every test of filters."""

from pathlib import Path

import pytest
from PySide6.QtGui import QUndoStack
from pytestqt.qtbot import QtBot

from desktop_al.gui.filter_model import FilterModel
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool
from tests.gui.pools import full_pool


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return full_pool(tmp_path, [f"bird{row:02}.png" for row in range(12)], picks=3, labelled=4)


@pytest.fixture
def model(bridge: JobBridge, pool: Pool, stack: QUndoStack) -> FilterModel:
    return FilterModel(pool, bridge, stack)


def settle(qtbot: QtBot, bridge: JobBridge) -> None:
    """Wait until nothing is evaluated."""
    qtbot.waitUntil(lambda: not bridge.busy)
