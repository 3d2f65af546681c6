"""What is written on the images of the loupe, and said of them in its bar."""

from collections.abc import Sequence

from desktop_al.domain.records import SampleState
from desktop_al.gui.gallery.cells import spoken
from desktop_al.gui.i18n import tr
from desktop_al.gui.marks import MARK_NAMES, Mark
from desktop_al.gui.nearest import Near
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.gui.theme import STATE_NAMES


def sample_words(pool: Pool, row: int) -> list[str]:
    """What there is to say of the sample in ``row``: its pick, its label or state, its mark."""
    words = []
    if pool.rank[row] >= 0:
        words.append(tr("Pick {rank:,} of {count:,}", rank=int(pool.rank[row]), count=len(pool.picks)))
    code, mark = int(pool.label_code[row]), pool.badge(row)
    if code >= 0:
        words.append(tr("Labelled {label}", label=readable(pool.classes[code])))
    else:
        words.append(tr(STATE_NAMES[SampleState(int(pool.state[row]))]))
    if mark is not Mark.NONE:
        words.append(tr(MARK_NAMES[mark]))
    return words


def caption(pool: Pool, row: int, near: Near | None = None) -> str:
    """What is written on the image in ``row``: its name, or what it is to the one that it is compared with."""
    first = readable(pool.path(row).name) if near is None else near.title
    return " · ".join([first, *sample_words(pool, row)])


def heard(pool: Pool, row: int, position: int, count: int, beside: Sequence[str]) -> str:
    """What a screen reader is told of the loupe: the image in ``row``, where it stands, and what lies ``beside`` it."""
    words = [spoken(pool, row)]
    if position >= 0:
        words.append(tr("{position:,} of {count:,}", position=position + 1, count=count))
    return "; ".join([", ".join(words), *filter(None, beside)])
