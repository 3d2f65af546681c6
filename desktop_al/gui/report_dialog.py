"""The report as a web page: where to."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from desktop_al.gui import operations
from desktop_al.gui.destination import TAKEN, Destination
from desktop_al.gui.i18n import tr
from desktop_al.gui.session import Session
from desktop_al.gui.theme import MEDIUM
from desktop_al.gui.writing_sheet import WritingSheet


class ReportDialog(WritingSheet):
    """Saves the report of the open project. Signal: ``saved(Path)``."""

    saved = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        project = session.project
        assert project is not None
        super().__init__(session, tr("Save the report"), tr("Save"), parent)
        self.to = Destination(session, self._browse, self)
        self._build()
        self.to.set_path(project.path.with_name(f"{project.name} report.html"))

    def _build(self) -> None:
        summary = QLabel(
            tr(
                "A web page in English that needs nothing beside it: rounds with their learning curve, the coverage of"
                " each batch, redundancy, and how the classes balance."
            ),
            self,
        )
        summary.setProperty("kind", "small")
        summary.setWordWrap(True)
        form = self.new_form()
        form.addRow(tr("To"), self.to)
        form.addRow("", self.to.replace)
        self.column.addWidget(summary)
        self.column.addLayout(form)
        self.column.addSpacing(MEDIUM)
        self.finish_layout()
        self.heading.setMinimumWidth(560)
        self.to.ruled.connect(self._update)
        self.act.clicked.connect(self._save)

    def _browse(self) -> Path | None:
        # Whether to replace is asked here in the sheet, once.
        quiet = QFileDialog.Option.DontConfirmOverwrite
        start = str(self.to.path or Path.home())
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the report"), start, options=quiet)
        return Path(name) if name else None

    def _update(self) -> None:
        self.act.setEnabled(self.to.ready and not self._writing)
        self.show_problem(tr(TAKEN) if self.to.blocked else "", "warning")

    def _save(self) -> None:
        assert self.to.path is not None
        self._write(operations.save_report(self.to.path, self.to.replace.isChecked()), self.saved.emit)
