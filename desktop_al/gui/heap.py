"""Keeps memory that was given up from staying with the program.

glibc gives every thread a heap of its own, up to eight for each core, and pictures that one thread makes and another
drops leave holes in all of them: after half an hour, hundreds of megabytes that nobody uses.
"""

import ctypes
import sys

M_ARENA_MAX = -8  # of malloc.h
ARENAS = 2


def share_heaps() -> None:
    """Let all threads that start from now on share a few heaps; other systems than Linux do so by themselves."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(M_ARENA_MAX, ARENAS)
