"""Verbs that do the whole job in one go: demo and run."""

import argparse
from typing import TYPE_CHECKING

from desktop_al.cli import arguments
from desktop_al.cli.output import clock
from desktop_al.cli.select_text import selected_text
from desktop_al.cli.verb import Answer, Call, Verb
from desktop_al.cli.verbs_labels import imported_text
from desktop_al.cli.verbs_pool import MODELS, embed_spec
from desktop_al.cli.verbs_window import show_window
from desktop_al.domain.errors import UsageError
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import SelectSpec
from desktop_al.domain.text import shown

if TYPE_CHECKING:
    from desktop_al.jobs.pipeline import PipelineResult


def _configure_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--headless", action="store_true", help="without a window: print the picks and write map, curve and batch"
    )
    parser.add_argument("--to", metavar="DIR", type=arguments.path, help="where --headless writes")
    parser.add_argument("--reveal", action="store_true", help="let the oracle label the picks that were not rejected")
    parser.add_argument(
        "--project",
        metavar="PROJECT",
        type=arguments.path,
        help="the demo project for --reveal (default: the user's own)",
    )


def _demo(call: Call) -> Answer:
    from desktop_al.jobs.demo import run_demo, run_reveal

    args = call.args
    if args.reveal:
        result = run_reveal(args.project, call.ctx)
        return Answer(result.to_json(), imported_text(result))
    if not args.headless:
        return show_window(call, None, demo=True)
    if args.to is None:
        raise UsageError(say("The demo without a window needs a folder to write to (--to DIR)."))
    done = run_demo(args.to, embed_spec(call), call.ctx)
    return Answer(done.to_json(), pipeline_text(done))


def _configure_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", metavar="DIR", type=arguments.path, nargs="+", help="image folders")
    parser.add_argument(
        "--to", metavar="OUT", type=arguments.path, required=True, help="the folder for project, map, curve and batch"
    )
    parser.add_argument(
        "--count",
        metavar="N",
        type=arguments.count,
        default="auto",
        help="how many: auto, a number, or a share such as 5%% (default: auto)",
    )
    parser.add_argument(
        "--strategy",
        metavar="NAME",
        type=arguments.strategy,
        help="the query strategy (default: the setting, auto)",
    )
    parser.add_argument(
        "--seed", metavar="N", type=arguments.seed, default=0, help="same seed, same result (default: 0)"
    )
    parser.add_argument("--format", metavar="FORMAT", help="the export format (default: the setting, csv)")
    parser.add_argument("--model", metavar="MODEL", help=f"{MODELS} (default: the setting, builtin)")
    parser.add_argument(
        "--device", metavar="DEVICE", help="auto, cpu, cuda, cuda:N or mps (default: the setting, auto)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace earlier output in OUT")


def _run(call: Call) -> Answer:
    from desktop_al.jobs.pipeline import PipelineSpec, run_pipeline

    args, settings = call.args, call.settings
    spec = PipelineSpec(
        folders=tuple(args.folders),
        to=args.to,
        embed=embed_spec(call),
        select=SelectSpec(strategy=args.strategy or settings.strategy, count=args.count, seed=args.seed),
        format=args.format or settings.export_format,
        overwrite=args.overwrite,
    )
    done = run_pipeline(spec, call.ctx)
    return Answer(done.to_json(), pipeline_text(done))


def pipeline_text(done: "PipelineResult") -> str:
    """What the whole job did, for a person."""
    lines = [selected_text(done.selected), f"Done in {clock(done.seconds)}; written:"]
    lines += [f"  {what}: {shown(path)}" for what, path in done.files.items()]
    return "\n".join(lines)


VERBS = (
    Verb("demo", "open the demo project, or do its whole job without a window", _configure_demo, _demo),
    Verb("run", "create, add, embed, map, select and export, in one go", _configure_run, _run),
)
