"""The names of a model's classes, in the order of its scores, as far as its file or a file beside it tells them.

Read is ``NAME.classes.txt`` beside the model, one name a line; else what the file itself says under ``names``,
``classes`` or ``labels``: a list, a table of number to name as text, or one name a line. Nothing that is read is run.
"""

import ast
import json
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

KEYS = ("names", "classes", "labels")
SUFFIX = ".classes.txt"
_MOST_BYTES = 2**20
# Control characters, and halves of characters.
_NEVER = frozenset({"Cc", "Cs"})


def names_beside(path: Path) -> tuple[str, ...]:
    """The names in the file beside the model at ``path``; none where there is no such file or it is no text."""
    file = path.with_suffix(SUFFIX)
    try:
        if not file.is_file():
            return ()
        with file.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
        return names_in(data.decode("utf-8-sig")) if len(data) <= _MOST_BYTES else ()
    except (OSError, UnicodeDecodeError):
        return ()


def names_of(metadata: Mapping[str, str]) -> tuple[str, ...]:
    """The names that a file keeps in its ``metadata``."""
    return next((found for key in KEYS if key in metadata and (found := names_in(metadata[key]))), ())


def names_in_archive(path: Path) -> tuple[str, ...]:
    """The names in the extra files of the TorchScript archive at ``path``; what cannot be unpacked names nothing."""
    kept: dict[str, str] = {}
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            parts = entry.filename.split("/")
            stem = parts[-1].partition(".")[0]
            if "extra" in parts[:-1] and stem in KEYS and entry.file_size <= _MOST_BYTES:
                try:
                    kept[stem] = archive.read(entry).decode("utf-8", "replace")
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
                    # Damaged, compressed in a way of its own, or locked by a password.
                    continue
    return names_of(kept)


def names_in(text: str) -> tuple[str, ...]:
    """The names in ``text``, none where two are the same or one is no name: such an order tells nothing."""
    names = tuple(str(name).strip() for name in _listed(text.strip()))
    return names if all(map(_is_name, names)) and len(set(names)) == len(names) else ()


def _is_name(text: str) -> bool:
    """Whether ``text`` can be written out on one line."""
    return bool(text) and not any(unicodedata.category(character) in _NEVER for character in text)


def _listed(text: str) -> list[object]:
    if not text.startswith(("[", "{")):
        return list(text.splitlines())
    try:
        value = json.loads(text)
    except RecursionError:
        return []
    except ValueError:
        try:
            # Literals alone, as in {0: 'cat', 1: 'dog'}.
            value = ast.literal_eval(text)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return []
    if isinstance(value, dict):
        numbered = {str(key): name for key, name in value.items()}
        places = [str(place) for place in range(len(numbered))]
        return [numbered[place] for place in places] if set(places) == set(numbered) else []
    return list(value) if isinstance(value, list) else []
