"""Insights in filters: a filter that names one asks for it, and waits until it is there or known to be missing."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Slot

from desktop_al.domain.errors import FilterError
from desktop_al.domain.sentence import Sentence
from desktop_al.gui import columns as fields
from desktop_al.gui.filter_model import FilterModel
from desktop_al.gui.i18n import tr
from desktop_al.gui.insights import INSIGHTS, Insights, InsightState
from desktop_al.gui.pool import Pool
from desktop_al.jobs.where_columns import Column, Lazy, Numbers
from desktop_al.jobs.where_project import of_insight

BY = "filter"


class FilterInsights(QObject):
    """Gives ``filters`` the insights as columns, and keeps those fresh that its chips name."""

    def __init__(self, filters: FilterModel, insights: Insights, pool: Pool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._filters, self._insights, self._pool = filters, insights, pool
        self._wanted: frozenset[str] = frozenset()
        self._missing: dict[str, tuple[str]] = {}
        self._waiting: tuple[frozenset[str], Callable[[], None]] | None = None
        filters.set_extra(self.columns, self.wait_for)
        filters.changed.connect(self._follow)
        insights.state_changed.connect(self._on_state)

    def columns(self, pool: Pool) -> dict[str, Lazy]:
        """Every insight; those that are not there say so where a filter needs them."""
        found: dict[str, Lazy] = {}
        for name in INSIGHTS:
            column = pool.insight(name)
            if column is not None:
                found[name] = Lazy(partial(_compared, column), (column,))
            else:
                # The text of the reason is the key: filters are evaluated again once there is another one.
                reason = self._reason(name)
                found[name] = Lazy(partial(_refuse, *reason), (reason,))
        return found

    def _reason(self, name: str) -> tuple[str]:
        text = self._insights.reason(name)
        if not text and name == "similarity":
            text = tr("Nothing was looked for yet, so no image has a similarity; choose “Find similar” first.")
        text = text or tr("“{name}” is being computed; the filter holds once it is there.", name=name)
        known = self._missing.get(name)
        if known is None or known[0] != text:
            known = self._missing[name] = (text,)
        return known

    def wait_for(self, names: frozenset[str], then: Callable[[], None]) -> bool:
        """Whether some of ``names`` are still to be computed; ``then`` runs once all are there or known to be missing.

        A later call takes the place of an earlier one, so that without ``names`` nobody waits any more.
        """
        coming = frozenset(name for name in names if self._comes(name))
        self._waiting = (coming, then) if coming else None
        self._want(self._named() | coming)
        return bool(coming)

    def _comes(self, name: str) -> bool:
        if name not in INSIGHTS or name in self._pool.metadata_names or self._pool.insight(name) is not None:
            return False
        return name != "similarity" and self._insights.state(name) in (InsightState.ABSENT, InsightState.COMPUTING)

    @Slot()
    def _follow(self) -> None:
        self._want(self._named() | (self._waiting[0] if self._waiting is not None else frozenset()))

    def _named(self) -> frozenset[str]:
        return frozenset(name for name in self._filters.names() if name in INSIGHTS and name != "similarity")

    def _want(self, names: frozenset[str]) -> None:
        """Keep ``names`` fresh and nothing else."""
        for name in self._wanted - names:
            self._insights.release(name, BY)
        self._wanted = names
        for name in names:
            if self._insights.state(name) is not InsightState.FAILED:
                self._insights.want(name, BY)

    @Slot(str)
    def _on_state(self, name: str) -> None:
        if self._insights.state(name) is InsightState.COMPUTING:
            return
        if name in self._wanted and self._pool.insight(name) is None:
            self._filters.evaluate()
        if self._waiting is not None and not any(self._comes(waited) for waited in self._waiting[0]):
            (_, then), self._waiting = self._waiting, None
            then()


def _compared(column: fields.Column) -> Column:
    """An insight as a filter compares it."""
    if column.values is not None:
        return Numbers(column.values)
    assert column.codes is not None
    return of_insight(column.names, column.codes)


def _refuse(reason: str) -> Column:
    raise FilterError(Sentence(reason), 0, 0)
