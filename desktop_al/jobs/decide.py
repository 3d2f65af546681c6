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
        There is no such batch, or a sample is not in it, see ``spec.spare``; nothing is changed then.
    """
    ctx.check()
    undo, spared = project.write(lambda db: batches.set_decisions(db, spec.batch, spec.decisions, spec.spare))
    if spared:
        ctx.message(
            say_n(
                "{count:,} image is no pick of batch {batch} any more: nothing was decided on it.",
                "{count:,} images are no picks of batch {batch} any more: nothing was decided on them.",
                len(spared),
                batch=spec.batch,
            )
        )
    now = project.read(lambda db: batches.count_decisions(db, spec.batch))
    return DecideResult(
        batch=spec.batch,
        changed=len(undo),
        undo={sample: decision.value for sample, decision in undo.items()},
        accepted=now[Decision.ACCEPTED],
        rejected=now[Decision.REJECTED],
        pending=now[Decision.PENDING],
        change=Change(frozenset({"decisions"}), _sentence(spec, len(spec.decisions) - len(spared)), len(undo)),
        spared=spared,
    )


def _sentence(spec: DecideSpec, count: int) -> Sentence:
    """The decision on ``count`` picks in words, for undo."""
    kinds = set(spec.decisions.values())
    one, many = _WORDS[kinds.pop() if len(kinds) == 1 else None]
    return say_n(one, many, count, batch=spec.batch)
