"""Sees to it that the region labels belong to what is drawn: asks the lane for new ones when their inputs change."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QObject, Slot

from desktop_al.gui.map.driver import FrameDriver
from desktop_al.gui.map.frame import FrameRequest, Renderer
from desktop_al.gui.map.layers.labels import LabelLayer
from desktop_al.gui.map.places import far_apart
from desktop_al.gui.map.regions import Level, Regions, arrange, find_levels

REGIONS = "regions"


def region_steps(renderer: Renderer, scene: FrameRequest) -> Iterator[object]:
    """Find the regions of ``scene``, one level of detail a step; yields None and in the end `Regions`."""
    cloud, _, style = renderer.looks(scene)
    found: list[Level] = []
    if len(cloud):
        for level in find_levels(cloud, style.role, scene.column):
            found.append(level)
            yield None
    yield arrange(found, cloud)


class Labelling(QObject):
    """Keeps ``layer`` up to date; `check` is cheap, and called with each picture that was drawn."""

    def __init__(self, driver: FrameDriver, layer: LabelLayer, parent: QObject) -> None:
        super().__init__(parent)
        self._driver, self._layer = driver, layer
        self._inputs: tuple[object, ...] = ()
        driver.found.connect(self._on_found)

    def check(self, scene: FrameRequest) -> None:
        """Ask for new labels where those shown are of other points or another column."""
        column, columns = scene.column, scene.columns
        inputs = (scene.xy, column.codes if column.names else None, column.values, columns.visible, columns.shown)
        same = len(inputs) == len(self._inputs) and all(a is b for a, b in zip(inputs, self._inputs, strict=True))
        if not same:
            known = self._inputs[0] if self._inputs else None
            if isinstance(known, np.ndarray) and known.shape == scene.xy.shape and far_apart(known, scene.xy):
                # Another projection: where the labels were, other samples lie now.
                self._layer.regions = None
            self._inputs = inputs
            self._driver.put_aside(REGIONS, region_steps)

    def forget(self) -> None:
        """Label nothing: the rows are others."""
        self._inputs = ()
        self._layer.regions = None

    @Slot(str, object)
    def _on_found(self, name: str, value: object) -> None:
        if name == REGIONS and isinstance(value, Regions):
            self._layer.regions = value
