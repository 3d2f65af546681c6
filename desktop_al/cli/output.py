"""What the command line says, and where: results on standard output, everything else on standard error."""

import io
import json
import math
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, TextIO

import numpy as np

from desktop_al.domain.context import Context, Progress

LINE_INTERVAL_S = 5.0
BAR_WIDTH = 24


def jsonable(value: object) -> Any:
    """``value`` as JSON can hold it; numbers that JSON has no word for become null."""
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(item) for item in value]
    if isinstance(value, np.generic | np.ndarray):
        return jsonable(value.tolist())
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def clock(seconds: float) -> str:
    """``seconds`` as a person says it: 4 s, 2:05, 1:02:05."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Output:
    """Prints one result, and progress and messages beside it.

    On a terminal the progress is one line with a bar that is drawn over; elsewhere it is a plain line at the beginning
    and the end of each stage and every five seconds between them.
    """

    def __init__(self, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        # A program without a console, and one whose streams were closed, has None for them.
        self._out = out or sys.stdout or io.StringIO()
        self._err = err or sys.stderr or io.StringIO()
        self._terminal = self._err.isatty() and os.environ.get("TERM") != "dumb"
        self._drawn = False
        self._stage = ""
        self._last_line = 0.0

    def context(self) -> Context:
        """A context whose progress and messages are shown."""
        return Context(on_progress=self.progress, on_message=self.message)

    def result(self, fields: Mapping[str, Any], text: str) -> None:
        """Print the result: ``fields`` as one JSON object, or ``text``."""
        self.settle()
        if self.as_json:
            self._out.write(json.dumps(jsonable(fields), allow_nan=False) + "\n")
        elif text:
            self._out.write(text + "\n")
        self._out.flush()

    def message(self, sentence: str) -> None:
        """Tell the user one sentence."""
        self.settle()
        self._write(sentence + "\n")

    def progress(self, report: Progress) -> None:
        """Show ``report``."""
        if self._terminal:
            columns = shutil.get_terminal_size().columns
            self._write("\r" + bar(report)[: columns - 1].ljust(columns - 1))
            self._drawn = True
            return
        now = time.monotonic()
        finished = report.total is not None and report.done >= report.total
        if report.stage != self._stage or finished or now - self._last_line >= LINE_INTERVAL_S:
            self._stage, self._last_line = report.stage, now
            self._write(line(report) + "\n")

    def settle(self) -> None:
        """End the line of the progress bar, so that other text begins on its own."""
        if self._drawn:
            self._write("\n")
            self._drawn = False

    def _write(self, text: str) -> None:
        try:
            self._err.write(text)
            self._err.flush()
        except OSError:
            # Whoever read standard error is gone; the job goes on.
            self._terminal = False


def line(report: Progress) -> str:
    """``report`` as one plain line."""
    if report.total is None and not report.done:
        return f"{report.stage} ..."
    amount = f"{report.done:,}" if report.total is None else f"{report.done:,} of {report.total:,}"
    if report.total and not report.unit:
        return f"{report.stage}: {min(1.0, report.done / report.total):.0%}"
    parts = [f"{report.stage}: {amount}{' ' + report.unit if report.unit else ''}"]
    if report.rate:
        parts.append(f"{report.rate:,.1f}/s" if report.rate < 100 else f"{report.rate:,.0f}/s")
    if report.eta_s is not None and (report.total is None or report.done < report.total):
        parts.append(f"{clock(report.eta_s)} left")
    return ", ".join(parts)


def bar(report: Progress) -> str:
    """``report`` as one line with a bar where the total is known."""
    if not report.total:
        return line(report)
    full = round(BAR_WIDTH * min(1.0, report.done / report.total))
    return f"[{'#' * full}{'-' * (BAR_WIDTH - full)}] {line(report)}"


def plural(count: int, word: str, words: str = "") -> str:
    """``count`` with its noun."""
    return f"{count:,} {word if count == 1 else words or word + 's'}"


def table(rows: Sequence[tuple[str, ...]], right: frozenset[int] = frozenset()) -> str:
    """``rows`` as aligned columns; those whose numbers are in ``right`` are aligned to the right."""
    if not rows:
        return ""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
