"""Pools without a project, for the tests of the views."""

from pathlib import Path

import numpy as np

from desktop_al.domain.records import BatchRecord, Decision, PickRecord, SampleState, SampleTable
from desktop_al.gui.columns import Column
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch


def sample_table(root: Path, names: list[str], first_id: int = 1) -> SampleTable:
    """Samples of one source below ``root``, with ids from ``first_id`` on."""
    n = len(names)
    return SampleTable(
        ids=np.arange(first_id, first_id + n, dtype=np.int64),
        source_ids=np.ones(n, np.int32),
        relpaths=names,
        status=np.zeros(n, np.uint8),
        sizes=np.full(n, 12_345, np.int64),
        widths=np.full(n, 64, np.int32),
        heights=np.full(n, 64, np.int32),
        hashes=[""] * n,
        reasons=[""] * n,
        roots={1: root},
    )


def batch_record(count: int, number: int = 1) -> BatchRecord:
    """A batch with a plausible curve."""
    k = list(range(1, 2 * count + 1))
    heldout = [0.9 - 0.6 / (1 + i / 10) for i in k]
    curve = {
        "k": k,
        "coverage": heldout,
        "heldout": heldout,
        "low": [value - 0.02 for value in heldout],
        "high": [value + 0.02 for value in heldout],
        "random": [value - 0.08 for value in heldout],
        "random_sd": [0.01] * len(k),
    }
    coverage = {"before": 0.0, "after": 0.81, "random_mean": 0.74, "random_sd": 0.01, "certificate": 0.86}
    return BatchRecord(
        number,
        number,
        1,
        "coverage",
        0,
        count,
        "m",
        {},
        {"rule": "elasticity", "curve": curve},
        coverage,
        {},
        "",
        "now",
    )


def full_pool(root: Path, names: list[str], picks: int = 0, labelled: int = 0) -> Pool:
    """A pool whose first ``picks`` rows are picks in reverse rank order and whose last ``labelled`` have labels."""
    table = sample_table(root, names)
    n = len(names)
    state = np.zeros(n, np.uint8)
    state[:picks] = SampleState.PENDING
    labels = np.full(n, -1, np.int32)
    if labelled:
        state[-labelled:] = SampleState.LABELLED
        labels[-labelled:] = np.arange(labelled) % 2
    records = tuple(
        PickRecord(
            rank=rank,
            sample=int(table.ids[picks - rank]),
            gain=1.0 / rank,
            stands_for=rank + 3,
            stands_for_nearest=tuple(int(i) for i in table.ids[picks : picks + 8]),
            nearest_labelled=int(table.ids[-1]) if labelled else None,
            nearest_labelled_distance=0.5 if labelled else None,
            uncertainty=None,
            stratum=None,
            decision=Decision.PENDING,
        )
        for rank in range(1, picks + 1)
    )
    pool = Pool()
    pool.load(
        PoolPatch(
            samples=table,
            state=state,
            xy=np.random.default_rng(0).normal(size=(n, 2)),
            label_code=labels,
            classes=("cat", "dog"),
            metadata={
                "site": Column("site", (np.arange(n) % 3).astype(np.int32), ("north", "south", "west"), None),
                "weight": Column("weight", None, (), np.arange(n, dtype=np.float64)),
            },
            batches=(batch_record(picks),) if picks else (),
            batch=batch_record(picks) if picks else None,
            picks=records,
        )
    )
    return pool
