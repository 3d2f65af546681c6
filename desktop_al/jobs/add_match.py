"""Compares what a scan found with what the project knows, and plans what to write: new, changed, moved, missing.

A sample is displaced when its content no longer lies at its path. A path is an arrival when it is new or holds other
content than before. An arrival whose content is that of a displaced sample is a move.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from desktop_al.domain.records import SampleStatus
from desktop_al.media.scan import Scan
from desktop_al.store.samples import FileTable

Place = tuple[int, str]
"""Source id and relative path."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A path with new content; ``sample`` is the one that the project knows at this path (``known_hash``), or -1."""

    place: Place
    size: int
    mtime_ns: int
    sample: int = -1
    known_size: int = -1
    known_hash: str = ""


@dataclass(frozen=True, slots=True)
class Displaced:
    """A sample with known content that does not lie at its path any more."""

    sample: int
    place: Place
    size: int
    hash: str


@dataclass(slots=True)
class Difference:
    """What a scan changes; sample ids, save for ``new`` and ``changed``, which are paths with their content.

    ``found`` were missing and are back; ``gone`` were there and are missing now; ``still_missing`` were missing before.
    ``unchanged`` counts samples, the found ones among them.
    """

    new: list[Arrival] = field(default_factory=list)
    changed: list[Arrival] = field(default_factory=list)
    found: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    still_missing: list[int] = field(default_factory=list)
    unchanged: int = 0
    displaced: list[Displaced] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write; ``moves`` pairs samples with where they lie now, ``touched`` have only new times."""

    insert: Sequence[Arrival]
    changed: Sequence[Arrival]
    touched: Sequence[Arrival]
    moves: Sequence[tuple[Displaced, Arrival]]
    found: Sequence[int]
    missing: Sequence[int]
    unchanged: int
    still_missing: int


def compare(source: int, known: FileTable, scan: Scan) -> Difference:
    """Compare one source with its scan by path, size and time; no file is opened."""
    difference = Difference()
    rows = {relpath: row for row, relpath in enumerate(known.relpaths)}
    seen = np.zeros(len(known), bool)
    sizes, mtimes = known.sizes.tolist(), known.mtimes_ns.tolist()
    was_missing = known.status == SampleStatus.MISSING
    for relpath, size, mtime in zip(scan.relpaths, scan.sizes.tolist(), scan.mtimes.tolist(), strict=True):
        row = rows.get(relpath)
        if row is None:
            difference.new.append(Arrival((source, relpath), size, mtime))
            continue
        seen[row] = True
        if size == sizes[row] and mtime == mtimes[row]:
            difference.unchanged += 1
            if was_missing[row]:
                difference.found.append(int(known.ids[row]))
            continue
        sample = int(known.ids[row])
        arrival = Arrival((source, relpath), size, mtime, sample, sizes[row], known.hashes[row])
        difference.changed.append(arrival)
        if arrival.known_hash:
            difference.displaced.append(Displaced(sample, arrival.place, sizes[row], arrival.known_hash))
    _unseen(difference, source, known, seen, scan.unlisted)
    return difference


def _unseen(difference: Difference, source: int, known: FileTable, seen: np.ndarray, unlisted: Sequence[str]) -> None:
    """Sort the samples that the scan did not meet; below a folder that could not be listed nothing is known."""
    hidden_below = tuple(f"{folder}/" for folder in unlisted if folder)
    everything = "" in unlisted
    for row in np.flatnonzero(~seen).tolist():
        sample, relpath = int(known.ids[row]), known.relpaths[row]
        if known.status[row] == SampleStatus.MISSING:
            difference.still_missing.append(sample)
        elif everything or (hidden_below and relpath.startswith(hidden_below)):
            difference.unchanged += 1
            continue
        else:
            difference.gone.append(sample)
        if known.hashes[row]:
            difference.displaced.append(Displaced(sample, (source, relpath), int(known.sizes[row]), known.hashes[row]))


def merge(differences: Iterable[Difference]) -> Difference:
    """Put the differences of several sources together, so that files that moved from one to another are recognised."""
    total = Difference()
    for difference in differences:
        total.new += difference.new
        total.changed += difference.changed
        total.found += difference.found
        total.gone += difference.gone
        total.still_missing += difference.still_missing
        total.unchanged += difference.unchanged
        total.displaced += difference.displaced
    return total


def to_hash(difference: Difference) -> list[Arrival]:
    """List the arrivals whose content decides: those of the size of a displaced sample."""
    sizes = {displaced.size for displaced in difference.displaced}
    return [arrival for arrival in _arrivals(difference) if arrival.size in sizes]


def _arrivals(difference: Difference) -> Iterator[Arrival]:
    yield from difference.changed
    yield from difference.new


def plan(difference: Difference, hashes: Mapping[Place, str]) -> Plan:
    """Decide with the content ``hashes`` of the arrivals from `to_hash`; "" where a file could not be read."""
    touched = [
        arrival
        for arrival in difference.changed
        if arrival.known_hash and hashes.get(arrival.place) == arrival.known_hash
    ]
    same = {arrival.place for arrival in touched}
    arrivals = [arrival for arrival in _arrivals(difference) if arrival.place not in same]
    displaced = [item for item in difference.displaced if item.place not in same]
    moves = _closed(_match(arrivals, displaced, hashes))
    moved = {item.sample for item, _ in moves}
    filled = {arrival.place for _, arrival in moves}
    gone = [sample for sample in difference.gone if sample not in moved]
    left = [arrival for arrival in arrivals if arrival.place not in filled]
    return Plan(
        # A path whose sample moved away holds a new image.
        insert=[arrival for arrival in left if arrival.sample < 0 or arrival.sample in moved],
        changed=[arrival for arrival in left if arrival.sample >= 0 and arrival.sample not in moved],
        touched=touched,
        moves=moves,
        found=difference.found,
        missing=gone,
        unchanged=difference.unchanged + len(touched) + len(moves),
        still_missing=len(set(difference.still_missing) - moved),
    )


def _match(
    arrivals: Sequence[Arrival], displaced: Sequence[Displaced], hashes: Mapping[Place, str]
) -> list[tuple[Displaced, Arrival]]:
    """Pair arrivals with displaced samples of the same content, each at most once; the same file name goes first."""
    waiting: dict[str, list[Displaced]] = {}
    for item in displaced:
        waiting.setdefault(item.hash, []).append(item)
    candidates = [arrival for arrival in arrivals if hashes.get(arrival.place) in waiting]
    pairs: list[tuple[Displaced, Arrival]] = []

    def pair(arrival: Arrival, fits: Callable[[Displaced], bool]) -> bool:
        group = waiting[hashes[arrival.place]]
        position = next((i for i, item in enumerate(group) if fits(item)), None)
        if position is not None:
            pairs.append((group.pop(position), arrival))
        return position is not None

    def same_name(arrival: Arrival) -> Callable[[Displaced], bool]:
        name = posixpath.basename(arrival.place[1])
        return lambda item: posixpath.basename(item.place[1]) == name

    rest = [arrival for arrival in candidates if not pair(arrival, same_name(arrival))]
    for arrival in rest:
        pair(arrival, lambda _: True)
    return pairs


def _closed(pairs: list[tuple[Displaced, Arrival]]) -> list[tuple[Displaced, Arrival]]:
    """Keep the moves onto paths that are free: new ones, or those whose own sample moves away too.

    Renaming 1 to 2 and 2 to 3 is two moves; copying 1 over 2 is a change of 2.
    """
    while True:
        moved = {item.sample for item, _ in pairs}
        kept = [(item, arrival) for item, arrival in pairs if arrival.sample < 0 or arrival.sample in moved]
        if len(kept) == len(pairs):
            return kept
        pairs = kept
