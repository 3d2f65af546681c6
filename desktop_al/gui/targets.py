"""What an action is about: the focused image alone, or all that is highlighted and that no filter hides.

The highlight itself stays whole while a filter hides a part of it, and comes back with what was hidden.
"""

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.i18n import trn
from desktop_al.gui.pool import Pool

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


def lit(pool: Pool) -> Mask:
    """What is highlighted and shown, (n,)."""
    highlight, visible = pool.highlight, pool.visible
    return pool.kept.of("lit", (highlight, visible), lambda: highlight & visible)


def lit_rows(pool: Pool) -> Rows:
    """The rows (m,) of `lit`."""
    mask = lit(pool)
    return pool.kept.of("lit rows", (mask,), lambda: np.flatnonzero(mask).astype(np.int64))


def picked(pool: Pool) -> Mask:
    """The picks of the shown batch, (n,)."""
    rank = pool.rank
    return pool.kept.of("picked", (rank,), lambda: rank >= 0)


def hidden_highlight(pool: Pool) -> int:
    """How many highlighted images a filter hides."""
    return pool.highlighted - len(lit_rows(pool))


def together(pool: Pool, row: int) -> Rows:
    """The rows that ``row`` stands for: all that lie on its stack where it is a folded one in the gallery, else it."""
    stack = pool.stack
    return stack if len(stack) and stack[0] == row else np.array([row], np.int64)


def is_one(pool: Pool, rows: Rows) -> bool:
    """Whether ``rows`` are one image, or all of one stack, so that one goes on to the next after them."""
    return len(rows) == 1 or (len(rows) > 0 and bool(np.isin(rows, together(pool, pool.focus)).all()))


def meant(pool: Pool, allowed: Mask | None = None, alone: bool = False, name: str = "") -> Rows:
    """The rows that an action changes: those highlighted and shown, or the focused one where it is not among several.

    ``allowed`` (n,) are those that it can change, None for all, kept under ``name``; ``alone`` says that it is about
    the focused one whatever is highlighted.
    """
    focus, rows = pool.focus, lit_rows(pool)
    if allowed is not None:
        rows = pool.kept.of(f"lit {name}", (rows, allowed), lambda: _among(rows, allowed))
    if focus >= 0 and (alone or not (pool.highlight[focus] and len(rows) > 1)):
        one = np.array([focus], np.int64) if alone else together(pool, focus)
        return one if allowed is None else _among(one, allowed)
    return rows


def _among(rows: Rows, allowed: Mask) -> Rows:
    found: Rows = rows[allowed[rows]]
    return found


def spared(pool: Pool, allowed: Mask | None = None, alone: bool = False, name: str = "") -> int:
    """How many highlighted images, of those ``allowed``, `meant` leaves out because a filter hides them."""
    if alone or (pool.focus >= 0 and not pool.highlight[pool.focus]):
        return 0
    if allowed is None or not hidden_highlight(pool):
        return hidden_highlight(pool)
    highlight, visible = pool.highlight, pool.visible
    return pool.kept.of(
        f"spared {name}",
        (highlight, visible, allowed),
        lambda: int(np.count_nonzero(highlight & ~visible & allowed)),
    )


def sparing(text: str, hidden: int) -> str:
    """``text`` of an action, with the ``hidden`` highlighted images that it leaves alone."""
    if not hidden:
        return text
    return trn(
        "{action} ({count:,} hidden one is left alone)",
        "{action} ({count:,} hidden ones are left alone)",
        hidden,
        action=text,
    )


def spared_sentence(hidden: int) -> str:
    """Say that ``hidden`` highlighted images were left alone."""
    return trn(
        "{count:,} highlighted image that a filter hides was left alone.",
        "{count:,} highlighted images that a filter hides were left alone.",
        hidden,
    )
