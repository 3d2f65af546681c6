"""One path a line."""

from collections.abc import Sequence
from pathlib import Path

from desktop_al.exchange.base import ExportHead, ExportRow
from desktop_al.exchange.paths_text import path_from_text, path_text


class PathsWriter:
    """Absolute paths, one a line, in rank order."""

    name = "paths"
    summary = "absolute paths, one a line, in rank order; odd names as file: URIs"
    suffix = ".txt"
    folder = False
    images = False

    def write(self, head: ExportHead, rows: Sequence[ExportRow], to: Path, files: str) -> None:
        """Write the paths of ``rows``."""
        with to.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(path_text(row.path) + "\n" for row in rows)


def read_paths(file: Path) -> list[str]:
    """The paths that `PathsWriter` wrote."""
    return [path_from_text(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
