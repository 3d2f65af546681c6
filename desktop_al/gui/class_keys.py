"""Which class each of the keys 1 to 9 gives."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop_al.gui.pool import Pool

MOST = 9
LONGEST = 200


class ClassKeys(QObject):
    """The classes on the keys, in order: ``names[0]`` is on 1.

    They start as the classes that are used most; from then on nothing moves under the fingers unless a person moves it,
    and new classes take the next free key. Signal: ``changed``.
    """

    changed = Signal()

    def __init__(self, pool: Pool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self.names: tuple[str, ...] = ()
        self._taken_off: frozenset[str] = frozenset()
        pool.reset.connect(self._on_reset)
        pool.columns_changed.connect(self._on_columns)
        self._fill()

    def on(self, key: int) -> str | None:
        """The class on ``key``, 1 to 9, or None."""
        return self.names[key - 1] if 1 <= key <= len(self.names) else None

    def key_of(self, name: str) -> int:
        """The key that gives the class ``name``, 0 where none does."""
        return self.names.index(name) + 1 if name in self.names else 0

    def others(self) -> list[str]:
        """The classes of the pool that are on no key, those with the most labels first."""
        return [name for name in self._by_use() if name not in self.names]

    def put(self, name: str, key: int) -> None:
        """Put the class ``name`` on ``key``; those that are there move up by one, and a tenth is on no key any more."""
        others = [known for known in self.names if known != name]
        place = min(max(key - 1, 0), len(others), MOST - 1)
        self._set((*others[:place], name, *others[place:]))

    def add(self, name: str) -> None:
        """Put the class ``name`` on the next free key, where there is one and it has none."""
        if name not in self.names and len(self.names) < MOST:
            self._set((*self.names, name))

    def take_off(self, name: str) -> None:
        """Put the class ``name`` on no key; it does not come back by itself."""
        self._taken_off |= {name}
        self._set(tuple(known for known in self.names if known != name))

    def order_by_use(self) -> None:
        """Put the classes that are used most on the keys, the first on 1."""
        self._taken_off = frozenset()
        used = self._by_use()
        self._set((*used, *(known for known in self.names if known not in used)))

    def _set(self, names: tuple[str, ...]) -> None:
        names = names[:MOST]
        self._taken_off -= set(names)
        if names != self.names:
            self.names = names
            self.changed.emit()

    def _by_use(self) -> list[str]:
        """The classes of the pool, those with the most labels first."""
        codes, classes = self._pool.label_code, self._pool.classes
        counts = np.bincount(codes[codes >= 0], minlength=len(classes))
        return [classes[code] for code in sorted(range(len(classes)), key=lambda code: (-counts[code], classes[code]))]

    def _fill(self) -> None:
        """Give the free keys to classes that have none."""
        known = set(self.names) | self._taken_off
        if len(self.names) < MOST and not known.issuperset(self._pool.classes):
            self._set((*self.names, *(name for name in self._by_use() if name not in known)))

    def _on_reset(self) -> None:
        if len(self._pool) == 0:
            self._taken_off = frozenset()
            self._set(())
        self._fill()

    def _on_columns(self, names: frozenset[str]) -> None:
        if "label" in names:
            self._fill()

    # The spot to come back to

    def spot(self) -> dict[str, object]:
        """What is on the keys, as JSON."""
        return {"names": list(self.names), "off": sorted(self._taken_off)}

    def restore_spot(self, spot: Mapping[str, object]) -> None:
        """Put on the keys what `spot` told; what makes no sense is left out."""
        names, off = _names(spot.get("names")), _names(spot.get("off"))
        if names:
            self._taken_off = frozenset(off)
            self._set(tuple(dict.fromkeys(names)))
            self._fill()


def _names(kept: object) -> list[str]:
    """The texts of a list from JSON that can be names of classes."""
    found = kept if isinstance(kept, list) else []
    return [name for name in found if isinstance(name, str) and 0 < len(name) <= LONGEST and name.isprintable()]
