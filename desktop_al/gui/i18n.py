"""The words of the window in the user's language, by gettext; what has no translation stays English.

Every text that a person can see in the window goes through one of these::

    tr("Open the project")
    tr("Opening {name}…", name=name)
    trn("{count:,} image", "{count:,} images", count)
    TITLES = {"a": later("Accepted")}  # a table that is read at import; `tr(TITLES["a"])` where it is shown

Numbers in their places are written as the language writes them: {count:,} is 1,234 in English and 1.234 in German. No
line breaks between a number and its unit, in whatever language: write "{size} MB" with a common space, and so in the
translations.
"""

import functools
import gettext
import io
import re
import string
import struct
from numbers import Number
from pathlib import Path
from typing import Any, Protocol

from desktop_al.jobs.resources import resource

DOMAIN = "desktop-al"
ENGLISH = "en"
# Each language by its own name, so that who cannot read the present one finds it.
LANGUAGES = {ENGLISH: "English", "de": "Deutsch", "ja": "日本語"}
# What a language writes in place of the signs of Python's number formats.
_SEPARATORS: dict[str, dict[int, str]] = {"de": str.maketrans({",": ".", ".": ",", "%": "\u00a0%"})}


# Between a number, or the place of one, and the unit behind it.
_BEFORE_UNIT = re.compile(r"(?<=[\d}]) (?=(?:%|(?:px|B|kB|KB|MB|GB|ms|s|min|h|d|Min|Std|秒)(?!\w)))")


class _Reader(Protocol):
    """What a catalog is read from."""

    def read(self) -> bytes: ...


class Catalog(gettext.GNUTranslations):
    """A compiled catalog that keeps what it translates: ``sources``, each a text, or a singular and its plural."""

    sources: tuple[tuple[str, ...], ...] = ()

    def _parse(self, fp: _Reader) -> None:
        data: bytes = fp.read()
        super()._parse(io.BytesIO(data))
        order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
        count, table = struct.unpack_from(f"{order}2I", data, 8)
        places = (struct.unpack_from(f"{order}2I", data, table + 8 * i) for i in range(count))
        texts = (data[start : start + length].decode("utf-8") for length, start in places)
        self.sources = tuple(tuple(text.split("\0")) for text in texts if text)


class _Words(string.Formatter):
    """The catalog in use, and `str.format` with the number signs of its language."""

    def __init__(self) -> None:
        self.use(ENGLISH, gettext.NullTranslations())

    def use(self, code: str, catalog: gettext.NullTranslations) -> None:
        self.code, self.catalog = code, catalog
        self.separators = _SEPARATORS.get(code, {})

    def format_field(self, value: Any, format_spec: str) -> str:
        text = format(value, format_spec)
        return text.translate(self.separators) if format_spec and isinstance(value, Number) else text


_words = _Words()


def tr(text: str, /, **values: object) -> str:
    """Return ``text`` translated, with ``values`` in the places of `str.format`."""
    # The empty text would find the head of the catalog.
    translated = held(_words.catalog.gettext(text)) if text else ""
    return _words.vformat(translated, (), values) if values else translated


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """Return ``one`` or ``many``, as the language says for ``count``, translated; "{count}" stands for the number."""
    return _words.vformat(held(_words.catalog.ngettext(one, many, count)), (), {"count": count, **values})


@functools.lru_cache(maxsize=4096)
def held(text: str) -> str:
    """``text`` with no place to break a line between a number and its unit."""
    return _BEFORE_UNIT.sub("\u00a0", text)


def later(text: str) -> str:
    """Mark ``text`` for the catalogs and return it as it is; whoever shows it calls `tr`."""
    return text


def number(value: float, spec: str = ",", unit: str = "") -> str:
    """Return ``value`` by the format ``spec``, with the signs of the language; for numbers outside of sentences.

    A ``unit`` stays on its line.
    """
    text = _words.format_field(value, spec)
    return f"{text}\u00a0{unit}" if unit else text


def catalog() -> gettext.NullTranslations:
    """Return the catalog in use."""
    return _words.catalog


def language() -> str:
    """Return the code of the language in use."""
    return _words.code


def use_language(code: str, folder: Path | None = None) -> str:
    """Speak ``code`` from here on, and English where it has no catalog; returns the code in use.

    ``folder`` stands in for the program's own catalogs.
    """
    try:
        use_catalog(code, _catalog(code, folder or resource("translations")))
    except OSError:
        use_catalog(ENGLISH, gettext.NullTranslations())
    return language()


@functools.cache
def _catalog(code: str, folder: Path) -> gettext.NullTranslations:
    # The same object each time, where gettext makes a copy: what is found out about a catalog is kept with it.
    return gettext.translation(DOMAIN, folder, [code], Catalog)


def use_catalog(code: str, catalog: gettext.NullTranslations) -> None:
    """Take the words from ``catalog`` and the number signs of the language ``code``."""
    _words.use(code, catalog)
