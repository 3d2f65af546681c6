"""Measures one window on one project and writes its figures as JSON: PROJECT SIZE REPEATS FILE."""

import json
import sys
from pathlib import Path

from scripts.bench_parts.gui_desk import Desk, resident_mib
from scripts.bench_parts.gui_figures import Figure
from scripts.bench_parts.gui_gallery import fill_cache, measure_gallery, shared_thumbnails
from scripts.bench_parts.gui_map import measure_map
from scripts.bench_parts.gui_steps import measure_loop, measure_steps


def main() -> int:
    """Open, measure, close."""
    project, n, repeats, out = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    fill_cache()
    figures: list[Figure] = []
    with shared_thumbnails():
        desk = Desk()
        usable, drawn = desk.open(project)
        figures.append(Figure.of("open: window usable", n, [usable], "s"))
        figures.append(Figure.of("open: map drawn", n, [drawn], "s"))
        desk.settle()
        figures.append(Figure.of("open: resident memory", n, [resident_mib()], "MiB", "without vectors"))
        figures += measure_map(desk, n, repeats)
        figures += measure_steps(desk, n, repeats)
        figures += measure_gallery(desk, n, repeats)
        figures += measure_loop(desk, n, out.parent)
        figures.append(Figure.of("resident memory at the end", n, [resident_mib()], "MiB"))
        desk.close()
    out.write_text(json.dumps([figure.to_json() for figure in figures]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
