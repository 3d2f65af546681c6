"""What can be done to samples from the context menus of the map and the gallery."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from desktop_al.domain.records import Decision, SampleState, SampleStatus
from desktop_al.gui.filter_words import filters_from
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.key_hints import key_of
from desktop_al.gui.marks import Mark
from desktop_al.gui.pool import Pool
from desktop_al.gui.targets import Aim, hidden_highlight, lit_rows, together

Rows = NDArray[np.int64]
# The action that does the same as each decision and mark.
DECIDING = {Decision.ACCEPTED: "accept", Decision.REJECTED: "reject", Decision.PENDING: "clear"}
MARKING = {Mark.PINNED: "pin", Mark.VETOED: "veto"}
# So many images the loupe shows side by side.
MOST_PANES = 4


@dataclass(frozen=True, slots=True)
class SampleActions:
    """What the entries of the menu call."""

    open: Callable[[int], None]
    decide: Callable[[Rows, Decision], None]
    mark: Callable[[Rows, Mark], None]
    filter: Callable[[str], None] | None = None
    more: Callable[[QMenu, Rows], None] | None = None
    look: Callable[[str, int], None] | None = None


def markable(pool: Pool) -> NDArray[np.bool_]:
    """What can be pinned or vetoed in the shown batch, (n,): its picks, and what may still be picked."""
    if pool.batch is None:
        return np.zeros(len(pool), bool)
    state, status, rank, mark = pool.state, pool.status, pool.rank, pool.mark

    def find() -> NDArray[np.bool_]:
        free = (state == SampleState.UNLABELLED) & (status == SampleStatus.PRESENT)
        chosen = (rank >= 0) & (state != SampleState.LABELLED)
        mask: NDArray[np.bool_] = free | chosen | (mark != Mark.NONE)
        return mask

    return pool.kept.of("markable", (state, status, rank, mark), find)


def next_mark(pool: Pool, rows: Rows, mark: Mark) -> Mark:
    """What asking for ``mark`` means for ``rows``: ``mark``, or none where all of them have it already."""
    return Mark.NONE if len(rows) and bool(np.all(pool.mark[rows] == mark)) else mark


def have(pool: Pool, aim: Aim, mark: Mark) -> bool:
    """Whether all that ``aim`` is about have ``mark`` already."""
    marks = pool.mark
    marked = pool.kept.of(f"marked {mark}", (marks,), lambda: marks == mark)
    return aim.count > 0 and aim.among(marked) == aim.count


def mark_text(pool: Pool, rows: Rows, mark: Mark) -> str:
    """The text of the action that gives ``rows`` the ``mark``, or takes it from them."""
    return mark_words(mark, len(rows), next_mark(pool, rows, mark) is Mark.NONE)


def mark_words(mark: Mark, count: int, freed: bool) -> str:
    """The same for ``count`` rows, which are ``freed`` of the mark or given it."""
    count = max(1, count)
    if mark is Mark.PINNED and freed:
        return trn("No longer &keep the image", "No longer &keep {count:,} images", count)
    if mark is Mark.PINNED:
        return trn("&Keep the image in the batch", "&Keep {count:,} images in the batch", count)
    if freed:
        return trn("Take the &veto on the image back", "Take the &veto on {count:,} images back", count)
    return trn("&Veto the image", "&Veto {count:,} images", count)


def decision_text(decision: Decision, count: int) -> str:
    """The text of the action that decides on ``count`` picks."""
    if decision is Decision.ACCEPTED:
        return trn("&Accept the pick", "&Accept {count:,} picks", count)
    if decision is Decision.REJECTED:
        return trn("&Reject the pick", "&Reject {count:,} picks", count)
    return trn("&Clear the decision on the pick", "&Clear the decision on {count:,} picks", count)


def rows_meant(pool: Pool, row: int) -> Rows:
    """What a menu on ``row`` is about: all that is highlighted and shown where it is among them, else its stack."""
    return lit_rows(pool) if pool.highlight[row] and pool.visible[row] else together(pool, row)


def build_menu(parent: QWidget, pool: Pool, row: int, do: SampleActions) -> QMenu:
    """The menu on ``row``."""
    menu = QMenu(parent)
    rows = rows_meant(pool, row)
    picks, free = rows[pool.rank[rows] >= 0], rows[markable(pool)[rows]]
    if (hidden := hidden_highlight(pool)) and pool.highlight[row]:
        note = trn("{count:,} hidden one is left alone", "{count:,} hidden ones are left alone", hidden)
        menu.addAction(note).setEnabled(False)
        menu.addSeparator()
    _add(menu, tr("&Enlarge") + "\t" + tr("Space"), partial(do.open, row))
    if do.look is not None:
        _add_looks(menu, pool, row, len(rows), do.look)
    menu.addSeparator()
    for decision, action in DECIDING.items():
        text = decision_text(decision, max(1, len(picks)))
        _add(menu, _keyed(text, action), partial(do.decide, picks, decision), len(picks) > 0)
    menu.addSeparator()
    for mark, action in MARKING.items():
        run = partial(do.mark, free, next_mark(pool, free, mark))
        _add(menu, _keyed(mark_text(pool, free, mark), action), run, len(free) > 0)
    if do.more is not None:
        menu.addSeparator()
        do.more(menu, rows)
        menu.addSeparator()
    if do.filter is not None:
        only = menu.addMenu(tr("Show &only"))
        for text, expression in filters_from(pool, row):
            # An ampersand of a name is no mark of a key.
            _add(only, text.replace("&", "&&"), partial(do.filter, expression))
    if do.look is not None:
        _add_file(menu, row, do.look)
    return menu


def _add_looks(menu: QMenu, pool: Pool, row: int, marked: int, look: Callable[[str, int], None]) -> None:
    """Add what looks closer at ``row``, and at the ``marked`` samples that the menu is about."""
    if marked > 1:
        text = trn("View {count} image side by &side", "View {count} images side by &side", min(marked, MOST_PANES))
        _add(menu, _keyed(text, "side_by_side"), partial(look, "side_by_side", row))
    _add(menu, _keyed(tr("&Compare with the nearest"), "compare_nearest"), partial(look, "compare_nearest", row))
    _add(
        menu,
        _keyed(tr("Find images &alike"), "find_similar"),
        partial(look, "find_similar", row),
        pool.counts.embedded > 0,
    )


def _add_file(menu: QMenu, row: int, look: Callable[[str, int], None]) -> None:
    """Add what is about the file of ``row``."""
    menu.addSeparator()
    _add(menu, _keyed(tr("Go there on the ma&p"), "on_map"), partial(look, "on_map", row))
    _add(menu, _keyed(tr("Go there in the &gallery"), "in_gallery"), partial(look, "in_gallery", row))
    menu.addSeparator()
    _add(menu, _keyed(tr("Show in the file &manager"), "show_file"), partial(look, "show_file", row))
    _add(menu, _keyed(tr("Copy the &path"), "copy_path"), partial(look, "copy_path", row))
    _add(menu, _keyed(tr("Copy the &image"), "copy_image"), partial(look, "copy_image", row))


def show_menu(parent: QWidget, pool: Pool, row: int, where: QPoint, do: SampleActions) -> None:
    """Let a person choose from the menu on ``row``, at the global position ``where``."""
    menu = build_menu(parent, pool, row, do)
    menu.exec(where)
    menu.deleteLater()


def _keyed(text: str, action: str) -> str:
    """``text`` as menus take it, with the key of ``action`` at the right."""
    key = key_of(action)
    return f"{text}\t{key}" if key else text


def _add(menu: QMenu, text: str, run: Callable[[], None], enabled: bool = True) -> None:
    action = menu.addAction(text)
    action.setEnabled(enabled)
    action.triggered.connect(lambda _checked=False: run())
