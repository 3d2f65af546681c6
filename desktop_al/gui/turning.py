"""Operations that steps of the undo stack make and turn round, and what each keeps from one turn to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from desktop_al.domain.context import Context
from desktop_al.domain.specs import LabelSpec
from desktop_al.gui.i18n import tr
from desktop_al.gui.operations import DECISION_OF, Operation
from desktop_al.jobs.runner import QUICK
from desktop_al.store.project import Project

if TYPE_CHECKING:
    from desktop_al.store.labels import LabelUndo


@dataclass(slots=True)
class BatchHolder:
    """What batch ``number`` was or will be when the step that changes it is turned round; written and read on lanes.

    ``other`` is that state, None where there is no such batch then; it means nothing before the change is ``made``.
    ``stands`` is whether the project holds the change now.
    """

    number: int
    other: Any = None
    made: bool = False
    stands: bool = False


def tracked(operation: Operation, holder: BatchHolder) -> Operation:
    """``operation``, which changes a batch, keeping in ``holder`` how the batch was before."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.batch_step import state_of

        before = state_of(project, holder.number)
        result = operation.run(project, ctx)
        holder.other, holder.made, holder.stands = before, True, True
        return result

    return replace(operation, run=run)


def swap_batch(holder: BatchHolder, now: bool, since: Mapping[int, int]) -> Operation:
    """Bring a batch to the state that ``holder`` keeps, which takes in its present one.

    ``since`` are states by sample: decisions that picks which come back were given while the change was on its way,
    or have lost since. A `BatchStep`; True where the change stands or does not stand already as ``now`` says, for
    example because what would have turned it before failed; None where it was never made.
    """

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.batch_step import run_swap

        if not holder.made:
            return None
        if holder.stands is now:
            return True
        # Copied at once: whoever watches may go on deciding.
        decided = {sample: DECISION_OF[state] for sample, state in dict(since).items()}
        step = run_swap(project, holder.number, holder.other, decided, ctx)
        holder.other, holder.stands = step.before, now
        return step

    return Operation(tr("Change batch {number} back", number=holder.number), run, QUICK, quiet=True, kept=True)


@dataclass(slots=True)
class ImportHolder:
    """What turns an import of labels round: its own undo, or what undoes that; written and read on the quick lane."""

    undo: "LabelUndo"
    stands: bool = True
    closed_round: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.closed_round = self.undo.closed_round


def turn_import(holder: ImportHolder, now: bool) -> Operation:
    """Take back the labels of an import, or put them back where ``now`` is True; a `LabelStep`.

    True where they stand or do not stand already as ``now`` says. It runs among the other steps, in their order, for
    they may be about the same labels.
    """

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.import_undo import run_redo_labels, run_undo_labels

        if holder.stands is now:
            return True
        if now:
            step = run_redo_labels(project, holder.undo, holder.closed_round, ctx)
        else:
            step = run_undo_labels(project, holder.undo, ctx)
        holder.undo, holder.stands = step.undo, now
        return step

    return Operation(tr("Import labels again") if now else tr("Take labels back"), run, QUICK, quiet=True, kept=True)


@dataclass(slots=True)
class LabelHolder:
    """Carries what takes labels back from the step that gave them to the one that undoes it, both on the quick lane."""

    undo: Any = None


def label(spec: LabelSpec, holder: LabelHolder) -> Operation:
    """Label samples by hand; ``holder`` takes what undoes it. True where they have the label already."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.annotate import run_label

        if holder.undo is not None:
            # Taking it back failed: what it replaced must not be forgotten.
            return True
        result = run_label(project, spec, ctx)
        holder.undo = result.undo
        return result

    return Operation(tr("Label"), run, QUICK, quiet=True, kept=True)


def take_label_back(holder: LabelHolder) -> Operation:
    """Undo the `label` with this ``holder``, where that changed anything."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.import_undo import run_undo_labels

        if holder.undo is None:
            return None
        step = run_undo_labels(project, holder.undo, ctx)
        holder.undo = None
        return step

    return Operation(tr("Take labels back"), run, QUICK, quiet=True, kept=True)
