"""Texts as a window can show them."""

from pathlib import PurePath


def readable(name: PurePath | str) -> str:
    """``name`` without what Qt cannot show: undecodable bytes become question marks, control characters blanks."""
    text = str(name).encode("utf-8", "replace").decode("utf-8")
    return "".join(" " if ord(character) < 32 else character for character in text)
