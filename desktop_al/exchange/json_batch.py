"""JSON (one object) and JSON lines (one object a pick)."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

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
        with to.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(document_parts(head_record(head, rows), (record(row) for row in rows)))
            stream.write("\n")


def document_parts(head: Mapping[str, Any], picks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """``head`` with the list ``picks`` as JSON that is indented by one, pick by pick: a batch may be large."""
    yield _dumps({**head, "picks": []}).removesuffix("[]\n}") + "["
    before = "\n  "
    for pick in picks:
        # Within a text a line break is always escaped.
        yield before + _dumps(pick).replace("\n", "\n  ")
        before = ",\n  "
    yield "]\n}" if before == "\n  " else "\n ]\n}"


def _dumps(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)


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
