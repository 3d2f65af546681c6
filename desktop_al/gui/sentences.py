"""Says the sentences of jobs, strategies, store and models in the language of the window.

A fresh sentence brings its template and its values. A stored one (the account of a batch, the reason why a file cannot
be read) is English text alone: it is recognised by the templates of the catalog, so that a project tells of itself in
the language of whoever opens it, whatever the language and the version it was made in.
"""

import functools
import re
import string
from dataclasses import dataclass
from gettext import NullTranslations

from desktop_al.domain.sentence import Sentence, Value
from desktop_al.gui import i18n

_WORDS = re.compile(r"[^\W\d_]{2,}")
# A template with fewer words of its own than this could be recognised in what is none of our sentences.
_LEAST_WORDS = 3
_NUMBER = r"-?[\d,]+(?:\.\d+)?(?:e[+-]?\d+)?%?"
_KEPT = 4096
# A longer text is none of our sentences, and could hold more of them within each other than Python can call.
_LONGEST = 2000


def told(text: str) -> str:
    """Return ``text`` in the language of the window where it is a sentence of ours, fresh or stored; else as it is.

    No line breaks between a number and its unit.
    """
    if isinstance(text, Sentence) and text:
        return _fresh(text)
    if i18n.language() != i18n.ENGLISH and text:
        text = _stored(text, i18n.catalog())
    # A stored sentence holds its numbers, and comes through no template of the window where it stays English.
    return i18n.held(text)


def _fresh(sentence: Sentence) -> str:
    values = {name: _fresh(value) if isinstance(value, Sentence) else value for name, value in sentence.values.items()}
    return _said(sentence.template, sentence.many, values)


def _said(template: str, many: str, values: dict[str, Value]) -> str:
    if not many:
        return i18n.tr(template, **values)
    count = values.pop("count")
    # A count that is no whole number, as in "0.5 images", has the plural.
    return i18n.trn(template, many, count if isinstance(count, int) else 2, **{**values, "count": count})


@dataclass(frozen=True, slots=True)
class _Known:
    """A template of the catalog, with the pattern of the sentences that it makes."""

    template: str
    many: str
    pattern: re.Pattern[str]
    specs: dict[str, str]
    letters: int


@functools.lru_cache(maxsize=_KEPT)
def _stored(text: str, catalog: NullTranslations) -> str:
    """Say the English ``text`` by ``catalog``, which is the one in use, where a template of it fits."""
    if len(text) > _LONGEST:
        return text
    if catalog.gettext(text) != text:
        return i18n.tr(text)
    found = [(known.letters, known, match) for known in _templates(catalog) if (match := known.pattern.fullmatch(text))]
    if not found:
        return text
    _, known, match = max(found, key=lambda one: one[0])
    values = {name: _value(value, known.specs[name], catalog) for name, value in match.groupdict().items()}
    return _said(known.template, known.many, {"count": 1, **values} if known.many else values)


def _value(text: str, spec: str, catalog: NullTranslations) -> Value:
    if not spec:
        return _stored(text, catalog) if " " in text else text
    digits = text.rstrip("%").replace(",", "")
    number = float(digits)
    if text.endswith("%"):
        return number / 100
    return int(number) if number.is_integer() else number


@functools.cache
def _templates(catalog: NullTranslations) -> tuple[_Known, ...]:
    """The templates of ``catalog`` with places that hold enough words to be recognised by."""
    known = []
    for texts in getattr(catalog, "sources", ()):
        for text in texts:
            own = "".join(part for part, *_ in string.Formatter().parse(text)) if "{" in text else ""
            if len(_WORDS.findall(own)) >= _LEAST_WORDS:
                many = texts[1] if len(texts) > 1 else ""
                known.append(_Known(texts[0], many, *_pattern(text), len(own)))
    return tuple(known)


def _pattern(text: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern of the sentences of a template, and the format of each of its places.

    From one place of free text to the next is an atomic group, which takes the first that fits: a text from a project
    of somebody else is read once, where trying every way to divide it among the places could take for ever.
    """
    runs, specs = [""], dict[str, str]()
    for literal, name, spec, _ in string.Formatter().parse(text):
        runs[-1] += re.escape(literal)
        if name is None:
            continue
        if name in specs:
            runs[-1] += f"(?P={name})"
            continue
        specs[name] = spec or ""
        if spec:
            runs[-1] += f"(?P<{name}>{_NUMBER})"
        else:
            runs.append(f"(?P<{name}>.+?)")
    first, *others, last = runs if len(runs) > 1 else [*runs, ""]
    return re.compile("".join([first, *(f"(?>{run})" for run in others), last]), re.DOTALL), specs
