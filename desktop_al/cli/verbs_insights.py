"""Verbs that ask the embeddings: insights of every sample, and the samples most like one."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_al.cli import arguments
from desktop_al.cli.output import plural, table
from desktop_al.cli.verb import Answer, Call, Verb
from desktop_al.domain.errors import UsageError
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.settings import embed_spec

if TYPE_CHECKING:
    from desktop_al.store.project import Project

EXPLAINED = {
    "uncertainty": "how close the two likeliest classes are, from 0.05 to 1",
    "guess": "the likeliest class by a classifier fitted to the labels",
    "novelty": "the distance to the nearest labelled image",
    "density": "one over the mean distance to the 20 nearest images",
    "rank": "the place in the batch",
    "gain": "what the pick added when it was chosen",
    "agreement": "the overlap of the 15 nearest images by two models",
    "trust": "the share of neighbours on the map that are neighbours indeed",
    "covered": "the similarity to the nearest labelled image",
    "covered_after": "the similarity to the nearest labelled or picked image",
    "cluster": "the cluster, the largest first",
    "copies": "the group of near-duplicates",
}
_MOST_NAMED = 6


def _configure_insights(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("names", metavar="NAME", nargs="*", help="the insights, listed below (default: all)")
    parser.add_argument("--batch", metavar="N", type=arguments.batch, help="the batch of rank and gain (default: last)")
    parser.add_argument("--csv", metavar="FILE", type=arguments.path, help="also write a table with a line per sample")
    parser.add_argument("--overwrite", action="store_true", help="let FILE be replaced")


def _details() -> str:
    return "insights:\n" + "\n".join(f"  {name}: {text}" for name, text in EXPLAINED.items())


def _insights(call: Call) -> Answer:
    from desktop_al.jobs.insight_table import InsightsSpec, check_target, run_insights, write_insights
    from desktop_al.jobs.insights import DEPENDS
    from desktop_al.store.project import Project

    args = call.args
    unknown = next((name for name in args.names if name not in DEPENDS), None)
    if unknown is not None:
        raise UsageError(
            say(
                "There is no insight “{insight}”; the insights are: {listed}.",
                insight=shown(unknown),
                listed=", ".join(DEPENDS),
            )
        )
    if args.csv:
        check_target(args.csv, args.overwrite)
    with Project.open(args.project, "r") as project:
        result = run_insights(project, InsightsSpec(tuple(args.names), args.batch), call.ctx)
        if args.csv:
            write_insights(project, result.found, args.csv, args.overwrite)
    fields = result.to_json()
    text = insights_text(fields)
    if args.csv:
        fields["csv"] = str(args.csv)
        text += f"\nWritten to {shown(args.csv)}."
    return Answer(fields, text)


def insights_text(fields: dict[str, Any]) -> str:
    """The summary of insights, for a person."""
    numeric = {name: one for name, one in fields["insights"].items() if "median" in one}
    lines = []
    if numeric:
        head = ("insight", "images", "least", "median", "most")
        rows = [
            (name, f"{one['known']:,}", *(_amount(one[key]) for key in ("min", "median", "max")))
            for name, one in numeric.items()
        ]
        lines.append(table([head, *rows], frozenset({1, 2, 3, 4})))
    for name, one in fields["insights"].items():
        if name not in numeric:
            first = list(one["counts"].items())[:_MOST_NAMED]
            named = ", ".join(f"{shown(group)}: {count:,}" for group, count in first)
            rest = ", …" if one["groups"] > len(first) else ""
            lines.append(f"{name}: {plural(one['known'], 'image')} in {plural(one['groups'], 'group')}. {named}{rest}")
    covered = next((one["facts"] for one in fields["insights"].values() if "uncovered" in one["facts"]), None)
    if covered:
        lines.append(
            f"Within reach, at least half as alike as a copy: {covered['covered']:.1%} of the images by labels, "
            f"{covered['added']:.1%} more by picks; {covered['uncovered']:.1%} are out of reach. "
            f"Coverage, the mean likeness: {covered['coverage']:.1%}, with picks {covered['coverage_after']:.1%}."
        )
    lines += [f"{name}: {sentence}" for name, sentence in fields["lacking"].items()]
    return "\n".join(lines)


def _amount(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _configure_similar(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument(
        "what",
        metavar="SAMPLE|FILE",
        type=arguments.sample_or_file,
        help="the number of a sample, or an image file from anywhere",
    )
    parser.add_argument(
        "--count", metavar="N", type=arguments.positive, default=10, help="how many images to list (default: 10)"
    )


def _similar(call: Call) -> Answer:
    from desktop_al.jobs.similar import SimilarSpec, run_similar
    from desktop_al.store.project import Project

    args, what = call.args, call.args.what
    with Project.open(args.project, "r") as project:
        if isinstance(what, Path):
            spec = SimilarSpec(file=what, embed=embed_spec(call.settings))
        else:
            if what not in project.samples().ids:
                raise UsageError(
                    say("The project has no sample {sample}; see the numbers in the gallery or --json.", sample=what)
                )
            spec = SimilarSpec(samples=(what,))
        found = run_similar(project, spec, call.ctx)
        listed = _listed(project, found.ids, found.values, found.first(args.count, spec.samples))
    rows = [(f"{one['similarity']:.4f}", str(one["sample"]), one["label"] or "", shown(one["path"])) for one in listed]
    return Answer(
        {"of": what if isinstance(what, int) else str(what), "similar": listed},
        table([("cosine", "sample", "label", "path"), *rows], frozenset({0, 1})),
    )


def _listed(project: "Project", ids: Any, values: Any, places: Any) -> list[dict[str, Any]]:
    """What is told of each of the samples ``ids[places]``."""
    samples, labels = project.samples(), project.labels()
    label_of = dict(zip(labels.ids.tolist(), labels.codes.tolist(), strict=True))
    listed = []
    for place in places.tolist():
        sample = int(ids[place])
        code = label_of.get(sample)
        listed.append(
            {
                "sample": sample,
                "path": str(samples.path(samples.row_of(sample))),
                "similarity": float(values[place]),
                "label": None if code is None else labels.classes[code],
            }
        )
    return listed


VERBS = (
    Verb("insights", "tell what the embeddings say of every sample", _configure_insights, _insights, _details),
    Verb("similar", "list the images most like a sample or a file", _configure_similar, _similar),
)
