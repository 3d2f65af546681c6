"""The alphabetical order of file names, worked out in slices so that no other thread has to wait for it."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# So many names hold the interpreter for about a millisecond.
SLICE = 2048


class NameOrder:
    """Ranks the names of one pool, and keeps the ranks for the next time; safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: Sequence[str] | None = None
        self._ranks = np.empty(0, np.int32)

    def ranks(self, relpaths: Sequence[str]) -> NDArray[np.int32]:
        """The rank (n,) of each of ``relpaths`` by file name, capitals being no different; equal names rank equal."""
        with self._lock:
            if self._of is not relpaths:
                self._ranks, self._of = name_ranks(relpaths), relpaths
            return self._ranks


def name_ranks(relpaths: Sequence[str]) -> NDArray[np.int32]:
    """What `NameOrder.ranks` keeps."""
    n = len(relpaths)
    if n == 0:
        return np.empty(0, np.int32)
    slices = [
        np.array([_key(relpaths[row]) for row in range(start, min(start + SLICE, n))]) for start in range(0, n, SLICE)
    ]
    names = np.concatenate(slices)
    order = np.argsort(names, kind="stable")
    ordered = names[order]
    ranks = np.zeros(n, np.int32)
    ranks[order[1:]] = np.cumsum(ordered[1:] != ordered[:-1])
    return ranks


def _key(relpath: str) -> bytes:
    return relpath.rpartition("/")[2].lower().encode("utf-8", "surrogateescape")
