"""Draws the layers of one picture, lowest first: context, points, labelled samples, picks, highlight."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.map.cloud import Cloud
from desktop_al.gui.map.colouring import Colouring, Kind, bgr
from desktop_al.gui.map.cores import in_parts
from desktop_al.gui.map.sizes import mark_radius, point_radius
from desktop_al.gui.map.style import Style
from desktop_al.gui.map.veils import Veil, draw_veil
from desktop_al.gui.map.view import View
from desktop_al.gui.theme import Theme

DISC_RADIUS = 1.7  # from here on points are drawn one by one, below it they add up
CROWDED = 1.0  # points in a typical pixel
MOST_DISCS = 400_000
MOST_MARKS = 20_000
MOST_LIT = 20_000
STAMP = 50  # times what a point of the density costs

# Gives a cleared accumulator (height, width, 4).
Total = Callable[[int, int], NDArray[np.float32]]


class Brush:
    """Draws the layers of one frame, lowest first."""

    def __init__(
        self,
        total: Total,
        view: View,
        theme: Theme,
        ratio: float,
        cloud: Cloud,
        painted: Colouring,
        style: Style,
        pixels: NDArray[np.uint8],
        where: tuple[float, float, float],
    ) -> None:
        self.total, self.cloud, self.painted, self.style, self.pixels = total, cloud, painted, style, pixels
        self.view, self.where = view, where
        self.theme, self.ratio = theme, ratio
        self.radius = point_radius(cloud, view)
        self.dim = 0.24 if style.highlighted else 1.0
        self.canvas, self.lit = bgr(self.theme.canvas), bgr(self.theme.highlight)
        # Where colour does not tell the state, a strong outline tells the picks.
        self.rim = self.canvas if painted.by.kind is Kind.STATE else bgr(self.theme.text)

    def draw(self, veils: tuple[Veil, ...] = (), marks: bool = True) -> None:
        """Draw everything, or everything but ``marks``; ``veils`` lie above the points and below the marks."""
        from desktop_al.gui.map.raster import ACTIVE, HIGHLIGHTED

        if len(self.cloud) == 0:
            return
        if self.style.active < len(self.cloud):
            faint = np.empty((256, 3), np.float32)
            faint[:] = bgr(self.theme.faint)
            self._density(ACTIVE, 0, faint, 0.22 if self.theme.dark else 0.3)
        self._points(ACTIVE, ACTIVE, self.dim, 0.0)
        lit = ACTIVE | HIGHLIGHTED
        crowded = self.style.highlighted > MOST_LIT
        if crowded:
            self._points(lit, lit, 1.0, 1.0)
        for veil in veils:
            draw_veil(veil, self.cloud, self.style, self.pixels, self.where, self.ratio)
        if marks:
            self._marks(self.style.labelled, 0.86, 1.0, self.canvas)
            self._marks(self.style.picks, 1.0, 1.3, self.rim)
        if self.style.highlighted and not crowded:
            self._lit(self._collect(lit, lit, MOST_LIT), marks)

    def _points(self, mask: int, wanted: int, opacity: float, lit: float) -> None:
        """Points as discs where there is room for them, else as density; ``lit`` is the width of the outline."""
        if self.radius >= DISC_RADIUS:
            chosen = self._collect(mask, wanted, MOST_DISCS)
            if len(chosen) <= MOST_DISCS:
                # The outline tells overlapping discs apart; it comes with size, so that no seam shows.
                line = float(np.clip((self.radius - 2.2) * 0.5, 0, 0.9))
                colour = self.lit if lit else self.canvas
                self._stamp(chosen, self.radius, lit or line, colour, 0.92 * opacity)
                return
        self._density(mask, wanted, self.painted.colours, opacity)

    def _density(self, mask: int, wanted: int, colours: NDArray[np.float32], opacity: float) -> None:
        from desktop_al.gui.map.raster import SPREAD_BELOW, accumulate, shade, tone

        height, width = self.pixels.shape[:2]
        total = self.total(height, width)
        radius = min(self.radius, DISC_RADIUS) * self.ratio
        cloud, style = self.cloud, self.style
        per_pixel = cloud.density / self.where[2] ** 2
        reference = per_pixel * (1 if radius < SPREAD_BELOW else math.pi * radius**2)
        table, steps = tone(reference, radius / self.ratio, opacity)
        # Where pixels hold many points anyway, one each will do, at a third of the cost.
        drawn = 0.0 if radius < SPREAD_BELOW and per_pixel >= CROWDED else radius
        # Dense places glow towards white on a dark canvas and deepen on a light one.
        towards, glow = (255.0, 0.45) if self.theme.dark else (0.0, 0.28)

        def draw(low: int, high: int) -> None:
            accumulate(
                cloud.x, cloud.y, style.code, style.role, cloud.start, cloud.grid, mask, wanted, colours, *self.where,
                np.float32(drawn), total, low, high,
            )  # fmt: skip
            part, image = total[low:high], self.pixels[low:high]
            shade(part, table, np.float32(steps), np.float32(towards), np.float32(glow), image)

        in_parts(height, draw, len(cloud))

    def _marks(self, positions: NDArray[np.int32], size: float, line: float, colour: NDArray[np.float32]) -> None:
        from desktop_al.gui.map.raster import HIGHLIGHTED

        count = len(positions)
        if count > MOST_MARKS:
            # Far too many for one shape each: those in sight, if they are few enough, else the raster shows them.
            positions = positions[self._in_sight(positions)]
            if len(positions) > MOST_MARKS:
                return
        radius = size * mark_radius(self.cloud, self.view, count)
        if self.style.highlighted:
            lit = self.style.role[positions] & HIGHLIGHTED > 0
            self._stamp(positions[~lit], radius, line, colour, max(self.dim, 0.3))
            positions = positions[lit]
        self._stamp(positions, radius, line, colour, 1.0)

    def _in_sight(self, positions: NDArray[np.int32]) -> NDArray[np.bool_]:
        left, top, scale = self.where
        height, width = self.pixels.shape[:2]
        px, py = (self.cloud.x[positions] - left) * scale, (top - self.cloud.y[positions]) * scale
        inside: NDArray[np.bool_] = (px > 0) & (px < width) & (py > 0) & (py < height)
        return inside

    def _lit(self, positions: NDArray[np.int32], marks: bool) -> None:
        from desktop_al.gui.map.raster import MARK

        if not marks:
            # In the small overview an outline would be all that one sees.
            self._stamp(positions, 1.6, 0.0, self.lit, 1.0)
            return
        marked = self.style.role[positions] & MARK > 0
        plain = max(self.radius, 2.0 if len(positions) < 4000 else 1.4)
        line = float(np.interp(math.log10(max(len(positions), 1)), (2.5, 4), (1.2, 0.5)))
        self._stamp(positions[~marked], plain, line, self.lit, 1.0)
        size = mark_radius(self.cloud, self.view, len(self.style.picks) + len(self.style.labelled))
        self._stamp(positions[marked], size, 1.5, self.lit, 1.0)

    def _collect(self, mask: int, wanted: int, most: int) -> NDArray[np.int32]:
        from desktop_al.gui.map.raster import collect

        height, width = self.pixels.shape[:2]
        cloud = self.cloud
        found: NDArray[np.int32] = collect(
            cloud.x, cloud.y, self.style.role, cloud.start, cloud.grid, mask, wanted, *self.where, width, height,
            16.0 * self.ratio, most,
        )  # fmt: skip
        return found

    def _stamp(
        self, chosen: NDArray[np.int32], radius: float, line: float, colour: NDArray[np.float32], opacity: float
    ) -> None:
        from desktop_al.gui.map.raster import stamp

        if len(chosen):
            cloud, ratio = self.cloud, self.ratio

            def draw(low: int, high: int) -> None:
                stamp(
                    chosen, cloud.x, cloud.y, self.style.code, self.style.role, self.painted.colours, *self.where,
                    radius * ratio, line * ratio, colour, opacity, self.pixels, low, high,
                )  # fmt: skip

            in_parts(self.pixels.shape[0], draw, len(chosen) * STAMP)
