"""Names made short so that each can still be told from the others."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile

# Dots that save less than this many pixels say less than what they stand for.
WORTH = 3


def short_names(names: Sequence[str], longest: int, width: Callable[[str], float]) -> list[str]:
    """Each of ``names`` in about ``longest`` letters, dots counted in; different names are different when short.

    Those that begin alike show their first letter and what follows where they part. A name stays whole where its short
    form is hardly narrower by ``width``, which measures a text, and where nothing else would tell it from another.
    """
    found = {name: _cut(name, longest, width) for name in names}
    for group in _alike(found):
        found |= _apart(group, longest)
    for group in _alike(found):
        found |= {name: name for name in group}
    return [found[name] for name in names]


def _alike(short: Mapping[str, str]) -> list[list[str]]:
    """The names whose short forms are the same, those that share one together."""
    groups = defaultdict(list)
    for name, text in short.items():
        groups[text].append(name)
    return [group for group in groups.values() if len(group) > 1]


def _apart(group: Sequence[str], longest: int) -> dict[str, str]:
    """Short forms for ``group``, whose names begin alike, from where they part."""
    shared = takewhile(lambda letters: len(set(letters)) == 1, zip(*group, strict=False))
    start, room = sum(1 for _ in shared), max(1, longest - 2)
    found = {name: f"{name[:1]}…{name[start : start + room] or name[-room:]}" for name in group}
    for inner in _alike(found):
        if len(inner) < len(group):
            found |= _apart(inner, longest)
    return found


def _cut(name: str, longest: int, width: Callable[[str], float]) -> str:
    """The beginning of ``name``; dots in place of one of three letters would say less than the letter."""
    if len(name) <= longest:
        return name
    short = name[:longest] if longest <= 3 else f"{name[: longest - 1]}…"
    return name if width(name) < width(short) + WORTH else short
