"""Principal components, streamed over matrices that need not fit into memory."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import EmbeddingError
from desktop_al.domain.sentence import say
from desktop_al.numerics.threads import one_thread

BLOCK = 4096
FIT_ROWS = 100_000
DENSE_DIM = 2048
NOT_FINITE = say("Some embeddings are not finite numbers: embed again with a model that gives finite output.")


@dataclass(frozen=True, slots=True)
class Pca:
    """Principal components, largest first.

    ``mean`` (d,) and ``components`` (q, d) float32, ``variance`` (q,) float64.
    """

    mean: NDArray[np.float32]
    components: NDArray[np.float32]
    variance: NDArray[np.float64]

    def transform(
        self,
        matrix: NDArray[Any],
        rows: NDArray[np.int64] | None = None,
        ctx: Context = SILENT,
        stage: str = "",
    ) -> NDArray[np.float32]:
        """Project ``matrix`` (m, d), or its rows ``rows`` (n,), to (n, q) float32.

        Raises
        ------
        EmbeddingError
            A projected value is not finite.
        """
        n = len(matrix) if rows is None else len(rows)
        out = np.empty((n, len(self.components)), np.float32)
        offset = self.components @ self.mean

        for start in range(0, n, BLOCK):
            ctx.check()
            stop = min(start + BLOCK, n)
            part = np.asarray(taken(matrix, rows, start, stop), np.float32)
            with np.errstate(invalid="ignore", over="ignore"):
                out[start:stop] = part @ self.components.T - offset
            require_finite(out[start:stop])
            if stage:
                ctx.report(stage, stop, n, "samples")
        return out


def taken(matrix: NDArray[Any], rows: NDArray[np.int64] | None, start: int, stop: int) -> NDArray[Any]:
    """Rows ``start`` to ``stop`` of ``matrix``, or of ``matrix[rows]``, reading no others."""
    return np.asarray(matrix[start:stop] if rows is None else matrix[rows[start:stop]])


def require_finite(values: NDArray[Any]) -> None:
    """Raise EmbeddingError where one of ``values`` is not finite."""
    if not np.isfinite(values).all():
        raise EmbeddingError(NOT_FINITE)


def fit(
    matrix: NDArray[Any],
    components: int = 50,
    rows: NDArray[np.int64] | None = None,
    ctx: Context = SILENT,
    stage: str = "",
) -> Pca:
    """Find the principal components of ``matrix`` (m, d), or of its rows ``rows`` (n,).

    The covariance is summed block by block, about a point near the mean, in float64. Above 100,000 rows an evenly
    spaced 100,000 of them stand for all. The sign of a component makes its largest entry positive, so that the same
    data give the same components. Fewer come back where the data have fewer: at most min(n - 1, d), at least one.

    Raises
    ------
    EmbeddingError
        A value is not finite.
    """
    total, d = (len(matrix) if rows is None else len(rows)), matrix.shape[1]
    if total == 0:
        return Pca(np.zeros(d, np.float32), np.eye(1, d, dtype=np.float32), np.zeros(1))
    if total > FIT_ROWS:
        spread = np.linspace(0, total - 1, FIT_ROWS).astype(np.int64)
        rows, total = (spread if rows is None else rows[spread]), FIT_ROWS
    mean, covariance = _moments(matrix, rows, total, ctx, stage)
    q = max(1, min(components, total - 1, d))
    with one_thread():
        variance, vectors = np.linalg.eigh(covariance) if d <= DENSE_DIM else _leading(covariance, q)
    order = np.argsort(variance)[::-1][:q]
    directions = vectors[:, order].T
    largest = directions[np.arange(q), np.abs(directions).argmax(axis=1)]
    directions *= np.where(largest < 0, -1.0, 1.0)[:, None]
    return Pca(mean.astype(np.float32), directions.astype(np.float32), np.maximum(variance[order], 0.0))


def _moments(
    matrix: NDArray[Any], rows: NDArray[np.int64] | None, total: int, ctx: Context, stage: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The mean (d,) and the covariance (d, d)."""
    d = matrix.shape[1]
    shift = np.asarray(taken(matrix, rows, 0, min(BLOCK, total)), np.float32).mean(axis=0)
    sums, products = np.zeros(d), np.zeros((d, d))
    for start in range(0, total, BLOCK):
        ctx.check()
        stop = min(start + BLOCK, total)
        with np.errstate(invalid="ignore", over="ignore"):
            part = np.asarray(taken(matrix, rows, start, stop), np.float32) - shift
            sums += part.sum(axis=0, dtype=np.float64)
            products += part.T @ part
        require_finite(sums)
        if stage:
            ctx.report(stage, stop, total, "samples")
    centre = sums / total
    return shift + centre, products / total - np.outer(centre, centre)


def _leading(covariance: NDArray[np.float64], q: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The leading eigenpairs by subspace iteration with Rayleigh-Ritz (Halko, Martinsson and Tropp 2011)."""
    basis = np.random.default_rng(0).standard_normal((len(covariance), q + 16))
    for _ in range(20):
        basis = np.linalg.qr(covariance @ basis)[0]
    values, small = np.linalg.eigh(basis.T @ covariance @ basis)
    return values, basis @ small
