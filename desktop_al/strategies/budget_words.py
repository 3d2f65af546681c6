"""What is said of a budget: how it came about, and when it is time to stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop_al.domain.sentence import Sentence, say, say_n
from desktop_al.numerics.budget import Stop
from desktop_al.numerics.stop import Stability

LITTLE = 0.01
"""A batch that buys less than this share of coverage is hardly worth its labels."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A budget of ``count`` picks: ``wanted`` by a person, None for an automatic one, of a ``pool`` of images.

    ``distinct`` counts the images when near-copies count once; ``stop`` is what the rule says, None where it cannot
    tell; ``least_images`` is the m of the rule "each label stands for at least m images", 0 for the default rule.
    ``ended`` says that the limits let no more be picked.
    """

    count: int
    wanted: int | None
    pool: int
    distinct: int
    stop: Stop | None
    least_images: float = 0.0
    ended: bool = False


def note(chosen: Chosen) -> Sentence:
    """One sentence on how a budget came about."""
    count, wanted, pool, stop = chosen.count, chosen.wanted, chosen.pool, chosen.stop
    if wanted is None:
        return _automatic(chosen)
    if count < min(wanted, pool):
        return say(
            "{wanted:,} images were asked for, and the limits leave no more than {count:,}.", wanted=wanted, count=count
        )
    if wanted > pool:
        return say(
            "{wanted:,} images were asked for and the pool holds {pool:,}: the batch takes them all.",
            wanted=wanted,
            pool=pool,
        )
    if stop is None:
        return say_n(
            "{count:,} image was asked for; more would still buy coverage.",
            "{count:,} images were asked for; more would still buy coverage.",
            wanted,
        )
    return say_n(
        "{count:,} image was asked for; by coverage alone {enough:,} would do.",
        "{count:,} images were asked for; by coverage alone {enough:,} would do.",
        wanted,
        enough=stop.count,
    )


def _automatic(chosen: Chosen) -> Sentence:
    count, stop, least = chosen.count, chosen.stop, chosen.least_images
    if chosen.ended and stop is not None and count < stop.count:
        return say(
            "By coverage {enough:,} would do, and the limits leave no more than {count:,}.",
            enough=stop.count,
            count=count,
        )
    if least > chosen.pool:
        return say(
            "No label can stand for {least:,} images, for there are {pool:,}; the batch is as small as can be.",
            least=_whole(least),
            pool=chosen.pool,
        )
    if stop is not None and count > stop.count:
        return say(
            "{enough:,} would do by coverage; {count:,} are picked, one for each class known or image pinned.",
            enough=stop.count,
            count=count,
        )
    if stop is not None and count >= chosen.distinct > 1:
        return say("No image stands for others for certain: each that is no copy would still buy coverage.")
    if stop is not None and not stop.ends:
        return say(
            "The images differ so much that coverage rises to the last one: {count:,} bring nine tenths of what all of "
            "them would bring.",
            count=count,
        )
    if least == 1:
        return say_n(
            "From {count:,} pick on, a further label would stand for fewer than one image.",
            "From {count:,} picks on, a further label would stand for fewer than one image.",
            count,
        )
    if least > 0:
        return say_n(
            "From {count:,} pick on, a further label would stand for fewer than {least:,} images.",
            "From {count:,} picks on, a further label would stand for fewer than {least:,} images.",
            count,
            least=_whole(least),
        )
    return say_n(
        "From {count:,} pick on, 10 % more labels would buy less than 1 % more coverage beyond chance.",
        "From {count:,} picks on, 10 % more labels would buy less than 1 % more coverage beyond chance.",
        count,
    )


def _whole(number: float) -> float:
    """``number`` as a whole one where it is, which is written without decimals."""
    return int(number) if number == int(number) else number


def stop_advice(count: int, stop: Stop | None, next_batch_buys: float | None) -> Sentence | None:
    """The advice to stop after this batch, None where another one of ``count`` picks is worth its labels.

    It takes both: the rule sees ``count`` as enough, and as many picks again buy less than `LITTLE` of coverage.
    """
    if stop is None or next_batch_buys is None or count < stop.count or next_batch_buys >= LITTLE:
        return None
    return say_n(
        "This batch can be the last: another label would buy less than {little:g} % more coverage of unseen images.",
        "This batch can be the last: another {count:,} labels would buy less than {little:g} % more coverage of unseen "
        "images.",
        count,
        little=100 * LITTLE,
    )


def with_stability(budget: Mapping[str, Any], stability: Stability) -> dict[str, Any]:
    """The JSON object ``budget`` with the second opinion of later rounds: 0 picks once predictions have settled.

    None is the opinion while they still change. Before the third round the object stays as it is.
    """
    if not stability.judged:
        return dict(budget)
    changed = {"second_opinion": 0 if stability.stable else None, "second_opinion_rule": say("stable predictions")}
    return {**budget, **changed, "kappa": stability.mean}
