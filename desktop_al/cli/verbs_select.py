"""Verbs about batches: select, decide, export."""

import argparse

from desktop_al.cli import arguments, select_options
from desktop_al.cli.output import plural, table
from desktop_al.cli.select_text import cost_of, selected_text
from desktop_al.cli.verb import Answer, Call, Verb
from desktop_al.domain.errors import UsageError
from desktop_al.domain.records import Decision
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import DecideSpec, ExportSpec
from desktop_al.domain.text import shown
from desktop_al.settings import embed_spec


def _configure_select(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    select_options.configure(parser)


def _select_details() -> str:
    from desktop_al.jobs.catalogue import presets, strategy_infos

    lines = ["presets:", *(f"  {preset.key}: {preset.sentence}" for preset in presets())]
    lines.append("strategies and their options:")
    for info in strategy_infos():
        needs = f" Needs {' and '.join(sorted(info.needs))}." if info.needs else ""
        lines.append(f"  {info.name}: {info.summary}{needs}")
        lines += [f"      {known.name}={known.default}  {known.help}" for known in info.options]
    return "\n".join(lines)


def _select(call: Call) -> Answer:
    from desktop_al.jobs.select import run_select
    from desktop_al.store.project import Project

    args, settings = call.args, call.settings
    spec = select_options.spec_of(args, settings)
    with Project.open(args.project, "w") as project:
        result = run_select(project, spec, call.ctx, embed_spec(settings))
    seconds = settings.label_seconds if args.label_seconds is None else args.label_seconds
    price = settings.label_price if args.label_price is None else args.label_price
    cost = cost_of(result.batch, seconds, price)
    return Answer(result.to_json() | {"cost": cost}, selected_text(result, cost))


def _configure_decide(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("batch", metavar="BATCH", type=arguments.batch, help="the number of the batch, or last")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--accept", dest="decision", action="store_const", const=Decision.ACCEPTED, help="accept the picks"
    )
    what.add_argument(
        "--reject", dest="decision", action="store_const", const=Decision.REJECTED, help="reject the picks"
    )
    what.add_argument(
        "--clear", dest="decision", action="store_const", const=Decision.PENDING, help="take the decision back"
    )
    parser.add_argument("samples", metavar="SAMPLE", nargs="+", help="sample ids, or all for every pick of the batch")


def _decide(call: Call) -> Answer:
    from desktop_al.jobs.decide import run_decide
    from desktop_al.store.project import Project

    args = call.args
    if args.samples != ["all"] and not all(text.isascii() and text.isdigit() for text in args.samples):
        raise UsageError(say("A sample is given by its number (see select --json), or all stands for every pick."))
    with Project.open(args.project, "w") as project:
        number = project.batch(args.batch).number
        picks = [pick.sample for pick in project.picks(number)]
        samples = picks if args.samples == ["all"] else [int(text) for text in args.samples]
        result = run_decide(project, DecideSpec(number, dict.fromkeys(samples, args.decision)), call.ctx)
    state = f"{result.accepted:,} accepted, {result.rejected:,} rejected, {result.pending:,} pending"
    text = f"Batch {result.batch}: {plural(result.changed, 'decision')} changed; {state}."
    return Answer(result.to_json(), text)


def _configure_export(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument(
        "--batch",
        metavar="N",
        type=arguments.batch,
        default=None,
        help="the number of the batch, or last (default: last)",
    )
    parser.add_argument("--format", metavar="FORMAT", required=True, help="one of the formats listed below")
    parser.add_argument("--to", metavar="PATH", type=arguments.path, required=True, help="the file or folder to write")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--accepted", action="store_true", help="accepted picks only")
    which.add_argument(
        "--all", action="store_true", help="every pick that was not rejected (default while none is accepted)"
    )
    files = parser.add_mutually_exclusive_group()
    files.add_argument(
        "--copy",
        dest="files",
        action="store_const",
        const="copy",
        default="copy",
        help="copy the image files, in formats that take them along (default)",
    )
    files.add_argument(
        "--link", dest="files", action="store_const", const="link", help="link to the image files instead"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace what is at PATH")


def _export_details() -> str:
    from desktop_al.jobs.export import format_infos

    return "formats:\n" + table([(f"  {info.name}", info.summary) for info in format_infos()])


def _export(call: Call) -> Answer:
    from desktop_al.jobs.export import run_export, unreviewed
    from desktop_al.store.project import Project

    args = call.args
    with Project.open(args.project, "w") as project:
        everything = args.all
        if not args.accepted and not args.all and unreviewed(project, args.batch):
            everything = True
            call.ctx.message(
                say("No pick of this batch is accepted yet: every pick that was not rejected is exported.")
            )
        spec = ExportSpec(args.format, args.to, args.batch, everything, args.files, args.overwrite)
        result = run_export(project, spec, call.ctx)
    return Answer(
        result.to_json(), f"Wrote {plural(result.count, 'pick')} of batch {result.batch} to {shown(result.path)}."
    )


VERBS = (
    Verb("select", "select a batch of samples to label", _configure_select, _select, _select_details),
    Verb("decide", "accept or reject picks of a batch", _configure_decide, _decide),
    Verb("export", "write a batch for a labelling tool", _configure_export, _export, _export_details),
)
