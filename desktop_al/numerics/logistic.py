"""Multinomial logistic regression on coordinates: the fit behind the probe.

The same labels give the same bits whatever the number of threads and the processor. Coordinates are multiples of 2^-16;
weights and residuals are kept on grids so fine that each sum of their products with coordinates is a whole number of
units below 2^53. Every matrix product is therefore exact in float64 in any order of summation, and all else is plain
IEEE arithmetic in one order.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.numerics.softmax import softmax, surprise

_EXACT = 36
"""Products with coordinates of norm 2^16 units are exact up to a norm of 2^36 units, with one bit spare."""

_MEMORY = 10
_STEPS = 200
_HALVINGS = 30
_ARMIJO = 1e-4
# Far above the rounding of the loss, so that the last bit of a logarithm decides nothing.
_SLACK = 1e-11
# The largest slope, for each label, at which a fit ends.
_TOLERANCE = 3e-5


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights (r, s) and intercepts (s,) float64 of a classifier of s classes."""

    weights: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def logits(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """The logits of coordinates (b, r), (b, s) float64, exact up to the last addition."""
        return coordinates @ self.weights + self.intercepts


def fit_linear(
    x: NDArray[np.float64],
    codes: NDArray[np.int64],
    penalty: float,
    ctx: Context = SILENT,
) -> Linear:
    """Minimise  sum_i -log p(code_i | x_i) + penalty/2 |W|^2  by L-BFGS (Liu and Nocedal 1989).

    Parameters
    ----------
    x : (m, r) coordinates, multiples of 2^-16, of norm at most 1.
    codes : (m,) classes from 0 to s - 1, each of which occurs.
    penalty : the precision of a Gaussian prior on each weight, positive; intercepts have none.

    Raises
    ------
    SelectionError
        Fewer than two classes.
    CancelledError
        Between steps.
    """
    count = int(codes.max()) + 1 if len(codes) else 0
    if count < 2:
        raise SelectionError("The probe needs labels of at least two classes; label some images of another class.")
    m, mean = len(x), x.sum(axis=0) / len(x)
    # The minimum lies where the penalty is at most what W = 0 costs.
    largest = math.sqrt(2 * m * math.log(count) / penalty)
    unit = 2.0 ** (math.ceil(math.log2(largest)) + 1 - _EXACT)
    residual_unit = 2.0 ** (math.ceil(math.log2(m)) - _EXACT)
    rows = np.arange(m)

    def at(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = theta[:-1]
        logits = x @ weights
        logits += theta[-1] - logits.sum(axis=0) / m
        value = surprise(logits, codes) + penalty / 2 * _dot(weights, weights)
        residual = softmax(logits)
        residual[rows, codes] -= 1
        residual = np.rint(residual / residual_unit) * residual_unit
        total = residual.sum(axis=0)
        gradient = np.empty_like(theta)
        gradient[:-1] = x.T @ residual - mean[:, None] * total + penalty * weights
        gradient[-1] = total
        return value, gradient

    theta = np.zeros((x.shape[1] + 1, count))
    theta = _minimise(at, theta, unit, largest, _TOLERANCE * m, ctx)
    weights = theta[:-1]
    return Linear(weights, theta[-1] - (x @ weights).sum(axis=0) / m)


def _dot(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """The inner product in numpy's own order of summation, which BLAS would choose by the processor."""
    return float((a * b).sum())


def _minimise(
    at: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]],
    theta: NDArray[np.float64],
    unit: float,
    largest: float,
    tolerance: float,
    ctx: Context,
) -> NDArray[np.float64]:
    """L-BFGS with backtracking from ``theta`` on, on the grid of ``unit``, until no slope exceeds ``tolerance``."""
    value, gradient = at(theta)
    pairs: list[tuple[NDArray[np.float64], NDArray[np.float64], float]] = []
    for _ in range(_STEPS):
        ctx.check()
        if float(np.abs(gradient).max()) <= tolerance:
            break
        direction = _direction(gradient, pairs)
        slope = _dot(direction, gradient)
        if slope >= 0:
            pairs, direction = [], -gradient
            slope = _dot(direction, gradient)
        step = 1.0 if pairs else min(1.0, 1.0 / math.sqrt(_dot(gradient, gradient)))
        for _ in range(_HALVINGS):
            after = np.rint((theta + step * direction) / unit) * unit
            inside = _dot(after[:-1], after[:-1]) <= (2 * largest) ** 2
            if inside:
                next_value, next_gradient = at(after)
                if next_value <= value + _ARMIJO * step * slope + _SLACK * abs(value):
                    break
            step /= 2
        else:
            break
        moved, turned = after - theta, next_gradient - gradient
        curvature = _dot(moved, turned)
        if curvature > 0:
            pairs = [*pairs[1 - _MEMORY :], (moved, turned, curvature)]
        theta, value, gradient = after, next_value, next_gradient
    return theta


def _direction(
    gradient: NDArray[np.float64], pairs: list[tuple[NDArray[np.float64], NDArray[np.float64], float]]
) -> NDArray[np.float64]:
    """The two-loop recursion: minus the inverse Hessian, as ``pairs`` tell of it, times ``gradient``."""
    direction = -gradient
    shares = []
    for moved, turned, curvature in reversed(pairs):
        share = _dot(moved, direction) / curvature
        direction -= share * turned
        shares.append(share)
    if pairs:
        _, turned, curvature = pairs[-1]
        direction *= curvature / _dot(turned, turned)
    for (moved, turned, curvature), share in zip(pairs, reversed(shares), strict=True):
        direction += (share - _dot(turned, direction) / curvature) * moved
    return direction
