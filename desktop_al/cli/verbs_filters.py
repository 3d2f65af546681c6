"""The verb that lists, saves and forgets filters by name."""

import argparse

from desktop_al.cli import arguments
from desktop_al.cli.output import plural, table
from desktop_al.cli.verb import Answer, Call, Verb
from desktop_al.domain.errors import UsageError
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import FilterSpec
from desktop_al.domain.text import shown


def _configure(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--save", metavar="NAME", help="keep the filter of --where under this name")
    what.add_argument("--delete", metavar="NAME", help="forget what is kept under this name")
    parser.add_argument("--where", metavar="EXPR", help="the filter to keep, see docs/filters.md")


def _filters(call: Call) -> Answer:
    from desktop_al.jobs.save_filter import run_save_filter
    from desktop_al.store.project import Project

    args = call.args
    if (args.save is None) != (args.where is None):
        raise UsageError(say("--save NAME and --where EXPR go together."))
    if args.save is None and args.delete is None:
        with Project.open(args.project, "r") as project:
            kept = project.filters()
        rows = [(shown(name), shown(text)) for name, text in kept.items()]
        fields = {"filters": [{"name": name, "where": text} for name, text in kept.items()]}
        return Answer(fields, table(rows) if rows else "No filter is saved.")
    with Project.open(args.project, "w") as project:
        name = args.save if args.save is not None else args.delete
        result = run_save_filter(project, FilterSpec(name, args.where), call.ctx)
    if result.expression is None:
        return Answer(result.to_json(), f"Forgot the filter “{shown(result.name)}”.")
    text = f"Saved the filter “{shown(result.name)}”, which {plural(result.count, 'sample')} fit now."
    return Answer(result.to_json(), text)


VERBS = (Verb("filters", "list, save or forget filters by name", _configure, _filters),)
