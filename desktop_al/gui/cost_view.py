"""What the labels of a batch cost: how many, how long, how much."""

from enum import StrEnum

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QVBoxLayout, QWidget

from desktop_al import settings
from desktop_al.gui.choosing import TypedChoice
from desktop_al.gui.disclosure import Disclosure
from desktop_al.gui.i18n import later, number, tr, trn
from desktop_al.gui.theme import SMALL, TIGHT


class Unit(StrEnum):
    """What the curve counts along its axis."""

    LABELS = later("Labels")
    TIME = later("Time")
    MONEY = later("Money")


def duration(seconds: float) -> str:
    """``seconds`` as a person says it."""
    if seconds < 90:
        return tr("{count:.0f} s", count=seconds)
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("{count:.0f} min", count=minutes)
    return tr("{hours:,} h {minutes:02d} min", hours=minutes // 60, minutes=minutes % 60)


def money(amount: float) -> str:
    """``amount`` with the sign of the system's currency."""
    sign = QLocale.system().currencySymbol()
    return f"{sign}\u202f{number(amount, ',.2f')}" if sign else number(amount, ",.2f")


class CostView(QWidget):
    """Says what ``count`` labels cost; seconds and price of one label are edited in place and kept as settings.

    Signal: ``unit_changed(name, scale)`` what the axis of the curve is to count, and how much of it one label takes.
    """

    unit_changed = Signal(str, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self.unit = TypedChoice()
        self.seconds, self.price = QDoubleSpinBox(), QDoubleSpinBox()
        self._build()

    def _build(self) -> None:
        values, _ = settings.read()
        self.unit.addItems([tr(unit.value) for unit in Unit])
        self.unit.setAccessibleName(tr("What the axis of the curve counts"))
        self.unit.setToolTip(tr("What the axis of the curve counts"))
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
        self.seconds.setSuffix(tr(" s"))
        self.seconds.setToolTip(tr("Seconds that a person takes for one label"))
        self.seconds.setAccessibleName(tr("Seconds for one label"))
        self.price.setDecimals(2)
        self.price.setSingleStep(0.01)
        self.price.setPrefix(f"{sign}\u202f" if sign else "")
        self.price.setToolTip(tr("Price of one label, in your currency"))
        self.price.setAccessibleName(tr("Price of one label"))
        self.unit.currentIndexChanged.connect(self._on_changed)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, SMALL)
        form.setHorizontalSpacing(SMALL)
        form.setVerticalSpacing(TIGHT + 2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Time for one label"), self.seconds)
        form.addRow(tr("Price of one label"), self.price)
        form.addRow(tr("Along the curve"), self.unit)
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
        parts = [trn("{count:,} label", "{count:,} labels", count)]
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
            self.unit_changed.emit(
                tr("hours") if hours else tr("minutes"), self.seconds.value() / (3600 if hours else 60)
            )
        elif unit is Unit.MONEY and self.price.value():
            name = tr("cost {currency}", currency=QLocale.system().currencySymbol()).strip()
            self.unit_changed.emit(name, self.price.value())
        else:
            self.unit_changed.emit(tr("picks"), 1.0)

    def _keep(self) -> None:
        field = self.sender()
        if isinstance(field, QDoubleSpinBox):
            try:
                settings.save({field.objectName(): field.value()})
            except OSError:
                # The figures hold for this window all the same.
                return
