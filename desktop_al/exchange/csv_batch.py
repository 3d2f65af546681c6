"""CSV: one pick a line, with its rationale; opens in any spreadsheet."""

import csv
from collections.abc import Sequence
from pathlib import Path

from desktop_al.exchange.base import ExportHead, ExportRow
from desktop_al.exchange.cells import neutral, number
from desktop_al.exchange.columns import COLUMNS, record


def text_cells(row: ExportRow) -> dict[str, str]:
    """The cells of ``row`` as text; only texts are neutralised, since a number runs nothing."""
    cells: dict[str, str] = {}
    for name, value in record(row).items():
        if isinstance(value, float):
            cells[name] = number(value)
        elif isinstance(value, int):
            cells[name] = str(value)
        elif isinstance(value, list):
            cells[name] = neutral("; ".join(value))
        else:
            cells[name] = neutral(value or "")
    return cells


def write_table(to: Path, rows: Sequence[ExportRow], extra: Sequence[dict[str, str]] | None = None) -> None:
    """Write ``rows`` as CSV (RFC 4180, UTF-8) to ``to``; ``extra`` holds further cells, one mapping a row."""
    more = list(extra[0]) if extra else []
    with to.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*more, *COLUMNS], lineterminator="\n")
        writer.writeheader()
        for index, row in enumerate(rows):
            writer.writerow(text_cells(row) | (extra[index] if extra else {}))


class CsvWriter:
    """Comma-separated values."""

    name = "csv"
    summary = "a table with the rationale of each pick; opens in any spreadsheet"
    suffix = ".csv"
    folder = False
    images = False

    def write(self, head: ExportHead, rows: Sequence[ExportRow], to: Path, files: str) -> None:
        """Write ``rows``; each carries the number of its batch."""
        write_table(to, rows)
