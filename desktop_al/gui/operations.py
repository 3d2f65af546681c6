"""What the window can do to a project: each feature is a function that returns an operation; widgets only run it.

The job modules are imported when an operation runs, on its lane, so that none is on the path to the first paint.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.records import Ids
from desktop_al.domain.specs import (
    AddSpec,
    AdjustSpec,
    DecideSpec,
    EmbedSpec,
    ExportSpec,
    FilterSpec,
    HighlightSpec,
    ImportLabelsSpec,
    LabelSpec,
    MapSpec,
    NoteSpec,
    SelectSpec,
    TagSpec,
)
from desktop_al.gui.i18n import tr
from desktop_al.jobs.runner import COMPUTE, QUICK, TRANSFER
from desktop_al.store.pick_table import STATES
from desktop_al.store.project import Project

DECISION_OF = {int(state): decision for decision, state in STATES.items()}


@dataclass(frozen=True, slots=True)
class Operation:
    """A job to run on the open project; ``name`` is what the jobs panel and the undo menu show."""

    name: str
    run: Callable[[Project, Context], Any] = field(repr=False)
    lane: str = COMPUTE
    quiet: bool = False


def add_folders(folders: tuple[Path, ...] = ()) -> Operation:
    """Scan ``folders`` into the pool; with none, scan the known sources again."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.add import run_add

        return run_add(project, AddSpec(folders), ctx)

    return Operation(tr("Add images") if folders else tr("Scan again"), run)


def embed_again(base: EmbedSpec) -> Operation:
    """Embed what is missing with the model that the project uses, or with that of ``base`` where it uses none."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.embed_again import run_embed_again

        return run_embed_again(project, base, ctx)

    return Operation(tr("Embed images"), run)


def embed(spec: EmbedSpec) -> Operation:
    """Embed what has no current embedding of the model."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.embed import run_embed

        return run_embed(project, spec, ctx)

    return Operation(tr("Embed images"), run)


def draw_map(spec: MapSpec) -> Operation:
    """Project the embeddings of the active model."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.map import run_map

        return run_map(project, spec, ctx)

    return Operation(tr("Draw the map"), run)


def select(spec: SelectSpec) -> Operation:
    """Select a batch."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.select import run_select

        return run_select(project, spec, ctx)

    return Operation(tr("Select a batch"), run)


def resize(batch: int, count: int) -> Operation:
    """Give batch number ``batch`` another size, out of the order that is already known."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.resize import run_resize

        return run_resize(project, batch, count, ctx)

    return Operation(tr("Resize batch {number} to {count:,}", number=batch, count=count), run, QUICK)


def adjust(spec: AdjustSpec) -> Operation:
    """Pin and veto samples of a batch, and solve it again around them."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.adjust import run_adjust

        return run_adjust(project, spec, ctx)

    return Operation(tr("Adjust batch {number}", number=spec.batch), run)


@dataclass(slots=True)
class BatchHolder:
    """What batch ``number`` was or will be when the step that changes it is turned round; written and read on lanes.

    ``other`` is that state, None where there is no such batch then; it means nothing before the change is ``made``.
    """

    number: int
    other: Any = None
    made: bool = False


def tracked(operation: Operation, holder: BatchHolder) -> Operation:
    """``operation``, which changes a batch, keeping in ``holder`` how the batch was before."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.batch_step import state_of

        before = state_of(project, holder.number)
        result = operation.run(project, ctx)
        holder.other, holder.made = before, True
        return result

    return replace(operation, run=run)


def swap_batch(holder: BatchHolder, lane: str = QUICK) -> Operation:
    """Bring a batch to the state that ``holder`` keeps, which takes in its present one; a `BatchStep`, or None."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.batch_step import run_swap

        if not holder.made:
            return None
        step = run_swap(project, holder.number, holder.other, ctx)
        holder.other = step.before
        return step

    return Operation(tr("Change batch {number} back", number=holder.number), run, lane, quiet=True)


