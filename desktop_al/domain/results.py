"""Frozen results: what a job did. ``to_json`` gives the fields that ``--json`` prints."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import BatchRecord, Change, Ids, PickRecord


def plain(value: object) -> Any:
    """``value`` as JSON can hold it: paths as text, tuples as lists, enums as their values."""
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class AddResult:
    """What a scan found, in samples; ``moved`` are among ``unchanged``. ``unreadable_files`` holds path and reason."""

    added: int
    unchanged: int
    changed: int
    moved: int
    missing: int
    unreadable: int
    unreadable_files: tuple[tuple[str, str], ...]
    skipped: int
    seconds: float
    change: Change

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``add``."""
        fields = {key: value for key, value in asdict(self).items() if key != "change"}
        fields["unreadable_files"] = [{"path": path, "reason": reason} for path, reason in self.unreadable_files]
        return fields


@dataclass(frozen=True, slots=True)
class EmbedResult:
    """What an embedding pass did, in samples."""

    embedded: int
    reused: int
    unreadable: int
    unreadable_files: tuple[tuple[str, str], ...]
    dim: int
    model: str
    device: str
    precision: str
    seconds: float
    images_per_second: float
    change: Change

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``embed``."""
        fields = {key: value for key, value in asdict(self).items() if key != "change"}
        fields["unreadable_files"] = [{"path": path, "reason": reason} for path, reason in self.unreadable_files]
        return fields


@dataclass(frozen=True, slots=True, eq=False)
class PartialMap:
    """Positions of a map under way: ``ids`` (n,) int64 in order, ``xy`` (n, 2) float."""

    ids: Ids
    xy: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class PartialBatch:
    """A batch that is changed and not saved yet: its picks are known, of the figures of ``batch`` the coverage."""

    batch: BatchRecord
    picks: tuple[PickRecord, ...]


@dataclass(frozen=True, slots=True)
class MapResult:
    """What the projection did: ``placed`` samples were put into the old map, ``samples`` have coordinates."""

    samples: int
    placed: int
    method: str
    seed: int
    seconds: float
    change: Change

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``map``."""
        return {key: value for key, value in asdict(self).items() if key != "change"}


@dataclass(frozen=True, slots=True)
class SelectResult:
    """The batch that was selected and saved. ``paths`` are the absolute paths of the picks, in rank order."""

    batch: BatchRecord
    picks: tuple[PickRecord, ...]
    paths: tuple[Path, ...]
    seconds: float
    change: Change

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``select``."""
        picks = [
            {
                "rank": pick.rank,
                "sample": pick.sample,
                "path": str(path),
                "gain": pick.gain,
                "stands_for": pick.stands_for,
                "nearest_labelled": pick.nearest_labelled_distance,
                "uncertainty": pick.uncertainty,
                "stratum": pick.stratum,
                "predicted": pick.predicted,
                "nearest_labelled_sample": pick.nearest_labelled,
                "nearest_earlier": pick.nearest_earlier_distance,
                "nearest_earlier_sample": pick.nearest_earlier,
                "stands_for_nearest": list(pick.stands_for_nearest),
                "survives": pick.survives,
                "origin": pick.origin,
                "veto_cost": pick.veto_cost,
            }
            for pick, path in zip(self.picks, self.paths, strict=True)
        ]
        return {
            "batch": self.batch.number,
            "count": self.batch.count,
            "strategy": self.batch.strategy,
            "seed": self.batch.seed,
            "budget": plain(self.batch.budget),
            "coverage": plain(self.batch.coverage),
            "summary": plain(self.batch.summary),
            "picks": picks,
            "seconds": self.seconds,
        }


@dataclass(frozen=True, slots=True)
class BatchComparison:
    """Two batches side by side, ``a`` and ``b`` by their numbers.

    ``b`` is 0 where the other side is what ``strategy`` would have picked in place of ``a``.
    ``common`` are the sample ids in both. ``a_near_b`` is the share of the picks of ``a`` within the bandwidth of a
    pick of ``b``, ``b_near_a`` the other way round; ``bandwidth`` is the smaller of both. The pairs that follow hold
    the figure of ``a`` and the figure of ``b``, all at that bandwidth and over the same images, so that they compare;
    None while unknown. ``coverage`` is what each batch alone covers of the pool of both, ``novelty`` the mean
    distance to the nearest labelled sample.
    """

    a: int
    b: int
    counts: tuple[int, int]
    common: tuple[int, ...]
    bandwidth: float
    a_near_b: float
    b_near_a: float
    coverage: tuple[float, float]
    redundancy: tuple[float, float]
    novelty: tuple[float | None, float | None]
    strategy: str = ""

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``compare``."""
        fields: dict[str, Any] = plain(asdict(self))
        return fields


