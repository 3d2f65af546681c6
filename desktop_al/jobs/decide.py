"""Decide on picks: accept, reject, or take the decision back."""

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import Change, Decision
from desktop_al.domain.results import DecideResult
from desktop_al.domain.sentence import Sentence, say_n, templates
from desktop_al.domain.specs import DecideSpec
from desktop_al.store import batches
from desktop_al.store.project import Project

# By the decision, None for several at once.
_WORDS = {
    Decision.ACCEPTED: templates("Accept {count:,} pick of batch {batch}", "Accept {count:,} picks of batch {batch}"),
    Decision.REJECTED: templates("Reject {count:,} pick of batch {batch}", "Reject {count:,} picks of batch {batch}"),
    Decision.PENDING: templates("Clear {count:,} pick of batch {batch}", "Clear {count:,} picks of batch {batch}"),
    None: templates("Decide on {count:,} pick of batch {batch}", "Decide on {count:,} picks of batch {batch}"),
}


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


def _sentence(spec: DecideSpec) -> Sentence:
    """The decision in words, for undo."""
    kinds = set(spec.decisions.values())
    one, many = _WORDS[kinds.pop() if len(kinds) == 1 else None]
    return say_n(one, many, len(spec.decisions), batch=spec.batch)
