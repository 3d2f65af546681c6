"""What a model believes about a pool: class probabilities, and where they come from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LOWEST_UNCERTAINTY = 0.05
"""No sample's uncertainty counts for less, so that no weight vanishes."""


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Calibrated class probabilities.

    ``probabilities`` (n, c) float32 of the pool, rows summing to one; ``predict`` maps unit vectors (b, d) float32 to
    probabilities (b, c) float32, None where the probabilities came from elsewhere; ``temperature`` >= 1 is what they
    were flattened by.
    """

    probabilities: NDArray[np.float32]
    predict: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None
    temperature: float = 1.0


def margin_uncertainty(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """One less the margin between the two largest of each row (n, c), in [`LOWEST_UNCERTAINTY`, 1], (n,) float64."""
    if probabilities.shape[1] < 2:
        return np.full(len(probabilities), LOWEST_UNCERTAINTY)
    top = np.sort(np.asarray(probabilities, dtype=np.float64), axis=1)[:, -2:]
    return np.clip(1 - (top[:, 1] - top[:, 0]), LOWEST_UNCERTAINTY, 1.0)
