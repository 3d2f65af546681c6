"""The columns of a batch as text and as JSON values, shared by the formats."""

from collections.abc import Sequence
from typing import Any

from desktop_al.exchange.base import ExportHead, ExportRow
from desktop_al.exchange.paths_text import path_text

COLUMNS = (
    "rank",
    "sample",
    "path",
    "source",
    "relpath",
    "label",
    "decision",
    "gain",
    "stands_for",
    "nearest_labelled",
    "nearest_labelled_sample",
    "uncertainty",
    "stratum",
    "batch",
    "width",
    "height",
    "tags",
    "note",
)


def record(row: ExportRow) -> dict[str, Any]:
    """``row`` as a JSON object; paths in the form of `path_text`, None where something is not known."""
    values: dict[str, Any] = {name: getattr(row, name) for name in COLUMNS}
    return values | {
        "path": path_text(row.path),
        "source": path_text(row.source),
        "relpath": path_text(row.relpath),
        "label": row.label or None,
        "tags": list(row.tags),
        "note": row.note or None,
    }


def head_record(head: ExportHead, rows: Sequence[ExportRow]) -> dict[str, Any]:
    """What holds for the whole batch, as a JSON object."""
    return {
        "project": path_text(head.project),
        "batch": head.batch,
        "strategy": head.strategy,
        "seed": head.seed,
        "model": head.model,
        "selected_at": head.created_at,
        "count": len(rows),
    }
