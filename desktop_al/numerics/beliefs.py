"""What a model believes about a pool: class probabilities, and where they come from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.sentence import say
from desktop_al.numerics.probe import STEPS, on_grid
from desktop_al.numerics.softmax import softmax

LOWEST_UNCERTAINTY = 0.05
"""No sample's uncertainty counts for less, so that no weight vanishes."""

_OFF = 1e-2
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Calibrated class probabilities.

    ``probabilities`` (n, c) float32 of the pool, rows summing to one up to c 2^-21; ``predict`` maps unit vectors (b,
    d) float32 to probabilities (b, c) float32, None where the probabilities came from elsewhere; ``temperature`` >= 1
    is what they were flattened by.
    """

    probabilities: NDArray[np.float32]
    predict: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None
    temperature: float = 1.0


def margin_uncertainty(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """One less the margin between the two largest of each row (n, c), in [`LOWEST_UNCERTAINTY`, 1], (n,) float64."""
    return np.clip(ambiguity(probabilities), LOWEST_UNCERTAINTY, 1.0)


def ambiguity(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """One less the margin between the two largest of each row (n, c), in [0, 1], (n,) float64; 0 for one class."""
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities))
    return _by_row(probabilities, _one_less_margin)


def entropy(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """The entropy of each row (n, c) in nats, (n,) float64."""
    return _by_row(probabilities, _entropy)


def doubt(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """One less the largest of each row (n, c), (n,) float64."""
    return _by_row(probabilities, lambda rows: 1 - rows.max(axis=1))


def _by_row(
    probabilities: NDArray[np.floating], score: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> NDArray[np.float64]:
    out = np.empty(len(probabilities))
    for start in range(0, len(out), _BLOCK):
        out[start : start + _BLOCK] = score(np.asarray(probabilities[start : start + _BLOCK], dtype=np.float64))
    return out


def _one_less_margin(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    top = np.partition(rows, -2, axis=1)[:, -2:]
    margins: NDArray[np.float64] = 1 - (top[:, 1] - top[:, 0])
    return margins


def _entropy(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    summed: NDArray[np.float64] = -(rows * np.log(np.where(rows > 0, rows, 1.0))).sum(axis=1)
    # Rounded, so that the last bit of a library's logarithm decides no rank.
    return np.rint(summed * STEPS) / STEPS


def require_probabilities(values: NDArray[np.floating], n: int) -> None:
    """Raise `SelectionError` unless ``values`` holds ``n`` rows of numbers of at least 0 that sum to 1."""
    if values.ndim != 2 or len(values) != n or values.shape[1] < 2:
        raise SelectionError(
            say(
                "Probabilities must have one row for each of the {n} embeddings and at least two "
                "classes, and this array has the shape {shape}.",
                n=n,
                shape=values.shape,
            )
        )
    if values.dtype.kind not in "fiub":
        raise SelectionError(say("Probabilities must be numbers."))
    for start in range(0, n, _BLOCK):
        rows = np.asarray(values[start : start + _BLOCK], dtype=np.float64)
        with np.errstate(invalid="ignore"):
            wrong = ~np.isfinite(rows).all(axis=1) | (rows < 0).any(axis=1) | (np.abs(rows.sum(axis=1) - 1) > _OFF)
        if wrong.any():
            raise SelectionError(
                say(
                    "Each row of the probabilities must hold numbers of at least 0 that sum to 1, and row "
                    "{row} does not.",
                    row=start + int(wrong.argmax()),
                )
            )


def log_probabilities(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """The logarithms of probabilities, those below half a step of 1/`STEPS` taken for that."""
    logs: NDArray[np.float64] = np.log(np.maximum(np.asarray(values, dtype=np.float64), 0.5 / STEPS))
    return logs


def flattened(values: NDArray[np.floating], temperature: float) -> NDArray[np.float32]:
    """Probabilities (n, c) at a ``temperature``: the softmax of log p / T, float32."""
    out = np.empty(values.shape, dtype=np.float32)
    for start in range(0, len(out), _BLOCK):
        rows = np.asarray(values[start : start + _BLOCK], dtype=np.float64)
        out[start : start + _BLOCK] = on_grid(softmax(log_probabilities(rows) / temperature))
    return out
