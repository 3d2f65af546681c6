"""The map as a picture, for those without a window: density where there are many, shapes for what was picked."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from desktop_al.domain.errors import EmbeddingError
from desktop_al.domain.records import SampleState
from desktop_al.exchange.staging import staged
from desktop_al.store.project import Project

SIZE = (1400, 1000)
SCALE = 2
MARGIN, LEGEND = 40, 56
BACK, INK = (255, 255, 255), (27, 31, 39)
# Okabe and Ito's colours; what is drawn last lies on top.
LOOKS: Mapping[SampleState, tuple[str, tuple[int, int, int], str]] = {
    SampleState.UNLABELLED: ("Unlabelled", (125, 135, 150), "disc"),
    SampleState.REJECTED: ("Rejected", (213, 94, 0), "cross"),
    SampleState.LABELLED: ("Labelled", (0, 114, 178), "square"),
    SampleState.PENDING: ("Picked", (230, 159, 0), "diamond"),
    SampleState.ACCEPTED: ("Accepted", (0, 158, 115), "triangle"),
}
CORNERS = {
    "square": [(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)],
    "diamond": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
    "triangle": [(0, -1.15), (1.1, 0.85), (-1.1, 0.85)],
}


def write_map_png(project: Project, to: Path, overwrite: bool = False) -> Path:
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
        raise EmbeddingError("There is no map yet, so there is nothing to draw: run the map first.")
    ids, states = project.states()
    image = draw_map(projection.xy, states[np.searchsorted(ids, projection.ids)])
    with staged(to, overwrite) as place:
        image.save(place, format="PNG")
    return to


def draw_map(xy: NDArray[np.floating], states: NDArray[np.uint8]) -> Image.Image:
    """The picture of positions ``xy`` (n, 2) with ``states`` (n,) of `SampleState`; y points up."""
    width, height = SIZE[0] * SCALE, (SIZE[1] - LEGEND) * SCALE
    points = _fitted(np.asarray(xy, np.float64), width, height)
    plain = states == SampleState.UNLABELLED
    image = Image.fromarray(_density(points[plain], width, height))
    canvas = Image.new("RGB", (width, SIZE[1] * SCALE), BACK)
    canvas.paste(image, (0, 0))
    draw = ImageDraw.Draw(canvas)
    marked = int(np.count_nonzero(~plain))
    radius = SCALE * float(np.clip(60 / np.sqrt(max(marked, 1)), 2.5, 7))
    for state in LOOKS:
        if state is not SampleState.UNLABELLED:
            for x, y in points[states == state]:
                _glyph(draw, x, y, radius, state)
    _legend(draw, states)
    return canvas.resize(SIZE, Image.Resampling.LANCZOS)


def _fitted(xy: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    """Positions in pixels, with the same scale on both axes."""
    if not len(xy):
        return np.empty((0, 2))
    low, high = xy.min(axis=0), xy.max(axis=0)
    room = np.array([width, height]) - 2 * MARGIN * SCALE
    spans = np.where(high > low, high - low, np.nan)
    scales = room / spans
    scale = 1.0 if np.isnan(scales).all() else float(np.nanmin(scales))
    pixels = (xy - (low + high) / 2) * scale * [1, -1] + np.array([width, height]) / 2
    return np.asarray(pixels)


def _density(points: NDArray[np.float64], width: int, height: int) -> NDArray[np.uint8]:
    """Points as soft discs whose darkness follows their number, (height, width, 3)."""
    n = len(points)
    radius = SCALE * float(np.clip(120 / np.sqrt(max(n, 1)), 0.8, 4))
    reach = int(np.ceil(radius))
    counts = np.zeros((height, width), np.float32)
    columns, rows = points[:, 0].astype(np.int64), points[:, 1].astype(np.int64)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            weight = np.clip(radius + 0.5 - np.hypot(dx, dy), 0, 1)
            if weight > 0:
                x, y = np.clip(columns + dx, 0, width - 1), np.clip(rows + dy, 0, height - 1)
                np.add.at(counts, (y, x), np.float32(weight))
    strength = (1 - np.exp(-0.55 * counts))[:, :, None]
    shade = np.array(LOOKS[SampleState.UNLABELLED][1], np.float32)
    return np.asarray(np.array(BACK, np.float32) * (1 - strength) + shade * strength).round().astype(np.uint8)


def _glyph(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, state: SampleState) -> None:
    _, colour, shape = LOOKS[state]
    if shape == "disc":
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        return
    if shape == "cross":
        arm = 0.8 * radius
        for paint, line in ((BACK, 1.1 * radius), (colour, 0.6 * radius)):
            for sign in (-1, 1):
                draw.line((x - arm, y - sign * arm, x + arm, y + sign * arm), fill=paint, width=max(1, round(line)))
        return
    for paint, size in ((BACK, 1.35 * radius), (colour, radius)):
        draw.polygon([(x + size * dx, y + size * dy) for dx, dy in CORNERS[shape]], fill=paint)


def _legend(draw: ImageDraw.ImageDraw, states: NDArray[np.uint8]) -> None:
    font = ImageFont.load_default(size=16 * SCALE)
    x, y = float(MARGIN * SCALE), (SIZE[1] - LEGEND / 2) * SCALE
    for state, (name, _, _) in LOOKS.items():
        count = int(np.count_nonzero(states == state))
        if count:
            _glyph(draw, x, y, 7 * SCALE, state)
            text = f"{name} {count:,}"
            draw.text((x + 14 * SCALE, y), text, fill=INK, font=font, anchor="lm")
            x += 14 * SCALE + draw.textlength(text, font=font) + 32 * SCALE
