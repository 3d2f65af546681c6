"""The files that cannot be used, and why."""

import csv
import io
from pathlib import Path

import numpy as np
from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QDialogButtonBox, QLabel, QTableView, QWidget

from desktop_al.domain.records import SampleStatus
from desktop_al.gui.i18n import later, tr, trn
from desktop_al.gui.items import Index, counted
from desktop_al.gui.pool import Pool
from desktop_al.gui.sentences import told
from desktop_al.gui.sheet import Sheet
from desktop_al.gui.text import readable
from desktop_al.gui.theme import SMALL

HEADS = (later("File"), later("Why it cannot be used"))
# Of the first column; the reasons take the rest, since a path bears losing its middle better.
FILE_WIDTH = 260
LIST_WIDTH, LIST_HEIGHT = 640, 320
MISSING = later("The file is no longer there; scan again when it is back.")


def none_text(pool: Pool) -> str:
    """Say that no file is known to be of no use: files are read to their end only when they are embedded."""
    if pool.counts.embedded >= pool.counts.present:
        return tr("Every file is fine.")
    return tr("None is known yet. Whether a file can be used shows when it is embedded.")


class UnreadableItems(QAbstractTableModel):
    """The rows of the pool that are unreadable or missing."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._pool = pool
        self.rows = np.flatnonzero(pool.status != SampleStatus.PRESENT)

    def rowCount(self, parent: Index | None = None) -> int:
        """Count the files."""
        return counted(parent, len(self.rows))

    def columnCount(self, parent: Index | None = None) -> int:
        """Count the columns."""
        return counted(parent, len(HEADS))

    def text(self, row: int, column: int) -> str:
        """Return what the cell says."""
        samples, place = self._pool.samples, int(self.rows[row])
        assert samples is not None
        if column == 0:
            return readable(self._pool.path(place))
        return readable(told(samples.reasons[place])) or tr(MISSING)

    def short(self, row: int) -> str:
        """Return the file in ``row`` as its folder has it, under the name of the folder where there are several."""
        samples, place = self._pool.samples, int(self.rows[row])
        assert samples is not None
        inside = Path(samples.relpaths[place])
        return readable(
            inside if len(samples.roots) < 2 else samples.roots[int(samples.source_ids[place])].name / inside
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Show the cell, and all of it as a tool tip."""
        if role == Qt.ItemDataRole.DisplayRole and index.column() == 0:
            return self.short(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(index.row(), index.column())
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Name the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return tr(HEADS[section])
        return None


class UnreadableDialog(Sheet):
    """Lists the files, newest state of the pool; the list can be copied as CSV."""

    def __init__(self, pool: Pool, parent: QWidget | None = None) -> None:
        super().__init__(tr("Files that cannot be used"), tr("Copy the list"), parent)
        self.items = UnreadableItems(pool)
        self.items.setParent(self)
        count = self.items.rowCount()
        text = (
            trn(
                "{count:,} file is left out. Everything else goes on without it.",
                "{count:,} files are left out. Everything else goes on without them.",
                count,
            )
            if count
            else none_text(pool)
        )
        self.column.addWidget(QLabel(text, self))
        self.table = QTableView(self)
        self.table.setModel(self.items)
        self.table.setAccessibleName(tr("Files that cannot be used"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        lines = self.table.verticalHeader()
        lines.hide()
        # A reason takes two lines at most.
        lines.setDefaultSectionSize(2 * self.table.fontMetrics().lineSpacing() + SMALL)
        heads = self.table.horizontalHeader()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.resizeSection(0, FILE_WIDTH)
        heads.setStretchLastSection(True)
        heads.setHighlightSections(False)
        self.table.setVisible(count > 0)
        self.column.addWidget(self.table, 1)
        self.finish_layout()
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Close"))
        self.act.setEnabled(count > 0)
        self.act.clicked.connect(self._copy)
        self.heading.setMinimumWidth(LIST_WIDTH if count else 0)
        self.table.setMinimumHeight(LIST_HEIGHT)

    def _copy(self) -> None:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([tr(head) for head in HEADS])
        writer.writerows([self.items.text(row, column) for column in (0, 1)] for row in range(self.items.rowCount()))
        QGuiApplication.clipboard().setText(out.getvalue())
