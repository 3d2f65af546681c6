"""Rows to export, for the tests of the formats."""

import os
from collections.abc import Sequence
from pathlib import Path

from desktop_al.exchange.base import ExportHead, ExportRow
from tests.pictures import picture

HEAD = ExportHead("birds", 3, "coverage", 7, "lite0-abc", "2026-01-02T03:04:05Z")

# Names that careless writers break on; bytes that are no UTF-8 are surrogates.
ODD_NAMES = (
    "plain.png",
    "with space.png",
    'quo"te.png',
    "comma,semi;colon.png",
    "new\nline.png",
    "carriage\rreturn.png",
    "tab\there.png",
    "=1+2.png",
    "+1.png",
    "-1.png",
    "@cmd.png",
    "'=quoted.png",
    "'apostrophe.png",
    "emoji-\U0001f600.png",
    "e\u0301-decomposed.png",
    "line\u2028separator.png",
    "file:odd.png",
    "per%20cent.png",
    os.fsdecode(b"latin-\xe9.png"),
    "\uff1dfull-width.png",
)


def make_row(path: Path, rank: int = 1, label: str = "", decision: str = "accepted") -> ExportRow:
    """A pick of the image at ``path``."""
    return ExportRow(
        rank=rank,
        sample=100 + rank,
        path=path,
        relpath=path.name,
        source=str(path.parent),
        gain=1 / (rank + 2),
        stands_for=10 * rank,
        nearest_labelled=0.1 * rank if rank > 1 else None,
        nearest_labelled_sample=7 if rank > 1 else None,
        uncertainty=None,
        stratum="=SUM(A1)" if rank == 2 else None,
        decision=decision,
        label=label,
        batch=3,
        width=64,
        height=48,
    )


def odd_rows(folder: Path, names: Sequence[str] = ODD_NAMES) -> list[ExportRow]:
    """One row for each odd name; no file is made."""
    return [make_row(folder / name, rank) for rank, name in enumerate(names, 1)]


def pictured_rows(folder: Path, names: Sequence[str], labels: Sequence[str] = ()) -> list[ExportRow]:
    """One row for each name below ``folder``, with a picture made for it."""
    rows = []
    for rank, name in enumerate(names, 1):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        picture(rank).save(file, format="PNG")
        rows.append(make_row(file, rank, labels[rank - 1] if labels else ""))
    return rows
