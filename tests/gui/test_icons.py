"""The icons: one family, crisp at every scale."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmapCache
from PySide6.QtWidgets import QApplication

from desktop_al.gui import icons
from desktop_al.gui.icons import APP_ICON, icon
from desktop_al.jobs.resources import resource

FILES = sorted(resource("icons").glob("*.svg"))
# Those that the style sheet shows by itself have sizes and colours of their own; see the README beside them.
OTHERS = re.compile(r"arrow-\w+|indicator-\w+|desktop-al")


@pytest.mark.parametrize(
    "file", [file for file in FILES if not OTHERS.fullmatch(file.stem)], ids=lambda file: file.stem
)
def test_that_an_icon_is_of_the_family(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert 'viewBox="0 0 24 24"' in text
    assert re.findall(r'stroke-width="([^"]+)"', text)[0] == "1.8"
    assert set(re.findall(r'stroke="([^"]+)"', text)) == {"currentColor"}


def edges(image: QImage) -> float:
    """The share of drawn pixels that are neither clear nor fully covered: few where strokes are sharp."""
    alphas = [image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())]
    drawn = [alpha for alpha in alphas if alpha]
    return sum(0 < alpha < 250 for alpha in drawn) / len(drawn)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
def test_that_an_icon_is_drawn_in_the_pixels_of_the_screen(qapp: QApplication, ratio: float) -> None:
    pixmap = icon("list").pixmap(QSize(20, 20), ratio)
    assert pixmap.size() == QSize(round(20 * ratio), round(20 * ratio))
    assert pixmap.devicePixelRatio() == pytest.approx(ratio)
    # A picture of 20 px that is stretched has hardly a full pixel left.
    stretched = icon("list").pixmap(QSize(20, 20), 1.0).toImage().scaled(pixmap.size())
    assert edges(pixmap.toImage()) <= edges(stretched) + 0.02


def test_that_an_icon_takes_the_colours_of_the_theme(qapp: QApplication) -> None:
    drawn = icon("stop", "#FF0000").pixmap(QSize(64, 64), 1.0).toImage()
    places = [(x, y) for x in range(64) for y in range(64)]
    colours = {drawn.pixelColor(x, y).name() for x, y in places if drawn.pixelColor(x, y).alpha() > 250}
    assert colours == {"#ff0000"}
    faded = icon("stop", "#FF0000").pixmap(QSize(64, 64), 1.0, QIcon.Mode.Disabled).toImage()
    assert faded != drawn
    assert "#ff0000" not in {faded.pixelColor(x, y).name() for x, y in places}


def test_that_an_icon_is_drawn_once_for_each_size_and_colour(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[QSize] = []
    paint = icons._Strokes.paint

    def counted(self: icons._Strokes, painter: QPainter, rect: QRect, *how: object) -> None:
        drawn.append(rect.size())
        paint(self, painter, rect, *how)  # type: ignore[arg-type]  # mode and state are passed on

    monkeypatch.setattr(icons._Strokes, "paint", counted)
    QPixmapCache.clear()
    first = [icon("stop", "#00FF00").pixmap(QSize(20, 20), ratio).toImage() for ratio in (1.0, 2.0)]
    again = [icon("stop", "#00FF00").pixmap(QSize(20, 20), ratio).toImage() for ratio in (1.0, 2.0)]
    assert drawn == [QSize(20, 20), QSize(40, 40)]
    assert first == again
    assert icon("stop", "#0000FF").pixmap(QSize(20, 20), 1.0).toImage() != first[0]
    assert icon("stop", "#00FF00").pixmap(QSize(20, 20), 1.0, QIcon.Mode.Disabled).toImage() != first[0]


@pytest.mark.parametrize("size", [QSize(0, 0), QSize(0, 16), QSize(16, 0), QSize(-1, -1)])
def test_that_an_icon_without_room_is_no_picture(qapp: QApplication, size: QSize) -> None:
    engine = icons._Strokes("stop", "#FF0000", "#808080")
    assert engine.pixmap(size, QIcon.Mode.Normal, QIcon.State.Off).isNull()


def test_that_the_mark_of_the_program_has_sizes(qapp: QApplication) -> None:
    assert QSize(64, 64) in icon(APP_ICON).availableSizes()
