"""Learning curves of every strategy over pools: what a label buys, as macro recall of a linear classifier.

The protocol: frozen embeddings; cold start, so that the first batch is the strategy's own; as many labels a round as
there are classes; after each round a multinomial logistic regression on what is labelled, judged by macro recall on a
stratified test split; several seeds, each with a split of its own. The figure is the mean over the curve.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from desktop_al.strategies.registry import AUTO, strategies
from scripts.bench_parts.curve_pools import CurvePool, Half, drawn_pools, read_pools
from scripts.bench_parts.curve_protocol import Curve, kept_curve, parse_column

SHORT = 8
"""Rounds of the shorter figure beside that of the whole curve."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Curves:
    """What is asked for on the command line.

    ``data`` as `read_pools` takes them, drawn pools where there are none or where ``drawn`` asks for them too; ``half``
    keeps one half of each pool out; ``columns`` are strategies, with options behind the name, all where there are none;
    ``keep`` is a folder for curves and embeddings, so that only what is new is computed;
    ``embedders`` embed folders of images.
    """

    data: tuple[str, ...] = ()
    half: Half | None = None
    columns: tuple[str, ...] = ()
    drawn: bool = False
    seeds: int | None = None
    jobs: int = 1
    keep: Path | None = None
    inverse_penalty: float = 10.0
    label_column: str = ""
    skip: tuple[str, ...] = ()
    embedders: tuple[str, ...] = ()


def all_columns() -> tuple[str, ...]:
    """Every strategy that needs no queries."""
    return tuple(known.name for known in strategies() if "queries" not in known.needs)


def measure(n: int, rounds: int, seeds: int, pools: int, asked: Curves | None = None) -> dict[str, Any]:
    """Draw the curves, print the table, and return the mean of each column beside all curves.

    Drawn pools have ``n`` samples, the first ``pools`` of them are taken; ``rounds`` and ``seeds`` are those of each
    curve.
    """
    asked = asked or Curves()
    columns = asked.columns or all_columns()
    chosen = list(_pools(asked, n, pools))
    curves = _draw(chosen, columns, range(asked.seeds or seeds), rounds, asked)
    figures: dict[str, Any] = {}
    for length in sorted({min(SHORT, rounds), rounds}, reverse=True):
        values = means(curves, length)
        drawn = asked.seeds or seeds
        spread = f"with its spread over {drawn} seeds" if drawn > 1 else "one seed"
        sys.stdout.write(f"\nMean macro recall over {length} rounds, {spread}:\n\n")
        sys.stdout.write(table(values, {pool.name: _size(pool) for pool in chosen}, columns) + "\n")
        for column in columns:
            figures[f"{column}, {length} rounds"] = float(np.mean([np.mean(values[p.name, column]) for p in chosen]))
        best = [max(np.mean(values[pool.name, column]) for column in rivals(columns)) for pool in chosen]
        figures[f"best column, {length} rounds"] = float(np.mean(best))
    figures["curves"] = [asdict(curve) for curve in curves]
    return figures


def means(curves: Sequence[Curve], length: int) -> dict[tuple[str, str], list[float]]:
    """By pool and column the mean over the first ``length`` rounds of each seed."""
    found: dict[tuple[str, str], list[float]] = {}
    for curve in curves:
        found.setdefault((curve.pool, curve.column), []).append(float(np.mean(curve.recall[:length])))
    return found


def table(values: Mapping[tuple[str, str], Sequence[float]], pools: Mapping[str, str], columns: Sequence[str]) -> str:
    """The table in Markdown: pools by strategies; the last columns are the best of them, "auto" aside, and its name."""
    lines = [["pool", *columns, "best column", "which"]]
    rest = rivals(columns)
    for pool, size in pools.items():
        best = max(rest, key=lambda column: np.mean(values[pool, column]))
        cells = [_cell(values[pool, column]) for column in columns]
        lines.append([f"{pool} ({size})", *cells, _cell(values[pool, best]), best])
    totals = [[float(np.mean(values[pool, column])) for pool in pools] for column in columns]
    winners = [max(float(np.mean(values[pool, column])) for column in rest) for pool in pools]
    lines.append(["mean", *(_short(float(np.mean(total))) for total in totals), _short(float(np.mean(winners))), ""])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    rows = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    return "\n".join([rows[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *rows[1:]])


def rivals(columns: Sequence[str]) -> list[str]:
    """The columns of other strategies than "auto", whatever its options; all where there are no others."""
    return [column for column in columns if parse_column(column)[0] != AUTO] or list(columns)


def _cell(values: Sequence[float]) -> str:
    spread = f" ±{_short(float(np.std(values, ddof=1)))}" if len(values) > 1 else ""
    return _short(float(np.mean(values))) + spread


def _short(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def _size(pool: CurvePool) -> str:
    sizes = np.bincount(pool.codes)
    return f"{len(pool.codes):,}, {pool.classes} classes, {sizes.max() / len(pool.codes):.0%} in one"


def _pools(asked: Curves, n: int, pools: int) -> Iterator[CurvePool]:
    for source in asked.data:
        yield from read_pools(source, asked.half, asked.keep, asked.label_column, asked.skip, asked.embedders)
    if asked.drawn or not asked.data:
        yield from islice(drawn_pools(n, asked.half), pools)


def _draw(pools: Sequence[CurvePool], columns: Sequence[str], seeds: range, rounds: int, asked: Curves) -> list[Curve]:
    """All curves, in the order of pools, columns and seeds."""
    tasks = [(pool, column, seed) for pool in range(len(pools)) for column in columns for seed in seeds]
    if asked.jobs == 1:
        return [
            kept_curve(pools[p], column, seed, rounds, asked.inverse_penalty, asked.keep) for p, column, seed in tasks
        ]
    done: dict[tuple[int, str, int], Curve] = {}
    # One thread in each process, set before numpy loads there, and not in this one.
    with (
        mock.patch.dict(os.environ, dict.fromkeys(_THREADS, "1")),
        ProcessPoolExecutor(asked.jobs, get_context("spawn"), _receive, (tuple(pools),)) as workers,
    ):
        running = {workers.submit(_work, *task, rounds, asked): task for task in tasks}
        for future in as_completed(running):
            done[running[future]] = future.result()
            if len(done) * 20 // len(tasks) > (len(done) - 1) * 20 // len(tasks):
                sys.stderr.write(f"{len(done)} of {len(tasks)} curves\n")
    return [done[task] for task in tasks]


_HELD: tuple[CurvePool, ...] = ()


def _receive(pools: tuple[CurvePool, ...]) -> None:
    """Keep the pools in a worker process."""
    global _HELD
    _HELD = pools


def _work(pool: int, column: str, seed: int, rounds: int, asked: Curves) -> Curve:
    return kept_curve(_HELD[pool], column, seed, rounds, asked.inverse_penalty, asked.keep)
