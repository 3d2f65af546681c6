"""Prints what Desktop AL costs, as ratios measured in one run, and writes the figures as JSON where asked to."""

import argparse
import importlib
import json
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_al.cli.arguments import positive
from desktop_al.domain.errors import WorldError
from scripts.bench_parts.curve_pools import PoolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scripts.bench_parts.learning_curves import Curves


@dataclass(frozen=True, slots=True)
class Part:
    """A measurement: what it says, and the sizes of a full and of a quick run."""

    says: str
    full: dict[str, int]
    quick: dict[str, int]


PARTS = {
    "scan": Part("folder scan beside a bare os.scandir walk with stat", {"n_files": 100_000}, {"n_files": 5_000}),
    "embedding": Part("embedding beside the bare model and torch eager", {"n_images": 1_000}, {"n_images": 96}),
    "map_frame": Part("a frame of the map beside pyqtgraph's ScatterPlotItem", {"n": 1_000_000}, {"n": 50_000}),
    "projection": Part("the projection beside umap-learn", {"n": 10_000}, {"n": 1_500}),
    "selection_speed": Part(
        "greedy beside naive greedy and other libraries, and up to 10,000 of 1,000,000 vectors on disk",
        {"n": 10_000, "k": 500, "largest": 1_000_000},
        {"n": 1_000, "k": 50, "largest": 10_000},
    ),
    "veto": Part(
        "a veto in a batch, until its picks are told and until all is saved",
        {"n": 100_000, "k": 1_000},
        {"n": 2_000, "k": 50},
    ),
    "budget": Part(
        "how much near-copies, seeds and clusters move the automatic budget",
        {"n": 400, "pools": 24},
        {"n": 60, "pools": 3},
    ),
    "learning_curves": Part(
        "what a label buys, by strategy, over pools given by --data or drawn",
        {"n": 3_000, "rounds": 10, "seeds": 5, "pools": 6},
        {"n": 200, "rounds": 3, "seeds": 2, "pools": 2},
    ),
    "insights": Part(
        "what each insight of a project costs, first and again",
        {"n": 100_000, "n_labels": 1_000},
        {"n": 3_000, "n_labels": 60},
    ),
    "gui": Part("the window at full size, each figure beside its target", {"largest": 3_000_000}, {"largest": 10_000}),
    "launch": Part("launch to a usable window beside an empty Qt window", {"repeats": 5}, {"repeats": 1}),
    "memory": Part("peak memory from folder to batch", {"n_images": 10_000}, {"n_images": 200}),
}


GROUPS = {"selection": ("learning_curves", "selection_speed")}
"""Names that stand for several parts."""


def run_part(name: str, given: argparse.Namespace) -> dict[str, Any]:
    """Measure one part."""
    measure: Callable[..., dict[str, Any]] = importlib.import_module(f"scripts.bench_parts.{name}").measure
    arguments: dict[str, object] = {**(PARTS[name].quick if given.quick else PARTS[name].full)}
    if name == "embedding":
        arguments["folder"] = given.images
    if name == "learning_curves":
        arguments["asked"] = curves_asked(given)
    if name == "gui" and given.window_sizes:
        arguments["sizes"] = tuple(given.window_sizes)
    if name == "selection_speed":
        from scripts.bench_parts.selection_disk import Speed

        arguments["asked"] = Speed(tuple(given.sizes), given.peers)
    return measure(**arguments)


