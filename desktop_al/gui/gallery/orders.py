"""By what the gallery can sort and section: read off the pool, with a reason where something cannot be used yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.columns import Column
from desktop_al.gui.gallery.arrange import Sections
from desktop_al.gui.gallery.names import NameOrder
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.insight_words import INSIGHTS
from desktop_al.gui.key_hints import with_key
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.gui.theme import STATE_NAMES

Keys = Callable[[], NDArray[np.number]]
INSIGHT, FIELD = "insight:", "meta:"


class Order(StrEnum):
    """The orders that every pool has; "insight:NAME" and "meta:NAME" are others."""

    RANK = "rank"
    ADDED = "added"
    GAIN = "gain"
    LABEL = "label"
    STATE = "state"
    NAME = "name"
    SIZE = "size"


class Group(StrEnum):
    """The sections that every pool has; "insight:NAME" and "meta:NAME" are others."""

    NONE = ""
    LABEL = "label"
    STATE = "state"
    SOURCE = "source"
    STRATUM = "stratum"


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a menu: ``lacks`` says why it cannot be used, "" where it can."""

    key: str
    title: str
    tip: str
    lacks: str = ""


# What large numbers of are interesting comes first; the rest begins with the smallest.
DESCENDING = frozenset({Order.GAIN, Order.STATE, Order.SIZE})
ORDER_WORDS: Mapping[Order, tuple[str, str]] = {
    Order.RANK: (later("Rank"), later("Picks first, the best one at the front")),
    Order.ADDED: (later("As added"), later("In the order in which the images came into the pool")),
    Order.GAIN: (later("Gain"), later("What each pick adds, as its strategy counts")),
    Order.LABEL: (later("Class"), later("Labelled images first, class by class")),
    Order.STATE: (later("State"), later("Labelled, accepted, pending, rejected, then the rest")),
    Order.NAME: (later("File name"), later("By name, img2 before img10, whatever the folder")),
    Order.SIZE: (later("File size"), later("By the bytes of the file")),
}
GROUP_WORDS: Mapping[Group, tuple[str, str]] = {
    Group.NONE: (later("No groups"), later("One run of images")),
    Group.LABEL: (later("Class"), later("The labels that came back")),
    Group.STATE: (later("State"), later("Labelled, accepted, pending, rejected, unlabelled")),
    Group.SOURCE: (later("Folder"), later("The folders that were added")),
    Group.STRATUM: (later("Stratum"), later("What the batch is balanced over")),
}
# Insights whose sections have numbers for names.
NUMBERED: Mapping[str, str] = {
    INSIGHT + "cluster": later("Cluster {number}"),
    INSIGHT + "copies": later("Near-duplicates {number}"),
}
# These have orders of their own above.
OF_THE_BATCH = frozenset({"rank", "gain"})


def begins_descending(key: str) -> bool:
    """Whether ``key`` is of most use with the largest first."""
    info = INSIGHTS.get(key.removeprefix(INSIGHT)) if key.startswith(INSIGHT) else None
    return key in DESCENDING or (info is not None and not info.ascending)


def order_choices(pool: Pool) -> list[Choice]:
    """By what ``pool`` can be sorted."""
    no_batch = "" if pool.batch is not None else tr("There is no batch yet.")
    no_labels = "" if pool.classes else tr("No image has a label yet.")
    lacks = {Order.RANK: no_batch, Order.GAIN: no_batch, Order.LABEL: no_labels}
    found = [Choice(order, tr(title), tr(tip), lacks.get(order, "")) for order, (title, tip) in ORDER_WORDS.items()]
    found += _insights(pool, categorical=False)
    found += [Choice(FIELD + name, readable(name), tr("By this field of the metadata")) for name in pool.metadata_names]
    return found


def group_choices(pool: Pool) -> list[Choice]:
    """By what ``pool`` can be sectioned."""
    stratified = pool.picks.stratified
    lacks = {
        Group.LABEL: "" if pool.classes else tr("No image has a label yet."),
        Group.SOURCE: "" if len(pool.source_names) > 1 else tr("All images come from one folder."),
        Group.STRATUM: "" if stratified else tr("The batch is not balanced over anything."),
    }
    found = [Choice(group, tr(title), tr(tip), lacks.get(group, "")) for group, (title, tip) in GROUP_WORDS.items()]
    found += _insights(pool, categorical=True)
    for name in pool.metadata_names:
        if pool.metadata(name).codes is not None:
            found.append(Choice(FIELD + name, readable(name), tr("By this field of the metadata")))
    return found


