"""What a person sees about a batch as a whole."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.jobs.rationale import Chosen, nearest_labelled
from desktop_al.numerics.stop import new_class_risk
from desktop_al.numerics.summary import DUPLICATE_SHARE, redundancy, total_variation, vendi_of, vendi_random


def summary_of(
    chosen: Chosen,
    account: str,
    random_labels: NDArray[np.int64],
    seed: int = 0,
    random: float | None = None,
    ctx: Context = SILENT,
) -> dict[str, Any]:
    """The summary of a batch, the JSON object of ``select --json``.

    ``random_labels`` are the classes of the labelled ones among the picks that were drawn at random so far;
    ``random`` is the Vendi score of as many random samples, None to draw them.
    """
    similarity = chosen.similarity
    picks = similarity.pool.subset(chosen.places)
    radius = DUPLICATE_SHARE * similarity.bandwidth
    varied = (
        vendi_random(similarity.pool, len(chosen.places), similarity.scale, seed, ctx) if random is None else random
    )
    novelty = nearest_labelled(chosen, ctx).distances
    costs = chosen.standing.veto_costs(len(chosen.places))
    return {
        "redundancy": redundancy(picks, similarity.references, radius, ctx),
        "novelty": float(novelty.mean()) if np.isfinite(novelty).all() else None,
        "vendi_ratio": vendi_of(similarity.pool, chosen.places, similarity.scale, seed, ctx) / varied,
        "vendi_random": varied,
        "balance": _balance(chosen),
        "expected_labels": _expected(chosen),
        "veto_cost": float(np.median(costs)),
        "new_class_risk": new_class_risk(random_labels),
        "account": account,
    }


def _balance(chosen: Chosen) -> float | None:
    """Total variation between the strata of all labels and picks, and their target shares."""
    strata = chosen.strata
    if strata is None:
        return None
    codes = strata.codes[chosen.places]
    counts = strata.counts + np.bincount(codes[codes >= 0], minlength=len(strata.names))
    return total_variation(counts / counts.sum(), strata.shares) if counts.sum() else None


def _expected(chosen: Chosen) -> dict[str, float] | None:
    """How many labels of each class the picks will bring, by what the labels so far foretell."""
    if chosen.foretold is None:
        return None
    sums = chosen.foretold.astype(np.float64).sum(axis=0)
    return {name: float(total) for name, total in zip(chosen.classes, sums, strict=True)}
