"""Jobs: what runs, how far it is, how long it takes, and a way to stop it."""

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_al.domain.context import Progress
from desktop_al.domain.errors import WorldError
from desktop_al.gui.announce import announce
from desktop_al.gui.i18n import number, tr
from desktop_al.gui.icons import icon
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.sentences import told
from desktop_al.gui.text import readable, unbroken, write_wrapping
from desktop_al.gui.theme import MEDIUM, SMALL, TIGHT, theme_watch
from desktop_al.jobs.runner import ENDS, Job, JobEvent, Stage

KEPT_ROWS = 12
# Of the end of a job that took less a screen reader says nothing: what it did is told anyway.
TOLD_AFTER_S = 3.0
STEPS = 1000
# What is over sooner comes with no rate and no time: nobody could read them.
LEAST_TOLD_S = 2.0


def duration(seconds: float) -> str:
    """Say how long ``seconds`` are, in the unit that a person would choose."""
    if seconds < 1:
        return tr("under 1 s")
    if seconds < 90:
        return tr("{count:.0f} s", count=seconds)
    if seconds < 90 * 60:
        return tr("{count:.0f} min", count=seconds / 60)
    return tr("{count:.1f} h", count=seconds / 3600)


def progress_text(progress: Progress) -> str:
    """Say how far a job is: stage, amount, and where they tell something, rate and time left."""
    unit = tr(progress.unit)
    if progress.total and not unit:
        amount = tr("{share} %", share=number(100 * min(1.0, progress.done / progress.total), ".0f"))
    elif progress.total is not None:
        amount = tr("{done:,} of {total:,} {unit}", done=progress.done, total=progress.total, unit=unit)
    else:
        amount = tr("{done:,} {unit}", done=progress.done, unit=unit) if progress.done else ""
    parts = [tr(progress.stage), amount.strip()]
    worth = unit and (progress.total is None or (progress.eta_s or 0) >= LEAST_TOLD_S)
    if worth and progress.rate and progress.rate >= 0.1:
        rate = number(progress.rate, f",.{0 if progress.rate >= 10 else 1}f")
        parts.append(tr("{rate} {unit}/s", rate=rate, unit=unit))
    if worth and progress.eta_s is not None:
        parts.append(tr("{time} left", time=duration(progress.eta_s)))
    return " · ".join(part for part in parts if part)


