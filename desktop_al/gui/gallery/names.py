"""The order of file names as people count, img2 before img10, worked out in slices so that no thread has to wait."""

import re
import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

# So many names hold the interpreter for about a millisecond.
SLICE = 1024
_FOLDER = re.compile(rb"[^\0]*/")
_NUMBER = re.compile(rb"0*([0-9]+)")


class NameOrder:
    """Ranks the names of one pool, and keeps the ranks for the next time; safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: Sequence[str] | None = None
        self._ranks = np.empty(0, np.int32)

    def ranks(self, relpaths: Sequence[str]) -> NDArray[np.int32]:
        """The rank (n,) of each of ``relpaths`` by file name; equal names rank equal.

        Capitals make no difference, and numbers in a name count as numbers, whatever zeros stand before them.
        """
        with self._lock:
            if self._of is not relpaths:
                self._ranks, self._of = name_ranks(relpaths), relpaths
            return self._ranks


def name_ranks(relpaths: Sequence[str]) -> NDArray[np.int32]:
    """What `NameOrder.ranks` keeps."""
    n = len(relpaths)
    if n == 0:
        return np.empty(0, np.int32)
    names = _sliced(relpaths, _plain)
    if not _padded(names):
        names = _sliced(relpaths, _natural)
    order = np.argsort(names, kind="stable")
    ordered = names[order]
    ranks = np.zeros(n, np.int32)
    ranks[order[1:]] = np.cumsum(ordered[1:] != ordered[:-1])
    return ranks


def _sliced(relpaths: Sequence[str], keys: Callable[[Sequence[str]], list[bytes]]) -> NDArray[np.bytes_]:
    """The ``keys`` (n,) of all names."""
    starts = range(0, len(relpaths), SLICE)
    slices = [[relpaths[row] for row in range(start, min(start + SLICE, len(relpaths)))] for start in starts]
    return np.concatenate([np.array(keys(each)) for each in slices])


def _plain(relpaths: Sequence[str]) -> list[bytes]:
    """Names in small letters; all at once, which is many times quicker than one by one."""
    # No name holds a zero byte.
    text = "\0".join(relpaths).lower().encode("utf-8", "surrogateescape")
    return _FOLDER.sub(b"", text).split(b"\0")


def _natural(relpaths: Sequence[str]) -> list[bytes]:
    """The same with numbers that sort as such."""
    return _NUMBER.sub(_sized, b"\0".join(_plain(relpaths))).split(b"\0")


def _padded(names: NDArray[np.bytes_]) -> bool:
    """Whether digits stand at the same places of all ``names``, so that their letters sort numbers too."""
    letters = names.view(np.uint8).reshape(len(names), -1)
    digits = (letters >= ord("0")) & (letters <= ord("9"))
    return bool((digits == digits[0]).all())


def _sized(found: re.Match[bytes]) -> bytes:
    """A number as bytes that sort as it does: among the digits, shorter ones first."""
    digits = found[1]
    return b"0%c%b" % (min(len(digits), 255), digits)
