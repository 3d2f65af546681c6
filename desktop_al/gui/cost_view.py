"""What the labels of a batch cost: how many, how long, how much."""

from enum import StrEnum

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QVBoxLayout, QWidget

from desktop_al import settings
from desktop_al.gui.disclosure import Disclosure
from desktop_al.gui.theme import SMALL, TIGHT


class Unit(StrEnum):
    """What the curve counts along its axis."""

    LABELS = "Labels"
    TIME = "Time"
    MONEY = "Money"


def duration(seconds: float) -> str:
    """``seconds`` as a person says it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60:,} h {minutes % 60:02d} min"


def money(amount: float) -> str:
    """``amount`` with the sign of the system's currency."""
    sign = QLocale.system().currencySymbol()
    return f"{sign}\u202f{amount:,.2f}" if sign else f"{amount:,.2f}"


class CostView(QWidget):
    """Says what ``count`` labels cost; seconds and price of one label are edited in place and kept as settings.

    Signal: ``unit_changed(name, scale)`` what the axis of the curve is to count, and how much of it one label takes.
    """

    unit_changed = Signal(str, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self.unit = QComboBox()
        self.seconds, self.price = QDoubleSpinBox(), QDoubleSpinBox()
        self._build()

    def _build(self) -> None:
        values, _ = settings.read()
        self.unit.addItems([unit.value for unit in Unit])
        self.unit.setAccessibleName("What the axis of the curve counts")
        self.unit.setToolTip("What the axis of the curve counts")
        sign = QLocale.system().currencySymbol()
        for field, name, value, most in (
            (self.seconds, "label_seconds", values.label_seconds, 86_400.0),
            (self.price, "label_price", values.label_price, 1_000_000.0),
        ):
            field.setObjectName(name)
            field.setRange(0, most)
            field.setValue(value)
            field.setMinimumWidth(72)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.valueChanged.connect(self._on_changed)
            field.editingFinished.connect(self._keep)
        self.seconds.setDecimals(0)
        self.seconds.setSuffix(" s")
        self.seconds.setToolTip("Seconds that a person takes for one label")
        self.seconds.setAccessibleName("Seconds for one label")
        self.price.setDecimals(2)
        self.price.setSingleStep(0.01)
        self.price.setPrefix(f"{sign}\u202f" if sign else "")
        self.price.setToolTip("Price of one label, in your currency")
        self.price.setAccessibleName("Price of one label")
        self.unit.currentIndexChanged.connect(self._on_changed)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, SMALL)
        form.setHorizontalSpacing(SMALL)
        form.setVerticalSpacing(TIGHT + 2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Time for one label", self.seconds)
        form.addRow("Price of one label", self.price)
        form.addRow("Along the curve", self.unit)
        content = QWidget()
        content.setLayout(form)
        self.line = Disclosure("", content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.line)

    def set_count(self, count: int) -> None:
        """Take ``count`` as the size of the batch, by which the axis is counted in minutes or hours."""
        self._count = count
        self._on_changed()

    def show_count(self, count: int) -> None:
        """Say what ``count`` labels cost, such as while the budget is dragged."""
        parts = [f"{count:,} {'label' if count == 1 else 'labels'}"]
        if self.seconds.value():
            parts.append(duration(count * self.seconds.value()))
        if self.price.value():
            parts.append(money(count * self.price.value()))
        self.line.set_text(" · ".join(parts))

    def _on_changed(self) -> None:
        self.show_count(self._count)
        unit = list(Unit)[self.unit.currentIndex()]
        if unit is Unit.TIME and self.seconds.value():
            # Hours for a long batch, minutes for a short one.
            hours = self._count * self.seconds.value() >= 2 * 3600
            self.unit_changed.emit("hours" if hours else "minutes", self.seconds.value() / (3600 if hours else 60))
        elif unit is Unit.MONEY and self.price.value():
            self.unit_changed.emit(f"cost {QLocale.system().currencySymbol()}".strip(), self.price.value())
        else:
            self.unit_changed.emit("picks", 1.0)

    def _keep(self) -> None:
        field = self.sender()
        if isinstance(field, QDoubleSpinBox):
            try:
                settings.save({field.objectName(): field.value()})
            except OSError:
                # The figures hold for this window all the same.
                return
