"""On several screens of different resolutions the window is as crisp on each as if it were the only one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests.gui.projects import make_review_project

SHOWN = ("window", "inspector", "compare", "start")


class Screens:
    """What windows look like on screens of their own, beside others or alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept = make_review_project(folder / "kept")

    def visit(self, screens: str, visits: str) -> list[dict[str, QImage]]:
        """The pictures of each of ``visits``, one after another, where there are ``screens``."""
        folder = self._folder / f"{screens} {visits}"
        folder.mkdir()
        # At the same place each time, for the start page names it.
        project = self._folder / "review.alproject"
        shutil.rmtree(project, ignore_errors=True)
        shutil.copytree(self._kept, project)
        settings = {name: str(folder / name) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
        done = subprocess.run(
            [sys.executable, "-m", "tests.gui.screens_child", str(project), str(folder), screens, visits],
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        count = len(visits.split(","))
        return [{name: QImage(str(folder / f"{at}-{name}.png")) for name in SHOWN} for at in range(count)]


@pytest.fixture(scope="module")
def screens(tmp_path_factory: pytest.TempPathFactory) -> Screens:
    """A project to look at."""
    return Screens(tmp_path_factory.mktemp("screens"))


def pixels(image: QImage) -> np.ndarray:
    shown = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), shown.width(), 4)[..., :3].astype(int)


def unlike(one: QImage, other: QImage) -> str:
    """Where two pictures differ, "" where they do not."""
    if one.size() != other.size():
        return f"{one.width()} x {one.height()} against {other.width()} x {other.height()}"
    rows, columns = np.nonzero(np.abs(pixels(one) - pixels(other)).max(axis=2))
    if not len(rows):
        return ""
    return f"{len(rows)} pixels, x {columns.min()} to {columns.max()}, y {rows.min()} to {rows.max()}"


def test_that_every_part_is_drawn_for_the_screen_it_is_on(screens: Screens) -> None:
    alone = {name: screens.visit(name, name)[0] for name in ("1", "2")}
    assert alone["2"]["window"].width() == 2 * alone["1"]["window"].width() > 0
    found = screens.visit("1,2", "1,2,1")
    differences = [
        f"{name} on the screen of {screen}, visit {visit + 1}: {difference}"
        for visit, (screen, shown) in enumerate(zip(("1", "2", "1"), found, strict=True))
        for name in SHOWN
        if (difference := unlike(shown[name], alone[screen][name]))
    ]
    assert not differences, "\n".join(differences)
