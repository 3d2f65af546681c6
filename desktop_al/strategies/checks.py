"""Whether a request fits its pool; each refusal is one sentence."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.sentence import say
from desktop_al.numerics.grid import GridVectors
from desktop_al.strategies.base import Balance, Limits

_DIAMETER = 2.0
_SHOWN = 5


def check_pins(pins: Sequence[int], limits: Limits, pool: GridVectors) -> None:
    """Raise `SelectionError` where a pin is not in the pool or barred."""
    if any(not 0 <= pin < len(pool) for pin in pins):
        raise SelectionError(
            say("An image is pinned that cannot be picked, since it is labelled, picked or left out already; unpin it.")
        )
    barred = [] if limits.barred is None else sorted({pin for pin in pins if limits.barred[pin]})
    if barred:
        rows = ", ".join(str(int(pool.rows[pin])) for pin in barred[:_SHOWN]) + (", ..." if barred[_SHOWN:] else "")
        raise SelectionError(
            say(
                "What is pinned must not be vetoed or protected as well, and row {rows} of the "
                "embeddings is: take back one of the two.",
                rows=rows,
            )
        )


def check_room(pins: Sequence[int], wanted: int | None) -> None:
    """Raise `SelectionError` where a batch of ``wanted`` cannot hold the pins."""
    different = len(set(pins))
    if wanted is not None and different > wanted:
        raise SelectionError(
            say(
                "{pins:,} images are pinned and the batch is to have {count:,}: ask for at least "
                "{pins:,}, or unpin some.",
                pins=different,
                count=wanted,
            )
        )


def check_limits(limits: Limits, n: int) -> None:
    """Raise `SelectionError` where limits do not fit a pool of ``n``."""
    if not 0 <= limits.minimum_distance <= _DIAMETER:
        raise SelectionError(
            say(
                "The minimum distance must lie between 0 and {most:g}, which is as far as two images "
                "can be apart, and {distance:g} does not.",
                most=_DIAMETER,
                distance=limits.minimum_distance,
            )
        )
    for values in (limits.barred, limits.groups):
        if values is not None and len(values) != n:
            raise SelectionError(say("Limits must be given for each of the {n:,} images that may be picked.", n=n))
    if limits.groups is not None and (limits.room is None or limits.groups.max(initial=-1) >= len(limits.room)):
        raise SelectionError(say("Each group must say how many of its images may be picked."))


def check_seed(seed: int) -> None:
    """Raise `SelectionError` where a seed is below 0."""
    if seed < 0:
        raise SelectionError(say("The seed must be a whole number of at least 0, and {seed} is not.", seed=seed))


def check_share(share: float) -> None:
    """Raise `SelectionError` where the share of random picks is none."""
    if not 0 <= share <= 1:
        raise SelectionError(
            say("The share of random picks must lie between 0 and 1, and {share:g} does not.", share=share)
        )


def check_terms(
    weights: NDArray[np.float64] | None, balance: Balance | None, scores: NDArray[np.float64] | None, n: int
) -> None:
    """Raise `SelectionError` where a term of the objective would not keep it monotone and finite."""
    if weights is not None and not (len(weights) == n and np.isfinite(weights).all() and (weights > 0).all()):
        raise SelectionError(say("Weights must be {n:,} numbers above 0, one for each image that may be picked.", n=n))
    if scores is not None and not (len(scores) == n and np.isfinite(scores).all() and (scores >= 0).all()):
        raise SelectionError(
            say("Priorities must be {n:,} numbers of at least 0, one for each image that may be picked.", n=n)
        )
    if balance is None:
        return
    if not (np.isfinite(balance.weight) and balance.weight >= 0):
        raise SelectionError(
            say(
                "The weight of the balance must be a number of at least 0, and {weight:g} is not.",
                weight=balance.weight,
            )
        )
    targets, shares = balance.targets, balance.shares
    if not (np.isfinite(targets).all() and (targets > 0).all() and np.isfinite(shares).all() and (shares >= 0).all()):
        raise SelectionError(say("Each stratum must have a target above 0 and a share of at least 0."))
    if len(balance.strata) != n or balance.strata.max(initial=-1) >= len(targets):
        raise SelectionError(say("Strata must be given for each of the {n:,} images that may be picked.", n=n))
