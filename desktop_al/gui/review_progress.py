"""How far the review of the shown batch is, in numbers and as a thin bar."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop_al.domain.records import SampleState
from desktop_al.gui.i18n import tr
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import Theme, theme_watch

HEIGHT, LEAST_WIDTH, MOST_WIDTH = 6, 60, 140


@dataclass(frozen=True, slots=True)
class Progress:
    """How many picks of a batch are where; a labelled pick needs no decision any more."""

    accepted: int = 0
    rejected: int = 0
    labelled: int = 0
    pending: int = 0

    @staticmethod
    def of(pool: Pool) -> "Progress":
        """The progress of the batch that ``pool`` shows."""
        counts = pool.pick_state_counts
        states = (SampleState.ACCEPTED, SampleState.REJECTED, SampleState.LABELLED, SampleState.PENDING)
        return Progress(*(int(counts[state]) for state in states))

    @property
    def total(self) -> int:
        """How many picks there are."""
        return self.done + self.pending

    @property
    def done(self) -> int:
        """How many of them need no decision any more."""
        return self.accepted + self.rejected + self.labelled

    def sentence(self) -> str:
        """The progress in words."""
        numbers = {"done": self.done, "total": self.total, "left": self.pending}
        numbers |= {"accepted": self.accepted, "rejected": self.rejected, "labelled": self.labelled}
        if self.done == 0:
            return tr("None of {total:,} decided yet", **numbers)
        if self.pending == 0 and self.labelled == 0:
            return tr("All {total:,} decided: {accepted:,} accepted, {rejected:,} rejected", **numbers)
        if self.pending == 0:
            return tr(
                "All {total:,} decided: {accepted:,} accepted, {rejected:,} rejected, {labelled:,} labelled", **numbers
            )
        if self.labelled == 0:
            return tr(
                "{done:,} of {total:,} decided: {accepted:,} accepted, {rejected:,} rejected; {left:,} to go", **numbers
            )
        return tr(
            "{done:,} of {total:,} decided: {accepted:,} accepted, {rejected:,} rejected, {labelled:,} labelled; "
            "{left:,} to go",
            **numbers,
        )

    def short(self) -> str:
        """The progress in few words."""
        return tr("{done:,} of {total:,} decided; {left:,} to go", done=self.done, total=self.total, left=self.pending)

    def shortest(self) -> str:
        """The progress as two numbers."""
        return tr("{done:,} of {total:,}", done=self.done, total=self.total)


class FittingLabel(QLabel):
    """Shows the first of its texts that there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: tuple[str, ...] = ("",)
        self.setProperty("elides", True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_texts(self, *texts: str) -> None:
        """Show one of ``texts``, the longest first."""
        self._texts = texts
        self.setToolTip(texts[0])
        self.setAccessibleName(texts[0])
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose again."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        fitting = [text for text in self._texts if metrics.horizontalAdvance(text) <= self.width()]
        self.setText(fitting[0] if fitting else self._texts[-1])


class ProgressLine(QWidget):
    """A thin bar: accepted, rejected and labelled picks in the colours of their states, then what is to go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = Progress()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setMaximumWidth(MOST_WIDTH)
        theme_watch().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Thin and as wide as it may be."""
        return QSize(MOST_WIDTH, HEIGHT)

    def show_progress(self, progress: Progress) -> None:
        """Draw ``progress``."""
        self.progress = progress
        self.setAccessibleName(progress.sentence())
        self.setToolTip(progress.sentence())
        self.update()

    def parts(self, width: float) -> list[tuple[SampleState, float, float]]:
        """The parts that are done: their state, and where they begin and end in a bar of ``width``."""
        found, at = [], 0
        for state, count in (
            (SampleState.ACCEPTED, self.progress.accepted),
            (SampleState.LABELLED, self.progress.labelled),
            (SampleState.REJECTED, self.progress.rejected),
        ):
            if count:
                found.append((state, width * at / self.progress.total, width * (at + count) / self.progress.total))
                at += count
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the parts on the groove."""
        theme, width = Theme.current(), float(self.width())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(QRectF(0, 0, width, self.height()), self.height() / 2, self.height() / 2)
        turned = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for state, begin, end in self.parts(width):
            painter.setBrush(theme.state_colour(state))
            left = width - end if turned else begin
            # A gap tells where one part ends, whatever the colours.
            painter.drawRoundedRect(QRectF(left, 0, max(2.0, end - begin - 1), self.height()), 3, 3)
