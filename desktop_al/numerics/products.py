"""Inner products on one thread, as fast as a BLAS library makes them and side by side with others of their kind.

Matrix products called from several threads at once are where a BLAS library is slow, and its sums may depend on the
number of threads; these do not.
"""

import numba

ROWS, AXES = 8, 4
"""Vectors are taken this many at a time, over this many axes at a time; `products` needs multiples of both."""


@numba.njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def products(rows, tile, count, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the inner products of ``rows`` (8, q) with the first ``count`` columns of ``tile`` (q, c) to ``out``.

    All are float32, ``out`` is (8, c) and q a multiple of 4.
    """
    for row in range(8):
        for column in range(count):
            out[row, column] = 0.0
    for k in range(0, tile.shape[0], 4):
        a0, a1, a2, a3 = rows[0, k], rows[0, k + 1], rows[0, k + 2], rows[0, k + 3]
        b0, b1, b2, b3 = rows[1, k], rows[1, k + 1], rows[1, k + 2], rows[1, k + 3]
        c0, c1, c2, c3 = rows[2, k], rows[2, k + 1], rows[2, k + 2], rows[2, k + 3]
        d0, d1, d2, d3 = rows[3, k], rows[3, k + 1], rows[3, k + 2], rows[3, k + 3]
        e0, e1, e2, e3 = rows[4, k], rows[4, k + 1], rows[4, k + 2], rows[4, k + 3]
        f0, f1, f2, f3 = rows[5, k], rows[5, k + 1], rows[5, k + 2], rows[5, k + 3]
        g0, g1, g2, g3 = rows[6, k], rows[6, k + 1], rows[6, k + 2], rows[6, k + 3]
        h0, h1, h2, h3 = rows[7, k], rows[7, k + 1], rows[7, k + 2], rows[7, k + 3]
        for j in range(count):
            t0, t1, t2, t3 = tile[k, j], tile[k + 1, j], tile[k + 2, j], tile[k + 3, j]
            out[0, j] += a0 * t0 + a1 * t1 + a2 * t2 + a3 * t3
            out[1, j] += b0 * t0 + b1 * t1 + b2 * t2 + b3 * t3
            out[2, j] += c0 * t0 + c1 * t1 + c2 * t2 + c3 * t3
            out[3, j] += d0 * t0 + d1 * t1 + d2 * t2 + d3 * t3
            out[4, j] += e0 * t0 + e1 * t1 + e2 * t2 + e3 * t3
            out[5, j] += f0 * t0 + f1 * t1 + f2 * t2 + f3 * t3
            out[6, j] += g0 * t0 + g1 * t1 + g2 * t2 + g3 * t3
            out[7, j] += h0 * t0 + h1 * t1 + h2 * t2 + h3 * t3
