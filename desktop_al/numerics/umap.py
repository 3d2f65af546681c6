"""UMAP (McInnes, Healy and Melville 2018): a fuzzy neighbourhood graph laid out in the plane.

Our own layout: it compiles once per machine instead of once per process, runs on all threads with a result that does
not depend on how many there are, reports positions as it goes and stops within an epoch.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.fuzzy import FuzzyGraph, fuzzy_graph, without_weak
from desktop_al.numerics.layout_kernel import advance, force_tables
from desktop_al.numerics.threads import Blocks

EXTENT = 10.0
NEGATIVES = 5
PULLS = 2
"""An edge pulls a vertex twice per visit: once for each of its two directions."""
SMALL_POOL, LONG_RUN, SHORT_RUN = 10_000, 500, 200
BLOCK = 2048
STAGE = "Drawing the map"


def umap(
    indices: NDArray[np.int32],
    distances: NDArray[np.float32],
    start: NDArray[np.floating],
    min_dist: float = 0.1,
    epochs: int | None = None,
    seed: int = 0,
    on_positions: Callable[[NDArray[np.float32]], None] | None = None,
    ctx: Context = SILENT,
    stage: str = STAGE,
) -> NDArray[np.float32]:
    """Lay out a kNN graph.

    Parameters
    ----------
    indices, distances
        (n, k) int32 and float32: the neighbours of each sample, nearest first, itself left out.
    start
        (n, 2 or more) principal components; their first two are where the layout begins.
    min_dist
        How close neighbours may lie on the map, in its own units (the spread is 1).
    epochs
        Passes over the graph; 500 up to 10,000 samples and 200 above where None.
    on_positions
        Called after every epoch with the positions (n, 2), on the calling thread; they change after it returns.

    Returns
    -------
    xy : (n, 2) float32

    Raises
    ------
    CancelledError
        ``ctx`` was cancelled; it is looked at after every epoch.
    """
    n = len(indices)
    xy = initial_positions(start, seed)
    if n < 2 or indices.shape[1] == 0:
        return xy
    if epochs is None:
        epochs = LONG_RUN if n <= SMALL_POOL else SHORT_RUN
    graph = fuzzy_graph(indices, distances)
    return lay_out(graph, xy, curve(min_dist), epochs, 1.0, seed, on_positions=on_positions, ctx=ctx, stage=stage)


def initial_positions(start: NDArray[np.floating], seed: int) -> NDArray[np.float32]:
    """The first two columns of ``start`` (n, q) scaled to the map's extent, with a little noise to part duplicates."""
    n = len(start)
    xy = np.zeros((n, 2))
    xy[:, : min(2, start.shape[1])] = start[:, :2]
    if n == 0:
        return xy.astype(np.float32)
    xy -= xy.mean(axis=0)
    reach = np.abs(xy).max()
    if reach > 0:
        xy *= EXTENT / reach
    xy += np.random.default_rng(seed).normal(scale=1e-4, size=xy.shape)
    return xy.astype(np.float32)


def lay_out(
    graph: FuzzyGraph,
    xy: NDArray[np.float32],
    parameters: tuple[float, float],
    epochs: int,
    rate: float = 1.0,
    seed: int = 0,
    first: int = 0,
    on_positions: Callable[[NDArray[np.float32]], None] | None = None,
    ctx: Context = SILENT,
    stage: str = STAGE,
) -> NDArray[np.float32]:
    """Move the vertices from ``first`` on from ``xy`` (n, 2), with a rate that falls linearly from ``rate`` to zero.

    Strong edges are followed every epoch, weaker ones in proportion to their weight. Returns new positions.
    """
    strongest = float(graph.weights.max(initial=0.0))
    graph = without_weak(graph, strongest / epochs)
    periods = (strongest / graph.weights).astype(np.float32)
    due = periods.copy()
    attraction, repulsion = force_tables(*parameters)
    old, new = xy.astype(np.float32), xy.astype(np.float32)
    edges = (graph.starts, graph.heads, periods, due)
    with Blocks(len(graph) - first, BLOCK) as blocks:
        for epoch in range(epochs):
            step = (epoch, rate * (1.0 - epoch / epochs), PULLS, NEGATIVES, seed)
            blocks.run(_mover(first, (*step, *edges, attraction, repulsion, old, new)), ctx)
            old, new = new, old
            ctx.report(stage, epoch + 1, epochs, "epochs")
            if on_positions is not None:
                on_positions(old)
    return old


def _mover(first: int, arguments: tuple[Any, ...]) -> Callable[[int, int], None]:
    def move(start: int, stop: int) -> None:
        advance(first + start, first + stop, *arguments)

    return move


def curve(min_dist: float, spread: float = 1.0) -> tuple[float, float]:
    """Fit a and b so that 1 / (1 + a d^2b) follows 1 up to ``min_dist`` and exp(-(d - min_dist) / spread) beyond.

    Least squares over 300 distances up to three spreads, by Gauss-Newton with halved steps on (log a, b).
    """
    d = np.linspace(0, 3 * spread, 300)[1:]
    target = np.where(d < min_dist, 1.0, np.exp(-(d - min_dist) / spread))
    log_a, b = 0.0, 1.0

    def residual(log_a: float, b: float) -> NDArray[np.float64]:
        return np.asarray(1.0 / (1.0 + np.exp(log_a) * d ** (2 * b)) - target)

    for _ in range(100):
        error = residual(log_a, b)
        power = np.exp(log_a) * d ** (2 * b)
        slope = -power / (1.0 + power) ** 2
        step = np.linalg.lstsq(np.stack([slope, slope * 2 * np.log(d)], axis=1), -error, rcond=None)[0]
        size = 1.0
        while size > 1e-6 and np.sum(residual(log_a + size * step[0], b + size * step[1]) ** 2) > np.sum(error**2):
            size /= 2
        log_a, b = log_a + size * step[0], b + size * step[1]
        if np.abs(size * step).max() < 1e-10:
            break
    return float(np.exp(log_a)), float(b)
