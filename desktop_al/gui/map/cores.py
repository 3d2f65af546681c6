"""One pass over many points, shared between the lane that draws and one helper: kernels release the interpreter."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

# Below it a pass takes no longer than handing a part of it over.
LEAST = 100_000
# More than one for each core: where one of them is taken by something else, the other does the most.
PARTS = 4


@lru_cache(maxsize=1)
def _helper() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "map helper")


def in_parts(n: int, do: Callable[[int, int], T], size: int | None = None) -> list[T]:
    """What ``do(low, high)`` returns for the parts of range(``n``), in order; whole where there is little to do.

    ``size`` says how much there is to do, where that is not ``n``. ``do`` runs on two threads at once, each part on
    one of them.
    """
    if (n if size is None else size) < LEAST or n < PARTS or (os.cpu_count() or 1) < 2:
        return [do(0, n)]
    bounds = [n * part // PARTS for part in range(PARTS + 1)]
    found: dict[int, T] = {}
    # Whoever is free takes the next one.
    waiting = iter(range(PARTS))

    def work() -> None:
        for part in waiting:
            found[part] = do(bounds[part], bounds[part + 1])

    helped = _helper().submit(work)
    try:
        work()
    finally:
        # A helper that was busy for another map all the while has nothing left to do.
        if not helped.cancel():
            helped.result()
    return [found[part] for part in range(PARTS)]
