"""Which key each command has now: `Shortcuts` writes it down here, and whoever tells of a key reads it."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QKeySequence


class KeysInForce(QObject):
    """The keys by the name of the command. Signal: ``changed`` some are others; told once for all."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[str, QKeySequence] = {}
        self._soon: QTimer | None = None

    def get(self, name: str) -> QKeySequence | None:
        """The key of ``name``, empty where it has none; None where nobody wrote it down."""
        return self._keys.get(name)

    def put(self, name: str, keys: QKeySequence) -> None:
        """Write down the key of ``name``."""
        if self._keys.get(name) != keys:
            self._keys[name] = keys
            self._tell()

    def forget(self) -> None:
        """Forget all keys, so that those that the program came with hold."""
        self._keys.clear()

    def _tell(self) -> None:
        if self._soon is None:
            self._soon = QTimer(self, singleShot=True, interval=0)
            self._soon.timeout.connect(self.changed)
        self._soon.start()


_in_force = KeysInForce()


def keys_in_force() -> KeysInForce:
    """Return the keys in force."""
    return _in_force
