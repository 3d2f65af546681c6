"""Labels and metadata come in: choose the file, see what fits and what does not, then import."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from desktop_al.domain.context import Context
from desktop_al.domain.errors import LabelError, WorldError
from desktop_al.domain.records import Change
from desktop_al.domain.results import ImportLabelsResult, RowProblem
from desktop_al.domain.specs import ImportLabelsSpec
from desktop_al.gui import operations
from desktop_al.gui.i18n import later, tr, trn
from desktop_al.gui.message_bar import readable_lines
from desktop_al.gui.path_field import PathField
from desktop_al.gui.sentences import told
from desktop_al.gui.session import Session
from desktop_al.gui.text import readable
from desktop_al.gui.theme import LARGE, SMALL
from desktop_al.gui.writing_sheet import WritingSheet
from desktop_al.jobs.runner import TRANSFER

TABLES = later("Tables of labels (*.csv *.tsv *.txt);;All files (*)")
PAUSE_MS = 250


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at the file found: columns that may hold the label, and what an import would do or why it fails."""

    columns: tuple[str, ...]
    result: ImportLabelsResult | None
    fault: WorldError | None = None


def described_text(result: ImportLabelsResult) -> str:
    """Say how many images get metadata, and which."""
    names = ", ".join(result.metadata_fields)
    return trn(
        "{count:,} image gets metadata: {names}",
        "{count:,} images get metadata: {names}",
        result.described,
        names=names,
    )


def counts_text(result: ImportLabelsResult, metadata_only: bool = False) -> str:
    """Say in one line what the file holds."""
    parts = [
        tr("{count:,} matched", count=result.matched),
        tr("{count:,} unmatched", count=result.unmatched),
        tr("{count:,} conflicting", count=result.conflicting),
    ]
    if result.skipped:
        parts.append(tr("{count:,} without a label", count=result.skipped))
    if not metadata_only:
        parts.append(trn("{count:,} class", "{count:,} classes", result.classes))
    if result.metadata_fields:
        parts.append(described_text(result))
    return " · ".join(parts)


def problem_text(problem: RowProblem) -> str:
    """Say what is wrong with a row."""
    if not problem.line:
        return f"{problem.file}: {told(problem.reason)}"
    return tr("line {line}: {reason}", line=problem.line, reason=told(problem.reason))


