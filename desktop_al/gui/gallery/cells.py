"""What the cell of one sample shows, and what a screen reader says of it."""

from desktop_al.domain.records import SampleState
from desktop_al.gui.gallery.cell import Cell
from desktop_al.gui.i18n import tr
from desktop_al.gui.pool import MARK_NAMES, Mark, Pool
from desktop_al.gui.text import readable
from desktop_al.gui.theme import STATE_NAMES, Theme
from desktop_al.gui.thumbs import ThumbLoader


def cell_of(pool: Pool, thumbs: ThumbLoader, row: int, *, hovered: bool, named: bool, stack: int = 1) -> Cell:
    """What the cell of ``row`` shows; ``stack`` as in `Arrangement.stack`, negative where it is spread out."""
    sample, code = int(pool.ids[row]), int(pool.label_code[row])
    return Cell(
        caption=readable(pool.path(row).name) if named else "",
        state=SampleState(int(pool.state[row])),
        rank=int(pool.rank[row]),
        mark=pool.badge(row),
        fresh=bool(pool.newcomers[row]),
        label=readable(pool.classes[code]) if code >= 0 else "",
        label_colour=Theme.current().class_colour(code),
        pixmap=thumbs.pixmap(sample),
        failed=thumbs.failed(sample),
        cut_out=thumbs.cut_out(sample),
        highlighted=bool(pool.highlight[row]),
        focused=row == pool.focus,
        hovered=hovered,
        dimmed=bool(pool.state[row] == SampleState.REJECTED or pool.mark[row] == Mark.VETOED or not pool.visible[row]),
        stack=abs(stack),
        spread=stack <= 0,
    )


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
    if pool.highlight[row]:
        parts.append(tr("highlighted"))
    return ", ".join(parts)
