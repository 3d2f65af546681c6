"""Insights: what the embeddings tell of each sample, one column at a time, for the map, the gallery and filters.

Every insight is of the active model and of all its embedded samples, labelled ones included. docs/insights.md says what
each number means.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import UsageError
from desktop_al.domain.records import Ids
from desktop_al.domain.sentence import say
from desktop_al.store.project import Project


@dataclass(frozen=True, slots=True)
class InsightSpec:
    """Which insight; ``batch`` is the number of the batch that ranks and gains are of, None for the last one."""

    name: str
    batch: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class InsightResult:
    """One insight of the samples ``ids`` (n,), ascending.

    ``values`` (n,) float64, NaN where unknown, or ``codes`` (n,) int32 into ``names``, -1 for none; the other is None.
    ``facts`` are numbers about the whole, such as the share that is covered.
    """

    name: str
    ids: Ids
    values: NDArray[np.float64] | None = None
    codes: NDArray[np.int32] | None = None
    names: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


ALWAYS = frozenset({"samples", "embeddings", "models"})
DEPENDS: Mapping[str, frozenset[str]] = {
    "uncertainty": ALWAYS | {"labels"},
    "guess": ALWAYS | {"labels"},
    "novelty": ALWAYS | {"labels"},
    "density": ALWAYS,
    "rank": frozenset({"samples", "batches", "decisions"}),
    "gain": frozenset({"samples", "batches", "decisions"}),
    "agreement": ALWAYS,
    "trust": ALWAYS | {"projection"},
    "covered": ALWAYS | {"labels", "batches"},
    "covered_after": ALWAYS | {"labels", "batches", "decisions"},
    "cluster": ALWAYS,
    "copies": ALWAYS | {"labels", "batches"},
}
"""Every insight that can be asked for by name, and the kinds of `Change` that it follows."""


def run_insight(project: Project, spec: InsightSpec, ctx: Context = SILENT) -> InsightResult:
    """Compute the insight ``spec.name``.

    Raises
    ------
    UsageError
        There is no insight of that name.
    WorldError
        It cannot be said yet; the sentence says why and what to do.
    CancelledError
        ``ctx`` was cancelled.
    """
    from desktop_al.jobs.insight_columns import COMPUTE

    if spec.name not in COMPUTE:
        raise UsageError(
            say(
                "There is no insight “{insight}”; the insights are: {listed}.",
                insight=spec.name,
                listed=", ".join(DEPENDS),
            )
        )
    began = time.monotonic()
    found = COMPUTE[spec.name](project, spec, ctx)
    return replace(found, seconds=time.monotonic() - began)
