"""Edges that reach farther than the nearest neighbours, to a few samples that stand for many.

Over a graph of the nearest neighbours, a candidate is seen to serve only what has it among its neighbours. Where a pick
is to stand for more than that, the best candidates look no better than others. So each sample is given further edges,
to the nearest of fewer candidates: of an eighth of the pool, of a quarter of these, and so on, each level reaching four
times as far as the one before. Candidates are samples that serve more than most of their neighbours do, since picks
that stand for many are such. Which edges there are is exact, so that neither threads nor processors change them.

In pools where the nearest candidates of all samples take too long to find, the graph itself leads to candidates that
are near: neighbours of neighbours, then neighbours of the candidates found so. At 100,000 samples this takes a
twentieth of the time, and rankings over such a graph cover as much.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics import accelerator
from desktop_al.numerics.greedy_sparse import Edges, edges_of, first_gains
from desktop_al.numerics.servers import Servers
from desktop_al.numerics.threads import over_blocks

if TYPE_CHECKING:
    from desktop_al.numerics.similarity import Similarity

FAR_LIMIT = 50_000
"""The largest pool whose nearest candidates are sought among all; that takes time that grows with its square."""

LED_LIMIT = 300_000
"""The largest pool that is given far edges, led by the graph; beyond, a few percent of the value are lost."""

_EACH = 32
_THINNEST, _STEP, _LEVELS = 8, 4, 4
_ENOUGH, _REACH = 2.5, 4.0
_FEWEST = 8
# Candidates are one sample in so many, a sample gets edges to so many of them; it looks around so many.
_LED, _AROUND = ((16, 8), (64, 8)), 8
_BLOCK = 4096


def far_levels(n: int, near: int, count: int | None) -> tuple[int, ...]:
    """The numbers of candidates of the levels that ``count`` picks of ``n`` need beside ``near`` neighbours.

    None that needs no more than its neighbours; all of them where the number of picks is not known.
    """
    each = float(n) if count is None else n / max(1, count)
    if n > FAR_LIMIT or near >= min(_ENOUGH * each, n - 1):
        return ()
    levels = []
    for level in range(_LEVELS):
        share = _THINNEST * _STEP**level
        if n // share < _FEWEST:
            break
        levels.append(n // share)
        if _EACH * share >= _REACH * each:
            break
    return tuple(levels)


def needs_led(n: int, near: int, count: int | None) -> bool:
    """Whether ``count`` picks of ``n``, None for an unknown number, need edges that the graph leads to."""
    each = float(n) if count is None else n / max(1, count)
    return FAR_LIMIT < n <= LED_LIMIT and near < _ENOUGH * each


def local_leaders(gains: NDArray[np.int64], neighbours: NDArray[np.int32]) -> NDArray[np.int64]:
    """All samples, those first whose gain is at least that of the most of their neighbours; equals by position.

    ``gains`` (n,) are what each sample serves, ``neighbours`` (n, k) a graph with -1 for none.
    """
    there = neighbours >= 0
    ahead = (there & (gains[:, None] >= gains[neighbours])).sum(axis=1)
    return np.argsort(-ahead, kind="stable")


@njit(nogil=True, cache=True)
def _forget_known(who, depth, indices):  # type: ignore[no-untyped-def]  # numba infers the types
    """Put -1 for those of the first ``depth`` of ``who`` (n, l) that are the sample itself or among its ``indices``."""
    for i in range(who.shape[0]):
        for place in range(who.shape[1]):
            if place >= depth[i] or who[i, place] == i:
                who[i, place] = -1
                continue
            for other in indices[i]:
                if who[i, place] == other:
                    who[i, place] = -1
                    break


def with_far_edges(
    similarity: "Similarity", neighbours: NDArray[np.int32], count: int | None, ctx: Context = SILENT
) -> Edges:
    """The graph ``neighbours`` (n, k) with the edges that ``count`` picks need, None for an unknown number."""
    near, n = similarity.edges(neighbours, ctx), len(similarity)
    levels, led = far_levels(n, neighbours.shape[1], count), needs_led(n, neighbours.shape[1], count)
    if not levels and not led:
        return near
    gains, ones = np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.uint32)
    first_gains(near.indices, near.values, ones, np.zeros(n, dtype=np.uint16), gains)
    order = local_leaders(gains, neighbours)
    if led:
        return _with_led(similarity, near, order, ctx)
    servers = Servers(similarity, _EACH)
    indices, values = near.indices, near.values
    for size in levels:
        servers.change(np.sort(order[:size]), ctx)
        who = servers.who.copy()
        _forget_known(who, servers.depth, indices)
        indices = np.concatenate([indices, who], axis=1)
        values = np.concatenate([values, np.where(who >= 0, servers.values, np.uint16(0))], axis=1)
    return edges_of(indices, values)


@njit(nogil=True, cache=True)
def _lead_on(start, stop, known, through, candidate, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write to ``out`` (n, l) the first candidates among the edges ``known`` (n, k) of ``through`` (n, m), -1 for none.

    For the samples from ``start`` to ``stop``, without those that are the sample itself or known to it.
    """
    seen = np.full(len(candidate), -1, dtype=np.int32)
    for i in range(start, stop):
        seen[i] = i
        for e in range(known.shape[1]):
            if known[i, e] >= 0:
                seen[known[i, e]] = i
        filled = 0
        for e in range(through.shape[1]):
            by = through[i, e]
            if by < 0:
                continue
            for f in range(known.shape[1]):
                other = known[by, f]
                if filled < out.shape[1] and other >= 0 and candidate[other] and seen[other] != i:
                    seen[other] = i
                    out[i, filled] = other
                    filled += 1
        out[i, filled:] = -1


def _led(
    known: NDArray[np.int32], through: NDArray[np.int32], candidate: NDArray[np.bool_], out: NDArray[np.int32]
) -> Callable[[int, int], None]:
    """What fills some rows of ``out``."""

    def work(start: int, stop: int) -> None:
        _lead_on(start, stop, known, through, candidate, out)

    return work


def _with_led(similarity: "Similarity", near: Edges, order: NDArray[np.int64], ctx: Context) -> Edges:
    """The graph ``near`` with edges to the first of ``order``, all samples, that it leads to."""
    n, indices, values = len(similarity), near.indices, near.values
    through = indices[:, :_AROUND]
    for share, room in _LED:
        candidate = np.zeros(n, dtype=np.bool_)
        candidate[order[: n // share]] = True
        who = np.empty((n, room), dtype=np.int32)
        over_blocks(n, _BLOCK, _led(indices, np.ascontiguousarray(through), candidate, who), ctx)
        found = accelerator.edge_kernel(similarity.pool.integers(), who, similarity.scale, ctx)
        indices, values, through = np.concatenate([indices, who], axis=1), np.concatenate([values, found], axis=1), who
    return edges_of(indices, values)
