"""The content hash of a model file."""

from pathlib import Path

import xxhash

_BLOCK = 1 << 22


def file_hash(*paths: Path) -> str:
    """Hash the content of one or more files, in order, as 16 hexadecimal digits (xxh3, 64 bits)."""
    digest = xxhash.xxh3_64()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()
