"""Labels from a table: a column that names the sample, a column with its label, and more that become metadata.

Comma, semicolon, tab and bar separate; a byte order mark (UTF-8 or UTF-16) is understood. Bytes that are not UTF-8 are
kept in paths and refused in labels.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop_al.domain.errors import LabelError, Remedy
from desktop_al.domain.results import RowProblem
from desktop_al.domain.sentence import say, say_n
from desktop_al.domain.text import shown
from desktop_al.exchange.base import LabelRow, Parsed, ParseOptions
from desktop_al.exchange.cells import original
from desktop_al.exchange.columns import COLUMNS
from desktop_al.exchange.paths_text import path_from_text

PATH_COLUMNS = (
    "path",
    "filepath",
    "file_path",
    "relpath",
    "image_path",
    "file",
    "filename",
    "file_name",
    "image",
    "image_name",
    "img",
    "name",
    "uri",
    "url",
)
ID_COLUMNS = ("sample", "sample_id", "id", "image_id")
LABEL_COLUMNS = ("label", "class", "category", "annotation", "target", "class_name", "label_name", "choice")
LABEL_ENDINGS = ("label", "class", "category", "type")
DELIMITERS = ",;\t|"
# Columns that our own export writes say what we know already, where these show that it is ours.
_OURS = frozenset(COLUMNS) | {"file"}
_MARKS = {"rank", "gain", "stands_for"}
_MAX_FIELD = 16 * 1024 * 1024


class LabelsCsv:
    """A CSV or TSV file."""

    name = "csv"
    summary = "a table with a column for the path, file name or sample id and one for the label; others become metadata"

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` is a file that ends like a table, or a text."""
        return path.is_file() and path.suffix.lower() in {".csv", ".tsv", ".txt", ".tab", ""}

    def columns(self, path: Path) -> tuple[str, ...]:
        """All but the one that names the image."""
        with _records(path) as records:
            names = _names(path, records)
        key, _ = _key_column(path, names, ParseOptions())
        return tuple(name for index, name in enumerate(names) if index != key and name)

    def parse(self, path: Path, options: ParseOptions) -> Parsed:
        """Read the table; see `desktop_al.exchange.base.Parser`."""
        with _records(path) as records:
            return _parse(path, records, options)


@contextmanager
def _records(path: Path) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """The lines of the table with their numbers, with cells that may be long."""
    text = _read(path)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    previous_limit = csv.field_size_limit(_MAX_FIELD)
    try:
        yield _numbered(path, lines)
    finally:
        csv.field_size_limit(previous_limit)


def _names(path: Path, records: Iterator[tuple[int, list[str]]]) -> list[str]:
    _, header = next(records, (0, []))
    if not header:
        raise LabelError(say("“{path}” is empty; it needs a header line and one line a label.", path=shown(path)))
    return [cell.strip() for cell in header]


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LabelError(
            say("“{path}” cannot be read ({why}); check the path.", path=shown(path), why=error.strerror)
        ) from error
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise LabelError(
                say("“{path}” begins like UTF-16 text but is none; save it as UTF-8.", path=shown(path))
            ) from error
    if b"\x00" in data[:4096]:
        raise LabelError(
            say("“{path}” is not a text file; labels come as CSV or as a folder per class.", path=shown(path))
        )
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def _delimiter(text: str) -> str:
    """The separator that the first line uses most, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=bare.count)


def _numbered(path: Path, lines: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line that it begins on."""
    reader = lines
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise LabelError(
                say(
                    "“{path}”, line {line}: {error}; mend the line and import again.",
                    path=shown(path),
                    line=line,
                    error=error,
                )
            ) from error
        if any(cell.strip() for cell in record):
            yield line, record
        line = getattr(reader, "line_num", line) + 1


