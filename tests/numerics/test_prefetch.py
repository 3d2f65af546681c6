"""Asking for memory ahead: nothing comes of it but time."""

import numpy as np
from numba import njit

from desktop_al.numerics.prefetch import prefetch


@njit
def _ask(table, rows, column):  # type: ignore[no-untyped-def]  # numba infers the types
    for row in rows:
        prefetch(table, row, column)


def test_that_asking_ahead_changes_nothing_even_outside_the_table() -> None:
    for table in (np.arange(12, dtype=np.uint16).reshape(3, 4), np.arange(6).reshape(2, 3)):
        before = table.copy()
        _ask(table, np.array([0, 1, 1000, -1000], dtype=np.int32), np.uint16(2))
        assert np.array_equal(table, before)
        assert "prefetch" in "".join(_ask.inspect_llvm().values())
