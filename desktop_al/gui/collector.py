"""Keeps Python's collector of cycles from stopping the window.

A full collection visits every object there is while all threads wait for it: 150 ms and more, once the libraries and
the compiled kernels are loaded. What was loaded lasts as long as the program, so it is set aside, never to be visited
again.
"""

import gc
from functools import cache

# Objects made and not yet given up before a collection of the youngest, then collections of one generation before one
# of the next: loading the kernels stays below a full one.
THRESHOLDS = (2_000, 5, 60)


def calm() -> None:
    """Let collections be as rare as a program wants them that gives up its objects by reference counts."""
    gc.set_threshold(*THRESHOLDS)


@cache
def set_aside() -> None:
    """Set all aside that there is now; later calls do nothing.

    For when the libraries are loaded, which are nearly all that is ever visited, and before there are views: an object
    that was set aside still goes with its last reference, but a cycle of such objects stays.
    """
    gc.freeze()


def forget() -> None:
    """Let all go that is out of use: once, where a window has gone for good.

    What was set aside is left alone. To collect that too ends the program now and then: among it are cycles of objects
    whose other half Qt deleted long ago.
    """
    gc.collect()
