"""Asks for memory ahead of its use, so that a walk over a graph does not wait for each row that it comes to."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_WHOLE, _PLACE = ir.IntType(32), ir.IntType(8).as_pointer()
_ASK = ir.FunctionType(ir.VoidType(), [_PLACE, _WHOLE, _WHOLE, _WHOLE])
_READ, _KEPT, _DATA = _WHOLE(0), _WHOLE(3), _WHOLE(1)


def _typed(_typing: Any, array: Any, row: Any, column: Any) -> Any:
    return types.void(array, row, column), _spell_out


def _spell_out(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    kind, *numbers = signature.args
    table = context.make_array(kind)(context, builder, arguments[0])
    row, column = (
        context.cast(builder, value, one, types.intp) for value, one in zip(arguments[1:], numbers, strict=True)
    )
    row = builder.mul(row, builder.extract_value(table.shape, 1))
    place = builder.bitcast(builder.gep(table.data, [builder.add(row, column)]), _PLACE)
    ask = builder.module.declare_intrinsic("llvm.prefetch", [_PLACE], _ASK)
    builder.call(ask, [place, _READ, _KEPT, _DATA])
    return context.get_dummy_value()


prefetch: Any = intrinsic(_typed)
"""For compiled functions: ``prefetch(array, row, column)`` asks for the line of memory that holds this entry of a
contiguous table. Nothing is read, so that a place outside the table does no harm."""
