"""What the window can do to a project: each feature is a function that returns an operation; widgets only run it.

The job modules are imported when an operation runs, on its lane, so that none is on the path to the first paint.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.records import Ids, Source
from desktop_al.domain.specs import (
    AddSpec,
    AdjustSpec,
    DecideSpec,
    EmbedSpec,
    ExportSpec,
    FilterSpec,
    HighlightSpec,
    ImportLabelsSpec,
    MapSpec,
    NoteSpec,
    SelectSpec,
    TagSpec,
)
from desktop_al.gui.i18n import tr
from desktop_al.jobs.runner import COMPUTE, QUICK, TRANSFER
from desktop_al.store import sources
from desktop_al.store.pick_table import STATES
from desktop_al.store.project import Project

DECISION_OF = {int(state): decision for decision, state in STATES.items()}


@dataclass(frozen=True, slots=True)
class Operation:
    """A job to run on the open project; ``name`` is what the jobs panel and the undo menu show.

    ``leaves`` are the kinds of facts, see `Change`, that it commits or shows on its way: where it is stopped or fails,
    they are others than before. ``kept`` is whether it is soon done and holds what a person did: where the project is
    closed before it has run, it runs still.
    """

    name: str
    run: Callable[[Project, Context], Any] = field(repr=False)
    lane: str = COMPUTE
    quiet: bool = False
    leaves: frozenset[str] = frozenset()
    kept: bool = False


LOOK = "look"
EMBEDDED = frozenset({"samples", "models", "embeddings"})


def add_folders(folders: tuple[Path, ...] = ()) -> Operation:
    """Scan ``folders`` into the pool; with none, scan the known sources again."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.add import run_add

        return run_add(project, AddSpec(folders), ctx)

    return Operation(tr("Add images") if folders else tr("Scan again"), run)


def look_for_folders() -> Operation:
    """List the sources of samples, each with whether its folder is there; a slow disk keeps nothing waiting."""

    def run(project: Project, ctx: Context) -> list[tuple[Source, bool]]:
        used = project.read(sources.used)
        return [(source, source.root.is_dir()) for source in project.sources() if source.id in used]

    return Operation(tr("Look for the folders"), run, LOOK, quiet=True)


def relink(source: int, folder: Path) -> Operation:
    """Say that a source lies in ``folder`` now, and scan it there."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.relink import run_relink

        return run_relink(project, source, folder, ctx)

    return Operation(tr("Look where the folder lies now"), run)


def embed_again(base: EmbedSpec) -> Operation:
    """Embed what is missing with the model that the project uses, or with that of ``base`` where it uses none."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.embed_again import run_embed_again

        return run_embed_again(project, base, ctx)

    return Operation(tr("Embed images"), run, leaves=EMBEDDED)


def embed(spec: EmbedSpec) -> Operation:
    """Embed what has no current embedding of the model."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.embed import run_embed

        return run_embed(project, spec, ctx)

    return Operation(tr("Embed images"), run, leaves=EMBEDDED)


def draw_map(spec: MapSpec) -> Operation:
    """Project the embeddings of the active model."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.map import run_map

        return run_map(project, spec, ctx)

    return Operation(tr("Draw the map"), run, leaves=frozenset({"projection"}))


def select(spec: SelectSpec) -> Operation:
    """Select a batch."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.select import run_select

        return run_select(project, spec, ctx)

    return Operation(tr("Select a batch"), run)


def select_first(spec: SelectSpec) -> Operation:
    """Select a batch, or nothing where there is one already when its turn comes."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.select import run_select

        return None if project.batches() else run_select(project, spec, ctx)

    return Operation(tr("Select a batch"), run)


def resize(batch: int, count: int) -> Operation:
    """Give batch number ``batch`` another size, out of the order that is already known."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.resize import run_resize

        return run_resize(project, batch, count, ctx)

    return Operation(tr("Resize batch {number} to {count:,}", number=batch, count=count), run, QUICK, kept=True)


def adjust(spec: AdjustSpec) -> Operation:
    """Pin and veto samples of a batch, and solve it again around them and what is decided until it is solved."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.adjust import run_adjust

        return run_adjust(project, replace(spec, keep_decided=True), ctx)

    return Operation(tr("Adjust batch {number}", number=spec.batch), run)


