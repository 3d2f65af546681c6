"""Words that people look for in the command palette though nothing is called so; they are searched and not shown."""

from collections.abc import Mapping

from desktop_al.gui.i18n import later, tr

# By the name of an action, or of what the palette offers in several kinds.
ALSO: Mapping[str, str] = {
    "new": later("create a project"),
    "rescan": later("reload, missing files"),
    "import": later("metadata, annotations, table, CSV"),
    "export": later("save, annotation tool, CSV"),
    "report": later("statistics, summary, learning curve, HTML"),
    "highlight_all": later("select all"),
    "highlight_none": later("deselect, select none"),
    "filter": later("search, query"),
    "veto": later("exclude, remove"),
    "reject": later("discard, delete"),
    "find_similar": later("similar, nearest, search by image"),
    "find_similar_file": later("similar, nearest, search by image"),
    "embed": later("features, vectors"),
    "model": later("network, encoder, weights, settings, preferences"),
    "unreadable": later("broken, missing files"),
    "shortcuts": later("hotkeys, settings, preferences, options"),
    "about": later("report a fault, bug, version"),
    "appearance": later("theme, settings, preferences, options"),
    "language": later("translation, settings, preferences, options"),
}


def also(name: str) -> str:
    """The other words for ``name``, divided by commas; "" for none."""
    return tr(ALSO[name]) if name in ALSO else ""
