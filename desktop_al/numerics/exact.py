"""Matrix products that no number of threads and no processor changes, over numbers that are on a grid already."""

import math

import numpy as np
from numpy.typing import NDArray

_BITS = 52


def exact_product(a: NDArray[np.floating], b: NDArray[np.float64], unit: float, norm: float) -> NDArray[np.float64]:
    """``a`` (p, q) times ``b`` (q, r), (p, r) float64, each column of ``b`` rounded so far that no sum is.

    The rows of ``a`` are multiples of ``unit`` of Euclidean norm at most ``norm``. By Cauchy-Schwarz each partial sum
    is then at most 2^52 units of the product, a float64 without rounding in any order of summation. A column is rounded
    by at most 2^-51 norm / ``unit`` of its own norm.
    """
    largest = np.sqrt((b * b).sum(axis=0))
    _, exponents = np.frexp(np.where(largest > 0, largest, 1.0))
    steps = np.ldexp(1.0, exponents + (math.ceil(math.log2(norm / unit)) - _BITS))
    product: NDArray[np.float64] = np.asarray(a, dtype=np.float64) @ (np.rint(b / steps) * steps)
    return product
