"""Verbs that write down what a person saw: tag, note, label, highlights."""

import argparse
from typing import TYPE_CHECKING, Any

import numpy as np

from desktop_al.cli import arguments
from desktop_al.cli.output import plural, table
from desktop_al.cli.verb import Answer, Call, Verb
from desktop_al.domain.errors import UsageError
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import HighlightSpec, LabelSpec, NoteSpec, TagSpec
from desktop_al.domain.text import shown

if TYPE_CHECKING:
    from desktop_al.domain.records import Ids
    from desktop_al.store.project import Project

EVERYONE = "all"


def _samples(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("samples", metavar="SAMPLE", nargs="*", help="sample ids, or all (see list)")
    parser.add_argument("--where", metavar="EXPR", help="those of the samples that fit a filter, see docs/filters.md")


def _chosen(project: "Project", args: argparse.Namespace) -> "Ids":
    """The samples that the arguments name; raises `UsageError` where they name none, or something else."""
    from desktop_al.jobs.where import matching, project_columns
    from desktop_al.jobs.where_saved import as_written

    given: list[str] = args.samples
    if not given and args.where is None:
        raise UsageError(say("Name the samples by their numbers (see list), or say all, or add --where EXPR."))
    numbers = all(text.isascii() and text.isdigit() and int(text) < arguments.BEYOND for text in given)
    if given != [EVERYONE] and not numbers:
        raise UsageError(say("A sample is given by its number (see list), or all stands for every one."))
    named = given and given != [EVERYONE]
    ids = np.unique(np.array(given, np.int64)) if named else project.samples().ids
    if args.where is None:
        return ids
    known, columns = project_columns(project)
    with as_written(args.where, project.filters()) as where:
        found = known[matching(where, columns, len(known))]
    # A number that names no sample is told by the job.
    return ids[np.isin(ids, found) | ~np.isin(ids, known)]


def _configure_tag(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("name", metavar="NAME", help="the tag")
    _samples(parser)
    parser.add_argument("--remove", action="store_true", help="take the tag from the samples instead")


def _tag(call: Call) -> Answer:
    from desktop_al.jobs.annotate import run_tag
    from desktop_al.store.project import Project

    args = call.args
    with Project.open(args.project, "w") as project:
        result = run_tag(project, TagSpec(args.name, _chosen(project, args), not args.remove), call.ctx)
    verb = "Untagged" if args.remove else "Tagged"
    text = f"{verb} {plural(len(result.changed), 'sample')} “{shown(result.name)}”; {result.tagged:,} carry it now."
    return Answer(result.to_json(), text)


def _configure_note(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("sample", metavar="SAMPLE", type=arguments.positive, help="the number of the sample")
    parser.add_argument("text", metavar="TEXT", help='the note; "" takes it away')


def _note(call: Call) -> Answer:
    from desktop_al.jobs.annotate import run_note
    from desktop_al.store.project import Project

    args = call.args
    with Project.open(args.project, "w") as project:
        result = run_note(project, NoteSpec(args.sample, args.text), call.ctx)
    done = "has this note now" if result.text else "has no note now"
    return Answer(result.to_json(), f"Sample {result.sample} {done}.")


def _configure_label(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("label", metavar="CLASS", help="the class; a new one is made")
    _samples(parser)
    parser.add_argument("--clear", action="store_true", help="take this label away from the samples that have it")


def _label(call: Call) -> Answer:
    from desktop_al.jobs.annotate import run_label
    from desktop_al.store.project import Project

    args = call.args
    with Project.open(args.project, "w") as project:
        ids = _chosen(project, args)
        if args.clear:
            labels = project.labels()
            mine = [code for code, name in enumerate(labels.classes) if name == args.label.strip()]
            others = labels.ids[~np.isin(labels.codes, mine)]
            ids = ids[~np.isin(ids, others)]
        result = run_label(project, LabelSpec(ids, None if args.clear else args.label), call.ctx)
    verb = "Unlabelled" if args.clear else "Labelled"
    in_round = f"; round {result.round}" if result.changed else ""
    classes = plural(result.classes, "class", "classes")
    return Answer(result.to_json(), f"{verb} {plural(result.changed, 'sample')}{in_round}, {classes}.")


def _configure_highlights(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--save", metavar="NAME", help="keep the samples of --where under this name")
    what.add_argument("--delete", metavar="NAME", help="forget what is kept under this name")
    parser.add_argument("--where", metavar="EXPR", help="the samples to keep, see docs/filters.md")


def _highlights(call: Call) -> Answer:
    from desktop_al.jobs.annotate import run_highlight
    from desktop_al.store.project import Project

    args = call.args
    if (args.save is None) != (args.where is None):
        raise UsageError(say("--save NAME and --where EXPR go together."))
    if args.save is None and args.delete is None:
        with Project.open(args.project, "r") as project:
            kept = project.highlights()
        fields: dict[str, Any] = {"highlights": [{"name": name, "count": len(ids)} for name, ids in kept.items()]}
        rows = [(shown(name), plural(len(ids), "sample")) for name, ids in kept.items()]
        return Answer(fields, table(rows) if rows else "No highlight is saved.")
    with Project.open(args.project, "w") as project:
        ids = None
        if args.save is not None:
            ids = _chosen(project, argparse.Namespace(samples=[], where=args.where))
        result = run_highlight(project, HighlightSpec(args.save if ids is not None else args.delete, ids), call.ctx)
    name = shown(result.name)
    if ids is None:
        return Answer(result.to_json(), f"Forgot the highlight “{name}”.")
    return Answer(result.to_json(), f"Saved {plural(result.count, 'sample')} as the highlight “{name}”.")


VERBS = (
    Verb("tag", "give samples a tag, or take it away", _configure_tag, _tag),
    Verb("note", "write a note about a sample", _configure_note, _note),
    Verb("label", "label samples by hand", _configure_label, _label),
    Verb("highlights", "list, save or forget named highlights", _configure_highlights, _highlights),
)
