"""The coverage curve of a batch as a table and as a picture, for those without a window."""

import csv
import itertools
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from desktop_al.domain.records import BatchRecord
from desktop_al.exchange.cells import number
from desktop_al.exchange.staging import staged

COLUMNS = ("k", "coverage", "heldout", "low", "high", "random", "random_sd", "certificate")
# Okabe and Ito's colours, on white.
BLUE, ORANGE, GREEN, INK, FAINT = (0, 114, 178), (230, 159, 0), (0, 158, 115), (40, 40, 40), (224, 224, 224)
HELD_OUT, BAND = (120, 170, 210), (222, 235, 246)
SIZE = (960, 600)
SCALE = 2
DASH = 6
LEFT, TOP, RIGHT, BOTTOM = 74, 56, 24, 60

Points = list[tuple[float, float]]


def write_curve_csv(batch: BatchRecord, to: Path, overwrite: bool) -> None:
    """Write the recorded curve of ``batch`` to ``to``, one line a budget."""
    with staged(to, overwrite) as place, place.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for point in curve_of(batch):
            writer.writerow([point.get("k"), *(number(point.get(name)) for name in COLUMNS[1:])])


def curve_of(batch: BatchRecord) -> list[dict[str, Any]]:
    """The points of the recorded curve of ``batch``, a mapping of `COLUMNS` each; empty where there is none."""
    columns: Mapping[str, Sequence[Any]] = batch.budget.get("curve") or {"k": ()}
    return [dict(zip(columns, point, strict=True)) for point in zip(*columns.values(), strict=True)]


def write_curve_png(batch: BatchRecord, to: Path, overwrite: bool) -> None:
    """Draw the recorded curve of ``batch`` into the PNG file ``to``."""
    image = draw_curve(batch)
    with staged(to, overwrite) as place:
        image.save(place, format="PNG")


def draw_curve(batch: BatchRecord) -> Image.Image:
    """The picture: coverage of the batch, of random picks and at most; held-out coverage with its band; the budget.

    The first three are over the whole pool, picks included, so that they compare; what is held out is never picked.
    """
    curve = curve_of(batch)
    series = {name: [(point["k"], point[name]) for point in curve if point.get(name) is not None] for name in COLUMNS}
    axes = _Axes(max([batch.count, *(point["k"] for point in curve)]))
    axes.area(series["low"], series["high"])
    axes.grid()
    axes.line(series["random"], ORANGE)
    axes.line(series["certificate"], GREEN, dashed=True)
    axes.line(series["heldout"], HELD_OUT)
    axes.line(series["coverage"], BLUE)
    axes.marker(batch.count)
    axes.title(f"Batch {batch.number}: {batch.count:,} picks by {batch.strategy}")
    axes.legend(
        [
            ("this batch", BLUE),
            ("as many at random", ORANGE),
            ("no batch can exceed", GREEN),
            ("on held-out images", HELD_OUT),
        ]
    )
    return axes.image.resize(SIZE, Image.Resampling.LANCZOS)


def ticks(most: int) -> list[int]:
    """Round numbers from 0 to ``most``, at most six of them."""
    step = next(step * 10**power for power in itertools.count() for step in (1, 2, 5) if step * 10**power * 5 >= most)
    return list(range(0, most + 1, step))


class _Axes:
    """Draws at twice the size, so that the lines are smooth once it is halved."""

    def __init__(self, budget: int) -> None:
        self.image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), "white")
        self._draw = ImageDraw.Draw(self.image)
        self._budget = max(1, budget)

    def _at(self, k: float, share: float) -> tuple[float, float]:
        x = LEFT + (SIZE[0] - LEFT - RIGHT) * k / self._budget
        y = SIZE[1] - BOTTOM - (SIZE[1] - TOP - BOTTOM) * min(1.0, max(0.0, share))
        return x * SCALE, y * SCALE

    def _text(self, x: float, y: float, text: str, size: int, anchor: str) -> None:
        font = ImageFont.load_default(size * SCALE)
        self._draw.text((x * SCALE, y * SCALE), text, fill=INK, font=font, anchor=anchor)

    def grid(self) -> None:
        """Lines at each fifth, with their values."""
        for step in range(6):
            (left, y), (right, _) = self._at(0, step / 5), self._at(self._budget, step / 5)
            self._draw.line([(left, y), (right, y)], fill=FAINT, width=SCALE)
            self._text(LEFT - 10, y / SCALE, f"{step * 20} %", 15, "rm")
        for k in ticks(self._budget):
            self._text(self._at(k, 0)[0] / SCALE, SIZE[1] - BOTTOM + 10, f"{k:,}", 15, "ma")
        self._text((LEFT + SIZE[0] - RIGHT) / 2, SIZE[1] - 8, "labels bought", 15, "ms")

    def line(self, points: Points, colour: tuple[int, int, int], dashed: bool = False) -> None:
        """A line through ``points``."""
        places = [self._at(*point) for point in points]
        if not dashed:
            self._draw.line(places, fill=colour, width=3 * SCALE, joint="curve")
            return
        along = 0.0
        for (x0, y0), (x1, y1) in itertools.pairwise(places):
            length = math.hypot(x1 - x0, y1 - y0)
            steps = max(1, math.ceil(length / DASH))
            for step in range(steps):
                a, b = step / steps, (step + 1) / steps
                if int((along + a * length) / (3 * DASH)) % 2 == 0:
                    ends = [(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part) for part in (a, b)]
                    self._draw.line([*ends[0], *ends[1]], fill=colour, width=3 * SCALE)
            along += length

    def area(self, low: Points, high: Points) -> None:
        """The band between ``low`` and ``high``."""
        if len(low) > 1:
            self._draw.polygon([self._at(*point) for point in [*low, *reversed(high)]], fill=BAND)

    def marker(self, k: int) -> None:
        """A line at the budget ``k``."""
        self._draw.line([self._at(k, 0), self._at(k, 1)], fill=INK, width=2 * SCALE)

    def title(self, text: str) -> None:
        """The line on top."""
        self._text(LEFT, 28, text, 20, "lm")

    def legend(self, entries: Sequence[tuple[str, tuple[int, int, int]]]) -> None:
        """What the colours mean, at the lower right, where no curve runs."""
        for index, (name, colour) in enumerate(entries):
            y = SIZE[1] - BOTTOM - 22 * (len(entries) - index)
            x = SIZE[0] - RIGHT - 190
            self._draw.line([(x * SCALE, y * SCALE), ((x + 24) * SCALE, y * SCALE)], fill=colour, width=4 * SCALE)
            self._text(x + 32, y, name, 15, "lm")
