"""Pixel for pixel on screens of any scale, in a process for each: Qt takes the scale once."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from desktop_al.gui.loupe.camera import Camera
from desktop_al.gui.loupe.pane import ImagePane
from desktop_al.gui.loupe.picture import Picture

app = QApplication([])
rgb = np.random.default_rng(0).integers(0, 256, (900, 1200, 3), np.uint8)
image = QImage(rgb.data, 1200, 900, 3600, QImage.Format.Format_RGB888).convertToFormat(QImage.Format.Format_RGB32)
host = QWidget()
host.resize(533, 411)
pane = ImagePane(host)
pane.setGeometry(7, 13, 501, 381)
host.show()
pane.show_image(Picture((image,), image.size(), True, True), None, image.size())
for camera in (Camera(exact=True), Camera(exact=True, u=0.31, v=0.62)):
    pane.set_camera(camera)
    left, top, _, _ = pane.placement.rect
    shown = host.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), -1)
    pixels = flat[:, : 3 * shown.width()].reshape(shown.height(), shown.width(), 3)
    part = rgb[20 - int(top) :, 20 - int(left) :][:200, :300]
    x, y = round(7 * host.devicePixelRatioF()) + 20, round(13 * host.devicePixelRatioF()) + 20
    # The corner of a widget may lie between two pixels of the screen: a whole pixel of shift is none of the image.
    found = [np.array_equal(pixels[y + j :, x + i :][:200, :300], part) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    assert any(found), host.devicePixelRatioF()
"""


@pytest.mark.parametrize("scale", ["1", "1.25", "1.5", "2"])
def test_that_one_pixel_of_the_image_is_one_pixel_of_the_screen(scale: str) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
