"""Lets what was read again and is as before stay the very arrays that the views have; runs on a lane.

Views compare columns by identity: an equal column in another array would be counted, gathered and drawn anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.columns import Column, Numeric, one_of
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The columns that a pool shows, by reference."""

    state: NDArray[np.uint8]
    xy: NDArray[np.float64]
    label_code: NDArray[np.int32]
    classes: tuple[str, ...]
    tags: NDArray[np.uint64]
    metadata: Mapping[str, Column]

    @staticmethod
    def of(pool: Pool) -> "Known":
        """What ``pool`` shows now; called on the GUI thread."""
        fields = {name: pool.metadata(name) for name in pool.metadata_names}
        return Known(pool.state, pool.xy, pool.label_code, pool.classes, pool.tags, fields)


def settled(patch: PoolPatch, known: Known) -> PoolPatch:
    """``patch`` with the arrays of ``known`` where its own hold the same."""
    metadata = patch.metadata
    if metadata is not None:
        metadata = {name: _column(column, known.metadata.get(name)) for name, column in metadata.items()}
    return replace(
        patch,
        state=_either(patch.state, known.state),
        xy=_either(patch.xy, known.xy),
        label_code=_either(patch.label_code, known.label_code),
        classes=known.classes if patch.classes == known.classes else patch.classes,
        tags=_either(patch.tags, known.tags),
        metadata=metadata,
    )


def _either(read: NDArray[Numeric] | None, shown: NDArray[Numeric] | None) -> NDArray[Numeric] | None:
    return read if read is None or shown is None else one_of(read, shown)


def _column(read: Column, shown: Column | None) -> Column:
    if shown is None or read.names != shown.names:
        return read
    codes, values = _either(read.codes, shown.codes), _either(read.values, shown.values)
    return shown if codes is shown.codes and values is shown.values else read
