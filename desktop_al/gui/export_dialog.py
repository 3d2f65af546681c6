"""Export: which picks, which format, where to."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QLabel,
    QRadioButton,
    QWidget,
)

from desktop_al import settings
from desktop_al.domain.context import Context
from desktop_al.domain.formats import FormatInfo
from desktop_al.domain.records import SampleState
from desktop_al.domain.results import ExportResult
from desktop_al.domain.specs import ExportSpec
from desktop_al.gui import operations
from desktop_al.gui.choosing import TypedChoice
from desktop_al.gui.destination import TAKEN, Destination
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.session import Session
from desktop_al.gui.theme import MEDIUM
from desktop_al.gui.writing_sheet import WritingSheet
from desktop_al.jobs.runner import QUICK


def summary_sentence(info: FormatInfo) -> str:
    """What ``info`` writes, as a sentence in English."""
    return info.summary[:1].upper() + info.summary[1:] + "."


class ExportDialog(WritingSheet):
    """Exports the shown batch. Signal: ``exported(ExportResult, ExportSpec)``."""

    exported = Signal(object, object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        batch = session.pool.batch
        assert batch is not None
        super().__init__(session, tr("Export batch {number}", number=batch.number), tr("Export"), parent)
        self._batch = batch
        self._formats: tuple[FormatInfo, ...] = ()
        self.accepted_only, self.everything = QRadioButton(self), QRadioButton(self)
        self.format = TypedChoice(self)
        self._summary = QLabel(self)
        self.to = Destination(session, self._browse, self)
        self.files = TypedChoice(self)
        self.replace = self.to.replace
        self._build()
        self._count()
        pool = session.pool
        pool.columns_changed.connect(self._on_columns)
        session.bridge.run(tr("Formats"), _formats, lane=QUICK, quiet=True, on_done=self._set_formats)

    def _build(self) -> None:
        which = QButtonGroup(self)
        which.addButton(self.accepted_only)
        which.addButton(self.everything)
        self.format.setAccessibleName(tr("Format"))
        self._summary.setProperty("kind", "small")
        self._summary.setWordWrap(True)
        self.files.addItem(tr("Copy the images"), "copy")
        self.files.addItem(tr("Link to the images"), "link")
        self.files.setAccessibleName(tr("Image files"))
        self.files.setToolTip(tr("Links take no space, but break when the image folders move"))
        form = self.new_form()
        form.addRow(tr("Picks"), self.accepted_only)
        form.addRow("", self.everything)
        form.addRow(tr("Format"), self.format)
        form.addRow("", self._summary)
        form.addRow(tr("Images"), self.files)
        form.addRow(tr("To"), self.to)
        form.addRow("", self.replace)
        self._form = form
        self.column.addLayout(form)
        self.column.addSpacing(MEDIUM)
        self.finish_layout()
        self.heading.setMinimumWidth(560)
        self.format.currentIndexChanged.connect(self._on_format)
        self.to.ruled.connect(self._update)
        which.buttonClicked.connect(self._update)
        self.act.clicked.connect(self._export)

    def _on_columns(self, names: frozenset[str]) -> None:
        """Count again what a person decides meanwhile; the sheet stays about its batch until that has gone."""
        if self._writing:
            return
        if all(batch.id != self._batch.id for batch in self._session.pool.batches):
            self.reject()
        elif names & {"state", "picks"}:
            self._count()

    @property
    def _elsewhere(self) -> bool:
        """Whether another batch than that of the sheet is shown."""
        shown = self._session.pool.batch
        return shown is None or shown.id != self._batch.id

    def _count(self) -> None:
        """Say how many picks there are of either kind; what a person chose stays where it still can be."""
        if self._elsewhere:
            self._update()
            return
        pool = self._session.pool
        chosen = self.accepted_only.isChecked() or self.everything.isChecked()
        states = pool.decision[pool.rank >= 0]
        accepted = int(np.count_nonzero(states == SampleState.ACCEPTED))
        kept = int(np.count_nonzero(states != SampleState.REJECTED))
        self.accepted_only.setText(
            trn("The {count:,} accepted", "The {count:,} accepted", accepted)
            if accepted
            else tr("The accepted (none yet)")
        )
        self.accepted_only.setEnabled(accepted > 0)
        if not chosen:
            self.accepted_only.setChecked(accepted > 0)
        self.everything.setText(trn("The {count:,} that is not rejected", "All {count:,} that are not rejected", kept))
        self.everything.setEnabled(kept > 0)
        self._update()

    def _set_formats(self, formats: tuple[FormatInfo, ...]) -> None:
        self._formats = formats
        self.format.blockSignals(True)
        for info in formats:
            self.format.addItem(info.name, info)
        preferred = self.format.findText(settings.read()[0].export_format)
        self.format.setCurrentIndex(max(0, preferred))
        self.format.blockSignals(False)
        self._on_format()

    @property
    def info(self) -> FormatInfo | None:
        """The chosen format, None while the formats are being read."""
        info = self.format.currentData()
        return info if isinstance(info, FormatInfo) else None

    def _on_format(self) -> None:
        info = self.info
        if info is None:
            return
        self._summary.setText(tr(summary_sentence(info)))
        self._form.setRowVisible(self.files, info.images)
        project = self._session.project
        if self.to.touched and self.to.path is not None and not info.folder:
            self.to.set_path(self.to.path.with_suffix(info.suffix))
        elif not self.to.touched and project is not None:
            self.to.set_path(project.path.with_name(f"{project.name} batch {self._batch.number}{info.suffix}"))
        self._update()

    def _browse(self) -> Path | None:
        info, start = self.info, str(self.to.path or Path.home())
        if info is not None and info.folder:
            name = QFileDialog.getExistingDirectory(self, tr("Choose a folder"), start)
        else:
            # Whether to replace is asked here in the dialog, once.
            quiet = QFileDialog.Option.DontConfirmOverwrite
            name, _ = QFileDialog.getSaveFileName(self, tr("Export to"), start, options=quiet)
        self.to.touched = self.to.touched or bool(name)
        return Path(name) if name else None

    def _update(self) -> None:
        chosen = self.accepted_only.isChecked() or self.everything.isChecked()
        self.act.setEnabled(chosen and self.to.ready and self.info is not None and not self._writing)
        if self.to.blocked:
            self.show_problem(tr(TAKEN), "warning")
        elif not chosen:
            self.show_problem(
                tr("No pick is accepted yet: accept some, or choose all that are not rejected."), "warning"
            )
        elif self._elsewhere:
            sentence = tr(
                "Another batch is shown by now; this is still about batch {number}.", number=self._batch.number
            )
            self.show_problem(sentence, "warning")
        else:
            self.show_problem("")

    def spec(self) -> ExportSpec:
        """Return what is asked for."""
        assert self.info is not None
        return ExportSpec(
            self.info.name,
            self.to.path or Path(),
            self._batch.number,
            self.everything.isChecked(),
            self.files.currentData(),
            self.replace.isChecked(),
        )

    def _export(self) -> None:
        spec = self.spec()

        def tell(result: ExportResult) -> None:
            self.exported.emit(result, spec)

        self._write(operations.export(spec), tell)


def _formats(ctx: Context) -> tuple[FormatInfo, ...]:
    from desktop_al.jobs.export import format_infos

    return format_infos()
