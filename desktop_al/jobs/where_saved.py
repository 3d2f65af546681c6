"""Saved filters in a filter: ``@name`` stands for the expression that the project keeps under that name.

They are written out before a filter is read, so that what is recorded with a batch says itself what it meant.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from desktop_al.domain.errors import FilterError
from desktop_al.domain.sentence import Sentence, say
from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.where import matching, project_columns
from desktop_al.jobs.where_hints import near
from desktop_al.jobs.where_syntax import quoted
from desktop_al.jobs.where_text import MOST, Token, tokens, too_long, unescaped
from desktop_al.store.project import Project

SIGN = "@"
_PLAIN = re.compile(r"[^\s\"'()\[\]{},<>=!@]+")


def saved_text(name: str) -> str:
    """The saved filter ``name`` as a filter writes it."""
    return SIGN + (name if _PLAIN.fullmatch(name) else quoted(name))


@dataclass(frozen=True, slots=True)
class _Place:
    """A saved filter that stands, in brackets, from ``start`` to ``end`` of the text that is written out.

    ``token`` names it in the text that a person wrote.
    """

    start: int
    end: int
    token: Token


def expanded(text: str, saved: Mapping[str, str]) -> str:
    """``text`` with each saved filter that it names written out; raises `FilterError` for one unknown, or too many."""
    return _expanded(text, saved)[0]


def _expanded(text: str, saved: Mapping[str, str]) -> tuple[str, list[_Place]]:
    if SIGN not in text:
        return text, []
    pieces: list[str] = []
    places: list[_Place] = []
    at, length, out = 0, len(text), 0
    for token in tokens(text):
        if token.kind == "saved":
            pieces += [text[at : token.start], f"({_expression(token.text, token.at, saved)})"]
            out += len(pieces[-2]) + len(pieces[-1])
            places.append(_Place(out - len(pieces[-1]), out, token))
            at = token.end
            length += len(pieces[-1])
            if length > MOST:
                raise too_long(text)
    return "".join([*pieces, text[at:]]), places


@contextmanager
def as_written(text: str, saved: Mapping[str, str]) -> Iterator[str]:
    """Give ``text`` with its saved filters written out; a `FilterError` about that is told of ``text`` as it stands.

    What is wrong within a saved filter is told with its name, and means the place where that stands.
    """
    out, places = _expanded(text, saved)
    try:
        yield out
    except FilterError as error:
        if not places:
            raise
        raise _told(error, places) from error


def _told(error: FilterError, places: Sequence[_Place]) -> FilterError:
    sentence = error.args[0]
    within = next((place for place in places if place.start <= error.start and error.end <= place.end), None)
    if within is not None:
        name = _name(within.token.text)
        problem = _moved(sentence, lambda at: at - within.start - 1)
        told = say("In the saved filter “{name}”: {problem}", name=name, problem=problem)
        # What could stand there instead stands in the saved filter, not here.
        return FilterError(told, *within.token.at)
    told = _moved(sentence, lambda at: _back(at, places, False))
    start, end = _back(error.start, places, False), _back(error.end, places, True)
    return FilterError(told, start, end, error.instead)


def _back(at: int, places: Sequence[_Place], ends: bool) -> int:
    """The character ``at`` of the text that is written out in the one that a person wrote."""
    moved = 0
    for place in places:
        if at <= place.start:
            break
        if at < place.end:
            return place.token.end if ends else place.token.start
        moved = place.token.end - place.end
    return at + moved


def _moved(sentence: Sentence, back: Callable[[int], int]) -> Sentence:
    """``sentence`` with the character that it names, counted from 1, where it stands for a person."""
    at = sentence.values.get("at")
    if not isinstance(at, int):
        return sentence
    return Sentence(sentence.template, sentence.many, {**sentence.values, "at": back(at - 1) + 1})


def _expression(word: str, at: tuple[int, int], saved: Mapping[str, str]) -> str:
    name = _name(word)
    if name in saved:
        return saved[name]
    meant = near(name, list(saved))
    if meant:
        sentence = say(
            "No filter is saved as “{name}” (character {at}); did you mean {meant}?",
            name=name,
            at=at[0] + 1,
            meant=saved_text(meant),
        )
        raise FilterError(sentence, *at, instead=(saved_text(meant),))
    if not saved:
        sentence = say("No filter is saved as “{name}” (character {at}); none is saved yet.", name=name, at=at[0] + 1)
        raise FilterError(sentence, *at)
    listed = ", ".join(map(saved_text, saved))
    raise FilterError(
        say(
            "No filter is saved as “{name}” (character {at}); the saved filters are: {listed}.",
            name=name,
            at=at[0] + 1,
            listed=listed,
        ),
        *at,
    )


def _name(word: str) -> str:
    name = word.removeprefix(SIGN)
    return unescaped(name) if name[0] in "\"'" else name


def written_out(project: Project, text: str) -> str:
    """``text`` with the saved filters of ``project`` written out; raises `FilterError` for one unknown."""
    return expanded(text, project.filters()) if SIGN in text else text


def spec_written_out(project: Project, spec: SelectSpec) -> SelectSpec:
    """``spec`` with its filters written out; raises `FilterError` where one names an unknown saved filter."""
    where, protect = written_out(project, spec.where), written_out(project, spec.constraints.protect)
    if (where, protect) == (spec.where, spec.constraints.protect):
        return spec
    return replace(spec, where=where, constraints=replace(spec.constraints, protect=protect))


def explain(project: Project, spec: SelectSpec) -> None:
    """Raise the `FilterError` of a filter of ``spec`` as it was written; nothing where both are understood."""
    ids, columns = project_columns(project)
    for text in (spec.where, spec.constraints.protect):
        with as_written(text, project.filters()) as out:
            matching(out, columns, len(ids))
