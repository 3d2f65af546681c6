"""A sheet that has something written to a place that it asks for."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QWidget

from desktop_al.domain.errors import WorldError
from desktop_al.gui.operations import Operation
from desktop_al.gui.session import Session
from desktop_al.gui.sheet import Sheet
from desktop_al.gui.theme import LARGE, SMALL


class WritingSheet(Sheet):
    """Runs one operation at a time; left meanwhile, it still tells how that ended, and goes then."""

    def __init__(self, session: Session, title: str, action: str, parent: QWidget | None = None) -> None:
        super().__init__(title, action, parent)
        self._session, self._writing = session, False
        session.leaving.connect(self._on_leaving)

    @staticmethod
    def new_form() -> QFormLayout:
        """A form for what the sheet asks for."""
        form = QFormLayout()
        form.setHorizontalSpacing(LARGE)
        form.setVerticalSpacing(SMALL)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return form

    def _update(self) -> None:
        """Say what is wrong with what is asked for, and whether it can be done."""
        raise NotImplementedError

    def _write(self, operation: Operation, tell: Callable[[Any], None]) -> None:
        """Run ``operation`` and ``tell`` its result, or say here why it failed."""
        self._set_writing(True)
        self._update()

        def done(result: Any) -> None:
            tell(result)
            self._set_writing(False)
            self._end()

        def failed(error: Exception) -> None:
            self._stop()
            if not self.isHidden() and isinstance(error, WorldError):
                self.show_fault(error)
            else:
                self._session.bridge.failed.emit(operation.name, error)

        def ended() -> None:
            # What was cancelled is neither done nor has it failed.
            if self._writing:
                self._stop()

        self._session.run(operation, done, failed, ended)

    def _stop(self) -> None:
        """Nothing is written any more: it can be asked for again, or the sheet goes where it was left."""
        self._set_writing(False)
        if self.isHidden():
            self.deleteLater()
        else:
            self._update()

    def _set_writing(self, writing: bool) -> None:
        self._writing = writing
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, not writing)

    def _end(self) -> None:
        if not self.isHidden():
            self.accept()
        else:
            self.deleteLater()

    def _on_leaving(self) -> None:
        """Go with the project: what is being written is not told any more."""
        self._set_writing(False)
        if not self.isHidden():
            self.reject()
        else:
            self.deleteLater()
