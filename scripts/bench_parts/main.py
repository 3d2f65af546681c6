"""Prints what Desktop AL costs, as ratios measured in one run, and writes the figures as JSON where asked to."""

import argparse
import importlib
import json
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


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
    "selection": Part("block-lazy greedy beside naive greedy", {"n": 10_000, "k": 500}, {"n": 1_000, "k": 50}),
    "launch": Part("launch to a usable window beside an empty Qt window", {"repeats": 5}, {"repeats": 1}),
    "memory": Part("peak memory from folder to batch", {"n_images": 10_000}, {"n_images": 200}),
}


def run_part(name: str, quick: bool, images: Path | None) -> dict[str, float]:
    """Measure one part."""
    measure: Callable[..., dict[str, float]] = importlib.import_module(f"scripts.bench_parts.{name}").measure
    arguments: dict[str, object] = {**(PARTS[name].quick if quick else PARTS[name].full)}
    if name == "embedding":
        arguments["folder"] = images
    return measure(**arguments)


def write(text: str = "") -> None:
    """One line to standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Measure the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(PARTS)} (all where none is given)")
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works, not to quote")
    parser.add_argument("--images", type=Path, help="a folder of photographs for the embedding part")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.parts if name not in PARTS]
    if unknown:
        parser.error(f"there is no part called {unknown[0]}; choose from {', '.join(PARTS)}")
    write(f"{platform.platform()}, Python {platform.python_version()}{', quick sizes' if given.quick else ''}")
    found: dict[str, dict[str, float]] = {}
    for name in given.parts or PARTS:
        write(f"\n{name}: {PARTS[name].says}")
        found[name] = run_part(name, given.quick, given.images)
        for key, value in found[name].items():
            write(f"  {key:<34} {value:>12,.4g}")
    if given.json is not None:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
