"""An order of vectors that their values decide: what follows it does not change when the rows are shuffled."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.threads import over_blocks

_BLOCK = 2048


@njit(nogil=True, cache=True)
def _hash_rows(block, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write a hash of each row of ``block`` (b, d) uint32 to ``out`` (b,) uint64: FNV-1a, finished by splitmix64."""
    for i in range(block.shape[0]):
        value = np.uint64(14695981039346656037)
        for j in range(block.shape[1]):
            value = (value ^ np.uint64(block[i, j])) * np.uint64(1099511628211)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(13787848793156543929)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(10723151780598845931)
        out[i] = value ^ (value >> np.uint64(31))


def hashes(vectors: GridVectors) -> NDArray[np.uint64]:
    """A hash of the values of each vector, in float32, (n,) uint64; equal vectors have equal ones."""
    out = np.empty(len(vectors), dtype=np.uint64)

    def work(start: int, stop: int) -> None:
        # Adding zero makes one of both zeros.
        block = np.ascontiguousarray(vectors.matrix[vectors.rows[start:stop]], dtype=np.float32) + np.float32(0)
        _hash_rows(block.view(np.uint32), out[start:stop])

    over_blocks(len(vectors), _BLOCK, work)
    return out


def content_order(vectors: GridVectors) -> NDArray[np.int64]:
    """The positions of ``vectors`` in an order that looks random and that their values decide, (n,) int64.

    The first m of it are a random sample of m that is the same however the rows are ordered. Equal vectors lie apart,
    so that a sample of many black images among others is not black altogether.
    """
    found = hashes(vectors)
    order = np.argsort(found, kind="stable")
    begins = np.flatnonzero(np.diff(found[order], prepend=~found[order[:1]]))
    if len(begins) == len(order):
        return order
    # Which of its equals each vector is, in the order of the rows.
    turns = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    again = turns > 0
    words = np.stack([found[order] >> np.uint64(32), found[order], turns.astype(np.uint64)], axis=1)
    mixed = np.empty(int(again.sum()), dtype=np.uint64)
    _hash_rows(words[again].astype(np.uint32), mixed)
    found[order[again]] = mixed
    return np.argsort(found, kind="stable")


def sample(vectors: GridVectors, size: int) -> GridVectors:
    """At most ``size`` of ``vectors``, the same however they are ordered."""
    return vectors if len(vectors) <= size else vectors.subset(content_order(vectors)[:size])
