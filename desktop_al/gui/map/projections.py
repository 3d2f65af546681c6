"""The projections that a second map can show: the present one, those of other models, and the one before it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from desktop_al.domain.context import Context
from desktop_al.domain.records import Change, Projection
from desktop_al.gui.i18n import tr
from desktop_al.gui.map.places import far_apart
from desktop_al.gui.operations import Operation
from desktop_al.gui.session import Session
from desktop_al.gui.text import readable
from desktop_al.jobs.runner import QUICK
from desktop_al.store.project import Project

PRESENT, BEFORE = "", "before"
Found = Callable[[NDArray[np.int64] | None, NDArray[np.floating] | None], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A projection to choose; ``key`` is `PRESENT`, `BEFORE` or that of a model."""

    key: str
    title: str


class Projections(QObject):
    """Lists and reads the projections of the open project; keeps the map as it was before it was drawn afresh.

    Signals: ``changed`` what `sources` says is another; ``missing(title)`` a model has no map yet.
    """

    changed = Signal()
    missing = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._pool = session, session.pool
        self._now: tuple[NDArray[np.int64], NDArray[np.float64]] | None = None
        self._before: tuple[NDArray[np.int64], NDArray[np.float64]] | None = None
        self._drawn = False
        session.opened.connect(self._restart)
        session.closed.connect(self._restart)
        session.changed.connect(self._on_change)
        session.model_changed.connect(self._restart)
        self._pool.positions_changed.connect(self._on_positions)

    def sources(self) -> list[Source]:
        """What can be shown."""
        found = [Source(PRESENT, tr("The same map"))]
        if self._before is not None:
            found.append(Source(BEFORE, tr("The map before")))
        return found + [
            Source(model.key, tr("Model {name}", name=readable(model.name)))
            for model in self._session.models
            if not model.active
        ]

    def load(self, source: Source, found: Found) -> None:
        """Hand the projection of ``source`` to ``found``, as ids and positions; None twice for that of the pool."""
        if source.key == PRESENT:
            found(None, None)
        elif source.key == BEFORE:
            if self._before is not None:
                found(*self._before)
        else:

            def read(project: Project, ctx: Context) -> Projection | None:
                return project.projection(source.key)

            def show(projection: Projection | None) -> None:
                if projection is None:
                    self.missing.emit(source.title)
                else:
                    found(projection.ids, projection.xy)

            self._session.run(Operation(tr("Read a map"), read, lane=QUICK, quiet=True), show)

    @Slot()
    def _restart(self) -> None:
        self._before, self._drawn = None, False
        self._now = (self._pool.ids, self._pool.xy) if len(self._pool) else None
        self.changed.emit()

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        if "projection" in change.kinds:
            # What the refresh brings next is a finished map, and no stage on the way to one.
            self._drawn = True

    @Slot()
    def _on_positions(self) -> None:
        if not self._drawn:
            return
        self._drawn = False
        now, last = (self._pool.ids, self._pool.xy), self._now
        if last is not None:
            rows = self._pool.rows_of(last[0])
            old = np.full(now[1].shape, np.nan)
            old[rows[rows >= 0]] = last[1][rows >= 0]
            if far_apart(old, now[1]):
                self._before = last
                self.changed.emit()
        self._now = now


def no_map(title: str) -> str:
    """The sentence that says that the model ``title`` has no map, and how it gets one."""
    return tr("{title} has no map yet: choose it as the model, then update the map.", title=title)
