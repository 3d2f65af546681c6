"""The regions of the map and what sets each apart: a class, a value, or where nothing does its typical image.

Regions are the hills of the density at several levels of detail, so that a region has a name at the fit and its parts
have theirs further in. All of it lies on the map, not on the screen: labels stay where they are while one pans.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QFont, QFontMetricsF

from desktop_al.gui.map.cloud import Cloud
from desktop_al.gui.map.colouring import ColourColumn, Kind
from desktop_al.gui.map.view import fitted
from desktop_al.gui.text import readable

LEVELS = 5  # of detail, each twice as fine as the one before
NOMINAL = (1000, 700)  # the canvas whose fitted view shows the first level
SPREAD = 26.0  # pixels: the smoothing at the scale of a level
CELLS_PER_SPREAD = 2
PROMINENCE = 1.15
FLAT = 1e-3  # points in a cell, smoothed: what is no hill at all
LEAST = 8  # points in a region
MOST_REGIONS = 48  # at the first level; half as many again at each finer one
LASTS = 5.0  # doublings of the scale until a label gives way to finer ones
GAP, APART = 14.0, 300.0  # pixels between labels, and between two of the same text
MOST_VALUES = 2_000
MOST_TOLD = 12  # names in the description for screen readers
PRIOR = 6.0  # points of the base rate that are added to what a region holds
MOST_NAMES = 3  # of one region
LONGEST = 28  # characters
TYPE_PX = (15, 13, 12, 12, 12)  # of the text, by level
IMAGE_PX = (54, 48, 44, 44, 44)  # of a typical image, by level


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """``m`` labels, the most important first.

    ``x``, ``y`` (m,) on the map; ``first``, ``last`` (m,) the scales between which a label is shown; ``level`` (m,);
    ``texts`` "" where a region shows its typical image; ``rows`` (m,) the row of that image.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    level: NDArray[np.int64]
    texts: tuple[str, ...]
    rows: NDArray[np.int32]

    @property
    def names(self) -> list[str]:
        """What the largest regions are called, each once, the most important first."""
        return list(dict.fromkeys(text for text in self.texts if text))[:MOST_TOLD]

    def opacity(self, scale: float, fade: float = 0.3) -> NDArray[np.float64]:
        """How opaque each label is at ``scale`` (m,); it comes and goes within ``fade`` doublings of the scale."""
        with np.errstate(divide="ignore"):
            comes = np.log2(scale / self.first) / fade
            goes = np.log2(self.last / scale) / fade
        return np.clip(np.minimum(comes, goes), 0, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The labels of one level, before they make room for each other; ``size`` (m,) points in each region."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    size: NDArray[np.int64]
    texts: tuple[str, ...]
    rows: NDArray[np.int32]


def find_levels(cloud: Cloud, role: NDArray[np.uint8], column: ColourColumn) -> Iterator[Level]:
    """The regions of the active points of ``cloud``, level by level; one level of 1M points takes some 50 ms."""
    from desktop_al.gui.map.peaks import bin_points, blur, centres, hills
    from desktop_al.gui.map.raster import ACTIVE

    left, bottom, right, top = cloud.bounds
    base = fitted(cloud.bounds, *NOMINAL).scale
    for level in range(LEVELS):
        cell = SPREAD / CELLS_PER_SPREAD / (base * 2**level)
        margin = 3 * CELLS_PER_SPREAD * cell
        shape = tuple(math.ceil((span + 2 * margin) / cell) + 1 for span in (top - bottom, right - left))
        counts, home = bin_points(cloud.x, cloud.y, role, ACTIVE, left - margin, bottom - margin, cell, *shape)
        # Three box filters of 2 r + 1 cells come close to a Gaussian with a variance of r (r + 1) cells.
        density = blur(counts, CELLS_PER_SPREAD, 3)
        hill, peaks = hills(density, from_the_highest(density, FLAT), FLAT, PROMINENCE)
        size, nearest = centres(home, hill, cloud.x, cloud.y, len(peaks))
        kept = np.flatnonzero(size >= LEAST)
        kept = kept[np.argsort(-size[kept], kind="stable")][: round(MOST_REGIONS * 1.5**level)]
        number = np.full(len(peaks) + 1, -1, np.int32)
        number[kept] = np.arange(len(kept), dtype=np.int32)
        v, u = np.divmod(peaks[kept], shape[1])
        x, y = left - margin + (u + 0.5) * cell, bottom - margin + (v + 0.5) * cell
        plain = Level(x, y, size[kept], ("",) * len(kept), cloud.row[nearest[kept]].astype(np.int32))
        yield _name(plain, cloud, home, number[hill], column)


def from_the_highest(density: NDArray[np.float32], least: float) -> NDArray[np.int32]:
    """The cells of ``density`` above ``least``, highest first up to steps of a three-thousandth, flat, as int32.

    Sixteen bits of the logarithm are sorted digit by digit, several times as fast as the numbers themselves.
    """
    flat = density.ravel()
    cells = np.flatnonzero(flat > least).astype(np.int32)
    height = np.log2(flat[cells] / np.float32(least))
    steps = np.minimum(height * 2_000, 65_535).astype(np.uint16)
    return cells[np.argsort(65_535 - steps, kind="stable")]


def _name(plain: Level, cloud: Cloud, home: NDArray[np.int32], hill: NDArray[np.int32], column: ColourColumn) -> Level:
    """The regions of ``plain`` with words where ``column`` has some: a region with two tellings gives two labels."""
    from desktop_al.gui.map.peaks import moments, tally

    count = len(plain.x)
    if column.by.kind in (Kind.STATE, Kind.COVERAGE):
        return plain
    if column.values is not None:
        known, total = moments(home, hill, cloud.row, column.values, count)
        return replace(plain, texts=telling_means(known, total, column.values))
    if column.codes is None or not column.names or count == 0:
        return plain
    values = min(len(column.names), MOST_VALUES)
    table, sum_x, sum_y = tally(home, hill, cloud.row, cloud.x, cloud.y, column.codes, count, values)
    region, code = telling_values(table)
    size = table[region, code].astype(np.int64)
    names = tuple(_short(column, value) for value in code.tolist())
    # What is called by a value lies where the samples of that value do.
    x, y = sum_x[region, code] / size, sum_y[region, code] / size
    mute = np.setdiff1d(np.arange(count), region)
    order = np.argsort(-np.concatenate([size, plain.size[mute]]), kind="stable")
    texts = names + ("",) * len(mute)
    return Level(
        np.concatenate([x, plain.x[mute]])[order],
        np.concatenate([y, plain.y[mute]])[order],
        np.concatenate([size, plain.size[mute]])[order],
        tuple(texts[k] for k in order.tolist()),
        np.concatenate([plain.rows[region], plain.rows[mute]])[order],
    )


def _short(column: ColourColumn, code: int) -> str:
    name = Path(column.names[code]).name if column.by.kind is Kind.SOURCE else column.names[code]
    name = readable(name)
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def telling_values(table: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The values that set regions apart.

    Parameters
    ----------
    table
        (regions, values) how often each value occurs in each region.

    Returns
    -------
    region, code
        (m,) int64 each: for each region up to `MOST_NAMES` values with the largest share times the logarithm of its
        lift over the base rate, where `PRIOR` points of the base rate are added to each region so that few points
        prove little. Each occurs in three points at least, half as often again as it does everywhere, and in a fifth
        of the region's known points.
    """
    table = np.asarray(table, np.float64)
    if table.size == 0 or table.sum() == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    base = table.sum(axis=0) / table.sum()
    known = table.sum(axis=1, keepdims=True)
    share = (table + PRIOR * base) / (known + PRIOR)
    lift = share / np.maximum(base, 1e-12)
    worth = np.where(
        (table >= 3) & (lift >= 1.5) & (table >= 0.2 * known), share * np.log(np.maximum(lift, 1)), -np.inf
    )
    best = np.argsort(-worth, axis=1, kind="stable")[:, :MOST_NAMES]
    region, place = np.nonzero(np.isfinite(np.take_along_axis(worth, best, axis=1)))
    return region.astype(np.int64), best[region, place].astype(np.int64)


def telling_means(known: NDArray[np.int64], total: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[str, ...]:
    """The mean of each region in words, "" where it lies within half a standard deviation of the mean of all."""
    from desktop_al.gui.map.peaks import spread_of

    # By a kernel, for whoever looks through a million values in numpy holds up the window.
    middle, spread = spread_of(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = total / known
    return tuple(
        f"{mean:.3g}" if count >= LEAST and abs(mean - middle) > 0.5 * spread else ""
        for count, mean in zip(known.tolist(), means.tolist(), strict=True)
    )


def label_font(level: int) -> QFont:
    """The type of the labels of ``level``."""
    font = QFont()
    font.setPixelSize(TYPE_PX[level])
    font.setWeight(QFont.Weight.DemiBold)
    return font


def arrange(levels: list[Level], cloud: Cloud) -> Regions:
    """Let the labels of ``levels`` make room for each other: coarser before finer, larger regions before smaller."""
    from desktop_al.gui.map.peaks import first_scales

    base = fitted(cloud.bounds, *NOMINAL).scale
    number: dict[str, int] = {}
    places: list[tuple[float, float, float, float]] = []  # x and y, width and height of each label
    ranges: list[tuple[float, float]] = []
    same: list[int] = []
    for level, found in enumerate(levels):
        metrics, side = QFontMetricsF(label_font(level)), float(IMAGE_PX[level])
        # What fills the map at the fit may be named at any smaller scale too.
        start = base * 2**level * 0.82 if level else 0.0
        end = base * 2 ** (level + LASTS) if level < LEVELS - 1 else math.inf
        for x, y, text in zip(found.x.tolist(), found.y.tolist(), found.texts, strict=True):
            size = (metrics.horizontalAdvance(text) + 6, metrics.height()) if text else (side, side)
            places.append((x, y, *size))
            ranges.append((start, end))
            same.append(number.setdefault(text, len(number)) if text else -1)
    x, y, width, height = np.array(places, np.float64).reshape(-1, 4).T.copy()
    first, last = np.array(ranges, np.float64).reshape(-1, 2).T.copy()
    first = first_scales(x, y, width, height, np.array(same, np.int64), first, last, GAP, APART)
    kept = np.flatnonzero(first < last)
    texts = [text for found in levels for text in found.texts]
    depth = np.repeat(np.arange(len(levels)), [len(found.x) for found in levels])
    rows = np.concatenate([np.empty(0, np.int32), *(found.rows for found in levels)])
    return Regions(
        x[kept], y[kept], first[kept], last[kept], depth[kept], tuple(texts[k] for k in kept.tolist()), rows[kept]
    )
