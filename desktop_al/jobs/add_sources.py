"""Decides which image folders a scan walks, so that no file enters a project twice."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_al.domain.context import Context
from desktop_al.domain.errors import Remedy, SourceError
from desktop_al.domain.records import Source
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.media.scan import lies_in


@dataclass(frozen=True, slots=True)
class Target:
    """A folder to scan; ``source`` is its id, or None while it is new."""

    root: Path
    source: int | None


def targets(folders: Sequence[Path], sources: Sequence[Source], ctx: Context) -> list[Target]:
    """Map ``folders`` to sources, old and new; with no folders, to all sources.

    A folder inside a source is scanned as part of it; one that contains a source is a source of its own, and the scan
    leaves the inner one out. Both are told through ``ctx``.

    Raises
    ------
    SourceError
        There is nothing to scan, or a source is not where it was.
    """
    chosen = [Target(source.root, source.id) for source in sources] if not folders else []
    known = [Target(source.root, source.id) for source in sources]
    # The outer folder comes first, so that the order of the arguments does not matter.
    for folder in sorted((Path(os.path.abspath(folder)) for folder in folders), key=lambda path: len(path.parts)):
        target = _existing(folder, known, ctx)
        if target is None:
            _tell_inner(folder, known, ctx)
            target = Target(folder, None)
            known.append(target)
        if target not in chosen:
            chosen.append(target)
    if not chosen:
        raise SourceError(say("The project has no image folder yet; add one."), (Remedy.ADD_FOLDER,))
    for target in chosen:
        if target.source is not None and not target.root.is_dir():
            raise SourceError(
                say(
                    "The image folder “{root}” of this project is not there: connect its disk, or say where "
                    "it lies now.",
                    root=shown(target.root),
                ),
                (Remedy.RELINK_FOLDER,),
            )
    return chosen


def others(target: Target, chosen: Sequence[Target], sources: Sequence[Source]) -> list[Path]:
    """List the roots of all sources but ``target``, the new ones among them."""
    roots = [source.root for source in sources] + [other.root for other in chosen]
    return [root for root in dict.fromkeys(roots) if root != target.root]


def _existing(folder: Path, known: Sequence[Target], ctx: Context) -> Target | None:
    """Find the source that is ``folder``, or whose scan meets it."""
    real = os.path.realpath(folder)
    for target in known:
        if os.path.realpath(target.root) == real:
            return target
    for target in known:
        if lies_in(real, os.path.realpath(target.root)) and folder.is_dir():
            ctx.message(
                say(
                    "“{folder}” lies inside “{root}” and is scanned as part of it; no image is added twice.",
                    folder=shown(folder),
                    root=shown(target.root),
                )
            )
            return target
    return None


def _tell_inner(folder: Path, known: Sequence[Target], ctx: Context) -> None:
    real = os.path.realpath(folder)
    for target in known:
        if lies_in(os.path.realpath(target.root), real):
            ctx.message(
                say(
                    "“{root}” lies inside “{folder}” and is in the project already; no image is added twice.",
                    root=shown(target.root),
                    folder=shown(folder),
                )
            )
