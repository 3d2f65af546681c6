"""The context that every job receives: progress out, cancel in, silent by default."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from desktop_al.domain.errors import CancelledError

REPORT_INTERVAL_S = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """One progress report.

    ``total`` is None while it is not known; ``rate`` is in ``unit`` per second; ``eta_s`` in seconds.
    """

    stage: str
    done: int
    total: int | None
    unit: str
    rate: float | None
    eta_s: float | None


class Context:
    """Progress, partial results, messages and cancel of one job.

    Progress is throttled here, at its source, to ten reports a second; the first and the last report of a
    stage always pass. Call backs run on the job's own thread, but ``on_cancel`` on the one that cancels.
    """

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        on_partial: Callable[[object], None] | None = None,
        on_message: Callable[[str], None] | None = None,
        on_cancel: Callable[[], None] | None = None,
    ) -> None:
        self._on_progress = on_progress
        self._on_partial = on_partial
        self._on_message = on_message
        self._on_cancel = on_cancel
        self._cancel = threading.Event()
        self._stage = ""
        self._stage_began = 0.0
        self._stage_offset = 0
        self._last_report = 0.0
        self._goals: dict[str, int] = {}

    def report(self, stage: str, done: int, total: int | None = None, unit: str = "") -> None:
        """Report that ``done`` of ``total`` units of ``stage`` are through.

        The rate counts from the first report of the stage, so that what was reused does not flatter it. Without a
        ``unit`` the numbers are no more than a measure of the way: they are shown as a share.
        """
        total = self._goals.get(stage, total)
        now = time.monotonic()
        fresh = stage != self._stage
        if fresh:
            self._stage, self._stage_began, self._stage_offset = stage, now, done
        finished = total is not None and done >= total
        if self._on_progress is None or not (fresh or finished or now - self._last_report >= REPORT_INTERVAL_S):
            return
        self._last_report = now
        elapsed, fresh_done = now - self._stage_began, done - self._stage_offset
        rate = fresh_done / elapsed if elapsed > 0 and fresh_done > 0 else None
        eta = (total - done) / rate if rate and total is not None else None
        self._on_progress(Progress(stage, done, total, unit, rate, eta))

    def aim(self, stage: str, total: int) -> None:
        """Let ``total`` be the end of ``stage`` from now on, whatever those who go there bit by bit report."""
        if self._on_progress is not None:
            self._goals[stage] = total

    def publish(self, partial: object) -> None:
        """Hand a partial result (for example positions of the map under way) to whoever watches."""
        if self._on_partial is not None:
            self._on_partial(partial)

    def message(self, sentence: str) -> None:
        """Tell the user one sentence."""
        if self._on_message is not None:
            self._on_message(sentence)

    def cancel(self) -> None:
        """Ask the job to stop; safe from any thread."""
        self._cancel.set()
        if self._on_cancel is not None:
            self._on_cancel()

    @property
    def cancelled(self) -> bool:
        """Whether a stop was asked for."""
        return self._cancel.is_set()

    def quiet(self) -> "Context":
        """A context without call backs that is cancelled with this one, for work beside the job's own thread."""
        found = Context()
        found._cancel = self._cancel
        return found

    def check(self) -> None:
        """Raise `CancelledError` where a stop was asked for."""
        if self._cancel.is_set():
            raise CancelledError


SILENT = Context()
