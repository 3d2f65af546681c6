"""How well a map keeps neighbourhoods."""

import numpy as np
from numpy.typing import NDArray


def trustworthiness(vectors: NDArray[np.floating], xy: NDArray[np.floating], k: int = 15) -> float:
    """The trustworthiness of the map ``xy`` (n, 2) of ``vectors`` (n, d), in [0, 1] (Venna and Kaski 2001).

    One minus the mean rank, beyond k, of those that are among the ``k`` nearest on the map but not in the space, scaled
    so that the worst map has 0. Exact, in O(n² d) time and O(n) memory per block. Needs k < n / 2.

    Raises
    ------
    ValueError
        ``k`` is not below n / 2.
    """
    n = len(vectors)
    if not 0 < k < n / 2:
        raise ValueError(f"k must lie between 1 and {(n - 1) // 2}, not {k}")
    space, plane = np.asarray(vectors, np.float64), np.asarray(xy, np.float64)
    penalty = 0
    for start in range(0, n, 256):
        far = _squared(space, start)
        near = np.argsort(_squared(plane, start), axis=1, kind="stable")[:, :k]
        order = np.argsort(far, axis=1, kind="stable")
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, np.arange(1, n + 1)[None, :], axis=1)
        penalty += int(np.maximum(np.take_along_axis(ranks, near, axis=1) - k, 0).sum())
    return 1.0 - 2.0 * penalty / (n * k * (2.0 * n - 3.0 * k - 1.0))


def _squared(points: NDArray[np.float64], start: int) -> NDArray[np.float64]:
    """Squared distances of 256 points from ``start`` on to all; infinite to themselves."""
    part = points[start : start + 256]
    norms = np.einsum("ij,ij->i", points, points)
    d2: NDArray[np.float64] = norms[start : start + 256, None] + norms[None, :] - 2.0 * part @ points.T
    d2[np.arange(len(part)), start + np.arange(len(part))] = np.inf
    return d2
