"""The gallery under a hand: first paint, drag of the scroll bar, thumbnails after it stops, size of the thumbnails."""

import io
from collections.abc import Iterable
from functools import partial
from unittest import mock

import numpy as np
from PIL import Image

from desktop_al.gui.gallery.shown import Show
from desktop_al.media.thumbs import ThumbCache
from scripts.bench_parts.gui_desk import FRAME_MS, Desk
from scripts.bench_parts.gui_figures import Figure

DIFFERENT = 500
STOPS = 6


def fill_cache(count: int = DIFFERENT) -> None:
    """Put ``count`` thumbnails of photograph-like noise into the user's cache."""
    rng = np.random.default_rng(5)
    blobs = {}
    for number in range(count):
        coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8))
        data = io.BytesIO()
        coarse.resize((256, 192), Image.Resampling.BICUBIC).save(data, "JPEG", quality=85)
        blobs[_stored(number)] = data.getvalue()
    cache = ThumbCache()
    cache.put_many(blobs)
    cache.close()


def _stored(number: int) -> str:
    return f"{number % DIFFERENT:016x}"


_get_many = ThumbCache.get_many


def _any(self: ThumbCache, keys: Iterable[str]) -> dict[str, bytes]:
    """Every sample has one of the thumbnails that are there, read from the cache as always."""
    wanted = {key: _stored(int(key, 16)) for key in keys}
    found = _get_many(self, wanted.values())
    return {key: found[stored] for key, stored in wanted.items() if stored in found}


def shared_thumbnails() -> "mock._patch[object]":
    """Let few thumbnails serve for a million samples."""
    return mock.patch.object(ThumbCache, "get_many", _any)


def measure_gallery(desk: Desk, n: int, repeats: int) -> list[Figure]:
    """Measure ``repeats`` gestures of each kind; the gallery is left on everything."""
    gallery = desk.workspace.gallery
    first = []
    for _ in range(repeats):
        gallery.set_show(Show.LABELLED)
        desk.settle()
        first.append(desk.frame(gallery.grid.viewport(), lambda: gallery.set_show(Show.ALL)))
        desk.settle()
    frames, stops = _drag(desk, 30 * repeats)
    return [
        Figure.of("gallery: first paint", n, first),
        Figure.of("gallery: drag-scroll frame", n, frames),
        Figure.of("gallery: thumbnails after a stop", n, stops),
        Figure.of("gallery: size slider", n, _resize(desk, 4 * repeats), remark="the focused image stays in view"),
    ]


def _shown(desk: Desk) -> list[int]:
    """The positions of the cells that show."""
    grid = desk.workspace.gallery.grid
    top = grid.verticalScrollBar().value()
    spans = grid.layout_now().visible(top, top + grid.viewport().height())
    return [position for span in spans for position in span]


def _complete(desk: Desk) -> bool:
    """Whether every cell that shows has its thumbnail."""
    grid, pool, thumbs = desk.workspace.gallery.grid, desk.window.session.pool, desk.workspace.thumbs
    rows = [int(grid.rows[at]) for at in _shown(desk)]
    return all(thumbs.pixmap(int(pool.ids[row])) is not None for row in rows)


def _drag(desk: Desk, steps: int) -> tuple[list[float], list[float]]:
    grid = desk.workspace.gallery.grid
    bar, viewport = grid.verticalScrollBar(), grid.viewport()
    frames, stops = [], []
    for step in range(steps):
        value = round(bar.maximum() * (0.5 + 0.49 * np.sin(3 * step / steps * np.pi)))
        if value == bar.value():
            continue
        frames.append(desk.frame(viewport, partial(bar.setValue, value)))
        desk.live(max(0.0, FRAME_MS - frames[-1]))
        if step % (steps // STOPS) == steps // STOPS - 1:
            stops.append(desk.until("the thumbnails", lambda: _complete(desk)))
    return frames, stops


def _resize(desk: Desk, steps: int) -> list[float]:
    grid, pool = desk.workspace.gallery.grid, desk.window.session.pool
    focused = int(grid.rows[len(grid.rows) // 2])
    pool.set_focus(focused)
    desk.settle()
    found = []
    for step in range(steps):
        side = 64 + 12 * (step % 10) + (step // 10) % 2
        if side == grid.cell:
            continue
        found.append(desk.frame(grid.viewport(), partial(grid.set_cell, side)))
        if grid.position_of(focused) not in _shown(desk):
            raise SystemExit(f"the focused image is out of view at a size of {side}")
    pool.set_focus(-1)
    desk.settle()
    return found
