"""What a selection was asked and could not heed, so that no aim or limit is without effect in silence."""

from desktop_al.domain.sentence import Sentence, say
from desktop_al.jobs.select_record import SelectRecord
from desktop_al.strategies.registry import heeds


def unheeded(record: SelectRecord) -> list[Sentence]:
    """One sentence for each aim that the strategy leaves out, and for what else has no effect."""
    spec, found = record.spec, list[Sentence]()
    aims, known = spec.aims, heeds(spec.strategy)
    if aims.strata and "strata" not in known:
        found.append(
            say(
                "The strategy {strategy} heeds no strata; they only count in what is told of the batch.",
                strategy=spec.strategy,
            )
        )
    elif aims.strata and aims.balance > 0 and "balance" not in known:
        found.append(
            say("The strategy {strategy} weighs by strata, and heeds no balance beside.", strategy=spec.strategy)
        )
    if aims.priority and "priority" not in known:
        found.append(say("The strategy {strategy} heeds no priority.", strategy=spec.strategy))
    if spec.constraints.protect.strip() and not len(record.inputs.protected):
        found.append(say("No embedded image fits the filter of what is protected, so nothing is."))
    if spec.random_share >= 1:
        found.append(say("All picks but pins were drawn at random, none by the strategy."))
    return found