def compare(a: int, b: int) -> Operation:
    """Lay batch ``a`` beside batch ``b``: a `BatchComparison`, and the sample ids of the picks of both."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.compare import compare_batches

        found = compare_batches(project, a, b)
        ids = [project.pick_table(number).samples for number in (a, b)]
        return found, *ids

    return Operation(tr("Compare batches {first} and {second}", first=a, second=b), run, quiet=True)


def decide(batch: int, ids: Ids, states: NDArray[np.uint8]) -> Operation:
    """Set the decisions that ``states`` (m,) mean on the samples ``ids`` (m,)."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.decide import run_decide

        decisions = {sample: DECISION_OF[state] for sample, state in zip(ids.tolist(), states.tolist(), strict=True)}
        return run_decide(project, DecideSpec(batch, decisions), ctx)

    return Operation(tr("Decide"), run, QUICK, quiet=True)


def export(spec: ExportSpec) -> Operation:
    """Write a batch."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.export import run_export

        return run_export(project, spec, ctx)

    return Operation(tr("Export the batch"), run, TRANSFER)


def import_labels(spec: ImportLabelsSpec) -> Operation:
    """Take labels back."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.import_labels import run_import_labels

        return run_import_labels(project, spec, ctx)

    return Operation(tr("Import labels"), run, TRANSFER)


def reveal(batch: int) -> Operation:
    """Let the oracle of the demo label the picks of a batch that were not rejected."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.demo import reveal as run_reveal

        return run_reveal(project, batch, ctx)

    return Operation(tr("Reveal labels"), run, TRANSFER)


def undo_labels(holder: list[Any]) -> Operation:
    """Take back the labels of an import.

    ``holder`` has one `LabelUndo`; what undoes this step in turn takes its place, on the lane, so that quick steps that
    follow find it there.
    """

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.import_labels import run_undo_labels

        step = run_undo_labels(project, holder[0], ctx)
        holder[0] = step.undo
        return step

    return Operation(tr("Take labels back"), run, TRANSFER, quiet=True)


def redo_labels(holder: list[Any], closed_round: int | None) -> Operation:
    """Put back the labels that `undo_labels` took; ``closed_round`` is that of the import."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.import_labels import run_redo_labels

        step = run_redo_labels(project, holder[0], closed_round, ctx)
        holder[0] = step.undo
        return step

    return Operation(tr("Import labels again"), run, TRANSFER, quiet=True)


def tag(spec: TagSpec) -> Operation:
    """Give samples a tag, or take it from them."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.annotate import run_tag

        return run_tag(project, spec, ctx)

    return Operation(tr("Tag"), run, QUICK, quiet=True)


def note(spec: NoteSpec) -> Operation:
    """Write a note."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.annotate import run_note

        return run_note(project, spec, ctx)

    return Operation(tr("Write a note"), run, QUICK, quiet=True)


@dataclass(slots=True)
class LabelHolder:
    """Carries what takes labels back from the step that gave them to the one that undoes it, both on the quick lane."""

    undo: Any = None


def label(spec: LabelSpec, holder: LabelHolder) -> Operation:
    """Label samples by hand; ``holder`` takes what undoes it."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.annotate import run_label

        result = run_label(project, spec, ctx)
        holder.undo = result.undo
        return result

    return Operation(tr("Label"), run, QUICK, quiet=True)


def take_label_back(holder: LabelHolder) -> Operation:
    """Undo the `label` with this ``holder``, where that changed anything."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.import_labels import run_undo_labels

        return run_undo_labels(project, holder.undo, ctx) if holder.undo is not None else None

    return Operation(tr("Take labels back"), run, QUICK, quiet=True)


def save_highlight(spec: HighlightSpec) -> Operation:
    """Keep a highlight under a name, or forget it."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.annotate import run_highlight

        return run_highlight(project, spec, ctx)

    return Operation(tr("Save a highlight"), run, QUICK, quiet=True)


def save_filter(spec: FilterSpec) -> Operation:
    """Keep a filter under a name, or forget it."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.save_filter import run_save_filter

        return run_save_filter(project, spec, ctx)

    return Operation(tr("Save a filter"), run, QUICK, quiet=True)


def keep_spot(sections: Mapping[str, Mapping[str, Any]]) -> Operation:
    """Keep where the person is, part by part of the window."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.spot import keep_spot as keep

        keep(project, sections)

    return Operation(tr("Keep the place"), run, QUICK, quiet=True)


def switch_model(key: str) -> Operation:
    """Make another model of the project the active one."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.models import switch_model as run_switch

        return run_switch(project, key)

    return Operation(tr("Switch the model"), run, QUICK)


def verify() -> Operation:
    """Check the integrity of the project and replay every batch."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.verify import run_verify

        return run_verify(project, ctx)

    return Operation(tr("Verify the project"), run)
