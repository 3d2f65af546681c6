"""The record that a selection left behind, from which it can be resized and replayed."""

from dataclasses import dataclass

from desktop_al.domain.records import BatchRecord, RunRecord
from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.select_inputs import Inputs, unpack_inputs
from desktop_al.store.project import Project

JOB = "select"


@dataclass(frozen=True, slots=True)
class SelectRecord:
    """What a batch was selected with: the spec as asked for, the samples, and what earlier rounds handed down."""

    spec: SelectSpec
    inputs: Inputs
    classes: int
    previous_bandwidth: float | None


def record_of(project: Project, batch: BatchRecord) -> SelectRecord | None:
    """The record of the selection that made ``batch``; None where there is none."""
    runs: list[RunRecord] = [
        run for run in project.runs() if run.job == JOB and run.result.get("batch") == batch.number
    ]
    if not runs:
        return None
    kept = runs[-1].result
    return SelectRecord(
        SelectSpec(**runs[-1].spec),
        unpack_inputs(batch.model_key, kept),
        int(kept["classes"]),
        kept["previous_bandwidth"],
    )
