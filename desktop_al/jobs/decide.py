"""Decide on picks: accept, reject, or take the decision back."""

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import Change, Decision
from desktop_al.domain.results import DecideResult
from desktop_al.domain.specs import DecideSpec
from desktop_al.store import batches
from desktop_al.store.project import Project

_VERBS = {Decision.ACCEPTED: "Accept", Decision.REJECTED: "Reject", Decision.PENDING: "Clear"}


def run_decide(project: Project, spec: DecideSpec, ctx: Context = SILENT) -> DecideResult:
    """Set the decisions of ``spec`` in one transaction.

    Raises
    ------
    SelectionError
        There is no such batch, or a sample is not in it; nothing is changed then.
    """
    ctx.check()
    undo = project.write(lambda db: batches.set_decisions(db, spec.batch, spec.decisions))
    now = project.read(lambda db: batches.count_decisions(db, spec.batch))
    return DecideResult(
        batch=spec.batch,
        changed=len(undo),
        undo={sample: decision.value for sample, decision in undo.items()},
        accepted=now[Decision.ACCEPTED],
        rejected=now[Decision.REJECTED],
        pending=now[Decision.PENDING],
        change=Change(frozenset({"decisions"}), _sentence(spec), len(undo)),
    )


def _sentence(spec: DecideSpec) -> str:
    """The decision in words, for undo."""
    kinds = set(spec.decisions.values())
    verb = _VERBS[kinds.pop()] if len(kinds) == 1 else "Decide on"
    count = len(spec.decisions)
    return f"{verb} {count:,} {'pick' if count == 1 else 'picks'} of batch {spec.batch}"
