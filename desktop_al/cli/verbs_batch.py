"""Verbs about batches that are there: adjust and compare."""

import argparse

from desktop_al.cli import arguments
from desktop_al.cli.select_options import samples
from desktop_al.cli.select_text import compared_text, selected_text
from desktop_al.cli.verb import Answer, Call, Verb
from desktop_al.domain.errors import UsageError
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import AdjustSpec


def _configure_adjust(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("batch", metavar="BATCH", type=arguments.batch, help="the number of the batch, or last")
    samples(parser, "--pin", "samples that are to be in the batch whatever else is")
    samples(parser, "--veto", "samples that are not to be in the batch")
    samples(parser, "--unpin", "samples that need not be in the batch any more")
    samples(parser, "--unveto", "samples that may be in the batch again")
    parser.add_argument(
        "--count", metavar="N", type=arguments.positive, help="how many picks (default: as many as now)"
    )


def _adjust(call: Call) -> Answer:
    from desktop_al.jobs.adjust import run_adjust
    from desktop_al.store.project import Project

    args = call.args
    spec = AdjustSpec(args.batch, tuple(args.pin), tuple(args.veto), tuple(args.unpin), tuple(args.unveto), args.count)
    if spec == AdjustSpec(args.batch):
        raise UsageError(say("Nothing is to be changed: add --pin, --veto, --unpin, --unveto or --count."))
    with Project.open(args.project, "w") as project:
        result = run_adjust(project, spec, call.ctx)
    return Answer(result.to_json(), selected_text(result))


def _configure_compare(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("a", metavar="A", type=arguments.positive, help="the number of a batch")
    parser.add_argument(
        "b",
        metavar="B",
        type=arguments.batch_or_strategy,
        help="the number of another one, or a strategy: what it would have picked in place of batch A",
    )


def _compare(call: Call) -> Answer:
    from desktop_al.jobs.compare import compare_batches, compare_with
    from desktop_al.store.project import Project

    with Project.open(call.args.project, "r") as project:
        if isinstance(call.args.b, str):
            found, _ = compare_with(project, call.args.a, call.args.b, call.ctx)
        else:
            found = compare_batches(project, call.args.a, call.args.b, call.ctx)
    return Answer(found.to_json(), compared_text(found))


VERBS = (
    Verb("adjust", "pin and veto samples of a batch, or give it another size", _configure_adjust, _adjust),
    Verb("compare", "lay two batches side by side, or a batch and another strategy", _configure_compare, _compare),
)
