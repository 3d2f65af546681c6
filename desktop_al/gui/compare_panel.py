"""Two batches side by side: what they share, what each buys; the map shows both."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_al.domain.catalogue import StrategyInfo
from desktop_al.gui.batch_words import batch_title, percent, two_digits
from desktop_al.gui.comparison import Comparison, Side, side_pixmap
from desktop_al.gui.eliding import ElidedChoice
from desktop_al.gui.i18n import later, number, tr
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import MEDIUM, SMALL, Theme, theme_watch

UNCOMPARED = later("There is nothing to compare yet; select a batch first.")
CHOOSE = later("Choose another batch, or another strategy to see what it would have picked instead.")
WAITING = later("Comparing…")
RADIUS = 7.0  # of the shapes that stand for the batches


class ComparePanel(QScrollArea):
    """Lets a person choose two batches, or a batch and another strategy, and shows what `Comparison` says of them.

    Signals: ``compare_asked(a, b)`` the number of a batch, and that of another one or the name of a strategy;
    ``shown(Comparison or None)`` what the map is to show; ``highlight_asked(ids)`` samples of one part of the overlap.
    While it is ``in_sight``, batches that come or change are compared at once.
    """

    compare_asked = Signal(int, object)
    shown = Signal(object)
    highlight_asked = Signal(object)

    def __init__(self, pool: Pool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self._comparison: Comparison | None = None
        self._titles: dict[str, str] = {}
        # A panel behind a tab is visible to Qt.
        self.in_sight = False
        self.choices = (ElidedChoice(), ElidedChoice())
        self.note = QLabel()
        self.parts = {side: QPushButton() for side in Side}
        self._glyphs = {side: QLabel() for side in (Side.FIRST, Side.SECOND)}
        self._table, self._figures = QWidget(), QGridLayout()
        self._build()
        pool.columns_changed.connect(self._on_columns)
        pool.reset.connect(self._on_batches)
        theme_watch().changed.connect(self._colour)
        self._on_batches()

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Comparison of two batches"))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MEDIUM, SMALL, MEDIUM, MEDIUM)
        column.setSpacing(SMALL)
        names = (tr("First batch"), tr("Second batch"))
        for combo, name, glyph in zip(self.choices, names, self._glyphs.values(), strict=True):
            combo.setAccessibleName(name)
            combo.activated.connect(self._ask)
            row = QHBoxLayout()
            row.setSpacing(SMALL)
            glyph.setFixedWidth(round(2 * RADIUS) + SMALL)
            row.addWidget(glyph)
            row.addWidget(combo, 1)
            column.addLayout(row)
        self.note.setProperty("kind", "muted")
        self.note.setWordWrap(True)
        column.addWidget(self.note)
        column.addWidget(self._table)
        column.addStretch(1)
        self._build_table()
        self.setWidget(content)
        self._colour()

    def _build_table(self) -> None:
        column = QVBoxLayout(self._table)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        overlap = QVBoxLayout()
        overlap.setSpacing(0)
        for side, button in self.parts.items():
            button.setProperty("kind", "row")
            button.setToolTip(tr("Highlight these images on the map and in the gallery"))
            button.clicked.connect(partial(self._highlight, side))
            overlap.addWidget(button)
        column.addLayout(overlap)
        self._figures.setHorizontalSpacing(MEDIUM)
        self._figures.setVerticalSpacing(SMALL)
        self._figures.setColumnStretch(0, 1)
        column.addLayout(self._figures)

    # What is compared

    def set_catalogue(self, infos: Sequence[StrategyInfo]) -> None:
        """Offer those of the strategies ``infos`` that need nothing to be highlighted, in place of a second batch."""
        self._titles = {info.name: tr(info.title or info.name) for info in infos if "queries" not in info.needs}
        self._on_batches()

    @property
    def chosen(self) -> tuple[int, int | str]:
        """The numbers of the chosen batches, 0 for none; the second may be the name of a strategy."""
        first, second = (combo.currentData() or 0 for combo in self.choices)
        return first, second

    def ask(self) -> None:
        """Compare the shown batch with the one before it, where nothing is compared yet."""
        if self._comparison is None:
            self._ask()

    def _ask(self, _index: int = -1) -> None:
        a, b = self.chosen
        if a and b and a != b:
            self.note.setText(tr(WAITING))
            self.note.show()
            self.compare_asked.emit(a, b)
        else:
            self.show_comparison(None)

    def _on_columns(self, names: frozenset[str]) -> None:
        if "picks" in names:
            self._on_batches()

    def _on_batches(self) -> None:
        known = self._pool.batches
        before = self.chosen
        shown = self._pool.batch.number if self._pool.batch is not None else 0
        others = [batch.number for batch in known if batch.number != shown]
        wanted = (others[-1], shown) if others else (shown, 0)
        there = {batch.number for batch in known} | self._titles.keys()
        kept = before if set(before) <= there else wanted
        for combo, one in zip(self.choices, kept, strict=True):
            combo.clear()
            for batch in reversed(known):
                combo.addItem(batch_title(batch), batch.number)
            if combo is self.choices[1] and known:
                for name, title in self._titles.items():
                    combo.addItem(tr("Instead: {strategy}", strategy=title), name)
            combo.setCurrentIndex(combo.findData(one))
            combo.setEnabled(combo.count() > 1)
        if self.in_sight:
            # Another batch may be there, or one have other picks.
            self._ask()
        else:
            self.show_comparison(None)

    def show_comparison(self, comparison: Comparison | None, why: str = "") -> None:
        """Show ``comparison``; where it is None, ``why``, or what there is to do."""
        self._comparison = comparison
        self._table.setVisible(comparison is not None)
        a, b = self.chosen
        none, same = not self._pool.batches, a == b
        self.note.setText(
            why or (tr(UNCOMPARED) if none else tr("Choose two different batches.") if same else tr(CHOOSE))
        )
        self.note.setVisible(comparison is None)
        if comparison is not None:
            self._show_overlap(comparison)
            self._show_figures(comparison)
        self.shown.emit(comparison)

    def _show_overlap(self, comparison: Comparison) -> None:
        a, b, strategy = comparison.figures.a, comparison.figures.b, comparison.figures.strategy
        only, instead = later("Only in batch {number}: {count:,}"), later("Only by {strategy}: {count:,}")
        title = self._titles.get(strategy, strategy)
        texts = {
            Side.FIRST: (only, {"number": a}),
            Side.SECOND: (instead, {"strategy": title}) if strategy else (only, {"number": b}),
            Side.BOTH: (later("In both: {count:,}"), {}),
        }
        for side, button in self.parts.items():
            count = len(comparison.ids(side))
            text, values = texts[side]
            button.setText(tr(text, count=count, **values))
            button.setEnabled(count > 0)
        self._colour()

    def _show_figures(self, comparison: Comparison) -> None:
        while self._figures.count():
            item = self._figures.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        found = comparison.figures
        other = tr("Instead") if found.strategy else tr("Batch {number}", number=found.b)
        rows = [
            ("", tr("Batch {number}", number=found.a), other, ""),
            (tr("Picks"), *map(number, found.counts), ""),
            (
                tr("Coverage alone"),
                *map(percent, found.coverage),
                tr("The coverage that each batch brings without the other"),
            ),
            (tr("Redundant"), *map(percent, found.redundancy), tr("Picks with a near duplicate in their own batch")),
            (
                tr("Novelty"),
                *map(_distance, found.novelty),
                tr("The mean distance of its picks to the nearest labelled image"),
            ),
            (
                tr("Near the other"),
                percent(found.a_near_b),
                percent(found.b_near_a),
                tr("Picks within the bandwidth of a pick of the other batch"),
            ),
        ]
        for line, (title, first, second, tip) in enumerate(rows):
            for place, text in enumerate((title, first, second)):
                label = QLabel(text)
                label.setWordWrap(place == 0)
                label.setProperty("kind", "small" if line == 0 else "muted" if place == 0 else "")
                label.setToolTip(tip)
                side = Qt.AlignmentFlag.AlignRight if place else Qt.AlignmentFlag.AlignLeft
                self._figures.addWidget(label, line, place, side)

    def _highlight(self, side: Side) -> None:
        if self._comparison is not None:
            self.highlight_asked.emit(self._comparison.ids(side))

    def _colour(self) -> None:
        theme, ratio = Theme.current(), self.devicePixelRatioF()
        for side, button in self.parts.items():
            picture = side_pixmap(side, theme, RADIUS, ratio)
            button.setIcon(picture)
            if side in self._glyphs:
                self._glyphs[side].setPixmap(picture)


def _distance(value: float | None) -> str:
    return tr("unknown") if value is None else two_digits(value)