def _parse(path: Path, records: Iterator[tuple[int, list[str]]], options: ParseOptions) -> Parsed:
    names = _names(path, records)
    key, kind = _key_column(path, names, options)
    label = None if options.metadata_only else _label_column(path, names, key, options)
    known = _OURS if set(names) >= _MARKS else frozenset[str]()
    if options.metadata_only:
        known |= {name for name in names if name.lower() == LABEL_COLUMNS[0]}
    others = [(i, name) for i, name in enumerate(names) if i not in (key, label) and name and name not in known]
    if options.metadata_only and not others:
        raise LabelError(
            say(
                "“{path}” has no column with metadata beside {name}; nothing was imported.",
                path=shown(path),
                name=names[key],
            )
        )
    rows, problems = [], []
    for line, record in records:
        reason = _fault(record, names, key, label)
        if reason:
            problems.append(RowProblem(str(path), line, reason))
            continue
        metadata = {name: " ".join(original(record[index]).split()) for index, name in others}
        text = original(record[key])
        rows.append(
            LabelRow(
                key=path_from_text(text) if kind == "name" else text.strip(),
                label="" if label is None else original(record[label]).strip(),
                line=line,
                key_kind=kind,
                metadata={name: value for name, value in metadata.items() if value and value.isprintable()},
            )
        )
    if not rows and not problems:
        raise LabelError(say("“{path}” has a header but no row; nothing was imported.", path=shown(path)))
    return Parsed(tuple(rows), tuple(problems), tuple(name for _, name in others))


def _fault(record: Sequence[str], names: Sequence[str], key: int, label: int | None) -> str:
    """Why ``record`` cannot be used, "" if it can."""
    if len(record) != len(names):
        return say_n(
            "it has {count} cell where the header has {header}",
            "it has {count} cells where the header has {header}",
            len(record),
            header=len(names),
        )
    if not record[key].strip():
        return say("its {name} is empty", name=names[key])
    if label is None:
        return ""
    if any("\udc80" <= character <= "\udcff" for character in record[label]):
        return say("its label is not UTF-8 text")
    if not original(record[label]).strip().isprintable():
        return say("its label holds control characters")
    return ""


def _key_column(path: Path, names: Sequence[str], options: ParseOptions) -> tuple[int, str]:
    """The column that names the sample, and whether it does so by name or by id."""
    lower = [name.lower() for name in names]
    if options.key_column:
        index = _named(path, names, options.key_column)
        return index, "id" if lower[index] in ID_COLUMNS else "name"
    for wanted in PATH_COLUMNS:
        if wanted in lower:
            return lower.index(wanted), "name"
    for wanted in ID_COLUMNS:
        if wanted in lower:
            return lower.index(wanted), "id"
    raise LabelError(
        say(
            "“{path}” has no column that names the image (such as path, image or sample) among "
            "{names}; rename the one that does.",
            path=shown(path),
            names=_listed(names),
        ),
        (Remedy.NAME_KEY_COLUMN,),
    )


def _label_column(path: Path, names: Sequence[str], key: int, options: ParseOptions) -> int:
    if options.label_column:
        return _named(path, names, options.label_column)
    lower = [name.lower() for name in names]
    for wanted in LABEL_COLUMNS:
        if wanted in lower and lower.index(wanted) != key:
            return lower.index(wanted)
    ending = [index for index, name in enumerate(lower) if index != key and name.endswith(LABEL_ENDINGS)]
    if len(ending) == 1:
        return ending[0]
    rest = [index for index in range(len(names)) if index != key]
    if len(rest) == 1:
        return rest[0]
    raise LabelError(
        say(
            "“{path}” has no column called label among {names}; name the one that holds it, or import metadata only.",
            path=shown(path),
            names=_listed(names),
        ),
        (Remedy.NAME_LABEL_COLUMN,),
    )


def _named(path: Path, names: Sequence[str], wanted: str) -> int:
    if wanted not in names:
        raise LabelError(
            say(
                "“{path}” has no column “{wanted}”; its columns are {names}.",
                path=shown(path),
                wanted=wanted,
                names=_listed(names),
            )
        )
    return list(names).index(wanted)


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(name.encode("utf-8", "replace").decode()[:40] for name in names[:12])
    return listed + (", …" if len(names) > 12 else "")
