"""The fields: every column of the samples with how often each value occurs; a click on a value filters by it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop_al.domain.context import Context
from desktop_al.domain.errors import WorldError
from desktop_al.gui.apart import Share, apart
from desktop_al.gui.areas import in_sight
from desktop_al.gui.disclosure import Disclosure
from desktop_al.gui.distribution import Distribution, distribution
from desktop_al.gui.field_bar import FieldBar
from desktop_al.gui.filter_model import LANE, FilterModel
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.insight_words import INSIGHTS
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.gui.theme import MEDIUM, SMALL
from desktop_al.jobs.where_syntax import column_text
from desktop_al.jobs.where_text import parts

# Texts of which nearly each is another, what only a project knows, and a second name of one field.
LEFT_OUT = frozenset({"path", "name", "id", "note", "tags", "status", "similarity"})
FIRST = ("state", "label", "tag", "source")
OPEN_AT_FIRST = 7
WAIT_MS = 120
NO_SHARES: Mapping[str, Share] = MappingProxyType({})


class FieldSection(Disclosure):
    """One field; its bars are made once it is open and its distribution known. Signal: ``asked(expression)``."""

    asked = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(readable(name), QWidget(), parent)
        self.name, self.bars = name, list[FieldBar]()
        self.setProperty("field", name)
        self._rest = QLabel()
        self._rest.setProperty("kind", "small")
        self._rest.setWordWrap(True)
        self._rest.setTextFormat(Qt.TextFormat.PlainText)
        self._rest.setContentsMargins(SMALL, 0, SMALL, 0)
        self._column = QVBoxLayout(self.content)
        self._column.setContentsMargins(0, 0, 0, SMALL)
        self._column.setSpacing(1)
        self._column.addWidget(self._rest)

    def show_distribution(
        self, found: Distribution | None, on: frozenset[str], shares: Mapping[str, Share] = NO_SHARES
    ) -> None:
        """Show ``found``, with the filters ``on`` in force; None where there is nothing to count.

        ``shares`` by filter tell of the highlighted images, where there are any.
        """
        focused = next((bar.bar.expression for bar in self.bars if bar.hasFocus()), None)
        for bar in self.bars:
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        known = found.bars if found is not None else ()
        most = max((bar.total for bar in known), default=1)
        self.bars = [FieldBar(self.name, bar, most, self.content, shares.get(bar.expression)) for bar in known]
        for place, bar in enumerate(self.bars):
            bar.clicked.connect(partial(self.asked.emit, bar.bar.expression))
            self._column.insertWidget(place, bar)
            bar.show()
            if bar.bar.expression == focused:
                bar.setFocus()
        self._rest.setText(self._words(found))
        self._rest.setVisible(bool(self._rest.text()))
        self.mark(on)

    def _words(self, found: Distribution | None) -> str:
        """What there is to say below the bars, or in place of them."""
        if found is not None and found.texts:
            example = f'{column_text(self.name)} == "…"'
            return tr("Nearly each image has another value. To filter by one, write {example}.", example=example)
        if found is None or not found.bars:
            return tr("No image has a value.")
        others = found.others
        return trn("and {count:,} other value", "and {count:,} other values", others) if others else ""

    def mark(self, on: frozenset[str]) -> None:
        """Check the bars whose filters are ``on``."""
        for bar in self.bars:
            bar.setChecked(set(parts(bar.bar.expression)) <= on)


class FieldsPanel(QWidget):
    """Counts the values of ``pool``, beside the GUI thread and only while in sight; filters by ``model``."""

    def __init__(self, pool: Pool, model: FilterModel, bridge: JobBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool, self._model, self._bridge = pool, model, bridge
        self.say: Callable[[str], None] = lambda _sentence: None
        self.sections: dict[str, FieldSection] = {}
        self.search, self.hint = QLineEdit(), QLabel(tr("Once there are images, every field of theirs is here."))
        self.note = QLabel()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(WAIT_MS)
        self._build()
        self._soon.timeout.connect(self.refresh)
        pool.reset.connect(self._later)
        pool.columns_changed.connect(self._later)
        pool.highlight_changed.connect(self._later)
        model.changed.connect(self._mark)
        self.search.textChanged.connect(self._find)

    def _build(self) -> None:
        self.setAccessibleName(tr("Fields"))
        self.search.setPlaceholderText(tr("Find a field"))
        self.search.setAccessibleName(tr("Find a field"))
        self.search.setClearButtonEnabled(True)
        self.note.setProperty("kind", "small")
        self.note.setWordWrap(True)
        self.note.hide()
        self.hint.setProperty("kind", "muted")
        self.hint.setWordWrap(True)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(MEDIUM, 0, MEDIUM, MEDIUM)
        self._column.setSpacing(2)
        self._column.addWidget(self.hint)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        scroll.setAccessibleName(tr("Fields"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SMALL, 0, 0)
        column.setSpacing(SMALL)
        top = QVBoxLayout()
        top.setContentsMargins(MEDIUM, 0, MEDIUM, 0)
        top.setSpacing(SMALL)
        top.addWidget(self.search)
        top.addWidget(self.note)
        column.addLayout(top)
        column.addWidget(scroll, 1)

    # What is counted

    def come(self, _shown: bool = True) -> None:
        """Count what changed while out of sight; called once the panel came to the front."""
        self._later()

    def _later(self, _changed: object = None) -> None:
        # A panel behind another tab is no less visible to Qt, but lies outside the window.
        if in_sight(self) and not self._soon.isActive():
            self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Count what changed while out of sight."""
        super().showEvent(event)
        self._later()

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no more."""
        super().hideEvent(event)
        self._soon.stop()

    def refresh(self) -> None:
        """Count the values of the open fields again."""
        lazy, visible, highlight = self._model.columns.lazy(), self._pool.visible, self._pool.highlight
        self._arrange(ordered([name for name in lazy if self._offers(name)]) if len(self._pool) else [])
        wanted = [name for name, section in self.sections.items() if section.is_open]

        def work(ctx: Context) -> dict[str, tuple[Distribution | None, Mapping[str, Share]]]:
            found: dict[str, tuple[Distribution | None, Mapping[str, Share]]] = {}
            lit = highlight & visible
            some = bool(lit.any())
            for name in wanted:
                ctx.check()
                try:
                    column = lazy[name].load()
                    counted = distribution(name, column, visible, lit if some else None)
                    found[name] = counted, apart(counted, column, visible, lit)
                except WorldError:
                    # An insight that cannot be computed has no values; the filters say why.
                    found[name] = None, NO_SHARES
            return found

        if wanted:
            self._bridge.run("Count fields", work, lane=LANE, key="fields", quiet=True, on_done=self._take)

    def _offers(self, name: str) -> bool:
        """Whether ``name`` has values to count: insights have some once a view or a filter asked for them."""
        if name in self._pool.metadata_names:
            return True
        return name not in LEFT_OUT and (name not in INSIGHTS or self._pool.insight(name) is not None)

    def _arrange(self, names: Sequence[str]) -> None:
        if list(names) == list(self.sections):
            return
        opened = {name: section.is_open for name, section in self.sections.items()}
        for name in [name for name in self.sections if name not in names]:
            section = self.sections.pop(name)
            section.hide()
            section.deleteLater()
        for place, name in enumerate(names):
            if name not in self.sections:
                section = self.sections[name] = FieldSection(name)
                section.asked.connect(self._ask)
                section.set_open(opened.get(name, place < OPEN_AT_FIRST))
                section.toggled.connect(self._later)
            self._column.removeWidget(self.sections[name])
            self._column.insertWidget(place, self.sections[name])
        self.sections = {name: self.sections[name] for name in names}
        self.hint.setVisible(not names)
        self._find(self.search.text())

    def _take(self, found: dict[str, tuple[Distribution | None, Mapping[str, Share]]]) -> None:
        on = self._on()
        for name, (known, shares) in found.items():
            if name in self.sections:
                self.sections[name].show_distribution(known, on, shares)
        lit = any(shares for _, shares in found.values())
        # What filters hide is not counted.
        count = int(np.count_nonzero(self._pool.highlight & self._pool.visible))
        self.note.setText(
            trn(
                "Bars: the highlighted image. Ticks: all that are shown.",
                "Bars: shares of the {count:,} highlighted images. Ticks: of all that are shown.",
                count,
            )
            if lit
            else ""
        )
        self.note.setVisible(lit)

    def _find(self, text: str) -> None:
        for name, section in self.sections.items():
            section.setVisible(text.strip().casefold() in name.casefold())

    # Filters

    def _on(self) -> frozenset[str]:
        return frozenset(chip.text for chip in self._model.chips if chip.on)

    def _mark(self) -> None:
        on = self._on()
        for section in self.sections.values():
            section.mark(on)

    def _ask(self, expression: str) -> None:
        """Filter by ``expression``, or no longer where that is done already; each is one step to undo."""
        texts = set(parts(expression))
        if texts <= self._on():
            left = tuple(chip for chip in self._model.chips if chip.text not in texts)
            self._model.set_chips(left, tr("Remove filter {what}", what=expression))
        else:
            self._model.add(expression, lambda error: self.say(str(error)))
        self._mark()


def ordered(names: Sequence[str]) -> list[str]:
    """``names`` with what a person asks for first at the beginning; the others in the order in which they came."""
    return [name for name in FIRST if name in names] + [name for name in names if name not in FIRST]
