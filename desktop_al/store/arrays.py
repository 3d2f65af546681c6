"""Derived arrays (neighbours, PCA, projection): one file for the arrays of a kind, replaced as a whole.

A new file is written and flushed, recorded in one transaction that drops the record of the old one, and only then
is the old file deleted. Files that no record names are left from an interrupted save and are swept at the next open.
"""

import json
import os
import uuid
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from desktop_al.domain.records import DerivedArrays, ModelRecord
from desktop_al.domain.sentence import say
from desktop_al.store.runs import versions
from desktop_al.store.values import now, to_json
from desktop_al.store.vectors import CHECK_BYTES, FOLDER, checksum_of, sync_folder

if TYPE_CHECKING:
    import sqlite_utils

SUFFIX = ".arrays"
_REMEDIES = {"projection": say("make the map again")}
_REMEDY = say("delete it from the folder “{folder}”, and it is computed again when it is needed", folder=FOLDER)
_ALIGNMENT = 64


def stage(folder: Path, kind: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Write arrays into a new file of the project folder; returns the fields that `record` puts into SQLite."""
    target = folder / FOLDER / f"{kind}-{uuid.uuid4().hex}{SUFFIX}"
    target.parent.mkdir(exist_ok=True)
    layout, digest, size = {}, xxhash.xxh3_64(), 0
    try:
        with target.open("xb", buffering=0) as out:
            for name, values in arrays.items():
                data = np.ascontiguousarray(values)
                data = data.astype(data.dtype.newbyteorder("<"), copy=False)
                for block in (b"\0" * (-size % _ALIGNMENT), data.reshape(-1).view(np.uint8).data):
                    size += _write(out.fileno(), block, digest)
                layout[name] = {"offset": size - data.nbytes, "dtype": data.dtype.str, "shape": list(values.shape)}
            os.fsync(out.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    return {"file": target.name, "layout": to_json(layout), "bytes": size, "checksum": digest.hexdigest()}


def _write(handle: int, block: bytes | memoryview, digest: "xxhash.xxh3_64") -> int:
    view = memoryview(block)
    for start in range(0, len(view), CHECK_BYTES):
        part = view[start : start + CHECK_BYTES]
        digest.update(part)
        while part:
            part = part[os.write(handle, part) :]
    return len(view)


def record(
    db: "sqlite_utils.Database",
    model_key: str,
    kind: str,
    staged: Mapping[str, Any],
    spec: Mapping[str, Any],
    seed: int,
    input_hash: str,
) -> str | None:
    """Let a staged file count in place of the one of the same model and kind, whose name is returned."""
    found = db.conn.execute("SELECT id FROM models WHERE key = ?", (model_key,)).fetchone()
    if found is None:
        raise ValueError(f"no model {model_key} is recorded")
    old = db.conn.execute("SELECT file FROM arrays WHERE model_id = ? AND kind = ?", (found[0], kind)).fetchone()
    db.conn.execute("DELETE FROM arrays WHERE model_id = ? AND kind = ?", (found[0], kind))
    db.conn.execute(
        "INSERT INTO arrays (model_id, kind, file, layout, bytes, checksum, spec, seed, input_hash, versions, "
        "written_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            found[0],
            kind,
            staged["file"],
            staged["layout"],
            staged["bytes"],
            staged["checksum"],
            to_json(spec),
            seed,
            input_hash,
            to_json(versions()),
            now(),
        ),
    )
    return old[0] if old else None


def read(db: "sqlite_utils.Database", folder: Path, model: ModelRecord, kind: str) -> DerivedArrays | None:
    """The arrays of a kind, memory-mapped; None where none were saved.

    A file that is missing or shorter than it was counts as never saved, for its content can be computed again;
    `problems` names it.
    """
    query = "SELECT file, layout, bytes, spec, seed, input_hash, versions FROM arrays WHERE model_id = ? AND kind = ?"
    row = db.conn.execute(query, (model.id, kind)).fetchone()
    while row is not None:
        file, layout, size, spec, seed, input_hash, made_with = row
        try:
            arrays = _map(folder / FOLDER / file, json.loads(layout), size)
        except (FileNotFoundError, ValueError):
            row = db.conn.execute(query, (model.id, kind)).fetchone()
            if row is not None and row[0] != file:
                continue  # A writer replaced it between our two reads.
            return None
        ids = arrays.pop("ids").astype(np.int64, copy=False)
        return DerivedArrays(kind, ids, arrays, json.loads(spec), seed, input_hash, json.loads(made_with))
    return None


def _map(file: Path, layout: Mapping[str, Any], size: int) -> dict[str, NDArray[Any]]:
    if size == 0:
        file.stat()
        data: NDArray[np.uint8] = np.empty(0, np.uint8)
    else:
        data = np.memmap(file, dtype=np.uint8, mode="r", shape=(size,))
    arrays = {}
    for name, part in layout.items():
        dtype, count = np.dtype(part["dtype"]), int(np.prod(part["shape"], dtype=np.int64))
        stretch = data[part["offset"] : part["offset"] + count * dtype.itemsize]
        arrays[name] = stretch.view(dtype).reshape(part["shape"])
    return arrays


def load(folder: Path, file: str, layout: str, size: int, checksum: str) -> dict[str, NDArray[Any]] | None:
    """The arrays of a staged file in memory, native and writable by nobody; None where its bytes are not those."""
    digest = xxhash.xxh3_64()
    try:
        with (folder / FOLDER / Path(file).name).open("rb", buffering=0) as data:
            if os.fstat(data.fileno()).st_size != size:
                return None
            found = {}
            for name, part in sorted(json.loads(layout).items(), key=lambda item: item[1]["offset"]):
                dtype, shape = np.dtype(part["dtype"]), tuple(part["shape"])
                room = part["offset"] + int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
                if dtype.hasobject or not data.tell() <= part["offset"] <= room <= size:
                    return None
                _read(data, np.empty(part["offset"] - data.tell(), np.uint8), digest)
                found[name] = _read(data, np.empty(shape, dtype), digest)
            complete = data.tell() == size and digest.hexdigest() == checksum
    # A project may come from somebody else, and whatever it records can be read elsewhere.
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    return found if complete else None


def _read(data: FileIO, into: NDArray[Any], digest: "xxhash.xxh3_64") -> NDArray[Any]:
    """Fill ``into`` from where ``data`` stands, and freeze it."""
    view = memoryview(into.reshape(-1).view(np.uint8).data)
    while view and (count := data.readinto(view[:CHECK_BYTES])):
        digest.update(view[:count])
        view = view[count:]
    into.flags.writeable = False
    return into


def sweep(db: "sqlite_utils.Database", folder: Path) -> None:
    """Delete array files that no record names; only the writer may call this."""
    known = {row[0] for row in db.conn.execute("SELECT file FROM arrays UNION SELECT file FROM kept_samples")}
    for file in (folder / FOLDER).glob(f"*{SUFFIX}"):
        if file.name not in known:
            drop(file)


def drop(file: Path) -> None:
    """Delete a file that no longer counts; Windows keeps one that is still mapped, for the next sweep."""
    try:
        file.unlink(missing_ok=True)
    except PermissionError:
        return


def problems(db: "sqlite_utils.Database", folder: Path) -> list[str]:
    """One sentence for each array file that is not what was recorded."""
    rows = db.conn.execute("SELECT kind, file, bytes, checksum FROM arrays ORDER BY id")
    return [
        say("The {kind} file “{file}” is damaged: {remedy}.", kind=kind, file=file, remedy=_REMEDIES.get(kind, _REMEDY))
        for kind, file, size, checksum in rows
        if checksum_of(folder / FOLDER / file, 0, size) != checksum
    ]
