"""Reads a file's bytes once and names them by their hash; every fault of the file system becomes one sentence."""

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import xxhash

from desktop_al.domain.errors import WorldError
from desktop_al.domain.sentence import Sentence, say

HELD_BYTES = 256 * 2**20
HEAD_BYTES = 512
_BLOCK = 4 * 2**20


class DecodeError(WorldError):
    """An image file cannot be used; ``str(error)`` is the reason, one sentence that is kept with the sample.

    ``content_hash`` names the bytes that cannot be decoded, "" where they could not be read at all. ``missing`` says
    that the file is gone.
    """

    def __init__(self, reason: Sentence, content_hash: str = "", missing: bool = False) -> None:
        super().__init__(reason)
        self.content_hash = content_hash
        self.missing = missing

    def __reduce__(self) -> tuple[type["DecodeError"], tuple[Sentence, str, bool]]:
        """Keep the fields on the way between processes."""
        return type(self), (self.args[0], self.content_hash, self.missing)


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file and their name.

    ``stream`` stands at their start; ``data`` holds them all, or only the first ``HEAD_BYTES`` where the file is too
    large to be held (``whole`` is False); ``hash`` is their xxh3_64, 16 hexadecimal digits.
    """

    stream: IO[bytes]
    data: bytes
    whole: bool
    hash: str


def _sentence(error: OSError) -> Sentence:
    if error.errno in {errno.EACCES, errno.EPERM}:
        return say("The file may not be read: its permissions forbid it.")
    if error.errno == errno.EISDIR:
        return say("The path is a folder, not a file.")
    if error.errno in {errno.ELOOP, errno.ENAMETOOLONG}:
        return say("The path of the file cannot be followed.")
    return say("The file cannot be read: {why}.", why=(error.strerror or type(error).__name__).lower())


def _open(path: Path) -> IO[bytes]:
    """Open a regular file; a pipe or a device could block for ever."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise DecodeError(say("The path is not a regular file."))
    return open(path, "rb")


@contextmanager
def _file_faults() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise DecodeError(say("The file is no longer there."), missing=True) from None
    except OSError as error:
        raise DecodeError(_sentence(error)) from error
    except ValueError:  # a null character in the path
        raise DecodeError(say("The path of the file cannot be followed.")) from None


def _digest(file: IO[bytes]) -> str:
    hasher = xxhash.xxh3_64()
    while block := file.read(_BLOCK):
        hasher.update(block)
    return str(hasher.hexdigest())


@contextmanager
def read_content(path: Path, held_bytes: int = HELD_BYTES) -> Iterator[Content]:
    """Read ``path`` once; a file of more than ``held_bytes`` is hashed in blocks and stays on the disk.

    Raises `DecodeError` where the file is gone or cannot be read.
    """
    with _file_faults():
        file = _open(path)
    with file:
        with _file_faults():
            if os.fstat(file.fileno()).st_size <= held_bytes:
                data = file.read()
                content = Content(io.BytesIO(data), data, True, str(xxhash.xxh3_64_hexdigest(data)))
            else:
                digest = _digest(file)
                file.seek(0)
                head = file.read(HEAD_BYTES)
                file.seek(0)
                content = Content(file, head, False, digest)
        yield content


def content_hash(path: Path) -> str:
    """Name the content of ``path``: xxh3_64 of its bytes, 16 hexadecimal digits.

    Raises `DecodeError` where the file is gone or cannot be read.
    """
    with _file_faults(), _open(path) as file:
        return _digest(file)
