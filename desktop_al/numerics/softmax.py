"""Softmax and its loss in plain IEEE steps, alike on every processor."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

# exp(-40) is below half a unit of the last place of 1.
_FAR = -40.0
_PART = 1.0 / 1024.0


@njit(nogil=True, cache=True)
def _exp(t):  # type: ignore[no-untyped-def]  # numba infers the types
    """exp(t) for t <= 0 by exp(t/1024)^1024; 0 below `_FAR`."""
    if t < _FAR:
        return 0.0
    u = t * _PART
    p = 1 + u * (1 + u / 2 * (1 + u / 3 * (1 + u / 4 * (1 + u / 5 * (1 + u / 6 * (1 + u / 7 * (1 + u / 8)))))))
    for _ in range(10):
        p *= p
    return p


@njit(nogil=True, cache=True)
def _softmax(logits, out):  # type: ignore[no-untyped-def]  # numba infers the types
    for i in range(logits.shape[0]):
        top = logits[i, 0]
        for k in range(1, logits.shape[1]):
            top = max(top, logits[i, k])
        total = 0.0
        for k in range(logits.shape[1]):
            value = _exp(logits[i, k] - top)
            out[i, k] = value
            total += value
        for k in range(logits.shape[1]):
            out[i, k] /= total


@njit(nogil=True, cache=True)
def _surprise(logits, codes, smoothing):  # type: ignore[no-untyped-def]  # numba infers the types
    whole = 0.0
    for i in range(logits.shape[0]):
        top = logits[i, 0]
        for k in range(1, logits.shape[1]):
            top = max(top, logits[i, k])
        total, mean = 0.0, 0.0
        for k in range(logits.shape[1]):
            total += _exp(logits[i, k] - top)
            mean += logits[i, k] - top
        mean /= logits.shape[1]
        own = logits[i, codes[i]] - top
        whole += math.log(total) - (1 - smoothing) * own - smoothing * mean
    return whole


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """The softmax of each row of ``logits`` (b, c), finite, as (b, c) float64; c >= 1."""
    out = np.empty(logits.shape)
    _softmax(logits, out)
    return out


def surprise(logits: NDArray[np.float64], codes: NDArray[np.int64], smoothing: float = 0.0) -> float:
    """The summed negative log-likelihood of the classes ``codes`` (b,) under ``logits`` (b, c), in nats.

    A share ``smoothing`` of each label is taken to be spread over all classes alike.
    """
    return float(_surprise(logits, codes, smoothing))
