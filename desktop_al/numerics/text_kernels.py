"""Compiled kernels over many short texts that stand in one array of UTF-8 bytes; they release the GIL.

Text ``i`` is ``blob[starts[i]:ends[i]]``: ``blob`` (m,) uint8, ``starts`` and ``ends`` (n,) int64. A ``needle`` is
(k,) uint8, and ``out`` (n,) takes the answer of each text.
"""

import numba
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

STAR, QUERY = ord("*"), ord("?")


@numba.njit(nogil=True, cache=True, inline="always")
def _lower(byte: int) -> int:
    return byte + 32 if 65 <= byte <= 90 else byte


@numba.njit(nogil=True, cache=True)
def contains(blob: Bytes, starts: Places, ends: Places, needle: Bytes, fold: bool, out: NDArray[np.bool_]) -> None:
    """Whether a text holds ``needle``; with ``fold``, whatever the case of ASCII letters (the needle in lower case)."""
    k = needle.shape[0]
    for i in range(starts.shape[0]):
        out[i] = k == 0
        if k == 0:
            continue
        first = needle[0]
        for at in range(starts[i], ends[i] - k + 1):
            byte = _lower(blob[at]) if fold else blob[at]
            if byte != first:
                continue
            same = 1
            while same < k:
                byte = _lower(blob[at + same]) if fold else blob[at + same]
                if byte != needle[same]:
                    break
                same += 1
            if same == k:
                out[i] = True
                break


@numba.njit(nogil=True, cache=True)
def compare(blob: Bytes, starts: Places, ends: Places, needle: Bytes, out: NDArray[np.int8]) -> None:
    """-1, 0 or 1 as a text comes before ``needle``, is the same, or comes after it, in the order of its characters."""
    k = needle.shape[0]
    for i in range(starts.shape[0]):
        length = ends[i] - starts[i]
        at = 0
        while at < k and at < length and blob[starts[i] + at] == needle[at]:
            at += 1
        if at < k and at < length:
            out[i] = -1 if blob[starts[i] + at] < needle[at] else 1
        else:
            out[i] = 0 if length == k else (-1 if length < k else 1)


@numba.njit(nogil=True, cache=True)
def touches(blob: Bytes, starts: Places, ends: Places, needle: Bytes, at_end: bool, out: NDArray[np.bool_]) -> None:
    """Whether a text begins with ``needle``, or ends with it."""
    k = needle.shape[0]
    for i in range(starts.shape[0]):
        out[i] = ends[i] - starts[i] >= k
        origin = ends[i] - k if at_end else starts[i]
        at = 0
        while out[i] and at < k:
            out[i] = blob[origin + at] == needle[at]
            at += 1


@numba.njit(nogil=True, cache=True)
def fits(blob: Bytes, starts: Places, ends: Places, pattern: Bytes, out: NDArray[np.bool_]) -> None:
    """Whether a text fits ``pattern`` from end to end, "*" being any characters and "?" one."""
    k = pattern.shape[0]
    for i in range(starts.shape[0]):
        at, p = starts[i], 0
        star, again = -1, starts[i]
        held = True
        while at < ends[i]:
            if p < k and pattern[p] == STAR:
                star, again = p, at
                p += 1
            elif p < k and pattern[p] == QUERY:
                at += 1
                while at < ends[i] and (blob[at] & 0xC0) == 0x80:
                    at += 1
                p += 1
            elif p < k and blob[at] == pattern[p]:
                at += 1
                p += 1
            elif star >= 0:
                again += 1
                while again < ends[i] and (blob[again] & 0xC0) == 0x80:
                    again += 1
                at, p = again, star + 1
            else:
                held = False
                break
        while held and p < k and pattern[p] == STAR:
            p += 1
        out[i] = held and p == k


@numba.njit(nogil=True, cache=True)
def after_last(blob: Bytes, starts: Places, ends: Places, one: int, other: int, out: Places) -> None:
    """Where in ``blob`` the part behind the last byte ``one`` or ``other`` of a text begins."""
    for i in range(starts.shape[0]):
        at = ends[i]
        while at > starts[i] and blob[at - 1] != one and blob[at - 1] != other:
            at -= 1
        out[i] = at
