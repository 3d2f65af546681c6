"""Saved filters in a filter: ``@name`` stands for the expression that the project keeps under that name.

They are written out before a filter is read, so that what is recorded with a batch says itself what it meant.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from desktop_al.domain.errors import FilterError
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.where_hints import near
from desktop_al.jobs.where_syntax import quoted
from desktop_al.jobs.where_text import MOST, tokens, too_long, unescaped
from desktop_al.store.project import Project

SIGN = "@"
_PLAIN = re.compile(r"[^\s\"'()\[\]{},<>=!@]+")


def saved_text(name: str) -> str:
    """The saved filter ``name`` as a filter writes it."""
    return SIGN + (name if _PLAIN.fullmatch(name) else quoted(name))


def expanded(text: str, saved: Mapping[str, str]) -> str:
    """``text`` with each saved filter that it names written out; raises `FilterError` for one unknown, or too many."""
    if SIGN not in text:
        return text
    pieces, at, length = [], 0, len(text)
    for token in tokens(text):
        if token.kind == "saved":
            pieces += [text[at : token.start], f"({_expression(token.text, token.at, saved)})"]
            at = token.end
            length += len(pieces[-1])
            if length > MOST:
                raise too_long(text)
    return "".join([*pieces, text[at:]])


def _expression(word: str, at: tuple[int, int], saved: Mapping[str, str]) -> str:
    name = word.removeprefix(SIGN)
    name = unescaped(name) if name[0] in "\"'" else name
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


def written_out(project: Project, text: str) -> str:
    """``text`` with the saved filters of ``project`` written out; raises `FilterError` for one unknown."""
    return expanded(text, project.filters()) if SIGN in text else text


def spec_written_out(project: Project, spec: SelectSpec) -> SelectSpec:
    """``spec`` with its filters written out; raises `FilterError` where one names an unknown saved filter."""
    where, protect = written_out(project, spec.where), written_out(project, spec.constraints.protect)
    if (where, protect) == (spec.where, spec.constraints.protect):
        return spec
    return replace(spec, where=where, constraints=replace(spec.constraints, protect=protect))