class ImportDialog(WritingSheet):
    """Imports labels into the open project. Signal: ``imported(ImportLabelsResult, ImportLabelsSpec)``."""

    imported = Signal(object, object)

    def __init__(self, session: Session, path: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(session, tr("Import labels"), tr("Import"), parent)
        self.preview: ImportLabelsResult | None = None
        self.file = PathField(tr("Labels"), self._browse, self)
        self.replace = QCheckBox(tr("A new label replaces a different one that the project has"), self)
        self.partial = QCheckBox(tr("Import the rows that fit even where others do not"), self)
        self.skip = QLineEdit(self)
        self.label = QComboBox(self)
        self.counts, self.problems = QLabel(self), QPlainTextEdit(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._build()
        self._connect()
        self._update()
        session.changed.connect(self._on_changed)
        if path is not None:
            self.file.set_path(path)

    def _build(self) -> None:
        folder = QPushButton(tr("Folder…"), self)
        folder.setToolTip(tr("Choose a folder that holds one folder of images per class"))
        folder.clicked.connect(self._browse_folder)
        line = QHBoxLayout()
        line.setSpacing(SMALL)
        line.addWidget(self.file, 1)
        line.addWidget(folder)
        self.skip.setPlaceholderText(tr("for example: skip, not sure"))
        self.skip.setAccessibleName(tr("Labels that mean none"))
        form = QFormLayout()
        form.setHorizontalSpacing(LARGE)
        form.setVerticalSpacing(SMALL)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(tr("From"), line)
        hint = QLabel(
            tr("A table with a path, id or file name per row, and a label or metadata; or a folder per class."), self
        )
        hint.setProperty("kind", "small")
        hint.setWordWrap(True)
        form.addRow("", hint)
        self.label.setAccessibleName(tr("Column of the label"))
        self._offer(())
        form.addRow(tr("Label column"), self.label)
        form.addRow(tr("Not a label"), self.skip)
        form.addRow("", self.replace)
        form.addRow("", self.partial)
        self.counts.setProperty("kind", "title")
        self.counts.setWordWrap(True)
        self.problems.setReadOnly(True)
        self.problems.setAccessibleName(tr("Rows that do not fit"))
        self.problems.setFixedHeight(120)
        self.column.addLayout(form)
        self.column.addWidget(self.counts)
        self.column.addWidget(self.problems)
        self.finish_layout()
        self.heading.setMinimumWidth(600)
        self.act.setText(tr("Import"))

    def _connect(self) -> None:
        self.file.changed.connect(self._changed)
        self.skip.textEdited.connect(self._changed)
        self.label.activated.connect(self._changed)
        self.replace.toggled.connect(self._changed)
        self.partial.toggled.connect(self._update)
        self._timer.timeout.connect(self._look)
        self.act.clicked.connect(self._import)

    def _browse(self) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Choose a table of labels"), str(self.file.path or ""), tr(TABLES)
        )
        return Path(name) if name else None

    def _browse_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Choose a folder that holds a folder per class"))
        if name:
            self.file.set_path(Path(name))

    def spec(self) -> ImportLabelsSpec:
        """Return what is asked for."""
        words = tuple(word.strip() for word in self.skip.text().split(",") if word.strip())
        return ImportLabelsSpec(
            self.file.path or Path(),
            partial=self.partial.isChecked(),
            replace=self.replace.isChecked(),
            skip=words,
            label_column=self.label.currentData() or "",
            metadata_only=self.metadata_only,
        )

    @property
    def metadata_only(self) -> bool:
        """Whether no column holds a label."""
        return self.label.currentData() is None

    def _offer(self, columns: tuple[str, ...]) -> None:
        """Let the label be in one of ``columns``, in the one that its name says, or in none; keep the choice."""
        choices = [(tr("By its name"), ""), (tr("None: only metadata"), None), *((name, name) for name in columns)]
        chosen = self.label.currentData() if self.label.count() else ""
        self.label.clear()
        for text, data in choices:
            self.label.addItem(readable(text), data)
        values = [data for _, data in choices]
        self.label.setCurrentIndex(values.index(chosen) if chosen in values else 0)

    def _on_changed(self, change: Change) -> None:
        """Look again where the labels or the images are others now."""
        if change.kinds & {"labels", "samples"} and not self._writing and self.file.path is not None:
            self._changed()

    def _changed(self) -> None:
        self.preview = None
        self._update()
        self._timer.start()

    def _look(self) -> None:
        """Count on a lane what the file would do."""
        project, spec = self._session.project, self.spec()
        if self.file.path is None or project is None:
            return

        def work(ctx: Context) -> Seen:
            from desktop_al.jobs.import_labels import label_columns, preview_import_labels

            columns = label_columns(spec.path) if spec.path.exists() else ()
            try:
                return Seen(columns, preview_import_labels(project, spec, ctx))
            except LabelError as fault:
                return Seen(columns, None, fault)

        self._session.bridge.run(
            tr("Look at the labels"),
            work,
            lane=TRANSFER,
            key="label-preview",
            quiet=True,
            on_done=self._seen,
            on_error=self._unseen,
        )

    def _seen(self, seen: Seen) -> None:
        self._offer(seen.columns)
        self.preview = seen.result
        self._update()
        if seen.fault is not None:
            self.show_fault(seen.fault)

    @property
    def _rejects(self) -> bool:
        """Whether rows of the file would be rejected."""
        if self.preview is None:
            return False
        return self.preview.conflicting > 0 or len(self.preview.problems) > self.preview.unmatched

    def _update(self) -> None:
        found = self.preview
        blocked = self._rejects and not self.partial.isChecked()
        fits = found is not None and found.matched + found.described > 0
        self.act.setEnabled(fits and not blocked and not self._writing)
        self.act.setText(self._action_text(found))
        for labels_only in (self.skip, self.replace):
            labels_only.setEnabled(not self.metadata_only)
        self.counts.setVisible(found is not None)
        self.problems.setVisible(found is not None and bool(found.problems))
        if found is None:
            self.show_problem("")
            return
        self.counts.setText(counts_text(found, self.metadata_only))
        self.problems.setPlainText(readable_lines("\n".join(map(problem_text, found.problems))))
        if not fits and found.skipped:
            self.show_problem(tr("No row that fits holds a label."), "warning")
        elif not fits:
            self.show_problem(tr("No row fits: check that the file belongs to these images."), "warning")
        elif blocked:
            self.show_problem(
                tr("Some rows do not fit. Mend the file, or tick what is to happen with them."), "warning"
            )
        elif found.shadowed:
            names = ", ".join(found.shadowed)
            sentence = tr(
                "Filters mean a column of the program’s own by {names}; rename it to filter by it.", names=names
            )
            self.show_problem(sentence, "warning")
        else:
            self.show_problem("")

    def _action_text(self, found: ImportLabelsResult | None) -> str:
        if found is None:
            return tr("Import")
        if self.metadata_only or (found.matched == 0 and found.described):
            return trn("Import metadata of {count:,} image", "Import metadata of {count:,} images", found.described)
        return trn("Import {count:,} label", "Import {count:,} labels", found.matched - found.unchanged)

    def _import(self) -> None:
        spec = self.spec()

        def tell(result: ImportLabelsResult) -> None:
            self.imported.emit(result, spec)

        self._write(operations.import_labels(spec), tell)

    def _unseen(self, error: Exception) -> None:
        self._update()
        if isinstance(error, WorldError):
            self.show_fault(error)
        else:
            self._session.bridge.failed.emit(tr("Import labels"), error)
