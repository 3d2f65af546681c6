"""What leaves the project and comes back to it: batches, labels, and the labels of the demo."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop_al.domain.results import ExportResult, ImportLabelsResult
from desktop_al.domain.specs import ExportSpec, ImportLabelsSpec
from desktop_al.gui import operations
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.session import Session


class Transfers(QObject):
    """Exports, imports and reveals on the session, and reports in the message bar."""

    def __init__(self, session: Session, messages: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self.session, self.messages, self.window = session, messages, window
        self.pool = session.pool

    def export(self) -> None:
        """Open the export dialog."""
        from desktop_al.gui.export_dialog import ExportDialog

        dialog = ExportDialog(self.session, self.window)
        dialog.exported.connect(self._exported)
        dialog.open()

    @Slot(object, object)
    def _exported(self, result: ExportResult, spec: ExportSpec) -> None:
        folder = result.path if result.path.is_dir() else result.path.parent
        self.messages.show_message(
            "ok",
            trn(
                "{count:,} pick of batch {number} was written to {path}.",
                "{count:,} picks of batch {number} were written to {path}.",
                result.count,
                number=result.batch,
                path=result.path,
            ),
            action=tr("Show the folder"),
            run=partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(folder))),
        )

    def save_report(self) -> None:
        """Open the sheet that saves the report."""
        from desktop_al.gui.report_dialog import ReportDialog

        dialog = ReportDialog(self.session, self.window)
        dialog.saved.connect(self._report_saved)
        dialog.open()

    @Slot(object)
    def _report_saved(self, path: Path) -> None:
        self.messages.show_message(
            "ok",
            tr("The report was written to {path}.", path=path),
            action=tr("Open the report"),
            run=partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(path))),
        )

    def import_labels(self, path: Path | None = None) -> None:
        """Open the dialog that imports labels."""
        from desktop_al.gui.import_dialog import ImportDialog

        dialog = ImportDialog(self.session, path, self.window)
        dialog.imported.connect(self._imported)
        dialog.open()

    @Slot(object, object)
    def _imported(self, result: ImportLabelsResult, spec: ImportLabelsSpec) -> None:
        self.session.record_import(result)
        if result.matched == 0 or spec.metadata_only:
            sentence = trn(
                "{count:,} image has its metadata now: {names}.",
                "{count:,} images have their metadata now: {names}.",
                result.described,
                names=", ".join(result.metadata_fields),
            )
            self.messages.show_message("ok", sentence)
            return
        sentence = tr(
            "Labels of round {round} are in: {matched:,} matched, {unmatched:,} unmatched,"
            " {conflicting:,} conflicting.",
            round=result.round,
            matched=result.matched,
            unmatched=result.unmatched,
            conflicting=result.conflicting,
        )
        self.messages.show_message("ok", sentence)

    def reveal(self) -> None:
        """Let the oracle of the demo label what was not rejected."""
        if self.pool.batch is not None:
            self.session.run(operations.reveal(self.pool.batch.number), self._revealed)

    def _revealed(self, result: ImportLabelsResult) -> None:
        self.session.record_import(result)
        self.messages.show_message(
            "ok",
            trn(
                "{count:,} pick has its label now. Select the next batch.",
                "{count:,} picks have their labels now, of {classes:,} classes. Select the next batch.",
                result.matched,
                classes=result.classes,
            ),
        )
