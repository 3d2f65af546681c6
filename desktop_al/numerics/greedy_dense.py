"""Greedy maximisation of weighted coverage over a dense kernel, block-lazy and exact.

Greedy for a monotone submodular function reaches 1 - 1/e of the optimum (Nemhauser, Wolsey & Fisher 1978); gains only
fall, so that old gains are bounds and most need not be computed again (Minoux 1978). Bounds are renewed in blocks, from
the best down. All sums are integers: the picks are those of the naive method, ties go to the lowest index.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.kernel import ONE

_BLOCK = 8
_PICKS_PER_CALL = 8


@njit(nogil=True, cache=True)
def gain_of(row, weights, served):  # type: ignore[no-untyped-def]  # numba infers the types
    """The weighted rise in similarity if the sample with kernel ``row`` (n,) joins; exact uint64."""
    total = np.uint64(0)
    for i in range(row.shape[0]):
        above = max(np.int32(row[i]) - np.int32(served[i]), np.int32(0))
        total += np.uint64(np.uint32(above)) * np.uint64(weights[i])
    return total


@njit(nogil=True, cache=True)
def _before(a, b, bound):  # type: ignore[no-untyped-def]  # numba infers the types
    return bound[a] > bound[b] or (bound[a] == bound[b] and a < b)


@njit(nogil=True, cache=True)
def _sift_down(heap, size, at, bound):  # type: ignore[no-untyped-def]  # numba infers the types
    item = heap[at]
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and _before(heap[child + 1], heap[child], bound):
            child += 1
        if not _before(heap[child], item, bound):
            break
        heap[at] = heap[child]
        at = child
    heap[at] = item


@njit(nogil=True, cache=True)
def _push(heap, size, item, bound):  # type: ignore[no-untyped-def]  # numba infers the types
    at = size
    while at > 0:
        parent = (at - 1) // 2
        if not _before(item, heap[parent], bound):
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = item


@njit(nogil=True, cache=True)
def _heapify(heap, bound):  # type: ignore[no-untyped-def]  # numba infers the types
    for at in range(len(heap) // 2 - 1, -1, -1):
        _sift_down(heap, len(heap), at, bound)


@njit(nogil=True, cache=True)
def all_gains(kernel, weights, served, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the gain of every sample, (n,) uint64, to ``out``."""
    for c in range(kernel.shape[0]):
        out[c] = gain_of(kernel[c], weights, served)


@njit(nogil=True, cache=True)
def _pick(kernel, weights, served, bound, heap, size, picks, gains):  # type: ignore[no-untyped-def]  # numba infers the types
    """Make ``len(picks)`` picks; the first ``size`` entries of ``heap`` are the candidates. Returns the new size."""
    block = np.empty(_BLOCK, dtype=np.int64)
    for step in range(len(picks)):
        best = np.int64(-1)
        while size > 0 and (best < 0 or _before(heap[0], best, bound)):
            taken = 0
            while taken < _BLOCK and size > 0 and (best < 0 or _before(heap[0], best, bound)):
                block[taken] = heap[0]
                taken += 1
                size -= 1
                heap[0] = heap[size]
                _sift_down(heap, size, 0, bound)
            for b in range(taken):
                bound[block[b]] = gain_of(kernel[block[b]], weights, served)
            for b in range(taken):
                if best < 0 or _before(block[b], best, bound):
                    if best >= 0:
                        _push(heap, size, best, bound)
                        size += 1
                    best = block[b]
                else:
                    _push(heap, size, block[b], bound)
                    size += 1
        picks[step], gains[step] = best, bound[best]
        row = kernel[best]
        for i in range(len(served)):
            served[i] = max(served[i], row[i])
    return size


class DenseGreedy:
    """A greedy run that can be extended: picks are nested, so that a longer run begins with a shorter one.

    Parameters
    ----------
    kernel : (n, n) uint16, symmetric, in units of 1/`ONE`.
    weights : (n,) uint32; zero leaves a sample out of the objective, not out of the candidates.
    served : (n,) uint16, the similarity to the labelled set and earlier picks.
    barred : (n,) bool, samples that may not be picked; None for none.
    """

    def __init__(
        self,
        kernel: NDArray[np.uint16],
        weights: NDArray[np.uint32],
        served: NDArray[np.uint16],
        barred: NDArray[np.bool_] | None = None,
    ) -> None:
        self._kernel, self._weights, self._served = kernel, weights, served.copy()
        self._bound = np.zeros(len(kernel), dtype=np.uint64)
        self._heap = np.arange(len(kernel), dtype=np.int64) if barred is None else np.flatnonzero(~barred)
        self._candidates = len(self._heap)
        self._size = -1
        self._unit = float(ONE * max(1, int(weights.sum(dtype=np.uint64))))
        self.indices = np.zeros(0, dtype=np.int64)
        self.gains = np.zeros(0, dtype=np.float64)

    @property
    def served(self) -> NDArray[np.uint16]:
        """The similarity of each sample to the nearest reference or pick, (n,) uint16."""
        return self._served

    def extend(self, count: int, ctx: Context = SILENT) -> None:
        """Go on until there are ``count`` picks, or none is left; raises `CancelledError` between picks."""
        count = min(count, self._candidates)
        if self._size < 0:
            all_gains(self._kernel, self._weights, self._served, self._bound)
            _heapify(self._heap, self._bound)
            self._size = len(self._heap)
        while len(self.indices) < count:
            ctx.check()
            ctx.report("Selecting", len(self.indices), count, "picks")
            picks = np.empty(min(_PICKS_PER_CALL, count - len(self.indices)), dtype=np.int64)
            gains = np.empty(len(picks), dtype=np.uint64)
            self._size = _pick(
                self._kernel, self._weights, self._served, self._bound, self._heap, self._size, picks, gains
            )
            self.indices = np.concatenate([self.indices, picks])
            self.gains = np.concatenate([self.gains, gains.astype(np.float64) / self._unit])

    def current_gains(self) -> NDArray[np.float64]:
        """The exact gain of every sample now, (n,) float64 as a share of the total weight; 0 for picks."""
        out = np.empty(len(self._kernel), dtype=np.uint64)
        all_gains(self._kernel, self._weights, self._served, out)
        return out.astype(np.float64) / self._unit


def naive_greedy(
    kernel: NDArray[np.uint16], weights: NDArray[np.uint32], served: NDArray[np.uint16], count: int
) -> NDArray[np.int64]:
    """The same picks by computing every gain at every pick: the reference that tests and benchmarks compare with."""
    now = served.copy()
    free = np.ones(len(kernel), dtype=bool)
    gains = np.empty(len(kernel), dtype=np.uint64)
    picks = []
    for _ in range(min(count, len(kernel))):
        all_gains(kernel, weights, now, gains)
        left = np.flatnonzero(free)
        pick = int(left[np.argmax(gains[left])])
        picks.append(pick)
        free[pick] = False
        np.maximum(now, kernel[pick], out=now)
    return np.asarray(picks, dtype=np.int64)
