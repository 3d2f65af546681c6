"""The catalogs on disk: the template, one file a language, and their compiled forms."""

import io
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from desktop_al.gui.i18n import DOMAIN, ENGLISH, LANGUAGES
from scripts.translations_parts.source import Message

FOLDER = Path("resources/translations")
CODES = tuple(code for code in LANGUAGES if code != ENGLISH)
# One date for ever: a catalog changes where its words do.
DATE = datetime(2026, 1, 1, tzinfo=UTC)
AUTHORS = "The Desktop AL authors"


def template_file(root: Path) -> Path:
    """Where the template is."""
    return root / FOLDER / f"{DOMAIN}.pot"


def po_file(root: Path, code: str) -> Path:
    """Where the words of ``code`` are."""
    return root / FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def new(code: str | None = None) -> Catalog:
    """A catalog without texts."""
    people = {"last_translator": AUTHORS, "language_team": AUTHORS, "copyright_holder": AUTHORS}
    catalog = Catalog(code, domain=DOMAIN, project="Desktop AL", version="1", fuzzy=False, creation_date=DATE, **people)
    title = "# The words of the window of Desktop AL"
    catalog.header_comment = f"{title}: {code}." if code else f"{title}."
    return catalog


def template(messages: list[Message]) -> Catalog:
    """A catalog of ``messages`` without translations."""
    catalog = new()
    for message in messages:
        catalog.add((message.one, message.many) if message.many else message.one, locations=[(message.where, 1)])
    return catalog


def read(file: Path, code: str | None = None) -> Catalog:
    """The catalog in ``file``."""
    with file.open("rb") as stream:
        return read_po(stream, locale=code, domain=DOMAIN)


def written(catalog: Catalog) -> bytes:
    """The text of ``catalog``."""
    stream = io.BytesIO()
    catalog.creation_date = catalog.revision_date = DATE
    write_po(stream, catalog, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return stream.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """What gettext reads of ``catalog``."""
    stream = io.BytesIO()
    catalog.creation_date = catalog.revision_date = DATE
    write_mo(stream, catalog)
    return stream.getvalue()


def entries(catalog: Catalog) -> Iterator[Entry]:
    """The texts of ``catalog``, without its head."""
    return (entry for entry in catalog if entry.id)


def sources(entry: Entry) -> tuple[str, ...]:
    """The English of ``entry``: one text, or singular and plural."""
    return (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)


def translations(entry: Entry) -> tuple[str, ...]:
    """What ``entry`` says in its language, in each number."""
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())


def places(text: str) -> set[str]:
    """The names in ``text`` that values take the place of; raises ValueError where a brace has no other."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def faults(catalog: Catalog) -> list[str]:
    """What is wrong with the translations in ``catalog``, one sentence each."""
    found = []
    for entry in entries(catalog):
        known = sources(entry)
        if entry.fuzzy:
            found.append(f"is fuzzy: {known[0]!r}")
        for text in translations(entry):
            if not text:
                found.append(f"is not translated: {known[0]!r}")
            elif not places(text) <= places(known[-1]) or (len(known) == 1 and places(text) != places(known[0])):
                found.append(f"has other places than {known[-1]!r}: {text!r}")
    return found
