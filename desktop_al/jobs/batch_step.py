"""Undo and redo of what was done to a batch: its states are kept and swapped, so that nothing is solved again."""

from dataclasses import dataclass

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import BatchRecord, Change, PickRecord
from desktop_al.domain.sentence import say
from desktop_al.store import batch_state
from desktop_al.store.batch_state import BatchState, Decided
from desktop_al.store.project import Project


@dataclass(frozen=True, slots=True)
class BatchStep:
    """What a swap did: the batch and its picks now, None and nothing where it has gone; ``before`` turns it round."""

    batch: BatchRecord | None
    picks: tuple[PickRecord, ...]
    before: BatchState | None
    change: Change


def state_of(project: Project, number: int) -> BatchState | None:
    """Batch ``number`` as it stands, None where there is none."""
    return project.read(lambda db: batch_state.capture(db, number))


def decisions_in(project: Project, number: int) -> Decided:
    """The decisions on the picks of batch ``number``; none where there is no such batch."""
    return batch_state.decided_of(state_of(project, number))


def state_before(project: Project, number: int, decided: Decided) -> BatchState | None:
    """Batch ``number`` as it stands, but for those of its picks that were ``decided`` on otherwise."""
    state = state_of(project, number)
    return state if state is None else batch_state.decided_as(state, decided)


def run_swap(project: Project, number: int, wanted: BatchState | None, ctx: Context = SILENT) -> BatchStep:
    """Bring batch ``number`` to the state ``wanted``, None to take it out of the project.

    Raises
    ------
    SelectionError
        The batch is to go and was exported; nothing is changed then.
    """
    ctx.check()
    before = project.write(lambda db: batch_state.swap(db, number, wanted))
    gone = say("Take batch {number} back", number=number)
    sentence = gone if wanted is None else say("Change batch {number} back", number=number)
    change = Change(frozenset({"batches", "decisions"}), sentence)
    if wanted is None:
        return BatchStep(None, (), before, change)
    return BatchStep(project.batch(number), tuple(project.picks(number)), before, change)
