"""Paths as text that survives any reader.

A path that a line of UTF-8 can hold is written as it is. One with undecodable bytes or control characters (a newline,
say) becomes a percent-encoded ``file:`` URI, and so does one that begins with ``file:`` itself, so that reading back is
unambiguous.
"""

import os
import unicodedata
from pathlib import PurePath
from urllib.parse import quote_from_bytes, unquote_to_bytes

SCHEME = "file:"


def path_text(path: PurePath | str) -> str:
    """``path`` as one line of valid UTF-8; `path_from_text` gives it back exactly."""
    text = str(path)
    # What is printable has none of the awkward characters, and nearly every path is.
    if not text.startswith(SCHEME) and (text.isprintable() or not any(_awkward(character) for character in text)):
        return text
    encoded = quote_from_bytes(os.fsencode(text), safe="/:\\")
    return f"{SCHEME}//{encoded}" if text.startswith("/") else f"{SCHEME}{encoded}"


def path_from_text(text: str) -> str:
    """The path that `path_text` wrote, or that a tool wrote as a ``file:`` URI; other text is a path already."""
    if not text.startswith(SCHEME):
        return text
    rest = text.removeprefix(SCHEME)
    if rest.startswith("//"):
        # An authority is empty or "localhost"; what follows it is the path.
        host, slash, tail = rest[2:].partition("/")
        if host in ("", "localhost"):
            rest = slash + tail
    path = os.fsdecode(unquote_to_bytes(rest))
    # file:///C:/x is the Windows path C:/x.
    return path[1:] if len(path) > 2 and path[0] == "/" and path[2] == ":" and path[1].isalpha() else path


def _awkward(character: str) -> bool:
    # Cs: surrogates of undecodable bytes; Cc: control characters; Zl and Zp: line breaks to some readers.
    return unicodedata.category(character) in {"Cs", "Cc", "Zl", "Zp"}
