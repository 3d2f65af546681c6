"""What a person wants of a sample in the shown batch: kept in it, or out of it."""

from enum import IntEnum

from desktop_al.gui.i18n import later


class Mark(IntEnum):
    """What a person wants of a sample in the shown batch, whatever the strategy says."""

    NONE = 0
    PINNED = 1
    VETOED = 2


MARK_NAMES = {Mark.PINNED: later("kept"), Mark.VETOED: later("vetoed")}
