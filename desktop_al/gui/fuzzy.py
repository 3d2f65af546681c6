"""Find what is meant by a few letters: words that begin with them first, then parts of words, then letters in order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_EXACT, _WHOLE_START, _WORD_START, _INSIDE, _INITIALS, _SCATTERED = 120, 100, 80, 50, 45, 15


@dataclass(frozen=True, slots=True)
class Match:
    """How well a text fits, more being better, and which of its letters were asked for."""

    score: float
    marks: frozenset[int]


def match(query: str, text: str) -> Match | None:
    """How ``text`` fits the words of ``query``, all of which must fit; None where they do not."""
    lower = text.casefold()
    if len(lower) != len(text):
        # A letter that becomes two would shift the marks.
        lower = text.lower() if len(text.lower()) == len(text) else text
    marks: set[int] = set()
    score = 0.0
    for word in query.casefold().split():
        found = _word(word, lower)
        if found is None:
            return None
        score += found.score
        marks |= found.marks
    # Of two that fit alike the shorter one is meant.
    return Match(score - len(text) / 100, frozenset(marks))


def _word(word: str, text: str) -> Match | None:
    if text == word:
        return Match(_EXACT, frozenset(range(len(word))))
    if text.startswith(word):
        return Match(_WHOLE_START, frozenset(range(len(word))))
    starts = [found.start() for found in _WORD.finditer(text)]
    for place, start in enumerate(starts):
        if text.startswith(word, start):
            return Match(_WORD_START - place, frozenset(range(start, start + len(word))))
    at = text.find(word)
    if at >= 0:
        return Match(_INSIDE - at / 10, frozenset(range(at, at + len(word))))
    initials = _in_order(word, text, starts)
    if initials is not None:
        return Match(_INITIALS, initials)
    scattered = _in_order(word, text, range(len(text)))
    if scattered is None or len(word) < 2:
        return None
    spread = max(scattered) - min(scattered) + 1 - len(word)
    # Letters that lie all over a text were hardly meant.
    return Match(_SCATTERED - spread, scattered) if spread <= 2 * len(word) + 2 else None


def _in_order(word: str, text: str, places: Sequence[int]) -> frozenset[int] | None:
    """Which of ``places`` hold the letters of ``word`` one after another, None where they do not."""
    found: list[int] = []
    for place in places:
        if len(found) < len(word) and text[place] == word[len(found)]:
            found.append(place)
    return frozenset(found) if len(found) == len(word) else None
