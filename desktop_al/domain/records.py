"""What a project holds, as frozen records and columns. Ids are int64 and never reused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


class SampleStatus(IntEnum):
    """Whether the file of a sample can be used."""

    PRESENT = 0
    MISSING = 1
    UNREADABLE = 2


class SampleState(IntEnum):
    """Where a sample stands in the learning loop; the highest that applies."""

    UNLABELLED = 0
    REJECTED = 1
    PENDING = 2
    ACCEPTED = 3
    LABELLED = 4


class Decision(StrEnum):
    """What a person decided on a pick."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Source:
    """An image folder that was added; ``root`` can be re-pointed (relink)."""

    id: int
    root: Path
    added_at: str


@dataclass(frozen=True, slots=True)
class SampleTable:
    """The samples of a project as columns, ordered by id.

    ``ids`` (n,) int64; ``source_ids`` (n,) int32; ``relpaths`` n strings relative to the root of the source, with
    undecodable bytes as surrogates; ``status`` (n,) uint8 of `SampleStatus`; ``sizes`` (n,) int64 bytes; ``widths`` and
    ``heights`` (n,) int32 pixels after orientation, 0 while unknown; ``hashes`` n content hashes (16 hexadecimal
    digits), "" while unknown; ``reasons`` n sentences, "" unless unreadable.
    """

    ids: Ids
    source_ids: NDArray[np.int32]
    relpaths: Sequence[str]
    status: NDArray[np.uint8]
    sizes: NDArray[np.int64]
    widths: NDArray[np.int32]
    heights: NDArray[np.int32]
    hashes: Sequence[str]
    reasons: Sequence[str]
    roots: Mapping[int, Path]

    def __len__(self) -> int:
        return len(self.ids)

    def path(self, row: int) -> Path:
        """The absolute path of the sample in ``row``."""
        return self.roots[int(self.source_ids[row])] / self.relpaths[row]

    def row_of(self, sample: int) -> int:
        """The row of sample id ``sample``; raises KeyError where there is none."""
        row = int(np.searchsorted(self.ids, sample))
        if row == len(self.ids) or self.ids[row] != sample:
            raise KeyError(sample)
        return row


@dataclass(frozen=True, slots=True)
class MetadataColumn:
    """One metadata field: ``values[i]`` belongs to sample ``ids[i]``; numeric fields are float64, others str."""

    name: str
    ids: Ids
    values: NDArray[Any]

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return self.values.dtype.kind == "f"


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """One metadata field: sample ``ids[i]`` has the text ``names[codes[i]]``, or the number ``values[i]``.

    ``names`` ascend; ``codes`` (m,) int32 are None for numeric fields, ``values`` (m,) float64 for others.
    """

    name: str
    ids: Ids
    codes: NDArray[np.int32] | None
    names: tuple[str, ...]
    values: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True)
class LabelTable:
    """Current labels: ``classes[codes[i]]`` is the label of sample ``ids[i]``, imported in round ``rounds[i]``."""

    ids: Ids
    codes: NDArray[np.int32]
    classes: tuple[str, ...]
    rounds: NDArray[np.int32]


MOST_TAGS = 64
"""Tags of one project: as many as bits in the mask that views keep of each sample."""


