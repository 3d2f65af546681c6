"""The slim bar above the map: tools, zoom, thumbnails, and what colours the points."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from desktop_al.gui.icons import icon
from desktop_al.gui.map.canvas import Tool
from desktop_al.gui.map.colouring import ColourBy
from desktop_al.gui.text import readable
from desktop_al.gui.theme import SMALL, TIGHT

TOOLS = {
    Tool.PAN: ("Pan", "Drag to move the map; with Shift or Alt held, drag a rectangle"),
    Tool.RECTANGLE: ("Rectangle (R)", "Drag around samples; Shift adds, Alt subtracts, both intersect"),
    Tool.LASSO: ("Lasso (L)", "Draw around samples; Shift adds, Alt subtracts, both intersect"),
}


class MapToolbar(QWidget):
    """Asks; the `MapWidget` does.

    Signals: ``tool_chosen(Tool)``, ``fit_asked``, ``zoom_asked(direction)``, ``switched(name, on)`` with a name out of
    `desktop_al.gui.map.looks.SWITCHES`, ``colour_chosen(ColourBy)``.
    """

    tool_chosen = Signal(object)
    fit_asked = Signal()
    zoom_asked = Signal(int)
    switched = Signal(str, bool)
    colour_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons: dict[QToolButton, str] = {}
        self._choices: list[ColourBy] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(SMALL, TIGHT, SMALL, TIGHT)
        self._layout.setSpacing(2)
        self.tools: dict[Tool, QToolButton] = {}
        group = QButtonGroup(self)
        for tool, (name, tip) in TOOLS.items():
            button = self._button(f"map-{tool.value}", name, tip)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, tool=tool: self.tool_chosen.emit(tool))
            group.addButton(button)
            self.tools[tool] = button
        self.tools[Tool.PAN].setChecked(True)
        self._separate()
        self.fit = self._button("map-fit", "Fit (F)", "Show all of the map")
        self.fit.clicked.connect(lambda: self.fit_asked.emit())
        self.zoom_in = self._button("map-zoom-in", "Zoom in (+)", "Zoom in; the wheel zooms at the mouse")
        self.zoom_in.clicked.connect(lambda: self.zoom_asked.emit(1))
        self.zoom_out = self._button("map-zoom-out", "Zoom out (−)", "Zoom out; Backspace returns to the view before")
        self.zoom_out.clicked.connect(lambda: self.zoom_asked.emit(-1))
        self._separate()
        self.thumbs = self._button("map-thumbs", "Thumbnails", "Draw thumbnails where there is room for them")
        self.legend = self._button("map-legend", "Legend", "Show the legend")
        self.labels = self._button(
            "map-labels", "Region labels (T)", "Name each region by the value of the colour that sets it apart"
        )
        self.switches = {"thumbs": self.thumbs, "legend": self.legend, "labels": self.labels}
        for name, button in self.switches.items():
            button.setCheckable(True)
            button.setChecked(True)
            button.toggled.connect(lambda on, name=name: self.switched.emit(name, on))
        self._layout.addStretch(1)
        label = QLabel("Colour by")
        label.setProperty("kind", "muted")
        self._layout.addWidget(label)
        self._layout.addSpacing(TIGHT)
        self.colour = QComboBox()
        self.colour.setAccessibleName("Colour by")
        self.colour.setToolTip("What the colours of the points mean")
        self.colour.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.colour.setMinimumContentsLength(8)
        self.colour.setMaximumWidth(200)
        self.colour.activated.connect(lambda place: self.colour_chosen.emit(self._choices[place]))
        label.setBuddy(self.colour)
        self._layout.addWidget(self.colour)
        self.refresh_icons()

    def refresh_icons(self) -> None:
        """Draw the icons in the colours of the theme in use."""
        for button, name in self._icons.items():
            button.setIcon(icon(name))

    def set_choices(self, choices: list[ColourBy], chosen: ColourBy) -> None:
        """List what the points can be coloured by."""
        if choices != self._choices:
            self._choices = choices
            with QSignalBlocker(self.colour):
                self.colour.clear()
                for choice in choices:
                    self.colour.addItem(readable(choice.title))
        with QSignalBlocker(self.colour):
            self.colour.setCurrentIndex(choices.index(chosen) if chosen in choices else 0)

    def show_tool(self, tool: Tool) -> None:
        """Mark ``tool`` as the one in use."""
        self.tools[tool].setChecked(True)

    def show_switch(self, name: str, on: bool) -> None:
        """Show whether the switch ``name`` is on."""
        if name in self.switches:
            self.switches[name].setChecked(on)

    def _button(self, icon_name: str, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(f"{name}\n{tip}")
        button.setAccessibleName(name)
        button.setAccessibleDescription(tip)
        button.setIconSize(QSize(18, 18))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons[button] = icon_name
        self._layout.addWidget(button)
        return button

    def _separate(self) -> None:
        line = QFrame()
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFixedSize(1, 18)
        line.setStyleSheet("background: palette(mid); border: 0;")
        self._layout.addSpacing(TIGHT)
        self._layout.addWidget(line)
        self._layout.addSpacing(TIGHT)
