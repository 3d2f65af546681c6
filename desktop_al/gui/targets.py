"""What an action is about: the focused image alone, or all that is highlighted and that no filter hides.

The highlight itself stays whole while a filter hides a part of it, and comes back with what was hidden.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.i18n import trn
from desktop_al.gui.pool import Pool

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """What an action is about, counted without listing a million rows: few ``rows`` (m,), else a ``mask`` (n,)."""

    count: int
    rows: Rows | None
    mask: Mask | None = None

    def among(self, those: Mask) -> int:
        """How many of ``those`` (n,) it is about."""
        return int(np.count_nonzero(those[self.rows] if self.mask is None else those & self.mask))


def lit(pool: Pool) -> Mask:
    """What is highlighted and shown, (n,)."""
    highlight, visible = pool.highlight, pool.visible
    return pool.kept.of("lit", (highlight, visible), lambda: highlight & visible)


def lit_rows(pool: Pool) -> Rows:
    """The rows (m,) of `lit`."""
    mask = lit(pool)
    return pool.kept.of("lit rows", (mask,), lambda: _listed(mask))


def lit_count(pool: Pool) -> int:
    """How many rows are `lit`."""
    mask = lit(pool)
    return pool.kept.of("lit count", (mask,), lambda: int(np.count_nonzero(mask)))


def picked(pool: Pool) -> Mask:
    """The picks of the shown batch, (n,)."""
    rank = pool.rank
    return pool.kept.of("picked", (rank,), lambda: rank >= 0)


def labelled(pool: Pool) -> Mask:
    """What has a label, (n,)."""
    code = pool.label_code
    return pool.kept.of("labelled", (code,), lambda: code >= 0)


def hidden_highlight(pool: Pool) -> int:
    """How many highlighted images a filter hides."""
    return pool.highlighted - lit_count(pool)


def together(pool: Pool, row: int) -> Rows:
    """The rows that ``row`` stands for: all that lie on its stack where it is a folded one in the gallery, else it."""
    stack = pool.stack
    return stack if len(stack) and stack[0] == row else np.array([row], np.int64)


def is_one(pool: Pool, rows: Rows) -> bool:
    """Whether ``rows`` are one image, or all of one stack, so that one goes on to the next after them."""
    return len(rows) == 1 or (len(rows) > 0 and bool(np.isin(rows, together(pool, pool.focus)).all()))


def aim(pool: Pool, allowed: Mask | None = None, alone: bool = False, name: str = "") -> Aim:
    """What an action changes: what is highlighted and shown, or the focused one where it is not among several.

    ``allowed`` (n,) are those that it can change, None for all, kept under ``name``; ``alone`` says that it is about
    the focused one whatever is highlighted.
    """
    focus, mask, count = pool.focus, lit(pool), lit_count(pool)
    if allowed is not None:
        mask, count = pool.kept.of(f"aim {name}", (mask, allowed), lambda: _both(mask, allowed))
    if focus >= 0 and (alone or not (pool.highlight[focus] and count > 1)):
        rows = np.array([focus], np.int64) if alone else together(pool, focus)
        if allowed is not None:
            rows = rows[allowed[rows]]
        return Aim(len(rows), rows)
    return Aim(count, None, mask)


def meant(pool: Pool, allowed: Mask | None = None, alone: bool = False, name: str = "") -> Rows:
    """The rows (m,) of `aim`."""
    found = aim(pool, allowed, alone, name)
    if found.rows is not None:
        return found.rows
    mask = found.mask
    if mask is None or allowed is None:
        return lit_rows(pool)
    return pool.kept.of(f"rows {name}", (mask,), lambda: _listed(mask))


def _both(lit: Mask, allowed: Mask) -> tuple[Mask, int]:
    mask = lit & allowed
    return mask, int(np.count_nonzero(mask))


def _listed(mask: Mask) -> Rows:
    return np.flatnonzero(mask).astype(np.int64, copy=False)


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