@dataclass(frozen=True, slots=True)
class TagTable:
    """Tags by name: the samples ``members[i]`` (m,), ascending, carry the tag ``names[i]``; names ascend."""

    names: tuple[str, ...]
    members: tuple[Ids, ...]


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A model whose embeddings the project holds; ``key`` names its vectors and contains the content hash."""

    id: int
    key: str
    name: str
    kind: str
    path: str
    dim: int
    n_classes: int
    details: Mapping[str, Any]
    active: bool


@dataclass(frozen=True, slots=True)
class EmbeddingTable:
    """Embeddings of the samples ``ids`` (n,), ordered by id: sample ``ids[i]`` is ``matrix[rows[i]]``.

    ``matrix`` is (m, d) float32, unit norm, usually memory-mapped, and may hold superseded rows. ``model_key`` names
    the model that gave them, and ``digest`` hashes it with the ids and contents: what a result depends on. Both are
    of the moment when the table was read, whatever is embedded or switched to since; "" where nothing tells them.
    """

    ids: Ids
    rows: NDArray[np.int64]
    matrix: NDArray[np.float32]
    model_key: str = ""
    digest: str = ""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The (n, d) embeddings in the order of ``ids``; not copied where the rows lie in order."""
        n = len(self.rows)
        if n == 0 or (self.rows[0] + n - 1 == self.rows[-1] and bool(np.all(np.diff(self.rows) == 1))):
            start = int(self.rows[0]) if n else 0
            return self.matrix[start : start + n]
        taken: NDArray[np.float32] = self.matrix[self.rows]
        return taken


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The kNN graph over ``ids`` (n,).

    ``indices`` (n, k) int32 are positions in ``ids``, nearest first, itself left out; ``distances`` (n, k) float32 are
    Euclidean between unit vectors; ``exact`` says whether none was approximated.
    """

    ids: Ids
    indices: NDArray[np.int32]
    distances: NDArray[np.float32]
    exact: bool


@dataclass(frozen=True, slots=True)
class Projection:
    """2-D coordinates ``xy`` (n, 2) float32 of the samples ``ids``; ``method`` is "pca" or "umap"."""

    ids: Ids
    xy: NDArray[np.float32]
    method: str
    seed: int


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch as it was selected; ``number`` counts from 1 in the project.

    ``spec``, ``budget``, ``coverage`` and ``summary`` are the JSON objects of ``select --json``; ``versions`` and
    ``input_hash`` are what a replay compares. ``summary`` is empty for a batch of an older program.
    """

    id: int
    number: int
    round: int
    strategy: str
    seed: int
    count: int
    model_key: str
    spec: Mapping[str, Any]
    budget: Mapping[str, Any]
    coverage: Mapping[str, Any]
    versions: Mapping[str, str]
    input_hash: str
    created_at: str
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PickRecord:
    """A sample in a batch with its rationale; distances are Euclidean between unit embeddings, None while unknown.

    ``stands_for`` counts the pool samples that it serves best in its batch; ``stands_for_nearest`` holds the ids of up
    to eight of them. ``uncertainty`` and ``predicted`` are what the probe says of it, ``nearest_earlier`` is the
    nearest pick of this batch with a better rank or of an earlier batch. ``survives`` says whether it is in a batch
    10 % smaller; ``origin`` is "strategy", "pin" or "random"; ``veto_cost`` is the share of coverage that is lost
    where it goes and nothing replaces it.
    """

    rank: int
    sample: int
    gain: float
    stands_for: int
    stands_for_nearest: tuple[int, ...]
    nearest_labelled: int | None
    nearest_labelled_distance: float | None
    uncertainty: float | None
    stratum: str | None
    decision: Decision
    predicted: str | None = None
    nearest_earlier: int | None = None
    nearest_earlier_distance: float | None = None
    survives: bool | None = None
    origin: str = "strategy"
    veto_cost: float | None = None


@dataclass(frozen=True, slots=True)
class RoundRecord:
    """A round: its batches, and the labels that came back."""

    number: int
    batches: tuple[int, ...]
    picks: int
    accepted: int
    rejected: int
    labelled: int
    started_at: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts that are always in sight."""

    samples: int
    present: int
    missing: int
    unreadable: int
    duplicates: int
    embedded: int
    labelled: int
    classes: int
    picks: int
    accepted: int
    rejected: int
    rounds: int

    @property
    def usable(self) -> bool:
        """Whether some image can be read; no images at all stand in nobody's way."""
        return self.present > 0 or self.samples == 0


@dataclass(frozen=True, slots=True)
class Change:
    """What a mutation changed: the broadcast that tells the views what to read again.

    ``kinds`` is a subset of {"samples", "metadata", "labels", "models", "embeddings", "projection", "batches",
    "decisions", "tags", "notes", "highlights", "filters"}; ``sentence`` names the change for undo and for the
    status bar.
    """

    kinds: frozenset[str]
    sentence: str
    samples: int = 0


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """A batch that was written out, by its number."""

    batch: int
    format: str
    path: Path
    count: int
    bytes: int
    exported_at: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A job that ran: what it was asked, on which versions and inputs, and what it answered."""

    id: int
    job: str
    spec: Mapping[str, Any]
    seed: int | None
    versions: Mapping[str, str]
    input_hash: str
    result: Mapping[str, Any]
    seconds: float
    finished_at: str


@dataclass(frozen=True, slots=True)
class DerivedArrays:
    """Arrays computed from the vectors of a model, by name; row i of each belongs to sample ``ids[i]``."""

    kind: str
    ids: Ids
    arrays: Mapping[str, NDArray[Any]]
    spec: Mapping[str, Any]
    seed: int
    input_hash: str
    versions: Mapping[str, str]
