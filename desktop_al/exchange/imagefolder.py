"""The images themselves, in one folder per class, as torchvision's ImageFolder and most labelling tools open them.

Images without a label lie in ``unlabelled``. ``batch.csv`` at the top holds the rationale, and its first column,
``file``, says which file is which pick. No two files have the same name, in whatever folders they lie, so that a
person can move them from class to class.
"""

import csv
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from desktop_al.domain.errors import ExportError
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.exchange.base import ExportHead, ExportRow
from desktop_al.exchange.cells import neutral, original
from desktop_al.exchange.csv_batch import write_table
from desktop_al.exchange.paths_text import path_from_text, path_text

MANIFEST = "batch.csv"
UNLABELLED = "unlabelled"
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$", re.IGNORECASE)


def folder_name(label: str) -> str:
    """``label`` as a folder name that every file system takes."""
    name = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]', "_", label).strip(" .") or "_"
    name = name.encode("utf-8", "replace")[:120].decode("utf-8", "ignore")
    return f"_{name}" if _RESERVED.match(name) or name.startswith(".") else name


class _Names:
    """Hands out names of which no two are the same, also where capitals do not count."""

    def __init__(self, taken: Sequence[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}

    def take(self, stem: str, suffix: str, number: int) -> str:
        """``stem`` + ``suffix``, with ``number`` between them where that is taken."""
        name = stem + suffix
        while name.casefold() in self._taken:
            stem = f"{stem}-{number}"
            name = stem + suffix
        self._taken.add(name.casefold())
        return name


def layout(rows: Sequence[ExportRow]) -> list[str]:
    """Where each row lies below the folder, with forward slashes; no two file names are the same."""
    folders: dict[str, str] = {"": UNLABELLED}
    folder_names = _Names([UNLABELLED, MANIFEST])
    names = _Names()
    places = []
    for row in rows:
        if row.label not in folders:
            folders[row.label] = folder_names.take(folder_name(row.label), "", len(folders))
        folder = folders[row.label]
        name = names.take(row.path.stem, row.path.suffix, row.sample)
        places.append(f"{folder}/{name}")
    return places


class ImageFolderWriter:
    """A folder of image files, one subfolder per class."""

    name = "imagefolder"
    summary = "the images, copied or linked, in one folder per class (unlabelled where there is none), with batch.csv"
    suffix = ""
    folder = True
    images = True

    def write(self, head: ExportHead, rows: Sequence[ExportRow], to: Path, files: str) -> None:
        """Copy or link the images of ``rows`` and write ``batch.csv``.

        Raises
        ------
        ExportError
            An image is gone, or links cannot be made here.
        """
        to.mkdir()
        places = layout(rows)
        for row, place in zip(rows, places, strict=True):
            target = to / place
            target.parent.mkdir(exist_ok=True)
            _put(row.path, target, files)
        write_table(to / MANIFEST, rows, [{"file": neutral(path_text(place))} for place in places])


def _put(image: Path, target: Path, files: str) -> None:
    if not image.is_file():
        raise ExportError(
            say(
                "The image “{image}” is gone; bring it back, or reject it in the batch, then export.",
                image=shown(image),
            )
        )
    if files == "copy":
        try:
            shutil.copyfile(image, target)
        except PermissionError as error:
            if os.access(image, os.R_OK):
                raise
            raise ExportError(
                say("The image “{image}” may not be read; change its permissions.", image=shown(image))
            ) from error
        return
    try:
        target.symlink_to(image.absolute())
    except (OSError, NotImplementedError) as error:
        raise ExportError(
            say("Links cannot be made in “{folder}”; export with copies.", folder=shown(target.parent.parent.parent))
        ) from error


def read_manifest(folder: Path) -> dict[str, str]:
    """Which path each exported file comes from: place below ``folder`` to absolute path; empty without a manifest."""
    try:
        with (folder / MANIFEST).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    if not rows or not {"file", "path", "sample"} <= rows[0].keys():
        return {}
    return {path_from_text(original(row["file"] or "")): path_from_text(original(row["path"] or "")) for row in rows}


def strangers(folder: Path) -> list[str]:
    """Files below ``folder`` that no export of ours wrote; an earlier export without any may be replaced."""
    ours = {*read_manifest(folder), MANIFEST}
    found = []
    for base, _, names in os.walk(folder):
        for name in names:
            place = (Path(base) / name).relative_to(folder).as_posix()
            if place not in ours:
                found.append(place)
    return found
