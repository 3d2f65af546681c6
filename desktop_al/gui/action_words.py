"""The words around actions: their names without marks for keys, and why one cannot be used now."""

import re
from collections.abc import Mapping, Set

from desktop_al.gui.i18n import later, tr

# The first of the facts that are missing is the reason that helps most.
REASONS: Mapping[str, str] = {
    "project": later("Open a project first"),
    "demo": later("Only in the demo project"),
    "images": later("Add images first"),
    "usable": later("No image can be used"),
    "embedded": later("Embed the images first"),
    "picks": later("Select a batch first"),
    "pending": later("No pick waits for a decision"),
    "decided": later("No pick is decided yet"),
    "focused": later("Focus an image first"),
    "target": later("Focus or highlight a pick first"),
    "markable": later("Focus or highlight images that can be picked first"),
    "highlight": later("Highlight images first"),
    "filtered": later("Nothing is filtered"),
}


def plain(text: str) -> str:
    """``text`` of a menu without the mark of its letter, "&A" or "(&A)"."""
    return re.sub(r"\(&[^&]\)|&([^&])|&(&)", lambda found: (found[1] or "") + (found[2] or ""), text)


def why_not(missing: Set[str]) -> str:
    """Why an action cannot be used while the facts ``missing`` do not hold."""
    return next((tr(reason) for fact, reason in REASONS.items() if fact in missing), tr("It is not possible now"))
