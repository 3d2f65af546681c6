"""Inner products of grid vectors in whole numbers, 16 bits times 16 bits summed in 32, on one thread.

Processors multiply two pairs of such numbers and add all up in one step, so that this takes half the time of float32
and less. A compiler finds that step for one sum, but not for the sixteen at once that keep it busy; they are spelled
out here in the form that LLVM knows, whatever the processor.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from desktop_al.numerics.grid import UNITS

ROWS, LANES = 4, 16
"""How many rows are taken at a time, and the columns of a panel."""

_STEP = np.float32(1 / UNITS**2)
_WHOLE, _SHORT, _WORD = ir.IntType(32), ir.IntType(16), ir.IntType(64)
_SUMS, _PAIRS, _WIDE = (
    ir.VectorType(kind, n) for kind, n in ((_WHOLE, LANES), (_SHORT, 2 * LANES), (_WHOLE, 2 * LANES))
)


def empty_panels(m: int, d: int) -> NDArray[np.int16]:
    """Room for the panels of ``m`` grid vectors of ``d`` dimensions."""
    return np.empty((-(-m // LANES), -(-d // 2), 2 * LANES), dtype=np.int16)


def panels_of(vectors: NDArray[np.int16]) -> NDArray[np.int16]:
    """Grid vectors (m, d) as panels of sixteen columns, (ceil(m/16), ceil(d/2), 32), zeros where there is nothing.

    A panel holds two coordinates of each of its vectors side by side.
    """
    m, d = vectors.shape
    count, pairs = -(-m // LANES), -(-d // 2)
    padded = np.zeros((count * LANES, 2 * pairs), dtype=np.int16)
    padded[:m, :d] = vectors
    parted = padded.reshape(count, LANES, pairs, 2).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(parted).reshape(count, pairs, 2 * LANES)


def rows_of(vectors: NDArray[np.int16]) -> NDArray[np.int16]:
    """Grid vectors (m, d) padded by zeros to whole groups of rows and to pairs of coordinates."""
    m, d = vectors.shape
    padded = np.zeros((m + -m % ROWS, d + d % 2), dtype=np.int16)
    padded[:m, :d] = vectors
    return padded


def _typed(_typing: Any, rows: Any, panel: Any, out: Any) -> Any:
    return types.void(rows, panel, out), _spell_out


def _spell_out(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    rows, panel, out = (
        context.make_array(kind)(context, builder, value) for kind, value in zip(signature.args, arguments, strict=True)
    )
    before, loop, after = builder.block, builder.append_basic_block(), builder.append_basic_block()
    builder.branch(loop)
    builder.position_at_end(loop)
    pair = builder.phi(_WORD)
    pair.add_incoming(_WORD(0), before)
    sums = [builder.phi(_SUMS) for _ in range(ROWS)]

    def place(array: Any, row: Any, column: Any, kind: Any) -> Any:
        found = builder.gep(array.data, [builder.add(builder.mul(row, _length(builder, array)), column)])
        return builder.bitcast(found, kind.as_pointer())

    columns = builder.load(place(panel, pair, _WORD(0), _PAIRS), align=2)
    columns = builder.sext(columns, _WIDE)
    for row, total in enumerate(sums):
        two = builder.load(place(rows, _WORD(row), builder.mul(pair, _WORD(2)), _WHOLE), align=2)
        alike = builder.insert_element(ir.Constant(_SUMS, ir.Undefined), two, _WHOLE(0))
        alike = builder.shuffle_vector(alike, alike, ir.Constant(_SUMS, [0] * LANES))
        products = builder.mul(builder.sext(builder.bitcast(alike, _PAIRS), _WIDE), columns)
        even, odd = (
            builder.shuffle_vector(products, products, ir.Constant(_SUMS, list(range(first, 2 * LANES, 2))))
            for first in (0, 1)
        )
        total.add_incoming(ir.Constant(_SUMS, [0] * LANES), before)
        total.add_incoming(builder.add(total, builder.add(even, odd)), loop)
    following = builder.add(pair, _WORD(1))
    pair.add_incoming(following, loop)
    more = builder.icmp_signed("<", following, builder.extract_value(panel.shape, 0))
    builder.cbranch(more, loop, after)
    builder.position_at_end(after)
    for row, total in enumerate(sums):
        builder.store(total.incomings[1][0], place(out, _WORD(row), _WORD(0), _SUMS), align=4)
    return context.get_dummy_value()


def _length(builder: Any, array: Any) -> Any:
    """The length of a row."""
    return builder.extract_value(array.shape, 1)


whole_products: Any = intrinsic(_typed)
"""For compiled functions: ``whole_products(rows, panel, out)`` writes the inner products of ``rows`` (4, 2p) int16 with
the columns of ``panel`` (p, 32) to ``out`` (4, 16) int32; all are contiguous, and p is at least one."""


@njit(nogil=True, cache=True)
def _fill(rows, panels, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the inner products of ``rows``, padded, with the columns of ``panels`` to ``out`` (b, m)."""
    found = np.empty((ROWS, LANES), np.int32)
    for p in range(len(panels)):
        first = p * LANES
        width = min(LANES, out.shape[1] - first)
        for i in range(0, len(rows), ROWS):
            whole_products(rows[i : i + ROWS], panels[p], found)
            for r in range(min(ROWS, len(out) - i)):
                line, to = found[r], out[i + r, first : first + width]
                for c in range(width):
                    to[c] = np.float32(line[c]) * _STEP


def inner_products(a: NDArray[np.int16], b: NDArray[np.int16]) -> NDArray[np.float32]:
    """The inner products of grid vectors (p, d) and (q, d), (p, q) float32, exact; on the thread that asks."""
    out = np.empty((len(a), len(b)), dtype=np.float32)
    _fill(rows_of(a), panels_of(b), out)
    return out