def show_progress(bar: QProgressBar, progress: Progress | None) -> None:
    """Move ``bar``: busy while no total is known."""
    if progress is None or not progress.total:
        bar.setRange(0, 0)
    else:
        bar.setRange(0, STEPS)
        bar.setValue(min(STEPS, STEPS * progress.done // progress.total))


class JobRow(QFrame):
    """One job in the panel."""

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self.began = self.ended = False
        self.setProperty("kind", "card")
        self._name = QLabel(readable(job.name), self)
        self._text = QLabel(tr("Waiting for its turn"), self)
        self._text.setProperty("kind", "small")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar(self)
        self._bar.setAccessibleName(tr("Progress of {job}", job=readable(job.name)))
        self._bar.setTextVisible(False)
        self._bar.setRange(0, STEPS)
        self._cancel = QPushButton(tr("Cancel"), self)
        self._cancel.setToolTip(tr("Stop this job; what was done so far stays"))
        self._cancel.clicked.connect(self.cancel)
        top = QHBoxLayout()
        top.addWidget(self._name, 1)
        top.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        column.setSpacing(TIGHT)
        column.addLayout(top)
        column.addWidget(self._bar)
        column.addWidget(self._text)

    @property
    def text(self) -> str:
        """What the row says about its job."""
        return unbroken(self._text.text())

    def cancel(self) -> None:
        """Ask the job to stop, and say so at once."""
        self.job.ctx.cancel()
        self._cancel.setEnabled(False)
        self._text.setText(tr("Stopping…"))

    def take(self, event: JobEvent) -> None:
        """Show what happened to the job."""
        if event.stage is Stage.STARTED:
            self.began = True
            self._text.setText(tr("Starting…"))
            show_progress(self._bar, None)
        elif event.stage is Stage.PROGRESS and not self.job.ctx.cancelled:
            self._text.setText(progress_text(event.value))
            show_progress(self._bar, event.value)
        elif event.stage in ENDS:
            self.ended = True
            self._cancel.hide()
            self._bar.hide()
            write_wrapping(self._text, end_text(event))


def end_text(event: JobEvent) -> str:
    """Say how a job ended."""
    if event.stage is Stage.CANCELLED:
        return tr("Stopped; what was done so far stays.")
    if event.stage is Stage.FAILED:
        known = isinstance(event.value, WorldError)
        return readable(told(str(event.value))) if known else tr("Ended by a fault of the program.")
    change = getattr(event.value, "change", None)
    seconds = getattr(event.value, "seconds", None)
    sentence = told(change.sentence) if change is not None else tr("Done")
    return f"{sentence} · {duration(seconds)}" if seconds is not None else sentence


class JobsPanel(QScrollArea):
    """The jobs that run and wait, newest first, and the last ones that ended."""

    def __init__(self, bridge: JobBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setAccessibleName(tr("Jobs"))
        inner = QWidget(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        self._column.setSpacing(SMALL)
        self._empty = QLabel(tr("No job runs. Adding images, embedding, mapping and selecting show up here."), inner)
        self._empty.setProperty("kind", "muted")
        self._empty.setWordWrap(True)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self.setWidget(inner)
        self.rows: dict[int, JobRow] = {}
        bridge.job_event.connect(self._take)

    @Slot(object)
    def _take(self, event: JobEvent) -> None:
        row = self.rows.get(event.job.id)
        if row is None:
            row = self.rows[event.job.id] = JobRow(event.job, self.widget())
            self._column.insertWidget(0, row)
            self._empty.hide()
            self._forget_old()
        row.take(event)
        if row.ended and not row.began:
            # Nothing was done that could be told.
            self._forget(event.job.id)

    def _forget_old(self) -> None:
        ended = [job for job, row in self.rows.items() if row.ended]
        for job in ended[: max(0, len(self.rows) - KEPT_ROWS)]:
            self._forget(job)

    def _forget(self, job: int) -> None:
        row = self.rows.pop(job)
        self._column.removeWidget(row)
        row.deleteLater()
        self._empty.setVisible(not self.rows)


LEAST_TEXT = 120


class StatusJob(QWidget):
    """The running job in the status bar: name, progress, stop; a click on the text opens the panel."""

    def __init__(self, bridge: JobBridge, show_panel: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        # Lanes run side by side: a short import must not hide the selection that it overtook. Newest last, with
        # what each said last.
        self._running: dict[int, tuple[Job, object]] = {}
        self._began: dict[int, float] = {}
        self._text = QToolButton(self)
        self._text.setToolTip(tr("Show all jobs"))
        self._text.clicked.connect(show_panel)
        # The counts beside it must stay whole: this text loses its middle first.
        self._text.setMinimumWidth(LEAST_TEXT)
        self._text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._bar = QProgressBar(self)
        self._bar.setFixedWidth(96)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress of the running job"))
        self._stop = QToolButton(self)
        self._stop.setAccessibleName(tr("Stop the running job"))
        self._stop.setToolTip(tr("Stop the running job; what was done so far stays"))
        self._stop.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        for widget in (self._text, self._bar, self._stop):
            row.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        bridge.job_event.connect(self._take)
        theme_watch().changed.connect(self._colour)
        self._colour()
        self.hide()

    def _colour(self) -> None:
        self._stop.setIcon(icon("stop"))

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.ctx.cancel()
            self._stop.setEnabled(False)
            self._say(self._job, self._running[self._job.id][1])

    @Slot(object)
    def _take(self, event: JobEvent) -> None:
        job = event.job
        if event.stage is Stage.STARTED:
            self._running[job.id] = (job, None)
            self._began[job.id] = time.monotonic()
            self._show(job, None)
        elif job.id not in self._running:
            return
        elif event.stage is Stage.PROGRESS:
            self._running[job.id] = (job, event.value)
            if job is self._job and not job.ctx.cancelled:
                self._say(job, event.value)
        elif event.stage in ENDS:
            del self._running[job.id]
            self._tell_end(event, time.monotonic() - self._began.pop(job.id))
            if job is self._job:
                self._show(*next(reversed(self._running.values()), (None, None)))

    def _tell_end(self, event: JobEvent, seconds: float) -> None:
        """Let a screen reader say that a job ended; of what failed the message tells."""
        if seconds >= TOLD_AFTER_S and event.stage is not Stage.FAILED:
            name = readable(event.job.name)
            done = event.stage is Stage.DONE
            announce(self.window(), tr("{job}: done", job=name) if done else tr("{job}: stopped", job=name))

    def _show(self, job: Job | None, progress: object) -> None:
        """Show ``job`` from now on, or nothing where no job runs."""
        self._job = job
        if job is not None:
            self._stop.setEnabled(not job.ctx.cancelled)
            self._say(job, progress)
        self.setVisible(job is not None)

    def _say(self, job: Job, progress: object) -> None:
        name = readable(job.name)
        if job.ctx.cancelled:
            self._text.setText(tr("{job} · stopping…", job=name))
        elif isinstance(progress, Progress):
            self._text.setText(f"{name} · {progress_text(progress)}")
        else:
            self._text.setText(name)
        show_progress(self._bar, progress if isinstance(progress, Progress) else None)
