"""The form of a selection, built from the catalogue and the table of fields: nothing made by hand per strategy."""

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from desktop_al.domain.catalogue import PresetInfo, StrategyInfo
from desktop_al.domain.specs import SelectSpec
from desktop_al.gui.budget_field import BudgetField
from desktop_al.gui.disclosure import Disclosure
from desktop_al.gui.eliding import ElidedChoice
from desktop_al.gui.fields import FieldSet, align_labels, field_of
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.pool import Pool
from desktop_al.gui.select_fields import AIMS, FIELDS, LIMITS, places, spec_with, value_in
from desktop_al.gui.targets import lit_count
from desktop_al.gui.theme import SMALL, TIGHT

OWN = later("Your own settings")
OWN_SENTENCE = later("The strategy and the options that you chose below.")
DEFAULTS = SelectSpec()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a strategy may need of the project: labels, labels of two classes, images that are highlighted."""

    labels: bool = False
    probabilities: bool = False
    queries: bool = False

    @staticmethod
    def of(pool: Pool) -> "Knowledge":
        """What there is in ``pool``."""
        return Knowledge(pool.counts.labelled > 0, pool.counts.classes > 1, lit_count(pool) > 0)

    def lacks(self, needs: frozenset[str]) -> str:
        """Say what lacks of ``needs``, as in "needs labels", "" where nothing does."""
        texts = {
            "labels": later("needs labels"),
            "probabilities": later("needs labels of two classes"),
            "queries": later("needs highlighted images"),
        }
        # The strongest last: labels of two classes are labels too.
        missing = [text for name, text in texts.items() if name in needs and not getattr(self, name)]
        return tr(missing[-1]) if missing else ""


class StrategyForm(QWidget):
    """Edits a `SelectSpec`. Signal: ``changed``."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._infos: tuple[StrategyInfo, ...] = ()
        self._presets: tuple[PresetInfo, ...] = ()
        self._knowledge = Knowledge()
        self.preset, self.strategy = ElidedChoice(brackets=True), ElidedChoice(brackets=True)
        self._sentence, self._summary = _text("muted"), _text("small")
        self._top, self._choice = _form(), _form()
        self.budget = BudgetField()
        self.asked, self.options, self.limits, self.aims = FieldSet(), FieldSet(), FieldSet(), FieldSet()
        self.more = Disclosure(tr("More"), self._make_more())
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        self.preset.setAccessibleName(tr("What the batch is for"))
        # Stands there until the catalogue has come, which begins with it.
        self.preset.addItem(tr("Automatic"))
        self._top.addRow(tr("Aim"), self.preset)
        self._top.addRow(self._sentence)
        self._top.addRow(self.asked)
        self._top.addRow(tr("Budget"), self.budget)
        column.addLayout(self._top)
        column.addWidget(self.more)
        self.limits.set_fields(LIMITS)
        self.aims.set_fields(AIMS)
        self.preset.activated.connect(self._on_preset)
        self.strategy.currentIndexChanged.connect(self._show_options)
        self.budget.changed.connect(self.changed)
        self.asked.changed.connect(self._on_asked)
        for fields in (self.options, self.limits, self.aims):
            fields.changed.connect(self._on_edited)

    def _make_more(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, SMALL)
        column.setSpacing(SMALL)
        self.strategy.setAccessibleName(tr("Query strategy"))
        # The names of strategies are long: each has the whole width, below its title.
        self._choice.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._choice.addRow(tr("Strategy"), self.strategy)
        self._choice.addRow(self._summary)
        column.addLayout(self._choice)
        column.addWidget(self.options)
        for title, fields in ((tr("Limits"), self.limits), (tr("Further aims"), self.aims)):
            heading = _text("small")
            heading.setText(title)
            column.addSpacing(TIGHT)
            column.addWidget(heading)
            column.addWidget(fields)
        return content

    # What there is to choose from

    def set_catalogue(self, infos: tuple[StrategyInfo, ...], presets: tuple[PresetInfo, ...] = ()) -> None:
        """Offer ``infos`` and those of ``presets`` whose strategy is among them, the first of each as the default."""
        names = {info.name for info in infos}
        self._infos, self._presets = infos, tuple(preset for preset in presets if preset.strategy in names)
        with QSignalBlocker(self.strategy):
            self.strategy.clear()
            for info in infos:
                self.strategy.addItem(tr(info.title or info.name), info.name)
        with QSignalBlocker(self.preset):
            self.preset.clear()
            for preset in self._presets:
                self.preset.addItem(tr(preset.title), preset.key)
            self.preset.addItem(tr(OWN), "")
        self._show_options(0)
        self.take_first()
        self._show_needs()

    def take_first(self) -> None:
        """Show what the form begins with: the first preset, every other field at its default."""
        for fields in (self.limits, self.aims):
            fields.set_values({})
        if self._presets:
            self._take(self._presets[0])
        elif self._infos:
            self.strategy.setCurrentIndex(0)

    def set_pool(self, pool: Pool) -> None:
        """Offer the columns of ``pool``, and only strategies for which it holds what they need."""
        named = [(name, pool.metadata(name).codes is None) for name in pool.metadata_names]
        categorical, numeric = ([name for name, number in named if number is kind] for kind in (False, True))
        for fields in (self.asked, self.limits, self.aims):
            fields.set_columns(categorical, numeric)
        self.set_knowledge(Knowledge.of(pool))

    def set_knowledge(self, knowledge: Knowledge) -> None:
        """Offer only strategies that can do with ``knowledge``; the others are shown with the reason."""
        self._knowledge = knowledge
        self._show_needs()

    def _show_needs(self) -> None:
        needs = {info.name: info.needs for info in self._infos}
        for at, info in enumerate(self._infos):
            _offer(self.strategy, at, tr(info.title or info.name), self._knowledge.lacks(info.needs))
        for at, preset in enumerate(self._presets):
            lacks = self._knowledge.lacks(needs.get(preset.strategy, frozenset()))
            _offer(self.preset, at, tr(preset.title), lacks)
        for combo in (self.strategy, self.preset):
            # The list may be wider than the panel: no reason is cut off.
            combo.view().setMinimumWidth(combo.view().sizeHintForColumn(0) + 2 * SMALL)

    @property
    def lacks(self) -> str:
        """Why the form cannot be used as it stands, "" where it can."""
        info = self._info
        lacks = self._knowledge.lacks(info.needs) if info is not None else ""
        if lacks:
            return tr("The strategy {needs}.", needs=lacks)
        empty = [info.title for info in FIELDS if info.name in self.asked.shown and not self.asked.shown[info.name]]
        return tr("Choose a value for “{field}”.", field=tr(empty[0])) if empty else ""

    @property
    def looks(self) -> bool:
        """Whether the chosen strategy looks for images that are like others."""
        return self._info is not None and "queries" in self._info.needs | self._info.uses

    @property
    def _info(self) -> StrategyInfo | None:
        at = self.strategy.currentIndex()
        return self._infos[at] if 0 <= at < len(self._infos) else None

    # What is chosen

    def _on_preset(self, index: int) -> None:
        if index < len(self._presets):
            self._take(self._presets[index])
        else:
            self.more.set_open(True)
            self._on_edited()

    def _take(self, preset: PresetInfo) -> None:
        """Show what ``preset`` says; what no preset speaks of stays as it is."""
        before = {name: value for name, value in self._shown().items() if name not in self._spoken_of()}
        self.strategy.setCurrentIndex(self.strategy.findData(preset.strategy))
        self.options.set_values(preset.options)
        for fields in (self.limits, self.aims):
            fields.set_values(before | places(preset.changes))

    def _spoken_of(self) -> set[str]:
        return {name for preset in self._presets for name in places(preset.changes)}

    def _shown(self) -> dict[str, Any]:
        return self.limits.shown | self.aims.shown

    def _show_options(self, _index: int) -> None:
        info = self._info
        if info is not None:
            self._summary.setText(tr(info.summary))
            self.options.set_fields(tuple(field_of(option) for option in info.options))
            align_labels([self.options.form, self.limits.form, self.aims.form])
        self._on_edited()

    def _on_edited(self) -> None:
        """Name the preset that the form agrees with, and count what is set below."""
        at = next((at for at, preset in enumerate(self._presets) if self._agrees(preset)), len(self._presets))
        preset = self._presets[at] if at < len(self._presets) else None
        with QSignalBlocker(self.preset):
            self.preset.setCurrentIndex(at)
        if self._infos:
            self._sentence.setText(tr(preset.sentence if preset is not None else OWN_SENTENCE))
        self._ask(preset.asks if preset is not None else "")
        values, spoken = self.limits.values | self.aims.values, self._spoken_of()
        count = sum(values[info.name] != info.default for info in FIELDS if info.name not in spoken)
        self.more.set_text(tr("More · {count} set", count=count) if count else tr("More"))
        self.changed.emit()

    def _ask(self, name: str) -> None:
        """Bring the field ``name`` up from below, where a preset cannot do without it; "" for none."""
        shown = self._shown()
        with QSignalBlocker(self.asked):
            self.asked.set_fields(tuple(replace(info, depends="") for info in FIELDS if info.name == name))
            self.asked.set_values(shown)
        align_labels([self._top, self.asked.form])
        for fields in (self.limits, self.aims):
            fields.show_only(leave_out=name)

    def _on_asked(self) -> None:
        for fields in (self.limits, self.aims):
            if set(self.asked.shown) & set(fields.shown):
                fields.set_values(fields.shown | self.asked.shown)

    def _agrees(self, preset: PresetInfo) -> bool:
        info = self._info
        if info is None or info.name != preset.strategy:
            return False
        options = {option.name: option.default for option in info.options} | dict(preset.options)
        shown = self._shown()
        wanted = {name: value_in(DEFAULTS, name) for name in self._spoken_of()} | places(preset.changes)
        return self.options.shown == options and all(_same(shown[name], value) for name, value in wanted.items())

    def spec(self, seed: int = 0) -> SelectSpec:
        """What the form says."""
        spec = spec_with(SelectSpec(seed=seed), self.limits.values | self.aims.values)
        count, least = self.budget.apply(spec)
        name = self.strategy.currentData() or DEFAULTS.strategy
        return replace(spec, strategy=name, options=self.options.values, count=count, least_images=least)


def _same(a: Any, b: Any) -> bool:
    return bool(abs(a - b) < 1e-6) if isinstance(a, float) and isinstance(b, float | int) else bool(a == b)


def _offer(combo: QComboBox, at: int, title: str, lacks: str) -> None:
    """Let item ``at`` be chosen, or say why it cannot."""
    text = tr("{title} ({needs})", title=title, needs=lacks) if lacks else title
    combo.setItemText(at, text)
    combo.setItemData(at, text if lacks else "", Qt.ItemDataRole.ToolTipRole)
    model = combo.model()
    assert isinstance(model, QStandardItemModel)
    model.item(at).setEnabled(not lacks)


def _text(kind: str) -> QLabel:
    label = QLabel()
    label.setProperty("kind", kind)
    label.setWordWrap(True)
    return label


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(SMALL)
    form.setVerticalSpacing(TIGHT + 2)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form
