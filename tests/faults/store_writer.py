"""Writes projects until it is killed: run as a program by `test_store_kill`.

One process forks a writer per point, so that the imports are paid once. A writer notes each step that was committed
in a file that lives through its death.
"""

import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

import desktop_al.store
from desktop_al.domain.records import Decision, PickRecord
from desktop_al.store import batches, highlights, labels, migrations, models, samples, sources, tags
from desktop_al.store import notes as store_notes
from desktop_al.store.migrations import Migration
from desktop_al.store.project import Project
from desktop_al.store.samples import SampleFacts

ROUNDS = 4
PER_ROUND = 8
DIM = 4
STORE = str(Path(desktop_al.store.__file__).parent)


def vector(sample: int) -> NDArray[np.float32]:
    """The embedding that belongs to a sample."""
    return np.random.default_rng(sample).normal(size=DIM).astype(np.float32)


def content(sample: int) -> str:
    return f"{sample * 7919:016x}"


def write_project(folder: Path, note: Callable[[str], None]) -> None:
    """Everything that a project is ever told, in small steps; ``note`` is called after each commit."""
    project = Project.create(folder)
    project.write(lambda db: sources.ensure(db, Path("/one")))
    project.write(lambda db: models.ensure_model(db, "m", name="M", kind="t", dim=DIM))
    note("created")
    for step in range(ROUNDS):
        ids = list(range(step * PER_ROUND + 1, (step + 1) * PER_ROUND + 1))
        ones = [1] * PER_ROUND
        names = [f"{sample}.jpg" for sample in ids]
        project.write(partial(samples.insert, source_id=1, relpaths=names, sizes=ones, mtimes_ns=ones))
        note(f"inserted {step}")
        facts = [SampleFacts(sample, content(sample), 1, 1, "PNG") for sample in ids]
        project.append_vectors(
            "m",
            "embedding",
            ids,
            [content(sample) for sample in ids],
            np.stack([vector(sample) for sample in ids]),
            also=partial(samples.set_facts, facts=facts),
        )
        note(f"embedded {step}")
        everyone = range(1, ids[-1] + 1)
        project.save_array(
            "m", "projection", everyone, {"xy": np.full((ids[-1], 2), step)}, {"method": f"step {step}"}, seed=step
        )
        note(f"mapped {step}")
        picks = [PickRecord(1, ids[0], 0.5, 1, (), None, None, None, None, Decision.PENDING)]
        project.write(
            partial(
                batches.save_batch,
                picks=picks,
                strategy="s",
                seed=0,
                model_key="m",
                spec={},
                budget={},
                coverage={},
                input_hash="",
            )
        )
        note(f"selected {step}")
        project.write(partial(batches.set_decisions, number=step + 1, decisions={ids[0]: Decision.ACCEPTED}))
        note(f"decided {step}")
        project.write(partial(labels.set_labels, ids=ids[:1], labels=["x"], origin="t"))
        note(f"labelled {step}")
        project.write(partial(tags.set_tag, name="t", ids=np.array(ids), on=True))
        note(f"tagged {step}")
        project.write(partial(store_notes.set_note, sample=ids[0], text="Ask the lab."))
        note(f"noted {step}")
        project.write(partial(highlights.save, name=f"h{step}", ids=np.array(ids)))
        note(f"saved {step}")
    project.close()
    note("closed")


def upgrade_project(folder: Path, note: Callable[[str], None]) -> None:
    """Open a project with a program that knows three more versions."""

    def widen(name: str) -> Migration:
        def apply(db: sqlite_utils.Database) -> None:
            db.conn.execute(f"ALTER TABLE samples ADD COLUMN {name} TEXT")

        return Migration(apply, f"Add {name}.")

    migrations.MIGRATIONS = (*migrations.MIGRATIONS, widen("one"), widen("two"), widen("three"))
    Project.open(folder, "w").close()
    note("closed")


class LineCounter:
    """Kills this process at its ``fatal``-th line of the store's code, whichever thread runs it."""

    def __init__(self, fatal: int | None) -> None:
        self.lines = 0
        self.fatal = fatal

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(STORE):
            return None
        if event == "line":
            self.lines += 1
            if self.lines == self.fatal:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def trace(counter: LineCounter) -> None:
    threading.settrace(counter)
    sys.settrace(counter)


def in_child(folder: Path, work: Callable[[Path, Callable[[str], None]], None], prepare: Callable[[], Any]) -> None:
    """Fork a writer on ``folder`` and wait for its end."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    notes = os.open(folder.with_suffix(".notes"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    counter = prepare()
    work(folder, lambda text: (os.write(notes, f"{text}\n".encode()), None)[1])
    if isinstance(counter, LineCounter):
        os.write(notes, f"lines {counter.lines}\n".encode())
    # The parent's buffers and exit handlers are not this process's.
    os._exit(0)


def notes_of(folder: Path) -> list[str]:
    return folder.with_suffix(".notes").read_text().splitlines() if folder.with_suffix(".notes").exists() else []


def main(base: Path, scenario: str, points: int) -> None:
    """Make ``points`` projects below ``base``, half killed at a line of code, half at a moment."""
    work = {"write": write_project, "upgrade": upgrade_project}[scenario]
    written = base.with_name(f"{base.name} as written")
    if scenario == "upgrade":
        write_project(written, lambda text: None)

    def fresh(name: str) -> Path:
        folder = base / name
        if scenario == "upgrade":
            shutil.copytree(written, folder)
        return folder

    def counted(fatal: int | None) -> Callable[[], LineCounter]:
        def prepare() -> LineCounter:
            counter = LineCounter(fatal)
            trace(counter)
            return counter

        return prepare

    whole = fresh("whole")
    in_child(whole, work, counted(None))
    lines = int(notes_of(whole)[-1].split()[1])
    timed = fresh("timed")
    began = time.monotonic()
    in_child(timed, work, lambda: None)
    duration = time.monotonic() - began
    for point in range(points // 2):
        fatal = 1 + lines * point // (points // 2)
        in_child(fresh(f"line{point:03}"), work, counted(fatal))
        # The kernel ends a process at an alarm that nobody handles, also in the middle of a system call.
        moment = duration * (point + 0.5) / (points // 2)
        in_child(fresh(f"time{point:03}"), work, partial(signal.setitimer, signal.ITIMER_REAL, moment))
    json.dump({"lines": lines, "seconds": duration}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
