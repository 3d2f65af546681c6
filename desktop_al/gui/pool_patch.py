"""Columns that were read from the project, on their way to the pool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import (
    BatchRecord,
    Counts,
    PickRecord,
    SampleTable,
)
from desktop_al.gui.columns import Column


@dataclass(frozen=True, slots=True)
class PoolPatch:
    """Columns read from the project; None means "as before". With ``samples`` the rows themselves are new.

    ``state`` (n,) uint8 of `SampleState`; ``xy`` (n, 2) float64, NaN where unplaced; ``label_code`` (n,) int32, -1
    where unlabelled; ``picks`` are those of the shown ``batch`` (None with ``picks`` = () when there is none);
    ``decisions`` are ids (m,) int64 and states (m,) uint8 of picks of that batch whose decisions alone were read;
    ``tags`` (n,) uint64 has bit i set where the sample carries ``tag_names[i]``; ``notes`` by sample id;
    ``saved_highlights`` sample ids by name, ``saved_filters`` expressions by name.
    """

    samples: SampleTable | None = None
    state: NDArray[np.uint8] | None = None
    xy: NDArray[np.float64] | None = None
    label_code: NDArray[np.int32] | None = None
    classes: tuple[str, ...] | None = None
    metadata: Mapping[str, Column] | None = None
    batches: tuple[BatchRecord, ...] | None = None
    batch: BatchRecord | None = None
    picks: Sequence[PickRecord] | None = None
    decisions: tuple[NDArray[np.int64], NDArray[np.uint8]] | None = None
    counts: Counts | None = None
    tags: NDArray[np.uint64] | None = None
    tag_names: tuple[str, ...] = ()
    notes: Mapping[int, str] | None = None
    saved_highlights: Mapping[str, NDArray[np.int64]] | None = None
    saved_filters: Mapping[str, str] | None = None
