"""The keys of the actions: those that the program came with, and those that the user chose instead."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence

from desktop_al import settings
from desktop_al.gui.i18n import later, tr

NATIVE = QKeySequence.SequenceFormat.NativeText
PORTABLE = QKeySequence.SequenceFormat.PortableText


@dataclass(frozen=True, slots=True)
class LocalKey:
    """A key that means something only where the focus is: ``place`` is one of `PLACES`."""

    place: str
    text: str
    keys: str


PLACES = {
    "map": later("On the map"),
    "gallery": later("In the gallery"),
    "loupe": later("In the loupe"),
    "filter": later("In the filters"),
}
LOCAL_KEYS = (
    LocalKey("map", later("Fit the map"), "F"),
    LocalKey("map", later("Fit the highlight"), "Shift+F"),
    LocalKey("map", later("Lasso"), "L"),
    LocalKey("map", later("Rectangle"), "R"),
    LocalKey("map", later("Brush"), "D"),
    LocalKey("map", later("Smaller brush"), "["),
    LocalKey("map", later("Larger brush"), "]"),
    LocalKey("map", later("Names of regions"), "G"),
    LocalKey("map", later("Coverage"), "Shift+C"),
    LocalKey("map", later("Where the map misleads"), "H"),
    LocalKey("map", later("Two maps"), "M"),
    LocalKey("map", later("Zoom in"), "+"),
    LocalKey("map", later("Zoom out"), "-"),
    LocalKey("map", later("Back to the view before"), "Backspace"),
    LocalKey("map", later("Forward again"), "Shift+Backspace"),
    LocalKey("map", later("Enlarge"), "Space"),
    LocalKey("map", later("Leave one thing"), "Esc"),
    LocalKey("map", later("To the next image in a direction"), later("Arrow keys")),
    LocalKey("map", later("Add to the highlight"), later("Shift + drag")),
    LocalKey("map", later("Take from the highlight"), later("Alt + drag")),
    LocalKey("gallery", later("Enlarge"), "Space"),
    LocalKey("gallery", later("Highlight the section"), "G"),
    LocalKey("gallery", later("Spread out a stack"), "S"),
    LocalKey("gallery", later("Fold the section"), "Ctrl+Left"),
    LocalKey("gallery", later("Unfold the section"), "Ctrl+Right"),
    LocalKey("gallery", later("To the next image in a direction"), later("Arrow keys")),
    LocalKey("gallery", later("Size of the thumbnails"), later("Ctrl + wheel")),
    LocalKey("loupe", later("Full size"), "Z"),
    LocalKey("loupe", later("Zoom in"), "+"),
    LocalKey("loupe", later("Zoom out"), "-"),
    LocalKey("loupe", later("Filmstrip"), "H"),
    LocalKey("loupe", later("Close"), "Esc"),
    LocalKey("filter", later("Show what can be written"), "Ctrl+Space"),
    LocalKey("filter", later("Switch a filter off or on"), "Space"),
    LocalKey("filter", later("Change a filter"), "F2"),
    LocalKey("filter", later("Remove a filter"), "Del"),
)


class Shortcuts(QObject):
    """The keys of the actions of one window. Signal: ``changed(name)`` an action has another key."""

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._defaults: dict[str, QKeySequence] = {}
        self._tips: dict[str, str] = {}
        self.wrong: list[str] = []
        self._chosen = settings.shortcuts()

    def add(self, name: str, action: QAction, keys: QKeySequence, tip: str = "") -> None:
        """Give ``action`` the key that the user chose, else ``keys``; ``tip`` is told with the key."""
        self._actions[name], self._defaults[name], self._tips[name] = action, keys, tip
        chosen = self._chosen.get(name)
        if chosen is not None and not valid(chosen):
            self.wrong.append(
                tr("The shortcut “{keys}” of {name} in the settings is no key; it is ignored.", keys=chosen, name=name)
            )
            chosen = None
        self._apply(name, keys if chosen is None else QKeySequence(chosen, PORTABLE))

    def _apply(self, name: str, keys: QKeySequence) -> None:
        action, tip = self._actions[name], self._tips[name]
        action.setShortcut(keys)
        shown = keys.toString(NATIVE)
        if tip:
            action.setToolTip(tr("{tip} ({keys})", tip=tip, keys=shown) if shown else tip)

    def action(self, name: str) -> QAction:
        """The action ``name``."""
        return self._actions[name]

    @property
    def names(self) -> list[str]:
        """The names of the actions, in the order in which they came."""
        return list(self._actions)

    def shown(self, name: str) -> str:
        """The key of ``name`` as people read it, "" for none."""
        return self._actions[name].shortcut().toString(NATIVE)

    def is_own(self, name: str) -> bool:
        """Whether the user chose the key of ``name``."""
        return self._actions[name].shortcut() != self._defaults[name]

    def holder(self, keys: QKeySequence, but: str = "") -> str | None:
        """The action, other than ``but``, that has ``keys``; None where there is none."""
        if keys.isEmpty():
            return None
        return next((name for name, action in self._actions.items() if name != but and action.shortcut() == keys), None)

    def set(self, changes: Mapping[str, QKeySequence]) -> None:
        """Give actions other keys and keep that; raises OSError where it cannot be kept, though the keys hold."""
        kept: dict[str, str | None] = {}
        for name, keys in changes.items():
            self._apply(name, keys)
            kept[name] = None if keys == self._defaults[name] else keys.toString(PORTABLE)
        for name in changes:
            self.changed.emit(name)
        self._chosen = settings.save_shortcuts(kept)

    def reset(self, name: str) -> None:
        """Give ``name`` the key that it came with, and take that from whoever has it now; raises OSError."""
        keys = self._defaults[name]
        other = self.holder(keys, but=name)
        self.set({name: keys} | ({other: QKeySequence()} if other is not None else {}))

    def reset_all(self) -> None:
        """Give all actions the keys that they came with; raises OSError."""
        self.set(dict(self._defaults))


def valid(text: str) -> bool:
    """Whether ``text`` names a key, or none."""
    keys = QKeySequence(text, PORTABLE)
    return not text or (keys.count() == 1 and bool(keys.toString(PORTABLE)))
