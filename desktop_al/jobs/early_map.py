"""A first map while the embedding pass still runs: principal components of what is embedded so far."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.results import PartialMap
from desktop_al.numerics import pca
from desktop_al.numerics.threads import one_thread
from desktop_al.store.project import Project

FIRST = 32
GROWTH = 2
FIT_ROWS = 512
NEW_AXES_EVERY = 2


class EarlyMap:
    """Publishes a `PartialMap` whenever the number of embedded samples has doubled.

    The axes are fitted on an even spread of at most 512 samples, and anew at every second map only: between, the
    points stay where they are. Nothing is published where the project has a map of this model already, nor where
    another model is the active one: its map is shown until the pass is done.

    ``embedded`` samples had their embedding before the pass began.
    """

    def __init__(self, project: Project, model_key: str, embedded: int, ctx: Context) -> None:
        self._project = project
        self._model_key = model_key
        self._ctx = ctx
        self._shown = embedded
        self._next = max(FIRST, embedded + 1)
        self._maps = 0
        self._axes: pca.Pca | None = None
        active = project.active_model()
        self._wanted = active is not None and active.key == model_key and project.projection(model_key) is None

    def update(self, embedded: int, last: bool = False) -> None:
        """Publish a map of the ``embedded`` samples where they are enough; the ``last`` one if it adds any."""
        enough = self._shown < embedded if last else self._next <= embedded
        if not self._wanted or not enough:
            return
        self._shown = embedded
        table = self._project.embeddings(self._model_key)
        if self._axes is None or self._maps % NEW_AXES_EVERY == 0:
            spread = np.linspace(0, len(table) - 1, min(len(table), FIT_ROWS)).astype(np.int64)
            self._axes = two_axes(table.matrix[table.rows[spread]])
        self._ctx.publish(PartialMap(table.ids, self._axes.transform(table.matrix, table.rows)))
        self._maps += 1
        while self._next <= embedded:
            self._next *= GROWTH


def two_axes(sample: NDArray[np.float32]) -> pca.Pca:
    """Find the first two principal components of ``sample`` (m, d), m small, by way of the (m, m) Gram matrix.

    With few samples this costs milliseconds where the (d, d) covariance of `pca.fit` costs a second. The sign of a
    component makes its largest entry positive. Components that the data lack are zero.
    """
    mean = sample.mean(axis=0)
    centred = sample - mean
    with one_thread():
        values, vectors = np.linalg.eigh(centred @ centred.T)
    axes = np.zeros((2, sample.shape[1]), np.float32)
    for number, place in enumerate(range(len(values) - 1, max(len(values) - 3, -1), -1)):
        axis = vectors[:, place] @ centred
        norm = float(np.linalg.norm(axis))
        if norm > 1e-6:
            axes[number] = axis / norm * (1 if axis[np.abs(axis).argmax()] > 0 else -1)
    variance = np.zeros(2)
    variance[: len(values[-2:])] = np.maximum(values[-2:][::-1], 0) / len(sample)
    return pca.Pca(mean, axes, variance)
