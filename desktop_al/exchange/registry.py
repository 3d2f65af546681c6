"""The formats that there are."""

from pathlib import Path

from desktop_al.domain.errors import LabelError, Remedy, UsageError
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.exchange.base import Parser, Writer
from desktop_al.exchange.csv_batch import CsvWriter
from desktop_al.exchange.imagefolder import ImageFolderWriter
from desktop_al.exchange.json_batch import JsonLinesWriter, JsonWriter
from desktop_al.exchange.labels_csv import LabelsCsv
from desktop_al.exchange.labels_folder import LabelsFolder
from desktop_al.exchange.paths import PathsWriter

_WRITERS: tuple[Writer, ...] = (CsvWriter(), JsonWriter(), JsonLinesWriter(), PathsWriter(), ImageFolderWriter())
_PARSERS: tuple[Parser, ...] = (LabelsFolder(), LabelsCsv())

WRITERS = {writer.name: writer for writer in _WRITERS}
PARSERS = {parser.name: parser for parser in _PARSERS}


def writer(name: str) -> Writer:
    """The writer called ``name``; raises `UsageError` where there is none."""
    if name not in WRITERS:
        raise UsageError(
            say("There is no export format “{name}”; choose one of {listed}.", name=name, listed=", ".join(WRITERS))
        )
    return WRITERS[name]


def parser(name: str, path: Path) -> Parser:
    """The parser called ``name``, or for "auto" the one that recognises ``path``.

    Raises
    ------
    UsageError
        There is no such format.
    LabelError
        No format recognises ``path``.
    """
    if name != "auto":
        if name not in PARSERS:
            raise UsageError(
                say(
                    "There is no label format “{name}”; choose auto or one of {listed}.",
                    name=name,
                    listed=", ".join(PARSERS),
                )
            )
        return PARSERS[name]
    for candidate in PARSERS.values():
        if candidate.recognises(path):
            return candidate
    raise LabelError(
        say(
            "“{path}” is neither a table nor a folder per class; choose a file or a folder that is one.",
            path=shown(path),
        ),
        (Remedy.NAME_FORMAT,),
    )
