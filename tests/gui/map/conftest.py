"""A map on the screen, for the tests of its behaviour."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_al.gui.map.map_widget import MapWidget
from desktop_al.gui.pool import Pool
from desktop_al.gui.thumbs import ThumbLoader
from desktop_al.media.thumbs import ThumbCache

Settle = Callable[[MapWidget], None]
ShowMap = Callable[[Pool], MapWidget]


@pytest.fixture
def thumbs(qtbot: QtBot, tmp_path: Path) -> Iterator[ThumbLoader]:
    loader = ThumbLoader(ThumbCache(tmp_path / "thumbs.sqlite"))
    yield loader
    loader.close()


@pytest.fixture
def settle(qtbot: QtBot) -> Settle:
    def wait(widget: MapWidget) -> None:
        qtbot.waitUntil(lambda: widget.settled, timeout=120_000)

    return wait


@pytest.fixture
def show_map(qtbot: QtBot, thumbs: ThumbLoader, settle: Settle) -> Iterator[ShowMap]:
    made: list[MapWidget] = []

    def show(pool: Pool) -> MapWidget:
        widget = MapWidget(pool, thumbs)
        qtbot.addWidget(widget)
        made.append(widget)
        widget.resize(900, 640)
        widget.canvas.glide_ms = 0
        with qtbot.waitExposed(widget):
            widget.show()
        settle(widget)
        if np.isfinite(pool.xy).any():
            qtbot.waitUntil(lambda: widget.ready, timeout=120_000)
        return widget

    yield show
    for widget in made:
        widget.shutdown()
