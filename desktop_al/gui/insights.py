"""Insights of the open project: computed on a lane where somebody wants them, and again where they went stale.

Views ask with `Insights.want` and read the column from the pool once `Insights.ready` tells of it.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_al import settings
from desktop_al.domain.context import Context
from desktop_al.domain.errors import WorldError
from desktop_al.domain.records import Change
from desktop_al.domain.specs import EmbedSpec
from desktop_al.gui.columns import Column
from desktop_al.gui.i18n import tr
from desktop_al.gui.insight_columns import aligned_column, of_the_batch
from desktop_al.gui.insight_words import INSIGHTS, InsightInfo
from desktop_al.gui.sentences import told
from desktop_al.gui.session import Session
from desktop_al.jobs.insights import DEPENDS, InsightResult, InsightSpec

__all__ = ["INSIGHTS", "InsightInfo", "InsightState", "Insights"]

Nearest = tuple[NDArray[np.int64], NDArray[np.float64]]
NearestTaker = Callable[[NDArray[np.int64], NDArray[np.float64]], None]

LANE, LOOK, SIMILAR = "insights", "look", "similar"
SIMILARITY = "similarity"
TOGETHER_MS = 250
"""Changes that follow one another this soon, as decisions by single keys do, are taken up together."""

OF_THE_BATCH = frozenset({"rank", "gain"})


class InsightState(StrEnum):
    """How an insight stands."""

    ABSENT = "absent"
    COMPUTING = "computing"
    READY = "ready"
    FAILED = "failed"


class Insights(QObject):
    """The insights of the active model; see `INSIGHTS` for their names and words.

    Signals: ``ready(name)`` the pool has the column; ``failed(name, sentence)`` it cannot be computed, and why;
    ``state_changed(name)`` after either, and when computing begins.
    """

    ready = Signal(str)
    failed = Signal(str, str)
    state_changed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._pool, self._bridge = session, session.pool, session.bridge
        self._wanted: dict[str, set[str]] = {}
        self._fresh: set[str] = set()
        self._computing: dict[str, int] = {}
        self._reasons: dict[str, str] = {}
        self._facts: dict[str, dict[str, object]] = {}
        self._asked = 0
        self._again = QTimer(self, singleShot=True, interval=TOGETHER_MS)
        self._again.timeout.connect(self._compute_wanted)
        session.opened.connect(self._restart)
        session.closed.connect(self._restart)
        session.changed.connect(self._on_change)
        session.model_changed.connect(self._on_model)
        self._pool.columns_changed.connect(self._on_columns)

    # What views ask

    def want(self, name: str, by: str = "") -> None:
        """Compute ``name`` unless it is fresh or under way, and keep it fresh until ``by`` gives it up.

        Raises KeyError where there is no insight of that name. "similarity" is only filled by `similar`.
        """
        if name not in INSIGHTS:
            raise KeyError(name)
        self._wanted.setdefault(name, set()).add(by)
        if name not in self._fresh and name not in self._computing:
            self._compute(name)

    def release(self, name: str, by: str = "") -> None:
        """Let ``name`` grow stale as far as ``by`` is concerned; what was computed stays."""
        self._wanted.get(name, set()).discard(by)

    def known(self, name: str) -> bool:
        """Whether the pool has ``name``, fresh or from before the last change."""
        return self._pool.insight(name) is not None

    def wanted(self, name: str) -> bool:
        """Whether a view wants ``name`` kept fresh."""
        return bool(self._wanted.get(name))

    def state(self, name: str) -> InsightState:
        """How ``name`` stands."""
        if name in self._computing:
            return InsightState.COMPUTING
        if name in self._reasons:
            return InsightState.FAILED
        if self._again.isActive() and self.wanted(name) and name not in self._fresh:
            return InsightState.COMPUTING
        return InsightState.READY if name in self._fresh else InsightState.ABSENT

    def reason(self, name: str) -> str:
        """Why ``name`` could not be computed, in a sentence; "" where it could."""
        return self._reasons.get(name, "")

    def facts(self, name: str) -> dict[str, object]:
        """Numbers about the whole that came with ``name``, such as the share that is covered."""
        return self._facts.get(name, {})

    def neighbours(
        self,
        row: int,
        k: int,
        on_done: NearestTaker,
        by: str = "",
    ) -> None:
        """Find the ``k`` images nearest to ``row`` in the embedding space.

        ``on_done`` takes their rows (k,), nearest first, and distances (k,); both are empty where the sample has no
        embedding. A later call of the same ``by`` supersedes this one.
        """
        project, pool = self._session.project, self._pool
        if project is None or not 0 <= row < len(pool):
            return
        sample = int(pool.ids[row])

        def work(ctx: Context) -> Nearest:
            from desktop_al.jobs.similar import nearest_of

            return nearest_of(project, sample, k, ctx)

        def show(found: Nearest) -> None:
            rows, distances = pool.rows_of(found[0]), found[1]
            known = rows >= 0
            on_done(rows[known], distances[known])

        self._bridge.run("Neighbours", work, lane=LOOK, key=f"neighbours {by}", quiet=True, on_done=show)

    def similar(
        self,
        of: Sequence[int] | NDArray[np.integer] | Path,
        on_done: Callable[[], None] | None = None,
        on_error: Callable[[str], None] | None = None,
    ) -> None:
        """Fill "similarity": the cosine of each sample to the nearest of the rows ``of``, or to the image file ``of``.

        The file need not be in the pool. Where it cannot be read, ``on_error`` takes the sentence, and `failed` tells
        it too.
        """
        project = self._session.project
        if project is None:
            return
        file = of if isinstance(of, Path) else None
        samples = () if isinstance(of, Path) else tuple(self._pool.ids[np.asarray(of, np.int64)].tolist())

        def work(ctx: Context) -> InsightResult:
            from desktop_al.jobs.similar import SimilarSpec, run_similar

            values, _ = settings.read()
            embed = EmbedSpec(
                device=values.device,
                precision=values.precision,
                trusted=settings.trusted_models(),
                max_pixels=values.max_pixels,
            )
            found = run_similar(project, SimilarSpec(samples, file, embed), ctx)
            return InsightResult(SIMILARITY, found.ids, found.values)

        def done() -> None:
            if on_done is not None:
                on_done()

        self._start(SIMILARITY, tr("Find similar images"), work, SIMILAR, done, on_error)

    # Computing

    def _compute(self, name: str) -> None:
        project = self._session.project
        if project is None or name == SIMILARITY or self._session.closing:
            return
        if name in OF_THE_BATCH:
            self._take(name, of_the_batch(self._pool, name), {})
            return

        def work(ctx: Context) -> InsightResult:
            from desktop_al.jobs.insights import run_insight

            return run_insight(project, InsightSpec(name), ctx)

        title = tr("Compute “{insight}”", insight=tr(INSIGHTS[name].title))
        self._start(name, title, work)

    def _start(
        self,
        name: str,
        title: str,
        work: Callable[[Context], InsightResult],
        lane: str = LANE,
        done: Callable[[], None] | None = None,
        on_error: Callable[[str], None] | None = None,
    ) -> None:
        self._asked += 1
        asked, again = self._asked, self._pool.insight(name) is not None
        self._computing[name] = asked
        self._reasons.pop(name, None)

        ids = self._pool.ids

        def aligned(ctx: Context) -> tuple[Column, dict[str, object]]:
            result = work(ctx)
            return aligned_column(ids, result), dict(result.facts)

        def show(found: tuple[Column, dict[str, object]]) -> None:
            if self._computing.get(name) != asked:
                # What it was computed from has changed since.
                return
            column, facts = found
            del self._computing[name]
            self._take(name, self._pool.followed(column, ids), facts)
            if done is not None:
                done()

        def fail(error: Exception) -> None:
            if self._computing.get(name) != asked:
                return
            del self._computing[name]
            if not isinstance(error, WorldError):
                self.state_changed.emit(name)
                self._bridge.failed.emit(title, error)
                return
            self._fresh.discard(name)
            why = told(str(error))
            self._reasons[name] = why
            if self._pool.insight(name) is not None:
                self._pool.set_insight(name, None)
            self.failed.emit(name, why)
            self.state_changed.emit(name)
            if on_error is not None:
                on_error(why)

        def ended() -> None:
            # Cancelled by a person: nobody computes it any more, and whoever wants it may ask again.
            if self._computing.get(name) == asked:
                del self._computing[name]
                self.state_changed.emit(name)

        self._bridge.run(
            title,
            aligned,
            lane=lane,
            key=_key(name),
            quiet=again,
            on_done=show,
            on_error=fail,
            on_end=ended,
        )
        self.state_changed.emit(name)

    def _take(self, name: str, column: Column, facts: dict[str, object]) -> None:
        self._fresh.add(name)
        self._reasons.pop(name, None)
        self._facts[name] = facts
        self._pool.set_insight(name, column)
        self.ready.emit(name)
        self.state_changed.emit(name)

    # What makes insights stale

    @Slot()
    def _restart(self) -> None:
        self._fresh.clear()
        self._computing.clear()
        self._reasons.clear()
        self._facts.clear()
        self._again.stop()
        for name in self._pool.insight_names:
            self._pool.set_insight(name, None)
        self._compute_wanted()

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        self._make_stale({name for name, kinds in DEPENDS.items() if kinds & change.kinds} - OF_THE_BATCH)

    @Slot()
    def _on_model(self) -> None:
        # Cosines of two models do not compare either.
        self._make_stale({*DEPENDS, SIMILARITY} - OF_THE_BATCH)

    @Slot(frozenset)
    def _on_columns(self, names: frozenset[str]) -> None:
        if "picks" in names:
            self._make_stale(set(OF_THE_BATCH))

    def _make_stale(self, names: set[str]) -> None:
        self._fresh -= names
        for name in names & set(self._reasons):
            del self._reasons[name]
        for name in names & set(self._computing):
            # What is under way began before the change.
            self._bridge.supersede(_key(name))
            del self._computing[name]
        for name in names:
            if self.known(name) and (name == SIMILARITY or not self.wanted(name)):
                # Nobody computes it again, and what is shown of it somewhere would not be true any more.
                self._pool.set_insight(name, None)
        if names <= OF_THE_BATCH:
            self._compute_wanted()
        else:
            self._again.start()
            for name in names & set(self._wanted):
                self.state_changed.emit(name)

    def _compute_wanted(self) -> None:
        for name, views in self._wanted.items():
            if views and name not in self._fresh and name not in self._computing and name not in self._reasons:
                self._compute(name)


def _key(name: str) -> str:
    return f"insight {name}"
