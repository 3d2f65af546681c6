"""What every format speaks: rows out, rows in, and the two Protocols that a format fulfils."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from desktop_al.domain.results import RowProblem


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One pick as it leaves the project.

    ``path`` is absolute and ``relpath`` relative to the ``source`` folder; both may hold undecodable bytes as
    surrogates. ``nearest_labelled`` is the Euclidean distance between unit embeddings, and
    ``nearest_labelled_sample`` is whom it leads to. ``label`` is "" while there is none.
    """

    rank: int
    sample: int
    path: Path
    relpath: str
    source: str
    gain: float
    stands_for: int
    nearest_labelled: float | None
    nearest_labelled_sample: int | None
    uncertainty: float | None
    stratum: str | None
    decision: str
    label: str
    batch: int
    width: int
    height: int
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExportHead:
    """What holds for a whole batch: its number, how it was selected, and what files it comes from."""

    project: str
    batch: int
    strategy: str
    seed: int
    model: str
    created_at: str


class Writer(Protocol):
    """A format that a batch can leave in.

    ``folder`` says whether it writes a folder, ``suffix`` is the usual ending of its file ("" for a folder) and
    ``images`` whether it takes the image files along.
    """

    name: str
    summary: str
    suffix: str
    folder: bool
    images: bool

    def write(self, head: ExportHead, rows: Sequence[ExportRow], to: Path, files: str) -> None:
        """Write ``rows`` to ``to``, a staging place that does not exist yet; ``files`` is "copy" or "link"."""
        ...


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One row of a label file: ``key`` names the sample as ``key_kind`` says, ``label`` is "" where it has none.

    ``key_kind`` is "name" (a path, a part of one, or a file name with or without its ending) or "id" (the number of the
    sample in the project). ``line`` counts from 1, 0 where there are no lines; ``file`` is the file that the row comes
    from where that is not the label file itself.
    """

    key: str
    label: str
    line: int
    key_kind: str = "name"
    file: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A label file as it was read; ``problems`` are the rows that make no sense whatever the project holds."""

    rows: tuple[LabelRow, ...]
    problems: tuple[RowProblem, ...]
    metadata_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """Which columns to use; "" leaves the choice to the parser. ``metadata_only`` looks for no label."""

    key_column: str = ""
    label_column: str = ""
    metadata_only: bool = False


class Parser(Protocol):
    """A format that labels come back in."""

    name: str
    summary: str

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` looks like this format."""
        ...

    def columns(self, path: Path) -> tuple[str, ...]:
        """The names of the columns of a table that may hold the label, none for what is no table."""
        ...

    def parse(self, path: Path, options: ParseOptions) -> Parsed:
        """Read ``path``; raises `LabelError` where nothing of it can be used."""
        ...
