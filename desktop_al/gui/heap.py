"""Keeps memory that was given up from staying with the program.

glibc gives every thread a heap of its own, up to eight for each core, and pictures that one thread makes and another
drops leave holes in all of them: after half an hour, hundreds of megabytes that nobody uses.
"""

import ctypes
import sys
from collections.abc import Callable

M_ARENA_MAX = -8  # of malloc.h
ARENAS = 2


def share_heaps() -> None:
    """Let all threads that start from now on share a few heaps; other systems than Linux do so by themselves."""
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Give what is free in the heaps back to the system: tens of milliseconds after much was given up, on any thread.

    Other threads that ask for memory wait meanwhile, so this is for moments at which nothing is going on.
    """
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def _of_glibc(name: str) -> Callable[..., int] | None:
    found: Callable[..., int] | None = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    return found
