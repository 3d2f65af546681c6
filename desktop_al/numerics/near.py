"""Who is nearer than a minimum distance, exactly, without comparing every pick with the whole of a large pool."""

import math

import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics.grid import squared_distances
from desktop_al.numerics.kernel import ONE
from desktop_al.numerics.similarity import Similarity

_BLOCK = 4096
# Up to 256 MB of vectors are kept between picks.
_KEPT = 2**26
# What rounding may take from a similarity, in units of 1/`ONE`.
_SLACK = 2


class Near:
    """Pairs of samples nearer than ``distance``, which is Euclidean between unit vectors.

    A dense kernel that is there already, or the graph ``neighbours`` (n, k), says which samples may be near; only these
    are measured. A graph may miss some: `too_near` measures a sample against all members so far.
    """

    def __init__(self, similarity: Similarity, neighbours: NDArray[np.int32] | None, distance: float) -> None:
        self._similarity, self._pool = similarity, similarity.pool
        self._squared = np.float32((distance * self._pool.norm) ** 2)
        self._least = math.floor(ONE * math.exp(-((distance / similarity.bandwidth) ** 2))) - _SLACK
        self._neighbours = None if similarity.fits else neighbours
        self._members = np.empty((64, self._pool.dim), dtype=np.float32)
        self._count = 0
        self._whole: NDArray[np.float32] | None = None

    def to_references(self, among: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of ``among`` that are too near to a reference."""
        if len(self._similarity.references) == 0:
            return among[:0]
        if self._least > 0:
            among = among[self._similarity.before().similarity[among] >= self._least]
        near = np.zeros(len(among), dtype=np.bool_)
        for _, members in self._similarity.references.blocks(_BLOCK):
            for start in range(0, len(among), _BLOCK):
                vectors = self._pool.subset(among[start : start + _BLOCK]).block()
                near[start : start + _BLOCK] |= (squared_distances(vectors, members) < self._squared).any(axis=1)
        return among[near]

    def around(self, position: int, free: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Let ``position`` be a member, and find those of ``free`` (n,) bool that are too near to it."""
        member = self._pool.block(position, position + 1)
        if self._count == len(self._members):
            self._members = np.concatenate([self._members, np.empty_like(self._members)])
        self._members[self._count] = member[0]
        self._count += 1
        kernel = self._similarity.kept
        if kernel is not None and self._least > 0:
            among = np.flatnonzero((kernel[position] >= self._least) & free)
        elif self._neighbours is not None:
            among = self._similarity.edges(self._neighbours).around(position)
            among = np.unique(among[free[among]])
        else:
            return self._measured(np.flatnonzero(free), member)
        vectors = self._pool.subset(among).block()
        return among[(squared_distances(vectors, member) < self._squared)[:, 0]]

    def too_near(self, position: int) -> bool:
        """Whether ``position`` is too near to a member."""
        if self._neighbours is None:
            # Everything near was found when the members came.
            return False
        one = self._pool.block(position, position + 1)
        return bool((squared_distances(one, self._members[: self._count]) < self._squared).any())

    def _measured(self, among: NDArray[np.int64], member: NDArray[np.float32]) -> NDArray[np.int64]:
        if self._whole is None and len(self._pool) * self._pool.dim <= _KEPT:
            self._whole = self._pool.block()
        near = np.zeros(len(among), dtype=np.bool_)
        for start in range(0, len(among), _BLOCK):
            part = among[start : start + _BLOCK]
            vectors = self._pool.subset(part).block() if self._whole is None else self._whole[part]
            near[start : start + _BLOCK] = (squared_distances(vectors, member) < self._squared)[:, 0]
        return among[near]
