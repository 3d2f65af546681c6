"""Undo and redo of what was done to a batch: its states are kept and swapped, so that nothing is solved again."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import BatchRecord, Change, Decision, PickRecord
from desktop_al.domain.sentence import say
from desktop_al.store import batch_state
from desktop_al.store.batch_state import BatchState
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


def run_swap(
    project: Project,
    number: int,
    wanted: BatchState | None,
    decided: Mapping[int, Decision] | None = None,
    ctx: Context = SILENT,
) -> BatchStep:
    """Bring batch ``number`` to the state ``wanted``, None to take it out of the project.

    ``decided`` are decisions by sample, for picks that come back otherwise than ``wanted`` has them.

    Raises
    ------
    SelectionError
        The batch is to go and was exported; nothing is changed then.
    """
    ctx.check()
    before = project.write(lambda db: batch_state.swap(db, number, wanted, decided or {}))
    gone = say("Take batch {number} back", number=number)
    sentence = gone if wanted is None else say("Change batch {number} back", number=number)
    change = Change(frozenset({"batches", "decisions"}), sentence)
    if wanted is None:
        return BatchStep(None, (), before, change)
    return BatchStep(project.batch(number), tuple(project.picks(number)), before, change)
