"""Converted models in the user's cache: converting a torch module takes seconds, reading the result milliseconds."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import xxhash

from desktop_al.domain.errors import StorageError
from desktop_al.domain.places import cache_folder
from desktop_al.domain.sentence import say
from desktop_al.models.content import file_hash
from desktop_al.models.openvino_runtime import load_openvino

CONVERTER_REVISION = 1
"""To be raised when our own conversion changes."""
KEPT = 8
_FILES = ("model.xml", "model.bin")


def cached_model(content: str, convert: Callable[[], Any]) -> Any:
    """Return the converted model (``openvino.Model``) of the content hash ``content``; ``convert`` makes it if need be.

    The cache is keyed by content and by the versions that shape the result. An entry counts only if its checksums
    hold; it is staged beside the others and renamed, so that a half-written one is never seen. A cache that cannot be
    written costs time, not the job.
    """
    openvino = load_openvino()
    key = xxhash.xxh3_64_hexdigest("|".join((content, *_versions())).encode())
    entry = cache_folder() / "models" / key
    if _whole(entry):
        with contextlib.suppress(OSError):
            os.utime(entry)
        return openvino.Core().read_model(entry / "model.xml")
    model = convert()
    with contextlib.suppress(StorageError):
        _store(model, entry)
    return model


def _versions() -> tuple[str, ...]:
    return version("openvino"), version("torch"), str(CONVERTER_REVISION)


def _whole(entry: Path) -> bool:
    try:
        sums = json.loads((entry / "checksums.json").read_text(encoding="utf-8"))
        return all(file_hash(entry / name) == sums[name] for name in _FILES)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _store(model: Any, entry: Path) -> None:
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=entry.parent, prefix=".staged-") as folder:
            staged = Path(folder) / "entry"
            staged.mkdir()
            load_openvino().save_model(model, staged / "model.xml", compress_to_fp16=False)
            sums = {name: file_hash(staged / name) for name in _FILES}
            (staged / "checksums.json").write_text(json.dumps(sums), encoding="utf-8")
            shutil.rmtree(entry, ignore_errors=True)
            staged.rename(entry)
        _forget_old(entry.parent)
    except (OSError, RuntimeError) as error:
        raise StorageError(
            say(
                "The converted model cannot be kept in {folder}; make room there ({error}).",
                folder=entry.parent,
                error=error,
            )
        ) from error


def _forget_old(folder: Path) -> None:
    entries = sorted((item for item in folder.iterdir() if item.is_dir()), key=lambda item: item.stat().st_mtime)
    for old in entries[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
