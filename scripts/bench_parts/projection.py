"""Measures the projection (components, neighbours, layout) against umap-learn, in one run on the same embeddings."""

import time
import warnings

import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics import pca
from desktop_al.numerics.metrics import trustworthiness
from desktop_al.numerics.neighbours import neighbours
from desktop_al.numerics.umap import umap

DIM = 512
CLUSTERS = 50
SAMPLE = 5000
PEER_UP_TO = 20_000
NEIGHBOURS = 64


def made_up(n: int, dim: int = DIM, seed: int = 0) -> NDArray[np.float32]:
    """Unit vectors (n, dim) in overlapping clusters of twenty-four directions each with a little noise."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(CLUSTERS, dim)).astype(np.float32)
    axes = rng.normal(size=(10, 24, dim)).astype(np.float32) * 0.85 ** np.arange(24, dtype=np.float32)[:, None]
    out = np.empty((n, dim), np.float32)
    owner = rng.integers(0, CLUSTERS, n)
    for cluster in range(CLUSTERS):
        mine = np.flatnonzero(owner == cluster)
        inner = rng.normal(size=(len(mine), 24)).astype(np.float32) @ axes[cluster % 10]
        out[mine] = centres[cluster] + 0.5 * inner + 0.1 * rng.normal(size=(len(mine), dim)).astype(np.float32)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    return out


def measure(n: int, peer: bool | None = None) -> dict[str, float]:
    """Draw a map of ``n`` made-up embeddings of 512 dimensions, warm, and let umap-learn draw it too.

    ``peer`` says whether umap-learn is run; where None, up to 20,000 samples, because it takes minutes beyond. Both are
    compiled beforehand. Returns seconds for each stage, the recall of 15 neighbours, the ratio of times (umap-learn
    over ours) and the trustworthiness of each map, on 5,000 samples where there are more.
    """
    data = made_up(n)
    _ours(made_up(30_000)[:25_000, :64] if n > PEER_UP_TO else made_up(300))
    xy, figures = _ours(data)
    chosen = np.sort(np.random.default_rng(1).choice(n, min(n, SAMPLE), replace=False))
    figures["recall_15"] = _recall(data, chosen[:500])
    figures["trustworthiness"] = trustworthiness(data[chosen], xy[chosen])
    if n <= PEER_UP_TO if peer is None else peer:
        umap_learn(made_up(300))
        began = time.perf_counter()
        other = umap_learn(data)
        figures["umap_learn_s"] = time.perf_counter() - began
        figures["ratio"] = figures["umap_learn_s"] / figures["total_s"]
        figures["umap_learn_trustworthiness"] = trustworthiness(data[chosen], other[chosen])
    return figures


def _ours(data: NDArray[np.float32]) -> tuple[NDArray[np.float32], dict[str, float]]:
    marks = [time.perf_counter()]
    points = pca.fit(data, 2).transform(data)
    marks.append(time.perf_counter())
    graph = neighbours(data, NEIGHBOURS)
    marks.append(time.perf_counter())
    k = min(15, graph.indices.shape[1])
    xy = umap(np.ascontiguousarray(graph.indices[:, :k]), np.ascontiguousarray(graph.distances[:, :k]), points)
    marks.append(time.perf_counter())
    names = ("components_s", "neighbours_s", "layout_s")
    figures = {name: after - before for name, before, after in zip(names, marks, marks[1:], strict=False)}
    return xy, {"samples": len(data), **figures, "total_s": marks[-1] - marks[0]}


def umap_learn(data: NDArray[np.float32], k: int = 15) -> NDArray[np.float32]:
    """Positions (n, 2) that umap-learn gives ``data`` (n, dim); it counts a sample among its own ``k`` neighbours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP

        return np.asarray(UMAP(n_neighbors=k, init="pca", random_state=0).fit_transform(data), np.float32)


def _recall(data: NDArray[np.float32], chosen: NDArray[np.int64]) -> float:
    """The share of the true 15 neighbours of the samples ``chosen`` that the search finds."""
    found = neighbours(data, NEIGHBOURS).indices[chosen, :15]
    products = data[chosen] @ data.T
    products[np.arange(len(chosen)), chosen] = -np.inf
    true = np.argpartition(products, -15, axis=1)[:, -15:]
    return float(np.mean([len(set(a) & set(b)) / 15 for a, b in zip(found.tolist(), true.tolist(), strict=True)]))