def compare(a: int, b: int | str) -> Operation:
    """Lay batch ``a`` beside batch ``b``, or beside what strategy ``b`` would have picked instead.

    A `BatchComparison`, and the sample ids of the picks of both.
    """

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.compare import compare_batches, compare_with

        mine = project.pick_table(a).samples
        if isinstance(b, str):
            found, theirs = compare_with(project, a, b, ctx)
            return found, mine, theirs
        return compare_batches(project, a, b, ctx), mine, project.pick_table(b).samples

    if isinstance(b, str):
        return Operation(tr("Compare batch {number} with another strategy", number=a), run)
    return Operation(tr("Compare batches {first} and {second}", first=a, second=b), run, quiet=True)


def decide(batch: int, ids: Ids, states: NDArray[np.uint8]) -> Operation:
    """Set the decisions that ``states`` (m,) mean on those of the samples ``ids`` (m,) that the batch holds by then."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.decide import run_decide

        decisions = {sample: DECISION_OF[state] for sample, state in zip(ids.tolist(), states.tolist(), strict=True)}
        return run_decide(project, DecideSpec(batch, decisions, spare=True), ctx)

    return Operation(tr("Decide"), run, QUICK, quiet=True, kept=True)


def export(spec: ExportSpec) -> Operation:
    """Write a batch."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.export import run_export

        return run_export(project, spec, ctx)

    return Operation(tr("Export the batch"), run, TRANSFER)


def save_report(to: Path, overwrite: bool) -> Operation:
    """Write the report of the project as a web page."""

    def run(project: Project, ctx: Context) -> Path:
        from desktop_al.jobs.report_html import run_report_html

        run_report_html(project, to, overwrite, ctx)
        return to

    return Operation(tr("Save the report"), run, TRANSFER)


def import_labels(spec: ImportLabelsSpec) -> Operation:
    """Take labels back."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.import_labels import run_import_labels

        return run_import_labels(project, spec, ctx)

    return Operation(tr("Import labels"), run, TRANSFER)


def reveal(batch: int) -> Operation:
    """Let the oracle of the demo label the picks of a batch that were not rejected."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.demo import reveal as run_reveal

        return run_reveal(project, batch, ctx)

    return Operation(tr("Reveal labels"), run, TRANSFER)


def tag(spec: TagSpec) -> Operation:
    """Give samples a tag, or take it from them."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.annotate import run_tag

        return run_tag(project, spec, ctx)

    return Operation(tr("Tag"), run, QUICK, quiet=True, kept=True)


def note(spec: NoteSpec) -> Operation:
    """Write a note."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.annotate import run_note

        return run_note(project, spec, ctx)

    return Operation(tr("Write a note"), run, QUICK, quiet=True, kept=True)


def save_highlight(spec: HighlightSpec) -> Operation:
    """Keep a highlight under a name, or forget it."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.annotate import run_highlight

        return run_highlight(project, spec, ctx)

    return Operation(tr("Save a highlight"), run, QUICK, quiet=True, kept=True)


def save_filter(spec: FilterSpec) -> Operation:
    """Keep a filter under a name, or forget it."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.save_filter import run_save_filter

        return run_save_filter(project, spec, ctx)

    return Operation(tr("Save a filter"), run, QUICK, quiet=True, kept=True)


def keep_spot(sections: Mapping[str, Mapping[str, Any]]) -> Operation:
    """Keep where the person is, part by part of the window."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.spot import keep_spot as keep

        keep(project, sections)

    return Operation(tr("Keep the place"), run, QUICK, quiet=True)


def switch_model(key: str) -> Operation:
    """Make another model of the project the active one."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.models import switch_model as run_switch

        return run_switch(project, key)

    return Operation(tr("Switch the model"), run, QUICK)


def verify() -> Operation:
    """Check the integrity of the project and replay every batch."""

    def run(project: Project, ctx: Context) -> Any:
        from desktop_al.jobs.verify import run_verify

        return run_verify(project, ctx)

    return Operation(tr("Verify the project"), run)
