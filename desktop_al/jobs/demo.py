"""The demo: some 3,800 emoji, cut out of one sprite sheet; an oracle can reveal their categories as labels."""

import csv
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PIL import Image

from desktop_al.domain.context import Context
from desktop_al.domain.errors import ProjectError, StorageError
from desktop_al.domain.records import Change, Decision
from desktop_al.domain.results import ImportLabelsResult
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import AddSpec, EmbedSpec
from desktop_al.domain.text import shown
from desktop_al.jobs.pipeline import PipelineResult, PipelineSpec, run_steps
from desktop_al.jobs.resources import resource
from desktop_al.store import labels, metadata
from desktop_al.store.project import DATABASE_NAME, Project

if TYPE_CHECKING:
    import sqlite_utils

CELL = 64
NAME = "Emoji demo.alproject"
ORACLE = "oracle"
# Counts up when the sheet or the table changes, so that images of an older program are not taken for the present ones.
EDITION = "emoji-16.0"
HINTS = ("name", "skin_tone")


def emoji_table() -> list[dict[str, str]]:
    """One row an emoji: file, name, category, subcategory, skin_tone, and where it lies in the sheet (x, y)."""
    with resource("demo/emoji.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def demo_images(ctx: Context, cache: Path | None = None) -> Path:
    """Cut the sheet into one PNG file an emoji below the user's cache, once; return their folder.

    The folder appears whole or not at all.

    Raises
    ------
    StorageError
        The cache cannot be written.
    """
    cache = cache or platformdirs.user_cache_path("desktop-al", appauthor=False)
    folder = cache / "demo" / EDITION
    table = emoji_table()
    if folder.is_dir() and len(os.listdir(folder)) >= len(table):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".cutting-", dir=folder.parent))
        try:
            _cut(table, staging, ctx)
            if folder.exists():
                shutil.rmtree(folder)
            staging.rename(folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise StorageError(
            say(
                "The demo's images could not be written to “{folder}” ({why}); free some space and try again.",
                folder=shown(folder),
                why=error.strerror,
            )
        ) from error
    return folder


def _cut(table: Sequence[Mapping[str, str]], folder: Path, ctx: Context) -> None:
    with Image.open(resource("demo/emoji.png")) as sheet:
        sheet.load()

        def cut(row: Mapping[str, str]) -> None:
            if not ctx.cancelled:
                x, y = int(row["x"]), int(row["y"])
                sheet.crop((x, y, x + CELL, y + CELL)).save(folder / row["file"], compress_level=1)

        with ThreadPoolExecutor(4) as threads:
            for number, _ in enumerate(threads.map(cut, table)):
                ctx.check()
                ctx.report("Cutting the demo's images", number, len(table), "images")
    ctx.check()
    ctx.report("Cutting the demo's images", len(table), len(table), "images")


def ensure_demo(ctx: Context, path: Path | None = None, cache: Path | None = None) -> Path:
    """See to it that the demo project is there with all its images; return its path (by default among the user's data).

    Raises
    ------
    StorageError
        The disk is full or cannot be written.
    ProjectError
        The demo project is damaged, or locked by another process.
    """
    from desktop_al.jobs.add import run_add

    images = demo_images(ctx, cache)
    path = path or platformdirs.user_data_path("desktop-al", appauthor=False) / NAME
    # For writing, since it may be of an older program.
    with Project.open(path, "w") if (path / DATABASE_NAME).exists() else Project.create(path) as project:
        if project.counts().present == len(emoji_table()) and project.metadata(HINTS[-1]):
            return path
        run_add(project, AddSpec((images,)), ctx)
        _tell_names(project)
    return path


def _tell_names(project: Project) -> None:
    """Give each sample what is no secret: its name and its skin tone."""
    samples = project.samples()
    rows = {row["file"]: row for row in emoji_table()}
    known = [
        (int(sample), rows[name]) for sample, name in zip(samples.ids, samples.relpaths, strict=True) if name in rows
    ]
    ids = [sample for sample, _ in known]

    def write(db: "sqlite_utils.Database") -> None:
        for field in HINTS:
            metadata.set_metadata(db, field, ids, [row[field] for _, row in known])

    project.write(write)


def run_demo(to: Path, embed: EmbedSpec, ctx: Context, cache: Path | None = None) -> PipelineResult:
    """Do the demo's whole job without a window: a project below ``to``, and beside it map, curve, picks and batch.

    Raises
    ------
    WorldError
        What any of the steps refuses.
    """
    folder = Path(os.path.abspath(to))
    path = ensure_demo(ctx, folder / NAME, cache)
    with Project.open(path, "w") as project:
        return run_steps(project, PipelineSpec((), folder, embed), ctx)


def reveal(project: Project, batch: int | None, ctx: Context) -> ImportLabelsResult:
    """Let the oracle label the picks of a batch (None: the last) that were not rejected with their categories.

    Raises
    ------
    SelectionError
        There is no such batch.
    ProjectError
        The project is not the demo, so that nobody knows its labels.
    """
    number = project.batch(batch).number
    picks = [pick.sample for pick in project.picks(number) if pick.decision is not Decision.REJECTED]
    samples, table = project.samples(), project.labels()
    category = {row["file"]: row["category"] for row in emoji_table()}
    files = {sample: samples.relpaths[samples.row_of(sample)] for sample in picks}
    found = {sample: category[name] for sample, name in files.items() if name in category}
    if len(found) < len(picks):
        raise ProjectError(
            say(
                "“{project}” is not the demo project, so that its labels are not known; import them.",
                project=project.name,
            )
        )
    known = {int(sample): table.classes[code] for sample, code in zip(table.ids, table.codes, strict=True)}
    new = {sample: label for sample, label in found.items() if known.get(sample) != label}
    ctx.check()
    undo = project.write(lambda db: labels.set_labels(db, list(new), list(new.values()), origin=ORACLE))
    return ImportLabelsResult(
        format=ORACLE,
        round=undo.round,
        matched=len(found),
        unchanged=len(found) - len(new),
        unmatched=0,
        conflicting=0,
        skipped=0,
        classes=len(project.labels().classes),
        metadata_fields=(),
        problems=(),
        change=Change(frozenset({"labels"}), say("Reveal {count:,} labels", count=len(new)), len(new)),
        undo=undo,
    )


def run_reveal(path: Path | None, ctx: Context) -> ImportLabelsResult:
    """Reveal the labels of the last batch of the demo project at ``path``, by default the user's own."""
    path = path or platformdirs.user_data_path("desktop-al", appauthor=False) / NAME
    with Project.open(path, "w") as project:
        return reveal(project, None, ctx)