def add_speed_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the part ``selection_speed``."""
    from scripts.bench_parts.selection_disk import size

    group = parser.add_argument_group("selection_speed")
    group.add_argument(
        "--sizes", nargs="+", type=size, default=[], metavar="SAMPLES:PICKS", help="whole selections, as in 100000:1000"
    )
    group.add_argument("--peers", default="", metavar="PYTHON", help="an interpreter that has apricot and submodlib")


def add_curve_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the part ``learning_curves``."""
    group = parser.add_argument_group("learning_curves")
    group.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="[NAME=]PATH",
        help="""a .npz file with X (n, d)
        and y (n,), or a folder of images in one folder per class or beside a table of labels; may be given again""",
    )
    group.add_argument(
        "--embedders",
        nargs="+",
        default=[],
        metavar="MODEL",
        help="""what embeds folders of images: builtin, builtin-lite2 or the path of a TorchScript or ONNX file, which
        is trusted (both built-in ones where none is given)""",
    )
    group.add_argument("--half", choices=("a", "b"), help="take this half of each pool only, and keep the other out")
    group.add_argument(
        "--strategies",
        nargs="+",
        default=[],
        metavar="NAME",
        help="""the columns; options go behind the
        name, as in "coverage density=2" (every strategy where none is given)""",
    )
    group.add_argument("--drawn", action="store_true", help="the drawn pools too, beside those of --data")
    group.add_argument("--seeds", type=positive, help="the number of seeds")
    group.add_argument("--jobs", type=positive, default=1, help="processes at once")
    group.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="""keep each curve there, and draw only those that are
        not there yet: remove those of a strategy that changed""",
    )
    group.add_argument("--inverse-penalty", type=float, default=10.0, help="C of the logistic regression (default 10)")
    group.add_argument("--label-column", default="", help="the column of a table of labels that holds them")
    group.add_argument("--skip", nargs="+", default=[], metavar="LABEL", help="labels that mean that there is none")


def add_window_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the part ``gui``."""
    group = parser.add_argument_group("gui")
    group.add_argument(
        "--window-sizes",
        nargs="+",
        type=int,
        default=[],
        metavar="SAMPLES",
        help="so many samples, as in 10000 1000000",
    )


def curves_asked(given: argparse.Namespace) -> "Curves":
    """The options of the part ``learning_curves``, as it takes them."""
    from scripts.bench_parts.learning_curves import Curves

    return Curves(
        data=tuple(given.data),
        half=given.half,
        columns=tuple(given.strategies),
        drawn=given.drawn,
        seeds=given.seeds,
        jobs=given.jobs,
        keep=given.keep,
        inverse_penalty=given.inverse_penalty,
        label_column=given.label_column,
        skip=tuple(given.skip),
        embedders=tuple(given.embedders),
    )


def told(name: str, figures: dict[str, Any]) -> "Iterator[str]":
    """The figures of a part as lines, told as the part wants them to be told where it does."""
    module = importlib.import_module(f"scripts.bench_parts.{name}")
    if hasattr(module, "lines"):
        yield from module.lines(figures)
        return
    for key, value in figures.items():
        if isinstance(value, int | float):
            yield f"  {key:<34} {value:>12,.4g}"
        elif isinstance(value, str):
            yield f"  {key:<34} {value}"


def write(text: str = "") -> None:
    """One line to standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Measure the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of: {', '.join([*PARTS, *GROUPS])} (all where none is given)"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works, not to quote")
    parser.add_argument("--images", type=Path, help="a folder of photographs for the embedding part")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    add_speed_arguments(parser)
    add_curve_arguments(parser)
    add_window_arguments(parser)
    given = parser.parse_args(arguments)
    known = {**{name: (name,) for name in PARTS}, **GROUPS}
    unknown = [name for name in given.parts if name not in known]
    if unknown:
        parser.error(f"there is no part called {unknown[0]}; choose from {', '.join(known)}")
    write(f"{platform.platform()}, Python {platform.python_version()}{', quick sizes' if given.quick else ''}")
    found: dict[str, dict[str, Any]] = {}
    for name in [part for asked in given.parts or PARTS for part in known[asked]]:
        write(f"\n{name}: {PARTS[name].says}")
        try:
            found[name] = run_part(name, given)
        except (WorldError, PoolError) as error:
            parser.exit(1, f"{parser.prog}: {error}\n")
        for line in told(name, found[name]):
            write(line)
    if given.json is not None:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
