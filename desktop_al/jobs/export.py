"""Export a batch: picks with their rationale, in one of the formats of `desktop_al.exchange`."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import ExportError
from desktop_al.domain.formats import FormatInfo
from desktop_al.domain.records import BatchRecord, Decision
from desktop_al.domain.results import ExportResult
from desktop_al.domain.sentence import say, say_n
from desktop_al.domain.specs import ExportSpec
from desktop_al.domain.text import shown
from desktop_al.exchange.base import ExportHead, Writer
from desktop_al.exchange.imagefolder import strangers
from desktop_al.exchange.registry import WRITERS, writer
from desktop_al.exchange.staging import refuse_existing, staged
from desktop_al.jobs.export_rows import ExportRows
from desktop_al.jobs.targets import refuse_folder, refuse_own_places
from desktop_al.store import exports
from desktop_al.store.pick_table import STATES, PickTable
from desktop_al.store.project import Project


def format_infos() -> tuple[FormatInfo, ...]:
    """The export formats, for forms and for the command line's help."""
    return tuple(FormatInfo(w.name, w.summary, w.suffix, w.folder, w.images) for w in WRITERS.values())


def unreviewed(project: Project, number: int | None) -> bool:
    """Whether no pick of batch ``number`` (None: the last) is accepted yet."""
    picks = project.pick_table(project.batch(number).number)
    return not bool(np.any(picks.states == STATES[Decision.ACCEPTED]))


def run_export(project: Project, spec: ExportSpec, ctx: Context) -> ExportResult:
    """Write the accepted picks of a batch, or with ``spec.everything`` all that are not rejected, to ``spec.to``.

    The file or folder appears whole or not at all. The export is recorded in the project where that is open for
    writing.

    Raises
    ------
    SelectionError
        There is no such batch.
    ExportError
        Nothing is to be exported, something is at ``spec.to`` already, or an image is gone.
    StorageError
        The disk is full, read-only or failing.
    UsageError
        There is no such format.
    """
    form = writer(spec.format)
    # Path.absolute would keep "..", which is no name to write to.
    to = Path(os.path.abspath(spec.to))
    batch = project.batch(spec.batch)
    picks = project.pick_table(batch.number)
    rows = ExportRows(project, batch, picks, picks.samples, _chosen(picks, batch, spec.everything))
    _check_target(project, form, to, spec.overwrite)
    _tell_changed(project, rows, ctx)
    ctx.report("Writing picks", 0, len(rows), "picks")
    with staged(to, spec.overwrite) as place:
        form.write(_head(project, batch), rows, place, spec.files)
        ctx.check()
    size = _size(to)
    ctx.report("Writing picks", len(rows), len(rows), "picks")
    if project.mode == "w":
        project.write(
            lambda db: exports.record_export(db, batch.number, format=form.name, path=to, count=len(rows), bytes=size)
        )
    return ExportResult(batch.number, form.name, to, len(rows), size)


def _chosen(picks: PickTable, batch: BatchRecord, everything: bool) -> NDArray[np.intp]:
    """The places of the picks that are exported."""
    wanted = {Decision.ACCEPTED, Decision.PENDING} if everything else {Decision.ACCEPTED}
    chosen = np.flatnonzero(np.isin(picks.states, [STATES[decision] for decision in wanted]))
    if len(chosen):
        return chosen
    if everything:
        raise ExportError(
            say("Every pick of batch {number} is rejected; accept some, or select another batch.", number=batch.number)
        )
    raise ExportError(
        say(
            "No pick of batch {number} is accepted; accept some, or export all that are not rejected.",
            number=batch.number,
        )
    )


def _head(project: Project, batch: BatchRecord) -> ExportHead:
    return ExportHead(project.name, batch.number, batch.strategy, batch.seed, batch.model_key, batch.created_at)


def _check_target(project: Project, form: Writer, to: Path, overwrite: bool) -> None:
    """Refuse a target whose replacing would lose something that is no earlier export."""
    refuse_own_places(project, to)
    refuse_existing(to, overwrite)
    if not form.folder:
        refuse_folder(to)
    elif to.is_dir() and not to.is_symlink():
        others = strangers(to)
        if others:
            raise ExportError(
                say(
                    "“{to}” also holds files that no export wrote, such as “{file}”; choose another folder.",
                    to=shown(to),
                    file=shown(others[0]),
                )
            )


def _tell_changed(project: Project, rows: ExportRows, ctx: Context) -> None:
    """Say how many images are gone or differ in size from what was embedded."""
    samples = project.samples()
    changed = gone = 0
    roots = {source: str(root) for source, root in samples.roots.items()}
    owners, sizes = samples.source_ids[rows.rows].tolist(), samples.sizes[rows.rows].tolist()
    for row, owner, size in zip(rows.rows.tolist(), owners, sizes, strict=True):
        try:
            # Objects of paths would take longer than the file system does.
            changed += os.stat(os.path.join(roots[owner], samples.relpaths[row])).st_size != size
        except OSError:
            gone += 1
    if changed:
        ctx.message(
            say_n(
                "{count:,} image changed since the last scan; run add and embed, then select again.",
                "{count:,} images changed since the last scan; run add and embed, then select again.",
                changed,
            )
        )
    if gone:
        ctx.message(
            say_n(
                "{count:,} image is not to be found; run add to look for what moved.",
                "{count:,} images are not to be found; run add to look for what moved.",
                gone,
            )
        )


def _images(count: int) -> str:
    return f"{count:,} {'image' if count == 1 else 'images'}"


def _size(path: Path) -> int:
    """Bytes at ``path``, links counted as themselves."""
    if not path.is_dir():
        return path.stat().st_size
    return sum((Path(base) / name).lstat().st_size for base, _, names in os.walk(path) for name in names)
