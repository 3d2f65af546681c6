"""Texts as a window can show them."""

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLabel

# Where a line may break though nothing shows there.
BREAK = "\u200b"
LONGEST_WORD = 30


def readable(name: PurePath | str) -> str:
    """``name`` without what Qt cannot show: undecodable bytes become question marks, control characters blanks."""
    text = str(name).encode("utf-8", "replace").decode("utf-8")
    return "".join(" " if ord(character) < 32 else character for character in text)


def shortened(text: str, most: int = 80) -> str:
    """``text`` on one line of at most ``most`` characters, for places such as a menu, which cannot shorten it."""
    line = readable(text)
    return line if len(line) <= most else line[: most - 1] + "…"


def breakable(text: str) -> str:
    """``text`` with invisible places to break a line: after separators, and within long runs without any."""
    pieces, run = [], 0
    for character in text:
        pieces.append(character)
        run = 0 if character in " /\\-_." else run + 1
        if character in "/\\-_." or run == 12:
            pieces.append(BREAK)
            run = 0
    return "".join(pieces)


def wrapping(sentence: str) -> str:
    """``sentence`` with places to break a line within words that no line may have room for, such as paths."""
    return " ".join(breakable(word) if len(word) > LONGEST_WORD else word for word in sentence.split(" "))


def unbroken(text: str) -> str:
    """``text`` as it was before `breakable` or `wrapping`, to be copied."""
    return text.replace(BREAK, "")


def readable_path(path: PurePath) -> str:
    """``path`` as `readable`, with ``~`` in place of the user's own folder."""
    home = Path.home()
    return readable(PurePath("~") / path.relative_to(home) if path.is_relative_to(home) else path)


def write_breakable(label: "QLabel", text: str) -> None:
    """Let ``label`` show ``text`` as `breakable`; a screen reader says it without the places to break a line."""
    label.setAccessibleName(text)
    label.setText(breakable(text))


def write_wrapping(label: "QLabel", sentence: str) -> None:
    """Let ``label`` show ``sentence`` as `wrapping`; a screen reader says it without the places to break a line."""
    label.setAccessibleName(sentence)
    label.setText(wrapping(sentence))
