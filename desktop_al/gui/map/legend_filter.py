"""What a line of the legend means as a filter."""

from desktop_al.gui.map.colouring import NONE, OTHER, ColourBy, Entry, Kind, column_of
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.jobs.where_project import STATES
from desktop_al.jobs.where_syntax import between, equals

COLUMNS = {Kind.STATE: "state", Kind.LABEL: "label", Kind.SOURCE: "source"}


def filter_of(pool: Pool, by: ColourBy, entry: Entry) -> str:
    """The filter that keeps the samples of ``entry`` while points are coloured by ``by``; "" where there is none."""
    column = COLUMNS.get(by.kind, by.name)
    if entry.state is not None:
        return equals(column, STATES[entry.state])
    if entry.code == NONE:
        return equals(column, None)
    name = next((name for name in column_of(pool, by).names if readable(name) == entry.name), None)
    if name is None or entry.code == OTHER:
        return ""
    if by.kind is Kind.SOURCE:
        return equals(column, name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1])
    # Clusters and groups have numbers for names.
    return equals(column, float(name) if by.kind is Kind.INSIGHT and name.isdecimal() else name)


def range_filter(by: ColourBy, low: float | None, high: float | None) -> str:
    """The filter that keeps values from ``low`` to ``high``, None for an end that is open; "" where both are."""
    return between(COLUMNS.get(by.kind, by.name), low, high)
