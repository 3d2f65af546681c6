"""How much the automatic budget moves where it must not: near-copies, seeds, and tight clusters that can be counted."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.strategies.api import select

Pool = NDArray[np.float32]

COPIES, CLUSTERS = 0.15, 0.2
"""Copies and seeds may move a budget by this share, and clusters be counted with that."""

# How far copies lie, as a share of the median distance in the pool: beyond a tenth they are other images.
_BY = (0.0, 0.01, 0.03)
_SEEDS = 10


def _decaying(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Variance falls from axis to axis, as that of embeddings does."""
    return rng.normal(size=(n, 128)) * np.arange(1.0, 129.0) ** -0.75


def _slowly(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.normal(size=(n, 128)) * np.arange(1.0, 129.0) ** -0.5


def _heavy(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.standard_t(2, size=(n, 32))


def _shapeless(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.normal(size=(n, 16))


def _wide_clusters(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return 5 * rng.normal(size=(40, 48))[rng.integers(40, size=n)] / math.sqrt(48) + rng.normal(size=(n, 48))


def _with_outskirts(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """A dense mass, and one sample in ten far out, which count for more in `auto`."""
    found = rng.normal(size=32) * 3 + 0.3 * rng.normal(size=(n, 32))
    far = rng.choice(n, n // 10, replace=False)
    found[far] += 3 * rng.normal(size=(len(far), 32))
    return found


KINDS: dict[str, Callable[[int, np.random.Generator], NDArray[np.float64]]] = {
    "decaying": _decaying,
    "slowly decaying": _slowly,
    "heavy tails": _heavy,
    "no structure": _shapeless,
    "wide clusters": _wide_clusters,
    "outskirts": _with_outskirts,
}


def measure(n: int = 400, pools: int = 24) -> dict[str, Any]:
    """The budgets of ``pools`` pools of about ``n`` samples and of the same beside near-copies, of seeds, of clusters.

    Returns
    -------
    dict
        ``doubled`` holds, of each pool, its budget, the one with copies of all of it at each of some distances, and the
        largest share by which these moved it, 0 where by one image at most; ``seeds`` the budgets of one pool of each
        kind by ten seeds; ``clusters`` pairs of clusters and budget; ``beyond`` how many of each move too far.
    """
    kinds = list(KINDS.items())
    doubled, seeds, counted = {}, {}, []
    for number in range(pools):
        name, draw = kinds[number % len(kinds)]
        matrix = unit(draw(n, np.random.default_rng([number, 11])))
        once = _budget(matrix)
        twice = [_budget(beside_copies(matrix, by, number)) for by in _BY]
        most = max(abs(one - once) for one in twice)
        doubled[f"{name} {number // len(kinds) + 1}"] = once, twice, most / once if most > 1 else 0.0
        if number < len(kinds):
            seeds[name] = [once, *(_budget(matrix, seed) for seed in range(1, _SEEDS))]
    for groups in (5, 12, 20, 40):
        counted.append((groups, _budget(_tight(groups, max(5, n // groups)))))
    return {
        "doubled": doubled,
        "seeds": seeds,
        "clusters": counted,
        "beyond": {
            "doubled": sum(moved > COPIES for _, _, moved in doubled.values()),
            "seeds": sum(max(found) - min(found) > COPIES * min(found) for found in seeds.values()),
            "clusters": sum(abs(found - groups) > CLUSTERS * groups for groups, found in counted),
        },
    }


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """The figures as text: every pool, then how many are beyond what they may move."""
    for name, (once, twice, moved) in figures["doubled"].items():
        mark = "  beyond" if moved > COPIES else ""
        yield f"  {name:<20} {once:>6,} beside copies {' '.join(f'{one:>6,}' for one in twice)} {moved:>7.1%}{mark}"
    for name, found in figures["seeds"].items():
        yield f"  {name:<20} {min(found):>6,} to {max(found):,} by {len(found)} seeds"
    for groups, found in figures["clusters"]:
        yield f"  {groups} tight clusters{'':<4} {found:>6,}"
    for name, share in (("doubled", COPIES), ("seeds", COPIES), ("clusters", CLUSTERS)):
        yield f"  {name} beyond {share:.0%}: {figures['beyond'][name]} of {len(figures[name])}"


def _budget(matrix: Pool, seed: int = 0) -> int:
    """What `auto` asks for of a pool without labels."""
    return int(select(matrix, seed=seed).budget["count"])


def beside_copies(matrix: Pool, by: float, seed: int) -> Pool:
    """A pool of unit vectors and near-copies of all of it, ``by`` of its median distance away."""
    apart = float(np.median(np.sqrt(np.maximum(2 - 2 * matrix @ matrix.T, 0))))
    noise = np.random.default_rng([seed, 12]).normal(size=matrix.shape) / np.sqrt(matrix.shape[1])
    return np.concatenate([matrix, matrix + by * apart * noise]).astype(np.float32)


def _tight(groups: int, size: int) -> Pool:
    rng = np.random.default_rng([groups, 13])
    centres = unit(rng.normal(size=(groups, 64)))
    return unit(np.repeat(centres, size, axis=0) + 0.03 / 8 * rng.normal(size=(groups * size, 64)))


def unit(matrix: NDArray[np.floating]) -> Pool:
    """The rows of ``matrix`` (n, d) at unit norm."""
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), dtype=np.float32)
