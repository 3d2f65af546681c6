"""The record that a selection left behind, from which it can be adjusted and replayed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import BatchRecord
from desktop_al.domain.specs import Aims, Constraints, SelectSpec
from desktop_al.jobs.packing import pack_column, unpack_column
from desktop_al.jobs.select_inputs import Inputs, pack_inputs, unpack_inputs
from desktop_al.jobs.select_terms import Terms, pack_terms, unpack_terms
from desktop_al.store import runs
from desktop_al.store.project import Project

JOB = "select"


@dataclass(frozen=True, slots=True)
class SelectRecord:
    """What a batch was selected with.

    ``spec`` is the one asked for, with the pins and vetoes of today; ``inputs`` and ``terms`` are the samples and what
    was known of them then, ``classes`` and ``previous_bandwidth`` what earlier rounds handed down. A record of format 1
    has no terms. ``like_files`` (q, d) float32 are the embeddings of the files that picks are to be like, None for
    none: the files themselves may be gone by the time of a replay.
    """

    spec: SelectSpec
    inputs: Inputs
    terms: Terms | None
    classes: int
    previous_bandwidth: float | None
    like_files: NDArray[np.float32] | None = None

    def pack(self) -> dict[str, Any]:
        """All but the spec, as JSON can hold it."""
        fields: dict[str, Any] = {"previous_bandwidth": self.previous_bandwidth, "classes": self.classes}
        if self.like_files is not None:
            fields["like_files"] = [pack_column(row) for row in self.like_files]
        return fields | pack_inputs(self.inputs) | ({} if self.terms is None else pack_terms(self.terms))


def record_of(project: Project, batch: BatchRecord) -> SelectRecord | None:
    """The record of the selection that made ``batch``; None where there is none."""
    run = project.read(lambda db: runs.last_of_batch(db, JOB, batch.number))
    if run is None:
        return None
    inputs = unpack_inputs(batch.model_key, run.result)
    return SelectRecord(
        spec_of(batch.spec or run.spec),
        inputs,
        unpack_terms(run.result, len(inputs.pool)),
        int(run.result["classes"]),
        run.result["previous_bandwidth"],
        _like_files(run.result.get("like_files", ())),
    )


def _like_files(kept: Sequence[dict[str, str]]) -> NDArray[np.float32] | None:
    rows = [row for row in map(unpack_column, kept) if row is not None]
    return np.stack(rows) if rows else None


def spec_of(kept: Mapping[str, Any]) -> SelectSpec:
    """The spec that was kept as JSON, also by a program that knew fewer fields and drew nothing at random."""
    fields = {"random_share": 0.0, **kept}
    constraints, aims = dict(fields.pop("constraints", {})), dict(fields.pop("aims", {}))
    for name in ("pins", "vetoes"):
        constraints[name] = tuple(constraints.get(name, ()))
    fields["like"] = tuple(fields.get("like", ()))
    fields["like_files"] = tuple(map(Path, fields.get("like_files", ())))
    return SelectSpec(**fields, constraints=Constraints(**constraints), aims=Aims(**aims))