@dataclass(frozen=True, slots=True)
class ModelSwitchResult:
    """Another model of the project is the active one; ``undo`` is the key of the one before, "" if none."""

    model: str
    undo: str
    change: Change


@dataclass(frozen=True, slots=True)
class DecideResult:
    """Decisions that were set; ``undo`` maps sample ids to what they were, ``spared`` are the ids left out."""

    batch: int
    changed: int
    undo: Mapping[int, str]
    accepted: int
    rejected: int
    pending: int
    change: Change
    spared: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``decide``."""
        return {
            "batch": self.batch,
            "changed": self.changed,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "pending": self.pending,
        }


@dataclass(frozen=True, slots=True, eq=False)
class TagResult:
    """A tag that was given or taken: ``changed`` (m,) are the ids of the samples that did not have it so before."""

    name: str
    on: bool
    changed: Ids
    tagged: int
    change: Change

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``tag``; ``tagged`` counts the samples that carry it now."""
        return {"tag": self.name, "changed": len(self.changed), "tagged": self.tagged}


@dataclass(frozen=True, slots=True)
class NoteResult:
    """A note that was written; ``before`` is what stood there."""

    sample: int
    text: str
    before: str
    change: Change

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``note``."""
        return {"sample": self.sample, "note": self.text, "before": self.before}


@dataclass(frozen=True, slots=True)
class LabelResult:
    """Labels given by hand; ``undo`` is what `desktop_al.store.labels.undo` takes."""

    label: str | None
    changed: int
    round: int
    classes: int
    change: Change
    undo: Any = None

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``label``."""
        return {"label": self.label, "changed": self.changed, "round": self.round, "classes": self.classes}


@dataclass(frozen=True, slots=True, eq=False)
class HighlightResult:
    """A named highlight that was kept or forgotten; ``before`` are the ids that stood there, None where none did."""

    name: str
    count: int
    before: Ids | None
    change: Change

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``highlights --save`` and ``--delete``."""
        return {"highlight": self.name, "count": self.count}


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The file or folder that was written."""

    batch: int
    format: str
    path: Path
    count: int
    bytes: int

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``export``."""
        return asdict(self) | {"path": str(self.path)}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row of a label file that was rejected: file, line (0 where there is none) and reason."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportLabelsResult:
    """What came back, in rows: all counts are disjoint but for ``unchanged``, which is among ``matched``.

    ``described`` are the images that get metadata, and ``shadowed`` those of the ``metadata_fields`` that are called
    like a column that every image has, which is what a filter means. ``problems`` names the first hundred rows that did
    not fit; ``undo`` is what `desktop_al.store.labels.undo` takes.
    """

    format: str
    round: int
    matched: int
    unchanged: int
    unmatched: int
    conflicting: int
    skipped: int
    classes: int
    metadata_fields: tuple[str, ...]
    problems: tuple[RowProblem, ...]
    change: Change
    undo: Any = None
    described: int = 0
    shadowed: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``import-labels``."""
        fields = {key: value for key, value in asdict(self).items() if key not in ("change", "undo")}
        fields |= {"metadata_fields": list(self.metadata_fields), "shadowed": list(self.shadowed)}
        return fields


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """Whether the project is whole: each problem is one sentence."""

    problems: tuple[str, ...]
    batches: int
    replayed: int

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``verify``."""
        return {
            "ok": not self.problems,
            "problems": list(self.problems),
            "batches": self.batches,
            "replayed": self.replayed,
        }
