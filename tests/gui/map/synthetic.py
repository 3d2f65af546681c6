"""Pools made up for tests and benchmarks: clusters of points with states, labels, sources and metadata."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import BatchRecord, Decision, PickRecord, SampleState, SampleTable
from desktop_al.gui.columns import Column
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch

CLASSES = ("cat", "dog", "horse", "lorry", "ship")
KINDS = ("animal", "building", "flag", "food", "person", "plant", "symbol", "tool", "vehicle")


def clusters(n: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Positions (n, 2) that look like a projection, and the cluster (n,) of each."""
    rng = np.random.default_rng(seed)
    count = 9
    centres = rng.uniform(-9, 9, (count, 2))
    turn = rng.uniform(0, np.pi, count)
    stretch = rng.uniform(0.35, 1.6, (count, 2))
    home = rng.choice(count, n, p=rng.dirichlet(np.full(count, 4.0))).astype(np.int32)
    bent = rng.normal(size=(n, 2)) * stretch[home]
    bent[:, 1] += 0.35 * bent[:, 0] ** 2
    cos, sin = np.cos(turn[home]), np.sin(turn[home])
    rotated = np.stack([cos * bent[:, 0] - sin * bent[:, 1], sin * bent[:, 0] + cos * bent[:, 1]], axis=1)
    return centres[home] + rotated, home


def sample_table(n: int, root: Path) -> SampleTable:
    """N samples of two sources below ``root`` without files."""
    ids = np.arange(1, n + 1, dtype=np.int64)
    zeros = np.zeros(n, np.int32)
    sources = np.where(np.arange(n) < n // 3, 1, 2).astype(np.int32)
    names = [f"{i:07d}.png" for i in range(n)]
    roots = {1: root / "first", 2: root / "second"}
    return SampleTable(
        ids, sources, names, zeros.astype(np.uint8), ids, zeros, zeros, ["" for _ in range(n)], names, roots
    )


def batch_record(count: int) -> BatchRecord:
    """A batch of ``count`` picks."""
    return BatchRecord(1, 1, 1, "coverage", 0, count, "m", {}, {}, {}, {}, "", "2026-01-01T00:00:00Z")


def pick_record(rank: int, sample: int) -> PickRecord:
    """A pending pick."""
    return PickRecord(rank, sample, 0.5, 9, (), None, None, None, None, Decision.PENDING)


def patch(n: int, picks: int = 0, labelled: float = 0.03, seed: int = 0, root: Path = Path("pool")) -> PoolPatch:
    """Everything about n samples: clusters, a share of labelled ones, and a batch with all three decisions."""
    rng = np.random.default_rng(seed + 1)
    xy, home = clusters(n, seed)
    state = np.where(rng.random(n) < labelled, SampleState.LABELLED, SampleState.UNLABELLED).astype(np.uint8)
    label = np.where(state == SampleState.LABELLED, home % len(CLASSES), -1).astype(np.int32)
    rows = rng.permutation(np.flatnonzero(state == SampleState.UNLABELLED))[:picks]
    state[rows] = np.resize(
        [SampleState.PENDING, SampleState.PENDING, SampleState.ACCEPTED, SampleState.REJECTED], picks
    )
    brightness = np.clip(0.5 + 0.04 * xy[:, 0] + 0.08 * rng.normal(size=n), 0, 1)
    brightness[rng.random(n) < 0.02] = np.nan
    return PoolPatch(
        samples=sample_table(n, root),
        state=state,
        xy=xy,
        label_code=label,
        classes=CLASSES,
        metadata={
            "category": Column("category", home, KINDS, None),
            "brightness": Column("brightness", None, (), brightness),
        },
        batch=batch_record(picks) if picks else None,
        picks=tuple(pick_record(rank, int(row) + 1) for rank, row in enumerate(rows, 1)),
    )


def pool(n: int, picks: int = 0, labelled: float = 0.03, seed: int = 0, root: Path = Path("pool")) -> Pool:
    """A pool of n samples, see `patch`."""
    made = Pool()
    made.load(patch(n, picks, labelled, seed, root))
    return made
