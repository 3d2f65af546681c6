"""Where something is written to: a path, whether something is there already, and whether that may be replaced."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop_al.gui.i18n import later, tr
from desktop_al.gui.path_field import PathField
from desktop_al.gui.session import Session
from desktop_al.jobs.runner import TRANSFER

TAKEN = later("There is something at this place already; choose another, or replace it.")


class Destination(PathField):
    """A field for the path, with ``replace`` to put below it, which shows where something is at the path.

    ``touched`` is whether a person chose the path. Signal: ``ruled`` whether it may be written to is another thing now.
    """

    ruled = Signal()

    def __init__(self, session: Session, browse: Callable[[], Path | None], parent: QWidget | None = None) -> None:
        super().__init__(tr("Destination"), browse, parent)
        self._session = session
        self._taken = self.touched = False
        self.replace = QCheckBox(tr("Replace what is there"), parent)
        self.replace.hide()
        self.replace.toggled.connect(self.ruled)
        self.line.textEdited.connect(self._on_touched)
        self.changed.connect(self._look)

    @property
    def blocked(self) -> bool:
        """Whether something is there that may not be replaced."""
        return self._taken and not self.replace.isChecked()

    @property
    def ready(self) -> bool:
        """Whether something can be written there, as far as is known."""
        return self.path is not None and not self.blocked

    def _on_touched(self) -> None:
        self.touched = True

    def _look(self) -> None:
        """See on a lane whether something is at the destination, which may be a slow disk."""
        path = self.path
        self.ruled.emit()
        if path is not None:
            self._session.bridge.run(
                tr("Look"),
                lambda ctx: _is_taken(path),
                lane=TRANSFER,
                key="export-target",
                quiet=True,
                on_done=self._seen,
            )

    def _seen(self, taken: bool) -> None:
        self._taken = taken
        self.replace.setVisible(taken)
        self.replace.setChecked(False)
        self.ruled.emit()


def _is_taken(path: Path) -> bool:
    try:
        return path.exists() or path.is_symlink()
    except (OSError, ValueError):
        return False
