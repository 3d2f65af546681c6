"""Walks image folders: which image files there are, how large and how old; nothing is opened."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import SourceError
from desktop_al.domain.sentence import Sentence, say
from desktop_al.domain.text import shown

IMAGE_ENDINGS = frozenset(
    f".{ending}"
    for ending in (
        *("jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "webp", "bmp", "dib", "gif", "tif", "tiff"),
        *("heic", "heif", "hif", "avif", "avifs", "jp2", "j2k", "jpx", "jpf"),
        *("ppm", "pgm", "pbm", "pnm", "tga", "qoi", "psd"),
    )
)
"""Endings of image files, in lower case; the content decides later what the file really is."""

_SYSTEM_FOLDERS = frozenset({"__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "lost+found"})
_PROJECT_ENDING = ".alproject"
_REPORT_EVERY = 1000

Identity = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scan:
    """What lies below a folder, as columns of n image files.

    ``relpaths`` n paths relative to the folder, with "/" between their parts and undecodable bytes as surrogates;
    ``sizes`` (n,) int64 bytes; ``mtimes`` (n,) int64 nanoseconds; ``skipped`` counts what is hidden, no image, or met
    twice; ``problems`` holds path and reason of what could not be looked at; ``unlisted`` the relative paths of folders
    that could not be listed, whose content is therefore unknown ("" is the folder itself).
    """

    relpaths: Sequence[str]
    sizes: NDArray[np.int64]
    mtimes: NDArray[np.int64]
    skipped: int
    problems: tuple[tuple[str, str], ...]
    unlisted: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.relpaths)


@dataclass(slots=True)
class _Walk:
    """The state of one scan: columns that grow, folders to visit, links put off until the real paths are through."""

    root: str
    reached: list[str]
    on_progress: Callable[[int], None]
    relpaths: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    mtimes: list[int] = field(default_factory=list)
    skipped: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    linked_folders: list[str] = field(default_factory=list)
    linked_files: list[str] = field(default_factory=list)
    visited: set[Identity] = field(default_factory=set)


def scan(folder: Path, on_progress: Callable[[int], None] | None = None, others: Sequence[Path] = ()) -> Scan:
    """List the image files below ``folder``, at any depth.

    Hidden files and folders, files without the ending of an image, and projects are left out. Links are followed;
    no file is listed twice, neither through a loop nor through a link to what the scan meets under its own name.

    Parameters
    ----------
    folder
        Where to begin; it may be hidden itself.
    on_progress
        Called with the number of image files so far, at the beginning, every thousand files and at the end; what it
        raises ends the scan.
    others
        Folders that are scanned on their own: what lies in them is left out here.

    Raises
    ------
    SourceError
        ``folder`` does not exist, is not a folder, or cannot be listed.
    """
    _check_folder(folder)
    root = os.path.realpath(folder)
    apart = [real for other in others if (real := os.path.realpath(other)) != root]
    walk = _Walk(root, [root, *apart], on_progress or (lambda _: None))
    walk.visited.update(identity for other in apart if (identity := _identity(other)))
    walk.on_progress(0)
    walk.pending.append("")
    _visit_pending(walk)
    while walk.linked_folders:
        linked = walk.linked_folders.pop()
        walk.pending.append(linked)
        walk.reached.append(os.path.realpath(_absolute(walk, linked)))
        _visit_pending(walk)
    _add_linked_files(walk)
    walk.on_progress(len(walk.relpaths))
    return Scan(
        walk.relpaths,
        np.array(walk.sizes, np.int64),
        np.array(walk.mtimes, np.int64),
        walk.skipped,
        tuple(walk.problems),
        tuple(walk.unlisted),
    )


def _check_folder(folder: Path) -> None:
    name = shown(folder)
    try:
        with os.scandir(folder):
            pass
    except FileNotFoundError:
        raise SourceError(
            say("The folder “{name}” does not exist: check the path, or connect the disk it is on.", name=name)
        ) from None
    except NotADirectoryError:
        raise SourceError(say("“{name}” is not a folder: give the folder that holds the images.", name=name)) from None
    except PermissionError:
        raise SourceError(
            say("The folder “{name}” cannot be read: change its permissions and add it again.", name=name)
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(
            say(
                "The folder “{name}” cannot be read ({reason}): check the disk and add it again.",
                name=name,
                reason=reason,
            )
        ) from error


def _identity(path: str) -> Identity | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _absolute(walk: _Walk, relpath: str) -> str:
    return os.path.join(walk.root, relpath) if relpath else walk.root


def _problem(walk: _Walk, relpath: str, reason: Sentence) -> None:
    walk.problems.append((_absolute(walk, relpath), reason))


def _visit_pending(walk: _Walk) -> None:
    """Visit the pending folders and all below them, save what is reached by links."""
    while walk.pending:
        relpath = walk.pending.pop()
        path = _absolute(walk, relpath)
        identity = _identity(path)
        if identity is None or identity in walk.visited:
            continue
        walk.visited.add(identity)
        try:
            with os.scandir(path) as entries:
                _take(walk, f"{relpath}/" if relpath else "", entries)
        except OSError as error:
            walk.unlisted.append(relpath)
            _problem(
                walk,
                relpath,
                say("The folder cannot be listed: {why}.", why=(error.strerror or "unknown fault").lower()),
            )


def _take(walk: _Walk, prefix: str, entries: Iterator[os.DirEntry[str]]) -> None:
    """Sort the entries of one folder into images, folders to visit, links and the rest; this loop is what a scan costs.

    Raises OSError where the folder lists its entries but does not let them be looked at.
    """
    relpaths, sizes, mtimes = walk.relpaths, walk.sizes, walk.mtimes
    regular, is_regular, endings = stat.S_IFREG, stat.S_IFMT, IMAGE_ENDINGS
    for entry in entries:
        name = entry.name
        if name[0] == ".":
            walk.skipped += 1
        elif entry.is_symlink():
            _put_off(walk, prefix + name, entry)
        elif entry.is_dir():
            if not _is_hidden(name):
                walk.pending.append(prefix + name)
        elif name[name.rfind(".") :].lower() not in endings:
            walk.skipped += 1
        else:
            try:
                status = entry.stat()
            except FileNotFoundError:
                continue  # gone since the folder was listed
            if is_regular(status.st_mode) != regular:
                walk.skipped += 1
                continue
            relpaths.append(prefix + name)
            sizes.append(status.st_size)
            mtimes.append(status.st_mtime_ns)
            if len(relpaths) % _REPORT_EVERY == 0:
                walk.on_progress(len(relpaths))


def _is_image(name: str) -> bool:
    return name[name.rfind(".") :].lower() in IMAGE_ENDINGS


def _is_hidden(name: str) -> bool:
    """Whether a file or folder called ``name`` is never entered."""
    return name.startswith(".") or name in _SYSTEM_FOLDERS or name.endswith(_PROJECT_ENDING)


def _put_off(walk: _Walk, relpath: str, entry: os.DirEntry[str]) -> None:
    """Keep a link for later, so that files are known by their real paths where they have one."""
    try:
        is_folder = entry.is_dir()
    except OSError:
        is_folder = False
    if is_folder:
        if not _is_hidden(entry.name) and not _is_reached(walk, os.path.realpath(entry.path)):
            walk.linked_folders.append(relpath)
    elif _is_image(entry.name):
        walk.linked_files.append(relpath)
    else:
        walk.skipped += 1


def _is_reached(walk: _Walk, real: str) -> bool:
    """Whether ``real`` lies in a scanned folder, with nothing hidden on the way, and is thus met without the link."""
    return any(lies_in(real, root) for root in walk.reached)


def lies_in(real: str, root: str) -> bool:
    """Whether a scan of ``root`` meets ``real``: it is the same or lies below, with nothing hidden on the way.

    Both are absolute paths without links (``os.path.realpath``).
    """
    if real == root:
        return True
    inside = real.removeprefix(root.rstrip(os.sep) + os.sep)
    return inside != real and not any(_is_hidden(part) for part in inside.split(os.sep))


def _add_linked_files(walk: _Walk) -> None:
    targets: set[str] = set()
    for relpath in sorted(walk.linked_files):
        path = _absolute(walk, relpath)
        try:
            status = os.stat(path)
        except OSError:
            _problem(walk, relpath, say("The link points to a file that is not there."))
            continue
        real = os.path.realpath(path)
        if real in targets or not stat.S_ISREG(status.st_mode) or (_is_image(real) and _is_reached(walk, real)):
            walk.skipped += 1
            continue
        targets.add(real)
        walk.relpaths.append(relpath)
        walk.sizes.append(status.st_size)
        walk.mtimes.append(status.st_mtime_ns)
