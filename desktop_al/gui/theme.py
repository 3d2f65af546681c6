"""The one visual language: every colour, spacing, radius and type size of the window.

State and class colours are those of Okabe and Ito, which stay apart for colour-blind eyes; states differ in shape too.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop_al.domain.colours import ON_DARK, ON_LIGHT, Colours
from desktop_al.domain.records import SampleState
from desktop_al.gui.i18n import later
from desktop_al.gui.restyling import restyle
from desktop_al.gui.style_sheet import style_sheet

# Spacings, in device-independent pixels.
TIGHT, SMALL, MEDIUM, LARGE, HUGE = 4, 8, 12, 16, 28
RADIUS = 6
# Type sizes, in device-independent pixels.
TYPE_SMALL, TYPE_BODY, TYPE_TITLE, TYPE_DISPLAY = 11, 13, 16, 28


class Shape(StrEnum):
    """How a state is drawn where points are large enough to have a shape."""

    DISC = "disc"
    CROSS = "cross"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    SQUARE = "square"


STATE_SHAPES: dict[SampleState, Shape] = {
    SampleState.UNLABELLED: Shape.DISC,
    SampleState.REJECTED: Shape.CROSS,
    SampleState.PENDING: Shape.DIAMOND,
    SampleState.ACCEPTED: Shape.TRIANGLE,
    SampleState.LABELLED: Shape.SQUARE,
}
STATE_NAMES: dict[SampleState, str] = {
    SampleState.UNLABELLED: later("Unlabelled"),
    SampleState.REJECTED: later("Rejected"),
    SampleState.PENDING: later("Pending"),
    SampleState.ACCEPTED: later("Accepted"),
    SampleState.LABELLED: later("Labelled"),
}


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one appearance, as ``#RRGGBB``.

    ``canvas`` lies behind the map and the gallery, ``surface`` behind panels, ``raised`` behind controls; ``hover``
    fills what lies under the mouse, which has an outline of ``faint``, and ``pressed`` what is held down; ``line``
    separates; ``text``, ``muted`` and ``faint`` are three strengths of text; ``accent`` marks what acts, and so do
    ``accent_hover`` and ``accent_pressed`` under the mouse; ``on_accent`` is text upon the
    three; ``focus`` outlines what has the focus and ``highlight`` what is highlighted; ``ok``, ``warning`` and
    ``error`` tell how something went; ``states`` are in the order of `SampleState`; ``sides`` are those of two compared
    batches; ``channels`` are red, green and blue in histograms; ``colours`` are those of classes and
    states, which every picture has, with or without a window.
    """

    dark: bool
    colours: Colours
    canvas: str
    surface: str
    raised: str
    hover: str
    pressed: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    highlight: str
    focus: str
    ok: str
    warning: str
    error: str
    error_back: str
    states: tuple[str, str, str, str, str]
    sides: tuple[str, str]
    channels: tuple[str, str, str]

    @staticmethod
    def current() -> "Theme":
        """Return the theme in use."""
        return _watch.theme

    def state_colour(self, state: int) -> QColor:
        """Return the colour of `SampleState` ``state``."""
        return QColor(self.states[state])

    def class_colour(self, code: int) -> QColor:
        """Return the colour of class ``code``, -1 for none."""
        return QColor(self.colours.of_class(code))


DARK = Theme(
    dark=True,
    colours=ON_DARK,
    canvas=ON_DARK.canvas,
    surface="#1E2128",
    raised="#2A2E37",
    hover="#363B47",
    pressed="#505869",
    line="#3C424E",
    text="#E9EBEF",
    muted="#A4ABB8",
    faint="#7C8594",
    accent="#4C9BE8",
    accent_hover="#8CC4FF",
    accent_pressed="#3F86CC",
    on_accent="#0B1420",
    highlight="#FFFFFF",
    focus="#8CC4FF",
    ok="#3CC29A",
    warning="#F0B53C",
    error="#FF8A66",
    error_back="#3A241E",
    states=ON_DARK.states,
    sides=("#F0E442", "#E58CC0"),
    channels=("#E8705A", "#4FB477", "#5B9BE6"),
)
LIGHT = Theme(
    dark=False,
    colours=ON_LIGHT,
    canvas=ON_LIGHT.canvas,
    surface="#F4F5F7",
    raised="#FFFFFF",
    hover="#E6E9EE",
    pressed="#BCC4D1",
    line="#D5D9E0",
    text="#1B1F27",
    muted="#586273",
    faint="#717B8B",
    accent="#0B66B8",
    accent_hover="#08457D",
    accent_pressed="#052E55",
    on_accent="#FFFFFF",
    highlight="#111111",
    focus="#0B66B8",
    ok="#00775A",
    warning="#8A5800",
    error="#B23A00",
    error_back="#FCEBE4",
    states=ON_LIGHT.states,
    sides=("#7A6A00", "#A83279"),
    channels=("#C23B22", "#1E8449", "#1F5FBF"),
)


class ThemeWatch(QObject):
    """Tells when the appearance changed; there is one, `theme_watch()`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme = DARK

    def switch(self, theme: Theme) -> None:
        """Make ``theme`` the one in use and tell everyone."""
        if theme is not self.theme:
            self.theme = theme
            self.changed.emit()


_watch = ThemeWatch()


def theme_watch() -> ThemeWatch:
    """Return the object whose signal ``changed`` tells that `Theme.current()` is another one."""
    return _watch


def apply_appearance(app: QApplication, choice: str = "system") -> None:
    """Give ``app`` the colours of ``choice``: "system" follows the system, else "dark" or "light"."""
    dark = choice == "dark" or (choice == "system" and system_is_dark())
    theme = DARK if dark else LIGHT
    font = QFont(app.font())
    font.setPixelSize(TYPE_BODY)
    app.setFont(font)
    app.setPalette(palette(theme))
    restyle(app, style_sheet(_names(theme)))
    _watch.switch(theme)


def system_is_dark() -> bool:
    """Whether the system asks for a dark appearance."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def palette(theme: Theme) -> QPalette:
    """``theme`` as a Qt palette."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    colours = {
        role.Window: theme.surface,
        role.WindowText: theme.text,
        role.Base: theme.canvas,
        role.AlternateBase: theme.surface,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.PlaceholderText: theme.muted,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Light: theme.hover,
        role.Midlight: theme.hover,
        role.Mid: theme.line,
        role.Dark: theme.line,
        role.Accent: theme.accent,
    }
    result = QPalette()
    for key, colour in colours.items():
        result.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(group.Disabled, key, QColor(theme.faint))
    return result


def _names(theme: Theme) -> dict[str, object]:
    sizes = {"tight": TIGHT, "small": SMALL, "medium": MEDIUM, "large": LARGE, "huge": HUGE, "radius": RADIUS}
    types = {"type_small": TYPE_SMALL, "type_body": TYPE_BODY, "type_title": TYPE_TITLE, "type_display": TYPE_DISPLAY}
    return asdict(theme) | sizes | types
