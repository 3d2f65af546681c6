"""The whole job in one go: create, add, embed, map, select, export."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from desktop_al.domain.context import Context
from desktop_al.domain.errors import ExportError
from desktop_al.domain.results import AddResult, EmbedResult, SelectResult, plain
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import AddSpec, EmbedSpec, ExportSpec, MapSpec, SelectSpec
from desktop_al.domain.text import shown
from desktop_al.exchange.registry import writer
from desktop_al.jobs.add import run_add
from desktop_al.jobs.contact_sheet import write_contact_sheet
from desktop_al.jobs.create import run_create
from desktop_al.jobs.curve import write_curve_csv, write_curve_png
from desktop_al.jobs.export import run_export
from desktop_al.jobs.select import result_of, run_select
from desktop_al.store import runs
from desktop_al.store.project import DATABASE_NAME, Project

RUN = "run"


@dataclass(frozen=True, slots=True)
class PipelineSpec:
    """The whole job: the folders, where everything goes, and the specs of the steps."""

    folders: tuple[Path, ...]
    to: Path
    embed: EmbedSpec = field(default_factory=EmbedSpec)
    map: MapSpec = field(default_factory=MapSpec)
    select: SelectSpec = field(default_factory=SelectSpec)
    format: str = "csv"
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class PipelineResult:
    """What the whole job did; ``files`` names what was written."""

    project: Path
    added: AddResult
    embedded: EmbedResult
    selected: SelectResult
    files: Mapping[str, Path]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``run`` and ``demo``: the one of each step below its name."""
        return {
            "project": str(self.project),
            "batch": self.selected.batch.number,
            "count": self.selected.batch.count,
            "add": self.added.to_json(),
            "embed": self.embedded.to_json(),
            "select": self.selected.to_json(),
            "files": {name: str(path) for name, path in self.files.items()},
            "seconds": self.seconds,
        }


def run_pipeline(spec: PipelineSpec, ctx: Context) -> PipelineResult:
    """Do the whole job; the project lies in ``spec.to``, and a second run goes on from what the first one left.

    Raises
    ------
    WorldError
        What any of the steps refuses; what the steps before it did stays.
    """
    writer(spec.format)
    folder = Path(os.path.abspath(spec.to))
    if folder.exists() and not folder.is_dir():
        raise ExportError(say("“{folder}” is a file; name a folder to write to.", folder=shown(folder)))
    path = folder / f"{folder.name or 'pool'}.alproject"
    _check_place(folder, spec.folders)
    if (path / DATABASE_NAME).exists():
        project, added = Project.open(path, "w"), None
    else:
        added = run_create(path, AddSpec(spec.folders), ctx, parents=True)
        project = Project.open(path, "w")
    with project:
        return run_steps(project, spec, ctx, added)


def _check_place(folder: Path, images: tuple[Path, ...]) -> None:
    """Refuse a place where nothing of ours may be written, before any work is done."""
    real = Path(os.path.realpath(folder))
    for place in (real, *real.parents):
        if (place / DATABASE_NAME).exists():
            raise ExportError(
                say(
                    "“{folder}” lies inside the project “{place}”; name another folder.",
                    folder=shown(folder),
                    place=shown(place),
                )
            )
        if any(place == Path(os.path.realpath(image)) for image in images):
            raise ExportError(
                say(
                    "“{folder}” lies inside the image folder “{place}”, which is never written; name another folder.",
                    folder=shown(folder),
                    place=shown(place),
                )
            )


def run_steps(project: Project, spec: PipelineSpec, ctx: Context, added: AddResult | None = None) -> PipelineResult:
    """Add (unless ``added`` says that it was done), embed, map, select and export in the open ``project``.

    A batch that an earlier run selected with the same spec from the same embeddings and labels is not selected again,
    and its files are left as they are.
    """
    from desktop_al.jobs.embed import run_embed
    from desktop_al.jobs.map import run_map

    began = time.monotonic()
    added = added or run_add(project, AddSpec(spec.folders), ctx)
    embedded = run_embed(project, spec.embed, ctx)
    run_map(project, spec.map, ctx)
    selected = _earlier(project, spec.select)
    again = selected is not None
    if selected is None:
        selected = run_select(project, spec.select, ctx)
        batch, state = selected.batch.number, _state(project)
        project.write(lambda db: runs.record_run(db, RUN, spec.select, input_hash=state, result={"batch": batch}))
    files = _write_files(project, selected, spec, again, ctx)
    return PipelineResult(project.path, added, embedded, selected, files, time.monotonic() - began)


def _state(project: Project) -> str:
    """What a selection depends on: the embeddings and the number of labels in each round."""
    labels = project.labels()
    return f"{project.embedding_digest()} {np.bincount(labels.rounds).tolist() if len(labels.ids) else []}"


def _earlier(project: Project, spec: SelectSpec) -> SelectResult | None:
    """The last batch, where an earlier run selected it with the same spec from the same state."""
    batches = project.batches()
    earlier = [run for run in project.runs() if run.job == RUN]
    if not batches or not earlier or earlier[-1].result.get("batch") != batches[-1].number:
        return None
    if dict(earlier[-1].spec) != plain(asdict(spec)) or earlier[-1].input_hash != _state(project):
        return None
    batch = batches[-1]
    return result_of(project, batch, tuple(project.picks(batch.number)), 0.0, f"Batch {batch.number} still holds")


def _write_files(
    project: Project, selected: SelectResult, spec: PipelineSpec, again: bool, ctx: Context
) -> dict[str, Path]:
    """Write map, curve, picks and batch beside the project; where ``again``, only what is not there yet."""
    from desktop_al.jobs.map_png import write_map_png

    batch = selected.batch
    form = writer(spec.format)
    folder, stem = project.path.parent, f"batch-{batch.number}"
    files = {
        "batch": folder / f"{stem}{form.suffix}",
        "picks": folder / f"{stem}-picks.png",
        "curve": folder / f"{stem}-coverage.png",
        "curve_table": folder / f"{stem}-coverage.csv",
        "map": folder / f"{stem}-map.png",
    }
    export = ExportSpec(form.name, files["batch"], batch.number, everything=True, overwrite=spec.overwrite)
    writers: dict[str, Callable[[Path], object]] = {
        "batch": lambda to: run_export(project, export, ctx),
        "picks": lambda to: write_contact_sheet(selected.paths, to, spec.embed.max_pixels, spec.overwrite),
        "curve": lambda to: write_curve_png(batch, to, spec.overwrite),
        "curve_table": lambda to: write_curve_csv(batch, to, spec.overwrite),
        "map": lambda to: write_map_png(project, to, overwrite=spec.overwrite),
    }
    for name, to in files.items():
        if spec.overwrite or not (again and to.exists()):
            writers[name](to)
    return files
