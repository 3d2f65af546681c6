"""Import labels from a table or a folder per class, matched to the samples of the project."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_al.domain.context import Context
from desktop_al.domain.errors import LabelError, Remedy
from desktop_al.domain.records import Change
from desktop_al.domain.results import ImportLabelsResult, RowProblem
from desktop_al.domain.sentence import Sentence, say, say_n
from desktop_al.domain.specs import ImportLabelsSpec
from desktop_al.domain.text import shown
from desktop_al.exchange.base import LabelRow, Parsed, ParseOptions
from desktop_al.exchange.registry import PARSERS, parser
from desktop_al.jobs.match import AMBIGUOUS, SampleIndex
from desktop_al.jobs.where_project import SHADOWING
from desktop_al.store import labels as store_labels
from desktop_al.store import metadata as store_metadata
from desktop_al.store import runs
from desktop_al.store.project import Project

if TYPE_CHECKING:
    import sqlite_utils

PROBLEMS_KEPT = 100
CHECK_EVERY = 1000
# "007" is a code, not a number.
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def label_formats() -> tuple[tuple[str, str], ...]:
    """The formats that labels come in: name and what it is."""
    return tuple((known.name, known.summary) for known in PARSERS.values())


@dataclass(slots=True)
class _Plan:
    """What an import would do; the counts are in rows and disjoint, but ``unchanged`` is among ``matched``."""

    matched: int = 0
    unchanged: int = 0
    unmatched: int = 0
    conflicting: int = 0
    skipped: int = 0
    unusable: int = 0
    labels: dict[int, str] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    metadata: dict[int, Mapping[str, str]] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    first_rejected: RowProblem | None = None

    @property
    def described(self) -> int:
        """How many images get metadata."""
        return sum(map(bool, self.metadata.values()))

    def note(self, file: object, row: LabelRow, reason: str, rejected: bool = True) -> None:
        """Keep ``reason`` as the problem of ``row``."""
        problem = RowProblem(row.file or str(file), row.line, reason)
        if rejected and self.first_rejected is None:
            self.first_rejected = problem
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(problem)


def run_import_labels(project: Project, spec: ImportLabelsSpec, ctx: Context) -> ImportLabelsResult:
    """Import the labels and metadata of ``spec.path``, or its metadata alone, in one transaction.

    A row that names no sample of the project is counted as unmatched and stops nothing, for a label file may cover more
    than the pool. A row that cannot be read, that fits several samples, or that contradicts another row or a label of
    the project is rejected; then nothing is imported unless ``spec.partial`` asks for the rest.

    Raises
    ------
    LabelError
        The file cannot be read, no row fits, or rows are rejected and ``spec.partial`` is not set.
    UsageError
        There is no such format.
    """
    plan, form, parsed = _read(project, spec, ctx)
    if not plan.matched + plan.conflicting + plan.skipped:
        raise LabelError(_nothing_fits(spec, plan))
    if plan.first_rejected and not spec.partial:
        raise _refused(plan, plan.first_rejected, spec.metadata_only)
    ctx.check()
    undo = project.write(lambda db: _write(db, plan, spec))
    return _result(form, parsed, plan, undo.round, len(project.labels().classes), undo)


def preview_import_labels(project: Project, spec: ImportLabelsSpec, ctx: Context) -> ImportLabelsResult:
    """Count what an import would do, and write nothing; ``round`` is 0, ``classes`` those of labels that fit.

    Raises
    ------
    LabelError
        The file cannot be read, or no format recognises it.
    UsageError
        There is no such format.
    """
    plan, form, parsed = _read(project, spec, ctx)
    return _result(form, parsed, plan, 0, len(plan.classes), None)


def label_columns(path: Path) -> tuple[str, ...]:
    """The columns of a table that may hold the label, none for a folder per class; raises `LabelError`."""
    return parser("auto", path).columns(path)


def _read(project: Project, spec: ImportLabelsSpec, ctx: Context) -> tuple[_Plan, str, Parsed]:
    """Match the file to the project: the plan, the name of the format, and the file as it was read."""
    if not spec.path.exists():
        raise LabelError(say("“{path}” does not exist; check the path.", path=shown(spec.path)))
    form = parser(spec.format, spec.path)
    ctx.report("Reading labels", 0)
    parsed = form.parse(spec.path, ParseOptions(spec.key_column, spec.label_column, spec.metadata_only))
    return _plan(project, spec, parsed, ctx), form.name, parsed


def _result(
    form: str, parsed: Parsed, plan: _Plan, number: int, classes: int, undo: store_labels.LabelUndo | None
) -> ImportLabelsResult:
    return ImportLabelsResult(
        format=form,
        round=number,
        matched=plan.matched,
        unchanged=plan.unchanged,
        unmatched=plan.unmatched,
        conflicting=plan.conflicting,
        skipped=plan.skipped,
        classes=classes,
        metadata_fields=parsed.metadata_fields,
        problems=tuple(plan.problems),
        change=_change(plan),
        undo=undo,
        described=plan.described,
        shadowed=tuple(name for name in parsed.metadata_fields if name in SHADOWING),
    )


def _change(plan: _Plan) -> Change:
    count = len(plan.labels)
    if plan.classes or not plan.described:
        sentence = say_n("Import {count:,} label", "Import {count:,} labels", count)
        return Change(frozenset({"labels", "metadata"}), sentence, count)
    count = plan.described
    sentence = say_n("Import the metadata of {count:,} image", "Import the metadata of {count:,} images", count)
    return Change(frozenset({"metadata"}), sentence, count)


def _plan(project: Project, spec: ImportLabelsSpec, parsed: Parsed, ctx: Context) -> _Plan:
    """Match every row, and find what contradicts what."""
    plan = _Plan(problems=list(parsed.problems[:PROBLEMS_KEPT]), unusable=len(parsed.problems))
    plan.first_rejected = parsed.problems[0] if parsed.problems else None
    index = SampleIndex(project.samples())
    skip = {label.casefold() for label in spec.skip}
    labelled: dict[int, list[LabelRow]] = {}
    told: dict[int, LabelRow] = {}
    for number, row in enumerate(parsed.rows):
        if number % CHECK_EVERY == 0:
            ctx.report("Matching labels", number, len(parsed.rows), "rows")
            ctx.check()
        sample = index.find(row.key, row.key_kind)
        if sample is None:
            plan.unmatched += 1
            plan.note(spec.path, row, say("no sample is called “{key}”", key=shown(row.key)), rejected=False)
        elif sample == AMBIGUOUS:
            plan.unusable += 1
            plan.note(spec.path, row, say("several samples are called “{key}”", key=shown(row.key)))
        elif spec.metadata_only:
            _describe(plan, spec, sample, row, told)
        else:
            plan.metadata[sample] = row.metadata
            if not row.label or row.label.casefold() in skip:
                plan.skipped += 1
            else:
                labelled.setdefault(sample, []).append(row)
    ctx.report("Matching labels", len(parsed.rows), len(parsed.rows), "rows")
    _resolve(plan, spec, labelled, _known(project))
    return plan


def _describe(plan: _Plan, spec: ImportLabelsSpec, sample: int, row: LabelRow, told: dict[int, LabelRow]) -> None:
    """Take the metadata of ``row``, unless a row of ``told`` says something else of the same sample."""
    before, first = plan.metadata.get(sample, {}), told.setdefault(sample, row)
    other = next((name for name, text in row.metadata.items() if before.get(name, text) != text), None)
    if other is None:
        plan.matched += 1
        plan.metadata[sample] = {**before, **row.metadata}
        return
    plan.conflicting += 1
    reason = say(
        "its {name} is “{value}” where line {line} says “{other}”",
        name=shown(other),
        value=row.metadata[other],
        line=first.line,
        other=before[other],
    )
    plan.note(spec.path, row, reason)


def _known(project: Project) -> dict[int, str]:
    table = project.labels()
    return {int(sample): table.classes[code] for sample, code in zip(table.ids, table.codes, strict=True)}


def _resolve(
    plan: _Plan, spec: ImportLabelsSpec, labelled: Mapping[int, Sequence[LabelRow]], known: Mapping[int, str]
) -> None:
    """Take the labels that agree among themselves and with the project; the others are conflicts."""
    for sample, rows in labelled.items():
        label, old = rows[0].label, known.get(sample)
        other = next((row for row in rows if row.label != label), None)
        if other is not None:
            plan.conflicting += len(rows)
            reason = (
                say(
                    "it says “{label}” where line {line} says “{other}”",
                    label=other.label,
                    line=rows[0].line,
                    other=label,
                )
                if rows[0].line
                else say("it says “{label}” where another file says “{other}”", label=other.label, other=label)
            )
            plan.note(spec.path, other, reason)
        elif old is not None and old != label and not spec.replace:
            plan.conflicting += len(rows)
            plan.note(
                spec.path, rows[0], say("it says “{label}” where the project says “{other}”", label=label, other=old)
            )
        else:
            plan.matched += len(rows)
            plan.classes.add(label)
            if old == label:
                plan.unchanged += len(rows)
            else:
                plan.labels[sample] = label


def _write(db: "sqlite_utils.Database", plan: _Plan, spec: ImportLabelsSpec) -> store_labels.LabelUndo:
    undo = store_labels.set_labels(db, list(plan.labels), list(plan.labels.values()), origin=spec.path.name)
    columns: dict[str, dict[int, str]] = {}
    before = list[store_metadata.FieldState]()
    for sample, cells in plan.metadata.items():
        for name, text in cells.items():
            columns.setdefault(name, {})[sample] = text
    for name, column in columns.items():
        numeric = all(_NUMBER.fullmatch(text) for text in column.values())
        values = [float(text) if numeric else text for text in column.values()]
        before.append(store_metadata.state_of(db, name, column))
        store_metadata.set_metadata(db, name, list(column), values)
    counts = {"matched": plan.matched, "unmatched": plan.unmatched, "conflicting": plan.conflicting}
    runs.record_run(db, "import-labels", spec, result=counts)
    return replace(undo, metadata=tuple(before))


def _nothing_fits(spec: ImportLabelsSpec, plan: _Plan) -> Sentence:
    if not plan.problems:
        return say(
            "No row of “{path}” names a sample of the project; check that it belongs to these images.",
            path=shown(spec.path),
        )
    return say(
        "No row of “{path}” names a sample of the project, for example {example}; check that it belongs to "
        "these images.",
        path=shown(spec.path),
        example=_where(plan.problems[0]),
    )


def _refused(plan: _Plan, first: RowProblem, metadata_only: bool) -> LabelError:
    ways, remedies = say("mend them"), list[Remedy]()
    if plan.matched:
        other = say_n("import the other row", "import the other {count:,} rows", plan.matched)
        ways = say("{ways}, or {other}", ways=ways, other=other)
        remedies.append(Remedy.IMPORT_THE_REST)
    if plan.conflicting and not metadata_only:
        ways = say("{ways}, or {other}", ways=ways, other=say("let new labels replace old ones"))
        remedies.append(Remedy.REPLACE_LABELS)
    sentence = say_n(
        "{count:,} row was rejected and nothing was imported, first {where}; {ways}.",
        "{count:,} rows were rejected and nothing was imported, first {where}; {ways}.",
        plan.unusable + plan.conflicting,
        where=_where(first),
        ways=ways,
    )
    return LabelError(sentence, tuple(remedies))


def _where(problem: RowProblem) -> Sentence:
    if problem.line:
        return say("line {line}: {reason}", line=problem.line, reason=problem.reason)
    return say("“{file}”: {reason}", file=shown(problem.file), reason=problem.reason)
