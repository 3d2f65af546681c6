"""The filters as chips: an expression or a set of samples each, as they are written down and kept."""

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import FilterError
from desktop_al.domain.sentence import say
from desktop_al.jobs.packing import pack_ids, unpack_ids
from desktop_al.jobs.where_syntax import packed
from desktop_al.jobs.where_text import parts

MOST_IDS = 1_000
"""So many samples are written into an expression one by one; more of them are packed."""


@dataclass(frozen=True, slots=True, eq=False)
class SampleSet:
    """Samples by id, (m,) int64, as a filter that no expression describes; equal only to itself."""

    ids: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: the expression ``text``, or the ``samples`` with ``text`` for a name; ``on`` while it holds."""

    text: str
    on: bool = True
    samples: SampleSet | None = None


Chips = tuple[Chip, ...]


def written(chip: Chip, id_taken: bool) -> str:
    """``chip`` as an expression; raises `FilterError` for samples where ``id_taken``, a field "id", is in their way."""
    if chip.samples is None:
        return chip.text
    ids = chip.samples.ids
    if id_taken:
        sentence = say("“{what}” cannot be written down, for the metadata have a field “id”.", what=chip.text)
        raise FilterError(sentence, 0, 0)
    if len(ids) > MOST_IDS:
        return packed("id", pack_ids(ids))
    return f"id in ({', '.join(map(str, ids.tolist()))})"


def kept(chip: Chip) -> dict[str, Any]:
    """``chip`` as JSON."""
    ids = {"ids": pack_ids(chip.samples.ids)} if chip.samples is not None else {}
    return {"text": chip.text, "on": chip.on} | ids


def from_kept(kept: object, most: int) -> Chip | None:
    """A chip from its JSON, with samples up to the id ``most``; None where it is none."""
    if not isinstance(kept, dict) or not isinstance(kept.get("text"), str):
        return None
    try:
        samples = SampleSet(unpack_ids(kept["ids"], most)) if "ids" in kept else None
        if samples is None and not parts(kept["text"]):
            return None
    except (FilterError, ValueError, TypeError, zlib.error):
        return None
    return Chip(kept["text"], kept.get("on") is not False, samples)
