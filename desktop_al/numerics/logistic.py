"""Multinomial logistic regression on coordinates: the fit behind the probe.

The same labels give the same bits whatever the number of threads and the processor. Coordinates are multiples of 2^-16;
weights and residuals are kept on grids so fine that each sum of their products with coordinates is a whole number of
units below 2^53. Every matrix product is therefore exact in float64 in any order of summation, and all else is plain
IEEE arithmetic in one order. Products are made by the thread that asks, so that several fits may run side by side.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.sentence import say
from desktop_al.numerics.products import AXES, ROWS, products
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
# Tiles of so many columns stay in a near cache.
_TILE = 64


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights (r, s) and intercepts (s,) float64 of a classifier of s classes."""

    weights: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def logits(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """The logits of coordinates (b, r), (b, s) float64, exact up to the last addition."""
        return coordinates @ self.weights + self.intercepts


class Labelled:
    """Labelled samples laid out for fitting.

    Parameters
    ----------
    x : (m, r) coordinates, multiples of 2^-16, of norm at most 1.
    codes : (m,) classes from 0 to s - 1, each of which occurs.

    Raises
    ------
    SelectionError
        Fewer than two classes.
    """

    def __init__(self, x: NDArray[np.float64], codes: NDArray[np.int64]) -> None:
        self.codes, self.size, self.rank = codes, len(x), x.shape[1]
        self.classes = int(codes.max()) + 1 if len(codes) else 0
        if self.classes < 2:
            raise SelectionError(
                say("The probe needs labels of at least two classes; label some images of another class.")
            )
        self.mean = x.sum(axis=0) / len(x)
        self._down, self._across = _padded(x), _padded(x.T)

    def forward(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The products of the coordinates with ``weights`` (r, s), (m, s)."""
        out = np.empty((self.classes + -self.classes % ROWS, self.size))
        _multiply(_stacked(weights.T), self._across, out)
        return np.ascontiguousarray(out[: self.classes].T)

    def backward(self, residual: NDArray[np.float64]) -> NDArray[np.float64]:
        """The products of the turned coordinates with ``residual`` (m, s), (r, s)."""
        out = np.empty((self.classes + -self.classes % ROWS, self.rank))
        _multiply(_stacked(residual.T), self._down, out)
        return np.ascontiguousarray(out[: self.classes].T)


def _padded(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """``x`` (p, q) with rows of zeros to a multiple of `AXES`."""
    return np.pad(x, ((0, -len(x) % AXES), (0, 0)))


def _stacked(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """``x`` (p, q) with zeros to whole groups of rows and axes."""
    return np.pad(x, ((0, -x.shape[0] % ROWS), (0, -x.shape[1] % AXES)))


@njit(nogil=True, cache=True)
def _multiply(rows, tile, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the products of ``rows`` (8a, q) and ``tile`` (q, c) to ``out`` (8a, c), a few columns at a time."""
    part = np.empty((tile.shape[0], _TILE))
    found = np.empty((ROWS, _TILE))
    for left in range(0, tile.shape[1], _TILE):
        count = min(_TILE, tile.shape[1] - left)
        for axis in range(tile.shape[0]):
            for column in range(count):
                part[axis, column] = tile[axis, left + column]
        for first in range(0, len(rows), ROWS):
            products(rows[first : first + ROWS], part, count, found)
            for row in range(ROWS):
                for column in range(count):
                    out[first + row, left + column] = found[row, column]


def fit_linear(
    x: "NDArray[np.float64] | Labelled",
    codes: NDArray[np.int64],
    penalty: float,
    ctx: Context = SILENT,
    near: Linear | None = None,
) -> Linear:
    """Minimise  sum_i -log p(code_i | x_i) + penalty/2 |W|^2  by L-BFGS (Liu and Nocedal 1989).

    Parameters
    ----------
    x : (m, r) coordinates as `Labelled` takes them, or that.
    codes : (m,) classes from 0 to s - 1, each of which occurs.
    penalty : the precision of a Gaussian prior on each weight, positive; intercepts have none.
    near : what to start from, such as the fit of a stronger penalty; None for nothing.

    Raises
    ------
    SelectionError
        Fewer than two classes.
    CancelledError
        Between steps.
    """
    given = x if isinstance(x, Labelled) else Labelled(x, codes)
    count, m, mean = given.classes, given.size, given.mean
    # The minimum lies where the penalty is at most what W = 0 costs.
    largest = math.sqrt(2 * m * math.log(count) / penalty)
    unit = 2.0 ** (math.ceil(math.log2(largest)) + 1 - _EXACT)
    residual_unit = 2.0 ** (math.ceil(math.log2(m)) - _EXACT)
    rows = np.arange(m)

    def at(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = theta[:-1]
        logits = given.forward(weights)
        logits += theta[-1] - logits.sum(axis=0) / m
        value = surprise(logits, codes) + penalty / 2 * _dot(weights, weights)
        residual = softmax(logits)
        residual[rows, codes] -= 1
        residual = np.rint(residual / residual_unit) * residual_unit
        total = residual.sum(axis=0)
        gradient = np.empty_like(theta)
        gradient[:-1] = given.backward(residual) - mean[:, None] * total + penalty * weights
        gradient[-1] = total
        return value, gradient

    theta = np.zeros((given.rank + 1, count))
    if near is not None:
        # The offset of a weak fit belongs to the coordinates as they are, that of a step to their mean.
        theta[:-1] = np.rint(near.weights / unit) * unit
        theta[-1] = np.rint((near.intercepts + given.forward(theta[:-1]).sum(axis=0) / m) / unit) * unit
    theta = _minimise(at, theta, unit, largest, _TOLERANCE * m, ctx)
    weights = theta[:-1]
    return Linear(weights, theta[-1] - given.forward(weights).sum(axis=0) / m)


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
