"""Verbs that fill the pool: create, add, relink, embed, map, prepare."""

import argparse
from pathlib import Path

from desktop_al.cli import arguments
from desktop_al.cli.output import clock, plural
from desktop_al.cli.verb import Answer, Call, Verb
from desktop_al.domain.results import AddResult, EmbedResult
from desktop_al.domain.specs import AddSpec, EmbedSpec, MapSpec
from desktop_al.domain.text import shown
from desktop_al.settings import trust_model, trusted_models

MODELS = "builtin, builtin-lite2, or the path of a TorchScript or ONNX file"
LISTED = 10


def _configure_create(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument(
        "--images",
        metavar="DIR",
        type=arguments.path,
        action="append",
        default=[],
        help="a folder to add at once; may be repeated",
    )


def _create(call: Call) -> Answer:
    from desktop_al.jobs.create import run_create

    args = call.args
    result = run_create(args.project, AddSpec(tuple(args.images)), call.ctx)
    fields = {"project": str(args.project)} | (result.to_json() if result else {})
    text = f"Created {shown(args.project)}."
    return Answer(fields, f"{text}\n{added_text(result)}" if result else text)


def _configure_add(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument(
        "folders",
        metavar="DIR",
        type=arguments.path,
        nargs="*",
        help="image folders; with none, the known ones are scanned again",
    )


def _add(call: Call) -> Answer:
    from desktop_al.jobs.add import run_add
    from desktop_al.store.project import Project

    with Project.open(call.args.project, "w") as project:
        result = run_add(project, AddSpec(tuple(call.args.folders)), call.ctx)
    return Answer(result.to_json(), added_text(result))


def added_text(result: AddResult) -> str:
    """What a scan found, for a person."""
    facts = [f"{result.added:,} added", f"{result.unchanged:,} unchanged", f"{result.changed:,} changed"]
    facts += [f"{value:,} {word}" for value, word in ((result.moved, "moved"), (result.missing, "missing")) if value]
    return ", ".join(facts) + "." + _unreadable_text(result.unreadable, result.unreadable_files)


def _unreadable_text(count: int, files: tuple[tuple[str, str], ...]) -> str:
    if not count:
        return ""
    lines = [f"  {shown(path)}: {reason}" for path, reason in files[:LISTED]]
    if count > len(lines):
        lines.append(f"  and {count - len(lines):,} more (--json lists them all)")
    return f"\n{plural(count, 'file')} could not be read:\n" + "\n".join(lines)


def _configure_relink(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("source", metavar="SOURCE", help="the folder as the project knows it, or its number (see info)")
    parser.add_argument("folder", metavar="DIR", type=arguments.path, help="where the folder is now")


def _relink(call: Call) -> Answer:
    from desktop_al.jobs.relink import run_relink
    from desktop_al.store.project import Project

    args = call.args
    with Project.open(args.project, "w") as project:
        source = arguments.source_of(project.sources(), args.source)
        result = run_relink(project, source.id, args.folder, call.ctx)
    fields = {"source": source.id, "was": str(source.root), "root": str(args.folder.absolute())} | result.to_json()
    return Answer(fields, f"{shown(source.root)} is now read from {shown(args.folder)}.\n{added_text(result)}")


def _configure_embed(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("--model", metavar="MODEL", help=f"{MODELS} (default: the setting, builtin)")
    parser.add_argument(
        "--device", metavar="DEVICE", help="auto, cpu, cuda, cuda:N or mps (default: the setting, auto)"
    )
    parser.add_argument("--precision", choices=("auto", "f32", "bf16"), help="arithmetic (default: the setting, auto)")
    parser.add_argument("--trust", action="store_true", help="allow a model file that may run code of its own")
    parser.add_argument("--output", metavar="NAME", default="", help="which output of the model file to use")
    parser.add_argument("--role", choices=("auto", "embedding", "logits"), default="auto", help="what that output is")
    parser.add_argument("--size", metavar="PIXELS", type=arguments.positive, help="side of the model's input")
    parser.add_argument(
        "--max-pixels",
        metavar="N",
        type=arguments.positive,
        help="largest image that is decoded, in pixels (default: the setting)",
    )


def _embed(call: Call) -> Answer:
    from desktop_al.jobs.embed import run_embed
    from desktop_al.store.project import Project

    with Project.open(call.args.project, "w") as project:
        spec = embed_spec(call)
        if spec.trust:
            # From now on, also where the window or another command embeds with that very file.
            trust_model(Path(spec.model))
        result = run_embed(project, spec, call.ctx)
    return Answer(result.to_json(), embedded_text(result))


def embed_spec(call: Call) -> EmbedSpec:
    """What the arguments and, behind them, the settings ask for."""
    args, settings = call.args, call.settings
    return EmbedSpec(
        model=getattr(args, "model", None) or settings.model,
        device=getattr(args, "device", None) or settings.device,
        precision=getattr(args, "precision", None) or settings.precision,
        trust=getattr(args, "trust", False),
        trusted=trusted_models(),
        output=getattr(args, "output", ""),
        role=getattr(args, "role", "auto"),
        size=getattr(args, "size", None),
        max_pixels=getattr(args, "max_pixels", None) or settings.max_pixels,
    )


def embedded_text(result: EmbedResult) -> str:
    """What an embedding pass did, for a person."""
    rate = f", {result.images_per_second:,.0f} images/s" if result.embedded else ""
    return (
        f"{result.embedded:,} embedded and {result.reused:,} reused with {result.model} ({result.dim:,} dimensions, "
        f"{result.device}, {result.precision}) in {clock(result.seconds)}{rate}."
        + _unreadable_text(result.unreadable, result.unreadable_files)
    )


def _configure_map(parser: argparse.ArgumentParser) -> None:
    arguments.project(parser)
    parser.add_argument("--png", metavar="FILE", type=arguments.path, help="also draw the map into this file")
    parser.add_argument("--overwrite", action="store_true", help="let FILE be replaced")
    parser.add_argument("--seed", metavar="N", type=arguments.seed, default=0, help="same seed, same map (default: 0)")
    parser.add_argument("--fresh", action="store_true", help="draw anew instead of placing new samples in the old map")


def _map(call: Call) -> Answer:
    from desktop_al.jobs.map import run_map
    from desktop_al.jobs.map_png import write_map_png
    from desktop_al.store.project import Project

    args = call.args
    with Project.open(args.project, "w") as project:
        result = run_map(project, MapSpec(seed=args.seed, fresh=args.fresh), call.ctx)
        fields = result.to_json()
        what = f"{plural(result.samples, 'sample')} ({result.method}, seed {result.seed})"
        text = f"Mapped {what} in {clock(result.seconds)}."
        if args.png:
            write_map_png(project, args.png, overwrite=args.overwrite)
            fields["png"] = str(args.png)
            text += f"\nDrawn into {shown(args.png)}."
    return Answer(fields, text)


def _configure_prepare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="MODEL", help=f"{MODELS} (default: the setting, builtin)")
    parser.add_argument(
        "--device", metavar="DEVICE", help="auto, cpu, cuda, cuda:N or mps (default: the setting, auto)"
    )


def _prepare(call: Call) -> Answer:
    from desktop_al.jobs.prepare import run_prepare

    seconds = run_prepare(embed_spec(call), call.ctx)
    return Answer({"seconds": seconds}, f"Ready in {clock(seconds)}.")


VERBS = (
    Verb("create", "make a new project, and scan image folders into it", _configure_create, _create),
    Verb("add", "scan image folders into the pool; only what is new or changed costs anything", _configure_add, _add),
    Verb("relink", "point the project to an image folder that moved", _configure_relink, _relink),
    Verb("embed", "embed the samples that have no current embedding of the model", _configure_embed, _embed),
    Verb("map", "project the embeddings to the map", _configure_map, _map),
    Verb(
        "prepare",
        "convert the built-in model once, so that the first embedding starts at once",
        _configure_prepare,
        _prepare,
    ),
)
