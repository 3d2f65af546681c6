"""The arguments of select, and the spec that they stand for."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_al.cli import arguments
from desktop_al.domain.errors import UsageError
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import Aims, Constraints, SelectSpec
from desktop_al.settings import Settings

_DEFAULT = SelectSpec()


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what select takes beside the project."""
    parser.add_argument(
        "--count",
        metavar="N",
        type=arguments.count,
        default="auto",
        help="how many: auto, a number, or a share of the pool such as 5%% (default: auto)",
    )
    parser.add_argument(
        "--preset", metavar="NAME", type=arguments.preset, help="what the batch is for, in plain words; listed below"
    )
    parser.add_argument(
        "--strategy",
        metavar="NAME",
        type=arguments.strategy,
        help="the query strategy (default: the setting, auto); listed below",
    )
    parser.add_argument(
        "--seed", metavar="N", type=arguments.seed, default=0, help="same seed, same picks (default: 0)"
    )
    parser.add_argument(
        "--where",
        metavar="EXPR",
        default="",
        help="pick only where this holds, for example \"source == 'cats'\" (the language: docs/filters.md)",
    )
    parser.add_argument(
        "--option",
        metavar="NAME=VALUE",
        type=arguments.option,
        action="append",
        default=[],
        help="an option of the strategy; may be repeated",
    )
    parser.add_argument(
        "--like",
        metavar="SAMPLE|FILE",
        type=arguments.sample_or_file,
        nargs="+",
        action="extend",
        default=[],
        help="pick what is similar to these samples, or to these image files from anywhere (strategy similar)",
    )
    _configure_constraints(parser.add_argument_group("constraints"))
    _configure_aims(parser.add_argument_group("aims beside coverage"))
    _configure_budget(parser.add_argument_group("budget"))


def _configure_constraints(group: argparse._ArgumentGroup) -> None:
    samples(group, "--pin", "samples that are in the batch whatever else is")
    samples(group, "--veto", "samples that are not in the batch")
    group.add_argument(
        "--group-by",
        type=arguments.limit,
        metavar="COLUMN",
        help="the metadata column of the groups (video, patient), or duplicates",
    )
    group.add_argument(
        "--group-cap",
        metavar="N",
        type=arguments.positive,
        help="at most so many of one group, labelled ones and earlier picks included (default: 1)",
    )
    group.add_argument(
        "--min-distance",
        metavar="D",
        type=arguments.amount,
        default=0.0,
        help="least distance of a pick to other picks and to labelled samples, from 0 to 2",
    )
    group.add_argument(
        "--protect",
        type=arguments.limit,
        metavar="EXPR",
        help="samples that stay unseen, as a validation or test set: neither they nor near-duplicates are picked",
    )


def _configure_aims(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--strata", metavar="COLUMN", default="", help="weigh by the strata of a metadata column, or of label"
    )
    group.add_argument(
        "--target",
        metavar="NAME=SHARE",
        type=arguments.target,
        action="append",
        default=[],
        help="the share that a stratum is to have, such as night=30%%; may be repeated (default: equal shares)",
    )
    group.add_argument(
        "--balance",
        metavar="B",
        type=arguments.amount,
        default=0.0,
        help="weight of the balance over strata (default: 0)",
    )
    group.add_argument("--priority", metavar="COLUMN", default="", help="a numeric metadata column; high values first")
    group.add_argument(
        "--priority-weight",
        metavar="W",
        type=arguments.amount,
        help="the highest priority counts like so many more images covered "
        f"(default: {_DEFAULT.aims.priority_weight:g})",
    )


def _configure_budget(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--least-images",
        metavar="M",
        type=arguments.amount,
        default=0.0,
        help="with --count auto: stop where a label stands for fewer than so many images",
    )
    group.add_argument(
        "--random-share",
        metavar="R",
        type=arguments.share,
        default=_DEFAULT.random_share,
        help=f"share of the picks that is drawn at random, for fair estimates (default: {_DEFAULT.random_share:.0%}%)",
    )
    group.add_argument(
        "--label-seconds", metavar="S", type=arguments.amount, help="how long one label takes (default: the setting)"
    )
    group.add_argument(
        "--label-price", metavar="P", type=arguments.amount, help="what one label costs (default: the setting)"
    )


def samples(group: argparse._ActionsContainer, flag: str, text: str) -> None:
    """Add an option that takes sample ids."""
    group.add_argument(
        flag, metavar="SAMPLE", type=arguments.positive, nargs="+", action="extend", default=[], help=text
    )


def spec_of(args: argparse.Namespace, settings: Settings) -> SelectSpec:
    """What the arguments and, behind them, the preset and the settings ask for; raises `UsageError`."""
    base = SelectSpec(strategy=settings.strategy)
    if args.preset:
        from desktop_al.jobs.catalogue import with_preset

        base = with_preset(base, args.preset)
    if args.group_cap is not None and not args.group_by:
        raise UsageError(say("A cap needs groups: add --group-by COLUMN."))
    if args.priority_weight is not None and not args.priority:
        raise UsageError(say("A priority weight needs a priority: add --priority COLUMN."))
    chosen = args.strategy or ("similar" if args.like and not args.preset else base.strategy)
    # The options of a preset are those of its strategy.
    options = dict(base.options) if chosen == base.strategy else {}
    spec = replace(
        base,
        strategy=chosen,
        count=args.count,
        seed=args.seed,
        where=args.where,
        options=options | _once("--option", args.option),
        constraints=Constraints(
            pins=tuple(args.pin),
            vetoes=tuple(args.veto),
            group_by=args.group_by or "",
            group_cap=args.group_cap or 1,
            minimum_distance=args.min_distance,
            protect=args.protect or "",
        ),
        aims=_aims(args, base.aims),
        random_share=args.random_share,
        least_images=args.least_images,
        like=tuple(one for one in args.like if isinstance(one, int)),
        like_files=tuple(one for one in args.like if isinstance(one, Path)),
    )
    if args.preset and base.aims.balance and not spec.aims.strata:
        raise UsageError(say("This preset needs to know what to balance: add --strata COLUMN."))
    return spec


def _once(flag: str, pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """``pairs`` by their names; raises `UsageError` where two of them have one and the same."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise UsageError(
                say("{flag} says twice what “{name}” is to be; keep one of the two.", flag=flag, name=name)
            )
        found[name] = value
    return found


def _aims(args: argparse.Namespace, base: Aims) -> Aims:
    given: dict[str, Any] = {"strata": args.strata, "targets": _once("--target", args.target), "balance": args.balance}
    if args.priority:
        given["priority"] = args.priority
    found = replace(base, **{name: value for name, value in given.items() if value})
    return found if args.priority_weight is None else replace(found, priority_weight=args.priority_weight)
