"""Verbs that look: report, info, verify."""

import argparse
from pathlib import Path

from desktop_al.cli import arguments
from desktop_al.cli.output import plural, shown
from desktop_al.cli.verb import Answer, Call, Verb


def _configure_report(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("--html", metavar="FILE", type=Path, help="also write the report as a web page")
    parser.add_argument("--overwrite", action="store_true", help="let FILE be replaced")


def _report(call: Call) -> Answer:
    from desktop_al.jobs.report import report_text, run_report, write_html
    from desktop_al.store.project import Project

    args = call.args
    with Project.open(args.project, "r") as project:
        report = run_report(project, call.ctx)
    text = report_text(report)
    if args.html:
        write_html(report, args.html, args.overwrite)
        text += f"\nWritten to {shown(args.html)}."
    return Answer(report.to_json() | ({"html": str(args.html)} if args.html else {}), text)


def _info(call: Call) -> Answer:
    from desktop_al.jobs.info import info_text, run_info
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


VERBS = (
    Verb("report", "show rounds, coverage, redundancy and balance", _configure_report, _report),
    Verb("info", "show what the project holds", arguments.project, _info),
    Verb("verify", "check the project's integrity and replay every recorded selection", arguments.project, _verify),
)
