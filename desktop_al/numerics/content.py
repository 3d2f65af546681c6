"""An order of vectors that their values decide: what follows it does not change when the rows are shuffled."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.numerics.grid import GridVectors

_BLOCK = 2048
_DIRECTIONS = 4


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
    for start in range(0, len(vectors), _BLOCK):
        rows = vectors.rows[start : start + _BLOCK]
        # Adding zero makes one of both zeros.
        block = np.ascontiguousarray(vectors.matrix[rows], dtype=np.float32) + np.float32(0)
        _hash_rows(block.view(np.uint32), out[start : start + len(rows)])
    return out


def content_order(vectors: GridVectors) -> NDArray[np.int64]:
    """The positions of ``vectors`` in an order that looks random and that their values decide, (n,) int64.

    The first m of it are a random sample of m that is the same however the rows are ordered. Equal vectors keep the
    order that they have.
    """
    return np.argsort(hashes(vectors), kind="stable")


def rough_places(vectors: GridVectors) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """A number that looks random for the rough place of each vector, (n,) uint64, and its rank there, (n,) int64.

    Places are cells of a standard deviation along a few fixed directions: a near-copy nearly always lies in the
    cell of its original, whose number says the same in a pool with copies and without. Those of a cell, such as a tight
    cluster, are ranked along the first direction. Sums are of integers, and exact.
    """
    n = len(vectors)
    signs = np.random.default_rng(0).choice(np.array([-1, 1]), (vectors.dim, _DIRECTIONS)).astype(np.float32)
    along = np.empty((n, _DIRECTIONS), dtype=np.int64)
    for start in range(0, n, _BLOCK):
        # Less than 2^24 units in all, so that every float32 is a whole number.
        along[start : start + _BLOCK] = vectors.integers(start, start + _BLOCK).astype(np.float32) @ signs
    deviations = np.sqrt(np.maximum(1, np.round(along.var(axis=0))))
    cells = np.floor(along / deviations).astype(np.int64)
    places = np.empty(n, dtype=np.uint64)
    _hash_rows(np.ascontiguousarray((cells + 2**31).astype(np.uint32)), places)
    order = np.lexsort((along[:, 0], places))
    begins = np.flatnonzero(np.diff(places[order], prepend=places[order[:1]] + np.uint64(1)))
    ranks = np.empty(n, dtype=np.int64)
    ranks[order] = np.arange(n) - np.repeat(begins, np.diff(begins, append=n))
    return places, ranks


def scrambled(places: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """Other numbers that look random for the same ``places`` (n,), by ``seed``: (n,) uint64."""
    out = np.empty(len(places), dtype=np.uint64)
    _hash_rows(np.stack([places >> np.uint64(32), places, np.full_like(places, seed)], axis=1).astype(np.uint32), out)
    return out


def sample(vectors: GridVectors, size: int) -> GridVectors:
    """At most ``size`` of ``vectors``, the same however they are ordered."""
    return vectors if len(vectors) <= size else vectors.subset(content_order(vectors)[:size])
