"""A kept value is computed again exactly when one of its inputs is another object."""

import numpy as np

from desktop_al.gui.kept import Kept


def test_that_a_value_is_computed_once_for_the_same_inputs() -> None:
    kept, calls = Kept(), []
    one, same_values, other = np.arange(3), np.arange(3), np.arange(4)

    def count(values: np.ndarray) -> int:
        calls.append(len(values))
        return int(values.sum())

    assert [kept.of("sum", (one,), lambda: count(one)) for _ in range(3)] == [3, 3, 3]
    assert calls == [3]
    assert kept.of("sum", (same_values,), lambda: count(same_values)) == 3
    assert kept.of("sum", (other,), lambda: count(other)) == 6
    assert calls == [3, 3, 4]


def test_that_names_and_numbers_of_inputs_are_told_apart() -> None:
    kept, one = Kept(), np.arange(3)
    assert kept.of("a", (one,), lambda: 1) == 1
    assert kept.of("b", (one,), lambda: 2) == 2
    assert kept.of("a", (one, one), lambda: 3) == 3
