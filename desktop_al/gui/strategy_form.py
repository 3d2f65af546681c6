"""The form of a selection: strategy, options, budget; built from the catalogue, nothing made by hand per strategy."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop_al.domain.catalogue import OptionInfo, StrategyInfo
from desktop_al.domain.specs import SelectSpec
from desktop_al.gui.theme import SMALL, TIGHT

AUTOMATIC, FIXED, SHARE = range(3)
COUNT_WIDTH = 92
Field = QSpinBox | QDoubleSpinBox | QCheckBox | QComboBox


class StrategyForm(QWidget):
    """Edits a `SelectSpec`. Signal: ``changed``."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._infos: tuple[StrategyInfo, ...] = ()
        self._fields: dict[str, Field] = {}
        self.strategy = QComboBox()
        self.strategy.setAccessibleName("Query strategy")
        self._summary = QLabel()
        self._summary.setProperty("kind", "muted")
        self._summary.setWordWrap(True)
        self.budget, self.count = QComboBox(), QSpinBox()
        self._form = QFormLayout()
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(SMALL)
        self._form.setVerticalSpacing(TIGHT + 2)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.budget.addItems(["Automatic", "Fixed number", "Share of the pool"])
        self.budget.setAccessibleName("Budget")
        self.budget.setToolTip("Automatic stops where 10 % more labels would buy less than 1 % more coverage")
        self.budget.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.count.setAccessibleName("Number of images to pick")
        # The widest number that it can hold is far wider than any that is asked for, and the panel is narrow.
        self.count.setFixedWidth(COUNT_WIDTH)
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        row.addWidget(self.budget, 1)
        row.addWidget(self.count)
        self._form.addRow("Strategy", self.strategy)
        self._form.addRow(self._summary)
        self._form.addRow("Budget", line)
        column.addLayout(self._form)
        self.strategy.currentIndexChanged.connect(self._show_options)
        self.budget.currentIndexChanged.connect(self._show_budget)
        self.count.valueChanged.connect(self.changed)
        self._show_budget(AUTOMATIC)

    def set_strategies(self, infos: tuple[StrategyInfo, ...]) -> None:
        """Offer ``infos``, the first as the default."""
        self._infos = infos
        self.strategy.blockSignals(True)
        self.strategy.clear()
        for info in infos:
            self.strategy.addItem(info.name.replace("-", " ").capitalize(), info.name)
        self.strategy.blockSignals(False)
        self._show_options(0)

    def _show_budget(self, index: int) -> None:
        self.count.setVisible(index != AUTOMATIC)
        self.count.setSuffix(" %" if index == SHARE else "")
        self.count.setRange(1, 100 if index == SHARE else 10_000_000)
        self.count.setValue(5 if index == SHARE else 100)
        self.changed.emit()

    def _show_options(self, index: int) -> None:
        for field in self._fields.values():
            self._form.removeRow(field)
        self._fields = {}
        if not 0 <= index < len(self._infos):
            return
        info = self._infos[index]
        self._summary.setText(info.summary)
        for option in info.options:
            field = make_field(option)
            field.setToolTip(option.help)
            field.setAccessibleName(option.name)
            self._fields[option.name] = field
            self._form.addRow(option.name.replace("_", " ").capitalize(), field)
        self.changed.emit()

    def spec(self, seed: int = 0, where: str = "") -> SelectSpec:
        """What the form says."""
        count = {AUTOMATIC: "auto", FIXED: str(self.count.value()), SHARE: f"{self.count.value()}%"}
        options = {name: field_value(field) for name, field in self._fields.items()}
        name = self.strategy.currentData() or "coverage"
        return SelectSpec(name, count[self.budget.currentIndex()], seed, where, options)


def make_field(option: OptionInfo) -> Field:
    """The control that edits ``option``, with its default."""
    if option.type == "bool":
        box = QCheckBox()
        box.setChecked(bool(option.default))
        return box
    if option.type == "choice":
        combo = QComboBox()
        combo.addItems(list(option.choices))
        combo.setCurrentText(str(option.default))
        return combo
    spin: QSpinBox | QDoubleSpinBox
    if option.type == "int":
        spin = QSpinBox()
        spin.setRange(int(option.low if option.low is not None else -1_000_000), int(option.high or 1_000_000))
        spin.setValue(int(option.default))
    else:
        spin = QDoubleSpinBox()
        spin.setDecimals(2)
        spin.setRange(option.low if option.low is not None else -1e6, option.high if option.high is not None else 1e6)
        spin.setSingleStep(0.5)
        spin.setValue(float(option.default))
    spin.setAlignment(Qt.AlignmentFlag.AlignRight)
    return spin


def field_value(field: Field) -> Any:
    """What a control of `make_field` holds."""
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QComboBox):
        return field.currentText()
    return field.value()
