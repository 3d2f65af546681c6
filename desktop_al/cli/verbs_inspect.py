"""Verbs that look: report, info, verify."""

import argparse
from typing import TYPE_CHECKING

from desktop_al.cli import arguments
from desktop_al.cli.output import plural, table
from desktop_al.cli.select_text import coverage_lines
from desktop_al.domain.text import shown

if TYPE_CHECKING:
    from desktop_al.jobs.info import InfoResult
    from desktop_al.jobs.report import ReportResult
from desktop_al.cli.verb import Answer, Call, Verb


def _configure_report(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("--html", metavar="FILE", type=arguments.path, help="also write the report as a web page")
    parser.add_argument("--overwrite", action="store_true", help="let FILE be replaced")


def _report(call: Call) -> Answer:
    from desktop_al.jobs.report import run_report
    from desktop_al.jobs.report_html import run_report_html
    from desktop_al.store.project import Project

    args = call.args
    with Project.open(args.project, "r") as project:
        if args.html:
            report = run_report_html(project, args.html, args.overwrite, call.ctx)
        else:
            report = run_report(project, call.ctx)
    text = report_text(report)
    if args.html:
        text += f"\nWritten to {shown(args.html)}."
    return Answer(report.to_json() | ({"html": str(args.html)} if args.html else {}), text)


def _info(call: Call) -> Answer:
    from desktop_al.jobs.info import run_info
    from desktop_al.store.project import Project

    with Project.open(call.args.project, "r") as project:
        info = run_info(project)
    return Answer(info.to_json(), info_text(info))


def _verify(call: Call) -> Answer:
    from desktop_al.jobs.verify import run_verify
    from desktop_al.store.project import Project

    with Project.open(call.args.project, "r") as project:
        result = run_verify(project, call.ctx)
    done = f"{result.replayed:,} of {plural(result.batches, 'batch', 'batches')} replayed"
    if not result.problems:
        return Answer(result.to_json(), f"The project is whole; {done}.")
    return Answer(
        result.to_json(), "\n".join([f"{plural(len(result.problems), 'problem')}; {done}.", *result.problems]), status=1
    )


def info_text(info: "InfoResult") -> str:
    """What the project holds, for a person."""
    counts = info.counts
    lines = [
        f"{shown(info.path)}, {size_text(info.bytes)}",
        f"{plural(counts.samples, 'sample')}: {counts.present:,} present, {counts.missing:,} missing, "
        f"{counts.unreadable:,} unreadable, {counts.duplicates:,} exact duplicates",
    ]
    for source in info.sources:
        gone = "" if source.root.is_dir() else ", not reachable (relink)"
        lines.append(f"  source {source.id}: {shown(source.root)} ({info.samples_of[source.id]:,}{gone})")
    for model in info.models:
        active = ", active" if model.active else ""
        lines.append(f"model {model.key}: {info.embedded[model.key]:,} embedded, {model.dim:,} dimensions{active}")
    lines.append(f"{info.mapped:,} on the map")
    for batch in info.batches:
        pending = batch.count - batch.accepted - batch.rejected
        lines.append(
            f"batch {batch.number} (round {batch.round}): {plural(batch.count, 'pick')} by {batch.strategy}, "
            f"{batch.accepted:,} accepted, {batch.rejected:,} rejected, {pending:,} pending"
        )
    lines.append(f"{plural(counts.labelled, 'label')} in {plural(counts.classes, 'class', 'classes')}")
    lines += [f"  {shown(name)}: {count:,}" for name, count in info.classes.items()]
    if info.metadata_fields:
        lines.append(f"metadata: {', '.join(map(shown, info.metadata_fields))}")
    if info.tags:
        lines.append(f"tags: {', '.join(f'{shown(name)} ({count:,})' for name, count in info.tags.items())}")
    if info.notes:
        lines.append(f"notes: {info.notes:,}")
    if info.highlights:
        kept = ", ".join(f"{shown(name)} ({count:,})" for name, count in info.highlights.items())
        lines.append(f"saved highlights: {kept}")
    if info.filters:
        lines.append(f"saved filters: {', '.join(map(shown, info.filters))}")
    return "\n".join(lines)


def size_text(size: int) -> str:
    """A number of bytes as a person says it."""
    value = float(size)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:,.0f} {unit}"
        value /= 1000
    return f"{value:,.1f} GB"


def report_text(report: "ReportResult") -> str:
    """The report, for a person."""
    counts = report.counts
    lines = [
        f"{report.project}: {plural(counts.present, 'sample')}, {counts.labelled:,} labelled "
        f"in {plural(counts.classes, 'class', 'classes')}, {plural(counts.rounds, 'round')}"
    ]
    if report.rounds:
        head = ("round", "picks", "accepted", "rejected", "labelled", "so far", "classes", "coverage", "agreement")
        rows = [
            (
                *(f"{value:,}" for value in (line.number, line.picks, line.accepted, line.rejected)),
                *(f"{value:,}" for value in (line.labelled, line.labelled_so_far, line.classes_so_far)),
                *("-" if value is None else f"{value:.1%}" for value in (line.coverage, line.agreement)),
            )
            for line in report.rounds
        ]
        lines.append(table([head, *rows], frozenset(range(len(head)))))
    if report.comparable:
        listed = ", ".join(f"{value:.1%} after batch {number}" for number, value in report.comparable.items())
        lines.append(f"Coverage of all images on one scale: {listed}.")
    for number, coverage in report.coverage.items():
        lines += [f"Batch {number}. {text}" for text in coverage_lines(coverage)]
    if report.redundancy is not None:
        lines.append(f"Redundancy: {report.redundancy:.1%} of the samples have a near-duplicate.")
    if report.imbalance is not None:
        lines.append(f"Balance: imbalance {report.imbalance:.2f} (0 even, towards 1 one-sided).")
        lines += [f"  {shown(name)}: {count:,}" for name, count in report.classes.items()]
    return "\n".join(lines)


VERBS = (
    Verb("report", "show rounds, coverage, redundancy and balance", _configure_report, _report),
    Verb("info", "show what the project holds", arguments.project, _info),
    Verb("verify", "check the project's integrity and replay every recorded selection", arguments.project, _verify),
)
