"""Sentences that know how they were made, so that whoever shows them can say them in another language.

A job, a strategy or the store composes what it has to tell with `say` or `say_n`. What comes out is the English
sentence, a `str` like any other, for the command line, for reports and for what is stored; the window takes its
template and its values and says it in the language of the person::

    say("“{path}” cannot be read ({why}); check the path.", path=shown(path), why=error.strerror)
    say_n("{count:,} label", "{count:,} labels", 3)
    VERBS = {True: templates("Tag {count:,} image", "Tag {count:,} images")}  # a table, for `Sentence`

A value may be a sentence itself. Nothing here knows of catalogs; `desktop_al.gui.sentences` does.
"""

from collections.abc import Mapping
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any, Self

Value = str | int | float


def _plain(value: object) -> Value:
    """``value`` as what every process can read: a text, a sentence or a number of Python."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    return str(value)


class Sentence(str):
    """An English sentence, with the ``template`` and the ``values`` that it came from.

    ``many`` is the template of the plural, chosen where the value ``count`` is not 1; "" where there is none. Cutting
    or joining gives a plain `str`, which stays English everywhere.
    """

    __slots__ = ("_many", "_template", "_values")
    _template: str
    _many: str
    _values: Mapping[str, Value]

    def __new__(cls, template: str, many: str = "", values: Mapping[str, Any] | None = None) -> Self:
        """Compose the sentence; raises KeyError where a place of the template has no value."""
        kept = {name: _plain(value) for name, value in (values or {}).items()}
        chosen = many if many and kept["count"] != 1 else template
        self = super().__new__(cls, chosen.format_map(kept) if kept else chosen)
        self._template, self._many, self._values = template, many, MappingProxyType(kept)
        return self

    @property
    def template(self) -> str:
        """The English with places in braces; of two numbers, the singular."""
        return self._template

    @property
    def many(self) -> str:
        """The template of the plural, "" for none."""
        return self._many

    @property
    def values(self) -> Mapping[str, Value]:
        """What stands in the places."""
        return self._values

    def __str__(self) -> str:
        """Stay a sentence, so that the ``str(error)`` of a fault is one."""
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, dict[str, Value]]]:
        """Keep template and values on the way between processes."""
        return type(self), (self._template, self._many, dict(self._values))


def say(template: str, /, **values: object) -> Sentence:
    """Return ``template`` with ``values`` in the places of `str.format`; without any it is taken as it stands."""
    return Sentence(template, values=values)


def say_n(one: str, many: str, count: int, /, **values: object) -> Sentence:
    """Return ``one`` or ``many`` as ``count`` asks for; "{count}" stands for the number."""
    return Sentence(one, many, {"count": count, **values})


def template(text: str) -> str:
    """Mark ``text`` for the catalogs and return it as it is; whoever needs it makes a `Sentence` of it."""
    return text


def templates(one: str, many: str) -> tuple[str, str]:
    """Mark a singular and its plural for the catalogs, as `template` does."""
    return one, many
