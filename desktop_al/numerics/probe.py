"""The probe: a calibrated linear classifier on frozen embeddings, with room for classes that no label has yet."""

import math
import threading
from dataclasses import dataclass

import numpy as np
import xxhash
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.sentence import say
from desktop_al.numerics.calibration import calibrate
from desktop_al.numerics.logistic import fit_linear
from desktop_al.numerics.softmax import softmax
from desktop_al.numerics.span import span_of

_EXACT = 38
"""Products with vectors of norm up to 4, 2^14 units of the grid, are exact up to a norm of 2^38 units."""

STEPS = 2.0**20
"""Probabilities are multiples of 2^-20, so that the last bits of a library's logarithm never show."""

_BISECTIONS = 60
_KEPT = 8
_lock = threading.Lock()
_kept: dict[tuple[object, ...], "Probe"] = {}


@dataclass(frozen=True, slots=True)
class Probe:
    """A fitted probe.

    ``coefficients`` (d, s) and ``intercepts`` (s,) float64 belong to the ``seen`` (s,) int64 of ``classes`` classes;
    logits are divided by ``temperature``, and each class not seen has the logit ``novel`` after that. ``penalty`` is
    that of the fit.
    """

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    seen: NDArray[np.int64]
    classes: int
    temperature: float
    novel: float
    penalty: float

    def probabilities(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """The class probabilities of grid vectors (b, d), (b, classes) float32; the same in blocks of any size."""
        logits = np.full((len(block), self.classes), self.novel)
        scores = block.astype(np.float64) @ self.coefficients
        logits[:, self.seen] = (scores + self.intercepts) / self.temperature
        return on_grid(softmax(logits))


def on_grid(probabilities: NDArray[np.float64]) -> NDArray[np.float32]:
    """Probabilities rounded to multiples of 1/`STEPS`, float32."""
    rounded: NDArray[np.float32] = (np.rint(probabilities * STEPS) / STEPS).astype(np.float32)
    return rounded


def fit_probe(vectors: NDArray[np.float32], codes: NDArray[np.integer], classes: int, ctx: Context = SILENT) -> Probe:
    """Fit the probe to grid ``vectors`` (m, d) with ``codes`` (m,) from 0 to ``classes`` - 1.

    Penalty and temperature come from `calibrate`. A class that no label has gets no weights of its own but one and the
    same logit everywhere, so that it is the likelier the less any other class claims a sample. That logit gives the u
    such classes together, over the labels that calibrated the probe, the mean probability u / (m + u), as if each had a
    label.

    The same inputs give the same bits on any number of threads and any processor; see `desktop_al.numerics.logistic`.
    The last few probes are kept, for one selection asks for the same one several times.

    Raises
    ------
    SelectionError
        Fewer than two classes have labels.
    CancelledError
        Between steps.
    """
    seen, inner = np.unique(np.asarray(codes, dtype=np.int64), return_inverse=True)
    if len(seen) < 2:
        raise SelectionError(say("The probe needs labels of at least two classes; label some images of another class."))
    if seen[0] < 0 or seen[-1] >= classes:
        raise SelectionError(
            say("A label names class {code}, and there are {classes} classes.", code=int(seen[-1]), classes=classes)
        )
    key = (xxhash.xxh3_128_digest(vectors.tobytes()), vectors.shape, inner.tobytes(), tuple(seen), classes)
    with _lock:
        known = _kept.get(key)
    if known is not None:
        return known
    fitted = _fitted(vectors, seen, inner, classes, ctx)
    with _lock:
        _kept[key] = fitted
        while len(_kept) > _KEPT:
            del _kept[next(iter(_kept))]
    return fitted


def _fitted(
    vectors: NDArray[np.float32], seen: NDArray[np.int64], inner: NDArray[np.int64], classes: int, ctx: Context
) -> Probe:
    """The probe for the places ``inner`` (m,) of the labels among the classes ``seen``."""
    span = span_of(vectors)
    found = calibrate(span.coordinates, inner, ctx)
    fitted = fit_linear(span.coordinates, inner, found.penalty, ctx)
    coefficients = span.lift(fitted.weights)
    largest = math.sqrt(float((coefficients * coefficients).sum(axis=0).max()))
    unit = 2.0 ** (math.ceil(math.log2(max(largest, 2.0**-40))) - _EXACT)
    unseen = classes - len(seen)
    share = unseen / (len(inner) + unseen)
    return Probe(
        coefficients=np.rint(coefficients / unit) * unit,
        intercepts=fitted.intercepts,
        seen=seen,
        classes=classes,
        temperature=found.temperature,
        novel=_novel(found.logits / found.temperature, unseen, share) if unseen else -math.inf,
        penalty=found.penalty,
    )


def _novel(logits: NDArray[np.float64], unseen: int, share: float) -> float:
    """The logit that gives ``unseen`` more classes the mean probability ``share`` over ``logits`` (b, s)."""
    top = logits.max(axis=1)
    levels = np.stack([top + np.log(np.exp(logits - top[:, None]).sum(axis=1)), np.zeros(len(top))], axis=1)
    low, high = float(levels[:, 0].min()) - 64.0, float(levels[:, 0].max()) + 64.0
    for _ in range(_BISECTIONS):
        levels[:, 1] = (low + high) / 2
        if softmax(levels)[:, 1].mean() < share:
            low = levels[0, 1]
        else:
            high = levels[0, 1]
    return round((high - math.log(unseen)) * STEPS) / STEPS
