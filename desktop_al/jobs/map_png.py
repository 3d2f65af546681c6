"""The map as a picture, for those without a window: density behind, points in front, shapes for what was picked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from desktop_al.domain.colours import ON_DARK, ON_LIGHT, Colours, parts
from desktop_al.domain.errors import EmbeddingError
from desktop_al.domain.records import SampleState
from desktop_al.domain.sentence import say
from desktop_al.exchange.staging import staged
from desktop_al.numerics.raster import density, splat
from desktop_al.store.project import Project

SIZE = (1400, 1000)
SCALE = 2
MARGIN, LEGEND, HEADING = 48, 56, 64
GRID = 4
"""Pixels per cell of the density."""
BANDS, SHADES = 7, 24
MOST_GLYPHS = 4000
"""A state with more samples than this is drawn as plain discs."""
Colour = tuple[int, int, int]
# What is drawn last lies on top.
LOOKS: Mapping[SampleState, tuple[str, str]] = {
    SampleState.UNLABELLED: ("Unlabelled", "disc"),
    SampleState.REJECTED: ("Rejected", "cross"),
    SampleState.LABELLED: ("Labelled", "square"),
    SampleState.PENDING: ("Picked", "diamond"),
    SampleState.ACCEPTED: ("Accepted", "triangle"),
}
CORNERS = {
    "square": [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
    "diamond": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
    "triangle": [(0, -1.15), (1.1, 0.85), (-1.1, 0.85)],
}


def pixel(colour: str) -> Colour:
    """``colour``, as ``#RRGGBB``, in the numbers of a picture."""
    red, green, blue = (round(255 * part) for part in parts(colour))
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Ground:
    """Light or dark pictures: the ``colours`` of states, classes and paper, those of writing and behind crowds."""

    colours: Colours
    ink: Colour
    faint: Colour
    crowd: Colour

    @property
    def back(self) -> Colour:
        """The paper, and the rims of shapes upon it."""
        return pixel(self.colours.canvas)

    def state(self, state: SampleState) -> Colour:
        """The colour of ``state``."""
        return pixel(self.colours.states[state])


LIGHT = Ground(ON_LIGHT, (27, 31, 39), (98, 108, 124), (196, 208, 226))
DARK = Ground(ON_DARK, (233, 235, 239), (150, 158, 172), (62, 76, 100))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend."""

    text: str
    colour: Colour
    shape: str


def write_map_png(project: Project, to: Path, overwrite: bool = False, dark: bool = False) -> Path:
    """Draw the map of ``project`` into the PNG file ``to``.

    Raises
    ------
    EmbeddingError
        The project has no map yet.
    ExportError
        ``to`` exists and ``overwrite`` is not given.
    """
    projection = project.projection()
    if projection is None:
        raise EmbeddingError(say("There is no map yet, so there is nothing to draw: run the map first."))
    ids, states = project.states()
    rows = np.minimum(np.searchsorted(ids, projection.ids), max(len(ids) - 1, 0))
    there = ids[rows] == projection.ids
    image = draw_map(projection.xy[there], states[rows[there]], title=project.name, dark=dark)
    with staged(to, overwrite) as place:
        image.save(place, format="PNG")
    return to


def draw_map(
    xy: NDArray[np.floating],
    states: NDArray[np.uint8],
    groups: tuple[NDArray[np.integer], Sequence[str]] | None = None,
    title: str = "",
    dark: bool = False,
) -> Image.Image:
    """Draw positions ``xy`` (n, 2) with ``states`` (n,) of `SampleState`; y points up.

    ``groups`` colours what is not picked by class instead: codes (n,), -1 for none, and the names that they index.
    """
    ground = DARK if dark else LIGHT
    points = _fitted(np.asarray(xy, np.float64))
    shaped = _shaped(states)
    codes, palette, entries = _colours(states, groups, ground)
    crowd = density(points / GRID, SIZE[0] // GRID, SIZE[1] // GRID, blur=5.0) ** 0.5
    canvas = _paper(crowd, ground)
    if groups is None:
        codes, palette = _deepened(codes, palette, points, crowd, ground)
    order = np.random.default_rng(0).permutation(np.flatnonzero(~shaped))
    radius = float(np.clip(170 / np.sqrt(max(len(order), 1)), 1.0, 4.5))
    opacity = float(np.clip(60 / np.sqrt(max(len(order), 1)), 0.35, 0.8))
    splat(points[order], codes[order], palette, radius, opacity, canvas)
    image = Image.fromarray(canvas.round().clip(0, 255).astype(np.uint8)).resize(
        (SIZE[0] * SCALE, SIZE[1] * SCALE), Image.Resampling.BICUBIC
    )
    draw = ImageDraw.Draw(image)
    size = SCALE * float(np.clip(60 / np.sqrt(max(int(shaped.sum()), 1)), 2.8, 7))
    for state, (_, shape) in LOOKS.items():
        for x, y in points[shaped & (states == state)] * SCALE:
            _glyph(draw, x, y, size, shape, ground.state(state), ground.back)
    _legend(draw, entries, ground)
    _heading(draw, title, len(points), ground)
    return image.resize(SIZE, Image.Resampling.LANCZOS)


def _shaped(states: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which samples are drawn as shapes rather than as discs, (n,)."""
    few = [state for state in LOOKS if 0 < np.count_nonzero(states == state) <= MOST_GLYPHS]
    return np.isin(states, [int(state) for state in few if state is not SampleState.UNLABELLED])


