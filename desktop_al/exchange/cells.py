"""Cells of a CSV file that no spreadsheet runs, and that read back as they were.

A cell that begins with ``= + - @``, their full-width twins, a tab or a carriage return is a formula to some
spreadsheet (OWASP, "CSV Injection"); it gets an apostrophe in front. A cell that already looks like an escaped one gets
one more, so that taking one away always restores it.
"""

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutral(text: str) -> str:
    """``text`` as a cell that no spreadsheet runs."""
    return "'" + text if text.lstrip("'").startswith(RUNS) else text


def original(cell: str) -> str:
    """The text that `neutral` made ``cell`` of."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(RUNS) else cell


def number(value: float | None) -> str:
    """``value`` in the shortest form that reads back exactly; "" for None."""
    return "" if value is None else repr(float(value))
