"""The slim bar above the map: tools, how shapes join the highlight, switches, and what colours the points."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QLabel, QWidget

from desktop_al.gui.choosing import TypedChoice
from desktop_al.gui.eliding import ElidedChoice
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.map.buttons import ButtonBar
from desktop_al.gui.map.colouring import ColourBy
from desktop_al.gui.map.drawing import Tool
from desktop_al.gui.map.looks import SWITCHES as FIRST
from desktop_al.gui.map.projections import Source
from desktop_al.gui.text import readable
from desktop_al.gui.theme import MEDIUM, SMALL, TIGHT

ROOM_FOR_WORDS = 820  # pixels, from which on "Colour by" is spelled out
TOOLS = {
    Tool.PAN: (later("Pan"), later("Drag to move the map; with Shift or Alt held, drag a rectangle")),
    Tool.RECTANGLE: (later("Rectangle"), later("Drag around images; Shift adds, Alt subtracts, both intersect")),
    Tool.LASSO: (later("Lasso"), later("Draw around images; Shift adds, Alt subtracts, both intersect")),
    Tool.BRUSH: (
        later("Brush"),
        later("Paint over images; Ctrl with the wheel sizes it; Shift adds, Alt subtracts, both intersect"),
    ),
}
MODES = {
    "replace": (later("Replace"), later("What you draw becomes the highlight")),
    "add": (later("Add"), later("What you draw is added to the highlight; the same as holding Shift")),
    "subtract": (later("Subtract"), later("What you draw leaves the highlight; the same as holding Alt")),
    "intersect": (later("Intersect"), later("Only what is drawn and highlighted stays; the same as Shift and Alt")),
}
SWITCHES = {
    "thumbs": (later("Thumbnails"), later("Draw thumbnails where there is room for them")),
    "legend": (later("Legend"), later("Show the legend")),
    "labels": (
        later("Region labels"),
        later("Name each region by the value of the colour that sets it apart, or show its typical image"),
    ),
    "coverage": (
        later("Reach"),
        later("Tell apart what lies near a label, near a pick of the batch alone, and near neither"),
    ),
    "trust": (
        later("Honest map"),
        later("Hatch where neighbours on the map are none in the embedding space; link the focus to its true ones"),
    ),
    "pair": (
        later("Two maps"),
        later("Lay a second map beside this one: another model, the map before, or another colour"),
    ),
}


class MapToolbar(ButtonBar):
    """Asks; the `MapWidget` does. That of a ``second`` map has no tools, for they are those of the first.

    Signals: ``tool_chosen(Tool)``, ``mode_chosen(mode)``, ``switched(name, on)`` with a name out of `SWITCHES`,
    ``colour_chosen(ColourBy)``, ``source_chosen(Source)``,
    ``saved_toggled(bool)`` whether the saved highlights are to be shown.
    """

    tool_chosen = Signal(object)
    mode_chosen = Signal(str)
    switched = Signal(str, bool)
    colour_chosen = Signal(object)
    source_chosen = Signal(object)
    saved_toggled = Signal(bool)

    def __init__(self, second: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._choices: list[ColourBy] = []
        self._sources: list[Source] = []
        self.halves.setContentsMargins(SMALL, TIGHT, SMALL, TIGHT)
        self.halves.set_gap(TIGHT if second else MEDIUM)
        self.source = TypedChoice()
        self.source.setAccessibleName(tr("Map to show"))
        self.source.setToolTip(tr("Which projection this map shows"))
        self.source.setMaximumWidth(180)
        self.source.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.source.setMinimumWidth(60)
        self.source.activated.connect(lambda place: self.source_chosen.emit(self._sources[place]))
        self.row.addWidget(self.source)
        self.source.setVisible(second)
        self.tools = {
            tool: self.button(f"map-{tool.value}", tr(name), tr(tip), True, f"map.{tool.value}")
            for tool, (name, tip) in TOOLS.items()
        }
        line = self.separate()
        self.modes = {
            mode: self.button(f"map-{mode}", tr(name), tr(tip), checkable=True) for mode, (name, tip) in MODES.items()
        }
        for buttons, signal in ((self.tools, self.tool_chosen), (self.modes, self.mode_chosen)):
            group = QButtonGroup(self)
            for choice, button in buttons.items():
                button.clicked.connect(lambda _checked=False, choice=choice, signal=signal: signal.emit(choice))
                group.addButton(button)
        self.tools[Tool.PAN].setChecked(True)
        self.modes["replace"].setChecked(True)
        self.saved = self.button(
            "map-saved",
            tr("Saved highlights"),
            tr("Save the highlight under a name, or bring one back"),
            checkable=True,
        )
        self.saved.toggled.connect(self.saved_toggled)
        self.row.addStretch(1)
        self.go_on_in_second_half()
        self.switches = {
            name: self.button(f"map-{name}", tr(title), tr(tip), True, f"map.{name}")
            for name, (title, tip) in SWITCHES.items()
        }
        for name, button in self.switches.items():
            button.setChecked(FIRST.get(name, False))
            button.toggled.connect(lambda on, name=name: self.switched.emit(name, on))
        if second:
            for widget in (
                *self.tools.values(),
                *self.modes.values(),
                *self.switches.values(),
                self.saved,
                line,
            ):
                widget.hide()
        else:
            self.row.addStretch(1)
        self._label = QLabel(tr("Colour by"))
        self._label.setProperty("kind", "muted")
        self.row.addWidget(self._label)
        self.row.addSpacing(TIGHT)
        self.colour = ElidedChoice()
        self.colour.setAccessibleName(tr("Colour by"))
        self.colour.setToolTip(tr("What the colours of the points mean"))
        self.colour.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.colour.setMinimumContentsLength(8)
        self.colour.setMinimumWidth(90)
        self.colour.setMaximumWidth(200)
        self.colour.activated.connect(lambda place: self.colour_chosen.emit(self._choices[self.colour.itemData(place)]))
        self._label.setBuddy(self.colour)
        self.row.addWidget(self.colour)
        for chooser in (self.source, self.colour):
            # As with the buttons: after a click the keys are still those of the map, and no letter chooses anew.
            chooser.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_choices(self, choices: Sequence[ColourBy], chosen: ColourBy) -> None:
        """List what the points can be coloured by."""
        if list(choices) != self._choices:
            self._choices = list(choices)
            with QSignalBlocker(self.colour):
                self.colour.clear()
                for number, choice in enumerate(choices):
                    if number and choice.is_computed and not choices[number - 1].is_computed:
                        self.colour.insertSeparator(self.colour.count())
                    self.colour.addItem(readable(choice.title), number)
                    self.colour.setItemData(self.colour.count() - 1, choice.explanation, Qt.ItemDataRole.ToolTipRole)
        with QSignalBlocker(self.colour):
            number = self._choices.index(chosen) if chosen in self._choices else 0
            self.colour.setCurrentIndex(self.colour.findData(number))

    def set_sources(self, sources: Sequence[Source]) -> None:
        """List the projections that the map can show; the one shown stays chosen while it is among them."""
        place = self.source.currentIndex()
        shown = self._sources[place] if 0 <= place < len(self._sources) else None
        self._sources = list(sources)
        with QSignalBlocker(self.source):
            self.source.clear()
            self.source.addItems([source.title for source in sources])
            self.source.setCurrentIndex(self._sources.index(shown) if shown in self._sources else 0)
        self.adjustSize()

    def show_tool(self, tool: Tool) -> None:
        """Mark ``tool`` as the one in use."""
        self.tools[tool].setChecked(True)

    def show_mode(self, mode: str) -> None:
        """Mark ``mode`` as the one in use."""
        self.modes[mode].setChecked(True)

    def show_switch(self, name: str, on: bool) -> None:
        """Show whether the switch ``name`` is on."""
        self.switches[name].setChecked(on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out words where there is no room for them."""
        super().resizeEvent(event)
        self._label.setVisible(self.width() >= ROOM_FOR_WORDS)
