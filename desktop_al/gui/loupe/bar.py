"""The slim bar above the loupe: what shows, where it stands, and how large."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from desktop_al.domain.records import SampleState
from desktop_al.gui.eliding import Elided
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.icon_view import IconView
from desktop_al.gui.icons import icon
from desktop_al.gui.key_hints import KeyTip
from desktop_al.gui.loupe.captions import sample_words
from desktop_al.gui.pool import Pool
from desktop_al.gui.preview import frames_words
from desktop_al.gui.text import readable
from desktop_al.gui.theme import MEDIUM, SMALL, TIGHT, theme_watch

ICON_SIDE = 18
# Name: icon, words, tool tip, and whose key does the same.
BUTTONS = {
    "previous": ("arrow-left", later("Previous"), later("The image before (Left)"), ""),
    "next": ("arrow-right", later("Next"), later("The next image (Right)"), ""),
    "fit": ("map-fit", later("Fit"), later("Show all of the image"), "loupe.full"),
    "full": ("actual-size", later("100 %"), later("Show it pixel for pixel; so does a double click"), "loupe.full"),
    "compare": (
        "compare",
        later("Compare"),
        later("Beside it: the nearest labelled image and the nearest pick"),
        "compare_nearest",
    ),
    "similar": ("similar", later("Find similar"), later("Sort the gallery by likeness to this image"), "find_similar"),
    "strip": ("filmstrip", later("Filmstrip"), later("Show the images around it"), "loupe.strip"),
    "close": ("close", later("Close"), later("Back to the workspace (Space or Esc)"), ""),
}
CHECKABLE = frozenset({"compare", "strip", "fit", "full"})


class LoupeBar(QWidget):
    """Tells and asks. Signal: ``asked(name)`` a button of `BUTTONS` was pressed."""

    asked = Signal(str)

    def __init__(self, pool: Pool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self.name, self.facts = Elided(), Elided(mode=Qt.TextElideMode.ElideRight)
        self.glyph, self.place, self.scale = IconView(16), QLabel(), QLabel()
        self.name.setProperty("kind", "strong")
        for label in (self.facts, self.place, self.scale):
            label.setProperty("kind", "muted")
        for label in (self.place, self.scale):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._least_scale = self.fontMetrics().horizontalAdvance("Fit · 0000 %")
        self.scale.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.buttons: dict[str, QToolButton] = {}
        for name, (_, words, tip, command) in BUTTONS.items():
            button = self.buttons[name] = QToolButton()
            button.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
            KeyTip(button, tr(tip), command, named=tr(words))
            button.setCheckable(name in CHECKABLE)
            button.clicked.connect(lambda _checked=False, name=name: self.asked.emit(name))
        self.buttons["strip"].setChecked(True)
        self._lay_out()
        theme_watch().changed.connect(self._colour)
        self._colour()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(MEDIUM, TIGHT, SMALL, TIGHT)
        row.setSpacing(SMALL)
        row.addWidget(self.glyph)
        row.addWidget(self.name, 1)
        row.addWidget(self.facts)
        row.addSpacing(MEDIUM)
        row.addWidget(self.buttons["previous"])
        row.addWidget(self.place)
        row.addWidget(self.buttons["next"])
        row.addStretch(1)
        row.addWidget(self.scale)
        for name in ("fit", "full", "compare", "similar", "strip", "close"):
            row.addWidget(self.buttons[name])

    def _colour(self) -> None:
        for name, (file, *_) in BUTTONS.items():
            self.buttons[name].setIcon(icon(file))

    def show_sample(self, row: int, position: int, count: int, frames: int = 1) -> None:
        """Tell of the sample in ``row``, the one at ``position`` of ``count`` that are gone through.

        It is the first of ``frames`` in its file.
        """
        pool = self._pool
        state = SampleState(int(pool.state[row]))
        self.glyph.show_state(state)
        name = readable(pool.path(row).name)
        self.name.setText(name)
        self.name.setToolTip(readable(pool.path(row)))
        self.facts.setText(" · ".join([*sample_words(pool, row), *filter(None, [frames_words(frames)])]))
        place = tr("{position:,} of {count:,}", position=position + 1, count=count) if position >= 0 else ""
        self.place.setText(place)
        for button, end in (("previous", 0), ("next", count - 1)):
            self.buttons[button].setEnabled(position >= 0 and position != end)

    def show_scale(self, scale: float, fitted: bool, exact: bool) -> None:
        """Tell how large the image shows: pixels of the screen on one of its own."""
        percent = tr("{percent:.0f} %", percent=100 * scale)
        self.scale.setText(tr("Fit · {percent}", percent=percent) if fitted else percent)
        # What is said beside it gives way.
        self.scale.setMinimumWidth(max(self._least_scale, self.scale.sizeHint().width()))
        self.buttons["fit"].setChecked(fitted)
        self.buttons["full"].setChecked(exact)
