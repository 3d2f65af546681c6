"""What was run, with which spec, seed, versions and inputs."""

import json
import platform
import sqlite3
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import desktop_al
from desktop_al.domain.records import RunRecord
from desktop_al.store.values import now, to_json

if TYPE_CHECKING:
    import sqlite_utils

# What the numbers of a run can depend on.
_PACKAGES = ("numpy", "numba", "torch", "openvino", "pillow")


# To be raised with every change of the program by which a selection from the same inputs picks other samples.
SELECTION = 9


@cache
def versions() -> Mapping[str, str]:
    """The versions that a replay compares, by name; packages that are not installed are left out."""
    # Only now: the window does not wait for it when it starts.
    from importlib import metadata

    found = {
        "desktop-al": desktop_al.__version__,
        "selection": str(SELECTION),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "sqlite": sqlite3.sqlite_version,
    }
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def record_run(
    db: "sqlite_utils.Database",
    job: str,
    spec: object,
    *,
    seed: int | None = None,
    input_hash: str = "",
    result: object = None,
    seconds: float = 0.0,
) -> int:
    """Record that a job ran, on the present versions; returns the id of the run."""
    cursor = db.conn.execute(
        "INSERT INTO runs (job, spec, seed, versions, input_hash, result, seconds, finished_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (job, to_json(spec), seed, to_json(versions()), input_hash, to_json(result or {}), seconds, now()),
    )
    return int(cursor.lastrowid or 0)


_RUN = "SELECT id, job, spec, seed, versions, input_hash, result, seconds, finished_at FROM runs"


def read(db: "sqlite_utils.Database") -> list[RunRecord]:
    """All runs, oldest first."""
    return [_record(row) for row in db.conn.execute(f"{_RUN} ORDER BY id")]


def last_of_batch(db: "sqlite_utils.Database", job: str, batch: int) -> RunRecord | None:
    """The last run of ``job`` whose result names the batch with this number; None where there is none."""
    query = f"{_RUN} WHERE job = ? AND json_extract(result, '$.batch') = ? ORDER BY id DESC LIMIT 1"
    row = db.conn.execute(query, (job, batch)).fetchone()
    return None if row is None else _record(row)


def _record(row: tuple[Any, ...]) -> RunRecord:
    number, job, spec, seed, run_versions, input_hash, result, seconds, finished_at = row
    return RunRecord(
        number,
        job,
        json.loads(spec),
        seed,
        json.loads(run_versions),
        input_hash,
        json.loads(result),
        seconds,
        finished_at,
    )
