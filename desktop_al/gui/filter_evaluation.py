"""What filters find among the samples: pure functions that a lane runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import FilterError
from desktop_al.gui.filter_chips import Chip
from desktop_al.gui.filter_columns import FilterColumns
from desktop_al.jobs.where import Memo, matching, names_in
from desktop_al.jobs.where_columns import LazyColumns

_MOST_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Found:
    """What evaluation found: how many fit each chip (None where it is wrong), what is wrong, and what is shown."""

    counts: tuple[int | None, ...]
    errors: tuple[FilterError | None, ...]
    mask: NDArray[np.bool_]


def evaluated(chips: Sequence[Chip], columns: LazyColumns, ids: NDArray[np.int64], memo: Memo) -> Found:
    """What ``chips`` find among the samples ``ids`` (n,), which are ascending; a wrong chip leaves nothing out."""
    counts: list[int | None] = []
    errors: list[FilterError | None] = []
    shown = np.ones(len(ids), bool)
    for chip in chips:
        try:
            mask = (
                matching(chip.text, columns, len(ids), memo)
                if chip.samples is None
                else np.isin(ids, chip.samples.ids, assume_unique=True)
            )
        except FilterError as error:
            counts.append(None)
            errors.append(error)
            continue
        counts.append(int(np.count_nonzero(mask)))
        errors.append(None)
        if chip.on:
            shown &= mask
    return Found(tuple(counts), tuple(errors), shown)


def forget_old(memo: Memo, made: FilterColumns) -> None:
    """Keep of ``memo`` only what was found in columns as they are now, and of that not too much."""
    if len(memo) > _MOST_REMEMBERED:
        memo.clear()
    for key in [key for key, (columns, _) in memo.items() if not all(map(made.holds, columns))]:
        del memo[key]


def named(text: str) -> frozenset[str]:
    """The columns that ``text`` names, none where it is not understood."""
    try:
        return names_in(text)
    except FilterError:
        return frozenset()
