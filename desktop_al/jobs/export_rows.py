"""The rows of an export, each made when a format asks for it: a batch of 100,000 is never in memory as objects."""

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import BatchRecord, Ids, PickRecord
from desktop_al.exchange.base import ExportRow
from desktop_al.store.project import Project


class ExportRows(Sequence[ExportRow]):
    """The picks of ``batch`` with their paths, labels, tags and notes, in the order given.

    Parameters
    ----------
    picks
        All picks of the batch.
    ids
        Their samples, (k,).
    places
        Which of them are exported, (m,).
    """

    def __init__(
        self, project: Project, batch: BatchRecord, picks: Sequence[PickRecord], ids: Ids, places: NDArray[np.intp]
    ) -> None:
        self._picks, self._places, self._number = picks, places, batch.number
        self._samples, self._notes = project.samples(), project.notes()
        wanted = ids[places]
        self.rows: NDArray[np.intp] = np.searchsorted(self._samples.ids, wanted)
        labels = project.labels()
        self._classes = labels.classes
        self._codes = np.full(len(wanted), -1, np.int32)
        if len(labels.ids):
            at = np.minimum(np.searchsorted(labels.ids, wanted), len(labels.ids) - 1)
            has = labels.ids[at] == wanted
            self._codes[has] = labels.codes[at[has]]
        tags = project.tags()
        self._tags: dict[int, list[str]] = {}
        for name, members in zip(tags.names, tags.members, strict=True):
            for sample in members[np.isin(members, wanted)].tolist():
                self._tags.setdefault(sample, []).append(name)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> ExportRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[ExportRow]: ...
    def __getitem__(self, place: int | slice) -> ExportRow | list[ExportRow]:
        """The row at ``place``, or those of a slice."""
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        pick, row, code = self._picks[int(self._places[place])], int(self.rows[place]), int(self._codes[place])
        samples = self._samples
        return ExportRow(
            rank=pick.rank,
            sample=pick.sample,
            path=samples.path(row),
            relpath=samples.relpaths[row],
            source=str(samples.roots[int(samples.source_ids[row])]),
            gain=pick.gain,
            stands_for=pick.stands_for,
            nearest_labelled=pick.nearest_labelled_distance,
            nearest_labelled_sample=pick.nearest_labelled,
            uncertainty=pick.uncertainty,
            stratum=pick.stratum,
            decision=pick.decision.value,
            label=self._classes[code] if code >= 0 else "",
            batch=self._number,
            width=int(samples.widths[row]),
            height=int(samples.heights[row]),
            tags=tuple(self._tags.get(pick.sample, ())),
            note=self._notes.get(pick.sample, ""),
        )

    def __iter__(self) -> Iterator[ExportRow]:
        """All rows in order."""
        return (self[place] for place in range(len(self)))
