"""What the cells of samples show, and what a screen reader says of one."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import SampleState
from desktop_al.gui.gallery.cell import Cell
from desktop_al.gui.i18n import tr
from desktop_al.gui.marks import MARK_NAMES, Mark
from desktop_al.gui.pool import Pool
from desktop_al.gui.sentences import told
from desktop_al.gui.text import readable
from desktop_al.gui.theme import STATE_NAMES
from desktop_al.gui.thumbs import ThumbLoader

_MARKS = {int(mark): mark for mark in Mark}
_REJECTED, _VETOED, _PINNED = int(SampleState.REJECTED), int(Mark.VETOED), int(Mark.PINNED)
# A pick with a decision is kept all the same: these are the states in which a pin is worth a badge.
_WAITING = frozenset({int(SampleState.PENDING), int(SampleState.UNLABELLED)})


def cells_of(
    pool: Pool,
    thumbs: ThumbLoader,
    rows: NDArray[np.int64],
    *,
    hovered: int,
    named: bool,
    stack: NDArray[np.int32] | None,
) -> list[Cell]:
    """What the cells of ``rows`` (m,) show; ``hovered`` is a row, ``stack`` (m,) as in `Arrangement.stack`.

    The columns are read once for all of them: reading single elements costs many times more.
    """
    found = []
    many = stack.tolist() if stack is not None else [1] * len(rows)
    columns = (pool.ids, pool.state, pool.rank, pool.mark, pool.newcomers, pool.label_code, pool.highlight)
    classes, focus, notes = pool.classes, pool.focus, pool.notes
    for row, sample, state, rank, mark, fresh, code, lit, visible, tags, pile in zip(
        rows.tolist(),
        *(column[rows].tolist() for column in (*columns, pool.visible, pool.tags)),
        many,
        strict=True,
    ):
        badge = 0 if mark == _PINNED and state not in _WAITING else mark
        found.append(
            Cell(
                readable(pool.path(row).name) if named else "",
                state,
                rank,
                _MARKS[badge],
                fresh,
                readable(classes[code]) if code >= 0 else "",
                code,
                thumbs.pixmap(sample),
                thumbs.failed(sample),
                thumbs.cut_out(sample),
                lit,
                row == focus,
                row == hovered,
                state == _REJECTED or mark == _VETOED or not visible,
                abs(pile),
                pile <= 0,
                tags > 0 or sample in notes,
                told(pool.samples.reasons[row]) if pool.samples is not None and thumbs.failed(sample) else "",
            )
        )
    return found


def spoken(pool: Pool, row: int) -> str:
    """``row`` in words: "wren.jpg, pick 12, accepted"; "" for none."""
    if not 0 <= row < len(pool):
        return ""
    parts = [readable(pool.path(row).name)]
    if pool.rank[row] >= 0:
        parts.append(tr("pick {rank}", rank=int(pool.rank[row])))
    code, mark = int(pool.label_code[row]), pool.badge(row)
    if code >= 0:
        parts.append(tr("labelled {label}", label=readable(pool.classes[code])))
    else:
        parts.append(tr(STATE_NAMES[SampleState(int(pool.state[row]))]).lower())
    if mark is not Mark.NONE:
        parts.append(tr(MARK_NAMES[mark]))
    if pool.tags[row]:
        parts.append(tr("tagged {tags}", tags=", ".join(readable(name) for name in pool.tags_of(row))))
    if int(pool.ids[row]) in pool.notes:
        parts.append(tr("with a note"))
    if pool.highlight[row]:
        parts.append(tr("highlighted"))
    return ", ".join(parts)
