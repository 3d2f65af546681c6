"""What a model sees of an image of the pool, and what it makes of it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGroupBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_al.domain.models import ModelTrial
from desktop_al.gui.batch_words import percent
from desktop_al.gui.i18n import tr
from desktop_al.gui.theme import LARGE, MEDIUM, TIGHT

SHOWN_SIDE = 224


def trial_text(trial: ModelTrial) -> str:
    """Say what the model made of the image."""
    low, high = trial.value_range
    lines = [
        tr("Input from {low:.2f} to {high:.2f}", low=low, high=high),
        tr("Embedding of {count:,} numbers", count=trial.dim),
    ]
    if trial.classes:
        listed = ", ".join(f"{index} ({percent(share)})" for index, share in trial.classes)
        lines.append(tr("Likeliest classes: {listed}", listed=listed))
    return "\n".join(lines)


class TrialBox(QGroupBox):
    """Shows a `ModelTrial`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("On an image of your pool"), parent)
        self._picture, self._result = QLabel(self), QLabel(self)
        self._picture.setFixedSize(SHOWN_SIDE, SHOWN_SIDE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setProperty("kind", "muted")
        self._result.setWordWrap(True)
        hint = QLabel(tr("What the model sees, after cropping and scaling:"), self)
        hint.setProperty("kind", "muted")
        hint.setWordWrap(True)
        texts = QVBoxLayout()
        texts.setSpacing(TIGHT)
        texts.addWidget(hint)
        texts.addWidget(self._result)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        row.setSpacing(LARGE)
        row.addWidget(self._picture)
        row.addLayout(texts, 1)

    def say(self, sentence: str) -> None:
        """Show ``sentence`` in place of a result."""
        self._result.setText(sentence)

    def show_trial(self, trial: ModelTrial | None) -> None:
        """Show ``trial``, or nothing."""
        if trial is None:
            self._picture.clear()
            self._result.clear()
            return
        height, width = trial.image.shape[:2]
        image = QImage(trial.image.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
        ratio = self.devicePixelRatioF()
        side = round(SHOWN_SIDE * ratio)
        shown = QPixmap.fromImage(image).scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        shown.setDevicePixelRatio(ratio)
        self._picture.setPixmap(shown)
        self._result.setText(trial_text(trial))
