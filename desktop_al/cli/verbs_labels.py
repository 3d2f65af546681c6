"""The verb that takes labels back: import-labels."""

import argparse

from desktop_al.cli import arguments
from desktop_al.cli.output import plural
from desktop_al.cli.verb import Answer, Call, Verb
from desktop_al.domain.results import ImportLabelsResult
from desktop_al.domain.specs import ImportLabelsSpec
from desktop_al.domain.text import shown

LISTED = 5


def _configure(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument(
        "path", metavar="FILE", type=arguments.path, help="the file with labels, or a folder with one folder per class"
    )
    parser.add_argument("--format", metavar="FORMAT", default="auto", help="auto, or one of the formats listed below")
    parser.add_argument(
        "--skip", metavar="LABELS", action="append", default=[], help='labels that mean "no label", separated by commas'
    )
    parser.add_argument("--partial", action="store_true", help="import the good rows although others are rejected")
    parser.add_argument("--replace", action="store_true", help="let a new label replace a different one")
    parser.add_argument("--key-column", metavar="NAME", default="", help="the column that names the image")
    labels = parser.add_mutually_exclusive_group()
    labels.add_argument("--label-column", metavar="NAME", default="", help="the column that holds the label")
    labels.add_argument(
        "--metadata-only", action="store_true", help="import the other columns of a table and touch no label"
    )


def _details() -> str:
    from desktop_al.jobs.import_labels import label_formats

    return "formats:\n" + "\n".join(f"  {name}: {summary}" for name, summary in label_formats())


def _import(call: Call) -> Answer:
    from desktop_al.jobs.import_labels import run_import_labels
    from desktop_al.store.project import Project

    args = call.args
    skip = tuple(label.strip() for text in args.skip for label in text.split(",") if label.strip())
    spec = ImportLabelsSpec(
        args.path,
        args.format,
        args.partial,
        args.replace,
        skip,
        args.key_column,
        args.label_column,
        args.metadata_only,
    )
    with Project.open(args.project, "w") as project:
        result = run_import_labels(project, spec, call.ctx)
    return Answer(result.to_json(), imported_text(result, args.metadata_only))


def imported_text(result: ImportLabelsResult, metadata_only: bool = False) -> str:
    """What came back, for a person."""
    rows = f"{result.unmatched:,} unmatched, {result.conflicting:,} conflicting"
    described = f"{plural(result.described, 'image')} {'gets' if result.described == 1 else 'get'} metadata"
    facts = [
        f"{plural(result.matched, 'row')} matched ({result.unchanged:,} known already)",
        rows,
        f"{result.skipped:,} skipped",
    ]
    lines = [", ".join(facts) + f"; round {result.round}, {plural(result.classes, 'class', 'classes')}."]
    if metadata_only:
        lines = [f"{plural(result.matched, 'row')} matched, {rows}; no label was touched."]
    if result.metadata_fields:
        lines.append(f"{described}: {', '.join(result.metadata_fields)}.")
    lines += [
        f"Filters mean the program's own {name} by “{name}”; rename the column to filter by it."
        for name in result.shadowed
    ]
    lines += [problem_text(problem.file, problem.line, problem.reason) for problem in result.problems[:LISTED]]
    rest = len(result.problems) - LISTED
    if rest > 0:
        lines.append(f"  and {'more' if len(result.problems) >= 100 else f'{rest:,} more'} (see --json)")
    return "\n".join(lines)


def problem_text(file: str, line: int, reason: str) -> str:
    """One rejected row on one line."""
    return f"  {shown(file)}{f', line {line}' if line else ''}: {reason}"


VERBS = (Verb("import-labels", "take labels back from a table or a folder per class", _configure, _import, _details),)
