"""The keys of the actions: those that the program came with, and those that the user chose instead."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence

from desktop_al import settings
from desktop_al.gui.action_words import plain
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.keys_in_force import keys_in_force

NATIVE = QKeySequence.SequenceFormat.NativeText
PORTABLE = QKeySequence.SequenceFormat.PortableText


@dataclass(frozen=True, slots=True)
class LocalKey:
    """A key that means something only where the focus is: ``place`` is one of `PLACES`.

    One with a ``name`` can be given another key; those that move, leave or open are the same in every program.
    """

    place: str
    text: str
    keys: str
    name: str = ""


PLACES = {
    "map": later("On the map"),
    "gallery": later("In the gallery"),
    "loupe": later("In the loupe"),
    "filter": later("In the filters"),
}
LOCAL_KEYS = (
    LocalKey("map", later("Fit the map"), "F", "map.fit"),
    LocalKey("map", later("Fit the highlight"), "Shift+F", "map.fit_highlight"),
    LocalKey("map", later("Lasso"), "L", "map.lasso"),
    LocalKey("map", later("Rectangle"), "R", "map.rectangle"),
    LocalKey("map", later("Brush"), "D", "map.brush"),
    LocalKey("map", later("Smaller brush"), "[", "map.smaller"),
    LocalKey("map", later("Larger brush"), "]", "map.larger"),
    LocalKey("map", later("Names of regions"), "G", "map.labels"),
    LocalKey("map", later("Reach"), "Shift+C", "map.coverage"),
    LocalKey("map", later("Where the map misleads"), "H", "map.trust"),
    LocalKey("map", later("Two maps"), "M", "map.pair"),
    LocalKey("map", later("Zoom in"), "+"),
    LocalKey("map", later("Zoom out"), "-"),
    LocalKey("map", later("Back to the view before"), "Backspace", "map.back"),
    LocalKey("map", later("Forward again"), "Shift+Backspace", "map.forward"),
    LocalKey("map", later("Enlarge"), "Space"),
    LocalKey("map", later("Leave one thing"), "Esc"),
    LocalKey("map", later("To the next image in a direction"), later("Arrow keys")),
    LocalKey("map", later("Add to the highlight"), later("Shift + drag")),
    LocalKey("map", later("Take from the highlight"), later("Alt + drag")),
    LocalKey("gallery", later("Enlarge"), "Space"),
    LocalKey("gallery", later("Highlight the section"), "G", "gallery.section"),
    LocalKey("gallery", later("Spread out a stack"), "S", "gallery.stack"),
    LocalKey("gallery", later("Go to a file name"), "J", "gallery.jump"),
    LocalKey("gallery", later("Fold the section"), "Ctrl+Left"),
    LocalKey("gallery", later("Unfold the section"), "Ctrl+Right"),
    LocalKey("gallery", later("To the next image in a direction"), later("Arrow keys")),
    LocalKey("gallery", later("Size of the thumbnails"), later("Ctrl + wheel")),
    LocalKey("loupe", later("Full size"), "Z", "loupe.full"),
    LocalKey("loupe", later("Zoom in"), "+"),
    LocalKey("loupe", later("Zoom out"), "-"),
    LocalKey("loupe", later("Move over the enlarged image"), later("Shift + arrow keys")),
    LocalKey("loupe", later("Filmstrip"), "H", "loupe.strip"),
    LocalKey("loupe", later("Close"), "Esc"),
    LocalKey("filter", later("Show what can be written"), "Ctrl+Space"),
    LocalKey("filter", later("Switch a filter off or on"), "Space"),
    LocalKey("filter", later("Change a filter"), "F2"),
    LocalKey("filter", later("Remove a filter"), "Del"),
)


class Shortcuts(QObject):
    """The keys of the actions of one window, and of the local commands; the latest window's are in force.

    Signal: ``changed(name)`` an action or local command has another key.
    """

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._local = {local.name: local for local in LOCAL_KEYS if local.name}
        self._defaults: dict[str, QKeySequence] = {}
        self._keys: dict[str, QKeySequence] = {}
        self._tips: dict[str, str] = {}
        self.wrong: list[str] = []
        self._chosen = settings.shortcuts()
        for name, local in self._local.items():
            self._begin(name, QKeySequence(local.keys))

    def add(self, name: str, action: QAction, keys: QKeySequence, tip: str = "") -> None:
        """Give ``action`` the key that the user chose, else ``keys``; ``tip`` is told with the key."""
        self._actions[name], self._tips[name] = action, tip
        self._begin(name, keys)

    def _begin(self, name: str, keys: QKeySequence) -> None:
        self._defaults[name] = keys
        chosen = self._chosen.get(name)
        if chosen is not None and not valid(chosen):
            self.wrong.append(
                tr("The shortcut “{keys}” of {name} in the settings is no key; it is ignored.", keys=chosen, name=name)
            )
            chosen = None
        self._apply(name, keys if chosen is None else QKeySequence(chosen, PORTABLE))

    def _apply(self, name: str, keys: QKeySequence) -> None:
        self._keys[name] = keys
        keys_in_force().put(name, keys)
        if name in self._local:
            return
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

    def local(self, name: str) -> LocalKey | None:
        """The local command ``name``, None for an action."""
        return self._local.get(name)

    def text(self, name: str) -> str:
        """What ``name`` does, in words."""
        local = self._local.get(name)
        return tr(local.text) if local is not None else plain(self._actions[name].text()).rstrip("…")

    def shown(self, name: str) -> str:
        """The key of ``name`` as people read it, "" for none."""
        return self._keys[name].toString(NATIVE)

    def is_own(self, name: str) -> bool:
        """Whether the user chose the key of ``name``."""
        return self._keys[name] != self._defaults[name]

    def holders(self, keys: QKeySequence, but: str) -> list[str]:
        """What else has ``keys`` where ``but`` means something: actions first, as they hold in the whole window."""
        if keys.isEmpty():
            return []
        names = [*self._actions, *self._local]
        return [name for name in names if name != but and self._keys[name] == keys and self._meet(name, but)]

    def _meet(self, one: str, two: str) -> bool:
        places = {self._local[name].place for name in (one, two) if name in self._local}
        return len(places) < 2

    def set(self, changes: Mapping[str, QKeySequence]) -> None:
        """Give other keys and keep that; raises OSError where it cannot be kept, though the keys hold."""
        kept: dict[str, str | None] = {}
        for name, keys in changes.items():
            self._apply(name, keys)
            kept[name] = None if keys == self._defaults[name] else keys.toString(PORTABLE)
        for name in changes:
            self.changed.emit(name)
        self._chosen = settings.save_shortcuts(kept)

    def take(self, name: str, keys: QKeySequence) -> None:
        """Give ``name`` the key, and take it from whatever has it now; raises OSError."""
        self.set({name: keys} | {other: QKeySequence() for other in self.holders(keys, but=name)})

    def reset(self, name: str) -> None:
        """Give ``name`` the key that it came with, and take that from whoever has it now; raises OSError."""
        self.take(name, self._defaults[name])

    def reset_all(self) -> None:
        """Give all the keys that they came with; raises OSError."""
        self.set(dict(self._defaults))


def valid(text: str) -> bool:
    """Whether ``text`` names a key, or none."""
    keys = QKeySequence(text, PORTABLE)
    return not text or (keys.count() == 1 and bool(keys.toString(PORTABLE)))