def _insights(pool: Pool, categorical: bool) -> list[Choice]:
    return [
        Choice(INSIGHT + name, tr(info.title), tr(info.explanation), insight_lacks(pool, name))
        for name, info in INSIGHTS.items()
        if info.categorical is categorical and name not in OF_THE_BATCH
    ]


def insight_lacks(pool: Pool, name: str) -> str:
    """What has to be there before the insight ``name`` can be had, in a sentence; "" where nothing lacks."""
    needs = INSIGHTS[name].needs
    if "embeddings" in needs and not pool.counts.embedded:
        return tr("Images must be embedded first.") if pool.counts.usable else tr("No image can be used.")
    if "labels" in needs and len(pool.classes) < 2:
        return tr("It needs labels of two classes.")
    if "label" in needs and not pool.classes:
        return tr("No image has a label yet.")
    if "batch" in needs and pool.batch is None:
        return tr("There is no batch yet.")
    if "query" in needs and pool.insight(name) is None:
        return with_key(tr("Look for images alike first: “Find images alike” on one."), "find_similar")
    return ""


def column_of(pool: Pool, key: str) -> Column | None:
    """The column behind an insight or a field of the metadata, None where the pool does not hold it."""
    if key.startswith(INSIGHT):
        return pool.insight(key.removeprefix(INSIGHT))
    name = key.removeprefix(FIELD)
    return pool.metadata(name) if key.startswith(FIELD) and name in pool.metadata_names else None


def sort_keys(pool: Pool, key: str, names: NameOrder) -> Keys | None:
    """What to sort by for ``key``, to be called on any thread; None for the order of samples."""
    if key.startswith((INSIGHT, FIELD)):
        column = column_of(pool, key)
        if column is None:
            return None
        values = column.values if column.values is not None else column.codes
        return None if values is None else lambda: values
    rank, state, labels, samples, picks = pool.rank, pool.state, pool.label_code, pool.samples, pool.picks
    rows = pool.rows_of(picks.samples)
    total = len(pool)

    def gain() -> NDArray[np.number]:
        gains = np.full(total, np.nan)
        known = rows >= 0
        gains[rows[known]] = picks.gains[known]
        return gains

    table: dict[str, Keys] = {
        Order.RANK: lambda: rank,
        Order.GAIN: gain,
        Order.LABEL: lambda: labels,
        Order.STATE: lambda: state.astype(np.int32),
    }
    if samples is not None:
        table[Order.NAME] = lambda: names.ranks(samples.relpaths)
        table[Order.SIZE] = lambda: samples.sizes
    return table.get(key)


def sections_of(pool: Pool, key: str) -> Callable[[], Sections] | None:
    """What to section by for ``key``, to be called on any thread; None for no sections."""
    if key.startswith((INSIGHT, FIELD)):
        column = column_of(pool, key)
        if column is None or column.codes is None:
            return None
        codes, rest = column.codes, tr("No near-duplicates") if key == INSIGHT + "copies" else tr("No value")
        form = NUMBERED.get(key)

        def sections() -> Sections:
            # There may be 100,000 groups of copies: their names take half a second.
            names = tuple(tr(form, number=name) if form is not None else readable(name) for name in column.names)
            return Sections(codes, names, rest)

        return sections
    state, labels, sources = pool.state, pool.label_code, pool.source_code
    classes = tuple(readable(name) for name in pool.classes)
    folders = tuple(readable(name) for name in pool.source_names)
    states = tuple(tr(name) for name in reversed(STATE_NAMES.values()))
    picks, rank, total = pool.picks, pool.rank, len(pool)
    rows = pool.rows_of(picks.samples)

    def strata() -> Sections:
        names = tuple(sorted({stratum for stratum in picks.strata if stratum is not None}))
        known = {name: code for code, name in enumerate(names)}
        codes = np.full(total, -1, np.int32)
        for row, stratum in zip(rows.tolist(), picks.strata, strict=True):
            if row >= 0 and stratum is not None:
                codes[row] = known[stratum]
        return Sections(codes, tuple(readable(name) for name in names), tr("No stratum"))

    table: dict[str, Callable[[], Sections]] = {
        Group.LABEL: lambda: Sections(labels, classes, tr("Not labelled")),
        Group.STATE: lambda: Sections((len(states) - 1 - state.astype(np.int32)), states, ""),
        Group.SOURCE: lambda: Sections(sources, folders, ""),
        Group.STRATUM: strata,
    }
    return table.get(key) if len(rank) else None
