"""What is computed from the columns of the pool, kept as long as the columns are the same."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Kept:
    """Values by name, each computed again only once one of its inputs is another object.

    The arrays of the pool are replaced, never written to once they were handed over; so the same array means the same
    values, and a million of them are counted once however many views ask.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[object, ...], object]] = {}

    def of(self, name: str, inputs: tuple[object, ...], compute: Callable[[], T]) -> T:
        """The value ``name`` of ``inputs``, which ``compute`` gives where they are others than the last time."""
        known = self._known.get(name)
        same = known is not None and len(known[0]) == len(inputs)
        if known is not None and same and all(a is b for a, b in zip(known[0], inputs, strict=True)):
            return known[1]  # type: ignore[return-value]  # the name stands for one type
        value = compute()
        self._known[name] = (inputs, value)
        return value
