"""What is said of a budget: how it came about, and when it is time to stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop_al.numerics.budget import Stop
from desktop_al.numerics.stop import Stability

LITTLE = 0.01
"""A batch that buys less than this share of coverage is hardly worth its labels."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A budget of ``count`` picks: ``wanted`` by a person, None for an automatic one, of a ``pool`` of images.

    ``distinct`` counts the images when near-copies count once; ``stop`` is what the rule says, None where it cannot
    tell; ``least_images`` is the m of the rule "each label stands for at least m images", 0 for the default rule.
    """

    count: int
    wanted: int | None
    pool: int
    distinct: int
    stop: Stop | None
    least_images: float = 0.0


def note(chosen: Chosen) -> str:
    """One sentence on how a budget came about."""
    count, wanted, pool, stop = chosen.count, chosen.wanted, chosen.pool, chosen.stop
    if wanted is None:
        return _automatic(chosen)
    if wanted > pool:
        return f"{wanted:,} images were asked for and the pool holds {pool:,}: the batch takes them all."
    if wanted > count:
        return f"{wanted:,} images were asked for, and the limits leave no more than {count:,}."
    if stop is None:
        return f"{wanted:,} images were asked for; more would still buy coverage."
    return f"{wanted:,} images were asked for; by coverage alone {stop.count:,} would do."


def _automatic(chosen: Chosen) -> str:
    count, stop, least = chosen.count, chosen.stop, chosen.least_images
    if least > chosen.pool:
        return (
            f"No label can stand for {least:g} images, for there are {chosen.pool:,}; the batch is as small as can be."
        )
    if stop is not None and count > stop.count:
        return f"{stop.count:,} would do by coverage; {count:,} are picked, one for each class known or image pinned."
    if stop is not None and count >= chosen.distinct > 1:
        return "No image stands for others for certain: each that is no copy would still buy coverage."
    picks = "pick" if count == 1 else "picks"
    if least > 0:
        images = "image" if least == 1 else "images"
        return f"From {count:,} {picks} on, a further label would stand for fewer than {least:g} {images}."
    return f"From {count:,} {picks} on, 10 % more labels would buy less than 1 % more coverage beyond chance."


def stop_advice(count: int, stop: Stop | None, next_batch_buys: float | None) -> str | None:
    """The advice to stop after this batch, None where another one of ``count`` picks is worth its labels.

    It takes both: the rule sees ``count`` as enough, and as many picks again buy less than `LITTLE` of coverage.
    """
    if stop is None or next_batch_buys is None or count < stop.count or next_batch_buys >= LITTLE:
        return None
    labels = "label" if count == 1 else "labels"
    return (
        f"This batch can be the last: another {count:,} {labels} would buy less than {100 * LITTLE:g} % more coverage."
    )


def with_stability(budget: Mapping[str, Any], stability: Stability) -> dict[str, Any]:
    """The JSON object ``budget`` with the second opinion of later rounds: 0 picks once predictions have settled.

    None is the opinion while they still change. Before the third round the object stays as it is.
    """
    if not stability.judged:
        return dict(budget)
    changed = {"second_opinion": 0 if stability.stable else None, "second_opinion_rule": "stable predictions"}
    return {**budget, **changed, "kappa": stability.mean}
