"""Which samples are shown: filters in the language of ``--where``, evaluated beside the GUI thread."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from desktop_al.domain.context import Context
from desktop_al.domain.errors import FilterError
from desktop_al.gui.filter_chips import Chip, Chips, SampleSet, from_kept, kept, written
from desktop_al.gui.filter_columns import FilterColumns, Provider, same
from desktop_al.gui.filter_evaluation import Found, evaluated, forget_old, named
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import shortened
from desktop_al.jobs.where import Memo, matching, names_in
from desktop_al.jobs.where_columns import LazyColumns
from desktop_al.jobs.where_hints import advice
from desktop_al.jobs.where_saved import as_written, expanded
from desktop_al.jobs.where_text import joined, parts
from desktop_al.jobs.where_texts import warm

LANE = "filter"
KEY, TRY_KEY = "filter", "filter that is typed"
UNDRAWN = frozenset({"visible", "counts", "marks"})


class FilterModel(QObject):
    """The filters of the window; all that are on must hold of a sample that is shown.

    Signals: ``changed`` the chips, or whether Select takes them over, are others; ``counted`` the counts of the chips,
    and what is shown, are known; ``needed(frozenset)`` names of columns that filters mention and that nobody has yet.
    """

    changed = Signal()
    counted = Signal()
    needed = Signal(frozenset)

    def __init__(self, pool: Pool, bridge: JobBridge, stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool, self._bridge, self._stack = pool, bridge, stack
        self.columns = FilterColumns(pool)
        self._extra: Provider | None = None
        self._wait_for: Callable[[frozenset[str], Callable[[], None]], bool] = lambda _names, _then: False
        self.chips: Chips = ()
        self.counts: tuple[int | None, ...] = ()
        self.errors: tuple[FilterError | None, ...] = ()
        self.mask: NDArray[np.bool_] = np.ones(len(pool), bool)
        self.scopes = False
        self._prepared = False
        self._memo: Memo = {}
        self._keys: dict[str, tuple[object, ...]] = {}
        pool.reset.connect(self._on_reset)
        pool.columns_changed.connect(self._on_columns)

    def set_extra(self, columns: Provider, wait_for: Callable[[frozenset[str], Callable[[], None]], bool]) -> None:
        """Filter by the columns of one more provider too.

        ``wait_for(names, then)`` says whether some of ``names`` are being computed, and calls ``then`` once they are.
        """
        self._extra, self._wait_for = columns, wait_for
        self.columns = FilterColumns(self._pool, columns)

    # Changes

    def set_chips(self, chips: Chips, name: str) -> None:
        """Filter by ``chips``, as one step that can be undone and is called ``name``."""
        if chips != self.chips:
            self._stack.push(FilterCommand(self, self.chips, chips, name))

    def add(
        self, text: str, on_error: Callable[[FilterError], None], on_done: Callable[[str], None] | None = None
    ) -> None:
        """Add what ``text`` says, each part that must hold as a chip of its own, once it is known to be right.

        ``on_error`` takes what is wrong; ``on_done`` takes a hint on values that no sample has, mostly "".
        """
        self.try_out(text, on_error, lambda hint, _count: self._add_parts(text, hint, on_done))

    def written_out(self, text: str) -> str:
        """``text`` with saved filters written out; raises `FilterError` where it names an unknown one."""
        return expanded(text, self._pool.saved_filters)

    def apply_saved(self, name: str) -> None:
        """Filter by what is saved under ``name`` and by nothing else."""
        chips = tuple(Chip(part) for part in parts(self._pool.saved_filters[name]))
        self.set_chips(chips, tr("Filter {what}", what=name))

    def _add_parts(self, text: str, hint: str, on_done: Callable[[str], None] | None) -> None:
        known = {chip.text for chip in self.chips if chip.on}
        new = tuple(Chip(part) for part in dict.fromkeys(parts(self.written_out(text))) if part not in known)
        kept = tuple(chip for chip in self.chips if chip.text not in {chip.text for chip in new})
        self.set_chips(kept + new, tr("Filter {what}", what=text.strip()))
        if on_done is not None:
            on_done(hint)

    def replace(
        self,
        chip: Chip,
        text: str,
        on_error: Callable[[FilterError], None],
        on_done: Callable[[str], None] | None = None,
    ) -> None:
        """Let ``text`` stand in place of ``chip``, once it is known to be right; at the end where that has gone."""

        def put(hint: str, _count: int) -> None:
            new = tuple(Chip(part) for part in parts(self.written_out(text)))
            place = self.place_of(chip)
            chips = self._with(place, new) if place >= 0 else self.chips + new
            self.set_chips(chips, tr("Filter {what}", what=text.strip()))
            if on_done is not None:
                on_done(hint)

        self.try_out(text, on_error, put)

    def add_samples(self, ids: NDArray[np.int64], text: str) -> None:
        """Show only the samples ``ids`` (m,), under the name ``text``."""
        self.set_chips((*self.chips, Chip(text, samples=SampleSet(ids))), tr("Filter {what}", what=text))

    def toggle(self, place: int) -> None:
        """Switch the chip at ``place`` off or on."""
        chip = self.chips[place]
        name = tr("Switch off filter {what}", what=chip.text) if chip.on else tr("Filter {what}", what=chip.text)
        self.set_chips(self._with(place, (replace(chip, on=not chip.on),)), name)

    def remove(self, place: int) -> None:
        """Take the chip at ``place`` away."""
        self.set_chips(self._with(place, ()), tr("Remove filter {what}", what=self.chips[place].text))

    def clear(self) -> None:
        """Take all chips away."""
        self.set_chips((), trn("Remove {count:,} filter", "Remove {count:,} filters", len(self.chips)))

    def place_of(self, chip: Chip | None) -> int:
        """Where ``chip`` itself stands, -1 where it does not: an insight may have let it wait while others came."""
        return next((place for place, known in enumerate(self.chips) if known is chip), -1)

    def _with(self, place: int, chips: Chips) -> Chips:
        return self.chips[:place] + chips + self.chips[place + 1 :]

    def show(self, chips: Chips) -> None:
        """Filter by ``chips`` without a step to undo."""
        self.chips = chips
        self.counts, self.errors = (None,) * len(chips), (None,) * len(chips)
        self.scopes = self.scopes and self._can_scope()
        # What is shown is found while the views make themselves ready for it.
        self.evaluate()
        self.changed.emit()

    def forget(self) -> None:
        """Filter by nothing: the project is another one."""
        self._memo, self._keys = {}, {}
        # What was typed and waits for an insight is meant for the project that has gone.
        self._wait_for(frozenset(), lambda: None)
        self.columns = FilterColumns(self._pool, self._extra)
        if self.chips:
            self.show(())

    def prepare(self) -> None:
        """Load what searches texts, beside the GUI thread, before it is needed."""
        if not self._prepared:
            self._prepared = True
            self._bridge.run("Prepare filters", lambda ctx: warm(), lane=LANE, quiet=True, lasting=True)

    # What holds

    @property
    def filters(self) -> Chips:
        """The chips that are on and not wrong."""
        return tuple(chip for chip, error in zip(self.chips, self.errors, strict=True) if chip.on and error is None)

    @property
    def shown(self) -> int:
        """How many samples are shown."""
        return int(np.count_nonzero(self.mask))

    def where(self) -> str:
        """The filters as one expression, "" where there is none; raises `FilterError` where they cannot be written."""
        return (
            joined([written(chip, "id" in self._pool.metadata_names) for chip in self.filters]) if self.filters else ""
        )

    def _can_scope(self) -> bool:
        try:
            return bool(self.where())
        except FilterError:
            return False

    def set_scopes(self, on: bool) -> None:
        """Whether Select picks only among what is shown; raises `FilterError` where that cannot be written."""
        on = on and bool(self.where())
        if on != self.scopes:
            self.scopes = on
            self.changed.emit()

    # Evaluation

    def try_out(self, text: str, on_error: Callable[[FilterError], None], on_done: Callable[[str, int], None]) -> None:
        """Evaluate ``text`` by itself; ``on_done`` takes a hint and how many samples fit. Newer ones supersede it."""
        try:
            out = self.written_out(text)
        except FilterError as error:
            on_error(error)
            return
        if self._wait_for(named(out), lambda: self.try_out(text, on_error, on_done)):
            return
        saved = dict(self._pool.saved_filters)
        lazy, n, memo, made = self.columns.lazy(), len(self._pool), self._memo, self.columns

        def work(ctx: Context) -> tuple[str, int]:
            forget_old(memo, made)
            columns = LazyColumns(lazy)
            with as_written(text, saved) as out:
                return advice(out, columns), int(np.count_nonzero(matching(out, columns, n, memo)))

        def fail(error: Exception) -> None:
            if not isinstance(error, FilterError):
                raise error
            on_error(error)

        self._bridge.run(
            "Filter", work, lane=LANE, key=TRY_KEY, quiet=True, on_done=lambda found: on_done(*found), on_error=fail
        )

    def evaluate(self) -> None:
        """Find what is shown and show it; what was found for an older state is dropped."""
        chips, n = self.chips, len(self._pool)
        if not chips:
            self._bridge.supersede(KEY)
            self._take(Found((), (), np.ones(n, bool)))
            return
        lazy, memo, made, pool_ids = self.columns.lazy(), self._memo, self.columns, self._pool.ids
        self._keys = {name: lazy[name].key for name in self.names() if name in lazy}
        missing = self.names() - lazy.keys()
        if missing:
            self.needed.emit(frozenset(missing))

        def work(ctx: Context) -> Found:
            ctx.check()
            forget_old(memo, made)
            return evaluated(chips, LazyColumns(lazy), pool_ids, memo)

        self._bridge.run("Filter", work, lane=LANE, key=KEY, quiet=True, on_done=self._take)

    def names(self) -> frozenset[str]:
        """The columns that the chips name."""
        return frozenset[str]().union(*(names_in(chip.text) for chip in self.chips if chip.samples is None))

    def _take(self, found: Found) -> None:
        if len(found.mask) != len(self._pool):
            return
        self.counts, self.errors, self.mask = found.counts, found.errors, found.mask
        if not np.array_equal(found.mask, self._pool.visible):
            self._pool.set_visible(found.mask)
        self.counted.emit()

    def _on_reset(self) -> None:
        self.mask = self._pool.visible
        if self.chips:
            self.evaluate()
        else:
            self.counted.emit()

    def _on_columns(self, names: frozenset[str]) -> None:
        if not self.chips or names <= UNDRAWN:
            return
        lazy = self.columns.lazy()
        if any(name not in lazy or not same(lazy[name].key, key) for name, key in self._keys.items()) or (
            self.names() & lazy.keys() - self._keys.keys()
        ):
            self.evaluate()

    # The spot to come back to

    def spot(self) -> dict[str, Any]:
        """The chips, as JSON."""
        return {"chips": [kept(chip) for chip in self.chips], "scopes": self.scopes}

    def restore_spot(self, spot: Mapping[str, Any]) -> None:
        """Filter as `spot` told; what cannot be read of it is left out."""
        found = spot.get("chips")
        most = int(self._pool.ids[-1]) if len(self._pool) else 0
        listed = found if isinstance(found, list) else []
        chips = [chip for one in listed if (chip := from_kept(one, most)) is not None]
        self.show(tuple(chips))
        self.scopes = spot.get("scopes") is True and self._can_scope()
        self.changed.emit()


class FilterCommand(QUndoCommand):
    """A change of the filters."""

    def __init__(self, model: FilterModel, before: Chips, after: Chips, name: str) -> None:
        super().__init__(shortened(name))
        self._model, self._before, self._after = model, before, after

    def redo(self) -> None:
        """Filter as after the change."""
        self._model.show(self._after)

    def undo(self) -> None:
        """Filter as before the change."""
        self._model.show(self._before)
