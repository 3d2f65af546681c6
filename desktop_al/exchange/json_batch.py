"""JSON (one object) and JSON lines (one object a pick)."""

import json
from collections.abc import Sequence
from pathlib import Path

from desktop_al.exchange.base import ExportHead, ExportRow
from desktop_al.exchange.columns import head_record, record


class JsonWriter:
    """One JSON object: what holds for the batch, and ``picks``."""

    name = "json"
    summary = "one JSON object: how the batch was selected, and its picks"
    suffix = ".json"
    folder = False
    images = False

    def write(self, head: ExportHead, rows: Sequence[ExportRow], to: Path, files: str) -> None:
        """Write ``rows`` in rank order below ``picks``."""
        document = head_record(head, rows) | {"picks": [record(row) for row in rows]}
        with to.open("w", encoding="utf-8", newline="\n") as stream:
            json.dump(document, stream, ensure_ascii=False, indent=1, allow_nan=False)
            stream.write("\n")


class JsonLinesWriter:
    """One JSON object a line, one line a pick."""

    name = "jsonl"
    summary = "one JSON object a line, one line a pick"
    suffix = ".jsonl"
    folder = False
    images = False

    def write(self, head: ExportHead, rows: Sequence[ExportRow], to: Path, files: str) -> None:
        """Write ``rows`` in rank order."""
        with to.open("w", encoding="utf-8", newline="\n") as stream:
            for row in rows:
                # U+2028 and U+2029 break lines in some readers, so that everything but ASCII is escaped.
                stream.write(json.dumps(record(row), allow_nan=False) + "\n")
