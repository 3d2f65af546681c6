"""The columns of the pool that a filter may name, each made off the GUI thread when a filter first needs it.

A fact of the pool that others add becomes a column of the language by one more function in `PROVIDERS`.
"""

from collections.abc import Callable, Mapping
from functools import partial

from desktop_al.gui import columns as fields
from desktop_al.gui.pool import Pool
from desktop_al.jobs.where_columns import Categories, Column, Lazy, Numbers, Sets
from desktop_al.jobs.where_project import STATES, STATUSES, noted, pixels, sources
from desktop_al.jobs.where_texts import Texts

Provider = Callable[[Pool], Mapping[str, Lazy]]


def of_samples(pool: Pool) -> dict[str, Lazy]:
    """What is known of the files."""
    table = pool.samples
    if table is None:
        return {}
    roots = {source: root.name for source, root in table.roots.items()}
    paths = (table.relpaths,)
    return {
        "source": Lazy(lambda: sources(table.source_ids, roots), (table.source_ids, table.roots)),
        "path": Lazy(lambda: Texts(table.relpaths), paths),
        "name": Lazy(lambda: Texts(table.relpaths, last=True), paths),
        "width": Lazy(lambda: pixels(table.widths), (table.widths,)),
        "height": Lazy(lambda: pixels(table.heights), (table.heights,)),
        "size": Lazy(lambda: Numbers(table.sizes), (table.sizes,)),
    }


def of_labels(pool: Pool) -> dict[str, Lazy]:
    """Labels and states."""
    return {
        "label": Lazy(partial(Categories, pool.label_code, pool.classes), (pool.label_code, pool.classes)),
        "state": Lazy(partial(Categories, pool.state, STATES), (pool.state,)),
    }


def of_metadata(pool: Pool) -> dict[str, Lazy]:
    """Every metadata field."""
    fields = [pool.metadata(name) for name in pool.metadata_names]
    return {field.name: Lazy(partial(of_field, field), (field,)) for field in fields}


def of_field(field: fields.Column) -> Column:
    """A column of the pool as a filter compares it."""
    if field.values is not None:
        return Numbers(field.values)
    assert field.codes is not None
    return Categories(field.codes, field.names)


def of_rows(pool: Pool) -> dict[str, Lazy]:
    """What came to the language later, and gives way to metadata of the same name."""
    table = pool.samples
    if table is None:
        return {}
    return {
        "id": Lazy(partial(Numbers, table.ids), (table.ids,)),
        "status": Lazy(partial(Categories, table.status, STATUSES), (table.status,)),
    }


def of_annotations(pool: Pool) -> dict[str, Lazy]:
    """Tags and notes, which give way to metadata of the same name."""
    tags, names, notes, ids = pool.tags, pool.tag_names, pool.notes, pool.ids
    marked = Lazy(partial(Sets, tags, names), (tags, names))
    return {"tag": marked, "tags": marked, "note": Lazy(lambda: noted(ids, notes), (ids, notes))}


PROVIDERS: tuple[Provider, ...] = (of_samples, of_labels, of_metadata, of_rows, of_annotations)
"""Who has columns; of two with one name, the first has it."""


class FilterColumns:
    """Keeps the columns of one pool as long as what they are made of is the same."""

    def __init__(self, pool: Pool, extra: Provider | None = None) -> None:
        self._pool = pool
        self._providers = PROVIDERS if extra is None else (*PROVIDERS, extra)
        self._made: dict[str, tuple[tuple[object, ...], Column]] = {}

    def lazy(self) -> dict[str, Lazy]:
        """Every column as it is now; called on the GUI thread, loaded on any."""
        found: dict[str, Lazy] = {}
        for provider in self._providers:
            for name, lazy in provider(self._pool).items():
                if name not in found:
                    found[name] = self._kept(name, lazy)
        return found

    def holds(self, column: Column) -> bool:
        """Whether ``column`` is the newest that was made of its name; called on the lane that loads them."""
        return any(column is newest for _, newest in self._made.values())

    def _kept(self, name: str, lazy: Lazy) -> Lazy:
        def load() -> Column:
            known = self._made.get(name)
            if known is not None and same(known[0], lazy.key):
                return known[1]
            column = lazy.load()
            self._made[name] = (lazy.key, column)
            return column

        return Lazy(load, lazy.key)


def same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two keys hold the same objects."""
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
