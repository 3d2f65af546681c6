"""A pyqtgraph view that knows what of the map is in sight, how to get elsewhere, and the way back."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QVariantAnimation, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_al.gui.map.frame import Frame
from desktop_al.gui.map.picture import PictureItem
from desktop_al.gui.map.view import FREE, Bounds, Margins, View, between, fitted

ZOOM_STEP = 1.25
GLIDE_MS = 170
DEEPEST, WIDEST = 1e6, 0.2  # limits of the scale, as multiples of the fitted one
CLOSEST_FIT = 40  # how far beyond the fitted scale a few highlighted samples are brought
MOST_HISTORY = 100


class Navigation(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """Shows the last frame where it lies on the map.

    Signals: ``view_changed`` another part of the map is in sight; ``history_changed`` the way back or forth is another.
    """

    view_changed = Signal()
    history_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False)
        self._box.disableAutoRange()
        self.setCentralItem(self._box)
        self.picture = PictureItem()
        self._box.addItem(self.picture, ignoreBounds=True)
        self.setFrameShape(self.Shape.NoFrame)
        self.view = View(0.0, 0.0, 100.0, max(self.width(), 1), max(self.height(), 1))
        self.bounds = (-1.0, -1.0, 1.0, 1.0)
        self.fit_into: tuple[Margins, ...] = (FREE,)
        self.is_fitted = True
        self.glide_ms = GLIDE_MS
        self._history: list[View] = []
        self._future: list[View] = []
        self._glide: QVariantAnimation | None = None

    def fitting(self, bounds: Bounds | None = None) -> View:
        """The view that shows all of ``bounds``, or of all points, beside what lies over the map."""
        return fitted(bounds or self.bounds, self.view.width, self.view.height, self.fit_into)

    def leave_free(self, fit_into: tuple[Margins, ...]) -> None:
        """Let what is fitted lie inside one of these margins from now on; a fitted view follows at once."""
        if fit_into != self.fit_into:
            self.fit_into = fit_into
            if self.is_fitted and self._glide is None:
                self.set_view(self.fitting())

    def set_view(self, view: View, tell: bool = True) -> None:
        """Show ``view`` at once, within the limits of the scale; ``tell`` those who draw it."""
        base = fitted(self.bounds, view.width, view.height).scale
        scale = float(np.clip(view.scale, base * WIDEST, base * DEEPEST))
        self.view = View(view.x, view.y, scale, view.width, view.height)
        width, height = self.view.width / scale, self.view.height / scale
        area = QRectF(self.view.x - width / 2, self.view.y - height / 2, width, height)
        self._box.setRange(area, padding=0, disableAutoRange=True)
        if tell:
            self.view_changed.emit()

    def take(self, frame: Frame) -> None:
        """Show ``frame``; a view that shows all points keeps doing so as they move."""
        self.bounds = frame.cloud.bounds
        size = (frame.view.width, frame.view.height) == (self.view.width, self.view.height)
        if self.is_fitted and self._glide is None and size:
            self.set_view(self.fitting(), tell=False)
        self.picture.set_frame(frame)
        self.viewport().update()

    def fit(self, bounds: Bounds | None = None) -> None:
        """Glide to ``bounds``, or to all points."""
        target = self.fitting(bounds)
        if bounds is not None:
            closest = CLOSEST_FIT * self.fitting().scale
            if target.scale > closest:
                # The middle of the bounds keeps its place on the screen.
                x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
                back = target.scale / closest
                target = View(
                    x + (target.x - x) * back, y + (target.y - y) * back, closest, target.width, target.height
                )
        self.go(target)
        self.is_fitted = bounds is None

    def go(self, target: View, remember: bool = True) -> None:
        """Glide to ``target``; ``remember`` lets `back` return from it."""
        if remember and target != self.view:
            self.remember(self.view)
        self.is_fitted = False
        self.stop_glide()
        start = self.view
        if self.glide_ms <= 0 or not self.isVisible():
            self.set_view(target)
            return
        glide = QVariantAnimation(self)
        glide.setDuration(self.glide_ms)
        glide.setStartValue(0.0)
        glide.setEndValue(1.0)
        glide.valueChanged.connect(lambda t: self.set_view(between(start, target, float(t) ** 0.7)))
        glide.finished.connect(self.stop_glide)
        self._glide = glide
        glide.start()

    def stop_glide(self) -> None:
        """Stay where the view is."""
        if self._glide is not None:
            glide, self._glide = self._glide, None
            glide.stop()
            glide.deleteLater()

    def zoom(self, factor: float, px: float | None = None, py: float | None = None, glide: bool = False) -> None:
        """Scale by ``factor`` so that the pixel (px, py), else the centre, keeps its place on the map."""
        view = self.view
        px, py = (view.width / 2, view.height / 2) if px is None or py is None else (px, py)
        base = self.fitting().scale
        scale = float(np.clip(view.scale * factor, base * WIDEST, base * DEEPEST))
        x, y = view.to_map(px, py)
        target = View(
            x - (px - view.width / 2) / scale, y + (py - view.height / 2) / scale, scale, view.width, view.height
        )
        if glide:
            self.go(target)
        else:
            self.stop_glide()
            self.is_fitted = False
            self.set_view(target)

    def back(self) -> None:
        """Return to the view before this one."""
        if self._history:
            self._future.append(self.view)
            self.go(self._resized(self._history.pop()), remember=False)
            self.history_changed.emit()

    def forward(self) -> None:
        """Undo `back`."""
        if self._future:
            target = self._future.pop()
            self._history.append(self.view)
            self.go(self._resized(target), remember=False)
            self.history_changed.emit()

    @property
    def can_go_back(self) -> bool:
        """Whether there is a view to return to."""
        return bool(self._history)

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a view that one came back from."""
        return bool(self._future)

    @property
    def gliding(self) -> bool:
        """Whether the view is on its way."""
        return self._glide is not None

    def forget_history(self) -> None:
        """Forget where the view was: the points are others."""
        self.stop_glide()
        self._history.clear()
        self._future.clear()
        self.is_fitted = True
        self.history_changed.emit()

    def _resized(self, view: View) -> View:
        return View(view.x, view.y, view.scale, self.view.width, self.view.height)

    def remember(self, view: View) -> None:
        """Let `back` return to ``view``."""
        if not self._history or self._history[-1] != view:
            self._history.append(view)
            del self._history[:-MOST_HISTORY]
        self._future.clear()
        self.history_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the centre and the scale, or all points in sight."""
        super().resizeEvent(event)
        if not hasattr(self, "view"):
            return
        # A glide under way would end at a view of the size before.
        self.stop_glide()
        width, height = max(self.viewport().width(), 1), max(self.viewport().height(), 1)
        if self.is_fitted:
            self.set_view(fitted(self.bounds, width, height, self.fit_into))
        else:
            self.set_view(View(self.view.x, self.view.y, self.view.scale, width, height))
