"""The report as one web page that needs nothing beside it."""

import os
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from desktop_al.domain.context import Context
from desktop_al.exchange.staging import refuse_existing, staged
from desktop_al.jobs.report import ReportResult, run_report
from desktop_al.jobs.targets import refuse_folder, refuse_own_places
from desktop_al.store.project import Project

STYLE = """
:root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #ccc; --blue: #0072b2; --orange: #e69f00; }
@media (prefers-color-scheme: dark) { :root { --ink: #ddd; --paper: #1b1b1b; --line: #555; --blue: #56b4e9; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: .25rem .75rem; text-align: right;
  border-bottom: 1px solid var(--line); } th:first-child, td:first-child { text-align: left; }
svg { width: 100%; max-width: 40rem; height: auto; } .axis { stroke: var(--line); } text { fill: var(--ink);
  font-size: 12px; } .batch { fill: none; stroke: var(--blue); stroke-width: 2; }
.random { fill: none; stroke: var(--orange); stroke-width: 2; } .bar { fill: var(--blue); }
"""
WIDTH, HEIGHT, LEFT, BOTTOM = 640, 320, 48, 28


def run_report_html(project: Project, to: Path, overwrite: bool, ctx: Context) -> ReportResult:
    """Gather the figures of ``project`` and write them to the file ``to``.

    Raises
    ------
    ExportError
        ``to`` lies where nothing is written, or something is there already that ``overwrite`` does not let go.
    StorageError
        The disk is full, read-only or failing.
    """
    # Path.absolute would keep "..", which is no name to write to.
    to = Path(os.path.abspath(to))
    refuse_own_places(project, to)
    refuse_existing(to, overwrite)
    refuse_folder(to)
    report = run_report(project, ctx)
    with staged(to, overwrite) as place:
        place.write_text(page(report), encoding="utf-8", errors="backslashreplace", newline="\n")
    return report


def page(report: ReportResult) -> str:
    """The page as HTML 5; every text of the user's is escaped."""
    counts = report.counts
    facts = (
        ("samples", counts.present),
        ("embedded", counts.embedded),
        ("labelled", counts.labelled),
        ("classes", counts.classes),
        ("exact duplicates", counts.duplicates),
        ("unreadable", counts.unreadable),
    )
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(report.project)}</title>',
        f"<style>{STYLE}</style><h1>{escape(report.project)}</h1>",
        "<p>" + ", ".join(f"{value:,} {name}" for name, value in facts) + ".</p>",
        "<h2>Rounds</h2>",
        _rounds(report) if report.rounds else "<p>No round yet: select a batch.</p>",
    ]
    for number, curve in report.curves.items():
        if curve:
            parts += [f"<h2>Coverage of batch {number}</h2>", _curve(curve), _coverage(report.coverage[number])]
    if report.redundancy is not None:
        share = f"{report.redundancy:.1%} of the samples have a near-duplicate"
        parts += ["<h2>Redundancy</h2>", f"<p>{share} (closer than {report.duplicate_radius:.3f}).</p>"]
    if report.classes:
        parts += ["<h2>Balance</h2>", f"<p>Imbalance {report.imbalance:.2f} (0 even, 1 one-sided).</p>", _bars(report)]
    return "\n".join([*parts, "</html>", ""])


def share(value: float | None) -> str:
    """A share as a percentage, a dash where it is not known."""
    return "–" if value is None else f"{value:.1%}"


def _rounds(report: ReportResult) -> str:
    head = ("round", "picks", "accepted", "rejected", "labelled", "labels so far", "classes", "coverage", "agreement")
    rows = [
        (
            line.number,
            line.picks,
            line.accepted,
            line.rejected,
            line.labelled,
            line.labelled_so_far,
            line.classes_so_far,
            share(line.coverage),
            share(line.agreement),
        )
        for line in report.rounds
    ]
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    note = "Agreement: mean recall when each labelled image takes the label of its nearest other labelled image. "
    note += "Coverage: of all images, on the scale of the last batch for every round."
    return "<table><tr>" + "".join(f"<th>{name}</th>" for name in head) + f"</tr>{body}</table><p>{note}</p>"


def _coverage(coverage: Mapping[str, Any]) -> str:
    named = (("before", "before"), ("after", "after"), ("random_mean", "random"), ("certificate", "at most"))
    return "<p>" + ", ".join(f"{word} {share(coverage[key])}" for key, word in named if coverage.get(key) is not None)


def _curve(curve: Sequence[Mapping[str, Any]]) -> str:
    """Coverage against labels as an SVG drawing."""
    most = max(1, *(point["k"] for point in curve))

    def path(name: str) -> str:
        places = [
            f"{LEFT + (WIDTH - LEFT) * point['k'] / most:.1f},{(HEIGHT - BOTTOM) * (1 - point[name]):.1f}"
            for point in curve
            if point.get(name) is not None
        ]
        return " ".join(places)

    lines = [
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH}" y1="{y:.0f}" y2="{y:.0f}"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{100 - step * 25} %</text>'
        for step, y in ((step, (HEIGHT - BOTTOM) * step / 4) for step in range(5))
    ]
    return (
        f'<svg viewBox="0 -8 {WIDTH + 8} {HEIGHT + 8}" role="img" aria-label="coverage against labels">'
        + "".join(lines)
        + f'<polyline class="random" points="{path("random")}"/>'
        + f'<polyline class="batch" points="{path("coverage")}"/>'
        + f'<text x="{WIDTH}" y="{HEIGHT - 6}" text-anchor="end">{most:,} labels</text></svg>'
    )


def _bars(report: ReportResult) -> str:
    most = max(report.classes.values())
    rows = "".join(
        f'<tr><td>{escape(name)}</td><td>{count:,}</td><td><svg style="width:16rem;height:1rem">'
        f'<rect class="bar" width="{100 * count / most:.1f}%" height="100%"/></svg></td></tr>'
        for name, count in report.classes.items()
    )
    return f"<table><tr><th>class</th><th>labels</th><th></th></tr>{rows}</table>"
