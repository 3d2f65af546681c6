"""The window at full size, each figure beside its target: real widgets in a real window, a project of made-up samples.

A frame time runs from the input event to the painted viewport. The targets are those of two cores without a graphics
card and hold up to a million samples; what lies above is told for comparison.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from scripts.bench_parts.gui_figures import HEAD, Figure
from scripts.bench_parts.gui_project import make_project
from scripts.bench_parts.launch import OURS, launch
from scripts.display import screen

REPEATS = 12
LAUNCHES = 5


def measure(largest: int, sizes: Sequence[int] = (), repeats: int = REPEATS) -> dict[str, Any]:
    """Measure at ``sizes``, where none are given at 10,000, 100,000, 1,000,000 and 3,000,000 up to ``largest``."""
    chosen = sizes or [size for size in (10_000, 100_000, 1_000_000, 3_000_000) if size <= largest] or [largest]
    with screen() as display, tempfile.TemporaryDirectory(prefix="desktop-al-bench-") as folder:
        home = Path(folder)
        environment = _environment(display, home)
        found = [
            Figure.of(
                "launch to the start page", 0, _launches(environment, home, min(LAUNCHES, repeats)), "s"
            ).to_json()
        ]
        for size in chosen:
            found += _measure_size(size, repeats, environment, home)
    return {"figures": found, "missed": _missed(found)}


def _environment(display: str, home: Path) -> dict[str, str]:
    places = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    own = {name: str(home / name.lower()) for name in places}
    return {**os.environ, **own, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": "1"}


def _launches(environment: dict[str, str], home: Path, count: int) -> list[float]:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        # The first one warms the caches.
        return [launch(OURS, home)[0] for _ in range(count + 1)][1:]
    finally:
        os.environ.clear()
        os.environ.update(before)


def _measure_size(size: int, repeats: int, environment: dict[str, str], home: Path) -> list[dict[str, Any]]:
    folder, out = home / str(size), home / f"{size}.json"
    folder.mkdir()
    project = make_project(folder, size)
    command = [sys.executable, "-m", "scripts.bench_parts.gui_child", str(project), str(size), str(repeats), str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=3600)
    if done.returncode:
        raise SystemExit(f"the window with {size:,} samples ended with {done.returncode}:\n{done.stderr[-4000:]}")
    found: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
    return found


def _missed(found: list[dict[str, Any]]) -> list[str]:
    return [
        f"{figure['name']} at {figure['size']:,}"
        for figure in found
        if any(not target["met"] for target in figure["targets"])
    ]


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The figures as a table for each size."""
    names, size = {field.name for field in fields(Figure)}, None
    for record in found["figures"]:
        figure = Figure(**{name: value for name, value in record.items() if name in names})
        if figure.size != size:
            size = figure.size
            yield f"  {size:,} samples" if size else "  without a project"
            yield HEAD
        yield figure.line()
    yield f"  missed: {', '.join(found['missed'])}" if found["missed"] else "  every target is met"
