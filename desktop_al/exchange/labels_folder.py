"""Labels from a folder per class: the first folder below the top is the label of every image in it.

Our own ``imagefolder`` export is read back exactly through its ``batch.csv``, wherever its files were moved to between
the folders; what still lies in ``unlabelled`` has no label.
"""

import os
from pathlib import Path, PurePosixPath

from desktop_al.domain.errors import LabelError
from desktop_al.domain.results import RowProblem
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.exchange.base import LabelRow, Parsed, ParseOptions
from desktop_al.exchange.imagefolder import MANIFEST, UNLABELLED, read_manifest


class LabelsFolder:
    """A folder with one subfolder per class."""

    name = "folder"
    summary = "a folder with one subfolder per class; the files in it are matched by name"

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` is a folder."""
        return path.is_dir()

    def columns(self, path: Path) -> tuple[str, ...]:
        """None: the folders are the labels."""
        return ()

    def parse(self, path: Path, options: ParseOptions) -> Parsed:
        """List the files below each class folder; see `desktop_al.exchange.base.Parser`."""
        if not path.is_dir():
            raise LabelError(
                say("“{path}” is not a folder; labels of this format lie in one folder per class.", path=shown(path))
            )
        if options.metadata_only:
            raise LabelError(
                say("“{path}” is a folder per class, which holds no metadata; choose a table.", path=shown(path))
            )
        origins = _origins(path)
        rows: list[LabelRow] = []
        problems: list[RowProblem] = []
        faults: list[OSError] = []
        for base, folders, names in os.walk(path, onerror=faults.append):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            inside = Path(base).relative_to(path)
            for name in sorted(names):
                if name.startswith(".") or (not inside.parts and name == MANIFEST):
                    continue
                place = (inside / name).as_posix()
                reason = _fault(inside)
                if reason:
                    problems.append(RowProblem(str(path / place), 0, reason))
                    continue
                label = inside.parts[0]
                text = "" if label == UNLABELLED else label
                rows.append(LabelRow(origins.get(name) or place, text, 0, file=str(path / place)))
        problems += [
            RowProblem(str(fault.filename), 0, say("it cannot be read ({why})", why=fault.strerror)) for fault in faults
        ]
        if not rows and not problems:
            raise LabelError(
                say("“{path}” holds no file in a folder per class; nothing was imported.", path=shown(path))
            )
        return Parsed(tuple(rows), tuple(problems), ())


def _fault(inside: Path) -> str:
    if not inside.parts:
        return say("it lies in no class folder")
    if any("\udc80" <= character <= "\udcff" for character in inside.parts[0]):
        return say("the name of its class folder is not UTF-8 text")
    return ""


def _origins(folder: Path) -> dict[str, str]:
    """The absolute path that each file name of our export stands for."""
    return {PurePosixPath(place).name: path for place, path in read_manifest(folder).items()}
