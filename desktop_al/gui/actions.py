"""Every action of the window in one table: text, tool tip, shortcut, icon, and when it can be used."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from desktop_al.gui.i18n import tr
from desktop_al.gui.icons import icon
from desktop_al.gui.shortcuts import Shortcuts
from desktop_al.gui.theme import theme_watch

Keys = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action.

    ``needs`` are facts: project, images, usable, embedded, picks, pending, decided, target, markable, highlight,
    focused and filtered.
    """

    text: str
    tip: str
    keys: str | Keys = ""
    icon: str = ""
    needs: frozenset[str] = frozenset()


PROJECT, IMAGES = frozenset({"project"}), frozenset({"images"})
EMBEDDED, PICKS, TARGET = frozenset({"usable", "embedded"}), frozenset({"picks"}), frozenset({"target"})
FILTERED = frozenset({"filtered"})
FOCUSED = frozenset({"focused"})
HIGHLIGHT, MARKABLE = frozenset({"highlight"}), frozenset({"markable"})

TABLE: Mapping[str, ActionSpec] = {
    "new": ActionSpec(
        "&New project from folders…", "Choose image folders and make a project of them", Keys.New, "folder"
    ),
    "open": ActionSpec("&Open project…", "Open a project folder (.alproject)", Keys.Open, "project"),
    "demo": ActionSpec("Open the &demo project", "Open some 3,800 emoji that come with the program", "", "demo"),
    "add": ActionSpec("&Add images…", "Add a folder of images to the pool", "Ctrl+Shift+A", "folder-add", PROJECT),
    "rescan": ActionSpec(
        "&Scan again", "Look for new, changed and missing images in the folders", Keys.Refresh, "refresh", IMAGES
    ),
    "import": ActionSpec(
        "&Import labels…", "Take labels back from a CSV file or from a folder per class", "Ctrl+L", "import", IMAGES
    ),
    "export": ActionSpec("&Export batch…", "Write the accepted picks for labelling", "Ctrl+E", "export", PICKS),
    "report": ActionSpec(
        "Save re&port…",
        "Write rounds, learning curve, coverage, redundancy and balance as a web page",
        "",
        "list",
        IMAGES,
    ),
    "close": ActionSpec("&Close project", "Close the project and go back to the start page", Keys.Close, "", PROJECT),
    "quit": ActionSpec("&Quit", "Stop all jobs and quit", Keys.Quit),
    "history": ActionSpec("H&istory", "List every step, and go to one of them", "Ctrl+Shift+H", "list", PROJECT),
    "highlight_all": ActionSpec("Highlight &all", "Highlight every image that is shown", Keys.SelectAll, "", IMAGES),
    "highlight_invert": ActionSpec("&Invert highlight", "Highlight what is not highlighted", "Ctrl+I", "", IMAGES),
    "highlight_none": ActionSpec("&Clear highlight", "Highlight nothing", "Ctrl+Shift+D", "", HIGHLIGHT),
    "highlight_grow": ActionSpec(
        "&Grow to neighbours",
        "Highlight the 8 nearest images of each highlighted one too, by their embeddings",
        "Ctrl+G",
        "grow",
        frozenset({"highlight"}) | EMBEDDED,
    ),
    "highlight_batch": ActionSpec("Highlight the &batch", "Highlight the picks of the batch", "Ctrl+B", "", PICKS),
    "filter": ActionSpec("&Filter…", "Show only images that fit a filter", Keys.Find, "filter", IMAGES),
    "filter_highlight": ActionSpec(
        "Show &only the highlighted", "Filter by what is highlighted now", "Ctrl+Shift+F", "", HIGHLIGHT
    ),
    "filter_save": ActionSpec(
        "Sa&ve these filters…", "Give the filters of now a name, to use them again", "", "map-saved", FILTERED
    ),
    "filter_scope": ActionSpec(
        "Select only a&mong these", "Pick the next batch only among the images that are shown", "", "scope", FILTERED
    ),
    "filter_clear": ActionSpec("&Show all again", "Take all filters away", "Ctrl+Shift+X", "", FILTERED),
    "accept": ActionSpec("&Accept", "Accept the pick and go to the next", "P", "check", TARGET),
    "reject": ActionSpec("&Reject", "Reject the pick and go to the next", "X", "reject", TARGET),
    "clear": ActionSpec("&Clear decision", "Take the decision back and go to the next", "U", "clear", TARGET),
    "pin": ActionSpec(
        "&Keep in the batch", "Keep these images in the batch and choose the rest around them", "K", "pin", MARKABLE
    ),
    "veto": ActionSpec(
        "&Veto", "Leave these images out of the batch and let others take their place", "V", "veto", MARKABLE
    ),
    "compare": ActionSpec(
        "C&ompare batches…", "Lay the batch beside another one, or beside another strategy", "", "compare", PICKS
    ),
    "accept_rest": ActionSpec(
        "Accept all &pending", "Accept every pick without a decision", "Ctrl+Shift+P", "", PICKS | {"pending"}
    ),
    "clear_all": ActionSpec(
        "Clear all &decisions", "Make every pick of the batch pending again", "", "", PICKS | {"decided"}
    ),
    "reveal": ActionSpec(
        "Reveal the &labels (demo)",
        "Let the demo's oracle label the picks that are not rejected",
        "",
        "",
        frozenset({"picks", "demo"}),
    ),
    **{
        f"label_{key}": ActionSpec(
            "Label with a class", "Label with the class on this key, and go to the next", str(key), "", IMAGES
        )
        for key in range(1, 10)
    },
    "unlabel": ActionSpec("&Unlabel", "Take labels away", "0", "", IMAGES),
    "label_new": ActionSpec("Label with a &new class…", "Write the name of a class", "Ctrl+Shift+C", "", IMAGES),
    "tag": ActionSpec("&Tag…", "Write a tag", "T", "tag", IMAGES),
    "note": ActionSpec("N&ote…", "Write a note about the focused image", "W", "note", IMAGES),
    "next": ActionSpec("&Next pick", "Go to the next pick of the batch", "N", "", PICKS),
    "previous": ActionSpec("Pre&vious pick", "Go to the previous pick of the batch", "B", "", PICKS),
    "next_pending": ActionSpec(
        "Next p&ending pick", "Go to the next pick without a decision", "Shift+N", "", PICKS | {"pending"}
    ),
    "enlarge": ActionSpec("&Enlarge", "Show the focused image in full; so does Space", "", "image", FOCUSED),
    "side_by_side": ActionSpec(
        "View &side by side", "Show up to four highlighted images beside each other", "Shift+Return", "", HIGHLIGHT
    ),
    "compare_nearest": ActionSpec(
        "C&ompare with the nearest",
        "Show the image beside the nearest labelled image and the nearest pick",
        "C",
        "compare",
        FOCUSED,
    ),
    "find_similar": ActionSpec(
        "Find images &alike", "Sort the gallery by likeness to the focused image", "A", "similar", FOCUSED | EMBEDDED
    ),
    "find_similar_file": ActionSpec(
        "Find images like a &file…",
        "Sort the gallery by likeness to an image file, which need not be in the project",
        "",
        "similar",
        EMBEDDED,
    ),
    "on_map": ActionSpec("Go there on the ma&p", "Show the focused image among its neighbours", "O", "map", FOCUSED),
    "in_gallery": ActionSpec("Go there in the &gallery", "Show the focused image in its order", "I", "image", FOCUSED),
    "show_file": ActionSpec("Show in the file mana&ger", "Open the folder of the focused image", "", "folder", FOCUSED),
    "copy_path": ActionSpec("Copy the &path", "Copy the path of the focused image", "Ctrl+Alt+C", "copy", FOCUSED),
    "copy_image": ActionSpec("Copy the &image", "Copy the pixels of the focused image", Keys.Copy, "copy", FOCUSED),
    "embed": ActionSpec("&Embed images", "Compute the embeddings that are missing", "Ctrl+Shift+E", "embed", IMAGES),
    "map": ActionSpec("&Update the map", "Place what is new in the map", "Ctrl+M", "map", EMBEDDED),
    "map_fresh": ActionSpec("Draw the map &afresh", "Forget the old map and make a new one", "", "", EMBEDDED),
    "select": ActionSpec("&Select a batch", "Pick the images to label next", "Ctrl+Return", "select", EMBEDDED),
    "model": ActionSpec(
        "&Choose the model…", "Embed with another model, or with one of your own", "", "model", PROJECT
    ),
    "unreadable": ActionSpec("&Unreadable files…", "List the files that cannot be used, and why", "", "list", PROJECT),
    "relink": ActionSpec(
        "Say where a &folder lies now…",
        "Relink an image folder that was moved, renamed, or is on another disk",
        "",
        "folder",
        IMAGES,
    ),
    "verify": ActionSpec("&Verify the project", "Check its integrity and replay every selection", "", "", PROJECT),
    "stop": ActionSpec("S&top all jobs", "Stop everything that runs; what was done stays", "Ctrl+.", "stop", PROJECT),
    "map_labels": ActionSpec("Region &labels", "Name the regions of the map", "", "map-labels", EMBEDDED),
    "map_coverage": ActionSpec(
        "Rea&ch of labels and picks",
        "Show what lies near a label or a pick, and what near neither",
        "",
        "map-coverage",
        EMBEDDED,
    ),
    "map_trust": ActionSpec("&Honest map", "Hatch where the map misleads", "", "map-trust", EMBEDDED),
    "map_pair": ActionSpec("&Two maps side by side", "Open or close a second map", "", "map-pair", EMBEDDED),
    "hide_panels": ActionSpec("&Only the map", "Hide every panel, or bring them back as they lay", "F9", "", PROJECT),
    "full_screen": ActionSpec("&Full screen", "Use the whole screen", Keys.FullScreen),
    "reset_layout": ActionSpec("&Reset the layout", "Put every panel back in its place", "", "", PROJECT),
    "next_area": ActionSpec("Next &area", "Go on to the next part of the window", "F6", "", PROJECT),
    "previous_area": ActionSpec("Previous a&rea", "Go back to the part of the window before", "Shift+F6", "", PROJECT),
    "palette": ActionSpec("Find a &command…", "Find anything that can be done by its name", "Ctrl+K", "search"),
    "shortcuts": ActionSpec("&Keyboard shortcuts", "List every key, and change it", "F1"),
    "about": ActionSpec("&About Desktop AL", "Version, licences and where things are kept"),
}
# Menus in order; "-" separates, "<name>" is where others insert their own.
MENUS: Mapping[str, tuple[str, ...]] = {
    "&File": (
        "new",
        "open",
        "<recent>",
        "demo",
        "-",
        "add",
        "rescan",
        "-",
        "import",
        "export",
        "report",
        "-",
        "close",
        "quit",
    ),
    "&Edit": (
        "<undo>",
        "history",
        "-",
        "highlight_all",
        "highlight_invert",
        "highlight_grow",
        "highlight_batch",
        "highlight_none",
        "-",
        "filter",
        "filter_highlight",
        "filter_save",
        "filter_scope",
        "filter_clear",
    ),
    "&Pool": ("embed", "map", "map_fresh", "-", "model", "unreadable", "relink", "verify", "-", "stop"),
    "&Batch": (
        *("select", "-", "accept", "reject", "clear", "-", "pin", "veto", "-", "next", "previous", "next_pending"),
        *("-", "accept_rest", "clear_all", "-", "compare", "-", "reveal"),
    ),
    "&Label": (*(f"label_{key}" for key in range(1, 10)), "-", "unlabel", "label_new", "-", "tag", "note"),
    "&Image": (
        *("enlarge", "side_by_side", "compare_nearest", "-", "find_similar", "find_similar_file", "-"),
        *("on_map", "in_gallery", "-", "show_file", "copy_path", "copy_image"),
    ),
    "&View": (
        *("<panels>", "-", "map_labels", "map_coverage", "map_trust", "map_pair", "-"),
        *("<appearance>", "hide_panels", "full_screen", "reset_layout", "-", "next_area", "previous_area"),
    ),
    "&Help": ("palette", "shortcuts", "about"),
}


