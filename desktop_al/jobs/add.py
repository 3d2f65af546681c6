"""Scan image folders into the pool; only what is new or changed costs anything."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from desktop_al.domain.context import Context
from desktop_al.domain.errors import SourceError
from desktop_al.domain.records import Change, SampleStatus, Source
from desktop_al.domain.results import AddResult
from desktop_al.domain.sentence import Sentence, say, say_n
from desktop_al.domain.specs import AddSpec
from desktop_al.domain.text import shown
from desktop_al.jobs import add_match
from desktop_al.jobs.add_match import Arrival, Difference, Displaced, Place, Plan
from desktop_al.jobs.add_sources import Target, others, targets
from desktop_al.media.content import DecodeError, content_hash
from desktop_al.media.scan import Scan, scan
from desktop_al.store import runs, samples, sources
from desktop_al.store.project import Project
from desktop_al.store.values import path_text

if TYPE_CHECKING:
    import sqlite_utils

_READERS = 4
_EMPTY = say("The file is empty.")


def run_add(project: Project, spec: AddSpec, ctx: Context) -> AddResult:
    """Scan the folders of ``spec`` (all sources where there are none) and commit what is new in one transaction.

    A file is known by its path, size and time; by its content where it moved or was only touched. Nothing is decoded:
    whether a file can be read shows when it is embedded. A source that is not there and holds no sample any more, since
    all were found elsewhere, is forgotten, for it would stop every scan. That is told.

    Raises
    ------
    SourceError
        A folder is missing, unreadable, or new and without an image; nothing was changed.
    """
    began = time.monotonic()
    known = project.sources()
    gone = [source for source in known if not source.root.is_dir()]
    used = project.read(sources.used)
    left = [source for source in gone if source.id not in used]
    chosen = targets(spec.folders, [source for source in known if source not in left], ctx)
    scans = _scan_all(chosen, known, ctx)
    difference = add_match.merge(
        add_match.compare(_key(position, target), _files(project, target), found)
        for position, (target, found) in enumerate(zip(chosen, scans, strict=True))
    )
    difference.displaced += _displaced_elsewhere(project, chosen, known, difference)
    plan = add_match.plan(difference, _hash(difference, _roots(chosen, known), ctx))
    ctx.check()
    ctx.report("Saving", 0, len(plan.insert), "images")
    ids, forgotten = project.write(lambda db: _apply(db, spec, chosen, plan, gone))
    ctx.report("Saving", len(plan.insert), len(plan.insert), "images")
    for source in forgotten:
        ctx.message(
            say(
                "“{root}” is not there, and all its images were found elsewhere: the project looks there no longer.",
                root=shown(source.root),
            )
        )
    return _result(project, ids, scans, plan, time.monotonic() - began)


def _key(position: int, target: Target) -> int:
    """Name a source while it may have no id yet: new ones count down from -1."""
    return target.source if target.source is not None else -1 - position


def _files(project: Project, target: Target) -> samples.FileTable:
    # No source has the id -1, so a new one has no files.
    return project.read(lambda db: samples.files(db, -1 if target.source is None else target.source))


def _roots(chosen: Sequence[Target], known: Sequence[Source]) -> dict[int, Path]:
    roots = {source.id: source.root for source in known}
    return roots | {_key(position, target): target.root for position, target in enumerate(chosen)}


def _scan_all(chosen: Sequence[Target], known: Sequence[Source], ctx: Context) -> list[Scan]:
    scans: list[Scan] = []
    for target in chosen:
        before = sum(len(found) for found in scans)

        def on_progress(count: int, before: int = before) -> None:
            ctx.check()
            ctx.report("Scanning", before + count, None, "images")

        found = scan(target.root, on_progress, others(target, chosen, known))
        if target.source is None and len(found) == 0:
            raise SourceError(_no_image(target.root, found))
        scans.append(found)
    return scans


def _no_image(root: Path, found: Scan) -> Sentence:
    if found.unlisted:
        return say(
            "No image was found in “{folder}”, for parts of it cannot be read: change their permissions.",
            folder=shown(root),
        )
    return say(
        "There is no image in “{folder}” that the project does not have already: choose a folder that holds image "
        "files, in itself or further down.",
        folder=shown(root),
    )


def _displaced_elsewhere(
    project: Project, chosen: Sequence[Target], known: Sequence[Source], difference: Difference
) -> list[Displaced]:
    """Find samples of the sources that are not scanned now whose files are gone: they may have moved here."""
    if not difference.new:
        return []
    sizes = np.unique([arrival.size for arrival in difference.new])
    scanned = {target.source for target in chosen}
    displaced = []
    for source in known:
        if source.id in scanned:
            continue
        number = source.id
        files = project.read(lambda db, number=number: samples.files(db, number))  # type: ignore[misc]  # binds the loop's value
        there = source.root.is_dir()
        for row in np.flatnonzero(np.isin(files.sizes, sizes)).tolist():
            relpath, name = files.relpaths[row], files.hashes[row]
            if name and not (there and os.path.lexists(source.root / relpath)):
                displaced.append(Displaced(int(files.ids[row]), (source.id, relpath), int(files.sizes[row]), name))
    return displaced


def _hash(difference: Difference, roots: dict[int, Path], ctx: Context) -> dict[Place, str]:
    """Hash the files whose content decides; "" where one cannot be read."""
    arrivals = add_match.to_hash(difference)
    if not arrivals:
        return {}

    def name(arrival: Arrival) -> str:
        if ctx.cancelled:
            return ""
        source, relpath = arrival.place
        try:
            return content_hash(roots[source] / relpath)
        except DecodeError:
            return ""

    hashes = {}
    with ThreadPoolExecutor(_READERS, thread_name_prefix="hash") as readers:
        for done, (arrival, found) in enumerate(zip(arrivals, readers.map(name, arrivals), strict=True)):
            ctx.report("Comparing", done + 1, len(arrivals), "files")
            hashes[arrival.place] = found
    ctx.check()
    return hashes


def _apply(
    db: "sqlite_utils.Database", spec: AddSpec, chosen: Sequence[Target], plan: Plan, gone: Sequence[Source]
) -> tuple[list[int], list[Source]]:
    """Write ``plan``; returns the ids of the sources that were scanned, and which of ``gone`` were forgotten.

    Moves come before what takes their places.
    """
    ids = {
        _key(position, target): target.source if target.source is not None else sources.ensure(db, target.root)
        for position, target in enumerate(chosen)
    }
    samples.move(
        db,
        [item.sample for item, _ in plan.moves],
        [ids[arrival.place[0]] for _, arrival in plan.moves],
        [arrival.place[1] for _, arrival in plan.moves],
        [arrival.mtime_ns for _, arrival in plan.moves],
    )
    changed = plan.changed
    samples.set_changed(
        db, [one.sample for one in changed], [one.size for one in changed], [one.mtime_ns for one in changed]
    )
    samples.touch(db, [one.sample for one in plan.touched], [one.mtime_ns for one in plan.touched])
    samples.mark_found(db, [*plan.found, *(one.sample for one in plan.touched)])
    samples.mark_missing(db, plan.missing)
    empty = [one.sample for one in changed if one.size == 0]
    for key, source in ids.items():
        # In the order of their names, so that ids and all that follows from them do not depend on the file system.
        new = sorted((one for one in plan.insert if one.place[0] == key), key=lambda one: one.place[1])
        numbers = samples.insert(
            db, source, [one.place[1] for one in new], [one.size for one in new], [one.mtime_ns for one in new]
        )
        empty += [int(number) for number, one in zip(numbers, new, strict=True) if one.size == 0]
    samples.set_unreadable(db, [(sample, _EMPTY) for sample in empty])
    if _writes(plan) or any(target.source is None for target in chosen):
        runs.record_run(db, "add", spec, result={"added": len(plan.insert), "changed": len(changed)})
    used = sources.used(db)
    forgotten = [source for source in gone if source.id not in used]
    for one in forgotten:
        sources.forget(db, one.id)
    return list(ids.values()), forgotten


def _writes(plan: Plan) -> bool:
    return any((plan.insert, plan.changed, plan.touched, plan.moves, plan.found, plan.missing))


def _unreadable(project: Project, source_ids: Sequence[int], scans: Sequence[Scan]) -> tuple[tuple[str, str], ...]:
    """List what cannot be read in the scanned sources: what the scan met and what earlier decoding told."""
    roots = {source.id: source.root for source in project.sources()}

    def read(db: "sqlite_utils.Database") -> list[tuple[str, str]]:
        marks = ",".join("?" * len(source_ids))
        rows = db.conn.execute(
            f"SELECT source_id, relpath, reason FROM samples WHERE status = {SampleStatus.UNREADABLE} "
            f"AND source_id IN ({marks}) ORDER BY id",
            list(source_ids),
        )
        return [(str(roots[source] / path_text(relpath)), reason) for source, relpath, reason in rows]

    return (*(problem for found in scans for problem in found.problems), *project.read(read))


def _result(
    project: Project, source_ids: Sequence[int], scans: Sequence[Scan], plan: Plan, seconds: float
) -> AddResult:
    unreadable = _unreadable(project, source_ids, scans)
    touched = len(plan.insert) + len(plan.changed) + len(plan.moves) + len(plan.found) + len(plan.missing)
    count = len(plan.insert)
    sentence = (
        say_n("Added {count:,} image", "Added {count:,} images", count)
        if count or not touched
        else say("Scanned again")
    )
    return AddResult(
        added=count,
        unchanged=plan.unchanged,
        changed=len(plan.changed),
        moved=len(plan.moves),
        missing=len(plan.missing) + plan.still_missing,
        unreadable=len(unreadable),
        unreadable_files=unreadable,
        skipped=sum(found.skipped for found in scans),
        seconds=seconds,
        change=Change(frozenset({"samples"}) if _writes(plan) else frozenset(), sentence, touched),
    )
