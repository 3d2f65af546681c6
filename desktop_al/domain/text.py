"""Text for sentences: names as people can read them."""

import os


def shown(path: str | os.PathLike[str]) -> str:
    """Show ``path`` in a sentence: one line, with question marks for bytes and characters that have no printed form."""
    text = os.fspath(path).encode("utf-8", "replace").decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "?" for character in text)