def _colours(
    states: NDArray[np.uint8], groups: tuple[NDArray[np.integer], Sequence[str]] | None, ground: Ground
) -> tuple[NDArray[np.int64], NDArray[np.float32], list[Entry]]:
    """Which colour of the palette a disc has, the palette (c, 3), and the legend."""
    entries = []
    for state, (name, shape) in LOOKS.items():
        count = int(np.count_nonzero(states == state))
        if count and not (groups and state is SampleState.UNLABELLED):
            entries.append(Entry(f"{name} {count:,}", ground.state(state), shape))
    if groups is None:
        table = np.zeros((max(SampleState) + 1, 3), np.float32)
        for state in LOOKS:
            table[state] = ground.state(state)
        return states.astype(np.int64), table, entries
    colours = [pixel(ground.colours.of_class(code)) for code in range(len(groups[1]))]
    named = [Entry(name, colour, "disc") for name, colour in zip(groups[1], colours, strict=True)]
    plain = ground.state(SampleState.UNLABELLED)
    return groups[0].astype(np.int64) + 1, np.array([plain, *colours], np.float32), named + entries


def _fitted(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions in pixels between heading and legend, with the same scale on both axes."""
    if not len(xy):
        return np.empty((0, 2))
    low, high = xy.min(axis=0), xy.max(axis=0)
    room = np.array([SIZE[0] - 2 * MARGIN, SIZE[1] - HEADING - LEGEND - MARGIN])
    spans = np.where(high > low, high - low, np.nan)
    scale = 1.0 if np.isnan(spans).all() else float(np.nanmin(room / spans))
    middle = np.array([SIZE[0] / 2, HEADING + MARGIN / 2 + room[1] / 2])
    return np.asarray((xy - (low + high) / 2) * scale * [1, -1] + middle)


def _deepened(
    codes: NDArray[np.int64],
    palette: NDArray[np.float32],
    points: NDArray[np.float64],
    crowd: NDArray[np.float64],
    ground: Ground,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Codes and palette in which unlabelled samples of large pools come nearer to the ink the more they crowd.

    Beyond some ten thousand, discs cover each other and their number would no longer show.
    """
    depth = 0.75 * float(np.clip(np.log10(max(len(points), 1) / 20_000), 0, 1))
    plain, ink = palette[SampleState.UNLABELLED], np.array(ground.ink, np.float32)
    shades = plain + depth * np.linspace(0, 1, SHADES, dtype=np.float32)[:, None] * (ink - plain)
    columns = (points[:, 0] / GRID).astype(np.int64).clip(0, crowd.shape[1] - 1)
    rows = (points[:, 1] / GRID).astype(np.int64).clip(0, crowd.shape[0] - 1)
    shade = (crowd[rows, columns] * (SHADES - 1)).astype(np.int64)
    return np.where(codes == SampleState.UNLABELLED, len(palette) + shade, codes), np.concatenate([palette, shades])


def _paper(crowd: NDArray[np.float64], ground: Ground) -> NDArray[np.float32]:
    """The paper, shaded in bands where the points crowd: (height, width, 3) float32."""
    bands = np.floor(crowd * BANDS) / BANDS
    shade = Image.fromarray((255 * (0.5 * crowd + 0.5 * bands)).astype(np.uint8))
    strength = np.asarray(shade.resize(SIZE, Image.Resampling.BICUBIC), np.float32)[:, :, None] / 255
    back, dense = np.array(ground.back, np.float32), np.array(ground.crowd, np.float32)
    return np.asarray(back + strength * (dense - back), np.float32)


def _glyph(
    draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, shape: str, colour: Colour, rim: Colour
) -> None:
    if shape == "disc":
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        return
    if shape == "cross":
        arm = 0.8 * radius
        for paint, line in ((rim, 1.1 * radius), (colour, 0.6 * radius)):
            for sign in (-1, 1):
                draw.line((x - arm, y - sign * arm, x + arm, y + sign * arm), fill=paint, width=max(1, round(line)))
        return
    for paint, size in ((rim, radius + 1.5 * SCALE), (colour, radius)):
        draw.polygon([(x + size * dx, y + size * dy) for dx, dy in CORNERS[shape]], fill=paint)


def _legend(draw: ImageDraw.ImageDraw, entries: Sequence[Entry], ground: Ground) -> None:
    font = ImageFont.load_default(size=16 * SCALE)
    x, y = float(MARGIN * SCALE), (SIZE[1] - LEGEND / 2) * SCALE
    for place, entry in enumerate(entries):
        end = x + 14 * SCALE + draw.textlength(entry.text, font=font)
        if end > (SIZE[0] - MARGIN - 60) * SCALE:
            draw.text((x - 6 * SCALE, y), f"+{len(entries) - place}", fill=ground.faint, font=font, anchor="lm")
            return
        _glyph(draw, x, y, 6 * SCALE, entry.shape, entry.colour, ground.back)
        draw.text((x + 14 * SCALE, y), entry.text, fill=ground.ink, font=font, anchor="lm")
        x = end + 28 * SCALE


def _heading(draw: ImageDraw.ImageDraw, title: str, count: int, ground: Ground) -> None:
    left, line = (MARGIN - 6) * SCALE, HEADING * 0.6 * SCALE
    if title:
        font = ImageFont.load_default(size=24 * SCALE)
        draw.text((left, line), title, fill=ground.ink, font=font, anchor="ls")
        left += round(draw.textlength(title, font=font)) + 14 * SCALE
    text = f"{count:,} image{'' if count == 1 else 's'}"
    draw.text((left, line), text, fill=ground.faint, font=ImageFont.load_default(size=16 * SCALE), anchor="ls")
