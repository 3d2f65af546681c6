"""What a person does to many samples at once, and what the event loop does meanwhile."""

import time
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import Decision
from desktop_al.domain.specs import ExportSpec, SelectSpec
from desktop_al.gui import operations
from desktop_al.gui.filter_chips import Chip
from desktop_al.gui.filter_model import FilterModel
from desktop_al.gui.map.frame import Frame
from scripts.bench_parts.gui_desk import Desk
from scripts.bench_parts.gui_figures import Figure

IDLE_MS = 3000
# A selection from more computes for minutes, in the worker.
MOST_SELECTED_FROM = 100_000


def measure_steps(desk: Desk, n: int, repeats: int) -> list[Figure]:
    """Filters, highlights, decisions and their undo, ``repeats`` times each."""
    figures = [Figure.of("filter", n, _filter(desk, repeats))]
    figures += _highlights(desk, n, repeats)
    desk.settle()
    figures += _decisions(desk, n, max(2, repeats // 4))
    return figures


def _filter(desk: Desk, repeats: int) -> list[float]:
    model, found = desk.workspace.filters, []
    for step in range(repeats):
        # Each lets some through and not others, and every other step takes it away again.
        chips = (Chip(f'site == "site {step % 24:02d}" or exposure > {1 + step % 3}'),) if step % 2 == 0 else ()
        is_it = partial(_shows, model, model.mask)
        found.append(desk.redrawn(partial(model.set_chips, chips, "filter"), is_it))
        desk.settle()
    model.set_chips((), "no filter")
    desk.settle()
    return found


def _shows(model: FilterModel, before: NDArray[np.bool_], frame: Frame) -> bool:
    """Whether ``frame`` is what ``model`` filters by now, and not another look at what was shown ``before``."""
    return model.mask is not before and frame.style.active == model.shown


def _highlights(desk: Desk, n: int, repeats: int) -> list[Figure]:
    do, pool, stack = desk.window.commands, desk.window.session.pool, desk.window.session.undo_stack
    every, inverse, back = [], [], []
    for step in range(repeats):
        pool.set_highlight(np.arange(step, n, 7))
        desk.settle()
        inverse.append(desk.handled(do.highlight_invert))
        desk.settle()
        every.append(desk.handled(do.highlight_all))
        desk.settle()
        back.append(desk.handled(stack.undo))
        desk.settle()
    pool.set_highlight(np.zeros(n, bool))
    return [
        Figure.of("select all", n, every),
        Figure.of("invert", n, inverse),
        Figure.of("undo of a highlight", n, back),
    ]


def _decisions(desk: Desk, n: int, repeats: int) -> list[Figure]:
    session = desk.window.session
    rows = session.pool.pick_order
    decided, undone, stored = [], [], []
    for _ in range(repeats):
        decided.append(desk.handled(lambda: session.decide(rows, Decision.REJECTED)))
        desk.settle()
        began = time.perf_counter()
        undone.append(desk.handled(session.undo_stack.undo))
        desk.until("the store", lambda: not desk.window.bridge.busy)
        stored.append(1000 * (time.perf_counter() - began))
        desk.settle()
    many = f"{len(rows):,}" if n < 1_000_000 else "100,000"
    return [
        Figure.of(f"decide on {many}", n, decided, remark=f"{len(rows):,} picks"),
        Figure.of(f"undo of {many} decisions", n, undone, remark=f"{len(rows):,} picks"),
        Figure.of(f"undo of {many} stored", n, stored),
    ]


def measure_loop(desk: Desk, n: int, folder: Path) -> list[Figure]:
    """The gaps of the event loop at rest, and while a batch is selected and exported and everything is read anew."""
    desk.settle()
    with desk.heartbeat() as idle:
        desk.live(IDLE_MS)
    session = desk.window.session
    with desk.heartbeat() as working:
        session.refresh()
        desk.until("the reading", lambda: not desk.window.bridge.busy)
        if n <= MOST_SELECTED_FROM:
            session.run(operations.select(SelectSpec(strategy="random", count="1000")))
            desk.until("the selection", lambda: not desk.window.bridge.busy)
        session.run(operations.export(ExportSpec("csv", folder / f"batch of {n}.csv", batch=1, everything=True)))
        desk.until("the export", lambda: not desk.window.bridge.busy)
    jobs = "read, select, export" if n <= MOST_SELECTED_FROM else "read, export"
    return [
        Figure.of("event loop, idle", n, idle),
        Figure.of("event loop, during jobs", n, working, remark=jobs),
    ]