class Actions(QObject):
    """The actions of one window, made from the table; ``handlers`` gives each a function by name."""

    def __init__(self, window: QMainWindow, handlers: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(window)
        self.by_name: dict[str, QAction] = {}
        self.facts: Set[str] = frozenset()
        self._others: list[tuple[str, QAction]] = []
        self.shortcuts = Shortcuts(self)
        for name, spec in TABLE.items():
            self.by_name[name] = _action(window, spec, handlers[name])
            self.shortcuts.add(name, self.by_name[name], QKeySequence(spec.keys), tr(spec.tip))
            window.addAction(self.by_name[name])
        theme_watch().changed.connect(self._colour)
        self._colour()
        self.enable(frozenset())

    def _colour(self) -> None:
        for name, spec in TABLE.items():
            if spec.icon:
                self.by_name[name].setIcon(icon(spec.icon))
        for name, action in self._others:
            action.setIcon(icon(name))

    def keep_icon(self, action: QAction, name: str) -> None:
        """Give an action from elsewhere the icon ``name``, in the colours of every theme to come."""
        self._others.append((name, action))
        action.setIcon(icon(name))

    def enable(self, facts: Set[str]) -> None:
        """Enable the actions whose needs are all among ``facts``."""
        self.facts = facts
        for name, spec in TABLE.items():
            self.by_name[name].setEnabled(spec.needs <= facts)

    def build_menus(self, window: QMainWindow, insert: Mapping[str, Callable[[QMenu], None]]) -> None:
        """Fill the menu bar; ``insert`` fills the places in angle brackets."""
        for title, names in MENUS.items():
            menu = window.menuBar().addMenu(tr(title))
            menu.setToolTipsVisible(True)
            for name in names:
                if name == "-":
                    menu.addSeparator()
                elif name.startswith("<"):
                    insert[name](menu)
                else:
                    menu.addAction(self.by_name[name])


def _action(window: QMainWindow, spec: ActionSpec, handler: Callable[[], object]) -> QAction:
    action = QAction(tr(spec.text), window)
    action.setToolTip(tr(spec.tip))
    action.triggered.connect(lambda _checked=False: handler())
    return action
