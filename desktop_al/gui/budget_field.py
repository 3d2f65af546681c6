"""How many images to pick: automatic, a number, a share, or as many as each stand for enough images."""

from enum import IntEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QSpinBox, QVBoxLayout, QWidget

from desktop_al.domain.specs import SelectSpec
from desktop_al.gui.eliding import ElidedChoice
from desktop_al.gui.i18n import later, tr, trn
from desktop_al.gui.theme import TIGHT

COUNT_WIDTH, SHARE_WIDTH = 92, 72
# Each label stands for at least so many images.
LEAST_STEPS: tuple[int, ...] = tuple(digit * power for power in (1, 10, 100, 1000) for digit in (1, 2, 5))


class Budget(IntEnum):
    """The ways to say it."""

    AUTOMATIC = 0
    FIXED = 1
    SHARE = 2
    LEAST = 3


NAMES = {
    Budget.AUTOMATIC: later("Automatic"),
    Budget.FIXED: later("Fixed number"),
    Budget.SHARE: later("Share of the pool"),
    Budget.LEAST: later("Images per label"),
}


class BudgetField(QWidget):
    """Edits the count of a `SelectSpec`. Signal: ``changed``."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rule, self.count = ElidedChoice(), QSpinBox()
        self.least = QSlider(Qt.Orientation.Horizontal)
        self._least_text = QLabel()
        self._build()
        self.rule.currentIndexChanged.connect(self._show_rule)
        self.count.valueChanged.connect(self.changed)
        self.least.valueChanged.connect(self._show_least)
        self._show_rule(Budget.AUTOMATIC)

    def _build(self) -> None:
        self.rule.addItems([tr(NAMES[rule]) for rule in Budget])
        self.rule.setAccessibleName(tr("Budget"))
        self.rule.setToolTip(tr("Automatic stops where 10 % more labels would buy less than 1 % more coverage"))
        self.count.setAccessibleName(tr("Number of images to pick"))
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.least.setRange(0, len(LEAST_STEPS) - 1)
        self.least.setValue(LEAST_STEPS.index(20))
        self.least.setPageStep(3)
        self.least.setAccessibleName(tr("Images that each label stands for, at the least"))
        self._least_text.setProperty("kind", "small")
        self._least_text.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        row.addWidget(self.rule, 1)
        row.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(row)
        column.addWidget(self.least)
        column.addWidget(self._least_text)

    def _show_rule(self, index: int) -> None:
        share = index == Budget.SHARE
        self.count.setVisible(index in (Budget.FIXED, Budget.SHARE))
        self.count.setSuffix(" %" if share else "")
        # The widest number that it can hold is far wider than any that is asked for, and the panel is narrow.
        self.count.setFixedWidth(SHARE_WIDTH if share else COUNT_WIDTH)
        self.count.setRange(1, 100 if share else 10_000_000)
        self.count.setValue(5 if share else 100)
        for widget in (self.least, self._least_text):
            widget.setVisible(index == Budget.LEAST)
        self._show_least()

    def _show_least(self) -> None:
        images = self.least_images
        text = trn(
            "Each label stands for at least {count:,} image", "Each label stands for at least {count:,} images", images
        )
        self._least_text.setText(text)
        self.least.setToolTip(tr("{rule}: picks are taken while each further one serves that many better", rule=text))
        self.changed.emit()

    @property
    def least_images(self) -> int:
        """What the slider says."""
        return LEAST_STEPS[self.least.value()]

    def apply(self, spec: SelectSpec) -> tuple[str, float]:
        """``count`` and ``least_images`` of a `SelectSpec`; what is not asked for is as in ``spec``."""
        rule = Budget(self.rule.currentIndex())
        texts = {Budget.FIXED: str(self.count.value()), Budget.SHARE: f"{self.count.value()}%"}
        least = float(self.least_images) if rule is Budget.LEAST else spec.least_images
        return texts.get(rule, spec.count), least
