"""The process of the soak: PROJECT OTHER REPORT MINUTES SEED."""

import faulthandler
import gc
import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from scripts.bench_parts.gui_desk import Desk, resident_mib
from scripts.soak_parts.expected import Expected
from scripts.soak_parts.monkey import Monkey

MOST_FAULTS = 20
CHECK_EVERY = 25
SETTLE_EVERY = 200
# Caches fill at first; what is in use from then on may not grow by more than this.
WARM_SHARE = 0.4
MAY_GROW_MIB = 48.0
# A short soak ends before everything that is kept for later is filled: only a gross leak shows.
LONG_MINUTES, SHORT_MAY_GROW_MIB = 15.0, 160.0
HANGS_S = 90.0
# Said where a folder is to be shown and the machine has no file manager.
HARMLESS = "Unable to detect a launcher"

# A batch cannot be given any size once its images are labelled or pinned, one that undo took away none at all, nothing
# can be picked where filters leave nothing, and nothing decided on what a change or its undo has just taken out of the
# batch: refused in a sentence, and no fault.
REFUSED = (
    "select again",
    "unpin some",
    "The project has no batch",
    "loosen it",
    "decide on samples that the batch holds",
)


class Faults:
    """Collects whatever must not happen: exceptions, Qt warnings, failed jobs."""

    def __init__(self) -> None:
        self.found: list[str] = []
        sys.excepthook = self._exception
        threading.excepthook = lambda told: self.add(f"in thread {told.thread}: {told.exc_value!r}")
        qInstallMessageHandler(self._message)

    def add(self, fault: str) -> None:
        """Keep ``fault``."""
        sys.stderr.write(f"{fault}\n")
        if len(self.found) < MOST_FAULTS:
            self.found.append(fault)

    def _exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        places = []
        while trace is not None:
            places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
            trace = trace.tb_next
        self.add(f"{kind.__name__}: {error} at {' > '.join(places[-6:])}")

    def _message(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        warns = kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
        if warns and not text.startswith(HARMLESS):
            self.add(f"Qt: {text}")


def main() -> int:
    """Drive the window until the time is over, close it, write the report."""
    projects, out, minutes, seed = [Path(a) for a in sys.argv[1:3]], Path(sys.argv[3]), *map(float, sys.argv[4:])
    faults = Faults()
    desk = Desk(strict=False)
    desk.open(projects[0])
    desk.settle()
    expected = Expected(desk.window.session)
    monkey = Monkey(desk, projects, expected, round(seed))
    with expected.watching(), desk.heartbeat() as gaps:
        memory, longest = _drive(desk, monkey, expected, faults, 60 * minutes, gaps)
        desk.settle()
        expected.stop()
    desk.close()
    for project in projects:
        for lost in expected.lost(project)[:5]:
            faults.add(f"lost in {project.stem}: {lost}")
    growth = growth_of(memory)
    if growth > (MAY_GROW_MIB if minutes >= LONG_MINUTES else SHORT_MAY_GROW_MIB):
        faults.add(f"the memory in use grew by {growth:.0f} MiB after the caches were filled")
    report: dict[str, Any] = {
        "minutes": minutes,
        "seed": round(seed),
        "actions": sum(monkey.did.values()),
        "decisions": expected.made,
        "memory_start_mib": memory[0],
        "memory_end_mib": memory[-1],
        "memory_growth_when_warm_mib": growth,
        "memory_mib": memory,
        "event_loop_p99_ms": float(np.percentile(gaps, 99)),
        "event_loop_p999_ms": float(np.percentile(gaps, 99.9)),
        "event_loop_worst_ms": max(gaps),
        "event_loop_blocks_above_100_ms": sum(gap > 100 for gap in gaps),
        "longest_ms": dict(longest.most_common()),
        "did": dict(monkey.did.most_common()),
        "faults": faults.found,
    }
    out.write_text(json.dumps(report), encoding="utf-8")
    return 0


def _drive(
    desk: Desk, monkey: Monkey, expected: Expected, faults: Faults, seconds: float, gaps: list[float]
) -> tuple[list[float], Counter[str]]:
    """Act until ``seconds`` are over.

    Returns the resident memory in MiB now and then, and the longest of the ``gaps`` of the event loop by what was done
    meanwhile: an action of many events is one gap, and so is what the soak itself looks up.
    """
    began, memory, done, longest, seen = time.monotonic(), [resident_mib()], 0, Counter[str](), len(gaps)
    while time.monotonic() - began < seconds and len(faults.found) < MOST_FAULTS:
        # Where nothing comes back for so long, say where everybody is and end.
        faulthandler.dump_traceback_later(HANGS_S, exit=True)
        what = monkey.act()
        monkey.rest()
        longest[what] = max(longest[what], *map(round, gaps[seen:]), 0)
        seen = len(gaps)
        for failure in desk.failures:
            if not any(words in failure for words in REFUSED):
                faults.add(f"after {what}: {failure}")
        for wrong in monkey.told():
            faults.add(f"after {what}: {wrong}")
        desk.failures.clear()
        done += 1
        if done % CHECK_EVERY == 0:
            wrong = expected.shown()
            if wrong:
                faults.add(f"after {done} actions, the last one {what}: {wrong}")
            memory.append(resident_mib())
        if done % SETTLE_EVERY == 0:
            desk.settle()
            gc.collect()
    faulthandler.cancel_dump_traceback_later()
    memory.append(resident_mib())
    return memory, longest


def growth_of(memory: list[float]) -> float:
    """By how much the memory in use grew from its state when warm to the end: medians of a fifth of the time each."""
    fifth = max(1, len(memory) // 5)
    warm = round(len(memory) * WARM_SHARE)
    return float(np.median(memory[-fifth:]) - np.median(memory[warm : warm + fifth]))


if __name__ == "__main__":
    sys.exit(main())
