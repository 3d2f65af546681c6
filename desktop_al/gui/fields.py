"""Fields of a form from their description: which control edits a value, and how it is read back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from desktop_al.domain.catalogue import OptionInfo
from desktop_al.gui.eliding import ElidedChoice
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.text import readable
from desktop_al.gui.theme import SMALL, TIGHT

Control = QSpinBox | QDoubleSpinBox | QCheckBox | QComboBox | QLineEdit
NO_COLUMN = later("None")
WIDEST = 1_000_000
# The widest number that a field can hold is far wider than any that is entered, and panels are narrow.
LEAST_WIDTH = 72


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One field of a form.

    ``kind`` is int, float, bool or choice as in `OptionInfo`, or "share" (a number in [0, 1] that is edited in per
    cent), "text", "shares" (a mapping from name to number, edited as ``name = 0.3, other = 0.7``), or "column" (a
    metadata column, "" for none, out of those of `FieldSet.set_columns`; ``choices`` are offered before them and
    ``numeric`` says which columns, None for all). The field can be edited while the one that it ``depends`` on says
    something.
    """

    name: str
    title: str
    kind: str
    default: Any
    help: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    step: float = 0.5
    numeric: bool | None = False
    depends: str = ""
    empty: str = ""


def title_of(name: str) -> str:
    """What the option ``name`` of a query strategy is called in the window, in English."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def field_of(option: OptionInfo) -> FieldInfo:
    """The field that edits ``option`` of a query strategy."""
    title = title_of(option.name)
    return FieldInfo(
        option.name, title, option.type, option.default, option.help, option.low, option.high, option.choices
    )


def make_control(info: FieldInfo) -> Control:
    """The control that edits ``info``, with its default."""
    control: Control
    if info.kind == "bool":
        control = QCheckBox()
    elif info.kind in ("choice", "column"):
        control = ElidedChoice()
        fill_choices(info, control, ())
    elif info.kind in ("text", "shares"):
        control = QLineEdit()
        control.setPlaceholderText(tr(info.empty))
    elif info.kind == "int":
        control = QSpinBox()
        control.setRange(round(info.low if info.low is not None else -WIDEST), round(_high(info)))
        control.setAlignment(Qt.AlignmentFlag.AlignRight)
    else:
        control = QDoubleSpinBox()
        scale = 100 if info.kind == "share" else 1
        control.setDecimals(0 if info.kind == "share" else 2)
        control.setSuffix(" %" if info.kind == "share" else "")
        control.setRange(scale * (info.low if info.low is not None else -WIDEST), scale * _high(info))
        control.setSingleStep(scale * info.step)
        control.setAlignment(Qt.AlignmentFlag.AlignRight)
    control.setToolTip(tr(info.help))
    control.setAccessibleName(tr(info.title))
    control.setMinimumWidth(LEAST_WIDTH)
    put(info, control, info.default)
    return control


def _high(info: FieldInfo) -> float:
    return info.high if info.high is not None else WIDEST


def fill_choices(info: FieldInfo, combo: QComboBox, columns: Iterable[str]) -> None:
    """Offer the choices of ``info``, and the ``columns`` of the pool for a field of kind "column"."""
    chosen = combo.currentData()
    with QSignalBlocker(combo):
        combo.clear()
        if info.kind == "column":
            combo.addItem(tr(info.empty or NO_COLUMN), "")
        for name in info.choices:
            combo.addItem(tr(name), name)
        for name in columns:
            combo.addItem(readable(name), name)
        combo.setCurrentIndex(max(0, combo.findData(chosen)))


def value_of(info: FieldInfo, control: Control) -> Any:
    """What a control of `make_control` holds."""
    if isinstance(control, QCheckBox):
        return control.isChecked()
    if isinstance(control, QComboBox):
        return control.currentData()
    if isinstance(control, QLineEdit):
        text = control.text().strip()
        return parse_shares(text) if info.kind == "shares" else text
    return control.value() / 100 if info.kind == "share" else control.value()


def put(info: FieldInfo, control: Control, value: Any) -> None:
    """Let the control show ``value``."""
    if isinstance(control, QCheckBox):
        control.setChecked(bool(value))
    elif isinstance(control, QComboBox):
        control.setCurrentIndex(max(0, control.findData(value)))
    elif isinstance(control, QLineEdit):
        control.setText(write_shares(value) if info.kind == "shares" else str(value))
    elif isinstance(control, QSpinBox):
        control.setValue(int(value))
    else:
        control.setValue(100 * float(value) if info.kind == "share" else float(value))


def parse_shares(text: str) -> dict[str, float]:
    """``text`` like ``cat = 0.3, dog = 0.7`` as name to number; parts that are not of that kind are left out."""
    found = {}
    for part in text.split(","):
        name, mark, number = part.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            continue
        if mark and name.strip() and value >= 0:
            found[name.strip()] = value
    return found


def write_shares(shares: Mapping[str, float]) -> str:
    """``shares`` as `parse_shares` reads them."""
    return ", ".join(f"{name} = {value:g}" for name, value in shares.items())


def align_labels(forms: Sequence[QFormLayout]) -> None:
    """Give the labels of ``forms`` one width, so that the fields of all begin at the same place."""
    labels = []
    for form in forms:
        for row in range(form.rowCount()):
            item = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
            label = item.widget() if item is not None else None
            if label is not None:
                labels.append(label)
    width = max((label.sizeHint().width() for label in labels), default=0)
    for label in labels:
        label.setMinimumWidth(width)


class FieldSet(QWidget):
    """The fields of one part of a form, one below the other. Signal: ``changed``, by a person or by ``set_values``."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._infos: tuple[FieldInfo, ...] = ()
        self._columns: Mapping[bool | None, tuple[str, ...]] = {}
        self.controls: dict[str, Control] = {}
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setHorizontalSpacing(SMALL)
        self.form.setVerticalSpacing(TIGHT + 2)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def set_fields(self, infos: tuple[FieldInfo, ...]) -> None:
        """Show ``infos`` with their defaults in place of what was there."""
        if infos == self._infos:
            return
        while self.form.rowCount():
            self.form.removeRow(0)
        self._infos, self.controls = infos, {}
        for info in infos:
            control = self.controls[info.name] = make_control(info)
            if isinstance(control, QComboBox) and info.kind == "column":
                fill_choices(info, control, self._columns.get(info.numeric, ()))
            self.form.addRow(tr(info.title), control)
            _edited(control, self._on_edited)
        self.setVisible(bool(infos))
        self._show_dependence()

    def show_only(self, leave_out: str) -> None:
        """Show every field but the one called ``leave_out``."""
        for name, control in self.controls.items():
            self.form.setRowVisible(control, name != leave_out)

    def set_columns(self, categorical: Sequence[str], numeric: Sequence[str]) -> None:
        """Offer these metadata columns to the fields that want one; a choice that is gone becomes none."""
        self._columns = {False: tuple(categorical), True: tuple(numeric), None: (*categorical, *numeric)}
        for info in self._infos:
            control = self.controls[info.name]
            if isinstance(control, QComboBox) and info.kind == "column":
                fill_choices(info, control, self._columns[info.numeric])
        self._on_edited()

    @property
    def shown(self) -> dict[str, Any]:
        """What the fields show, by name."""
        return {info.name: value_of(info, self.controls[info.name]) for info in self._infos}

    @property
    def values(self) -> dict[str, Any]:
        """What the fields say, by name; one whose ``depends`` says nothing is at its default."""
        found = self.shown
        for info in self._infos:
            if info.depends and not found[info.depends]:
                found[info.name] = info.default
        return found

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show ``values`` by name, and the default of every field that is not among them."""
        for info in self._infos:
            with QSignalBlocker(self.controls[info.name]):
                put(info, self.controls[info.name], values.get(info.name, info.default))
        self._on_edited()

    def _on_edited(self) -> None:
        self._show_dependence()
        self.changed.emit()

    def _show_dependence(self) -> None:
        infos = {info.name: info for info in self._infos}
        for info in self._infos:
            if info.depends:
                needed, control = infos[info.depends], self.controls[info.name]
                there = bool(value_of(needed, self.controls[info.depends]))
                first = tr("Choose a value for “{field}” first.", field=tr(needed.title))
                control.setEnabled(there)
                control.setToolTip(tr(info.help) if there else f"{tr(info.help)}\n{first}")
                label = self.form.labelForField(control)
                if label is not None:
                    label.setEnabled(there)
                    label.setToolTip("" if there else first)


def _edited(control: Control, run: Callable[[], None]) -> None:
    if isinstance(control, QCheckBox):
        control.toggled.connect(lambda _on: run())
    elif isinstance(control, QComboBox):
        control.currentIndexChanged.connect(lambda _index: run())
    elif isinstance(control, QLineEdit):
        control.textChanged.connect(lambda _text: run())
    else:
        control.valueChanged.connect(lambda _value: run())
