"""The verb that lists samples."""

import argparse
from typing import Any

from desktop_al.cli import arguments
from desktop_al.cli.output import plural, table
from desktop_al.cli.verb import Answer, Call, Verb
from desktop_al.domain.specs import ListSpec
from desktop_al.domain.text import shown


def _configure(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("--where", metavar="EXPR", default="", help="list only what fits this filter (docs/filters.md)")
    parser.add_argument(
        "--fields",
        metavar="NAME,NAME",
        default="id,path,state,label",
        help="what to list of each sample, columns of the filter language, or file for the whole path"
        " (default: %(default)s)",
    )
    parser.add_argument(
        "--limit", metavar="N", type=_limit, default=100, help="how many to list at most, or all (default: %(default)s)"
    )


def _limit(text: str) -> int | None:
    return None if text == "all" else arguments.positive(text)


def _list(call: Call) -> Answer:
    from desktop_al.jobs.list_samples import run_list
    from desktop_al.store.project import Project

    args = call.args
    fields = tuple(dict.fromkeys(name.strip() for name in args.fields.split(",") if name.strip()))
    with Project.open(args.project, "r") as project:
        result = run_list(project, ListSpec(args.where, fields, args.limit), call.ctx)
    if result.hint:
        call.out.message(result.hint)
    rows = [tuple(map(_cell, values)) for values in result.samples]
    numbers = frozenset(
        place
        for place in range(len(fields))
        if rows and all(isinstance(values[place], int | float | None) for values in result.samples)
    )
    lines = [table([fields, *rows], numbers)] if rows and fields else []
    more = f", the first {len(rows):,} of them are listed" if len(rows) < result.count else ""
    fit = f"{result.count:,} of {plural(result.total, 'sample')}"
    lines.append(f"{fit} fit{more}." if args.where.strip() else f"{plural(result.total, 'sample')}{more}.")
    return Answer(result.to_json(), "\n".join(lines))


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    return f"{value:.10g}" if isinstance(value, float) else shown(str(value))


VERBS = (Verb("list", "list the samples that fit a filter", _configure, _list),)
