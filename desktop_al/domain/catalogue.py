"""What a person can choose, described so that a form can be built from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class OptionInfo:
    """An option of a query strategy; ``type`` is int, float, bool or choice; ``low`` and ``high`` bound numbers."""

    name: str
    type: str
    default: Any
    help: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StrategyInfo:
    """A query strategy.

    ``name`` is that of the command line, ``title`` says it in plain words, with the name of the paper where it has one.
    ``needs`` names what it cannot do without (labels, probabilities, queries), ``uses`` what else it takes where it is
    there.
    """

    name: str
    summary: str
    needs: frozenset[str]
    options: tuple[OptionInfo, ...]
    uses: frozenset[str] = frozenset()
    title: str = ""


@dataclass(frozen=True, slots=True)
class PresetInfo:
    """What a person wants in plain words, and the selection that it stands for.

    ``key`` is its name on the command line; ``changes`` maps fields of `SelectSpec` to values, those of ``constraints``
    and ``aims`` as mappings of their own fields. ``asks`` names the field that the person has to fill in, "" for none.
    """

    key: str
    title: str
    sentence: str
    strategy: str
    options: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    asks: str = ""
