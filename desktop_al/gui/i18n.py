"""The words of the window in the user's language, by gettext; what has no translation stays English.

Every text that a person can see in the window goes through one of these::

    tr("Open the project")
    tr("Opening {name}…", name=name)
    trn("{count:,} image", "{count:,} images", count)
    TITLES = {"a": later("Accepted")}  # a table that is read at import; `tr(TITLES["a"])` where it is shown
"""

import gettext

_catalog = gettext.NullTranslations()


def tr(text: str, /, **values: object) -> str:
    """Return ``text`` translated, with ``values`` in the places of `str.format`."""
    translated = _catalog.gettext(text)
    return translated.format(**values) if values else translated


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """Return ``one`` or ``many``, as the language says for ``count``, translated; "{count}" stands for the number."""
    return _catalog.ngettext(one, many, count).format(count=count, **values)


def later(text: str) -> str:
    """Mark ``text`` for the catalogs and return it as it is; whoever shows it calls `tr`."""
    return text
