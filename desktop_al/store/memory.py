"""What a project remembers of its reads, so that a million samples are not read again after each decision."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Memory:
    """The last value of each name, kept as long as its key (the revision that it was read from) is the same."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[object, Any]] = {}
        self._guard = threading.Lock()

    def knows(self, name: str, key: object) -> bool:
        """Whether `recall` would not have to read."""
        with self._guard:
            known = self._values.get(name)
        return known is not None and known[0] == key

    def recall(self, name: str, key: object, read: Callable[[], T]) -> T:
        """The value that ``read`` gave for this name and key; reads where the last key was another one."""
        with self._guard:
            known = self._values.get(name)
        if known is not None and known[0] == key:
            return cast("T", known[1])
        value = read()
        with self._guard:
            self._values[name] = (key, value)
        return value
