"""The picks of a batch that is being changed, shown before they are saved, and decisions on them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from shiboken6 import isValid

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import BatchRecord, Ids, SampleState
from desktop_al.domain.results import DecideResult, PartialBatch
from desktop_al.gui.operations import Operation
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.steps import Steps
from desktop_al.gui.undo import DecisionCommand, States
from desktop_al.jobs.runner import COMPUTE

_FOLLOWS = "figures_follow"


def figures_follow(batch: BatchRecord | None) -> bool:
    """Whether the picks of ``batch`` are not saved yet, and the figures beside its coverage those of before."""
    return batch is not None and _FOLLOWS in batch.summary


def saved_picks(pool: Pool) -> frozenset[int]:
    """The picks of the shown batch as they were last saved, whatever is shown early by now."""
    early = pool.batch.summary.get(_FOLLOWS) if pool.batch is not None else None
    return frozenset(pool.picks.samples.tolist()) if early is None else early


def show_early(pool: Pool, partial: PartialBatch) -> None:
    """Show the picks of ``partial``, where its batch is shown."""
    if pool.batch is None or pool.batch.id != partial.batch.id:
        return
    batch = replace(partial.batch, summary={**partial.batch.summary, _FOLLOWS: saved_picks(pool)})
    state = pool.state.copy()
    state[(pool.rank >= 0) & (pool.decision == SampleState.PENDING)] = SampleState.UNLABELLED
    rows = pool.rows_of(np.array([pick.sample for pick in partial.picks], np.int64))
    known = rows[rows >= 0]
    state[known[state[known] == SampleState.UNLABELLED]] = SampleState.PENDING
    pool.apply(PoolPatch(state=state, batch=batch, picks=partial.picks))


class Decisions:
    """Brings decisions to the project; those on picks that are shown early wait until the picks are saved.

    Picks that have left the batch by then, since its change was stopped or taken back, are left out of the step.
    ``tell(command, ids, states)`` hears what states a step gives to picks, and which ones they keep after all where it
    came too late.
    """

    def __init__(self, steps: Steps, pool: Pool, tell: Callable[[DecisionCommand, Ids, States], None]) -> None:
        self._steps, self._pool, self._tell, self._late = steps, pool, tell, 0

    def forget(self) -> None:
        """Forget what waits: its project closes."""
        self._late = 0

    def send(self, command: DecisionCommand, now: bool, operation: Operation) -> None:
        """Run ``operation``, which makes the decisions of ``command`` or takes them back."""
        # Behind the change of the batch and one behind the other, so that the last one stays.
        late = self._late > 0 or figures_follow(self._pool.batch)
        self._late += late
        if late:
            operation = replace(operation, lane=COMPUTE)

        def done(result: DecideResult) -> None:
            if result.spared and isValid(command):
                self._tell(command, *command.leave_out(result.spared))
                self._steps.rename()

        def ended() -> None:
            self._late -= late
            if not isValid(command) or command.fault is None:
                return
            # Where it is refused to take back what has left the batch, that stays taken back for when it returns.
            if now or not isinstance(command.fault, SelectionError):
                self._tell(command, command.touched, command.states(not now))

        self._tell(command, command.touched, command.states(now))

        self._steps.send(command, now, operation, frozenset({"batches"}), done, ended)
