"""How many points of each colour the filters show: the numbers of the legend beside those of the whole pool."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.i18n import number, tr, trn
from desktop_al.gui.map.colouring import BINS, LEVELS, Entry

Seen = NDArray[np.int64]


def seen_codes(codes: NDArray[np.uint8], visible: NDArray[np.bool_]) -> Seen | None:
    """How many of ``codes`` (n,) are ``visible`` (n,), by code, (256,); None where all of them are.

    None too where the two are of different pools: a frame that was asked for while one gave way to the other is drawn
    anew at once.
    """
    if len(codes) != len(visible) or bool(visible.all()):
        return None
    from desktop_al.gui.map.values import count_seen

    return count_seen(codes, visible)


def seen_bars(seen: Seen) -> tuple[int, ...]:
    """The same for the bars of the histogram of a numeric column."""
    bars = np.bincount(np.arange(LEVELS) * BINS // LEVELS, weights=seen[:LEVELS], minlength=BINS)
    return tuple(int(count) for count in bars)


def counted(entry: Entry, seen: int | None) -> str:
    """What a line says of its images, all of them or those ``seen``, in words."""
    if seen is None or seen == entry.count:
        return trn("{name}: {count:,} image", "{name}: {count:,} images", entry.count, name=entry.name)
    return tr("{name}: {seen:,} of {count:,} images are shown", name=entry.name, seen=seen, count=entry.count)


def numbers(entry: Entry, seen: int | None) -> tuple[str, str]:
    """The number that a line shows, and what it shows faintly behind it: of how many."""
    if entry.share:
        return entry.share, ""
    if seen is None or seen == entry.count:
        return number(entry.count), ""
    return number(seen), tr(" of {count:,}", count=entry.count)
