"""Insights of a whole project as a summary and as a table, for the command line and for spreadsheets."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import WorldError
from desktop_al.domain.records import Ids
from desktop_al.exchange.cells import neutral, number
from desktop_al.exchange.paths_text import path_text
from desktop_al.exchange.staging import refuse_existing, staged
from desktop_al.jobs.insights import DEPENDS, InsightResult, InsightSpec, run_insight
from desktop_al.store.project import Project

LISTED = 20
"""So many categories are counted by name, the largest first."""


@dataclass(frozen=True, slots=True)
class InsightsSpec:
    """The insights ``names``; with none, all that can be computed. ``batch`` is that of `InsightSpec`."""

    names: tuple[str, ...] = ()
    batch: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class InsightsResult:
    """The ``found`` insights, and why the others are ``lacking``, by name."""

    found: tuple[InsightResult, ...]
    lacking: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``insights``."""
        return {"insights": {one.name: summary(one) for one in self.found}, "lacking": self.lacking}


def run_insights(project: Project, spec: InsightsSpec, ctx: Context = SILENT) -> InsightsResult:
    """Compute the insights of ``spec``.

    Raises
    ------
    UsageError
        There is no insight of a name.
    WorldError
        An insight that was named cannot be said yet; without names, such insights are listed instead.
    CancelledError
        ``ctx`` was cancelled.
    """
    found, lacking = [], {}
    for name in dict.fromkeys(spec.names) or DEPENDS:
        try:
            found.append(run_insight(project, InsightSpec(name, spec.batch), ctx))
        except WorldError as error:
            if spec.names:
                raise
            lacking[name] = str(error)
    return InsightsResult(tuple(found), lacking)


def summary(one: InsightResult) -> dict[str, Any]:
    """What ``one`` amounts to: known samples; least, median and most, or counts by category; facts; seconds."""
    told: dict[str, Any] = {"facts": dict(one.facts), "seconds": one.seconds}
    if one.values is not None:
        known = one.values[np.isfinite(one.values)]
        least, median, most = np.quantile(known, (0, 0.5, 1)).tolist() if len(known) else (None, None, None)
        return {"known": len(known), "min": least, "median": median, "max": most, **told}
    assert one.codes is not None
    counts = np.bincount(one.codes[one.codes >= 0], minlength=len(one.names))
    order = np.argsort(-counts, kind="stable")[:LISTED]
    named = {one.names[code]: int(counts[code]) for code in order.tolist() if counts[code]}
    groups = int((counts > 0).sum())
    return {"known": int(counts.sum()), "none": int((one.codes < 0).sum()), "groups": groups, "counts": named, **told}


def write_insights(project: Project, found: Sequence[InsightResult], to: Path, overwrite: bool = False) -> None:
    """Write ``found`` to the CSV file ``to``, one line for each sample that has any of them, by id.

    UTF-8; paths as in exports; no cell is run by a spreadsheet. The file appears whole or not at all.

    Raises
    ------
    ExportError
        Something is at ``to`` already, and ``overwrite`` does not allow to replace it.
    StorageError
        The disk is full, read-only or failing.
    """
    samples = project.samples()
    ids = np.unique(np.concatenate([np.empty(0, np.int64), *(one.ids for one in found)]))
    columns = [_cells(one, ids) for one in found]
    with staged(to, overwrite) as place, place.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["sample", "path", *(one.name for one in found)])
        rows = np.searchsorted(samples.ids, ids)
        for sample, row in zip(ids.tolist(), rows.tolist(), strict=True):
            path = neutral(path_text(samples.path(row)))
            writer.writerow([sample, path, *(next(column) for column in columns)])


def check_target(to: Path, overwrite: bool) -> None:
    """Raise `ExportError` where ``to`` is taken, before anything is computed for it."""
    refuse_existing(to, overwrite)


def _cells(one: InsightResult, ids: Ids) -> Iterator[str]:
    """The cells of ``one`` for each of ``ids``, which hold its own, one after another."""
    at = np.searchsorted(ids, one.ids)
    if one.values is not None:
        values = np.full(len(ids), np.nan)
        values[at] = one.values
        return (number(float(value)) if np.isfinite(value) else "" for value in values)
    assert one.codes is not None
    names = [neutral(name) for name in one.names]
    codes = np.full(len(ids), -1, np.int32)
    codes[at] = one.codes
    return (names[code] if code >= 0 else "" for code in codes)
