from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_al.gui.gallery.gallery import GalleryWidget
from desktop_al.gui.pool import Pool
from desktop_al.gui.thumbs import ThumbLoader
from desktop_al.media.thumbs import ThumbCache
from tests.gui.pools import full_pool
from tests.pictures import make_pictures


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Path, list[str]]:
    """A folder with 60 pictures, and their names."""
    folder = tmp_path / "pictures"
    return folder, [path.name for path in make_pictures(folder, 60)]


@pytest.fixture
def thumbs(qtbot: QtBot, tmp_path: Path) -> Iterator[ThumbLoader]:
    """A loader with a cache of its own."""
    loader = ThumbLoader(ThumbCache(tmp_path / "thumbs.sqlite"))
    yield loader
    loader.close()


@pytest.fixture
def pool(pictures: tuple[Path, list[str]]) -> Pool:
    """A pool of the pictures with picks and labels."""
    return full_pool(*pictures, picks=12, labelled=6)


@pytest.fixture
def gallery(qtbot: QtBot, pool: Pool, thumbs: ThumbLoader) -> GalleryWidget:
    """A gallery of the pool that shows."""
    widget = GalleryWidget(pool, thumbs)
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    widget.show()
    qtbot.waitExposed(widget)
    return widget
