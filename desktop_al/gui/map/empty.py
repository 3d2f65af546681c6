"""What the map says while it has nothing to draw: what is missing, and what to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.theme import MEDIUM, SMALL


class EmptyMap(QWidget):
    """Signal: ``asked(what)``, "add", "embed" or "unreadable", when the button is pressed."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._text, self.button = QLabel(), QLabel(), QPushButton()
        self._title.setProperty("kind", "title")
        self._text.setProperty("kind", "muted")
        self._text.setWordWrap(True)
        self._text.setFixedWidth(340)
        self.button.setProperty("kind", "primary")
        self._what = ""
        self.button.clicked.connect(lambda: self.asked.emit(self._what))
        # It stands where the map will be, and must not keep that from being smaller than these words.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        layout = QVBoxLayout(self)
        layout.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.setSpacing(SMALL)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(MEDIUM)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)

    def say(self, samples: int, working: bool, usable: bool = True) -> None:
        """Say what is missing for a map of ``samples``; ``working`` while a job is about to bring it.

        Where no file is ``usable`` there is nothing to make a map of.
        """
        if working:
            text = tr("The first images appear here a few seconds after they are embedded.")
            self._set(tr("The map is on its way"), text)
        elif samples == 0:
            text = tr("Add a folder of images: they stay where they are.")
            self._set(tr("No images yet"), text, tr("Add images…"), "add")
        elif not usable:
            text = trn(
                "The file cannot be used, so that there is nothing to place. See why; mend it, or take another image, "
                "and add its folder.",
                "None of the {count:,} files can be used, so that there is nothing to place. See why; mend them, or "
                "take other images, and add their folder.",
                samples,
            )
            self._set(tr("No image can be used"), text, tr("See why…"), "unreadable")
        else:
            # What is embedded already costs nothing again, so that one button does in either case.
            text = trn(
                "Embed and place the image.",
                "Embed and place the {count:,} images: those that look alike come to lie side by side.",
                samples,
            )
            self._set(tr("No map yet"), text, tr("Make the map"), "embed")

    def _set(self, title: str, text: str, button: str = "", what: str = "") -> None:
        self._title.setText(title)
        self._text.setText(text)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self._what = what
        self.setAccessibleName(f"{title}. {text}")
